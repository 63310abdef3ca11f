//! How a run ended, from the journal alone: works offline and without a key.

use signal_api::{ApiError, ErrorCode};

use super::turn::what_is_left;
use super::{Ending, Results};
use crate::journal::{Fault, Record, State};

/// The ending of a run that is over and of which everything is here; `None` while there is something to ask the server.
pub(crate) fn ending(record: &Record) -> Option<Ending> {
    let fault = || record.error.clone().unwrap_or_else(|| Fault::from(lost()));
    let cause = |fault: Fault| {
        fault.cause.unwrap_or_else(|| ApiError::Refused {
            status: 0,
            code: ErrorCode::from(fault.code.as_str()),
            message: fault.message,
            suggestion: fault.suggestion,
            retry_after: None,
        })
    };
    Some(match record.state {
        State::Planned | State::Submitting | State::Submitted | State::Running => return None,
        State::Completed => Ending::Completed(Box::new(Results::from_stored(record.result()?).ok()?)),
        State::Failed => Ending::Failed(fault().body()),
        State::Cancelled => {
            Ending::Cancelled(record.error.as_ref().map(|fault| fault.message.clone()).filter(|said| !said.is_empty()))
        }
        State::Refused => {
            let refused_at = record.finished_at.as_deref();
            Ending::Refused(what_is_left(cause(fault()), refused_at, jiff::Timestamp::now()))
        }
        State::Unknown => Ending::Unknown(cause(fault())),
    })
}

/// Stands for an error that the record does not hold.
fn lost() -> ApiError {
    ApiError::Protocol("the journal does not say why".to_owned())
}
