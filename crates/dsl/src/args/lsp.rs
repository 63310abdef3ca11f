//! `dsl lsp` and its flags.

use clap::Args;

/// `dsl lsp`
#[derive(Debug, Args)]
pub(crate) struct LspArguments {
    /// Talk over standard input and output; it is the only way, and some editors say so
    #[arg(long, overrides_with = "stdio")]
    pub(crate) stdio: bool,
}
