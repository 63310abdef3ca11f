//! How much quota is left, without the key: an editor must not make a keyring ask for its password.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use signal_lsp::QuotaLeft;

use crate::folders;
use crate::journal::{Journal, Record};
use crate::keys::KeyFile;
use crate::quota::{Account, Quota, Said};
use crate::service;

/// Runs before that count no more, whatever the clock's faults.
const COUNTED: SignedDuration = SignedDuration::from_hours(25);

/// The runs of the journal that may count, kept until it changes.
#[derive(Debug, Default)]
pub(super) struct Recent(Mutex<Option<Arc<Vec<Record>>>>);

impl Recent {
    /// Forgets them, since the journal has changed.
    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// What is left at a base URL to the key that ran there last, or that is stored for it; `None`: there is none, or its
    /// limits are not known. `keep`: whether what was read may be kept, because changes are noticed.
    pub(super) fn left(&self, base_url: &str, keep: bool) -> Option<QuotaLeft> {
        let server = service::origin(base_url).ok()?;
        // A key in the environment outranks the stored one, and nothing is known of it.
        let is_stored = service::variable(crate::keys::VARIABLE).is_none();
        let stored = folders::config().filter(|_| is_stored);
        let stored = stored.and_then(|folder| KeyFile::in_folder(&folder).known(&server));
        let records = self.records(keep)?;
        let account = Account::without_key(&records, server, stored.as_ref())?;
        let quota = Quota::count(&records, &account, &Said::of(&account), Timestamp::now());
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Some(QuotaLeft {
            hour_left: small(quota.hour.left()?),
            hour_limit: small(quota.hour.limit?),
            day_left: small(quota.day.left()?),
            day_limit: small(quota.day.limit?),
        })
    }

    fn records(&self, keep: bool) -> Option<Arc<Vec<Record>>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(records) = known.as_ref().filter(|_| keep) {
            return Some(Arc::clone(records));
        }
        let mut records = Journal::open().ok()?.records();
        let first = Timestamp::now().checked_sub(COUNTED).ok()?;
        // Of older ones, the last of each account tells whose it was.
        let mut accounts = std::collections::HashSet::new();
        records.retain(|record| {
            let submitted = record.submitted_at.as_deref().and_then(|text| text.parse::<Timestamp>().ok());
            let is_last = accounts.insert((record.account.clone(), record.origin.clone()));
            is_last || submitted.is_some_and(|submitted| submitted >= first)
        });
        Some(Arc::clone(known.insert(Arc::new(records))))
    }
}
