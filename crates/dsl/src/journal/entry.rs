//! A run that this process looks after.

use signal_api::models::ExecuteRequest;

use super::{CARE, Draft, Lock, Record, State, Step, body, unwritable};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::run::{Results, run_id};

/// A run that this process looks after: nobody else watches it or writes down how it goes, but for the process that
/// submits it and one that cancels it.
///
/// A run of the sandbox in this process ends with it and costs nothing to repeat: its steps are written down at its end
/// alone. One that no journal can hold is kept in memory.
#[derive(Debug)]
pub(crate) struct Entry {
    /// As it was when it was last read or written here.
    pub(crate) record: Record,
    /// Why something could not be written down, if so. What was submitted goes on nevertheless.
    pub(crate) trouble: Option<Failure>,
    /// What is sent, where no journal holds it.
    request: Option<ExecuteRequest>,
    /// `None`: no journal holds it.
    care: Option<Lock>,
}

impl Entry {
    pub(super) const fn new(record: Record, care: Lock) -> Self {
        Self { record, trouble: None, request: None, care: Some(care) }
    }

    /// A run that no journal holds: of the sandbox in this process, where there is no place for a journal.
    ///
    /// # Errors
    /// A request that is no JSON, which none is.
    pub(crate) fn unwritten(draft: &Draft<'_>) -> Result<Self, Failure> {
        let body = body(draft.request).map_err(|error| Failure::usage(error.to_string()))?;
        let record = Record::planned(run_id(), std::path::PathBuf::new(), draft, &body);
        Ok(Self { record, trouble: None, request: Some(draft.request.clone()), care: None })
    }

    /// Takes a run into this process's care; `None`: another process looks after it.
    ///
    /// # Errors
    /// When the lock or the record can't be had.
    pub(crate) fn take(record: &Record) -> Result<Option<Self>, Failure> {
        let folder = record.folder();
        let care = Lock::try_take(&folder.join(CARE)).map_err(|error| unwritable(folder, &error))?;
        let Some(care) = care else { return Ok(None) };
        let mut record = record.clone();
        record.refresh()?;
        Ok(Some(Self::new(record, care)))
    }

    /// Whether a journal holds it, so that one can come back to it.
    pub(crate) const fn is_written(&self) -> bool {
        self.care.is_some()
    }

    /// What is sent.
    ///
    /// # Errors
    /// When it can't be read any more.
    pub(crate) fn request(&self) -> Result<ExecuteRequest, Failure> {
        self.request.clone().or_else(|| self.record.request()).ok_or_else(|| {
            let message = format!("the request of the run {} can't be read any more", self.record.run);
            Failure::new(Exit::Usage, "journal", message).suggest("run the script again: dsl run FILE")
        })
    }

    /// Writes down that something happened. False when it can't happen to the run as it is now: another process, one that
    /// cancels for instance, was first, and the record says how it stands.
    pub(crate) fn step(&mut self, step: Step) -> bool {
        if self.care.is_none() || self.record.is_local() {
            let stepped = self.record.advance(step);
            if stepped && self.care.is_some() && self.record.state.is_over() {
                let own = self.record.clone();
                self.write(|record| replace(record, own.clone()));
            }
            return stepped;
        }
        self.write(|record| record.advance(step.clone()))
    }

    /// Puts a run back that the server refused for its quota, or that is not sent yet for the same reason.
    pub(crate) fn put_back(&mut self, not_before: jiff::Timestamp) {
        self.write(|record| {
            let put_back = record.advance(Step::PutBack);
            if put_back {
                record.not_before = Some(not_before.to_string());
                record.error = None;
            }
            put_back
        });
    }

    /// Takes over what the process that sent the run knows of it, where it could not write that down.
    pub(crate) fn learn(&mut self, sent: Record) {
        if let Err(failure) = self.record.refresh() {
            self.trouble.get_or_insert(failure);
            replace(&mut self.record, sent);
        } else if self.record.state == State::Submitting && sent.state != State::Submitting {
            self.write(|record| replace(record, sent.clone()));
        }
    }

    /// Keeps what the server answered.
    pub(crate) fn keep(&mut self, results: &Results) {
        let metrics = serde_json::to_value(&results.metrics).ok();
        let page = results.dashboard_url();
        if self.care.is_some()
            && let Err(failure) = self.record.keep(results.stored())
        {
            self.trouble.get_or_insert(failure);
        }
        self.write(|record| {
            record.metrics.clone_from(&metrics);
            record.dashboard_url = page.map(str::to_owned);
            true
        });
    }

    /// Counts requests that this process sent for it.
    pub(crate) fn count(&mut self, requests: u64) {
        // Nothing to write must not wait for who is writing: that may be a submission, by a process of its own.
        if requests > 0 {
            self.write(|record| {
                record.requests += requests;
                true
            });
        }
    }

    /// Changes the record on disk; what hinders it is kept in `trouble`, and the record in memory is right all the same.
    fn write(&mut self, change: impl Fn(&mut Record) -> bool) -> bool {
        if self.care.is_none() {
            return change(&mut self.record);
        }
        let known = self.record.clone();
        self.record.change(&change).unwrap_or_else(|failure| {
            self.trouble.get_or_insert(failure);
            self.record = known;
            change(&mut self.record)
        })
    }
}

/// Puts another state of the same record in its place.
fn replace(record: &mut Record, other: Record) -> bool {
    let folder = record.folder().to_owned();
    *record = other;
    record.set_folder(folder);
    true
}
