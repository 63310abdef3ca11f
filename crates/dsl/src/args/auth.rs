//! The words and flags of `dsl auth`.

use clap::{Args, Subcommand};

use crate::keys::Store;

/// `dsl auth`
#[derive(Debug, Args)]
pub(crate) struct AuthArguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: AuthCommand,
}

/// What can be done with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum AuthCommand {
    /// Fetch a key from the service and store it: free, valid for 24 hours unless claimed
    Register(AuthRegisterArguments),
    /// Get a code that makes the key's agent yours, and watch until it was entered
    Claim(AuthClaimArguments),
    /// Store a key that you have; it is asked for, or read from standard input
    Login(AuthLoginArguments),
    /// Tell which keys there are, where they are kept, what they may do and when they end
    Status(AuthStatusArguments),
    /// Forget the stored key
    Logout(AuthLogoutArguments),
}

/// `dsl auth register`
#[derive(Debug, Args)]
pub(crate) struct AuthRegisterArguments {
    /// Name of your agent, 1 to 50 characters
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// What it is for, at most 500 characters
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// Put the new key in place of the one that is stored
    #[arg(long)]
    pub(crate) replace: bool,
    /// Where to keep the key [default: the system's keyring if there is one, else a file that only you can read]
    #[arg(long, value_enum, value_name = "STORE", hide_possible_values = false)]
    pub(crate) store: Option<Store>,
    /// Write one JSON document to stdout; the key is not in it
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dsl auth claim`
#[derive(Debug, Args)]
pub(crate) struct AuthClaimArguments {
    /// Name of your agent, 1 to 50 characters [default: the one that it was registered under]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// What it is for, at most 500 characters
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// Ask for a new code although the last one is still valid
    #[arg(long)]
    pub(crate) new: bool,
    /// Show the code and leave; `dsl auth claim` watches later, `dsl auth status` tells whether it was entered
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// Write one JSON document to stdout when it is over; the code is on stderr meanwhile
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dsl auth login`
#[derive(Debug, Args)]
pub(crate) struct AuthLoginArguments {
    /// Store the key without asking the service whether it takes it
    #[arg(long)]
    pub(crate) no_verify: bool,
    /// Where to keep the key [default: the system's keyring if there is one, else a file that only you can read]
    #[arg(long, value_enum, value_name = "STORE")]
    pub(crate) store: Option<Store>,
    /// Write one JSON document to stdout; the key is not in it
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dsl auth status`
#[derive(Debug, Args)]
pub(crate) struct AuthStatusArguments {
    /// Ask no server, tell what is stored
    #[arg(long)]
    pub(crate) offline: bool,
    /// Write one JSON document to stdout; no key is in it
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dsl auth logout`
#[derive(Debug, Args)]
pub(crate) struct AuthLogoutArguments {
    /// Write one JSON document to stdout
    #[arg(long)]
    pub(crate) json: bool,
}
