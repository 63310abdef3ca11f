//! A condition that every bar meets.

use signal_syntax::{Expr, ExprId};
use signal_text::{Severity, Span};

use super::impossible_condition::{with_bounds, with_reason};
use crate::logic::conditions::parts;
use crate::wording::short;
use crate::{Comparison, Facts, Node, Report, rule::rule};

rule! {
    /// Finds conditions that hold on every bar, whatever the market does.
    ///
    /// # Why
    /// It filters nothing: the signal fires where it was meant to wait. Often `or` stands where `and` was meant, or a level
    /// has the wrong sign or scale.
    ///
    /// # Cure
    /// Leave the condition out, or correct the level. `close > 0` and `True`, the usual ways to say "on every bar", are
    /// not reported, nor is a comparison of settings, `use_filter == 1`.
    ///
    /// # Reported
    /// ```signal
    /// strength = rsi(close, 14)
    /// calm = strength < 70 or strength > 30
    /// emit_signal(calm and willr(14) < 20, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(strength > 80, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    /// # Not reported
    /// ```signal
    /// strength = rsi(close, 14)
    /// calm = strength < 70 and strength > 30
    /// emit_signal(calm and willr(14) < -20, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(close > 0, entry("BINANCE:ETH/USDT", "LONG", Weight(0.5)))
    /// emit_signal(strength > 80, exit("BINANCE:BTC/USDT", "LONG"))
    /// emit_signal(strength > 80, exit("BINANCE:ETH/USDT", "LONG"))
    /// ```
    constant_condition, Group::Logic, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for comparison in facts.comparisons() {
        if comparison.verdict.is_always() && !comparison.same && !says_always(facts, comparison) {
            let span = comparison.span(facts);
            let mut finding = report.at(span, format!("`{}` holds on every bar", short(facts.source.slice(span))));
            // A level that has a name may have been set so far out on purpose.
            if is_setting(facts, comparison.left) || is_setting(facts, comparison.right) {
                finding.severity = Severity::Hint;
            } else if asks_for_a_value(facts, comparison) {
                finding.severity = Severity::Info;
            }
            report.push(with_reason(facts, finding, comparison).0);
        }
    }
    for call in &facts.calls {
        if facts.values().is_condition(facts.values().of(call.id))
            && facts.range(call.id).is_always()
            && let (Some(value), Some(lower), Some(upper)) =
                (call.input("real"), call.input("lower"), call.input("upper"))
            && facts.values().number(facts.values().of(value)).is_none()
        {
            let finding =
                report.at(facts.span(call.id), format!("`{}` holds on every bar", short(facts.text(call.id))));
            report.push(with_bounds(facts, finding, &[value, lower, upper]));
        }
    }
    if facts.ranges().conflicts().iter().any(|conflict| conflict.always) {
        for &id in facts.operations() {
            report_chain(facts, report, id);
        }
    }
}

/// `close > 0` and its like.
fn says_always(facts: &Facts<'_>, comparison: &Comparison) -> bool {
    let values = facts.values();
    let [left, right] = [comparison.left, comparison.right].map(|side| values.of(side));
    let is_data = |value| match values.node(value) {
        Node::Column(_) => true,
        Node::Variable(symbol) => matches!(values.symbol(symbol), "hl2" | "hlc3" | "ohlc4"),
        _ => false,
    };
    let is_number = |value| values.number(value).is_some();
    is_data(left) && (is_number(right) || is_data(right)) || is_number(left) && is_data(right)
}

/// `sma(close, 200) > 0`, of what is above 0 wherever it is: a way to ask whether it is there yet.
fn asks_for_a_value(facts: &Facts<'_>, comparison: &Comparison) -> bool {
    let is_zero = |side| facts.values().number(facts.values().of(side)) == Some(0.0);
    let is_above = |side| facts.range(side).low > 0.0;
    is_above(comparison.left) && is_zero(comparison.right) || is_zero(comparison.left) && is_above(comparison.right)
}

/// A number that has a name.
fn is_setting(facts: &Facts<'_>, side: ExprId) -> bool {
    let tree = facts.tree();
    tree.expr(tree.unparenthesized(side)) == Expr::Name && facts.constants.number(side).is_some()
}

fn report_chain(facts: &Facts<'_>, report: &mut Report, id: ExprId) {
    let Expr::Binary { left, right, .. } = facts.tree().expr(id) else { return };
    let Some(conflict) = facts.ranges().conflict(facts.values().of(id)).filter(|conflict| conflict.always) else {
        return;
    };
    let Some(parts) = parts(facts, id, conflict).filter(|parts| parts.first.operand != parts.second.operand) else {
        let span = Span::new(facts.span(left).start, facts.span(right).end);
        report.push(report.at(span, format!("`{}` holds on every bar", short(facts.text(id)))));
        return;
    };
    let [first, second] = [parts.first, parts.second];
    let texts = [first, second].map(|part| part.text(facts));
    let message = format!("one of `{}` and `{}` holds on every bar", texts[0], texts[1]);
    let mut finding = report
        .at(facts.span(second.operand), message)
        .label(facts.span(first.written), "holds wherever the other part does not")
        .help("did you mean `and`?");
    if second.operand != second.written {
        finding = finding
            .label(facts.span(second.written), format!("`{}` stands for this", short(facts.text(second.operand))));
    }
    report.push(finding);
}
