//! Submitting a run: once, and never again by itself.

use std::future::Future;
use std::pin::Pin;

use signal_api::Client;
use signal_api::models::{ExecuteRequest, Executed};

use super::Ending;

/// Submits, and says whether the user wished to leave meanwhile. The wish does not interrupt the submission: a request
/// on its way can't be called back, and its answer holds the id to come back with.
///
/// # Errors
/// The ending that a failed submission is.
pub(super) async fn submit<S: Future<Output = ()>>(
    client: &Client,
    request: &ExecuteRequest,
    mut stop: Pin<&mut S>,
) -> (Result<Executed, Ending>, bool) {
    // The journal's place: what is about to be sent is on disk, fsynced, before the first byte leaves here; and its id
    // follows as soon as the answer is there.
    let mut submission = Box::pin(client.execute(request));
    let mut stopped = false;
    let answer = loop {
        if stopped {
            break submission.await;
        }
        tokio::select! {
            answer = &mut submission => break answer,
            () = stop.as_mut() => stopped = true,
        }
    };
    let submitted = match answer {
        Ok(answer) => Ok(answer.data),
        Err(error) if error.is_outcome_unknown() => Err(Ending::Unknown(error)),
        Err(error) => Err(Ending::Refused(error)),
    };
    (submitted, stopped)
}
