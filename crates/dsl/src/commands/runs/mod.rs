//! `dsl runs`: past runs, from the journal; one file a verb.

mod attach;
mod cancel;
mod diff;
mod export;
mod list;
mod publish;
mod report;
mod show;

use crate::args::{RunsArguments, RunsCommand};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Console;

pub(super) use cancel::CancelDocument;
pub(super) use export::ExportDocument;
pub(super) use list::ListDocument;
pub(super) use publish::PublishDocument;
pub(super) use report::ReportDocument;
pub(super) use show::ShowDocument;

/// Runs the command.
pub(crate) fn run(arguments: &RunsArguments, console: &mut Console) -> Result<Exit, Failure> {
    match &arguments.command {
        RunsCommand::Attach(own) => attach::run(own, console),
        RunsCommand::Cancel(own) => cancel::run(own, console),
        RunsCommand::Diff(own) => diff::run(own, console),
        RunsCommand::List(own) => list::run(own, console),
        RunsCommand::Show(own) => show::run(own, console),
        RunsCommand::Report(own) => report::run(own, console),
        RunsCommand::Publish(own) => publish::run(own, console),
        RunsCommand::Export(own) => export::run(own, console),
    }
}
