//! `dsl lsp`: the language server on standard input and output, until the editor ends it.

mod host;
mod last_run;
mod quota;
mod rule_pages;
mod watch;

use std::sync::Arc;

use self::host::Surroundings;
use crate::args::{Global, LspArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::run;

/// Runs the command. Standard output belongs to the protocol.
pub(crate) fn run(arguments: &LspArguments, global: &Global) -> Result<Exit, Failure> {
    // There is no other way to talk.
    let LspArguments { stdio: _ } = arguments;
    if let Some(config) = &global.config
        && !config.is_file()
    {
        return Err(input::missing(config));
    }
    let host = Arc::new(Surroundings::new(global.config.clone()));
    let ended_well = signal_lsp::serve(host).map_err(|error| run::no_runtime(&error))?;
    // The protocol's number for an end without notice.
    Ok(if ended_well { Exit::Done } else { Exit::Findings })
}
