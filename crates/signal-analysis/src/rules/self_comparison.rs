//! A value that is compared with itself.

use signal_syntax::{BinaryOp, Expr, ExprId};
use signal_text::{Diagnostic, Fix, Severity};

use crate::logic::conditions::{Seen, current_bar_index};
use crate::wording::short;
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds comparisons of a value with itself, above all with its `[-1]`, which is the current bar.
    ///
    /// # Why
    /// The documentation shows `rsi(close, 14)[-1]` as the current value. So `close > close[-1]` compares a bar with itself
    /// and never holds, and `close - close[-1]` is always 0.
    ///
    /// # Cure
    /// Write `[-2]` for the bar before.
    ///
    /// # Reported
    /// ```signal
    /// rising_price = close > close[-1]
    /// emit_signal(rising_price, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(close < 50, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    /// # Not reported
    /// ```signal
    /// rising_price = close > close[-2]
    /// emit_signal(rising_price, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(close < 50, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    self_comparison, Group::Logic, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut seen = Seen::default();
    for comparison in facts.comparisons().iter().filter(|comparison| comparison.same) {
        let sides = [comparison.left, comparison.right];
        let span = comparison.span(facts);
        let outcome = if comparison.verdict.is_never() { "never" } else { "always" };
        let text = short(facts.source.slice(span));
        let finding = report.at(span, format!("`{text}` compares a value with itself, so that it {outcome} holds"));
        match index(facts, sides) {
            Some(index) => push_once(facts, report, finding, index, &mut seen),
            None => {
                let mut finding = finding;
                // In other languages `x == x` asks whether there is a value at all.
                if comparison.is_equality() {
                    finding.severity = Severity::Info;
                }
                report.push(finding);
            }
        }
    }
    let tree = facts.tree();
    for &id in facts.operations() {
        if let Expr::Binary { op: op @ (BinaryOp::Subtract | BinaryOp::Divide), left, right, .. } = tree.expr(id)
            && facts.constants.number(id).is_none()
            && is_same(facts, [left, right])
            && let Some(index) = index(facts, [left, right])
        {
            let result = if op == BinaryOp::Subtract { 0 } else { 1 };
            let message = format!("`{}` is always {result}", short(facts.text(id)));
            push_once(facts, report, report.at(facts.span(id), message), index, &mut seen);
        }
    }
    for call in &facts.calls {
        if let (Some(a), Some(b)) = (call.input("first"), call.input("second"))
            && is_same(facts, [a, b])
            && facts.values().is_condition(facts.values().of(call.id))
            && facts.range(call.id).is_never()
        {
            let message = format!("`{}` lets a value cross itself, which never happens", short(facts.text(call.id)));
            let finding = report.at(facts.span(call.id), message);
            match index(facts, [a, b]) {
                Some(index) => push_once(facts, report, finding, index, &mut seen),
                None => report.push(finding),
            }
        }
    }
}

fn is_same(facts: &Facts<'_>, [a, b]: [ExprId; 2]) -> bool {
    let value = facts.values().of(a);
    value == facts.values().of(b) && facts.values().number(value).is_none()
}

/// The `[-1]` on one of the sides; the right one is where it mostly stands.
fn index(facts: &Facts<'_>, [left, right]: [ExprId; 2]) -> Option<ExprId> {
    current_bar_index(facts, right).or_else(|| current_bar_index(facts, left))
}

/// A name that holds `close[-1]` may be compared many times; the mistake is one.
fn push_once(facts: &Facts<'_>, report: &mut Report, finding: Diagnostic, index: ExprId, seen: &mut Seen) {
    if !seen.insert(index) {
        return;
    }
    let place = facts.span(index);
    let finding = finding.label(place, "`[-1]` is the current bar").help("`[-2]` is the bar before").fix(Fix::replace(
        "look at the bar before, with `[-2]`",
        false,
        place,
        "-2",
    ));
    report.push(finding);
}
