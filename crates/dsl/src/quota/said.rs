//! What the server said of a quota, kept in `<state>/quota.json` by account and server, and whose quota it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use signal_api::{ApiError, Class, ErrorCode};

use super::Allowance;
use super::wait::is_short;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::folders;
use crate::journal::{self, Lock, Record};
use crate::keys::{Entry, Kept, Keys, Known};
use crate::service;

/// The longest wait that is believed beyond this run: a day's quota comes back within a day.
const LONGEST: SignedDuration = SignedDuration::from_hours(25);

/// After so long what a server said of limits is forgotten, unless it says it again.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Whose quota it is: a key at a server.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Account {
    /// See [`journal::account`].
    pub(crate) account: String,
    /// Scheme, host and port.
    pub(crate) server: String,
    /// What it may do, as far as is known.
    pub(crate) allowance: Allowance,
}

/// What the server said of an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Said {
    /// That nothing is taken for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) closed: Option<Closed>,
    /// That none was left; it may not have said until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) empty: Option<Empty>,
    /// Its limits, as it told them when it took a run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) limits: Option<Limits>,
    /// What later versions keep.
    #[serde(flatten)]
    pub(super) extra: Map<String, Value>,
}

/// The server's word that no backtest is taken before a certain moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Closed {
    /// When it said so.
    #[serde(with = "rfc3339")]
    pub(crate) said_at: Timestamp,
    /// Until when.
    #[serde(with = "rfc3339")]
    pub(crate) until: Timestamp,
    /// The code of its refusal.
    pub(crate) code: String,
}

/// The server's word that a quota is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Empty {
    /// When it said so.
    #[serde(with = "rfc3339")]
    said_at: Timestamp,
}

impl Empty {
    /// The word of a refusal.
    fn of(error: &ApiError, now: Timestamp) -> Option<Self> {
        let is_quota = matches!(error.code()?, ErrorCode::FreeQuotaExceeded | ErrorCode::QuotaExceeded);
        is_quota.then_some(Self { said_at: now })
    }

    /// When it was said, as long as it is worth telling: within the hour the smallest window moves on.
    fn fresh(self, now: Timestamp) -> Option<Timestamp> {
        let age = now.duration_since(self.said_at);
        (!age.is_negative() && age < super::HOUR).then_some(self.said_at)
    }
}

/// What the server said of an account's limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Limits {
    /// When it said so.
    #[serde(with = "rfc3339")]
    said_at: Timestamp,
    /// As it said it, see [`Allowance::read`].
    pub(super) quota: Value,
}

/// The file.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Notes {
    #[serde(default)]
    accounts: BTreeMap<String, Said>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl Closed {
    /// The word of a refusal: `None` where it says no moment, or is about something else than the quota.
    pub(crate) fn of(error: &ApiError, now: Timestamp) -> Option<Self> {
        let ApiError::Refused { retry_after: Some(wait), code, .. } = error else { return None };
        if error.class() != Class::Quota || *code == ErrorCode::RegistrationLimit {
            return None;
        }
        let wait = SignedDuration::try_from(*wait).unwrap_or(LONGEST).min(LONGEST);
        Some(Self { said_at: now, until: now.checked_add(wait).ok()?, code: code.as_str().to_owned() })
    }

    /// Whether it still holds. A clock that was set back since makes it worthless, and then the server decides anew.
    pub(super) fn holds(&self, now: Timestamp) -> bool {
        self.said_at <= now && now < self.until && self.until.duration_since(self.said_at) <= LONGEST
    }

    /// Whether it is a rate limit that is waited for without being asked to, whichever run was told of it.
    pub(crate) fn is_short(&self, now: Timestamp) -> bool {
        is_short(&self.code.as_str().into(), self.left(now))
    }

    /// How long it still holds.
    pub(crate) fn left(&self, now: Timestamp) -> Duration {
        Duration::try_from(self.until.duration_since(now)).unwrap_or_default()
    }
}

impl Account {
    /// The account of a base URL's key; `None` without a key.
    ///
    /// # Errors
    /// An address or a key store that can't be used.
    pub(crate) fn of(base_url: &str) -> Result<Option<Self>, Failure> {
        let Some((key, kept)) = service::key(base_url)? else { return Ok(None) };
        Self::of_key(base_url, &key, &kept).map(Some)
    }

    /// The account of a key that was found already.
    ///
    /// # Errors
    /// An address that can't be used.
    pub(crate) fn of_key(base_url: &str, key: &SecretString, kept: &Kept) -> Result<Self, Failure> {
        let server = service::origin(base_url)?;
        // Of a key from the environment, the stores know nothing.
        let entry = match kept {
            Kept::Environment => None,
            _ => Keys::open().ok().and_then(|keys| keys.entries().ok()?.remove(&server)),
        };
        Ok(Self::new(key, server, entry.as_ref()))
    }

    /// The account at a server as far as it is known without its key: by the journal, newest first, and by what is known of
    /// the key that is stored for that server. `None`: nobody ran there, or has a stored key.
    pub(crate) fn without_key(records: &[Record], server: String, stored: Option<&Known>) -> Option<Self> {
        let ran = |record: &&Record| record.account.is_some() && super::same_server(&record.origin, &server);
        let last = records.iter().find(ran);
        let moment = |text: &Option<String>| text.as_deref()?.parse::<Timestamp>().ok();
        let registered = stored.and_then(|stored| moment(&stored.registered_at));
        // A key that was registered after the last run has spent nothing.
        let is_of_key =
            |record: &&Record| registered.is_none_or(|registered| moment(&record.submitted_at) > Some(registered));
        let account = match last.filter(is_of_key) {
            Some(record) => record.account.clone()?,
            None => stored.map(|_| String::new())?,
        };
        let allowance = stored.map_or(Allowance::default(), |stored| {
            // Who registers is given a provisional key; of one that was handed in nobody knows.
            let key = if registered.is_some() { super::PROVISIONAL_PREFIX } else { "" };
            Allowance::of(key, stored.claimed == Some(true), &stored.quota)
        });
        Some(Self { account, server, allowance })
    }

    fn new(key: &SecretString, server: String, entry: Option<&Entry>) -> Self {
        let claimed = entry.and_then(|entry| entry.claimed).unwrap_or(false);
        let said = entry.map_or(&Value::Null, |entry| &entry.quota);
        Self { account: journal::account(key), server, allowance: Allowance::of(key.expose_secret(), claimed, said) }
    }

    fn name(&self) -> String {
        format!("{}@{}", self.account, self.server)
    }
}

impl Said {
    /// That nothing is taken yet, where that still holds.
    pub(crate) fn closed(&self, now: Timestamp) -> Option<Closed> {
        self.closed.clone().filter(|closed| closed.holds(now))
    }

    /// When it said that none was left, and has taken none since; within the last hour.
    pub(crate) fn empty(&self, now: Timestamp) -> Option<Timestamp> {
        self.empty?.fresh(now)
    }

    /// What the server said of an account so far. A file that can't be read has nothing to say: the server decides.
    pub(crate) fn of(account: &Account) -> Self {
        let Some(file) = file() else { return Self::default() };
        read(&file).accounts.remove(&account.name()).unwrap_or_default()
    }
}

/// Keeps the word of a refusal for later runs, of other processes too. It is a courtesy: what can't be kept is not.
pub(crate) fn note_refusal(account: &Account, error: &ApiError, now: Timestamp) {
    let (closed, empty) = (Closed::of(error, now), Empty::of(error, now));
    if closed.is_some() || empty.is_some() {
        change(account, |said| (said.closed, said.empty) = (closed.or(said.closed.take()), empty.or(said.empty)));
    }
}

/// Forgets the word of a refusal: the server has taken a run since.
pub(crate) fn forget_closing(account: &Account) {
    let said = Said::of(account);
    if said.closed.is_some() || said.empty.is_some() {
        change(account, |said| (said.closed, said.empty) = (None, None));
    }
}

/// Keeps the limits that a server tells when it takes a run.
pub(crate) fn note_limits(account: &str, base_url: &str, quota: &Value) {
    let Ok(server) = service::origin(base_url) else { return };
    let account = Account { account: account.to_owned(), server, allowance: Allowance::default() };
    let now = Timestamp::now();
    let known = Said::of(&account).limits;
    if !quota.is_object() || known.is_some_and(|known| known.quota == *quota && known.is_fresh(now)) {
        return;
    }
    change(&account, |said| said.limits = Some(Limits { said_at: now, quota: quota.clone() }));
}

impl Limits {
    /// Whether it was said in the last days. Keys that nobody has used since are most likely no more.
    fn is_fresh(&self, now: Timestamp) -> bool {
        now.duration_since(self.said_at).abs() < FORGOTTEN
    }
}

fn file() -> Option<PathBuf> {
    Some(folders::state()?.join("quota.json"))
}

fn read(file: &Path) -> Notes {
    fs::read(file).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}

fn change(account: &Account, change: impl FnOnce(&mut Said)) {
    let Some(file) = file() else { return };
    if files::make_folder(&crate::input::folder_of(&file), Readers::Owner).is_err() {
        return;
    }
    // Two processes that write at once would lose the word of one.
    let Ok(_lock) = Lock::wait(&file.with_extension("lock")) else { return };
    let mut kept = read(&file);
    change(kept.accounts.entry(account.name()).or_default());
    let now = Timestamp::now();
    for said in kept.accounts.values_mut() {
        said.closed.take_if(|closed| !closed.holds(now));
        said.empty.take_if(|empty| empty.fresh(now).is_none());
        said.limits.take_if(|limits| !limits.is_fresh(now));
    }
    kept.accounts.retain(|_, said| *said != Said::default());
    let _ = files::write(&file, crate::render::json::document(&kept).as_bytes(), Readers::Owner);
}

/// Moments as RFC 3339 texts.
mod rfc3339 {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(moment)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
