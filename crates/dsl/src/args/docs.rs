//! `dsl docs` and its flags.

use clap::Args;

/// `dsl docs`
#[derive(Debug, Args)]
pub(crate) struct DocsArguments {
    /// The page: signal-dsl, operators, data or api-reference; without one, the list of pages
    pub(crate) topic: Option<String>,
    /// The page as the server wrote it, in Markdown
    #[arg(long)]
    pub(crate) raw: bool,
    /// Ask the server even if the page was fetched less than a day ago
    #[arg(long)]
    pub(crate) refresh: bool,
    /// The pages of a local sandbox instead of those of the HeyTraders service: no network
    #[arg(long, conflicts_with = "refresh")]
    pub(crate) sandbox: bool,
}
