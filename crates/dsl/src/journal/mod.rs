//! The journal: every run on disk, from before its first byte leaves until its results are here.
//!
//! `<state>/runs/<run id>/` holds `run.json` (the [`Record`]), `request.json` (the exact body that is sent; never the key),
//! `script.signal` (the file's text as it was) and `result.json` (what the server answered). Owner's eyes only.
//!
//! Three locks, all let go by the system when their process dies, however it dies:
//! - the journal's own ([`Journal::lock`]): held for the short moment in which one counts what was spent, looks for a twin
//!   and creates a record, so that two processes don't both find the last unit free;
//! - a run's `care.lock` ([`Entry`]): held by the one process that looks after the run. Others only read;
//! - a run's `write.lock`: held while `run.json` is rewritten, and by the process that submits from before it writes
//!   `submitting` until it has written what became of it. Every write reads the record again under it.

mod entry;
mod lock;
mod record;
mod state;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};

use ring::digest::{SHA256, digest};
use serde_json::Value;
use signal_api::models::ExecuteRequest;
use signal_text::closest;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::folders;
use crate::render::{json, visible};
use crate::run::run_id;

pub(crate) use entry::Entry;
pub(crate) use lock::Lock;
pub(crate) use record::{Fault, Record};
pub(crate) use state::{State, Step};

/// What a run of the sandbox in this very process has for an origin.
pub(crate) const SANDBOX: &str = "sandbox";

pub(crate) const RECORD: &str = "run.json";
pub(crate) const REQUEST: &str = "request.json";
pub(crate) const SCRIPT: &str = "script.signal";
pub(crate) const RESULT: &str = "result.json";

/// The journal of this user.
#[derive(Clone, Debug)]
pub(crate) struct Journal {
    runs: PathBuf,
}

/// The runs of a journal, and what in it can't be read.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Newest first.
    pub(crate) records: Vec<Record>,
    /// A remark for each record that is broken, naming its file.
    pub(crate) broken: Vec<String>,
}

/// A run that is about to be: what its record is made of.
#[derive(Clone, Debug)]
pub(crate) struct Draft<'a> {
    /// The script's name, as it was given.
    pub(crate) file: &'a str,
    /// Its absolute path; `None` for standard input.
    pub(crate) path: Option<PathBuf>,
    /// Its text.
    pub(crate) script: &'a str,
    /// What is going to be sent.
    pub(crate) request: &'a ExecuteRequest,
    /// Base URL of the server, or [`SANDBOX`].
    pub(crate) origin: &'a str,
    /// See [`account`]; `None` for the sandbox.
    pub(crate) account: Option<String>,
    /// The settings by the API's names, with their origins.
    pub(crate) settings: Value,
    /// The predicted warm-up, as `dsl warmup` has it.
    pub(crate) warmup: Option<Value>,
    /// Findings of the check.
    pub(crate) diagnostics_count: u64,
    /// Folder of the sandbox's bars.
    pub(crate) data: Option<PathBuf>,
    /// The run of unknown fate that this one repeats by its user's decision.
    pub(crate) resubmits: Option<String>,
    /// Conditions under which it counts as failed.
    pub(crate) fail_if: Vec<String>,
}

impl Journal {
    /// The journal in the user's state folder. Nothing is made or read yet.
    ///
    /// # Errors
    /// When there is no home to keep it in.
    pub(crate) fn open() -> Result<Self, Failure> {
        let state = folders::state().ok_or_else(|| {
            Failure::new(Exit::Usage, "journal", "there is no place for the journal of runs: HOME is not set").suggest(
                "set SIGNAL_STATE_DIR to a folder that can be written; a run that no journal knows could be lost",
            )
        })?;
        Ok(Self { runs: state.join("runs") })
    }

    /// The folder of runs.
    pub(crate) fn folder(&self) -> &Path {
        &self.runs
    }

    /// The journal in a folder of runs.
    #[cfg(test)]
    pub(crate) fn at(runs: PathBuf) -> Self {
        Self { runs }
    }

    /// Locks the journal: waits until no other process counts, looks for twins or creates a run.
    ///
    /// # Errors
    /// When the folder can't be made or the lock can't be had.
    pub(crate) fn lock(&self) -> Result<Lock, Failure> {
        self.prepare()?;
        Lock::wait(&self.runs.join(".lock")).map_err(|error| unwritable(&self.runs, &error))
    }

    fn prepare(&self) -> Result<(), Failure> {
        let new: Vec<&Path> = self.runs.ancestors().take_while(|folder| !folder.exists()).collect();
        files::make_folder(&self.runs, Readers::Owner).map_err(|error| unwritable(&self.runs, &error))?;
        // The first run of all is to outlast a power cut as well: the name of each folder is on disk before it.
        for parent in new.iter().filter_map(|folder| folder.parent()) {
            files::sync_folder(parent);
        }
        Ok(())
    }

    /// Every run, newest first. A broken record is left out; [`Journal::listing`] tells those.
    pub(crate) fn records(&self) -> Vec<Record> {
        self.listing().records
    }

    /// Every run, and what can't be read.
    pub(crate) fn listing(&self) -> Listing {
        let mut listing = Listing::default();
        // No folder, no runs.
        for folder in fs::read_dir(&self.runs).into_iter().flatten().flatten().map(|entry| entry.path()) {
            // Without a record the creation was cut off, and nothing was sent.
            if !folder.join(RECORD).is_file() {
                continue;
            }
            match Record::read(&folder) {
                Ok(record) => listing.records.push(record),
                Err(error) => {
                    let file = visible::line(&folder.join(RECORD).to_string_lossy()).into_owned();
                    listing.broken.push(format!("{file} can't be read and is left out: {}", visible::line(&error)));
                }
            }
        }
        listing.records.sort_by(|one, other| (&other.planned_at, &other.run).cmp(&(&one.planned_at, &one.run)));
        listing.broken.sort();
        listing
    }

    /// The run that `text` means: its id or the beginning of it, the backtest's id, the result's, or `latest`.
    ///
    /// # Errors
    /// None or several.
    pub(crate) fn find(&self, text: &str) -> Result<Record, Failure> {
        // A whole id is a folder's name, and needs no look at all the others.
        let is_name = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if is_name && let Ok(record) = Record::read(&self.runs.join(text)) {
            return Ok(record);
        }
        let Listing { mut records, broken } = self.listing();
        let is = |record: &Record| {
            let ids = [Some(&record.run), record.backtest_id.as_ref(), record.result_id.as_ref()];
            ids.into_iter().flatten().any(|id| id == text)
        };
        let exact = records.iter().position(|record| is(record) || text == "latest");
        if let Some(at) = exact {
            return Ok(records.swap_remove(at));
        }
        let begin: Vec<usize> =
            (0..records.len()).filter(|at| !text.is_empty() && records[*at].run.starts_with(text)).collect();
        match begin[..] {
            [at] => Ok(records.swap_remove(at)),
            [] => Err(unknown(text, &records, &broken)),
            _ => {
                let ids: Vec<&str> = begin.iter().take(5).map(|at| records[*at].run.as_str()).collect();
                let more = if begin.len() > ids.len() { ", ..." } else { "" };
                Err(Failure::usage(format!("`{}` is the beginning of {} runs", visible::line(text), begin.len()))
                    .suggest(format!("write more of the id: {}{more}", ids.join(", "))))
            }
        }
    }

    /// Writes down what is about to be sent, before anything is; the run is in this process's care. `_lock` shows that
    /// nobody else creates one meanwhile.
    ///
    /// # Errors
    /// When it can't be written: then nothing may be sent.
    pub(crate) fn create(&self, _lock: &Lock, draft: &Draft<'_>) -> Result<Entry, Failure> {
        let failed = |error: &std::io::Error| unwritable(&self.runs, error);
        let (run, folder) = self.new_folder()?;
        let created = (|| {
            let care = Lock::try_take(&folder.join(CARE))?
                .ok_or_else(|| std::io::Error::other("a new run is held by another process"))?;
            files::write(&folder.join(SCRIPT), draft.script.as_bytes(), Readers::Owner)?;
            let body = body(draft.request)?;
            files::write(&folder.join(REQUEST), &body, Readers::Owner)?;
            let record = Record::planned(run, folder.clone(), draft, &body);
            record.write()?;
            files::sync_folder(&self.runs);
            Ok(Entry::new(record, care))
        })();
        created.map_err(|error| {
            // What was half made would be nobody's.
            let _ = fs::remove_dir_all(&folder);
            failed(&error)
        })
    }

    /// A new id with its folder.
    fn new_folder(&self) -> Result<(String, PathBuf), Failure> {
        loop {
            let run = run_id();
            let folder = self.runs.join(&run);
            if !folder.exists() {
                files::make_folder(&folder, Readers::Owner).map_err(|error| unwritable(&self.runs, &error))?;
                return Ok((run, folder));
            }
        }
    }
}

const CARE: &str = "care.lock";
const WRITE: &str = "write.lock";

/// The exact body that is sent for a request.
fn body(request: &ExecuteRequest) -> std::io::Result<Vec<u8>> {
    serde_json::to_vec(request).map_err(std::io::Error::other)
}

/// What the same script with the same settings has in common: the hash of origin and exact request body.
///
/// # Errors
/// A request that is no JSON, which none is.
pub(crate) fn request_hash(origin: &str, request: &ExecuteRequest) -> Result<String, Failure> {
    let body = body(request).map_err(|error| Failure::usage(format!("the request can't be written: {error}")))?;
    Ok(hash_of(origin, &body))
}

fn hash_of(origin: &str, body: &[u8]) -> String {
    sha256(&[origin.as_bytes(), b"\n", body].concat())
}

/// SHA-256 in hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// By what runs under one key are counted: the first 12 digits of the key's SHA-256, which tell nothing of the key.
pub(crate) fn account(key: &secrecy::SecretString) -> String {
    let mut digits = sha256(secrecy::ExposeSecret::expose_secret(key).as_bytes());
    digits.truncate(12);
    digits
}

/// Now, as the journal writes it.
fn now() -> String {
    jiff::Timestamp::now().to_string()
}

fn unknown(text: &str, records: &[Record], broken: &[String]) -> Failure {
    let ids = records
        .iter()
        .flat_map(|record| [Some(&record.run), record.backtest_id.as_ref(), record.result_id.as_ref()])
        .flatten();
    let failure =
        Failure::new(Exit::NotFound, "unknown-run", format!("the journal knows no run `{}`", visible::line(text)));
    failure.suggest(match closest(text, ids.map(String::as_str)) {
        Some(near) => format!("did you mean `{}`?", visible::line(near)),
        None if !broken.is_empty() => format!("it may be among those that can't be read:\n{}", broken.join("\n")),
        None if records.is_empty() => "there are no runs yet: dsl run FILE makes the first one".to_owned(),
        None => "`dsl runs list` shows all runs; `latest` is the last one".to_owned(),
    })
}

/// The failure for a journal that can't be written.
fn unwritable(place: &Path, error: &std::io::Error) -> Failure {
    let place = visible::line(&place.to_string_lossy()).into_owned();
    Failure::new(Exit::Usage, "journal", format!("the journal can't be written: {place}: {error}")).suggest(
        "free some space or mend the permissions there, or set SIGNAL_STATE_DIR to a folder that can be written; \
         a run that is not written down first is not sent",
    )
}

/// A record as it stands in its file: JSON that is harmless where somebody prints it.
fn document(record: &Record) -> String {
    json::document(record)
}
