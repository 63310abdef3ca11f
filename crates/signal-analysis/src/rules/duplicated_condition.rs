//! The same condition twice.

use signal_syntax::{BinaryOp, Expr, ExprId};
use signal_text::{Edit, Fix, Severity, Span};

use crate::logic::conditions::{chain_op, is_settled};
use crate::maps::Map;
use crate::wording::{short, whole_line};
use crate::{Facts, Report, Type, ValueId, rule::rule};

rule! {
    /// Finds a condition that is joined to itself, and a signal that is emitted twice.
    ///
    /// # Why
    /// `a and b and a` asks for `a` twice: most often the second one was meant to be something else. A signal that is
    /// emitted twice may double the position.
    ///
    /// # Cure
    /// Leave out the second one, or write what was meant.
    ///
    /// # Reported
    /// ```signal
    /// cheap = close < sma(close, 50)
    /// weak = rsi(close, 14) < 30
    /// emit_signal(cheap and weak and cheap, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(not cheap, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    /// # Not reported
    /// ```signal
    /// cheap = close < sma(close, 50)
    /// weak = rsi(close, 14) < 30
    /// emit_signal(cheap and weak, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(not cheap, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    duplicated_condition, Group::Logic, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let tree = facts.tree();
    let mut inner = Vec::new();
    let mut seen: Map<ValueId, ExprId> = Map::default();
    // Outer chains first.
    for &id in facts.operations().iter().rev() {
        let Expr::Binary { op, .. } = tree.expr(id) else { continue };
        let Some(op) = chain_op(op) else { continue };
        if inner.is_empty() {
            inner = vec![false; tree.len()];
        }
        if !inner[id.index()] {
            seen.clear();
            chain(facts, report, id, op, &mut inner, &mut seen);
        }
    }
    signals(facts, report);
}

/// Goes over the operands of a chain from left to right.
fn chain(
    facts: &Facts<'_>,
    report: &mut Report,
    chain: ExprId,
    sort: BinaryOp,
    inner: &mut [bool],
    seen: &mut Map<ValueId, ExprId>,
) {
    let tree = facts.tree();
    // An operand, and what has to go with it: the operator beside it.
    let mut stack = vec![(chain, None)];
    while let Some((id, removal)) = stack.pop() {
        let within = tree.unparenthesized(id);
        match tree.expr(within) {
            Expr::Binary { op, left, right, .. } if chain_op(op) == Some(sort) => {
                inner[within.index()] = true;
                let (a, b) = (facts.span(left), facts.span(right));
                stack.push((right, Some(Span::new(a.end, b.end))));
                stack.push((left, Some(Span::new(a.start, b.start))));
            }
            _ => {
                let value = facts.values().of(id);
                if is_settled(facts, value) || facts.type_of(id) == Type::Number {
                    continue;
                }
                match seen.get(&value) {
                    Some(&before) => report.push(twice(facts, report, (before, id), removal)),
                    None => {
                        seen.insert(value, id);
                    }
                }
            }
        }
    }
}

fn twice(
    facts: &Facts<'_>,
    report: &Report,
    (before, again): (ExprId, ExprId),
    removal: Option<Span>,
) -> signal_text::Diagnostic {
    let text = short(facts.text(again));
    let finding =
        report.at(facts.span(again), format!("`{text}` is asked for twice")).label(facts.span(before), "here already");
    // A comment must not go with it.
    match removal.filter(|span| !facts.source.slice(*span).contains('#')) {
        Some(span) => finding.fix(Fix::replace("leave out the second one", true, span, "")),
        None => finding,
    }
}

fn signals(facts: &Facts<'_>, report: &mut Report) {
    if facts.signals.len() < 2 {
        return;
    }
    let mut seen: Map<ValueId, ExprId> = Map::default();
    for signal in &facts.signals {
        match seen.get(&facts.values().of(signal.id)) {
            Some(&before) => {
                let mut finding = report
                    .at(facts.span(signal.id), "this signal is emitted twice: same condition, same action")
                    .label(facts.span(before), "here already");
                let statement = facts.tree().statements()[facts.tree().statement_of(signal.id)];
                if let Some(line) =
                    whole_line(facts, statement.span).filter(|_| statement.span == facts.span(signal.id))
                {
                    let edits = vec![Edit { span: line, text: String::new() }];
                    finding = finding.fix(Fix { title: "leave out the second one".to_owned(), safe: false, edits });
                }
                report.push(finding);
            }
            None => {
                seen.insert(facts.values().of(signal.id), signal.id);
            }
        }
    }
}
