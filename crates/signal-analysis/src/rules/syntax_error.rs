//! Text that is no Signal DSL.

use signal_text::Severity;

use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds statements that do not parse.
    ///
    /// # Why
    /// The server refuses a script that it can't read, and the attempt costs a request. The rest of the script is
    /// checked all the same; names that the broken line binds count as defined.
    ///
    /// # Cure
    /// Most mistakes come from other languages: write `and`, `or`, `not` for `&&`, `||`, `!`, and `==` to compare.
    /// A script has assignments and calls only; there is no `if`, `for` or `def`: write a condition as an expression.
    ///
    /// # Reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30 && close > sma(close, 50)
    /// ```
    /// # Not reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30 and close > sma(close, 50)
    /// ```
    syntax_error, Group::Text, Severity::Error
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    report.take_over(&facts.parsed.diagnostics);
}
