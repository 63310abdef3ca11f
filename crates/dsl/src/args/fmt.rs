//! The flags of `dsl fmt`.

use std::path::PathBuf;

use clap::Args;

/// `dsl fmt`
#[derive(Debug, Args)]
pub(crate) struct FmtArguments {
    /// Scripts and folders; a folder is searched for *.signal files, `-` formats standard input to stdout
    #[arg(default_value = ".", value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
    /// Write nothing, tell which files would change; ends with 1 if there are some
    #[arg(long, conflicts_with = "diff")]
    pub(crate) check: bool,
    /// Write nothing, print what would change, for `patch -p0`; ends with 1 if there is some
    #[arg(long)]
    pub(crate) diff: bool,
    /// Name to show for standard input, and whose folder's signal.toml counts
    #[arg(long, value_name = "FILE")]
    pub(crate) stdin_filename: Option<PathBuf>,
}
