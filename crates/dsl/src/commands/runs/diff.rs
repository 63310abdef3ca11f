//! `dsl runs diff`: two runs side by side; reads the journal and nothing else.

use crate::args::RunsDiffArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::journal::Journal;
use crate::output::Console;
use crate::render::{self, json};
use crate::run::compare::{Kept, compare};

/// Runs the command.
pub(crate) fn run(arguments: &RunsDiffArguments, console: &mut Console) -> Result<Exit, Failure> {
    let journal = Journal::open()?;
    let (a, b) = (Kept::of(journal.find(&arguments.a)?), Kept::of(journal.find(&arguments.b)?));
    let named = |kept: &Kept| format!("{} ({})", kept.record.file, kept.record.run);
    let names = (named(&a), named(&b));
    let color = console.color && !console.json;
    let comparison = compare(&a, &b, |one, other| render::diff::between((&names.0, &names.1), one, other, color));
    if console.json {
        console.result(&json::document(&comparison));
    } else {
        console.result(&render::comparison::comparison(&comparison, console.color));
    }
    Ok(Exit::Done)
}
