//! `dsl check`: findings of scripts and of the settings files above them.

use signal_text::{Diagnostic, Severity, Source, Span};

use super::in_order::in_order;
use crate::args::{CheckArguments, FindingFormat, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{self, Place};
use crate::output::Console;
use crate::project::{self, Projects};
use crate::render::findings::findings;
use crate::render::json::{self, CheckDocument, Summary};
use crate::today::today;

/// What one file came to.
struct Checked {
    text: String,
    summary: Summary,
    /// Something is at or above `--fail-on`.
    fails: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &CheckArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    let places = input::many(&arguments.paths, arguments.stdin_filename.as_deref())?;
    let flags = project::flags(&arguments.settings)?;
    let projects = Projects::around(&places, global.config.as_deref())?;
    let (format, color, today) = (arguments.output_format, console.color, today());
    let mut report = Report { console, format, written: false, summary: Summary::default(), fails: false };
    let first = projects.all().next().map(|project| project.catalog.stamp());
    report.begin(first);
    let mut misconfigured = false;
    for project in projects.all() {
        if let Some(settings) = &project.source
            && !project.diagnostics.is_empty()
        {
            misconfigured |= project.diagnostics.iter().any(|finding| finding.severity == Severity::Error);
            report.add(judged(settings, &project.diagnostics, Severity::Error, format, color));
        }
    }
    let fail_on = arguments.fail_on.map(Severity::from);
    let work = |at: usize| {
        let Some(project) = projects.of(&places[at]) else {
            return Checked { text: String::new(), summary: Summary::default(), fails: false };
        };
        let fail_on = fail_on.or(project.fail_on).unwrap_or(Severity::Error);
        let script = match input::read(&places[at]) {
            Ok(script) => script,
            Err(failure) => return unreadable(&places[at], &failure, fail_on, format, color),
        };
        if let Some(fault) = script.fault {
            return judged(&script.source, &[fault], fail_on, format, color);
        }
        let (found, conflicts) = project::analysis(&script.source, project, &flags, Some(today), |analysis| {
            let resolved = analysis.facts.resolved;
            let found: Vec<Diagnostic> =
                project::clashes(resolved).chain(analysis.diagnostics.iter().cloned()).collect();
            (found, project::conflicts(project, resolved))
        });
        let mut checked = judged(&script.source, &found, fail_on, format, color);
        if let Some(settings) = project.source.as_ref().filter(|_| !conflicts.is_empty()) {
            let more = judged(settings, &conflicts, fail_on, format, color);
            if format == FindingFormat::Json && !checked.text.is_empty() {
                checked.text.push(',');
            }
            checked.text.push_str(&more.text);
            checked.summary.merge(Summary { files: 0, ..more.summary });
            checked.fails |= more.fails;
        }
        checked
    };
    in_order(places.len(), input::threads(), work, |checked| report.add(checked));
    report.end();
    let fails = report.fails;
    Ok(match (misconfigured, fails) {
        (true, _) => Exit::Usage,
        (false, true) => Exit::Findings,
        (false, false) => Exit::Done,
    })
}

/// The findings of one file, written and counted.
fn judged(source: &Source, found: &[Diagnostic], fail_on: Severity, format: FindingFormat, color: bool) -> Checked {
    let mut summary = Summary::default();
    summary.add(found);
    Checked {
        text: findings(source, found, format, color),
        summary,
        fails: found.iter().any(|finding| finding.severity >= fail_on),
    }
}

/// A file that can't be read is a finding too, so that the others are still checked.
fn unreadable(place: &Place, failure: &Failure, fail_on: Severity, format: FindingFormat, color: bool) -> Checked {
    let source = Source::new(place.name(), "");
    let mut finding = Diagnostic::new("unreadable-file", Severity::Error, Span::empty(0), failure.message.clone());
    finding.help = failure.suggestion.clone();
    judged(&source, &[finding], fail_on, format, color)
}

/// Writes what was found as it comes, in one of the forms.
struct Report<'c> {
    console: &'c mut Console,
    format: FindingFormat,
    /// A finding stands in the list of the JSON document.
    written: bool,
    summary: Summary,
    fails: bool,
}

impl Report<'_> {
    fn begin(&mut self, catalog: Option<json::CatalogStamp<'_>>) {
        if self.format == FindingFormat::Json {
            let empty = json::document(&CheckDocument {
                schema: json::SCHEMA,
                catalog: catalog.unwrap_or_default(),
                diagnostics: Vec::new(),
                summary: self.summary,
            });
            // The document without its end: findings are written as they come, so that a large folder needs no large memory.
            let (head, _) = empty.split_once("],\"summary\":").unwrap_or((&empty, ""));
            self.console.result(head);
        }
    }

    fn add(&mut self, checked: Checked) -> bool {
        if self.format == FindingFormat::Json && self.written && !checked.text.is_empty() {
            self.console.result(",");
        }
        self.written |= !checked.text.is_empty();
        self.console.result(&checked.text);
        self.summary.merge(checked.summary);
        self.fails |= checked.fails;
        !self.console.is_closed()
    }

    fn end(&mut self) {
        if self.format == FindingFormat::Json {
            self.console.result("],\"summary\":");
            let mut summary = String::new();
            json::push(&mut summary, &self.summary);
            self.console.result(&summary);
            self.console.result("}\n");
        } else {
            let line = self.summary.line(self.console.color_talk);
            self.console.talk(&line);
        }
    }
}
