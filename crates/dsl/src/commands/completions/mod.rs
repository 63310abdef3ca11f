//! `dsl completions`: the few lines that make a shell ask this command what may come next; and the answers.
//!
//! The shell calls `dsl` with [`VARIABLE`] set; every other start only looks whether it is. `candidates.rs` knows what can
//! stand for an argument.

mod candidates;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::CommandFactory as _;
use clap_complete::CompleteEnv;
use clap_complete::env::Shells;

use crate::args::{Arguments, CompletionsArguments, Shell};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Console;

/// Set by the shell that asks; its value names the shell. Not the usual `COMPLETE`, which anything may have set.
pub(crate) const VARIABLE: &str = "DSL_COMPLETE";

/// Runs the command.
pub(crate) fn run(arguments: &CompletionsArguments, console: &mut Console) -> Result<Exit, Failure> {
    let name = match arguments.shell {
        Shell::Bash => "bash",
        Shell::Zsh => "zsh",
        Shell::Fish => "fish",
        Shell::Powershell => "powershell",
        Shell::Elvish => "elvish",
    };
    let unwritten = |reason: String| Failure::usage(format!("no completions can be written for {name}: {reason}"));
    let shells = Shells::builtins();
    let shell = shells.completer(name).ok_or_else(|| unwritten("it is not known".to_owned()))?;
    let mut script = Vec::new();
    shell
        .write_registration(VARIABLE, "dsl", "dsl", &myself(), &mut script)
        .map_err(|error| unwritten(error.to_string()))?;
    console.bytes(&script);
    Ok(Exit::Done)
}

/// How the shell will call this command: as it was called now, from wherever that will be.
fn myself() -> String {
    let name = std::env::args_os().next().map_or_else(|| PathBuf::from("dsl"), PathBuf::from);
    // A bare name is found on the PATH; what has folders in it is found from here alone.
    let whole = if name.components().count() > 1 { std::path::absolute(&name).unwrap_or(name) } else { name };
    whole.to_string_lossy().into_owned()
}

/// Answers a shell.
pub(crate) fn answer(words: Vec<OsString>) -> Exit {
    let place = std::env::current_dir().ok();
    let env = CompleteEnv::with_factory(|| candidates::attach(Arguments::command())).var(VARIABLE).bin("dsl");
    match env.try_complete(words, place.as_deref()) {
        Ok(_) => Exit::Done,
        Err(error) => {
            let _ = error.print();
            Exit::Usage
        }
    }
}
