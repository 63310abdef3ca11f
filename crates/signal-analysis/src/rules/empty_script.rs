//! A script that does nothing.

use signal_text::{Severity, Span};

use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds scripts without any statement.
    ///
    /// # Why
    /// It is no mistake, but hardly what was meant: there is nothing to run.
    ///
    /// # Reported
    /// ```signal
    /// # oversold = rsi(close, 14) < 30
    /// ```
    /// # Not reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30
    /// ```
    empty_script, Group::Text, Severity::Hint
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    if facts.tree().statements().is_empty() {
        report.push(report.at(Span::empty(0), "the script holds no statement").help(
            "a script is lines of `name = expression`, \
             and `emit_signal(condition, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))` to trade",
        ));
    }
}
