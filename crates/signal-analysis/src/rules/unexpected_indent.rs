//! A statement that does not begin its line.

use signal_text::Severity;

use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds statements behind leading white space.
    ///
    /// # Why
    /// The language reads like Python, where an indented line belongs to a block. There are no blocks, so a server
    /// that follows Python refuses the line; whether this one does is not documented.
    ///
    /// # Reported
    /// ```signal
    /// fast = ema(close, 12)
    ///   slow = ema(close, 26)
    /// ```
    /// # Not reported
    /// ```signal
    /// fast = ema(close, 12)
    /// slow = ema(
    ///     close,
    ///     26,
    /// )
    /// ```
    unexpected_indent, Group::Text, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    report.take_over(&facts.parsed.diagnostics);
}
