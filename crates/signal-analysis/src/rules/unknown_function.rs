//! A call of something that the catalog does not list.

use signal_catalog::{Entry, Kind};
use signal_text::{Diagnostic, Fix, Severity, closest};

use crate::{Call, Facts, Report, rule::rule};

rule! {
    /// Finds calls of functions that the catalog does not list.
    ///
    /// # Why
    /// The server fails a script that calls an indicator it does not have. As long as the catalog is the bundled
    /// snapshot and not the server's own list, the finding is a warning: the server may know more.
    ///
    /// # Reported
    /// ```signal
    /// oversold = rsl(close, 14) < 30
    /// ```
    /// # Not reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30
    /// ```
    unknown_function, Severity::Error
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for call in &facts.calls {
        match call.entry {
            None => report.push(unknown(facts, call, report)),
            Some(entry) if !entry.is_callable() => {
                let finding = report
                    .at(facts.span(call.callee), format!("`{}` is a variable, not a function", call.name))
                    .help(format!("write `{0}` by itself, or `{0}[-2]` for the bar before", call.name));
                report.push(super::unknown_function::graded(facts, finding));
            }
            Some(_) => {}
        }
    }
}

fn unknown(facts: &Facts<'_>, call: &Call<'_>, report: &Report) -> Diagnostic {
    let span = facts.span(call.callee);
    let functions = facts.catalog.entries().iter().filter(|entry| entry.is_callable()).map(|entry| entry.name.as_ref());
    let finding = report.at(span, format!("the catalog has no function `{}`", call.name));
    let finding = match closest(call.name, functions) {
        Some(name) => {
            let signature = facts.catalog.get(name).map_or_else(|| name.to_owned(), Entry::signature_text);
            finding.help(format!("did you mean `{signature}`?{}", snapshot_note(facts))).fix(Fix::replace(
                format!("replace by `{name}`"),
                facts.catalog.get(name).is_some_and(|entry| entry.kind != Kind::Variable),
                span,
                name,
            ))
        }
        None if facts.catalog.is_live() => finding,
        None => finding.help(snapshot_note(facts).trim().to_owned()),
    };
    graded(facts, finding)
}

/// An unknown name is an error only against the server's own list.
pub(super) fn graded(facts: &Facts<'_>, mut finding: Diagnostic) -> Diagnostic {
    if !facts.catalog.is_live() {
        finding.severity = finding.severity.min(Severity::Warning);
    }
    finding
}

/// A remark that the names are those of the bundled snapshot, where they are.
pub(super) fn snapshot_note(facts: &Facts<'_>) -> String {
    if facts.catalog.is_live() {
        return String::new();
    }
    format!(" (names are those of the bundled snapshot of {}; the server may know more)", facts.catalog.date())
}
