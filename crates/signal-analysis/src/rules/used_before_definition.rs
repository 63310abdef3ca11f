//! A name that is read above the line that sets it.

use signal_text::Severity;

use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds names that are read on or above the line that defines them.
    ///
    /// # Why
    /// A script is run from top to bottom on every bar, so the name has no value yet where it is read. A warning,
    /// since the documentation does not say whether a name keeps its value from the bar before.
    ///
    /// # Reported
    /// ```signal
    /// rising = close > average
    /// average = sma(close, 20)
    /// ```
    /// # Not reported
    /// ```signal
    /// average = sma(close, 20)
    /// rising = close > average
    /// ```
    used_before_definition, Group::Names, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for one in facts.unresolved() {
        let Some(definition) = one.later.map(|later| facts.bindings.definition(later)) else { continue };
        let line = facts.source.line_column(definition.name.start).line;
        let finding = report
            .at(facts.span(one.id), format!("`{}` is read before line {line} defines it", facts.text(one.id)))
            .label(definition.name, "defined here")
            .help("move the definition above its first use; for the value of the bar before, index a series: `x[-2]`");
        report.push(finding);
    }
}
