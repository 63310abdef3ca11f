//! A quota in words: what the plan shows, what is asked before the last unit, and until when one waits.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Closed, Quota, Window};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{moment, number, visible};

/// The plan's line: `7 of 10 left this hour, next at 14:32 UTC (in 12 minutes); 22 of 30 left today`; `runs` are about to be
/// submitted.
pub(crate) fn in_plan(quota: &Quota, runs: u64, now: Timestamp) -> String {
    if let Some(closed) = &quota.closed {
        return format!("none before {}, says the server", until(closed.until, now));
    }
    let mut text = match (quota.hour.limit, quota.day.limit) {
        (None, None) => {
            let used = |window: &Window| number::whole(window.used());
            format!("used {} this hour, {} in 24 hours; the limits are not known", used(&quota.hour), used(&quota.day))
        }
        _ => [window(&quota.hour, "this hour", now), window(&quota.day, "today", now)]
            .into_iter()
            .collect::<Vec<_>>()
            .join("; "),
    };
    let doubtful = quota.day.doubtful;
    if doubtful > 0 {
        text.push_str(&format!("; {} counted that nobody knows to have been taken", number::whole(doubtful)));
    }
    if quota.unread > 0 {
        let runs = number::count(quota.unread, "run");
        text.push_str(&format!(
            "; {runs} of the journal can't be read and may have cost some: `dsl runs list` tells which"
        ));
    }
    if let Some(at) = quota.empty {
        text = format!("none was left at {}, said the server; by this machine's count {text}", moment::at(at, now));
    }
    match quota.left() {
        Some(left) if runs > 1 && left < runs => format!("{} runs, {text}", number::whole(runs)),
        _ => text,
    }
}

/// A window: how much is left, and when there is more where there will be.
fn window(window: &Window, name: &str, now: Timestamp) -> String {
    let (Some(left), Some(limit)) = (window.left(), window.limit) else {
        return format!("used {} {name}", number::whole(window.used()));
    };
    let next = match window.next() {
        // Of a day nobody waits for the next one while there are some left.
        Some(next) if left == 0 || name != "today" => format!(", next at {}", until(next, now)),
        _ => String::new(),
    };
    format!("{} of {} left {name}{next}", number::whole(left), number::whole(limit))
}

/// A moment to come: `14:32 UTC (in 12 minutes)`.
pub(crate) fn until(then: Timestamp, now: Timestamp) -> String {
    format!("{} (in {})", moment::at(then, now), moment::wait(then.duration_since(now)))
}

/// The question before a window's last unit goes; `None` where more than enough is left, or nothing by our own count, which
/// the server may know better.
pub(crate) fn last_unit(quota: &Quota, runs: u64) -> Option<String> {
    let windows = [(&quota.hour, "hour"), (&quota.day, "day")];
    let (left, name) = windows.iter().filter_map(|(window, name)| Some((window.left()?, *name))).min()?;
    if left == 0 || left > runs {
        return None;
    }
    Some(match runs {
        1 => format!("this is the last backtest of this {name}; submit?"),
        _ if left == runs => format!("these {} are the last of this {name}; submit?", number::count(runs, "backtest")),
        _ => format!(
            "these are {}, and {} left this {name}; submit all the same?",
            number::count(runs, "backtest"),
            if left == 1 { "1 is".to_owned() } else { format!("{} are", number::whole(left)) }
        ),
    })
}

/// The failure where the server has said that it takes nothing before a moment to come.
pub(crate) fn closed(closed: &Closed, now: Timestamp) -> Failure {
    Failure::new(
        Exit::Quota,
        visible::line(&closed.code).into_owned(),
        format!("nothing was sent: the server takes no backtest before {}", until(closed.until, now)),
    )
    .suggest(
        "it said so to an earlier run; wait for it with --wait-for-quota, or run with --sandbox, which has no quota",
    )
}

/// What is said while a run waits for its turn: the same all the while, so that a log has one line of it.
pub(crate) fn waiting(then: Timestamp, length: Duration) -> String {
    let length = SignedDuration::try_from(length).unwrap_or_default();
    let began = then.checked_sub(length).unwrap_or(then);
    if length < SignedDuration::from_mins(2) {
        return format!("the server has no room now, submitting again in {}", moment::wait(length));
    }
    format!("the server takes the next backtest at {}; waiting", until(then, began))
}
