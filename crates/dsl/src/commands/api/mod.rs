//! `dsl api`: any endpoint of the API, with the key.
//!
//! The way of a call: `request.rs` (words and flags -> a call) -> `consent.rs` (asks before what can't be taken back) ->
//! the client -> `pages.rs` (for `--paginate`) -> `answer.rs` (what is printed).

mod address;
mod answer;
mod consent;
mod fields;
mod list;
mod pages;
mod remarks;
mod request;

use signal_api::endpoints::Verb;
use signal_api::{ApiError, Client};

pub(crate) use answer::ApiDocument;
pub(crate) use list::EndpointsDocument;

use self::pages::Fetched;
use self::request::Asked;
use crate::args::ApiArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Console;
use crate::render;
use crate::run::{self, LocalSandbox};
use crate::service;
use crate::today::today;

/// Runs the command.
pub(crate) fn run(arguments: &ApiArguments, console: &mut Console) -> Result<Exit, Failure> {
    if arguments.list {
        return list::run(arguments.method.as_deref(), arguments.json, console);
    }
    let base = if arguments.sandbox { None } else { Some(service::address()?) };
    let asked = request::read(arguments, base.as_deref())?;
    for note in &asked.notes {
        console.talk(&render::visible::line(note));
    }
    for remark in &asked.remarks {
        console.talk(&format!("warning: {}", render::visible::line(remark)));
    }
    if arguments.paginate && asked.call.verb != Verb::Get {
        return Err(Failure::usage(format!(
            "--paginate is for lists, which a GET fetches; this is a {}",
            asked.call.verb
        )));
    }
    if let Some(base) = &base {
        consent::obtain(&asked, base, arguments.yes, console)?;
    }
    let client = base.as_deref().map(client).transpose()?;
    let sent = run::block_on(send(&asked, client, arguments.paginate))
        .map_err(|error| Failure::new(Exit::Network, "runtime", format!("the system grants no threads: {error}")))?;
    let fetched = sent?.map_err(|error| unanswered(&error, &asked))?;
    answer::tell(arguments, &asked, &fetched, console)
}

/// A client of the service. Some endpoints answer without a key, and the server says which.
fn client(base: &str) -> Result<Client, Failure> {
    service::client_with(base, service::key(base)?.map(|(key, _)| key))
}

async fn send(asked: &Asked, client: Option<Client>, paginate: bool) -> Result<Result<Fetched, ApiError>, Failure> {
    let (local, client) = match client {
        Some(client) => (None, client),
        None => {
            let local = LocalSandbox::start(None, today()).await?;
            let client = local.client.clone();
            (Some(local), client)
        }
    };
    let fetched =
        if paginate { pages::all(&client, &asked.call).await } else { pages::one(&client, &asked.call).await };
    if let Some(local) = local {
        local.shutdown().await;
    }
    Ok(fetched)
}

/// No answer came: what became of the call, by what it was to change.
fn unanswered(error: &ApiError, asked: &Asked) -> Failure {
    let failure = run::failure_of(error);
    if error.is_outcome_unknown() {
        return failure.suggest(asked.doubt());
    }
    failure
}
