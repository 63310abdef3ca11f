//! The Reviewdog Diagnostic Format: comments on a pull request, with suggestions that a click applies.
//!
//! Fields: `proto/rdf/reviewdog.proto` of <https://github.com/reviewdog/reviewdog>. Columns count bytes, from 1.

use serde::Serialize;
use signal_text::{Diagnostic, Edit, Fix, Severity, Source, Span, apply_edits};

use super::findings::{Findings, Form};
use super::json::{self, Summary};
use super::link;

/// One document; it can't tell a failure, which stderr tells beside an empty one.
pub(crate) const FORM: Form =
    Form { head: |_| head(), file, between: ",", aside: None, tail, failure: Some(|_| empty()), talks: true };

/// A suggestion that spans more lines than this is left out: nobody reviews it in a comment.
const MOST_LINES: usize = 40;

#[derive(Serialize)]
struct Reported<'a> {
    message: String,
    location: Location<'a>,
    severity: &'static str,
    code: Code<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: u32,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

fn head() -> String {
    let mut text = "{\"source\":{\"name\":\"dsl\",\"url\":".to_owned();
    json::push(&mut text, &link::home());
    text.push_str("},\"diagnostics\":[");
    text
}

fn file(of: &Findings<'_>) -> String {
    let mut text = String::new();
    for one in of.found {
        if !text.is_empty() {
            text.push(',');
        }
        json::push(&mut text, &reported(of, one));
    }
    text
}

/// The severity of the whole is that of the gravest finding, which is known last.
fn tail(summary: Summary) -> String {
    let severity = match summary {
        Summary { errors: 1.., .. } => Severity::Error,
        Summary { warnings: 1.., .. } => Severity::Warning,
        _ => Severity::Info,
    };
    format!("],\"severity\":\"{}\"}}\n", name(severity))
}

fn empty() -> String {
    head() + &tail(Summary::default())
}

const fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Info | Severity::Hint => "INFO",
    }
}

fn reported<'a>(of: &Findings<'a>, finding: &'a Diagnostic) -> Reported<'a> {
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        message.push('\n');
        message.push_str(help);
    }
    Reported {
        message,
        location: Location { path: of.path, range: range(of.source, finding.span) },
        severity: name(finding.severity),
        code: Code { value: &finding.code, url: link::rule(&finding.code) },
        suggestions: finding.fixes.iter().filter_map(|fix| suggestion(of.source, fix)).collect(),
    }
}

fn range(source: &Source, span: Span) -> Range {
    let span = source.clamp(span);
    let position = |offset: u32| {
        let line = source.lines().line(offset);
        Position { line: line + 1, column: offset - source.lines().start(line).unwrap_or(0) + 1 }
    };
    Range { start: position(span.start), end: position(span.end) }
}

/// A fix as one replacement: the format takes several suggestions as choices, not as parts of one.
fn suggestion(source: &Source, fix: &Fix) -> Option<Suggestion> {
    let start = fix.edits.iter().map(|edit| edit.span.start).min()?;
    let end = fix.edits.iter().map(|edit| edit.span.end).max()?;
    let whole = source.clamp(Span::new(start, end));
    let lines = source.lines().line(whole.end) - source.lines().line(whole.start);
    if whole != Span::new(start, end) || lines > MOST_LINES {
        return None;
    }
    let moved =
        |edit: &Edit| Edit { span: Span::new(edit.span.start - start, edit.span.end - start), text: edit.text.clone() };
    let edits: Vec<Edit> = fix.edits.iter().map(moved).collect();
    let text = apply_edits(source.slice(whole), &edits).ok()?;
    Some(Suggestion { range: range(source, whole), text })
}
