//! One run, as `run.json` holds it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use signal_api::models::ExecuteRequest;
use signal_api::{ApiError, ErrorBody, ErrorCode};

use super::{CARE, Draft, Lock, RECORD, REQUEST, RESULT, SCRIPT, State, Step, WRITE, document, now, unwritable};
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::render::json;

/// A run. Times are RFC 3339 in UTC; fields that this version does not know are kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The run's id, which is its folder's name.
    pub(crate) run: String,
    /// The script, as it was named.
    #[serde(default)]
    pub(crate) file: String,
    /// Its absolute path; `None` for standard input.
    #[serde(default)]
    pub(crate) path: Option<PathBuf>,
    /// SHA-256 of the script's text.
    #[serde(default)]
    pub(crate) script_sha256: String,
    /// SHA-256 of the origin and the exact request body: the same script with the same settings at the same place.
    #[serde(default)]
    pub(crate) request_sha256: String,
    /// Base URL of the server, or `sandbox`.
    pub(crate) origin: String,
    /// By what the quota is counted: the first 12 digits of the key's SHA-256; `None` for the sandbox.
    #[serde(default)]
    pub(crate) account: Option<String>,
    /// How far it is.
    pub(crate) state: State,
    /// When it was written down.
    #[serde(default)]
    pub(crate) planned_at: String,
    /// Until when the server takes no run like it: a planned run waits for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) not_before: Option<String>,
    /// When the request was about to be sent.
    #[serde(default)]
    pub(crate) submitted_at: Option<String>,
    /// When its end was seen here.
    #[serde(default)]
    pub(crate) finished_at: Option<String>,
    /// The job's id at the server.
    #[serde(default)]
    pub(crate) backtest_id: Option<String>,
    /// The id of the results.
    #[serde(default)]
    pub(crate) result_id: Option<String>,
    /// The page with charts and trades.
    #[serde(default)]
    pub(crate) dashboard_url: Option<String>,
    /// The figures as the server sent them.
    #[serde(default)]
    pub(crate) metrics: Option<Value>,
    /// What was sent, by the API's parameter names, without the script; `origin` says where each came from.
    #[serde(default)]
    pub(crate) settings: Value,
    /// The predicted warm-up, as `dsl warmup` has it.
    #[serde(default)]
    pub(crate) warmup: Option<Value>,
    /// Findings of the check.
    #[serde(default)]
    pub(crate) diagnostics_count: u64,
    /// What went wrong, when something did.
    #[serde(default)]
    pub(crate) error: Option<Fault>,
    /// Requests that it took so far.
    #[serde(default)]
    pub(crate) requests: u64,
    /// Milliseconds from the submission to its end.
    #[serde(default)]
    pub(crate) elapsed_ms: u64,
    /// Folder of the sandbox's bars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) data: Option<PathBuf>,
    /// The run of unknown fate that this one repeats by its user's decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) resubmits: Option<String>,
    /// Conditions under which it counts as failed, as they were written when it was planned: they hold for whoever comes
    /// back to it, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) fail_if: Vec<String>,
    /// Everything else.
    #[serde(flatten)]
    pub(crate) extra: Map<String, Value>,
    #[serde(skip)]
    folder: PathBuf,
}

/// What went wrong with a run. Texts are the server's, not sanitized.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fault {
    /// A stable word, or the server's own code.
    #[serde(default)]
    pub(crate) code: String,
    /// What happened.
    #[serde(default)]
    pub(crate) message: String,
    /// What to do about it.
    #[serde(default)]
    pub(crate) suggestion: Option<String>,
    /// The whole error of the exchange, where one failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cause: Option<ApiError>,
}

impl From<ApiError> for Fault {
    fn from(error: ApiError) -> Self {
        let (code, message, suggestion) = match &error {
            ApiError::Refused { code, message, suggestion, .. } => {
                (code.as_str().to_owned(), message.clone(), suggestion.clone())
            }
            other => (crate::run::code_word(other), other.to_string(), None),
        };
        Self { code, message, suggestion, cause: Some(error) }
    }
}

impl From<ErrorBody> for Fault {
    fn from(error: ErrorBody) -> Self {
        Self { code: error.code.as_str().to_owned(), message: error.message, suggestion: error.suggestion, cause: None }
    }
}

impl Fault {
    /// As the server's error of a job.
    pub(crate) fn body(&self) -> ErrorBody {
        ErrorBody {
            code: ErrorCode::from(self.code.as_str()),
            message: self.message.clone(),
            suggestion: self.suggestion.clone(),
        }
    }
}

impl Record {
    /// The record of a run that is about to be.
    pub(super) fn planned(run: String, folder: PathBuf, draft: &Draft<'_>, body: &[u8]) -> Self {
        Self {
            run,
            file: draft.file.to_owned(),
            path: draft.path.clone(),
            script_sha256: super::sha256(draft.script.as_bytes()),
            request_sha256: super::hash_of(draft.origin, body),
            origin: draft.origin.to_owned(),
            account: draft.account.clone(),
            state: State::Planned,
            planned_at: now(),
            not_before: None,
            submitted_at: None,
            finished_at: None,
            backtest_id: None,
            result_id: None,
            dashboard_url: None,
            metrics: None,
            settings: draft.settings.clone(),
            warmup: draft.warmup.clone(),
            diagnostics_count: draft.diagnostics_count,
            error: None,
            requests: 0,
            elapsed_ms: 0,
            data: draft.data.clone(),
            resubmits: draft.resubmits.clone(),
            fail_if: draft.fail_if.clone(),
            extra: Map::new(),
            folder,
        }
    }

    /// The record in a run's folder.
    ///
    /// # Errors
    /// Why it can't be read.
    pub(crate) fn read(folder: &Path) -> Result<Self, String> {
        let text = fs::read(folder.join(RECORD)).map_err(|error| error.to_string())?;
        let mut record: Self = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        // A folder that was renamed or copied would have two of one id.
        if folder.file_name().is_none_or(|name| *name != *record.run) {
            return Err(format!("it is of the run {}", record.run));
        }
        record.folder = folder.to_owned();
        Ok(record)
    }

    /// The run's folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Says where it lies, of a record that came from another process.
    pub(super) fn set_folder(&mut self, folder: PathBuf) {
        self.folder = folder;
    }

    /// The script's text as it was.
    pub(crate) fn script(&self) -> Option<String> {
        fs::read_to_string(self.folder.join(SCRIPT)).ok()
    }

    /// What was sent, or would have been.
    pub(crate) fn request(&self) -> Option<ExecuteRequest> {
        serde_json::from_slice(&fs::read(self.folder.join(REQUEST)).ok()?).ok()
    }

    /// What the server answered, when it was fetched.
    pub(crate) fn result(&self) -> Option<Value> {
        serde_json::from_slice(&fs::read(self.folder.join(RESULT)).ok()?).ok()
    }

    /// Whether the sandbox in a process of `dsl run` had it.
    pub(crate) fn is_local(&self) -> bool {
        self.origin == super::SANDBOX
    }

    /// Whether a process looks after it.
    pub(crate) fn is_cared_for(&self) -> bool {
        Lock::is_held(&self.folder.join(CARE))
    }

    /// Whether a process is submitting it, or writing down something else.
    pub(crate) fn is_being_written(&self) -> bool {
        Lock::is_held(&self.folder.join(WRITE))
    }

    /// How far it is, as far as this machine knows: one that was being submitted when its process died is in doubt,
    /// whatever stands in its file.
    pub(crate) fn status(&self) -> State {
        if self.state != State::Submitting || self.is_being_written() {
            return self.state;
        }
        // Its sender may have ended well since this was read.
        match Self::read(&self.folder) {
            Ok(now) if now.state != State::Submitting => now.state,
            _ => State::Unknown,
        }
    }

    /// Reads it again.
    ///
    /// # Errors
    /// When it can't be read any more.
    pub(crate) fn refresh(&mut self) -> Result<(), Failure> {
        *self = Self::read(&self.folder).map_err(|error| unwritable(&self.folder, &io::Error::other(error)))?;
        Ok(())
    }

    /// Writes down that something happened, as it stands then; false, with the record as it is on disk, when it can't
    /// happen there: another process was first.
    ///
    /// # Errors
    /// When it can't be written.
    pub(crate) fn apply(&mut self, step: Step) -> Result<bool, Failure> {
        self.change(|record| record.advance(step))
    }

    /// As [`Record::apply`], in one go with whatever else `change` does, unless it returns false.
    ///
    /// # Errors
    /// When it can't be written.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Self) -> bool) -> Result<bool, Failure> {
        let writing = self.lock_for_writing()?;
        self.change_under(&writing, change)
    }

    /// Cancels what was not sent; false where it was meanwhile: that is the server's to cancel.
    ///
    /// # Errors
    /// When it can't be written.
    pub(crate) fn cancel_unsent(&mut self) -> Result<bool, Failure> {
        self.change(|record| record.state == State::Planned && record.advance(Step::Cancel(None)))
    }

    /// Takes the right to write, once nobody else has it.
    ///
    /// # Errors
    /// When the lock can't be had.
    pub(crate) fn lock_for_writing(&self) -> Result<Lock, Failure> {
        Lock::wait(&self.folder.join(WRITE)).map_err(|error| unwritable(&self.folder, &error))
    }

    /// As [`Record::change`], for who holds the right to write already.
    ///
    /// # Errors
    /// When it can't be written.
    pub(crate) fn change_under(
        &mut self,
        _writing: &Lock,
        change: impl FnOnce(&mut Self) -> bool,
    ) -> Result<bool, Failure> {
        self.refresh()?;
        if !change(self) {
            return Ok(false);
        }
        self.write().map_err(|error| unwritable(&self.folder, &error))?;
        Ok(true)
    }

    /// Takes a step in memory; false when it can't be taken here.
    pub(crate) fn advance(&mut self, step: Step) -> bool {
        let Some(state) = self.state.after(&step) else { return false };
        self.state = state;
        match step {
            Step::Submit => {
                self.submitted_at = Some(now());
                self.not_before = None;
                self.error = None;
            }
            Step::Take(backtest_id) => {
                self.backtest_id = Some(backtest_id);
                self.error = None;
            }
            Step::Run => {}
            Step::Complete(result_id) => self.result_id = result_id.or_else(|| self.result_id.take()),
            Step::Fail(fault) | Step::Refuse(fault) | Step::Doubt(fault) => self.error = Some(fault),
            Step::Cancel(said) => {
                let message = said.unwrap_or_default();
                self.error = Some(Fault { code: "cancelled".to_owned(), message, suggestion: None, cause: None });
            }
            Step::PutBack => self.submitted_at = None,
            Step::Anew => {
                self.submitted_at = None;
                self.backtest_id = None;
                self.result_id = None;
            }
        }
        if self.state.is_over() && self.finished_at.is_none() {
            self.finished_at = Some(now());
            self.elapsed_ms = self.since_submission();
        } else if !self.state.is_over() {
            self.finished_at = None;
        }
        true
    }

    /// Milliseconds since it was submitted.
    fn since_submission(&self) -> u64 {
        let began = self.submitted_at.as_deref().and_then(|text| text.parse::<jiff::Timestamp>().ok());
        began.map_or(0, |began| {
            let passed = jiff::Timestamp::now().as_millisecond().saturating_sub(began.as_millisecond());
            u64::try_from(passed).unwrap_or(0)
        })
    }

    /// Keeps what the server answered. The record itself is not changed.
    ///
    /// # Errors
    /// When it can't be written.
    pub(crate) fn keep(&self, result: &Value) -> Result<(), Failure> {
        files::write(&self.folder.join(RESULT), json::document(result).as_bytes(), Readers::Owner)
            .map_err(|error| unwritable(&self.folder, &error))
    }

    /// Writes it, whole or not at all.
    pub(super) fn write(&self) -> io::Result<()> {
        files::write(&self.folder.join(RECORD), document(self).as_bytes(), Readers::Owner)
    }
}
