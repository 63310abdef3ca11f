//! `dsl schema`: the JSON Schemas of our JSON outputs, derived from the very structs that are printed.

use schemars::{Schema, schema_for};
use signal_text::closest;

use crate::args::SchemaArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Console;
use crate::render::json::{CheckDocument, ErrorDocument, Finding};
use crate::render::table::{Align, table};
use crate::render::warmup::WarmupDocument;
use crate::render::{visible, width};
use crate::run::RunDocument;

/// Every document: its name, the command that prints it, its schema.
const SCHEMAS: [(&str, &str, fn() -> Schema); 5] = [
    ("check", "dsl check --output-format json", || schema_for!(CheckDocument<'_>)),
    ("warmup", "dsl warmup --output-format json", || schema_for!(WarmupDocument)),
    ("run", "dsl run --json", || schema_for!(RunDocument<Finding<'_>>)),
    ("sandbox", "dsl sandbox --json", || schema_for!(super::sandbox::SandboxDocument)),
    ("error", "any of them, when it could not do its work", || schema_for!(ErrorDocument<'_>)),
];

/// Runs the command.
pub(crate) fn run(arguments: &SchemaArguments, console: &mut Console) -> Result<Exit, Failure> {
    let Some(name) = arguments.name.as_deref().filter(|_| !arguments.list) else {
        let rows: Vec<_> = SCHEMAS.iter().map(|(name, command, _)| vec![(*name).to_owned(), (*command).to_owned()]).collect();
        let text = table(&[("name", Align::Left), ("printed by", Align::Left)], &rows, width(), console.color);
        console.result(&text);
        return Ok(Exit::Done);
    };
    let Some((.., schema)) = SCHEMAS.iter().find(|(known, ..)| *known == name) else {
        let failure = Failure::new(Exit::NotFound, "unknown-schema", format!("there is no schema `{}`", visible::line(name)));
        return Err(failure.suggest(match closest(name, SCHEMAS.map(|(name, ..)| name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the names are {}", SCHEMAS.map(|(name, ..)| name).join(", ")),
        }));
    };
    let text = serde_json::to_string_pretty(&schema()).unwrap_or_default();
    console.result(&text);
    console.result("\n");
    Ok(Exit::Done)
}
