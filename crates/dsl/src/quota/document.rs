//! A quota in our JSON.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Quota, Window};

/// How a key's quota stands, by this machine's journal and the server's last word. Times are RFC 3339 in UTC.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct QuotaDocument {
    /// The last 60 minutes.
    pub(crate) hour: WindowDocument,
    /// The last 24 hours.
    pub(crate) day: WindowDocument,
    /// The server's word that it takes nothing before; null when it gave none that still holds.
    pub(crate) closed_until: Option<String>,
    /// When the server said that none was left, in the last hour and taking none since; null when it did not.
    pub(crate) empty_at: Option<String>,
    /// Runs of the journal that can't be read, so that nobody knows what they cost.
    pub(crate) unread: u64,
}

/// A span of time and what was spent in it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct WindowDocument {
    /// Backtests submitted in it.
    pub(crate) used: u64,
    /// How many of them nobody knows to have been taken.
    pub(crate) doubtful: u64,
    /// How many it may hold; null when that is not known.
    pub(crate) limit: Option<u64>,
    /// How many are left.
    pub(crate) left: Option<u64>,
    /// When the oldest of them no longer counts; null when there is none.
    pub(crate) next: Option<String>,
}

impl From<&Quota> for QuotaDocument {
    fn from(quota: &Quota) -> Self {
        Self {
            hour: (&quota.hour).into(),
            day: (&quota.day).into(),
            closed_until: quota.closed.as_ref().map(|closed| closed.until.to_string()),
            empty_at: quota.empty.as_ref().map(Timestamp::to_string),
            unread: quota.unread,
        }
    }
}

impl From<&Window> for WindowDocument {
    fn from(window: &Window) -> Self {
        Self {
            used: window.used(),
            doubtful: window.doubtful,
            limit: window.limit,
            left: window.left(),
            next: window.next().as_ref().map(Timestamp::to_string),
        }
    }
}
