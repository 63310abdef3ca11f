//! `dsl schema`: the JSON Schemas of our JSON outputs, derived from the very structs that are printed, and of `signal.toml`.

mod settings;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use signal_text::closest;

use crate::args::SchemaArguments;
use crate::commands::api::{ApiDocument, EndpointsDocument};
use crate::commands::doctor::DoctorDocument;
use crate::commands::run::SeveralDocument;
use crate::commands::runs::{
    CancelDocument, ExportDocument, ListDocument, PublishDocument, ReportDocument, ShowDocument,
};
use crate::commands::sandbox::SandboxDocument;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::market::{EvalDocument, RankDocument, ScanDocument};
use crate::output::Console;
use crate::render::auth::{ClaimDocument, LoginDocument, LogoutDocument, RegisterDocument, StatusDocument};
use crate::render::catalog::{CatalogDocument, DiffDocument, PullDocument};
use crate::render::json::{CheckDocument, ErrorDocument, Finding};
use crate::render::json_lines::Line;
use crate::render::table::{Align, table};
use crate::render::warmup::WarmupDocument;
use crate::render::{visible, width};
use crate::run::RunDocument;
use crate::run::compare::Comparison;

/// A document that other programs rely on.
struct Document {
    name: &'static str,
    /// The command that prints it.
    command: &'static str,
    schema: fn() -> Schema,
}

/// Every document.
const DOCUMENTS: &[Document] = &[
    Document { name: "check", command: "dsl check --output-format json", schema: || schema_of::<CheckDocument<'_>>() },
    Document { name: "finding", command: "dsl check --output-format json-lines", schema: || schema_of::<Line<'_>>() },
    Document { name: "warmup", command: "dsl warmup --output-format json", schema: || schema_of::<WarmupDocument>() },
    Document {
        name: "run",
        command: "dsl run --json, dsl runs attach --json",
        schema: || schema_of::<RunDocument<Finding<'_>>>(),
    },
    Document { name: "run-several", command: "dsl run --json FILE FILE", schema: || schema_of::<SeveralDocument>() },
    Document { name: "runs-list", command: "dsl runs list --json", schema: || schema_of::<ListDocument>() },
    Document { name: "runs-show", command: "dsl runs show --json", schema: || schema_of::<ShowDocument>() },
    Document { name: "runs-diff", command: "dsl runs diff --json", schema: || schema_of::<Comparison>() },
    Document { name: "runs-cancel", command: "dsl runs cancel --json", schema: || schema_of::<CancelDocument>() },
    Document { name: "runs-report", command: "dsl runs report --json", schema: || schema_of::<ReportDocument>() },
    Document {
        name: "runs-export",
        command: "dsl runs export --format json",
        schema: || schema_of::<ExportDocument>(),
    },
    Document { name: "sandbox", command: "dsl sandbox --json", schema: || schema_of::<SandboxDocument>() },
    Document {
        name: "catalog-show",
        command: "dsl catalog show --json, dsl catalog search --json",
        schema: || schema_of::<CatalogDocument>(),
    },
    Document { name: "catalog-pull", command: "dsl catalog pull --json", schema: || schema_of::<PullDocument>() },
    Document { name: "catalog-diff", command: "dsl catalog diff --json", schema: || schema_of::<DiffDocument<'_>>() },
    Document { name: "runs-publish", command: "dsl runs publish --json", schema: || schema_of::<PublishDocument>() },
    Document { name: "doctor", command: "dsl doctor --json", schema: || schema_of::<DoctorDocument>() },
    Document { name: "api", command: "dsl api --json", schema: || schema_of::<ApiDocument<'_>>() },
    Document { name: "endpoints", command: "dsl api --list --json", schema: || schema_of::<EndpointsDocument>() },
    Document { name: "auth-register", command: "dsl auth register --json", schema: || schema_of::<RegisterDocument>() },
    Document { name: "auth-claim", command: "dsl auth claim --json", schema: || schema_of::<ClaimDocument>() },
    Document { name: "auth-login", command: "dsl auth login --json", schema: || schema_of::<LoginDocument>() },
    Document { name: "auth-status", command: "dsl auth status --json", schema: || schema_of::<StatusDocument>() },
    Document { name: "auth-logout", command: "dsl auth logout --json", schema: || schema_of::<LogoutDocument>() },
    Document { name: "eval", command: "dsl eval --json", schema: || schema_of::<EvalDocument<'_>>() },
    Document { name: "scan", command: "dsl scan --json", schema: || schema_of::<ScanDocument<'_>>() },
    Document { name: "rank", command: "dsl rank --json", schema: || schema_of::<RankDocument<'_>>() },
    Document {
        name: "signal.toml",
        command: "nothing: it is your settings file, for editors that know TOML",
        schema: settings::schema,
    },
    Document {
        name: "error",
        command: "any of them, when it could not do its work",
        schema: || schema_of::<ErrorDocument<'_>>(),
    },
];

/// The schema of what is written, not of what could be read: a value that may be null must still be there.
fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// Runs the command.
pub(crate) fn run(arguments: &SchemaArguments, console: &mut Console) -> Result<Exit, Failure> {
    let Some(name) = arguments.name.as_deref().filter(|_| !arguments.list) else {
        let rows: Vec<_> =
            DOCUMENTS.iter().map(|document| vec![document.name.to_owned(), document.command.to_owned()]).collect();
        let text = table(&[("name", Align::Left), ("printed by", Align::Left)], &rows, width(), console.color);
        console.result(&text);
        return Ok(Exit::Done);
    };
    let Some(document) = DOCUMENTS.iter().find(|document| document.name == name) else {
        let failure =
            Failure::new(Exit::NotFound, "unknown-schema", format!("there is no schema `{}`", visible::line(name)));
        return Err(failure.suggest(match closest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the names are {}", names().collect::<Vec<_>>().join(", ")),
        }));
    };
    let text = serde_json::to_string_pretty(&(document.schema)()).unwrap_or_default();
    console.result(&text);
    console.result("\n");
    Ok(Exit::Done)
}

/// The names of the documents.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    DOCUMENTS.iter().map(|document| document.name)
}
