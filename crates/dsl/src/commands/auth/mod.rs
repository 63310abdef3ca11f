//! `dsl auth`: keys fetched, claimed, handed in, shown and forgotten; one file a verb.

mod claim;
mod login;
mod logout;
mod register;
mod status;

use std::future::Future;
use std::task::Poll;

use jiff::Timestamp;
use signal_api::models::Agent;

use crate::args::{AuthArguments, AuthCommand};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::{Entry, Kept, Keys, VARIABLE};
use crate::output::Console;
use crate::render::auth::StoreDocument;
use crate::{run as runs, service};

/// Runs the command.
pub(crate) fn run(arguments: &AuthArguments, console: &mut Console) -> Result<Exit, Failure> {
    match &arguments.command {
        AuthCommand::Register(own) => register::run(own, console),
        AuthCommand::Claim(own) => claim::run(own, console),
        AuthCommand::Login(own) => login::run(own, console),
        AuthCommand::Status(own) => status::run(own, console),
        AuthCommand::Logout(own) => logout::run(own, console),
    }
}

/// The server that the environment names.
struct Here {
    base: String,
    origin: String,
}

impl Here {
    fn new() -> Result<Self, Failure> {
        let base = service::address()?;
        let origin = service::origin(&base)?;
        Ok(Self { base, origin })
    }
}

/// Runs a conversation with the server.
fn talk<T>(conversation: impl Future<Output = T>) -> Result<T, Failure> {
    runs::block_on(conversation)
        .map_err(|error| Failure::new(Exit::Network, "runtime", format!("the system grants no threads: {error}")))
}

/// Listens for Ctrl-C from now on, and not only when it is waited for: a Ctrl-C that comes early is heard later, and ends
/// nothing by itself.
async fn listening() -> impl Future<Output = ()> {
    let mut interrupted = Box::pin(runs::interrupted());
    let mut came = false;
    std::future::poll_fn(|context| {
        came = interrupted.as_mut().poll(context).is_ready();
        Poll::Ready(())
    })
    .await;
    async move {
        if !came {
            interrupted.await;
        }
    }
}

/// A name that the API takes.
///
/// # Errors
/// One that it would refuse.
fn name(text: &str) -> Result<String, Failure> {
    let name = text.trim();
    match name.chars().count() {
        1..=50 => Ok(name.to_owned()),
        0 => Err(Failure::usage("the name is empty").suggest("a name of 1 to 50 characters, such as --name MyBot")),
        more => Err(Failure::usage(format!("the name has {more} characters")).suggest("50 are taken at most")),
    }
}

/// A description that the API takes.
///
/// # Errors
/// One that it would refuse.
fn description(text: Option<&str>) -> Result<Option<String>, Failure> {
    match text.map(|text| text.trim().chars().count()) {
        None | Some(0) => Ok(None),
        Some(1..=500) => Ok(text.map(|text| text.trim().to_owned())),
        Some(more) => {
            Err(Failure::usage(format!("the description has {more} characters")).suggest("500 are taken at most"))
        }
    }
}

/// Learns what the server says of a key. What it is silent about stays as it was.
fn learn(entry: &mut Entry, agent: &Agent) {
    let keep = |new: &Option<String>, old: &mut Option<String>| {
        if new.is_some() {
            old.clone_from(new);
        }
    };
    keep(&agent.agent_id, &mut entry.agent_id);
    keep(&agent.key_id, &mut entry.key_id);
    keep(&agent.display_name, &mut entry.display_name);
    keep(&agent.expires_at, &mut entry.expires_at);
    if !agent.scopes.is_empty() {
        entry.scopes.clone_from(&agent.scopes);
    }
    if agent.claimed.is_some() {
        entry.claimed = agent.claimed;
    }
    if !agent.quota.is_null() {
        entry.quota = agent.quota.clone();
    }
    if agent.claimed == Some(true) {
        entry.claim = None;
        // Only keys that nobody claimed end after a day.
        entry.expires_at.clone_from(&agent.expires_at);
        if agent.quota.is_null() {
            entry.quota = serde_json::Value::Null;
        }
    }
}

/// Where a key is kept, for JSON.
fn store_document(kept: &Kept, keys: Option<&Keys>) -> StoreDocument {
    StoreDocument {
        kind: kept.word(),
        path: kept.path(),
        mode: match (kept, keys) {
            (Kept::File(_), Some(keys)) => keys.file.mode().map(|mode| format!("{mode:04o}")),
            _ => None,
        },
    }
}

/// Whether the environment has a key, which goes before a stored one.
fn is_outranked() -> bool {
    service::variable(VARIABLE).is_some()
}

/// Says that the environment's key goes before a stored one.
fn tell_outranked(console: &mut Console) {
    if is_outranked() {
        console
            .say(&format!("warning: {VARIABLE} is set and goes before the stored key; unset it to use the stored one"));
    }
}

fn now() -> Timestamp {
    Timestamp::now()
}
