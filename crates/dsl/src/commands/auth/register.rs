//! `dsl auth register`: fetches a key and stores it before anything else can go wrong.

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::Value;
use signal_api::ApiError;
use signal_api::models::{RegisterRequest, Registered};

use super::Here;
use crate::args::AuthRegisterArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::shown;
use crate::keys::{self, Entry, Keys};
use crate::output::Console;
use crate::render::auth::{self, RegisterDocument};
use crate::render::{json, visible};
use crate::{run as runs, secrets, service};

/// How long keys live that nobody claims, by the documentation.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

pub(super) fn run(arguments: &AuthRegisterArguments, console: &mut Console) -> Result<Exit, Failure> {
    let name = super::name(&arguments.name)?;
    let description = super::description(arguments.description.as_deref())?;
    let here = Here::new()?;
    let keys = Keys::open()?;
    // Held to the end: nobody else may register at the same time, and overwrite this key or be overwritten by it.
    let lock = keys.file.lock()?;
    let before = keys.entries()?.remove(&here.origin);
    if let Some(before) = before.as_ref().filter(|_| !arguments.replace) {
        return Err(exists(&here.origin, before));
    }
    // An hour has five registrations, and a key can't be read again: what could go wrong goes wrong now.
    let ready = keys.prepare(arguments.store, &lock)?;
    let client = service::client_with(&here.base, None)?;
    let request = RegisterRequest { display_name: name.clone(), description };
    let answer = super::talk(async {
        // A Ctrl-C that comes now would lose the key: it is heard and not heeded.
        let _interrupted = super::listening().await;
        client.register(&request).await
    })?;
    let answer = answer.map_err(|error| refused(&error))?;

    let key = answer.api_key.secret().clone();
    secrets::remember(&key);
    let entry = entry(&answer.data, name, Timestamp::now());
    let kept = match keys.store(&here.origin, &key, entry.clone(), ready.store, &lock) {
        Ok(kept) => kept,
        Err(failure) => return Err(rescued(&key, failure)),
    };
    drop(lock);

    if arguments.json {
        console.result(&json::document(&RegisterDocument {
            schema: json::SCHEMA,
            origin: here.origin,
            display_name: entry.display_name,
            key_id: entry.key_id,
            scopes: entry.scopes,
            quota: entry.quota,
            registered_at: entry.registered_at,
            expires_at: entry.expires_at,
            store: super::store_document(&kept, Some(&keys)),
            replaced: before.is_some(),
        }));
    } else {
        let outranked = super::is_outranked();
        console.result(&auth::registered(&here.origin, &entry, &kept, outranked, super::now(), console.color));
    }
    if let Some(why) = &ready.instead {
        console
            .detail(&format!("the system's keyring can't be used ({}), so the key is in a file", visible::line(why)));
    }
    super::tell_outranked(console);
    Ok(Exit::Done)
}

/// What is known of a key that has just come.
fn entry(registered: &Registered, name: String, now: Timestamp) -> Entry {
    let said = |field: &str| registered.extra.get(field);
    let at = match said("expires_at") {
        Some(Value::String(text)) if text.parse::<Timestamp>().is_ok() => Some(text.clone()),
        _ => None,
    };
    let seconds = said("expires_in").and_then(Value::as_i64).filter(|seconds| *seconds > 0);
    let lifetime = seconds.map_or(LIFETIME, SignedDuration::from_secs);
    let end = at.or_else(|| now.checked_add(lifetime).ok().map(whole_seconds));
    Entry {
        key_id: registered.key_id.clone(),
        display_name: Some(name),
        registered_at: Some(whole_seconds(now)),
        expires_at: end,
        claimed: Some(false),
        scopes: registered.scopes.clone(),
        quota: registered.quota.clone(),
        ..Entry::default()
    }
}

/// RFC 3339 without fractions.
fn whole_seconds(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn exists(origin: &str, entry: &Entry) -> Failure {
    let rights = match (entry.claimed, entry.seconds_left(super::now())) {
        (Some(true), _) => ", and it is claimed: its rights would be lost",
        (_, Some(..=0)) => ", but it has ended",
        _ => "",
    };
    Failure::new(Exit::Usage, "key-exists", format!("there is a key for {origin} already{rights}"))
        .suggest("`dsl auth status` tells more of it; add --replace to put a new one in its place")
}

fn refused(error: &ApiError) -> Failure {
    let mut failure = runs::failure_of(error);
    if error.is_outcome_unknown() {
        failure.suggestion = Some(
            "a key may have been made that nobody can read any more; it ends by itself. Registering again is one more of five an hour"
                .to_owned(),
        );
    }
    // A server that stumbles over its answer may put the key into an error.
    failure.code = secrets::without_lookalikes(&failure.code).into();
    failure.message = secrets::without_lookalikes(&failure.message);
    failure.suggestion = failure.suggestion.map(|text| secrets::without_lookalikes(&text));
    failure
}

/// The failure where a key came and no store takes it any more.
fn rescued(key: &SecretString, failure: Failure) -> Failure {
    match keys::rescue(key) {
        Some(file) => {
            let file = shown(&file);
            Failure {
                message: format!("the key came, but could not be stored, so it is in {file}: {}", failure.message),
                ..failure
            }
            .suggest(format!("make room, then: dsl auth login < {file}, and delete that file"))
        }
        None => Failure {
            message: format!("the key came, but could be stored nowhere, and is lost: {}", failure.message),
            ..failure
        }
        .suggest("make room, then register again; that is one more of five an hour"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_ends_when_the_server_says_or_after_a_day() {
        let now: Timestamp = "2026-01-01T00:00:00.5Z".parse().unwrap();
        for (said, end) in [
            (json!({}), "2026-01-02T00:00:00Z"),
            (json!({"expires_in": 60}), "2026-01-01T00:01:00Z"),
            (json!({"expires_at": "2026-01-01T05:00:00Z", "expires_in": 60}), "2026-01-01T05:00:00Z"),
            (json!({"expires_at": "tomorrow", "expires_in": "soon"}), "2026-01-02T00:00:00Z"),
        ] {
            let mut answer = json!({"api_key": "ht_prov_0123", "quota": {"a": 1}, "scopes": ["research"]});
            answer.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
            let entry = entry(&serde_json::from_value(answer).unwrap(), "Bot".to_owned(), now);
            assert_eq!(entry.expires_at.as_deref(), Some(end), "{said}");
            assert_eq!(entry.registered_at.as_deref(), Some("2026-01-01T00:00:00Z"));
        }
    }
}
