//! The flags of `dsl init` and `dsl doctor`.

use std::path::PathBuf;

use clap::Args;

/// `dsl init`
#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// The folder, made if it is not there
    #[arg(default_value = ".", value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

/// `dsl doctor`
#[derive(Debug, Args)]
pub(crate) struct DoctorArguments {
    /// Don't ask the server
    #[arg(long)]
    pub(crate) offline: bool,
    /// Write one JSON document to stdout
    #[arg(long)]
    pub(crate) json: bool,
}
