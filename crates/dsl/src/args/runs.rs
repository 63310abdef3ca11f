//! The words and flags of `dsl runs`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::journal::State;

/// `dsl runs`
#[derive(Debug, Args)]
pub(crate) struct RunsArguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: RunsCommand,
}

/// What can be done with past runs.
#[derive(Debug, Subcommand)]
pub(crate) enum RunsCommand {
    /// List past runs, newest first
    List(RunsListArguments),
    /// Show what is known of a run: settings, figures, and where its files are
    Show(RunsShowArguments),
    /// Go on with a run from wherever it is: submit, wait, fetch its results, or show them again
    Attach(RunsAttachArguments),
    /// Cancel a run at the server
    Cancel(RunsCancelArguments),
    /// Write a run as one HTML page: figures, charts, trades, script and settings
    Report(RunsReportArguments),
    /// Put a run on the public leaderboard
    Publish(RunsPublishArguments),
    /// Write what came of a run as CSV or JSON
    Export(RunsExportArguments),
    /// Set two runs side by side: script, settings, figures, trades
    Diff(RunsDiffArguments),
}

/// `dsl runs list`
#[derive(Debug, Args)]
pub(crate) struct RunsListArguments {
    /// At most so many
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Only runs of this script: a path, or a file's name wherever it lies
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Only runs that are so far; several with commas
    #[arg(long, value_enum, value_delimiter = ',', value_name = "STATUS")]
    pub(crate) status: Vec<State>,
    /// Write one JSON document to stdout
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dsl runs show`
#[derive(Debug, Args)]
pub(crate) struct RunsShowArguments {
    /// Id of the run or the beginning of it, id of the backtest or its result, or `latest`
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// Write one JSON document to stdout
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dsl runs attach`
#[derive(Debug, Args)]
pub(crate) struct RunsAttachArguments {
    /// Id of the run or the beginning of it, id of the backtest or its result, or `latest`
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// Write the results as one HTML page, too; a file that is there is replaced
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Open the page of --report in the browser, or without it the server's dashboard
    #[arg(long)]
    pub(crate) open: bool,
    /// Fail (exit code 1) if a figure of the result is so, as `dsl run --fail-if` does. May be given several times, and adds
    /// to the conditions that the run was begun with
    #[arg(long, value_name = "CONDITION")]
    pub(crate) fail_if: Vec<String>,
    /// The id under which you found the run at the server, where nobody here knows what became of its submission
    #[arg(long, value_name = "ID")]
    pub(crate) backtest_id: Option<String>,
    /// Submit a run that was not sent yet as soon as the quota has room, however long that takes
    #[arg(long)]
    pub(crate) wait_for_quota: bool,
    /// Write one JSON document to stdout, as `dsl run --json` does
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dsl runs diff`
#[derive(Debug, Args)]
pub(crate) struct RunsDiffArguments {
    /// The run to start from: its id or the beginning of it, id of the backtest or its result, or `latest`
    #[arg(value_name = "A")]
    pub(crate) a: String,
    /// The run to compare it with, likewise
    #[arg(value_name = "B")]
    pub(crate) b: String,
    /// Write one JSON document to stdout
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dsl runs cancel`
#[derive(Debug, Args)]
pub(crate) struct RunsCancelArguments {
    /// Id of the run or the beginning of it, id of the backtest or its result, or `latest`
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// Write one JSON document to stdout
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dsl runs report`
#[derive(Debug, Args)]
pub(crate) struct RunsReportArguments {
    /// Id of the run or the beginning of it, id of the backtest or its result, or `latest`
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// The page; one that is there is replaced, `-` is standard output [default: SCRIPT-RUN.html in this folder]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Open it in the browser
    #[arg(long)]
    pub(crate) open: bool,
    /// Write one JSON document to stdout
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dsl runs export`
#[derive(Debug, Args)]
pub(crate) struct RunsExportArguments {
    /// Id of the run or the beginning of it, id of the backtest or its result, or `latest`
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// csv for spreadsheets, one file a part; json for programs, everything in one
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: ExportFormat,
    /// The one part to write, of CSV
    #[arg(long, value_enum, value_name = "PART")]
    pub(crate) part: Option<ExportPart>,
    /// Where to: a file, or with CSV and no --part a folder; what is there is replaced [default: standard output]
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
}

/// How a run is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// A table a part.
    Csv,
    /// One document.
    Json,
}

/// A part of the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportPart {
    /// Every trade.
    Trades,
    /// The equity curve.
    Equity,
    /// How each ticker did.
    PerTicker,
    /// The figures.
    Metrics,
}

impl ExportPart {
    /// Every part.
    pub(crate) const ALL: [Self; 4] = [Self::Trades, Self::Equity, Self::PerTicker, Self::Metrics];

    /// Its name, as a flag and as a file.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Trades => "trades",
            Self::Equity => "equity",
            Self::PerTicker => "per-ticker",
            Self::Metrics => "metrics",
        }
    }
}

/// `dsl runs publish`
#[derive(Debug, Args)]
pub(crate) struct RunsPublishArguments {
    /// The run: its id or the beginning of it, the backtest's id, the result's, or `latest`
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// Send it although it seems to have too few trades or days, or was published before
    #[arg(long)]
    pub(crate) force: bool,
    /// Don't ask first
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Write one JSON document to stdout
    #[arg(long)]
    pub(crate) json: bool,
}
