//! `dsl run` and its flags.

use std::path::PathBuf;

use clap::Args;

use super::SettingsArguments;

/// `dsl run`
#[derive(Debug, Default, Args)]
pub(crate) struct RunArguments {
    /// The script; `-` is standard input. Several run side by side
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// How many scripts run at the same time [default: 2, with --sandbox one a core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// Run on a local sandbox with synthetic data instead of the HeyTraders service: no key, no quota
    #[arg(long)]
    pub(crate) sandbox: bool,
    /// Folder with your own bars for --sandbox, as EXCHANGE_BASE_QUOTE_TIMEFRAME.csv
    #[arg(long, value_name = "DIR", requires = "sandbox")]
    pub(crate) data: Option<PathBuf>,
    /// Check and show the plan, send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Show the request byte for byte, with the key left out, and send nothing
    #[arg(long)]
    pub(crate) show_upload: bool,
    /// Send the script without its comments and `#!` directives; lines keep their numbers. `=false` sends it as it is where
    /// signal.toml says otherwise
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    #[arg(hide_possible_values = true)]
    pub(crate) strip_comments: Option<bool>,
    /// Submit, print the run's id and leave; `dsl runs attach` comes back to it
    #[arg(long)]
    pub(crate) detach: bool,
    /// Wait as long as the quota is used up, and submit then; Ctrl-C leaves, and `dsl runs attach` comes back
    #[arg(long)]
    pub(crate) wait_for_quota: bool,
    /// Don't ask before the last backtest of an hour or a day is spent
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Submit although the same script with the same settings has results already, or is still going
    #[arg(long)]
    pub(crate) again: bool,
    /// Submit although an earlier submission of the same may have reached the server: it may cost quota twice
    #[arg(long)]
    pub(crate) resubmit: bool,
    /// Go on although the check found errors or too few bars
    #[arg(long)]
    pub(crate) force: bool,
    /// Fail (exit code 1) if a figure of the result is so: 'sharpe_ratio < 1 or max_drawdown > 20'. Percentages are percents,
    /// a drawdown counts by its size; a figure without a value fails too. May be given several times, and adds to
    /// `[run] fail_if` of signal.toml
    #[arg(long, value_name = "CONDITION")]
    pub(crate) fail_if: Vec<String>,
    /// Write the results as one HTML page, too; a file that is there is replaced
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run", "show_upload", "detach"])]
    pub(crate) report: Option<PathBuf>,
    /// Open the page of --report in the browser, or without it the server's dashboard
    #[arg(long, conflicts_with_all = ["dry_run", "show_upload", "detach"])]
    pub(crate) open: bool,
    /// Write one JSON document to stdout
    #[arg(long)]
    pub(crate) json: bool,
    /// Name to show for standard input, and whose folder's signal.toml counts
    #[arg(long, value_name = "FILE")]
    pub(crate) stdin_filename: Option<PathBuf>,
    /// Settings of a run.
    #[command(flatten)]
    pub(crate) settings: SettingsArguments,
}
