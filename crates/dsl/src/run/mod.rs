//! The engine room of `dsl run`: plan, submit once, watch, fetch the results, and what each ending means.
//!
//! The way of a run: `plan.rs` (settings with origins, bars, warm-up, the request) -> `begin.rs` (into the journal, unless it
//! has a twin there) -> `submit.rs` and `child.rs` (sent once) -> `watch.rs` (until the job ends or the user leaves) ->
//! `results.rs` (what came of it) -> `document.rs` (the JSON). [`carry`] takes a run along it from wherever it is.
//! `mapping.rs` says what an ending means: exit code, words, and the call behind a `TA_OUT_OF_RANGE`; `traced.rs` finds the
//! place in the script that the server speaks of.
//! Nothing here writes to a terminal; who wants to show progress hands in a [`Watcher`].

mod along;
mod begin;
mod budget;
mod cancel;
pub(crate) mod child;
pub(crate) mod compare;
mod document;
mod mapping;
mod plan;
mod results;
mod sandbox;
mod signals;
mod stored;
mod submit;
#[cfg(test)]
mod tests;
pub(crate) mod traced;
mod turn;
mod upload;
mod watch;
pub(crate) mod why;

use std::future::Future;
use std::time::{Duration, Instant};

use signal_api::models::JobState;
use signal_api::{ApiError, Class, Client, ErrorBody};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::journal::{Entry, Record, State, Step};

pub(crate) use along::along;
pub(crate) use begin::{Begun, Choice, begin, is_new};
pub(crate) use cancel::cancel;
pub(crate) use document::{Parts, RunDocument, RunError, RunStatus, run_id, settings, warmup};
pub(crate) use mapping::{code_word, exit_of, failure_of, failure_of_ending};
pub(crate) use plan::{Missing, Plan, has_mark, origin_word};
pub(crate) use results::{Lacking, Results};
pub(crate) use sandbox::LocalSandbox;
pub(crate) use signals::Signals;
pub(crate) use stored::ending as stored;
pub(crate) use submit::{Sender, doubt, wait_for_sender};
pub(crate) use traced::traced;
pub(crate) use turn::Turn;
use turn::Turned;
pub(crate) use upload::Upload;
pub(crate) use watch::{Event, Pace, Watcher};

/// To whom a run goes, and who sends it there.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    /// The server.
    pub(crate) client: Client,
    /// Who sends the request.
    pub(crate) sender: Sender,
    /// How it waits for its turn there.
    pub(crate) turn: Turn,
}

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

impl Outcome {
    /// What the journal alone knows of a run.
    pub(crate) fn of(record: &Record, ending: Ending) -> Self {
        Self {
            backtest_id: record.backtest_id.clone(),
            result_id: record.result_id.clone(),
            ending,
            elapsed: Duration::from_millis(record.elapsed_ms),
            requests: 0,
        }
    }
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

/// Takes a run from wherever it is to its end: submits what is planned, watches what is submitted, fetches what is
/// completed, and tells what is over. `stop` is the user's wish to leave: it never interrupts the submission itself, since
/// what is under way then could be neither told nor taken back.
///
/// # Errors
/// When the journal can't be written or the request not be handed over before it is sent: then nothing was sent.
pub(crate) async fn carry(
    entry: &mut Entry,
    way: &Way,
    watcher: &mut dyn Watcher,
    stop: impl Future<Output = ()>,
) -> Result<Outcome, Failure> {
    let (client, began) = (&way.client, Instant::now());
    let before = (client.requests(), entry.record.requests);
    let mut stop = Box::pin(stop);
    let mut stopped = false;
    if entry.record.state == State::Planned {
        stopped = match turn::turn(entry, way, watcher, stop.as_mut()).await? {
            Turned::Sent(stopped) => stopped,
            Turned::Left => {
                return Ok(Outcome { elapsed: began.elapsed(), ..Outcome::of(&entry.record, Ending::Detached) });
            }
            Turned::Closed(error) => return Ok(Outcome::of(&entry.record, Ending::Refused(error))),
        };
        if let (State::Submitted, Some(backtest_id)) = (entry.record.state, &entry.record.backtest_id) {
            watcher.tell(&Event::Submitted { backtest_id });
        }
    }
    if entry.record.state == State::Submitting {
        // A process whose parent died is still at it, or died itself. It needs nobody to wait for it.
        watcher.tell(&Event::Elsewhere { state: State::Submitting });
        tokio::select! {
            biased;
            () = stop.as_mut(), if !stopped => stopped = true,
            waited = submit::wait_for_sender(&mut entry.record) => waited?,
        }
    }
    let ending = if (stopped || way.turn.detach) && entry.record.state.is_going() {
        Ending::Detached
    } else {
        finish(entry, client, Pace::of(client), watcher, stop).await
    };
    entry.count(client.requests() - before.0);
    let record = &entry.record;
    Ok(Outcome {
        backtest_id: record.backtest_id.clone(),
        result_id: record.result_id.clone(),
        ending,
        elapsed: if record.state.is_over() { Duration::from_millis(record.elapsed_ms) } else { began.elapsed() },
        requests: record.requests - before.1,
    })
}

/// From the submission to the end.
async fn finish(
    entry: &mut Entry,
    client: &Client,
    pace: Pace,
    watcher: &mut dyn Watcher,
    mut stop: impl Future<Output = ()> + Unpin,
) -> Ending {
    let mut is_just_done = false;
    let names_no_result = entry.record.state == State::Completed && entry.record.result_id.is_none();
    if let Some(backtest_id) = entry.record.backtest_id.clone()
        && (entry.record.state.is_going() || names_no_result)
    {
        let mut noting = Noting { entry, watcher };
        match watch::watch(client, &backtest_id, pace, &mut noting, &mut stop).await {
            Ok(result_id) => {
                is_just_done = true;
                entry.step(Step::Complete(Some(result_id)));
            }
            Err(ending) => {
                match &ending {
                    Ending::Failed(error) => drop(entry.step(Step::Fail(error.clone().into()))),
                    Ending::Cancelled(message) => drop(entry.step(Step::Cancel(message.clone()))),
                    Ending::Unfetched(_) => drop(entry.step(Step::Complete(None))),
                    _ => {}
                }
                return ending;
            }
        }
    }
    let kept = match stored::ending(&entry.record) {
        // What could not be fetched then may be had now; what is here stays, whatever comes of it.
        Some(Ending::Completed(results)) if !results.lacking.is_empty() && !entry.record.is_local() => Some(results),
        Some(ending) => return ending,
        None => None,
    };
    let Some(result_id) = entry.record.result_id.clone() else {
        return Ending::Unfetched(ApiError::Protocol("the journal knows no id of its results".to_owned()));
    };
    watcher.tell(&Event::Fetching);
    // A server that does not answer here is asked several times, for minutes: the user may leave meanwhile.
    let fetched = tokio::select! {
        biased;
        () = stop => None,
        fetched = fetch(client, &result_id, is_just_done.then_some(pace), watcher) => Some(fetched),
    };
    match (fetched, kept) {
        (Some(Ok(results)), kept) if kept.as_ref().is_none_or(|kept| results.lacking.len() < kept.lacking.len()) => {
            entry.keep(&results);
            Ending::Completed(results)
        }
        (_, Some(kept)) => Ending::Completed(kept),
        (Some(Err(error)), None) => Ending::Unfetched(error),
        (Some(Ok(_)) | None, None) => Ending::Detached,
    }
}

/// Fetches the results. Those of a job that is just done may take a moment to appear, as the job itself may: `fresh` is the
/// pace at which they are asked for meanwhile.
async fn fetch(
    client: &Client,
    result_id: &str,
    fresh: Option<Pace>,
    watcher: &mut dyn Watcher,
) -> Result<Box<Results>, ApiError> {
    let (began, mut pause) = (Instant::now(), fresh.map_or(Duration::ZERO, |pace| pace.first));
    loop {
        match (results::fetch(client, result_id, watcher).await, fresh) {
            (Err(error), Some(pace)) if error.class() == Class::NotFound && began.elapsed() < pace.unknown_for => {
                tokio::time::sleep(pause).await;
                pause = pace.after(pause);
            }
            (fetched, _) => return fetched,
        }
    }
}

/// Writes down that the server is at work, as soon as it says so.
struct Noting<'a> {
    entry: &'a mut Entry,
    watcher: &'a mut dyn Watcher,
}

impl Watcher for Noting<'_> {
    fn tell(&mut self, event: &Event<'_>) {
        if let Event::Status { state: JobState::Running | JobState::Other(_), .. } = event
            && self.entry.record.state == State::Submitted
        {
            self.entry.step(Step::Run);
        }
        self.watcher.tell(event);
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

/// The failure when there is no runtime.
pub(crate) fn no_runtime(error: &std::io::Error) -> Failure {
    Failure::new(Exit::Network, "runtime", format!("the system grants no threads: {error}"))
}

/// Resolves when the user presses Ctrl-C.
pub(crate) async fn interrupted() {
    // Where the system can't tell, nobody ever interrupts.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
