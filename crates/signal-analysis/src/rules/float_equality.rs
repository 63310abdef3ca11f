//! A computed value that is asked to meet a number exactly.

use signal_syntax::{CompareOp, ExprId, StatementKind};
use signal_text::{Fix, Severity};

use crate::wording::numbers::call_behind;
use crate::wording::{LONGEST_COPY, is_expression, short};
use crate::{Comparison, Facts, Node, Report, Type, ValueId, rule::rule};

rule! {
    /// Finds `==` and `!=` between values that come of averages and divisions, which practically never meet exactly.
    ///
    /// # Why
    /// `rsi(close, 14) == 50` would need the average to come out at 50.000000000000000: the signal never fires. Two lines that
    /// meet between two bars are not equal on either.
    ///
    /// # Cure
    /// Compare with `<` or `>`, ask for a crossing, or for nearness: `abs(a - b) < 0.01`. Prices, whole numbers and the bounds
    /// of an indicator (`rsi(close, 14) == 100`) can be met, and are not reported.
    ///
    /// # Reported
    /// ```signal
    /// emit_signal(ema(close, 12) == ema(close, 26), entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(rsi(close, 14) == 50, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    /// # Not reported
    /// ```signal
    /// emit_signal(crossover(ema(close, 12), ema(close, 26)), entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(close == max(close, 20) or cdldoji() == 100, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    float_equality, Group::Logic, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for comparison in facts.comparisons() {
        let open = !comparison.verdict.is_never() && !comparison.verdict.is_always();
        if !comparison.is_equality() || !open || !practically_never_met(facts, comparison) {
            continue;
        }
        // `strength == rsi(close, 14)` on a line of its own was to be one `=`: another rule's.
        if is_dropped(facts, comparison) {
            continue;
        }
        let span = comparison.span(facts);
        let outcome = if comparison.op == CompareOp::Equal { "never" } else { "always" };
        let (left, right) = (facts.text(comparison.left), facts.text(comparison.right));
        let message = format!(
            "`{}` practically {outcome} holds: computed values hardly meet exactly",
            short(facts.source.slice(span))
        );
        let mut finding = report.at(span, message);
        if comparison.op == CompareOp::Equal {
            finding = finding.help("compare with `<` or `>`, or ask for a crossing");
            let alone = matches!(facts.tree().expr(comparison.id), signal_syntax::Expr::Compare { rest, .. } if rest.len() == 1);
            let numbers = [comparison.left, comparison.right].iter().all(|side| facts.type_of(*side) != Type::Boolean);
            if alone && numbers && span.len() as usize <= LONGEST_COPY && facts.catalog.get("cross").is_some() {
                let title = "ask whether the two cross";
                finding = finding.fix(Fix::replace(title, false, span, format!("cross({left}, {right})")));
            }
        } else {
            finding = finding.help("leave it out, or ask for a distance: `abs(a - b) > 0.01`");
        }
        report.push(finding);
    }
}

/// Whether the comparison is a statement that nothing reads.
fn is_dropped(facts: &Facts<'_>, comparison: &Comparison) -> bool {
    let tree = facts.tree();
    let at = tree.statement_of(comparison.id);
    let last = at + 1 == tree.statements().len() && is_expression(facts);
    matches!(tree.statements()[at].kind, StatementKind::Expr(value) if tree.unparenthesized(value) == comparison.id)
        && !last
}

fn practically_never_met(facts: &Facts<'_>, comparison: &Comparison) -> bool {
    let [left, right] = [comparison.left, comparison.right];
    let (a, b) = (facts.values().of(left), facts.values().of(right));
    if is_the_same_earlier(facts, a, b) {
        return false;
    }
    match (facts.values().number(a), facts.values().number(b)) {
        (None, None) => facts.range(left).rounded || facts.range(right).rounded,
        (None, Some(number)) => misses(facts, left, a, number),
        (Some(number), None) => misses(facts, right, b, number),
        (Some(_), Some(_)) => false,
    }
}

/// A computed value and a number that is none of its bounds.
fn misses(facts: &Facts<'_>, side: ExprId, value: ValueId, number: f64) -> bool {
    let range = facts.range(side);
    let is_bound = |bound: f64| (number - bound).abs() <= 1e-3;
    if !range.rounded || is_bound(range.low) || is_bound(range.high) || may_be_capped_at(facts, side, number) {
        return false;
    }
    // A difference or a quotient is 0 where prices are equal.
    number != 0.0 || matches!(facts.values().node(value), Node::Call(..) | Node::Output(..))
}

/// `min(rsi(close, 14), 70) == 70`: the least of 70 bars to TA-Lib, and to the author rather the lesser of the two, which
/// is 70 exactly.
fn may_be_capped_at(facts: &Facts<'_>, side: ExprId, number: f64) -> bool {
    let Some(call) = call_behind(facts, side).filter(|call| matches!(call.name, "max" | "min")) else { return false };
    call.params(&facts.constants).any(|(_, value, _)| value == Some(number))
}

/// A value and itself some bars before: it stays as it is where nothing is traded.
fn is_the_same_earlier(facts: &Facts<'_>, a: ValueId, b: ValueId) -> bool {
    let values = facts.values();
    let base = |value| match values.node(value) {
        Node::Shift(base, _) => base,
        _ => value,
    };
    base(a) == base(b)
}
