//! How much quota is left, by the journal alone: an editor must not make a keyring ask for its password.

use jiff::Timestamp;
use signal_lsp::QuotaLeft;

use crate::journal::Journal;
use crate::quota::{Account, Quota, Said};
use crate::service;

/// What is left at a base URL to the account that ran there last; `None`: nobody ran there, or limits are not known.
pub(super) fn left(base_url: &str) -> Option<QuotaLeft> {
    let server = service::origin(base_url).ok()?;
    let records = Journal::open().ok()?.records();
    let account = Account::of_last_run(&records, server)?;
    let quota = Quota::count(&records, &account, &Said::of(&account), Timestamp::now());
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    Some(QuotaLeft {
        hour_left: small(quota.hour.left()?),
        hour_limit: small(quota.hour.limit?),
        day_left: small(quota.day.left()?),
        day_limit: small(quota.day.limit?),
    })
}
