//! The engine room of `dsl run`: plan, submit once, watch, fetch the results, and what each ending means.
//!
//! The way of a run: `plan.rs` (settings with origins, bars, warm-up, the request) -> `submit.rs` (sent once) ->
//! `watch.rs` (until the job ends or the user leaves) -> `results.rs` (what came of it) -> `document.rs` (the JSON).
//! `mapping.rs` says what an ending means: exit code, words, and the call behind a `TA_OUT_OF_RANGE`; `traced.rs` finds the
//! place in the script that the server speaks of.
//! Nothing here writes to a terminal; who wants to show progress hands in a [`Watcher`].

mod document;
mod mapping;
mod plan;
mod results;
mod sandbox;
mod submit;
#[cfg(test)]
mod tests;
pub(crate) mod traced;
mod upload;
mod watch;

use std::future::Future;
use std::time::{Duration, Instant};

use signal_api::models::ExecuteRequest;
use signal_api::{ApiError, Client, ErrorBody};

pub(crate) use document::{Parts, RunDocument, RunError, run_id};
pub(crate) use mapping::{code_word, exit_of, failure_of, failure_of_ending};
pub(crate) use plan::{Missing, Plan, has_mark, origin_word};
pub(crate) use results::Results;
pub(crate) use sandbox::LocalSandbox;
pub(crate) use traced::traced;
pub(crate) use upload::Upload;
pub(crate) use watch::{Event, Pace, Watcher};

/// How a run went, as far as is known.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The job's id at the server, once it has one.
    pub(crate) backtest_id: Option<String>,
    /// The id of the results, once there are some.
    pub(crate) result_id: Option<String>,
    /// How it ended.
    pub(crate) ending: Ending,
    /// From the submission to the ending.
    pub(crate) elapsed: Duration,
    /// Requests that it took.
    pub(crate) requests: u64,
}

/// The ways in which a run can end for whoever watches it. None of their texts is sanitized but for the errors' own.
#[derive(Debug)]
pub(crate) enum Ending {
    /// Done, with its results.
    Completed(Box<Results>),
    /// Done, but the results could not be fetched; they are still there.
    Unfetched(ApiError),
    /// The job failed: the server says why.
    Failed(ErrorBody),
    /// The job was cancelled at the server.
    Cancelled(Option<String>),
    /// The user left; the job goes on, or is done where there is a result id.
    Detached,
    /// The job can't be seen any more; it may go on.
    LostSight(ApiError),
    /// Submitted, and nobody knows whether the server took it. Never submitted again.
    Unknown(ApiError),
    /// Nothing was started: the server refused, or could not be reached.
    Refused(ApiError),
}

/// Submits, watches and fetches. `stop` is the user's wish to leave: it never interrupts the submission itself, since
/// what is under way then could be neither told nor taken back.
pub(crate) async fn execute(
    client: &Client,
    request: &ExecuteRequest,
    watcher: &mut dyn Watcher,
    stop: impl Future<Output = ()>,
) -> Outcome {
    let (began, before) = (Instant::now(), client.requests());
    let mut stop = Box::pin(stop);
    let mut outcome =
        Outcome { backtest_id: None, result_id: None, ending: Ending::Detached, elapsed: Duration::ZERO, requests: 0 };
    watcher.tell(&Event::Submitting);
    let (submitted, stopped) = submit::submit(client, request, stop.as_mut()).await;
    outcome.ending = match submitted {
        Err(ending) => ending,
        Ok(executed) => {
            watcher.tell(&Event::Submitted { backtest_id: &executed.backtest_id });
            outcome.backtest_id = Some(executed.backtest_id.clone());
            if stopped {
                Ending::Detached
            } else {
                let (result_id, ending) = follow(client, &executed.backtest_id, Pace::of(client), watcher, stop).await;
                outcome.result_id = result_id;
                ending
            }
        }
    };
    outcome.elapsed = began.elapsed();
    outcome.requests = client.requests() - before;
    outcome
}

/// Watches a job that was submitted earlier, and fetches its results.
async fn follow(
    client: &Client,
    backtest_id: &str,
    pace: Pace,
    watcher: &mut dyn Watcher,
    mut stop: impl Future<Output = ()> + Unpin,
) -> (Option<String>, Ending) {
    match watch::watch(client, backtest_id, pace, watcher, &mut stop).await {
        Err(ending) => (None, ending),
        Ok(result_id) => {
            watcher.tell(&Event::Fetching);
            // A server that does not answer here is asked several times, for minutes: the user may leave meanwhile.
            let ending = tokio::select! {
                biased;
                () = stop => Ending::Detached,
                fetched = results::fetch(client, &result_id, watcher) => match fetched {
                    Ok(results) => Ending::Completed(results),
                    Err(error) => Ending::Unfetched(error),
                },
            };
            (Some(result_id), ending)
        }
    }
}

/// Runs a future to its end: the one place where the command needs a runtime.
///
/// # Errors
/// When the system grants no runtime.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> std::io::Result<T> {
    // One thread polls and one is left for the sandbox's server; its backtests have threads of their own.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let result = runtime.block_on(future);
    // A backtest of the sandbox that nobody waits for any more must not hold up the end of the command.
    runtime.shutdown_background();
    Ok(result)
}

/// Resolves when the user presses Ctrl-C.
pub(crate) async fn interrupted() {
    // Where the system can't tell, nobody ever interrupts.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
