//! Cancelling a run at the server: asked once, and then looked at.

use std::time::Duration;

use signal_api::models::{JobState, JobStatus};
use signal_api::{ApiError, Client};

use super::watch;
use crate::journal::{Record, Step};

/// How often one looks whether it has come about, and how long after each other.
const LOOKS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(300);

/// Asks the server to cancel a run, and writes down what it says of the run then. What is over stays as it is.
/// The state that the server told last; it may still be running.
///
/// # Errors
/// When the server can't be asked, or refuses and the run is not over.
pub(crate) async fn cancel(record: &mut Record, client: &Client) -> Result<JobState, ApiError> {
    let Some(backtest_id) = record.backtest_id.clone() else {
        return Err(ApiError::BadId(String::new()));
    };
    let mut status = match client.cancel(&backtest_id).await {
        Ok(answer) => answer.data,
        // It may have been over, or the request may have got through: the run itself tells.
        Err(error) => match client.status(&backtest_id).await {
            Ok(answer) if answer.data.state().is_final() || error.is_outcome_unknown() => answer.data,
            _ => return Err(error),
        },
    };
    for look in 0..LOOKS {
        if status.state().is_final() {
            break;
        }
        if look > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        status = client.status(&backtest_id).await?.data;
    }
    let state = status.state();
    if let Some(step) = step_of(status, &state) {
        // Whoever watches it may have been first.
        let _ = record.apply(step);
    }
    Ok(state)
}

/// What a final state means for the run.
fn step_of(status: JobStatus, state: &JobState) -> Option<Step> {
    Some(match state {
        JobState::Completed => Step::Complete(status.result_id),
        JobState::Failed => Step::Fail(watch::failure(status).into()),
        JobState::Cancelled => Step::Cancel(status.message),
        _ => return None,
    })
}
