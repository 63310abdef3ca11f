//! Watching a job until it ends, the user leaves, or it can't be seen any more.

use std::future::Future;
use std::time::{Duration, Instant};

use signal_api::models::{JobState, JobStatus};
use signal_api::{Answer, ApiError, Class, Client, ErrorBody, ErrorCode, Limits};

use super::Ending;
use super::budget::Watched;
use crate::journal::State;

/// Who wants to know how a run goes: a progress bar, lines in a log, nobody.
pub(crate) trait Watcher {
    /// Something happened. Texts come from the server and are not sanitized.
    fn tell(&mut self, event: &Event<'_>);
}

/// Nobody watches.
impl Watcher for () {
    fn tell(&mut self, _: &Event<'_>) {}
}

/// What happens in the course of a run.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    /// The server has no room now; the request goes out, once more perhaps, when there is. Comes every second.
    Waiting {
        /// When.
        until: jiff::Timestamp,
        /// How long that is in all.
        length: Duration,
        /// How long it still is.
        left: Duration,
    },
    /// The request goes out.
    Submitting,
    /// The user wishes to leave, and the server has not answered the submission yet: that is waited for.
    Leaving,
    /// Another process looks after the run; it got so far.
    Elsewhere {
        /// As the journal has it.
        state: State,
    },
    /// The server took it.
    Submitted {
        /// The job's id.
        backtest_id: &'a str,
    },
    /// The server is asked how far it is. Comes before every poll.
    Asking,
    /// The server answered how far it is. Comes with every poll.
    Status {
        /// Its state; an unknown word counts as running.
        state: &'a JobState,
        /// From 0 to 1, when the server gives a figure; never falls.
        fraction: Option<f64>,
        /// A word from the server.
        message: Option<&'a str>,
    },
    /// The server could not be asked. It is tried again.
    Trouble {
        /// Why.
        error: &'a ApiError,
        /// When it is asked again.
        again_in: Duration,
    },
    /// The job is done; its results are fetched.
    Fetching,
    /// A page of its trades has come.
    Trades {
        /// Trades so far; grows.
        done: u64,
        /// How many there are, when the server says so.
        total: Option<u64>,
    },
}

/// How often one asks, and how long one puts up with no answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pace {
    /// Pause before the second question.
    pub(crate) first: Duration,
    /// Each pause is so many times the one before.
    pub(crate) growth: f64,
    /// No pause is longer.
    pub(crate) longest: Duration,
    /// The job counts as out of sight when no question was answered for so long.
    pub(crate) out_of_sight: Duration,
    /// A job that the server does not know counts as not known yet, and its results as not there yet, for so long.
    pub(crate) unknown_for: Duration,
}

impl Pace {
    /// The service: from half a second to ten.
    pub(crate) const REMOTE: Self = Self {
        first: Duration::from_millis(500),
        growth: 1.5,
        longest: Duration::from_secs(10),
        out_of_sight: Duration::from_secs(600),
        unknown_for: Duration::from_secs(15),
    };

    /// This machine: from 50 milliseconds to one second.
    pub(crate) const LOCAL: Self = Self {
        first: Duration::from_millis(50),
        growth: 1.3,
        longest: Duration::from_secs(1),
        out_of_sight: Duration::from_secs(60),
        unknown_for: Duration::from_secs(3),
    };

    /// The pace for a server. Who waits longer for an answer than is usual, or shorter, does so for all of them together.
    pub(crate) fn of(client: &Client) -> Self {
        let usual = if client.is_local() { Self::LOCAL } else { Self::REMOTE };
        let times = client.limits().silence.as_secs_f64() / Limits::default().silence.as_secs_f64();
        Self { out_of_sight: usual.out_of_sight.mul_f64(times), ..usual }
    }

    pub(super) fn after(self, pause: Duration) -> Duration {
        pause.mul_f64(self.growth).min(self.longest)
    }
}

/// Watches until the job is done: its result id.
///
/// # Errors
/// Every other ending.
pub(super) async fn watch(
    client: &Client,
    backtest_id: &str,
    pace: Pace,
    watcher: &mut dyn Watcher,
    mut stop: impl Future<Output = ()> + Unpin,
) -> Result<String, Ending> {
    let (mut pause, mut last_answer) = (pace.first, Instant::now());
    let watched = Watched::new();
    let mut furthest: Option<f64> = None;
    loop {
        // A service is asked no more often than all runs together may.
        if !client.is_local() {
            tokio::select! {
                biased;
                () = &mut stop => return Err(Ending::Detached),
                () = watched.turn() => {}
            }
        }
        watcher.tell(&Event::Asking);
        let asked = tokio::select! {
            biased;
            () = &mut stop => return Err(Ending::Detached),
            asked = client.status(backtest_id) => asked,
        };
        let wait = match asked.and_then(worded) {
            Ok(status) => {
                last_answer = Instant::now();
                let state = status.state();
                if let Some(fraction) = status.fraction() {
                    furthest = Some(furthest.unwrap_or(0.0).max(fraction));
                }
                watcher.tell(&Event::Status { state: &state, fraction: furthest, message: status.message.as_deref() });
                if let Some(end) = ending(status.data, &state) {
                    return end;
                }
                pause
            }
            Err(error) if is_hopeless(&error, last_answer.elapsed(), pace) => {
                return Err(Ending::LostSight(error));
            }
            Err(error) => {
                let wait = match &error {
                    // A server that asks for an hour is asked again before the job would count as out of sight.
                    ApiError::Refused { retry_after: Some(asked), .. } => {
                        (*asked).clamp(pause, pace.out_of_sight.max(pause))
                    }
                    _ => pause,
                };
                watcher.tell(&Event::Trouble { error: &error, again_in: wait });
                wait
            }
        };
        tokio::select! {
            biased;
            () = &mut stop => return Err(Ending::Detached),
            () = tokio::time::sleep(wait) => {}
        }
        pause = pace.after(pause);
    }
}

/// An answer that has a word for the state, or tells of results. One without says nothing, and is no better than none.
fn worded(status: Answer<JobStatus>) -> Result<Answer<JobStatus>, ApiError> {
    match status.state() {
        JobState::Other(word) if word.is_empty() => Err(ApiError::Protocol("it names no status".to_owned())),
        _ => Ok(status),
    }
}

/// What a final state means; `None` while there is more to come.
fn ending(status: JobStatus, state: &JobState) -> Option<Result<String, Ending>> {
    match state {
        JobState::Completed => match status.result_id.filter(|id| !id.is_empty()) {
            Some(id) => Some(Ok(id)),
            None => Some(Err(Ending::Unfetched(ApiError::Protocol(
                "the job is completed, but it names no result_id".to_owned(),
            )))),
        },
        JobState::Failed => Some(Err(Ending::Failed(failure(status)))),
        JobState::Cancelled => Some(Err(Ending::Cancelled(status.message))),
        JobState::Queued | JobState::Running | JobState::Other(_) => None,
    }
}

/// Why a job failed. Where the server gives no code, one that stands in its message is taken (`TA_OUT_OF_RANGE: ...`).
pub(super) fn failure(status: JobStatus) -> ErrorBody {
    let said = status.message.unwrap_or_default();
    let mut error = status.error.unwrap_or_default();
    if error.code == ErrorCode::default() {
        let named = ["error_code", "code"].iter().find_map(|key| status.extra.get(*key)?.as_str()).map(ErrorCode::from);
        let code = named.or_else(|| code_in(&error.message)).or_else(|| code_in(&said));
        error.code = code.unwrap_or(ErrorCode::Other("BACKTEST_FAILED".to_owned()));
    }
    if error.message.is_empty() {
        error.message = said;
    }
    if error.message.is_empty() {
        error.message = "the server gives no reason".to_owned();
    }
    error
}

/// The documented error code that stands in a message as a word of its own.
fn code_in(message: &str) -> Option<ErrorCode> {
    let words = message.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.map(ErrorCode::from).find(|code| !matches!(code, ErrorCode::Other(_)))
}

/// Whether asking again can't help: the key is refused, the job is not there, or nothing was heard for too long.
fn is_hopeless(error: &ApiError, silent: Duration, pace: Pace) -> bool {
    match error.class() {
        Class::Server | Class::Quota => {
            silent > pace.out_of_sight || matches!(error, ApiError::Redirected { .. } | ApiError::Setup(_))
        }
        // A job may take a moment to appear where status is asked from another machine than the one that took it, and
        // one that is asked midway may have just started.
        Class::NotFound => silent > pace.unknown_for,
        Class::Usage | Class::Key | Class::Other => true,
    }
}
