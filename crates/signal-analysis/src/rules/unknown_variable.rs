//! A misspelt data variable.

use signal_catalog::Kind;
use signal_text::{Fix, Severity, closest};

use super::unknown_function::{graded, snapshot_note};
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds names that look like a data variable of the catalog, misspelt, and functions that are not called.
    ///
    /// # Why
    /// The server fails a script that reads a variable it does not have. With the bundled snapshot the finding is a
    /// warning: the server may know more variables.
    ///
    /// # Reported
    /// ```signal
    /// rising = clsoe > sma(close, 20)
    /// ```
    /// # Not reported
    /// ```signal
    /// rising = close > sma(close, 20)
    /// ```
    unknown_variable, Severity::Error
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, name) in facts.unresolved_names() {
        if facts.bindings.later(id).is_some() {
            continue;
        }
        let span = facts.span(id);
        if let Some(entry) = facts.catalog.get(name) {
            let finding = report
                .at(span, format!("`{name}` is a function and is not called here"))
                .help(format!("call it: `{}`", entry.signature_text()));
            report.push(graded(facts, finding));
        } else if let Some(variable) = nearest_variable(facts, name) {
            let finding = report
                .at(span, format!("there is no variable `{name}`"))
                .help(format!("did you mean `{variable}`?{}", snapshot_note(facts)))
                .fix(Fix::replace(format!("replace by `{variable}`"), true, span, variable));
            report.push(graded(facts, finding));
        }
    }
}

/// The data variable nearest to `name`, unless a name of the script is nearer.
pub(super) fn nearest_variable<'a>(facts: &Facts<'a>, name: &str) -> Option<&'a str> {
    let variables =
        facts.catalog.entries().iter().filter(|entry| entry.kind == Kind::Variable).map(|entry| entry.name.as_ref());
    let own = facts.bindings.definitions().iter().map(|definition| facts.source.slice(definition.name));
    let variable = closest(name, variables)?;
    match closest(name, own.chain([variable])) {
        Some(nearest) if nearest == variable => Some(variable),
        _ => None,
    }
}
