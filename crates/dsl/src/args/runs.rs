//! The words and flags of `dsl runs`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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
    /// Write one JSON document to stdout, as `dsl run --json` does
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
