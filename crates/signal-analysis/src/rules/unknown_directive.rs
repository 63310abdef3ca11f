//! A directive that sets nothing.

use signal_text::Severity;

use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds `#!` directives that name no setting.
    ///
    /// # Why
    /// A directive is a comment to the server. One that is misspelt is silently ignored: the run would use a
    /// default where the author meant something else.
    ///
    /// # Reported
    /// ```signal
    /// #! timeframes = 4h
    /// oversold = rsi(close, 14) < 30
    /// ```
    /// # Not reported
    /// ```signal
    /// #! timeframe = 4h
    /// oversold = rsi(close, 14) < 30
    /// ```
    unknown_directive, Group::Signals, Severity::Error
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    report.take_over(&facts.resolved.script_diagnostics);
}
