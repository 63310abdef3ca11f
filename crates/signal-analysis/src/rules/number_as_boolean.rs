//! Numbers where `and`, `or` and `not` want conditions.

use signal_syntax::{BinaryOp, Expr, ExprId, UnaryOp};
use signal_text::Severity;

use crate::wording::numbers::{number_to_condition, pick_an_output};
use crate::{Facts, Report, Type, rule::rule};

rule! {
    /// Finds numbers that `and`, `or` or `not` takes for conditions.
    ///
    /// # Why
    /// A number is true unless it is 0, and an indicator hardly ever is exactly 0: `rsi(close, 14) and up` says no more than
    /// `up`. A candlestick pattern is -100 where it is bearish, which is as true as 100.
    ///
    /// # Cure
    /// Compare the number with a level.
    ///
    /// # Reported
    /// ```signal
    /// bullish = cdlengulfing(open, high, low, close) and close > sma(close, 50)
    /// ```
    /// # Not reported
    /// ```signal
    /// bullish = cdlengulfing(open, high, low, close) > 0 and close > sma(close, 50)
    /// ```
    number_as_boolean, Group::Logic, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let tree = facts.tree();
    for &id in facts.operations() {
        match tree.expr(id) {
            Expr::Unary { op: UnaryOp::Not, operand } => judge(facts, "not", operand, report),
            Expr::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right, .. } => {
                judge(facts, op.symbol(), left, report);
                judge(facts, op.symbol(), right, report);
            }
            _ => {}
        }
    }
}

fn judge(facts: &Facts<'_>, operator: &str, operand: ExprId, report: &mut Report) {
    let (message, help, fix) = match facts.type_of(operand) {
        Type::Number => {
            let (help, fix) = number_to_condition(facts, operand);
            (format!("`{operator}` joins conditions, and this is a number"), help, fix)
        }
        Type::Outputs => {
            let help = pick_an_output(facts, operand).unwrap_or_default();
            (format!("`{operator}` joins conditions, and this is a call with several outputs"), help, None)
        }
        _ => return,
    };
    let message =
        if operator == "not" { message.replace("joins conditions", "turns a condition around") } else { message };
    let mut finding = report.at(facts.span(operand), message).help(help);
    finding.fixes.extend(fix);
    // `use_filter = 1`: a switch, as other languages have it.
    if facts.constants.number(operand).is_some_and(|value| value == 0.0 || value == 1.0) {
        finding.severity = Severity::Info;
        finding = finding.help("a switch is `True` or `False`");
        finding.fixes.clear();
    }
    report.push(finding);
}
