//! `dsl runs cancel`: cancels a run at the server, once.

use schemars::JsonSchema;
use serde::Serialize;
use signal_api::models::JobState;

use crate::args::RunsCancelArguments;
use crate::commands::run::{Target, attach};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::journal::{Journal, Record, State};
use crate::output::Console;
use crate::render::{json, visible};
use crate::run;

/// `dsl runs cancel --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CancelDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// The run's id in the journal.
    pub(crate) run: String,
    /// The job's id at the server; null when it was never sent.
    pub(crate) backtest_id: Option<String>,
    /// How far the run is now.
    pub(crate) status: State,
    /// Whether this command cancelled it; false where it was over before, or the server has not ended it yet.
    pub(crate) cancelled: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &RunsCancelArguments, console: &mut Console) -> Result<Exit, Failure> {
    let mut record = Journal::open()?.find(&arguments.run)?;
    let (cancelled, words) = cancel(&mut record)?;
    if arguments.json {
        console.result(&json::document(&CancelDocument {
            schema: json::SCHEMA,
            run: record.run.clone(),
            backtest_id: record.backtest_id.clone(),
            status: record.state,
            cancelled,
        }));
    } else {
        console.result(&format!("run {}: {words}\n", visible::line(&record.run)));
    }
    Ok(Exit::Done)
}

/// Cancels a run: whether that was done here, and what to say of it.
fn cancel(record: &mut Record) -> Result<(bool, String), Failure> {
    loop {
        match record.state {
            State::Unknown => return Err(nameless(record)),
            state if state.is_over() => return Ok((false, over(record))),
            State::Planned if record.is_local() && record.is_cared_for() => return Err(elsewhere(record)),
            State::Planned => {
                if record.cancel_unsent()? {
                    return Ok((true, "cancelled; it was never sent".to_owned()));
                }
            }
            State::Submitting => block_on(run::wait_for_sender(record))??,
            _ => return at_the_server(record),
        }
    }
}

fn at_the_server(record: &mut Record) -> Result<(bool, String), Failure> {
    let Target::Server(client, _) = Target::server(&record.origin)? else { return Err(elsewhere(record)) };
    let state = block_on(run::cancel(record, &client))?.map_err(|error| {
        let mut failure = run::failure_of(&error);
        failure.message = format!("the run {} could not be cancelled: {}", visible::line(&record.run), failure.message);
        failure
    })?;
    Ok(match state {
        JobState::Cancelled => (true, "cancelled".to_owned()),
        state if state.is_final() => (false, over(record)),
        state => {
            let state = visible::line(state.as_str()).into_owned();
            (
                false,
                format!(
                    "the server was asked to cancel it and still says {state}; {} shows how it ends",
                    attach(record)
                ),
            )
        }
    })
}

/// What is said of a run that was over before.
fn over(record: &Record) -> String {
    let when: String = record.finished_at.as_deref().unwrap_or_default().chars().take(16).collect();
    let when =
        if when.is_empty() { String::new() } else { format!(", since {} UTC", visible::line(&when.replace('T', " "))) };
    format!("there is nothing to cancel, it is {} already{when}", record.state.word())
}

/// The failure for a run of which nobody knows an id.
fn nameless(record: &Record) -> Failure {
    let message = format!(
        "the run {} can't be cancelled: nobody knows whether the server took it, and under which id",
        visible::line(&record.run)
    );
    Failure::new(Exit::Network, "outcome-unknown", message).suggest("look for it on the dashboard, and cancel it there")
}

/// The failure for a run on a sandbox in another process.
fn elsewhere(record: &Record) -> Failure {
    let message = format!("the run {} is on the sandbox of another process", visible::line(&record.run));
    Failure::new(Exit::Usage, "not-here", message).suggest("press Ctrl-C there")
}

fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    run::block_on(future).map_err(|error| run::no_runtime(&error))
}
