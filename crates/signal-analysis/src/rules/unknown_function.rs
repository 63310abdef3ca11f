//! A call of something that the catalog does not list.

use signal_catalog::Entry;
use signal_text::{Diagnostic, Fix, Severity, Span, closest, is_slip};

use crate::maps::Map;
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds calls of functions that the catalog does not list.
    ///
    /// # Why
    /// The server fails a script that calls an indicator it does not have. As long as the catalog is the bundled
    /// snapshot and not the server's own list, the finding is a warning: the server may know more. `dsl catalog pull`
    /// fetches its list, with a key; a name that you know and the list does not can be declared in `signal.toml`,
    /// `[catalog] declare = ["slope(series, period=14)"]`.
    ///
    /// # Reported
    /// ```signal
    /// oversold = rsl(close, 14) < 30
    /// ```
    /// # Not reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30
    /// ```
    unknown_function, Group::Names, Severity::Error, needs_catalog
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut near = Map::default();
    for call in &facts.calls {
        let span = facts.span(call.callee);
        match call.entry {
            None => {
                let nearest = nearest(facts, call.name, &mut near);
                report.push(graded(facts.catalog.covers().functions, unknown(facts, call.name, span, nearest, report)));
            }
            Some(entry) if !entry.is_callable() => {
                let finding = report
                    .at(span, format!("`{}` is a variable, not a function", call.name))
                    .help(format!("write `{0}` by itself, or `{0}[-2]` for the bar before", call.name));
                report.push(graded(facts.catalog.covers().functions, finding));
            }
            Some(_) => {}
        }
    }
}

fn unknown(facts: &Facts<'_>, name: &str, span: Span, nearest: Option<&Entry>, report: &Report) -> Diagnostic {
    let finding = report.at(span, format!("the catalog has no function `{name}`"));
    let note = incomplete_note(facts, facts.catalog.covers().functions);
    match nearest {
        Some(entry) => finding.help(format!("did you mean `{}`?{note}", entry.signature_text())).fix(Fix::replace(
            format!("replace by `{}`", entry.name),
            is_slip(name, &entry.name),
            span,
            entry.name.as_ref(),
        )),
        None if note.is_empty() => finding
            .help("`dsl catalog search WORDS` finds what there is; `[catalog] declare` in signal.toml adds a name"),
        None => finding.help(note.trim_start_matches(" (").trim_end_matches(')')),
    }
}

/// Names that are looked up for one script. People misspell a few; a hostile script could misspell a million.
const LOOKUPS: usize = 2_000;

/// The function nearest to a name; the same name is looked up once.
fn nearest<'a>(facts: &Facts<'a>, name: &'a str, known: &mut Map<&'a str, Option<&'a Entry>>) -> Option<&'a Entry> {
    if let Some(found) = known.get(name) {
        return *found;
    }
    if known.len() >= LOOKUPS {
        return None;
    }
    let functions = facts.catalog.entries().iter().filter(|entry| entry.is_callable());
    let found = closest(name, functions.map(|entry| entry.name.as_ref())).and_then(|name| facts.catalog.get(name));
    known.insert(name, found);
    found
}

/// An unknown name is an error only against a list by the server that covers names of that sort.
pub(super) fn graded(covered: bool, mut finding: Diagnostic) -> Diagnostic {
    if !covered {
        finding.severity = finding.severity.min(Severity::Warning);
    }
    finding
}

/// A remark that the server may know more names, where the catalog does not cover names of that sort.
pub(super) fn incomplete_note(facts: &Facts<'_>, covered: bool) -> String {
    let date = facts.catalog.date();
    if covered {
        String::new()
    } else if facts.catalog.is_live() {
        format!(
            " (the server may know more: its list of {date} has no names of this sort, or not all of it was understood)"
        )
    } else {
        format!(
            " (names are those of the bundled snapshot of {date}; `dsl catalog pull` fetches the server's own, with a key)"
        )
    }
}
