//! `dsl warmup`: how many bars each name and signal needs, and whether the date range holds them.

use signal_analysis::WarmupReport;
use signal_text::Severity;

use crate::args::{FindingFormat, Global, TableFormat, WarmupArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::output::Console;
use crate::project::{self, Project};
use crate::render::findings::findings;
use crate::render::{json, warmup};
use crate::today::today;

/// Runs the command.
pub(crate) fn run(arguments: &WarmupArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    let place = input::one(&arguments.file, arguments.stdin_filename.as_deref(), "warmup")?;
    let flags = project::flags(&arguments.settings)?;
    let project = Project::open(&project::root(&place.folder(), global.config.as_deref())?)?;
    project::refuse_broken(&project, console)?;
    let script = input::read(&place)?;
    if let Some(fault) = script.fault {
        return Err(project::not_text(&script.source, &fault));
    }
    let (report, broken): (WarmupReport, Vec<_>) =
        project::analysis(&script.source, &project, &flags, Some(today()), |analysis| {
            let errors = analysis
                .diagnostics
                .iter()
                .filter(|finding| finding.severity == Severity::Error && finding.code == "syntax-error");
            (analysis.facts.report().clone(), errors.cloned().collect())
        });
    if !broken.is_empty() && !console.json {
        let text = findings(&script.source, &broken, FindingFormat::Concise, console.color_talk);
        console.talk(text.trim_end());
        console.talk("lines that could not be understood are left out of the table");
    }
    match arguments.output_format {
        TableFormat::Full => {
            let text = warmup::text(&report, console.color);
            console.result(&text);
        }
        TableFormat::Json => console.result(&json::document(&warmup::document(script.source.name(), &report))),
    }
    Ok(Exit::Done)
}
