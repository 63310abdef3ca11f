//! `keys.json`: what is known of each key, and the keys themselves where there is no keyring. Its owner's alone.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use secrecy::zeroize::Zeroizing;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Entry;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::input::shown;

/// Name of the file in the folder of settings.
const NAME: &str = "keys.json";

/// How long another `dsl` that changes the keys is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The file with its place.
pub(crate) struct KeyFile {
    pub(crate) path: PathBuf,
}

/// The document. Fields of later versions survive.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Document {
    #[serde(default)]
    schema: u32,
    /// By origin.
    #[serde(default)]
    keys: BTreeMap<String, Entry>,
    #[serde(flatten)]
    extra: serde_json::Map<String, Value>,
}

/// What is known of a key, without the key: its text is passed over when this is read.
#[derive(Debug, Deserialize)]
pub(crate) struct Known {
    /// As [`Entry::registered_at`].
    pub(crate) registered_at: Option<String>,
    /// As [`Entry::claimed`].
    pub(crate) claimed: Option<bool>,
    /// As [`Entry::quota`].
    #[serde(default)]
    pub(crate) quota: Value,
}

/// The document as [`Known`] is read from it.
#[derive(Debug, Deserialize)]
struct KnownOnly {
    #[serde(default)]
    keys: BTreeMap<String, Known>,
}

/// While it is held no other `dsl` changes the keys.
pub(crate) struct Lock(#[expect(dead_code, reason = "the lock goes with the file")] File);

impl KeyFile {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join(NAME) }
    }

    /// Every entry; none where there is no file.
    pub(crate) fn entries(&self) -> Result<BTreeMap<String, Entry>, Failure> {
        Ok(self.read()?.keys)
    }

    /// What is known of the key for an origin, the key itself left aside; `None`: nothing is, or the file can't be read.
    pub(crate) fn known(&self, origin: &str) -> Option<Known> {
        let text = Zeroizing::new(fs::read(&self.path).ok()?);
        serde_json::from_slice::<KnownOnly>(&text).ok()?.keys.remove(origin)
    }

    /// Changes the entries. `lock` is a reminder that somebody else might, too.
    pub(crate) fn change(
        &self,
        _lock: &Lock,
        change: impl FnOnce(&mut BTreeMap<String, Entry>),
    ) -> Result<(), Failure> {
        let mut document = self.read()?;
        document.schema = 1;
        change(&mut document.keys);
        let file = self.target();
        sweep(&file);
        let text = serde_json::to_vec_pretty(&document).map(Zeroizing::new);
        let written = text.map_err(io::Error::from).and_then(|text| files::write(&file, &text, Readers::Owner));
        written.map_err(|error| self.unwritable(&error))
    }

    /// Makes sure that the file can be written, and some kilobytes more.
    pub(crate) fn probe(&self, _lock: &Lock) -> Result<(), Failure> {
        self.read()?;
        let probe = self.path.with_extension("probe");
        let written = files::write(&probe, &[b' '; 8192], Readers::Owner);
        let _ = fs::remove_file(&probe);
        if self.path.is_dir() {
            return Err(self.unwritable(&io::Error::from(io::ErrorKind::IsADirectory)));
        }
        written.map_err(|error| self.unwritable(&error))
    }

    /// Keeps other `dsl`s from changing the keys.
    pub(crate) fn lock(&self) -> Result<Lock, Failure> {
        let path = self.path.with_extension("lock");
        let folder = crate::input::folder_of(&path);
        let open = || {
            files::make_folder(&folder, Readers::Owner)?;
            let mut options = fs::OpenOptions::new();
            options.write(true).create(true).truncate(false);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options.open(&path)
        };
        let file = open().map_err(|error| self.unwritable(&error))?;
        let began = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Lock(file)),
                Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(Failure::new(Exit::Usage, "keys-busy", "another dsl is changing the keys right now")
                        .suggest("wait until it is done, then try again"));
                }
                // A file system without locks has no other writers that we could keep away.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(Lock(file)),
                Err(TryLockError::Error(error)) => return Err(self.unwritable(&error)),
            }
        }
    }

    /// The permission bits of the file; `None` where there is no file or no such thing.
    pub(crate) fn mode(&self) -> Option<u32> {
        #[cfg(unix)]
        return Some(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&self.path).ok()?.permissions()) & 0o7777);
        #[cfg(not(unix))]
        None
    }

    /// Takes away what others may do with the file, and says so where that was something.
    pub(crate) fn guard(&self) -> Option<String> {
        let mode = self.tighten()?;
        let now = self.mode().unwrap_or(mode);
        let path = shown(&self.path);
        Some(match now & 0o077 {
            0 => format!(
                "warning: {path} had the mode {mode:04o}, so others could read it; it is {now:04o} now. If others use this machine, get another key"
            ),
            _ => format!("warning: {path} has the mode {mode:04o}: others can read it, and it can't be changed"),
        })
    }

    /// Takes away what others may do with the file: the mode that it had, where that was something.
    pub(super) fn tighten(&self) -> Option<u32> {
        let mode = self.mode().filter(|mode| mode & 0o077 != 0)?;
        #[cfg(unix)]
        {
            let owner = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            // Where the system does not let us, the mode that stays is told all the same.
            let _ = fs::set_permissions(&self.path, owner);
        }
        Some(mode)
    }

    fn read(&self) -> Result<Document, Failure> {
        let text = match fs::read(&self.path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(Document::default());
            }
            Err(error) => return Err(self.unreadable(&error.to_string())),
        };
        // serde's own words could quote what stands there.
        serde_json::from_slice(&text).map_err(|error| {
            self.unreadable(&format!("line {}, column {} is not as dsl writes it", error.line(), error.column()))
        })
    }

    /// The file itself where the path is a link to it, as some keep their settings: a new file in the link's place would
    /// leave the old one with its keys where it is.
    fn target(&self) -> PathBuf {
        let is_link = fs::symlink_metadata(&self.path).is_ok_and(|file| file.is_symlink());
        fs::canonicalize(&self.path).ok().filter(|_| is_link).unwrap_or_else(|| self.path.clone())
    }

    fn unreadable(&self, why: &str) -> Failure {
        let message = format!("the file of the keys can't be read: {}: {why}", shown(&self.path));
        Failure::new(Exit::Usage, "keys-unreadable", message).suggest(
            "mend it, or move it away and hand in your key again: dsl auth login; HEYTRADERS_API_KEY outranks it",
        )
    }

    fn unwritable(&self, error: &io::Error) -> Failure {
        let message = format!("the file of the keys can't be written: {}: {error}", shown(&self.path));
        Failure::new(Exit::Usage, "keys-unwritable", message)
            .suggest("make room or give yourself the right to write there, or set SIGNAL_CONFIG_DIR to another folder")
    }
}

/// Removes drafts that a `dsl` left behind which was killed while it wrote: they may hold keys.
fn sweep(file: &Path) {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let drafts = format!(".{name}.");
    let Ok(entries) = fs::read_dir(crate::input::folder_of(file)) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(&drafts) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
