//! `dsl runs report`: a past run as one page of HTML; reads the journal and nothing else.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;
use signal_text::{Severity, Source};

use super::attach::flags;
use crate::args::RunsReportArguments;
use crate::browser::{self, Page};
use crate::destination::Destination;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::journal::{Journal, Record, State};
use crate::output::Console;
use crate::project::{self, Project};
use crate::render::{json, visible};
use crate::report::{self, Reasons, Remark, Story};
use crate::run::Results;
use crate::run::why::why;

/// `dsl runs report --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReportDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// The run's id.
    pub(crate) run: String,
    /// The page's path, as it was named.
    pub(crate) report: String,
}

/// Runs the command.
pub(crate) fn run(arguments: &RunsReportArguments, console: &mut Console) -> Result<Exit, Failure> {
    let to_stdout = arguments.output.as_deref() == Some(Path::new("-"));
    for (given, flag) in [(arguments.json, "--json"), (arguments.open, "--open")] {
        if to_stdout && given {
            let failure = Failure::usage(format!("{flag} needs the page in a file, and -o - prints it"));
            return Err(failure.suggest(format!("name a file: -o page.html; or leave {flag} out")));
        }
    }
    let record = Journal::open()?.find(&arguments.run)?;
    let results = stored(&record)?;
    let script = record.script().unwrap_or_default();
    let (remarks, why) = checked(&record, &script, &results);
    let story = Story { record: &record, script: &script, results: &results, remarks, why, written_at: report::now() };
    let page = report::page(&story);
    if to_stdout {
        console.result(&page);
        return Ok(Exit::Done);
    }
    let path = arguments.output.clone().unwrap_or_else(|| usual_name(&record));
    let destination = Destination::new(&path)?;
    destination.write(&page)?;
    let shown = destination.shown();
    if console.json {
        console.result(&json::document(&ReportDocument { schema: json::SCHEMA, run: record.run, report: shown }));
    } else {
        console.result(&format!("{shown}\n"));
    }
    if arguments.open {
        browser::open(Page::File(&path), console);
    }
    Ok(Exit::Done)
}

/// The results that were kept of a run.
///
/// # Errors
/// A run that has none, or whose file is broken.
pub(super) fn stored(record: &Record) -> Result<Results, Failure> {
    let run = visible::line(&record.run).into_owned();
    let Some(stored) = record.result() else {
        let state = record.status();
        let cure = match state {
            State::Failed | State::Cancelled | State::Refused => format!("`dsl runs show {run}` tells why"),
            _ => format!("`dsl runs show {run}` tells how far it is; `dsl runs attach {run}` goes on with it"),
        };
        let message = format!("the run {run} has no results here: it is {}", state.word());
        return Err(Failure::new(Exit::NotFound, "no-results", message).suggest(cure));
    };
    Results::from_stored(stored).map_err(|error| {
        let message = format!("the results of the run {run} can't be read: {}", visible::line(&error));
        Failure::new(Exit::NotFound, "no-results", message)
    })
}

/// `trend-20260101-100000-aaaa.html`, in the current folder: a name that takes no other file's place.
fn usual_name(record: &Record) -> PathBuf {
    let name = record.file.replace(|c: char| matches!(c, '/' | '\\' | ':') || visible::is_unprintable(c), "_");
    let stem = Path::new(&record.file).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or(name);
    let stem: String = stem.chars().filter(|c| !matches!(c, '<' | '>') && !visible::is_unprintable(*c)).collect();
    PathBuf::from(format!("{stem}-{}.html", record.run))
}

/// What the check finds today in the script as it was, under the settings that the run had, and why it traded so little.
fn checked(record: &Record, script: &str, results: &Results) -> (Vec<Remark>, Option<Reasons>) {
    let folder = record.path.as_deref().and_then(Path::parent).filter(|folder| folder.is_dir());
    // A project that is gone or broken by now must not hide the run.
    let project = folder.and_then(|folder| Project::open(&project::root(folder, None).ok()?).ok()).unwrap_or_default();
    let source = Source::new(record.file.as_str(), script);
    let flags = record.request().as_ref().map(flags).unwrap_or_default();
    let day = record.planned_at.get(..10).and_then(|day| day.parse().ok());
    project::analysis(&source, &project, &flags, day, |analysis| {
        let worth = analysis.diagnostics.iter().filter(|finding| finding.severity >= Severity::Warning);
        let why = report::reasons(&source, why(&analysis.facts, &analysis.diagnostics, results));
        (report::remarks(&source, worth), why)
    })
}
