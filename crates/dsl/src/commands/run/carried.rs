//! Carries a run to its end with progress told and Ctrl-C heard: once to leave, twice to cancel.

use std::path::Path;
use std::time::Duration;

use secrecy::SecretString;
use signal_api::Client;

use crate::failure::Failure;
use crate::journal::{Entry, Record, State};
use crate::keys::Kept;
use crate::output::Console;
use crate::progress;
use crate::quota::Account;
use crate::render::visible;
use crate::run::{self, Ending, LocalSandbox, Outcome, Sender, Signals, Turn, Way};
use crate::service;
use crate::today::today;

/// How long a second Ctrl-C counts as a wish to cancel.
const HINT: Duration = Duration::from_secs(2);

/// Where a run is carried out.
#[derive(Debug)]
pub(crate) enum Target<'a> {
    /// On a sandbox in this process, over the bars of a folder or synthetic ones.
    Sandbox(Option<&'a Path>),
    /// On a server, under this key.
    Server(Client, SecretString),
}

impl Target<'_> {
    /// The server of a base URL, under the key that is kept for it.
    ///
    /// # Errors
    /// No key, or one that can't be used.
    pub(crate) fn server(base_url: &str) -> Result<Self, Failure> {
        let (key, _) = service::needed_key(base_url)?;
        Ok(Self::Server(service::client_with(base_url, Some(key.clone()))?, key))
    }

    /// The way there; a sandbox lives until it is ended. Needs a runtime.
    ///
    /// # Errors
    /// A sandbox that can't start, an address that can't be used.
    pub(super) async fn way(&self, manner: Manner) -> Result<(Option<LocalSandbox>, Way), Failure> {
        Ok(match self {
            Self::Sandbox(data) => {
                let local = LocalSandbox::start(*data, today()).await?;
                let client = local.client.clone();
                (Some(local), Way { client, sender: Sender::Here, turn: Turn::default() })
            }
            Self::Server(client, key) => {
                let turn = Turn { account: self.account()?, for_quota: manner.for_quota, detach: manner.detach };
                (None, Way { client: client.clone(), sender: Sender::Child(key.clone()), turn })
            }
        })
    }

    /// Whose quota runs there cost; `None` for the sandbox.
    ///
    /// # Errors
    /// An address that can't be used.
    pub(crate) fn account(&self) -> Result<Option<Account>, Failure> {
        let Self::Server(client, key) = self else { return Ok(None) };
        let kept = service::key_used().unwrap_or(Kept::Environment);
        Account::of_key(client.base_url(), key, &kept).map(Some)
    }
}

/// How a run waits and is left.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manner {
    /// `--detach`: until the server has it.
    pub(crate) detach: bool,
    /// `--wait-for-quota`: however long the server has no room.
    pub(crate) for_quota: bool,
}

/// Carries a run until it ends or the user leaves; with `--detach`, until the server has it.
///
/// # Errors
/// When nothing could be sent.
pub(crate) fn carry(
    entry: &mut Entry,
    target: &Target<'_>,
    manner: Manner,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let detach = manner.detach;
    let carried = run::block_on(async {
        let signals = Signals::listen();
        let (local, way) = target.way(manner).await?;
        let mut watcher = progress::watcher(console);
        let carried = run::carry(entry, &way, &mut *watcher, signals.first()).await;
        drop(watcher);
        if let Some(local) = local {
            local.shutdown().await;
        }
        let mut outcome = carried?;
        if let Ending::Detached = outcome.ending {
            // Counted before the hint is read: who follows it at once is heard.
            let count = signals.count();
            if !console.json {
                console.say(&farewell(entry, detach));
            }
            // Programs neither read the hint nor press keys.
            let has_job = entry.record.backtest_id.is_some() && entry.record.state.is_going();
            let can_cancel = has_job && !detach && !console.json && !entry.record.is_local();
            if can_cancel && signals.again(count, HINT).await {
                console.say("cancelling it");
                cancel(entry, &way, &mut outcome).await?;
            }
        }
        Ok(outcome)
    });
    let outcome = carried.map_err(|error| run::no_runtime(&error))??;
    if let Some(trouble) = &entry.trouble
        && !console.json
    {
        console.say(&format!(
            "warning: {}; the run itself is none the worse\n help: once there is room, {} fetches its results again",
            trouble.message,
            attach(&entry.record)
        ));
    }
    Ok(outcome)
}

/// Cancels a run that the user has just left; what became of it is its ending.
async fn cancel(entry: &mut Entry, way: &Way, outcome: &mut Outcome) -> Result<(), Failure> {
    let asked = way.client.requests();
    run::cancel(&mut entry.record, &way.client).await.map_err(|error| {
        let mut failure = run::failure_of(&error);
        failure.message = format!("the backtest could not be cancelled and may go on: {}", failure.message);
        failure.suggest(come_back(&entry.record))
    })?;
    outcome.requests += way.client.requests() - asked;
    entry.count(way.client.requests() - asked);
    outcome.result_id.clone_from(&entry.record.result_id);
    if let Some(ending) = run::stored(&entry.record) {
        outcome.ending = ending;
    }
    Ok(())
}

/// What is known when the user leaves.
fn farewell(entry: &Entry, detach: bool) -> String {
    let record = &entry.record;
    let id = record.backtest_id.as_deref().map(visible::line).unwrap_or_default();
    if record.is_local() {
        let again =
            if entry.is_written() { format!("\n help: {} runs it anew", attach(record)) } else { String::new() };
        return format!("detached from backtest {id}; the sandbox of this command ended with it{again}");
    }
    let back = come_back(record);
    match record.state {
        State::Planned => {
            format!("left while it waited: nothing was sent, and the run is kept\n help: {back} --wait-for-quota")
        }
        State::Submitting => format!("detached: it is still being submitted, by a process of its own\n help: {back}"),
        State::Completed => format!("detached: backtest {id} is completed\n help: {back}"),
        _ if detach => format!("detached: backtest {id} goes on at the server\n help: {back}"),
        _ => format!(
            "detached: backtest {id} goes on at the server\n help: {back}\n       press Ctrl-C again now to cancel it there"
        ),
    }
}

/// How to come back to a run.
pub(crate) fn come_back(record: &Record) -> String {
    format!("come back to it with: {}", attach(record))
}

/// The command that comes back to a run.
pub(crate) fn attach(record: &Record) -> String {
    format!("dsl runs attach {}", visible::line(&record.run))
}
