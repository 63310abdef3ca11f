//! `dsl auth logout`: forgets the stored key.

use super::Here;
use crate::args::AuthLogoutArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::{Keys, VARIABLE};
use crate::output::Console;
use crate::render::auth::LogoutDocument;
use crate::render::json;
use crate::service;

pub(super) fn run(arguments: &AuthLogoutArguments, console: &mut Console) -> Result<Exit, Failure> {
    let here = Here::new()?;
    let keys = Keys::open()?;
    let removed = keys.remove(&here.origin)?;
    let environment = service::variable(VARIABLE).is_some();
    if arguments.json {
        console.result(&json::document(&LogoutDocument {
            schema: json::SCHEMA,
            origin: here.origin,
            removed: removed.iter().map(|kept| super::store_document(kept, None)).collect(),
            environment,
        }));
    } else if removed.is_empty() {
        console.result(&format!("there was no stored key for {}\n", here.origin));
    } else {
        let stores: Vec<String> = removed.iter().map(|kept| kept.words()).collect();
        console.result(&format!("removed the key for {} from {}\n", here.origin, stores.join(" and ")));
        console.talk("the service knows the key still: one that nobody claimed ends by itself, a claimed one is ended on the dashboard");
    }
    if environment {
        console.say(&format!("warning: {VARIABLE} is still set: `dsl` goes on using that key until you unset it"));
    }
    Ok(Exit::Done)
}
