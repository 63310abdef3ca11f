//! `dsl runs export`: what came of a past run, for spreadsheets and programs; reads the journal and nothing else.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::report::stored;
use crate::args::{ExportFormat, ExportPart, RunsExportArguments};
use crate::destination::{self, Destination};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::journal::{Journal, Record};
use crate::output::Console;
use crate::render::{csv, json, visible};
use crate::run::Results;

/// `dsl runs export --format json`: everything that this machine knows of a run.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ExportDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// The run, as the journal keeps it.
    #[schemars(with = "Map<String, Value>")]
    pub(crate) record: Value,
    /// The script as it was.
    pub(crate) script: Option<String>,
    /// Everything that the server answered, as it was sent: `summary`, `metrics`, `per_ticker`, all `trades`, `equity`,
    /// `analysis`, and what is `lacking`; null when the results were not fetched.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub(crate) results: Option<Value>,
}

/// Runs the command.
pub(crate) fn run(arguments: &RunsExportArguments, console: &mut Console) -> Result<Exit, Failure> {
    let record = Journal::open()?.find(&arguments.run)?;
    let output = arguments.output.as_deref().filter(|path| *path != Path::new("-"));
    match (arguments.format, arguments.part) {
        (ExportFormat::Json, Some(_)) => Err(Failure::usage("--part goes with --format csv; json holds all parts")),
        (ExportFormat::Json, None) => one(output, &document(record), console),
        (ExportFormat::Csv, Some(part)) => {
            let text = text(part, &record, &stored(&record)?, console)?;
            one(output, &text, console)
        }
        (ExportFormat::Csv, None) => {
            let results = stored(&record)?;
            let Some(folder) = output else {
                let failure = Failure::usage("CSV is one file a part, and standard output takes only one");
                return Err(failure.suggest("name a folder for all of them with -o DIR, or one part: --part trades"));
            };
            all(folder, &record, &results, console)
        }
    }
}

fn document(record: Record) -> String {
    json::document(&ExportDocument {
        schema: json::SCHEMA,
        script: record.script(),
        results: record.result(),
        record: serde_json::to_value(record).unwrap_or_default(),
    })
}

/// A part as CSV. One that is there in part is told of.
///
/// # Errors
/// A part of which nothing could be fetched: a table without rows would say that there was nothing.
fn text(part: ExportPart, record: &Record, results: &Results, console: &mut Console) -> Result<String, Failure> {
    let (text, is_empty) = match part {
        ExportPart::Trades => (csv::trades(results), results.trades.is_empty()),
        ExportPart::Equity => (csv::equity(results), results.equity.is_empty()),
        ExportPart::PerTicker => (csv::per_ticker(results), results.per_ticker.is_empty()),
        ExportPart::Metrics => (csv::metrics(results), false),
    };
    if let Some(lacking) = results.lacking.iter().find(|lacking| lacking.part == part.name()) {
        let (run, name, why) = (visible::line(&record.run), part.name(), visible::line(&lacking.message));
        if is_empty {
            return Err(Failure::new(Exit::NotFound, "no-results", format!("{name} of the run {run}: {why}"))
                .suggest(format!("ask for them again: dsl runs attach {run}")));
        }
        console.say(&format!("warning: {name} of the run {run}: {why}"));
    }
    Ok(text)
}

/// One text, to a file or to stdout.
fn one(output: Option<&Path>, text: &str, console: &mut Console) -> Result<Exit, Failure> {
    match output {
        None => console.result(text),
        Some(path) => {
            let destination = Destination::new(path)?;
            destination.write(text)?;
            console.talk(&format!("wrote {}", destination.shown()));
        }
    }
    Ok(Exit::Done)
}

/// A file for each part that there is something of; the others are told behind them.
fn all(folder: &Path, record: &Record, results: &Results, console: &mut Console) -> Result<Exit, Failure> {
    destination::folder(folder)?;
    let mut done = Ok(Exit::Done);
    for part in ExportPart::ALL {
        let file: PathBuf = folder.join(format!("{}.csv", part.name()));
        match text(part, record, results, console) {
            Ok(text) => {
                Destination::new(&file)?.write(&text)?;
                console.talk(&format!("wrote {}", visible::line(&file.to_string_lossy())));
            }
            Err(failure) => done = done.and(Err(failure)),
        }
    }
    done
}
