//! The flags of `dsl completions` and `dsl man`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// A shell that completes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    /// ~/.bashrc: source <(dsl completions bash)
    Bash,
    /// ~/.zshrc, behind compinit: source <(dsl completions zsh)
    Zsh,
    /// ~/.config/fish/completions/dsl.fish: dsl completions fish | source
    Fish,
    /// $PROFILE: dsl completions powershell | Out-String | Invoke-Expression
    Powershell,
    /// ~/.config/elvish/rc.elv: eval (dsl completions elvish | slurp)
    Elvish,
}

/// `dsl completions`
#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// `dsl man`
#[derive(Debug, Args)]
pub(crate) struct ManArguments {
    /// The command whose page to print, such as `catalog pull` [default: dsl itself]
    #[arg(value_name = "COMMAND", conflicts_with = "out")]
    pub(crate) command: Vec<String>,
    /// Write the pages of all commands into a folder, such as ~/.local/share/man/man1
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}
