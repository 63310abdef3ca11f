//! How much of a key's quota is left: what the journal says was spent, held against what the server said.
//!
//! The service counts; this only knows what went through this machine. So it tells, asks and plans, but never refuses a run
//! by its own count. Only the server's own word, a `Retry-After` that has not passed, keeps a run from being sent.

mod document;
mod said;
#[cfg(test)]
mod tests;
mod wait;
mod words;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::failure::Failure;
use crate::journal::{Journal, Record, State};

pub(crate) use document::QuotaDocument;
pub(crate) use said::{Account, Closed, Said, forget_closing, note_limits, note_refusal};
pub(crate) use wait::{Countdown, Patience, Waited, pause, wait};
pub(crate) use words::{closed, in_plan, last_unit, until, waiting};

/// What a provisional key may do, as the service documents it: backtests an hour and a day.
const PROVISIONAL: Allowance = Allowance { hour: Some(10), day: Some(30) };

/// How keys begin that nobody has claimed yet. Whether a claimed key is spelled another way is not documented, so a key
/// that `dsl auth` knows to be claimed, and one that got more than the limit, is not taken for provisional.
const PROVISIONAL_PREFIX: &str = "ht_prov_";

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Backtests that a key may start; `None`: not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Allowance {
    /// In 60 minutes.
    pub(crate) hour: Option<u64>,
    /// In 24 hours.
    pub(crate) day: Option<u64>,
}

/// What is left of a key's quota, as far as this machine knows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Quota {
    /// The last 60 minutes.
    pub(crate) hour: Window,
    /// The last 24 hours.
    pub(crate) day: Window,
    /// The server's word that nothing is taken before a moment to come.
    pub(crate) closed: Option<Closed>,
    /// When the server said that none was left, whatever our own count says.
    pub(crate) empty: Option<Timestamp>,
    /// Runs of the journal that can't be read, so that nobody knows what they cost.
    pub(crate) unread: u64,
}

/// A span of time and what was spent in it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Window {
    /// When each of its backtests was submitted, oldest first. Those in doubt are among them: they may have cost a unit.
    pub(crate) spent: Vec<Timestamp>,
    /// How many of them nobody knows to have been taken.
    pub(crate) doubtful: u64,
    /// How many it may hold.
    pub(crate) limit: Option<u64>,
    span: SignedDuration,
}

impl Allowance {
    /// Reads the `quota` of a registration, whose shape is not documented: `{backtests_per_hour, backtests_per_day}`, or
    /// the older `{backtests: {used, limit}}` where it says for how long. A limit without a span is not guessed at.
    pub(crate) fn read(quota: &Value) -> Self {
        let number = |value: Option<&Value>| match value? {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.trim().parse().ok(),
            Value::Object(inner) => inner.get("limit").and_then(Value::as_u64),
            _ => None,
        };
        let first = |object: &Value, names: &[&str]| names.iter().find_map(|name| number(object.get(*name)));
        let mut allowance = Self {
            hour: first(quota, &["backtests_per_hour", "backtests_hourly", "hourly_backtests"]),
            day: first(quota, &["backtests_per_day", "backtests_daily", "daily_backtests"]),
        };
        let Some(backtests) = quota.get("backtests").filter(|inner| inner.is_object()) else { return allowance };
        allowance.hour = allowance.hour.or_else(|| first(backtests, &["per_hour", "hourly", "hour"]));
        allowance.day = allowance.day.or_else(|| first(backtests, &["per_day", "daily", "day"]));
        let span = ["period", "per", "window", "interval"].iter().find_map(|name| backtests.get(*name)?.as_str());
        let limit = first(backtests, &["limit"]);
        match span.map(str::to_lowercase) {
            Some(span) if span.contains("hour") => allowance.hour = allowance.hour.or(limit),
            Some(span) if span.contains("da") => allowance.day = allowance.day.or(limit),
            _ => {}
        }
        allowance
    }

    /// What a key may do: what the server said of it, else what is documented for provisional ones.
    pub(crate) fn of(key: &str, claimed: bool, said: &Value) -> Self {
        // What was said at registration is no longer so for who has claimed it.
        if claimed {
            return Self::default();
        }
        let documented = if key.starts_with(PROVISIONAL_PREFIX) { PROVISIONAL } else { Self::default() };
        documented.told(said)
    }

    /// The same, once the server has said something of it. A limit that it names without a number is none.
    fn told(self, said: &Value) -> Self {
        let read = Self::read(said);
        let names = |key: &str| said.get(key).is_some();
        Self {
            hour: if names("backtests_per_hour") { read.hour } else { read.hour.or(self.hour) },
            day: if names("backtests_per_day") { read.day } else { read.day.or(self.day) },
        }
    }
}

impl Quota {
    /// Counts what the journal says was spent by an account at a server.
    pub(crate) fn count(records: &[Record], account: &Account, said: &Said, now: Timestamp) -> Self {
        let spent: Vec<(Timestamp, bool)> = records
            .iter()
            .filter(|record| {
                record.account.as_deref() == Some(&account.account) && same_server(&record.origin, &account.server)
            })
            .filter_map(spent)
            .collect();
        let allowance = said.limits.as_ref().map_or(account.allowance, |limits| account.allowance.told(&limits.quota));
        let window = |span, limit| Window::new(&spent, span, limit, now);
        Self {
            hour: window(HOUR, allowance.hour),
            day: window(DAY, allowance.day),
            closed: said.closed(now),
            empty: said.empty(now),
            unread: 0,
        }
    }

    /// The fewest backtests that may still be started in any window; `None` where no limit is known.
    pub(crate) fn left(&self) -> Option<u64> {
        [self.hour.left(), self.day.left()].into_iter().flatten().min()
    }

    /// When a backtest is taken again: now where one is left or nothing is known.
    pub(crate) fn free_at(&self, now: Timestamp) -> Timestamp {
        let own = [self.hour.free_at(), self.day.free_at()].into_iter().flatten();
        let said = self.closed.as_ref().map(|closed| closed.until);
        own.chain(said).fold(now, Timestamp::max)
    }
}

impl Window {
    fn new(spent: &[(Timestamp, bool)], span: SignedDuration, limit: Option<u64>, now: Timestamp) -> Self {
        let inside: Vec<&(Timestamp, bool)> = spent
            .iter()
            .filter(|(at, _)| {
                let age = now.duration_since(*at);
                // What lies ahead was written before the clock was set back; what lies far ahead is no such thing.
                age < span && age > -span
            })
            .collect();
        let doubtful = inside.iter().filter(|(_, sure)| !sure).count() as u64;
        let mut times: Vec<Timestamp> = inside.iter().map(|(at, _)| *at.min(&now)).collect();
        times.sort_unstable();
        // A server that took more than the limit has another one.
        let disproved = |limit: &u64| times.len() as u64 - doubtful > *limit;
        Self { limit: limit.filter(|limit| !disproved(limit)), spent: times, doubtful, span }
    }

    /// How many were spent, those in doubt included.
    pub(crate) fn used(&self) -> u64 {
        self.spent.len() as u64
    }

    /// How many are left.
    pub(crate) fn left(&self) -> Option<u64> {
        Some(self.limit?.saturating_sub(self.used()))
    }

    /// When the next spent one no longer counts; `None` where nothing was spent.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.spent.first()?.checked_add(self.span).ok()
    }

    /// When one is free again; `None` where one is, or no limit is known.
    fn free_at(&self) -> Option<Timestamp> {
        let over = self.used().checked_sub(self.limit?)?;
        self.spent.get(usize::try_from(over).ok()?)?.checked_add(self.span).ok()
    }
}

/// How the quota of a base URL's key stands, by this machine's journal; `None` without a key.
///
/// # Errors
/// An address, a key store or a journal that can't be used.
pub(crate) fn standing(base_url: &str, now: Timestamp) -> Result<Option<Quota>, Failure> {
    let Some(account) = Account::of(base_url)? else { return Ok(None) };
    let listing = Journal::open()?.listing();
    let quota = Quota::count(&listing.records, &account, &Said::of(&account), now);
    Ok(Some(Quota { unread: listing.broken.len() as u64, ..quota }))
}

/// When a run cost a unit, and whether that is sure; `None` for one that cost none.
fn spent(record: &Record) -> Option<(Timestamp, bool)> {
    let sure = match record.state {
        State::Planned | State::Refused => return None,
        State::Submitting | State::Unknown => false,
        State::Submitted | State::Running | State::Completed | State::Failed | State::Cancelled => true,
    };
    Some((record.submitted_at.as_deref()?.parse().ok()?, sure))
}

/// Whether two base URLs are of one server: scheme, host and port.
fn same_server(base_url: &str, server: &str) -> bool {
    signal_api::origin(base_url).is_ok_and(|origin| origin == server)
}
