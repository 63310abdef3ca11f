//! A run's turn at the server: submits it, and where the server has no room for it now, waits and submits it again.
//!
//! Only what was refused is sent again: nothing was started then. While it waits its record says `planned`, so whoever ends
//! this process leaves a run behind that `dsl runs attach` submits.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use signal_api::ApiError;

use super::{Event, Watcher, Way, submit};
use crate::failure::Failure;
use crate::journal::{Entry, Journal, Record, State};
use crate::quota::{self, Account, Closed, Countdown, Patience, Quota, Said, Waited};

/// How often one who waits looks whether the run is still to be sent.
const LOOK: Duration = Duration::from_secs(1);

/// How a run takes its turn.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turn {
    /// Whose quota it costs; `None` for the sandbox of this process.
    pub(crate) account: Option<Account>,
    /// Whether it waits for the quota, however long that takes.
    pub(crate) for_quota: bool,
    /// Whether it is left to itself as soon as the server has it.
    pub(crate) detach: bool,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Turned {
    /// It was sent, or cancelled before; the record says what became of it. The flag: the user wishes to leave.
    Sent(bool),
    /// The user left while it waited. Nothing was started.
    Left,
    /// The server said to an earlier run that it takes nothing yet, so this one was not sent.
    Closed(ApiError),
}

/// Submits a planned run as soon as the server takes it.
///
/// # Errors
/// When nothing could be sent.
pub(super) async fn turn<S: Future<Output = ()>>(
    entry: &mut Entry,
    way: &Way,
    watcher: &mut dyn Watcher,
    mut stop: Pin<&mut S>,
) -> Result<Turned, Failure> {
    let Turn { account, for_quota, .. } = &way.turn;
    let mut patience = Patience { for_quota: *for_quota, waited: 0 };
    if let Some(closed) = account.as_ref().and_then(|account| Said::of(account).closed(Timestamp::now())) {
        let now = Timestamp::now();
        if !for_quota && !closed.is_short(now) {
            return Ok(Turned::Closed(closed.error(now)));
        }
        if wait(entry, closed.left(now), watcher, stop.as_mut()).await == Waited::Left {
            return Ok(Turned::Left);
        }
    }
    while entry.record.state == State::Planned {
        watcher.tell(&Event::Submitting);
        let stopped = submit::submit(entry, &way.client, &way.sender, watcher, stop.as_mut()).await?;
        let now = Timestamp::now();
        let Some(error) = refusal(entry) else {
            if entry.record.backtest_id.is_some() {
                account.iter().for_each(quota::forget_closing);
            }
            return Ok(Turned::Sent(stopped));
        };
        if let Some(account) = account {
            quota::note_refusal(account, &error, now);
        }
        let free_at = || account.as_ref().map_or(now, |account| free_at(account, now));
        let pause = if stopped { None } else { quota::pause(&error, &mut patience, free_at, now) };
        let Some(pause) = pause else { return Ok(Turned::Sent(stopped)) };
        if wait(entry, pause, watcher, stop.as_mut()).await == Waited::Left {
            return Ok(Turned::Left);
        }
    }
    Ok(Turned::Sent(false))
}

/// Why the server did not take the run; `None` when it did, or when nobody knows.
fn refusal(entry: &Entry) -> Option<ApiError> {
    if entry.record.state != State::Refused {
        return None;
    }
    entry.record.error.as_ref()?.cause.clone()
}

/// When a unit is free by our own count.
fn free_at(account: &Account, now: Timestamp) -> Timestamp {
    let Ok(journal) = Journal::open() else { return now };
    Quota::count(&journal.records(), account, &Said::of(account), now).free_at(now)
}

/// Waits with the run put back to what is planned.
async fn wait<S: Future<Output = ()>>(
    entry: &mut Entry,
    length: Duration,
    watcher: &mut dyn Watcher,
    stop: Pin<&mut S>,
) -> Waited {
    let countdown = Countdown::new(length, Timestamp::now(), Instant::now());
    entry.put_back(countdown.until);
    let tell = |left: Duration| watcher.tell(&Event::Waiting { until: countdown.until, length, left });
    let waited = tokio::select! {
        biased;
        waited = quota::wait(countdown, tell, stop) => waited,
        () = no_longer_planned(entry.record.clone()) => Waited::Over,
    };
    // What can't be read is told by whoever sends it.
    let _ = entry.record.refresh();
    waited
}

/// Waits until another process has done something to a planned run, such as cancelling it.
async fn no_longer_planned(mut record: Record) {
    while record.state == State::Planned {
        tokio::time::sleep(LOOK).await;
        let _ = record.refresh();
    }
}

impl Closed {
    /// The refusal that the server would repeat.
    fn error(&self, now: Timestamp) -> ApiError {
        ApiError::Refused {
            status: 429,
            code: self.code.as_str().into(),
            message: "it said so to an earlier run, and this one was not sent".to_owned(),
            suggestion: None,
            retry_after: Some(self.left(now)),
        }
    }
}

/// A refusal's wait as it stands later: what is left of it since `refused_at`.
pub(super) fn what_is_left(error: ApiError, refused_at: Option<&str>, now: Timestamp) -> ApiError {
    let ApiError::Refused { status, code, message, suggestion, retry_after: Some(wait) } = error else { return error };
    let since: Option<Timestamp> = refused_at.and_then(|text| text.parse().ok());
    let passed = since.map_or(SignedDuration::ZERO, |since| now.duration_since(since)).max(SignedDuration::ZERO);
    let left = wait.saturating_sub(Duration::try_from(passed).unwrap_or_default());
    let retry_after = (!left.is_zero()).then_some(left);
    ApiError::Refused { status, code, message, suggestion, retry_after }
}
