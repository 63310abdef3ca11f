//! `dsl check` and its flags.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{FindingFormat, SettingsArguments, SeverityArgument};

/// How `--watch` learns of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WatchMethod {
    /// The system tells.
    Events,
    /// The files are looked at twice a second.
    Poll,
}

/// `dsl check`
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// Scripts and folders; a folder is searched for *.signal files, `-` is standard input
    #[arg(default_value = ".", value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
    /// How to write findings
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output_format: FindingFormat,
    /// Least severity that makes the command end with 1 [default: error, or `[check] fail_on` of signal.toml]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<SeverityArgument>,
    /// Apply fixes that keep what a script means, and write the files; of `-`, the script to stdout
    #[arg(long)]
    pub(crate) fix: bool,
    /// With --fix or --diff: also fixes that may change what a script means, the first one of each finding
    #[arg(long = "unsafe")]
    pub(crate) unsafe_fixes: bool,
    /// Write nothing, print what --fix or --add-suppressions would change, for `patch -p0`; ends with 1 if there is some
    #[arg(long, conflicts_with = "output_format")]
    pub(crate) diff: bool,
    /// Add a `# signal: allow` comment for every finding that is left
    #[arg(long, value_name = "REASON", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(crate) add_suppressions: Option<String>,
    /// Check anew whenever a script or its settings change, until Ctrl-C; `--watch=poll` looks twice a second, for
    /// network folders and containers that tell of no changes
    #[arg(long, value_enum, value_name = "METHOD", num_args = 0..=1, require_equals = true, default_missing_value = "events")]
    #[arg(hide_possible_values = true, conflicts_with_all = ["fix", "diff", "add_suppressions"])]
    pub(crate) watch: Option<WatchMethod>,
    /// Name to show for standard input, and whose folder's signal.toml counts
    #[arg(long, value_name = "FILE")]
    pub(crate) stdin_filename: Option<PathBuf>,
    /// Settings of a run.
    #[command(flatten)]
    pub(crate) settings: SettingsArguments,
}
