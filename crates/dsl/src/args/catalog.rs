//! The words and flags of `dsl catalog`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `dsl catalog`
#[derive(Debug, Args)]
pub(crate) struct CatalogArguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: CatalogCommand,
}

/// What can be done with catalogs.
#[derive(Debug, Subcommand)]
pub(crate) enum CatalogCommand {
    /// Fetch the service's own list, for all your scripts or, with --lock, for this project
    Pull(CatalogPullArguments),
    /// Show the names that scripts can use, or one of them in full
    Show(CatalogShowArguments),
    /// Find names by words of their name, group or summary
    Search(CatalogSearchArguments),
    /// Tell what differs between two catalogs, and which scripts it touches
    Diff(CatalogDiffArguments),
}

/// `dsl catalog pull`
#[derive(Debug, Args)]
pub(crate) struct CatalogPullArguments {
    /// Write signal.catalog.json into the project, to be committed, so that everybody checks against the same list
    #[arg(long)]
    pub(crate) lock: bool,
    /// Write one JSON document to stdout
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dsl catalog show`
#[derive(Debug, Args)]
pub(crate) struct CatalogShowArguments {
    /// The name to show in full
    pub(crate) name: Option<String>,
    /// Write one JSON document to stdout
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dsl catalog search`
#[derive(Debug, Args)]
pub(crate) struct CatalogSearchArguments {
    /// Words to look for; a slip of the pen is forgiven
    #[arg(required = true)]
    pub(crate) words: Vec<String>,
    /// Write one JSON document to stdout
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dsl catalog diff`
#[derive(Debug, Args)]
pub(crate) struct CatalogDiffArguments {
    /// A catalog's file to compare the one in use with [default: what differs from the bundled one]
    #[arg(conflicts_with = "live")]
    pub(crate) file: Option<PathBuf>,
    /// Compare the one in use with what the service lists now
    #[arg(long)]
    pub(crate) live: bool,
    /// Scripts and folders that a change may touch
    #[arg(long, value_name = "PATH", num_args = 1.., default_value = ".")]
    pub(crate) scripts: Vec<PathBuf>,
    /// End with 1 where something differs
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Write one JSON document to stdout
    #[arg(long)]
    pub(crate) json: bool,
}
