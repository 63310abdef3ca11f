//! A setting of the run that can't be what it says.

use signal_text::Severity;

use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds settings of the run whose value the API does not take.
    ///
    /// # Why
    /// Dates, timeframe, mode, cash, fees and leverage travel beside the script. The server answers
    /// `VALIDATION_ERROR` to a malformed one, and a range that ends before it begins holds no bar.
    ///
    /// # Reported
    /// ```signal
    /// #! timeframe = 2h
    /// oversold = rsi(close, 14) < 30
    /// ```
    /// # Not reported
    /// ```signal
    /// #! timeframe = 4h
    /// oversold = rsi(close, 14) < 30
    /// ```
    bad_setting, Group::Signals, Severity::Error
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    report.take_over(&facts.resolved.script_diagnostics);
}
