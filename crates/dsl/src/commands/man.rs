//! `dsl man`: manual pages, from the same arguments as the help.

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use signal_text::closest;

use crate::args::{Arguments, ManArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::input::shown;
use crate::output::Console;
use crate::render::{number, visible};

/// Runs the command.
pub(crate) fn run(arguments: &ManArguments, console: &mut Console) -> Result<Exit, Failure> {
    // Built, every command knows its whole name: `dsl-catalog-pull`.
    let mut whole = Arguments::command();
    whole.build();
    let Some(folder) = &arguments.out else {
        let mut command = &whole;
        for word in &arguments.command {
            command = command.find_subcommand(word).ok_or_else(|| unknown(word, command))?;
        }
        console.bytes(&page(command)?.1);
        return Ok(Exit::Done);
    };
    let mut pages = Vec::new();
    collect(&whole, &mut pages)?;
    for (name, text) in &pages {
        let file = folder.join(name);
        files::write(&file, text, Readers::Anyone)
            .map_err(|error| Failure::usage(format!("`{}` can't be written: {error}", shown(&file))))?;
    }
    console.result(&format!("{} in {}\n", number::count(pages.len() as u64, "page"), visible::line(&shown(folder))));
    Ok(Exit::Done)
}

/// The pages of a command and those below it.
fn collect(command: &Command, pages: &mut Vec<(String, Vec<u8>)>) -> Result<(), Failure> {
    pages.push(page(command)?);
    command.get_subcommands().try_for_each(|below| collect(below, pages))
}

/// Name and text of a page.
fn page(command: &Command) -> Result<(String, Vec<u8>), Failure> {
    let man = Man::new(command.clone()).manual("Signal DSL").source(concat!("dsl ", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    man.render(&mut text).map_err(|error| Failure::usage(format!("the page can't be made: {error}")))?;
    Ok((man.get_filename(), text))
}

fn unknown(word: &str, command: &Command) -> Failure {
    let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    let failure = Failure::new(
        Exit::NotFound,
        "unknown-command",
        format!("{} has no command `{}`", command.get_bin_name().unwrap_or("dsl"), visible::line(word)),
    );
    match closest(word, names.iter().copied()) {
        Some(near) => failure.suggest(format!("did you mean `{near}`?")),
        None if names.is_empty() => failure,
        None => failure.suggest(format!("it has {}", names.join(", "))),
    }
}
