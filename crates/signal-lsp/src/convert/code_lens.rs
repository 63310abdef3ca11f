//! Code lenses in the protocol's words: each is a command that the client carries out.

use serde_json::{Value, json};
use tower_lsp::ls_types::{CodeLens, Command};

use crate::features::code_lens::{self, LensAction};
use crate::server::Asked;

/// A lens for the client; `None`: it does not carry out what a click on it would do.
pub(crate) fn answer(asked: &Asked<'_>, lens: code_lens::CodeLens) -> Option<CodeLens> {
    let (command, argument) = action(asked, &lens.action);
    let command = asked.offers(command).then(|| Command::new(lens.title, command.to_owned(), Some(vec![argument])))?;
    Some(CodeLens { range: asked.range(lens.span), command: Some(command), data: None })
}

/// The command with its one argument.
fn action(asked: &Asked<'_>, action: &LensAction) -> (&'static str, Value) {
    let uri = asked.uri();
    match action {
        LensAction::Run => ("signal.run", json!({"uri": uri})),
        LensAction::Warmup => ("signal.warmup", json!({"uri": uri})),
        LensAction::LastResult { run } => ("signal.lastResult", json!({"uri": uri, "run": run})),
    }
}
