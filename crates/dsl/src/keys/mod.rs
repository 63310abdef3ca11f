//! The keys of `dsl auth`, one an origin: the key in the system's keyring or in a file, what is known of it in the file.
//!
//! A key belongs to the origin (scheme, host and port) that gave it, and is handed out for no other. The keyring is asked
//! only for keys that the file says are in it, so that commands without one wait for nobody.

mod file;
mod keyring;
pub(crate) mod pasted;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use signal_api::models::ApiKey;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::folders;
use crate::input::shown;

pub(crate) use file::{KeyFile, Known, Lock};
use keyring::Vault;

/// The variable that outranks every store.
pub(crate) const VARIABLE: &str = "HEYTRADERS_API_KEY";

/// Where keys can be stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Store {
    /// The system's keyring.
    Keyring,
    /// A file that only its owner reads.
    #[default]
    File,
}

/// Where a key comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// `HEYTRADERS_API_KEY`.
    Environment,
    /// The system's keyring.
    Keyring,
    /// This file.
    File(PathBuf),
}

impl Kept {
    /// The word of our JSON.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::Keyring => "keyring",
            Self::File(_) => "file",
        }
    }

    /// As people read it, behind "the key from".
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Environment => VARIABLE.to_owned(),
            Self::Keyring => "the system's keyring".to_owned(),
            Self::File(path) => shown(path),
        }
    }

    /// The file, where it is one.
    pub(crate) fn path(&self) -> Option<String> {
        match self {
            Self::File(path) => Some(shown(path)),
            _ => None,
        }
    }
}

/// What is known of a stored key, and the key itself where the file holds it. Moments are RFC 3339, UTC.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Where the key is.
    pub(crate) store: Store,
    /// The key, in the store `file`. Never shown by `Debug`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<ApiKey>,
    /// What the service calls the key; not secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key_id: Option<String>,
    /// The name of the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) display_name: Option<String>,
    /// The agent, once it is claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) agent_id: Option<String>,
    /// When it was registered here; `None` for a key that was handed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) registered_at: Option<String>,
    /// When it ends; `None` for one that does not, or of which nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<String>,
    /// Whether a user has claimed it, as far as is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) claimed: Option<bool>,
    /// What it may do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) scopes: Vec<String>,
    /// What it may use up, as the server said last.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(crate) quota: Value,
    /// A code that may still be entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) claim: Option<PendingClaim>,
    /// What later versions know.
    #[serde(flatten)]
    pub(crate) extra: serde_json::Map<String, Value>,
}

/// A claim that was begun and not seen to its end.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PendingClaim {
    /// The code to enter.
    pub(crate) code: String,
    /// Until when it is taken.
    pub(crate) expires_at: String,
}

impl Entry {
    /// Seconds until the key ends, below zero when it has; `None` where it does not end or nobody knows.
    pub(crate) fn seconds_left(&self, now: Timestamp) -> Option<i64> {
        seconds_until(self.expires_at.as_deref()?, now)
    }

    /// Whether both are about one key, as far as can be seen without a keyring.
    fn is_of_key(&self, other: &Self) -> bool {
        let same_text = match (&self.key, &other.key) {
            (Some(one), Some(two)) => one.secret().expose_secret() == two.secret().expose_secret(),
            (one, two) => one.is_none() && two.is_none(),
        };
        // One that was handed in may learn its id later.
        let mut ids = self.key_id.iter().zip(&other.key_id);
        same_text
            && (self.store, &self.registered_at) == (other.store, &other.registered_at)
            && ids.all(|(one, two)| one == two)
    }

    /// Whether both say the same of their keys.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        let facts = |entry: &Self| serde_json::to_value(Self { key: None, ..entry.clone() }).unwrap_or_default();
        facts(self) == facts(other)
    }
}

/// Seconds from `now` to a moment; `None` for a text that is none.
pub(crate) fn seconds_until(moment: &str, now: Timestamp) -> Option<i64> {
    Some(moment.parse::<Timestamp>().ok()?.as_second() - now.as_second())
}

/// A stored key with what is known of it.
pub(crate) struct Found {
    pub(crate) key: SecretString,
    pub(crate) kept: Kept,
}

/// A store that was found fit to take a key.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) store: Store,
    /// Why it is not the keyring, where nobody asked for the file.
    pub(crate) instead: Option<String>,
}

/// All stores.
pub(crate) struct Keys {
    pub(crate) file: KeyFile,
    vault: Box<dyn Vault + Send + Sync>,
}

impl Keys {
    /// The user's stores; nothing is read yet.
    ///
    /// # Errors
    /// When there is no folder for settings.
    pub(crate) fn open() -> Result<Self, Failure> {
        let folder = folders::config().ok_or_else(|| {
            Failure::new(Exit::Usage, "no-config-folder", "there is no folder to keep keys in: HOME is not set")
                .suggest("set SIGNAL_CONFIG_DIR to a folder of yours, or hand the key over in HEYTRADERS_API_KEY")
        })?;
        Ok(Self::of(&folder, keyring::system()))
    }

    fn of(folder: &Path, vault: Box<dyn Vault + Send + Sync>) -> Self {
        Self { file: KeyFile::in_folder(folder), vault }
    }

    /// What is known of every stored key, by origin.
    pub(crate) fn entries(&self) -> Result<BTreeMap<String, Entry>, Failure> {
        self.file.entries()
    }

    /// The key for an origin.
    ///
    /// # Errors
    /// A file or keyring that can't be read.
    pub(crate) fn find(&self, origin: &str) -> Result<Option<Found>, Failure> {
        let Some(entry) = self.file.entries()?.remove(origin) else { return Ok(None) };
        let again = "hand it in again with dsl auth login, or set HEYTRADERS_API_KEY, which outranks the stores";
        let lost = |message: String| Failure::new(Exit::Key, "key-not-readable", message).suggest(again);
        match (entry.store, entry.key) {
            (Store::File, Some(key)) => {
                Ok(Some(Found { key: key.secret().clone(), kept: Kept::File(self.file.path.clone()) }))
            }
            (Store::File, None) => {
                Err(lost(format!("{} names a key for {origin}, but holds none", shown(&self.file.path))))
            }
            (Store::Keyring, _) => match self.vault.get(origin) {
                Ok(Some(key)) => Ok(Some(Found { key, kept: Kept::Keyring })),
                Ok(None) => Err(lost(format!("the key for {origin} is no longer in the system's keyring"))),
                Err(fault) => Err(lost(format!(
                    "the key for {origin} is in the system's keyring, which can't be used: {}",
                    fault.0
                ))),
            },
        }
    }

    /// Finds a store that takes a key, before one is asked for: the one that is wished for, else the keyring, else the file.
    ///
    /// # Errors
    /// No store can be written.
    pub(crate) fn prepare(&self, wish: Option<Store>, lock: &Lock) -> Result<Ready, Failure> {
        // What is known of the key stands in the file, wherever the key is.
        self.file.probe(lock)?;
        if wish == Some(Store::File) {
            return Ok(Ready { store: Store::File, instead: None });
        }
        const PROBE: &str = "probe";
        let tried = self.vault.set(PROBE, &SecretString::from("written and deleted at once, to see whether it works"));
        match (tried, wish) {
            (Ok(()), _) => {
                // A probe that stays is no secret.
                let _ = self.vault.delete(PROBE);
                Ok(Ready { store: Store::Keyring, instead: None })
            }
            (Err(fault), None) => Ok(Ready { store: Store::File, instead: Some(fault.0) }),
            (Err(fault), Some(_)) => {
                Err(Failure::new(Exit::Usage, "no-keyring", format!("the system's keyring can't be used: {}", fault.0))
                    .suggest("leave --store out, or write --store file"))
            }
        }
    }

    /// Stores a key, in place of the one for that origin. A keyring that fails now gives way to the file.
    ///
    /// # Errors
    /// When neither takes it.
    pub(crate) fn store(
        &self,
        origin: &str,
        key: &SecretString,
        mut entry: Entry,
        store: Store,
        lock: &Lock,
    ) -> Result<Kept, Failure> {
        let in_keyring = store == Store::Keyring && self.vault.set(origin, key).is_ok();
        entry.store = if in_keyring { Store::Keyring } else { Store::File };
        entry.key = (!in_keyring).then(|| ApiKey::from(key.expose_secret().to_owned()));
        let mut before = None;
        self.file.change(lock, |entries| before = entries.insert(origin.to_owned(), entry))?;
        if before.is_some_and(|before| before.store == Store::Keyring) && !in_keyring {
            // What stays there is not read any more.
            let _ = self.vault.delete(origin);
        }
        Ok(if in_keyring { Kept::Keyring } else { Kept::File(self.file.path.clone()) })
    }

    /// Changes what is known of a stored key, which was `known` before; where it is gone or another one took its place
    /// meanwhile, nothing.
    ///
    /// # Errors
    /// When the file can't be changed.
    pub(crate) fn amend(&self, origin: &str, known: &Entry, change: impl FnOnce(&mut Entry)) -> Result<(), Failure> {
        let lock = self.file.lock()?;
        self.file.change(&lock, |entries| {
            if let Some(entry) = entries.get_mut(origin).filter(|entry| entry.is_of_key(known)) {
                change(entry);
            }
        })
    }

    /// Forgets the key for an origin, wherever it is: the stores that had it.
    ///
    /// # Errors
    /// A store that can't be changed: the key may still be there.
    pub(crate) fn remove(&self, origin: &str) -> Result<Vec<Kept>, Failure> {
        let lock = self.file.lock()?;
        let known = self.file.entries()?.remove(origin).map(|entry| (entry.store, entry.key.is_some()));
        let mut from = Vec::new();
        match self.vault.delete(origin) {
            Ok(true) => from.push(Kept::Keyring),
            Ok(false) => {}
            Err(fault) if known == Some((Store::Keyring, false)) => {
                return Err(Failure::new(
                    Exit::Usage,
                    "keyring",
                    format!("the key stays in the system's keyring, which can't be used: {}", fault.0),
                )
                .suggest("unlock the keyring, then try again"));
            }
            Err(_) => {}
        }
        if let Some((_, in_file)) = known {
            self.file.change(&lock, |entries| drop(entries.remove(origin)))?;
            if in_file {
                from.push(Kept::File(self.file.path.clone()));
            }
        }
        Ok(from)
    }
}

/// Keeps a key that no store takes any more: in a file of its own, wherever one can be written. The key can't be read from
/// the service again. It is shown on no screen, which would put it into scrollbacks and logs: one that can be written
/// nowhere is lost, and costs one registration of five an hour.
pub(crate) fn rescue(key: &SecretString) -> Option<PathBuf> {
    let folders =
        [folders::config(), folders::state(), folders::cache(), Some(std::env::temp_dir().join("dsl-rescued"))];
    rescue_into(folders.into_iter().flatten(), key)
}

fn rescue_into(mut folders: impl Iterator<Item = PathBuf>, key: &SecretString) -> Option<PathBuf> {
    let name = format!("rescued-key-{}", std::process::id());
    folders.find_map(|folder| {
        let file = folder.join(&name);
        files::write(&file, key.expose_secret().as_bytes(), Readers::Owner).is_ok().then_some(file)
    })
}
