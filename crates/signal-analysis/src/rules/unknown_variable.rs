//! A misspelt data variable.

use signal_text::{Fix, Severity, is_slip};

use super::unknown_function::{graded, incomplete_note};
use crate::{Facts, Near, Report, rule::rule};

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
    unknown_variable, Group::Names, Severity::Error, needs_catalog
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let covered = facts.catalog.covers().variables;
    for one in facts.unresolved().iter().filter(|one| one.later.is_none()) {
        let (span, name) = (facts.span(one.id), facts.text(one.id));
        if let Some(entry) = facts.catalog.get(name) {
            let finding = report
                .at(span, format!("`{name}` is a function and is not called here"))
                .help(format!("call it: `{}`", entry.signature_text()));
            // That it is a function is what the list of functions says.
            report.push(graded(facts.catalog.covers().functions, finding));
        } else if let Some(Near::Variable(variable)) = &one.near {
            let finding = report
                .at(span, format!("there is no variable `{name}`"))
                .help(format!("did you mean `{variable}`?{}", incomplete_note(facts, covered)))
                .fix(Fix::replace(format!("replace by `{variable}`"), is_slip(name, variable), span, &**variable));
            report.push(graded(covered, finding));
        }
    }
}
