//! A division by nothing.

use signal_syntax::{BinaryOp, Expr};
use signal_text::Severity;

use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds divisions by a constant zero.
    ///
    /// # Why
    /// No bar has a value: the result is infinite or not a number, and comparisons with that hold never or always. Most
    /// often a constant at the top of the script was left at 0.
    ///
    /// # Reported
    /// ```signal
    /// window = 0
    /// dip = (close - sma(close, 20)) / window < -1
    /// emit_signal(dip, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// window = 20
    /// dip = (close - sma(close, 20)) / window < -1
    /// emit_signal(dip, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    division_by_zero, Group::Logic, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for &id in facts.operations() {
        let Expr::Binary { op, right, .. } = facts.tree().expr(id) else { continue };
        let divides = matches!(op, BinaryOp::Divide | BinaryOp::FloorDivide | BinaryOp::Remainder);
        if !divides || facts.constants.number(right) != Some(0.0) {
            continue;
        }
        let message = match facts.text(right) {
            "0" => "nothing can be divided by 0".to_owned(),
            divisor => format!("`{divisor}` is always 0, and nothing can be divided by that"),
        };
        report.push(report.at(facts.span(right), message));
    }
}
