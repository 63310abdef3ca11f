//! A condition that no bar can meet.

use signal_syntax::{Expr, ExprId};
use signal_text::{Diagnostic, Fix, Severity, Span};

use crate::logic::conditions::{current_bar_index, parts};
use crate::wording::{short, shown};
use crate::{Call, Comparison, Facts, Node, Range, Report, rule::rule};

rule! {
    /// Finds conditions that can never hold, whatever the market does.
    ///
    /// # Why
    /// A signal that waits for it never fires, and the backtest comes back without a trade. Often a level was mistyped, two
    /// sides were mixed up, or a value is compared with a window that contains it.
    ///
    /// # Cure
    /// The message says what the values can be. `[-2]` looks at the bar before: a breakout is
    /// `close > highest(high, 20)[-2]`.
    ///
    /// # Reported
    /// ```signal
    /// strength = rsi(close, 14)
    /// oversold = strength < 30
    /// emit_signal(oversold and strength > 70, exit("BINANCE:BTC/USDT", "LONG"))
    /// emit_signal(close > highest(high, 20), entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// strength = rsi(close, 14)
    /// oversold = strength < 30
    /// emit_signal(oversold or strength > 70, exit("BINANCE:BTC/USDT", "LONG"))
    /// emit_signal(close > highest(high, 20)[-2], entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    impossible_condition, Group::Logic, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for comparison in facts.comparisons() {
        if comparison.verdict.is_never() && !comparison.same {
            report.push(impossible(facts, report, comparison));
        }
    }
    for call in &facts.calls {
        if facts.values().is_condition(facts.values().of(call.id)) && facts.range(call.id).is_never() {
            report_call(facts, report, call);
        }
    }
    if facts.ranges().conflicts().iter().any(|conflict| !conflict.always) {
        for &id in facts.operations() {
            report_chain(facts, report, id);
        }
    }
}

fn impossible(facts: &Facts<'_>, report: &Report, comparison: &Comparison) -> Diagnostic {
    let span = comparison.span(facts);
    let text = short(facts.source.slice(span));
    let finding = report.at(span, format!("`{text}` can never hold"));
    if let Some(function) = candle(facts, comparison) {
        let help =
            format!("`{function}` gives 100 for a bullish pattern, -100 for a bearish one, 0 where there is none");
        return with_bounds(facts, finding, &[comparison.left, comparison.right]).help(help);
    }
    let (finding, window) = with_reason(facts, finding, comparison);
    match window {
        Some(window) => with_bar_before(facts, finding, window),
        None => finding,
    }
}

/// The candlestick function that a comparison is about.
fn candle(facts: &Facts<'_>, comparison: &Comparison) -> Option<String> {
    let values = facts.values();
    [comparison.left, comparison.right]
        .into_iter()
        .find_map(|side| match values.node(values.of(side)) {
            Node::Call(function, ..) => Some(values.symbol(function)).filter(|name| name.starts_with("CDL")),
            _ => None,
        })
        .map(str::to_lowercase)
}

/// Why a comparison never, or always, holds; and the window that contains the current bar, if that is the reason.
pub(super) fn with_reason(
    facts: &Facts<'_>,
    finding: Diagnostic,
    comparison: &Comparison,
) -> (Diagnostic, Option<ExprId>) {
    let (a, b) = (facts.range(comparison.left), facts.range(comparison.right));
    // Bounds alone say why, or only both values together.
    if comparison.is_equality() || a.high <= b.low || a.low >= b.high {
        return (with_bounds(facts, finding, &[comparison.left, comparison.right]), None);
    }
    let (left, right) = (comparison.left, comparison.right);
    let is_at_most = |a, b| facts.ranges().is_at_most(facts.values(), facts.values().of(a), facts.values().of(b));
    let is_below = |a, b| facts.ranges().is_below(facts.values(), facts.values().of(a), facts.values().of(b));
    let relation = if is_at_most(left, right) {
        if is_below(left, right) { "is always below" } else { "is never above" }
    } else if is_at_most(right, left) {
        if is_below(right, left) { "is always above" } else { "is never below" }
    } else {
        return (with_bounds(facts, finding, &[left, right]), None);
    };
    let remark = format!("`{}` {relation} `{}`", short(facts.text(left)), short(facts.text(right)));
    let sides = [right, left];
    match sides.into_iter().find(|side| is_extreme(facts, facts.values().of(*side))) {
        Some(window) => (finding.label(facts.span(window), remark), Some(window)),
        None => (finding.label(comparison.span(facts), remark), None),
    }
}

/// What each side can be, where that is known and not plain to see.
pub(super) fn with_bounds(facts: &Facts<'_>, mut finding: Diagnostic, sides: &[ExprId]) -> Diagnostic {
    for &side in sides {
        let range = facts.range(side);
        let written =
            matches!(facts.tree().expr(facts.tree().unparenthesized(side)), Expr::Number(_) | Expr::Unary { .. });
        if range.is_constant() && written {
            continue;
        }
        if let Some(bounds) = in_words(range) {
            finding = finding.label(facts.span(side), format!("`{}` {bounds}", short(facts.text(side))));
        }
    }
    finding
}

/// The bounds in words; `None` where nothing is known.
pub(super) fn in_words(range: Range) -> Option<String> {
    // The least positive number stands for "above 0".
    let above = range.low > 0.0 && range.low < 1e-300;
    let (low, high) = (rounded(range.low), rounded(range.high));
    let bounds = match (low.is_finite(), high.is_finite()) {
        (true, true) if low == high => format!("is {low}"),
        (true, true) => format!("lies between {low} and {high}"),
        (true, false) if above => "is above 0".to_owned(),
        (true, false) => format!("is never below {low}"),
        (false, true) => format!("is never above {high}"),
        (false, false) if range.step <= 1.0 => {
            return if range.step == 1.0 { Some("is a whole number".to_owned()) } else { None };
        }
        (false, false) => String::new(),
    };
    Some(match range.step {
        1.0 if low != high => format!("{bounds}, in whole numbers"),
        step if step > 1.0 => format!("{bounds}, in steps of {step}"),
        _ => bounds,
    })
}

/// A bound without what was added for rounding errors.
fn rounded(bound: f64) -> f64 {
    // Adding 0 makes 0 of -0.
    if bound.is_finite() && bound.abs() < 1e9 { shown((bound * 1e2).round() / 1e2) + 0.0 } else { bound }
}

/// Whether a value is the highest or lowest of bars up to the current one.
fn is_extreme(facts: &Facts<'_>, value: crate::ValueId) -> bool {
    let values = facts.values();
    let call = match values.node(value) {
        Node::Output(call, _) => call,
        _ => value,
    };
    match values.node(call) {
        Node::Call(function, ..) => matches!(values.symbol(function), "MAX" | "MIN" | "DONCHIAN" | "MINMAX"),
        _ => false,
    }
}

/// Proposes the window that ends on the bar before.
fn with_bar_before(facts: &Facts<'_>, finding: Diagnostic, window: ExprId) -> Diagnostic {
    let text = short(facts.text(window));
    let title = "look at the bars before this one, with `[-2]`";
    let tree = facts.tree();
    let finding = finding
        .help(format!("the window contains the current bar; `{text}[-2]` is the window that ends on the bar before"));
    if let Some(index) = current_bar_index(facts, window) {
        return finding.fix(Fix::replace(title, false, facts.span(index), "-2"));
    }
    match tree.expr(window) {
        Expr::Name | Expr::Call { .. } | Expr::Paren(_) | Expr::Attribute { .. } | Expr::Index { .. } => {
            let end = facts.span(window).end;
            finding.fix(Fix::replace(title, false, Span::new(end, end), "[-2]"))
        }
        _ => finding,
    }
}

fn report_call(facts: &Facts<'_>, report: &mut Report, call: &Call<'_>) {
    let [first, second] = ["first", "second"].map(|name| call.input(name));
    let span = facts.span(call.id);
    let text = short(facts.text(call.id));
    if let (Some(a), Some(b)) = (first, second) {
        let (one, other) = (facts.values().of(a), facts.values().of(b));
        let settled = |value| facts.values().number(value).is_some();
        // A value that crosses itself is another rule's.
        if one != other && !(settled(one) && settled(other)) {
            let finding = report.at(span, format!("`{text}` can never hold: the two never change sides"));
            let (left, right) = (facts.range(a), facts.range(b));
            // Bounds that overlap are not the reason.
            let apart = left.high <= right.low || left.low >= right.high;
            report.push(if apart { with_bounds(facts, finding, &[a, b]) } else { finding });
        }
        return;
    }
    if let (Some(value), Some(lower), Some(upper)) = (call.input("real"), call.input("lower"), call.input("upper"))
        && facts.values().number(facts.values().of(value)).is_none()
    {
        let finding = report.at(span, format!("`{text}` can never hold"));
        report.push(with_bounds(facts, finding, &[value, lower, upper]));
    }
}

fn report_chain(facts: &Facts<'_>, report: &mut Report, id: ExprId) {
    if !matches!(facts.tree().expr(id), Expr::Binary { .. } | Expr::Compare { .. }) {
        return;
    }
    let Some(conflict) = facts.ranges().conflict(facts.values().of(id)).filter(|conflict| !conflict.always) else {
        return;
    };
    let finding = match parts(facts, id, conflict) {
        Some(parts) => {
            let [first, second] = [parts.first, parts.second];
            let texts = [first, second].map(|part| part.text(facts));
            if first.operand == second.operand {
                report.at(facts.span(second.operand), format!("`{}` can never hold", texts[1]))
            } else {
                let message = format!("`{}` and `{}` can't hold on the same bar", texts[0], texts[1]);
                let finding = report.at(facts.span(second.operand), message);
                let finding = finding.label(facts.span(first.written), "rules out what is asked for later");
                if second.operand == second.written {
                    finding
                } else {
                    finding.label(
                        facts.span(second.written),
                        format!("`{}` asks for this", short(facts.text(second.operand))),
                    )
                }
            }
        }
        None => report
            .at(facts.span(id), format!("`{}` can never hold: its parts contradict each other", short(facts.text(id)))),
    };
    report.push(finding);
}
