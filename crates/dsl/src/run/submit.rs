//! Submitting a run: once, and never again by itself.
//!
//! To a server, a small process of its own sends the request (`dsl submit-planned`, see [`super::child`]): whoever
//! ends `dsl run` between the first byte and the answer, by Ctrl-C, by closing the terminal or by `kill -9`, does not end
//! that one, and the id that the answer brings is in the journal. The sandbox of this process needs none of it.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use secrecy::SecretString;
use signal_api::models::Executed;
use signal_api::{Answer, ApiError, Client};

use super::child::{self, Order};
use super::{Event, Watcher};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::journal::{Entry, Record, State, Step};

/// Who sends the request.
#[derive(Clone, Debug)]
pub(crate) enum Sender {
    /// This process.
    Here,
    /// A process of its own, with this key.
    Child(SecretString),
}

/// Submits a planned run, and says whether the user wished to leave meanwhile. The wish does not interrupt the
/// submission: a request on its way can't be called back, and its answer holds the id to come back with. What became of
/// it stands in the entry's record.
///
/// # Errors
/// When the journal could not be written, or the sending process not be started: then nothing was sent.
pub(super) async fn submit<S: Future<Output = ()>>(
    entry: &mut Entry,
    client: &Client,
    sender: &Sender,
    watcher: &mut dyn Watcher,
    stop: Pin<&mut S>,
) -> Result<bool, Failure> {
    match sender {
        Sender::Here => {
            let request = entry.request()?;
            entry.step(Step::Submit);
            let (answer, stopped) = to_its_end(client.execute(&request), watcher, stop).await;
            entry.step(step_of(answer));
            Ok(stopped)
        }
        Sender::Child(key) => {
            let order =
                Order { run: entry.record.run.clone(), base_url: client.base_url().to_owned(), key: key.clone() };
            let sending = tokio::task::spawn_blocking(move || child::send(&order));
            let (sent, stopped) = to_its_end(sending, watcher, stop).await;
            let sent = sent.map_err(|error| child::failed(&error.to_string()))??;
            match sent {
                // What could not be written is known all the same.
                Some(sent) => entry.learn(sent),
                None => entry.record.refresh().map_err(|failure| {
                    let message =
                        format!("the process that sent the run ended without a word, and {}", failure.message);
                    Failure::new(Exit::Network, "outcome-unknown", message)
                        .suggest("a backtest may be running; look at the dashboard before you run it once more")
                })?,
            }
            Ok(stopped)
        }
    }
}

/// What an answer to the submission means for the run.
pub(super) fn step_of(answer: Result<Answer<Executed>, ApiError>) -> Step {
    match answer {
        Ok(answer) => Step::Take(answer.data.backtest_id),
        Err(error) if error.is_outcome_unknown() => Step::Doubt(error.into()),
        Err(error) => Step::Refuse(error.into()),
    }
}

/// Waits for `work` to its end, whatever the user wishes, and says whether he wished to leave.
async fn to_its_end<T, S: Future<Output = ()>>(
    work: impl Future<Output = T>,
    watcher: &mut dyn Watcher,
    mut stop: Pin<&mut S>,
) -> (T, bool) {
    let mut work = std::pin::pin!(work);
    tokio::select! {
        biased;
        done = work.as_mut() => return (done, false),
        () = stop.as_mut() => watcher.tell(&Event::Leaving),
    }
    (work.await, true)
}

/// Waits until nobody sends the run any more. Where its record still says `submitting` then, its sender is dead, and what
/// became of the request is not known: that is written down.
///
/// # Errors
/// When the record can't be read or written.
pub(crate) async fn wait_for_sender(record: &mut Record) -> Result<(), Failure> {
    while record.is_being_written() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    record.refresh()?;
    if record.state == State::Submitting {
        record.apply(doubt())?;
    }
    Ok(())
}

/// That the process which sent a run is no more, and nobody knows what became of the request.
pub(crate) fn doubt() -> Step {
    let reason = "the process that sent it ended before the answer came".to_owned();
    Step::Doubt(ApiError::OutcomeUnknown { reason, status: None }.into())
}
