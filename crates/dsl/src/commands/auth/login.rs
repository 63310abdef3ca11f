//! `dsl auth login`: takes a key from a prompt or from standard input, asks the service about it, and stores it.

use std::io::{IsTerminal, Read};

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use signal_api::models::Agent;
use signal_api::{ApiError, Client, ErrorCode};

use super::Here;
use crate::args::AuthLoginArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::{Entry, Keys, pasted};
use crate::output::Console;
use crate::render::auth::{self, LoginDocument};
use crate::render::{json, visible};
use crate::{run as runs, service};

/// More than this is no key, whatever it is.
const LONGEST_INPUT: u64 = 64 * 1024;

pub(super) fn run(arguments: &AuthLoginArguments, console: &mut Console) -> Result<Exit, Failure> {
    let here = Here::new()?;
    let keys = Keys::open()?;
    let key = ask(&here.origin)?;
    let client = service::client_with(&here.base, Some(key.clone()))?;
    // What was known of this very key is known still.
    let same =
        keys.find(&here.origin).ok().flatten().is_some_and(|found| found.key.expose_secret() == key.expose_secret());
    let mut entry = if same { keys.entries()?.remove(&here.origin).unwrap_or_default() } else { Entry::default() };
    if !arguments.no_verify
        && let Some(agent) = verified(&client)?
    {
        super::learn(&mut entry, &agent);
    }
    let lock = keys.file.lock()?;
    let before = keys.entries()?.remove(&here.origin);
    let ready = keys.prepare(arguments.store, &lock)?;
    let kept = keys.store(&here.origin, &key, entry.clone(), ready.store, &lock)?;
    drop(lock);
    if arguments.json {
        console.result(&json::document(&LoginDocument {
            schema: json::SCHEMA,
            origin: here.origin,
            verified: !arguments.no_verify,
            display_name: entry.display_name,
            key_id: entry.key_id.clone(),
            scopes: entry.scopes,
            expires_at: entry.expires_at,
            store: super::store_document(&kept, Some(&keys)),
            replaced: before.is_some(),
        }));
    } else {
        let verified = !arguments.no_verify;
        console.result(&auth::logged_in(&here.origin, verified, &entry, &kept, super::now(), console.color));
    }
    if let Some(before) = before.filter(|_| !same) {
        let name = before.key_id.as_deref().map(|id| format!(" {}", visible::line(id))).unwrap_or_default();
        console.talk(&format!("it took the place of the key{name}, which dsl has no longer"));
    }
    if let Some(why) = &ready.instead {
        console
            .detail(&format!("the system's keyring can't be used ({}), so the key is in a file", visible::line(why)));
    }
    super::tell_outranked(console);
    Ok(Exit::Done)
}

/// The key, as it was typed without echo or piped in.
fn ask(origin: &str) -> Result<SecretString, Failure> {
    let cure = "copy the key alone; on a terminal it is asked for, else: dsl auth login < FILE";
    let unreadable = |error: std::io::Error| {
        Failure::new(Exit::Usage, "no-input", format!("no key can be read: {error}")).suggest(cure)
    };
    let text = if std::io::stdin().is_terminal() {
        let prompt = format!("API key for {origin} (not shown while you type or paste it): ");
        let typed = super::talk(async {
            // While nothing is echoed a Ctrl-C must not end the command: the terminal would stay as it is.
            let _interrupted = super::listening().await;
            rpassword::prompt_password(prompt)
        })?;
        Zeroizing::new(typed.map_err(|error| match error.kind() {
            std::io::ErrorKind::Interrupted => left(),
            _ => unreadable(error),
        })?)
    } else {
        let mut bytes = Zeroizing::new(Vec::new());
        std::io::stdin().lock().take(LONGEST_INPUT).read_to_end(&mut bytes).map_err(unreadable)?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|_| Failure::new(Exit::Usage, "no-key-read", "what was handed in is no text").suggest(cure))?;
        Zeroizing::new(text.to_owned())
    };
    pasted::key(&text)
        .map_err(|wrong| Failure::new(Exit::Usage, "no-key-read", format!("that is no key: {wrong}")).suggest(cure))
}

/// As [`verify`], until the user leaves.
fn verified(client: &Client) -> Result<Option<Agent>, Failure> {
    super::talk(async {
        tokio::select! {
            biased;
            () = runs::interrupted() => Err(left()),
            verified = verify(client) => verified,
        }
    })?
}

/// What Ctrl-C comes to.
fn left() -> Failure {
    Failure::new(Exit::Usage, "interrupted", "you left: no key was stored")
}

/// Asks the service about the key: who it belongs to, where the service says so.
///
/// # Errors
/// A key that is refused, or a service that can't be asked.
async fn verify(client: &Client) -> Result<Option<Agent>, Failure> {
    let agent = match client.me().await {
        Ok(agent) => return Ok(Some(agent.data)),
        Err(error) => error,
    };
    // Who nobody has claimed may have no profile; then any other question that needs a key tells.
    let asked = if is_refused(&agent) || !matches!(agent, ApiError::Refused { .. } | ApiError::Protocol(_)) {
        Err(agent)
    } else {
        client.indicators().await.map(drop)
    };
    match asked {
        Ok(()) => Ok(None),
        Err(error) if is_refused(&error) => {
            let mut failure = runs::failure_of(&error);
            failure.exit = Exit::Key;
            failure.message = format!("the key is refused, and not stored: {}", failure.message);
            Err(failure.suggest("copy all of it once more, or fetch another one: dsl auth register --name NAME"))
        }
        Err(error) => {
            let mut failure = runs::failure_of(&error);
            failure.message =
                format!("the service can't be asked about the key, which is not stored: {}", failure.message);
            Err(failure.suggest("try again, or store it unseen with --no-verify"))
        }
    }
}

/// Whether the answer is about the key itself.
fn is_refused(error: &ApiError) -> bool {
    match error {
        ApiError::Refused {
            code: ErrorCode::InvalidApiKey | ErrorCode::ExpiredApiKey | ErrorCode::KeyOwnedByOtherUser,
            ..
        } => true,
        ApiError::Refused { status, .. } => *status == 401,
        ApiError::KeyMalformed => true,
        _ => false,
    }
}
