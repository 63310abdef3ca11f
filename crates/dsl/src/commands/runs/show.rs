//! `dsl runs show`: what this machine knows of a run; reads the journal and nothing else.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::args::RunsShowArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::journal::{Journal, Record, State};
use crate::output::Console;
use crate::render::{self, json};
use crate::run::RunError;

/// `dsl runs show --json`. Times are RFC 3339 in UTC.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ShowDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// The run's id.
    pub(crate) run: String,
    /// The script, as it was named.
    pub(crate) file: String,
    /// Its absolute path; null for standard input.
    pub(crate) path: Option<PathBuf>,
    /// SHA-256 of the script's text.
    pub(crate) script_sha256: String,
    /// SHA-256 of origin and request body: the same for the same script with the same settings at the same place.
    pub(crate) request_sha256: String,
    /// Base URL of the server, or `sandbox`.
    pub(crate) origin: String,
    /// How far it is, as far as this machine knows.
    pub(crate) status: State,
    /// When it was written down.
    pub(crate) planned_at: String,
    /// When it was submitted; null when it never was.
    pub(crate) submitted_at: Option<String>,
    /// When its end was seen here.
    pub(crate) finished_at: Option<String>,
    /// The job's id at the server.
    pub(crate) backtest_id: Option<String>,
    /// The id of the results.
    pub(crate) result_id: Option<String>,
    /// The page with charts and trades.
    pub(crate) dashboard_url: Option<String>,
    /// What was sent, by the API's parameter names, without the script; `origin` says where each came from.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub(crate) settings: Option<Value>,
    /// The predicted warm-up, as `dsl warmup` has it.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub(crate) warmup: Option<Value>,
    /// How many findings the check had.
    pub(crate) diagnostics_count: u64,
    /// The figures as the server sent them.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub(crate) metrics: Option<Value>,
    /// The summary as the server sent it; null when the results were not fetched.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub(crate) result: Option<Value>,
    /// Requests sent.
    pub(crate) requests: u64,
    /// Milliseconds from submission to ending.
    pub(crate) elapsed_ms: u64,
    /// The run of unknown fate that this one repeats.
    pub(crate) resubmits: Option<String>,
    /// Conditions under which it counts as failed; `dsl runs attach` holds the result against them, too.
    pub(crate) fail_if: Vec<String>,
    /// What went wrong, when something did.
    pub(crate) error: Option<RunError>,
    /// Where its files are.
    pub(crate) files: RunFiles,
}

/// Where the files of a run are; null for what is not there.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RunFiles {
    /// The folder that holds them.
    pub(crate) folder: PathBuf,
    /// What stands above, as the journal keeps it.
    pub(crate) record: Option<PathBuf>,
    /// The body that was sent.
    pub(crate) request: Option<PathBuf>,
    /// The script as it was.
    pub(crate) script: Option<PathBuf>,
    /// Everything that the server answered.
    pub(crate) result: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(arguments: &RunsShowArguments, console: &mut Console) -> Result<Exit, Failure> {
    let record = Journal::open()?.find(&arguments.run)?;
    let status = record.status();
    let files = files(record.folder());
    let advice = render::runs::advice(&record, status);
    if console.json {
        console.result(&json::document(&document(record, status, files)));
    } else {
        let paths: Vec<(&str, &Path)> = [
            ("script", files.script.as_deref()),
            ("request", files.request.as_deref()),
            ("result", files.result.as_deref()),
            ("record", files.record.as_deref()),
        ]
        .into_iter()
        .filter_map(|(name, path)| Some((name, path?)))
        .collect();
        console.result(&render::runs::show(&record, status, &paths, jiff::Timestamp::now(), console.color));
        if let Some(advice) = advice {
            console.talk(&advice);
        }
    }
    Ok(Exit::Done)
}

fn files(folder: &Path) -> RunFiles {
    let there = |name: &str| Some(folder.join(name)).filter(|file| file.is_file());
    RunFiles {
        folder: folder.to_owned(),
        record: there(crate::journal::RECORD),
        request: there(crate::journal::REQUEST),
        script: there(crate::journal::SCRIPT),
        result: there(crate::journal::RESULT),
    }
}

fn document(record: Record, status: State, files: RunFiles) -> ShowDocument {
    let result = record.result().and_then(|mut result| result.get_mut("summary").map(Value::take));
    ShowDocument {
        schema: json::SCHEMA,
        status,
        result,
        files,
        run: record.run,
        file: record.file,
        path: record.path,
        script_sha256: record.script_sha256,
        request_sha256: record.request_sha256,
        origin: record.origin,
        planned_at: record.planned_at,
        submitted_at: record.submitted_at,
        finished_at: record.finished_at,
        backtest_id: record.backtest_id,
        result_id: record.result_id,
        dashboard_url: record.dashboard_url,
        settings: Some(record.settings).filter(Value::is_object),
        warmup: record.warmup,
        diagnostics_count: record.diagnostics_count,
        metrics: record.metrics,
        requests: record.requests,
        elapsed_ms: record.elapsed_ms,
        resubmits: record.resubmits,
        fail_if: record.fail_if,
        error: record.error.map(|fault| RunError {
            code: fault.code,
            message: fault.message,
            suggestion: fault.suggestion,
        }),
    }
}
