//! `dsl auth status`: which keys there are, where they are kept, and what the service says of them.

use std::time::Duration;

use secrecy::SecretString;
use signal_api::ApiError;
use signal_api::models::Agent;

use super::Here;
use crate::args::AuthStatusArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::{Entry, Kept, Keys, Store};
use crate::output::Console;
use crate::quota;
use crate::render::auth::{self, ClaimWait, KeyDocument, Server, SpentDocument, StatusDocument, WindowDocument};
use crate::render::json;
use crate::{run as runs, service};

/// How long a server may take: whoever asks for the status has no time to lose.
const PATIENCE: Duration = Duration::from_secs(8);

/// A key, what is known of it, and what its server says.
struct Status {
    origin: String,
    base: String,
    key: Option<SecretString>,
    kept: Kept,
    /// A stored key that does not count, since the environment has one.
    outranked: Option<Kept>,
    entry: Entry,
    /// What its server said of it, where it said something.
    agent: Option<Agent>,
    server: Server,
    /// Why, where the server does not take the key or can't be asked.
    message: Option<String>,
}

pub(super) fn run(arguments: &AuthStatusArguments, console: &mut Console) -> Result<Exit, Failure> {
    let here = Here::new()?;
    let keys = Keys::open()?;
    if let Some(warning) = keys.file.guard() {
        console.say(&warning);
    }
    let mut all = collect(&here, &keys)?;
    if !arguments.offline {
        ask_servers(&mut all)?;
        learn(&mut all, &keys, console);
    }
    let now = super::now();
    let documents: Vec<KeyDocument> = all.iter().map(|status| document(status, &here, &keys, now)).collect();
    let current = documents.iter().find(|document| document.current);
    let exit = match current.map(|document| document.server) {
        None | Some(Server::Refused | Server::Unreadable) => Exit::Key,
        Some(_) => Exit::Done,
    };
    if arguments.json {
        let file = crate::input::shown(&keys.file.path);
        console.result(&json::document(&StatusDocument {
            schema: json::SCHEMA,
            origin: here.origin,
            file,
            keys: documents,
        }));
    } else {
        let path = crate::input::shown(&keys.file.path);
        console.result(&auth::status(&here.origin, &documents, &path, now, console.color));
        if current.is_none()
            && let Some(cure) = service::no_key().suggestion
        {
            console.talk(&cure);
        }
    }
    Ok(exit)
}

/// The environment's key, and every stored one.
fn collect(here: &Here, keys: &Keys) -> Result<Vec<Status>, Failure> {
    let mut all = Vec::new();
    let mut stored = keys.entries()?;
    let kept_of = |entry: &Entry| match entry.store {
        Store::Keyring => Kept::Keyring,
        Store::File => Kept::File(keys.file.path.clone()),
    };
    if let Some((key, kept @ Kept::Environment)) = environment(here)? {
        let outranked = stored.remove(&here.origin).map(|entry| kept_of(&entry));
        all.push(Status {
            origin: here.origin.clone(),
            base: here.base.clone(),
            key: Some(key),
            kept,
            outranked,
            // What is stored is about another key.
            entry: Entry::default(),
            agent: None,
            server: Server::NotAsked,
            message: None,
        });
    }
    for (origin, entry) in stored {
        let found = keys.find(&origin);
        let base = if origin == here.origin { here.base.clone() } else { format!("{origin}/api/v1") };
        let (key, server, message) = match found {
            Ok(found) => (found.map(|found| found.key), Server::NotAsked, None),
            Err(failure) => (None, Server::Unreadable, Some(failure.message)),
        };
        let kept = kept_of(&entry);
        all.push(Status { origin, base, key, kept, outranked: None, entry, agent: None, server, message });
    }
    // The one that commands use comes first.
    all.sort_by_key(|status| status.origin != here.origin);
    Ok(all)
}

fn environment(here: &Here) -> Result<Option<(SecretString, Kept)>, Failure> {
    if service::variable(crate::keys::VARIABLE).is_none() { Ok(None) } else { service::key(&here.base) }
}

/// Asks all servers at the same time.
fn ask_servers(all: &mut [Status]) -> Result<(), Failure> {
    let clients: Vec<_> =
        all.iter().map(|status| Some(service::client_with(&status.base, Some(status.key.clone()?)))).collect();
    let answers = super::talk(async {
        let asked: Vec<_> = clients
            .into_iter()
            .map(|client| {
                tokio::spawn(async move {
                    let client = match client? {
                        Ok(client) => client,
                        Err(failure) => return Some(Err((Server::Unreadable, failure.message))),
                    };
                    Some(match tokio::time::timeout(PATIENCE, client.me()).await {
                        Ok(Ok(agent)) => Ok(Some(agent.data)),
                        Ok(Err(error)) => read(&error),
                        Err(_) => Err((Server::Unreachable, format!("no answer within {} s", PATIENCE.as_secs()))),
                    })
                })
            })
            .collect();
        let mut answers = Vec::with_capacity(asked.len());
        for one in asked {
            answers.push(one.await.ok().flatten());
        }
        answers
    })?;
    for (status, answer) in all.iter_mut().zip(answers) {
        match answer {
            None => {}
            Some(Ok(agent)) => {
                status.server = Server::Taken;
                status.agent = agent;
            }
            Some(Err((server, message))) => (status.server, status.message) = (server, Some(message)),
        }
    }
    Ok(())
}

/// What an error says of the key: taken by a server that has no profile for it, refused, or nothing.
fn read(error: &ApiError) -> Result<Option<Agent>, (Server, String)> {
    use signal_api::{Class, ErrorCode};
    let message = || runs::failure_of(error).message;
    match error {
        ApiError::Refused {
            code: ErrorCode::AgentRequired | ErrorCode::AccountRequired | ErrorCode::InsufficientPermissions,
            ..
        } => Ok(None),
        ApiError::Refused { .. } if error.class() == Class::Key => Err((Server::Refused, message())),
        // The server is there and says nothing of the key.
        ApiError::Refused { status: 404, .. } => Err((Server::Silent, message())),
        _ => Err((Server::Unreachable, message())),
    }
}

/// Takes in what the servers said, and stores it for the time when they can't be asked.
fn learn(all: &mut [Status], keys: &Keys, console: &mut Console) {
    for status in all {
        let Some(agent) = &status.agent else { continue };
        let known = status.entry.clone();
        super::learn(&mut status.entry, agent);
        if status.kept != Kept::Environment
            && !status.entry.says_the_same(&known)
            && let Err(failure) = keys.amend(&status.origin, &known, |entry| super::learn(entry, agent))
        {
            console.detail(&failure.message);
        }
    }
}

fn document(status: &Status, here: &Here, keys: &Keys, now: jiff::Timestamp) -> KeyDocument {
    let entry = &status.entry;
    let claim = entry.claim.as_ref().and_then(|claim| {
        let left = crate::keys::seconds_until(&claim.expires_at, now).filter(|left| *left > 0)?;
        Some(ClaimWait {
            claim_code: claim.code.clone(),
            claim_url: auth::claim_url(&status.origin),
            seconds_left: left,
        })
    });
    KeyDocument {
        origin: status.origin.clone(),
        current: status.origin == here.origin,
        store: super::store_document(&status.kept, Some(keys)),
        outranked: status.outranked.as_ref().map(|kept| super::store_document(kept, Some(keys))),
        display_name: entry.display_name.clone(),
        agent_id: entry.agent_id.clone(),
        key_id: entry.key_id.clone(),
        claimed: entry.claimed,
        scopes: entry.scopes.clone(),
        quota: entry.quota.clone(),
        spent: if status.origin == here.origin && status.key.is_some() { spent(here, now) } else { None },
        registered_at: entry.registered_at.clone(),
        expires_at: entry.expires_at.clone(),
        seconds_left: entry.seconds_left(now),
        claim,
        server: status.server,
        message: status.message.clone(),
    }
}

/// What the journal knows of the key's backtests. Without a journal, nothing.
fn spent(here: &Here, now: jiff::Timestamp) -> Option<SpentDocument> {
    let quota = quota::standing(&here.base, now).ok().flatten()?;
    let window = |window: &quota::Window| WindowDocument { used: window.used(), limit: window.limit };
    Some(SpentDocument { hour: window(&quota.hour), day: window(&quota.day), text: quota::in_plan(&quota, 1, now) })
}
