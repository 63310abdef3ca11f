//! `dsl check`: findings of scripts and of the settings files above them.

use signal_analysis::Suppressed;
use signal_text::{Diagnostic, Severity, Source, Span};

use super::in_order::in_order;
use super::report::{Checked, Manner, Report};
use crate::args::{CheckArguments, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{self, Place};
use crate::output::Console;
use crate::project::{self, Projects};
use crate::render::findings::Allowed;
use crate::today::today;

/// Runs the command.
pub(crate) fn run(arguments: &CheckArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    let places = input::many(&arguments.paths, arguments.stdin_filename.as_deref())?;
    let flags = project::flags(&arguments.settings)?;
    let projects = Projects::around(&places, global.config.as_deref())?;
    let (manner, today) = (Manner::new(arguments.output_format, console.color), today());
    let first = projects.all().next().map(|project| project.catalog.stamp());
    let mut report = Report::begin(console, &manner, first.unwrap_or_default());
    let mut misconfigured = false;
    for project in projects.all() {
        if let Some(settings) = &project.source
            && !project.diagnostics.is_empty()
        {
            misconfigured |= project.diagnostics.iter().any(|finding| finding.severity == Severity::Error);
            report.add(&manner.judged(settings, None, &project.diagnostics, &[], Severity::Error));
        }
    }
    let fail_on = arguments.fail_on.map(Severity::from);
    let work = |at: usize| {
        let Some(project) = projects.of(&places[at]) else {
            return Checked::default();
        };
        let fail_on = fail_on.or(project.fail_on).unwrap_or(Severity::Error);
        let script = match input::read(&places[at]) {
            Ok(script) => script,
            Err(failure) => return unreadable(&places[at], &failure, fail_on, &manner),
        };
        if let Some(fault) = script.fault {
            return manner.judged(&script.source, None, &[fault], &[], fail_on);
        }
        let (found, suppressed, conflicts) =
            project::analysis(&script.source, project, &flags, Some(today), |analysis| {
                let resolved = analysis.facts.resolved;
                let found: Vec<Diagnostic> =
                    project::clashes(resolved).chain(analysis.diagnostics.iter().cloned()).collect();
                (found, analysis.suppressed.clone(), project::conflicts(project, resolved))
            });
        let allowed: Vec<Allowed<'_>> = suppressed.iter().map(allowed).collect();
        let mut checked = manner.judged(&script.source, None, &found, &allowed, fail_on);
        if let Some(settings) = project.source.as_ref().filter(|_| !conflicts.is_empty()) {
            let more = manner.judged(settings, Some(&script.source), &conflicts, &[], fail_on);
            manner.join(&mut checked, more);
        }
        checked
    };
    in_order(places.len(), input::threads(), work, |checked| report.add(&checked));
    report.end();
    let fails = report.fails;
    Ok(match (misconfigured, fails) {
        (true, _) => Exit::Usage,
        (false, true) => Exit::Findings,
        (false, false) => Exit::Done,
    })
}

fn allowed(suppressed: &Suppressed) -> Allowed<'_> {
    Allowed { finding: &suppressed.diagnostic, reason: suppressed.reason.as_deref() }
}

/// A file that can't be read is a finding too, so that the others are still checked.
fn unreadable(place: &Place, failure: &Failure, fail_on: Severity, manner: &Manner) -> Checked {
    let source = Source::new(place.name(), "");
    let mut finding = Diagnostic::new("unreadable-file", Severity::Error, Span::empty(0), failure.message.clone());
    finding.help = failure.suggestion.clone();
    manner.judged(&source, None, &[finding], &[], fail_on)
}
