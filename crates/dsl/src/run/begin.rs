//! Puts a run into the journal, unless its twin is there: the same script with the same settings at the same place.

use signal_api::models::ExecuteRequest;

use crate::failure::Failure;
use crate::journal::{Draft, Entry, Journal, Record, State, request_hash};

/// What the user decided about twins.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Choice {
    /// Submit although a twin has results or is still going.
    pub(crate) again: bool,
    /// Submit although nobody knows what became of a twin.
    pub(crate) resubmit: bool,
}

/// What there is to do.
#[derive(Debug)]
pub(crate) enum Begun {
    /// To carry this new run.
    New(Box<Entry>),
    /// To show the results of this twin.
    Done(Box<Record>),
    /// To wait for this twin, which is still going or has results that were not fetched.
    Going(Box<Record>),
    /// To decide, since nobody knows what became of this twin.
    Unknown(Box<Record>),
}

/// Looks for a twin and else creates the run, under the journal's lock. `admit` is asked in between, under the same lock:
/// what it counts of the journal is still true when the run is in it.
///
/// # Errors
/// When the journal can't be written, or `admit` refuses: then nothing may be sent.
pub(crate) fn begin(
    journal: &Journal,
    draft: &Draft<'_>,
    choice: Choice,
    admit: impl FnOnce(&[Record]) -> Result<(), Failure>,
) -> Result<Begun, Failure> {
    let lock = journal.lock()?;
    let records = journal.records();
    let twin = twin(&records, draft.origin, draft.request)?;
    let resubmits = match twin {
        Some(Twin::Done(record)) if !choice.again => return Ok(Begun::Done(Box::new(record.clone()))),
        Some(Twin::Going(record)) if !choice.again => return Ok(Begun::Going(Box::new(record.clone()))),
        Some(Twin::Unknown(record)) => {
            let mut record = record.clone();
            // Its sender may have ended well since the record was read.
            record.apply(super::doubt())?;
            match record.state {
                State::Unknown if choice.resubmit => Some(record.run),
                State::Unknown => return Ok(Begun::Unknown(Box::new(record))),
                _ if choice.again => None,
                _ => return Ok(Begun::Going(Box::new(record))),
            }
        }
        _ => None,
    };
    admit(&records)?;
    let draft = Draft { resubmits, ..draft.clone() };
    journal.create(&lock, &draft).map(|entry| Begun::New(Box::new(entry)))
}

/// Whether [`begin`] would create a run, as the journal is now.
///
/// # Errors
/// A request that is no JSON, which none is.
pub(crate) fn is_new(
    records: &[Record],
    origin: &str,
    request: &ExecuteRequest,
    choice: Choice,
) -> Result<bool, Failure> {
    Ok(match twin(records, origin, request)? {
        Some(Twin::Done(_) | Twin::Going(_)) => choice.again,
        Some(Twin::Unknown(_)) => choice.resubmit,
        None => true,
    })
}

/// An earlier run of the same request that matters to a new one.
#[derive(Clone, Copy, Debug)]
enum Twin<'a> {
    Done(&'a Record),
    Going(&'a Record),
    Unknown(&'a Record),
}

/// The newest run of the same request that is done, going or of unknown fate. One of unknown fate that the user has
/// decided to repeat is settled.
fn twin<'a>(records: &'a [Record], origin: &str, request: &ExecuteRequest) -> Result<Option<Twin<'a>>, Failure> {
    let hash = request_hash(origin, request)?;
    let mut settled: Vec<&str> = Vec::new();
    for record in records.iter().filter(|record| record.request_sha256 == hash && !record.is_local()) {
        settled.extend(record.resubmits.as_deref());
        match record.state {
            State::Completed if record.result().is_some() => return Ok(Some(Twin::Done(record))),
            State::Completed | State::Submitted | State::Running => return Ok(Some(Twin::Going(record))),
            // A process may be about to send it, or wait until it may.
            State::Planned | State::Submitting if record.is_cared_for() || record.is_being_written() => {
                return Ok(Some(Twin::Going(record)));
            }
            State::Submitting | State::Unknown if !settled.contains(&record.run.as_str()) => {
                return Ok(Some(Twin::Unknown(record)));
            }
            _ => {}
        }
    }
    Ok(None)
}
