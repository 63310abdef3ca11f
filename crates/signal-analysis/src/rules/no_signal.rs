//! A script that never trades.

use signal_catalog::Kind;
use signal_market::excerpt;
use signal_syntax::StatementKind;
use signal_text::{Fix, Severity};

use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds scripts that compute something and emit no signal.
    ///
    /// # Why
    /// A backtest of such a script trades nothing, and costs as much quota as any other. An `entry(...)` by itself asks for
    /// nothing either: only `emit_signal` hands it to the service.
    ///
    /// # Reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30
    /// ```
    /// # Not reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    no_signal, Group::Signals, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let tree = facts.tree();
    let Some(last) = tree.statements().last() else { return };
    if !facts.signals.is_empty() || may_be_hidden(facts) {
        return;
    }
    let action = facts.orders().actions.first();
    let finding = match action {
        Some(action) => report
            .at(facts.span(action.call), "this asks for nothing: no signal emits it, so the script never trades")
            .help(format!("say when it is to happen: `emit_signal(condition, {})`", excerpt(facts.text(action.call)))),
        None => report.at(last.span, "the script emits no signal, so a backtest of it trades nothing").help(
            "end it with what is to be traded when: \
             `emit_signal(condition, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))`",
        ),
    };
    // `entry(...) if condition` and the like are many; an action that stands by itself behind one condition is not.
    let by_itself = action.filter(|action| last.kind == StatementKind::Expr(action.call));
    let report_with = match (by_itself, only_condition(facts)) {
        (Some(action), Some(condition)) => finding.fix(Fix::replace(
            format!("emit it when `{condition}` holds"),
            false,
            facts.span(action.call),
            format!("emit_signal({condition}, {})", facts.text(action.call)),
        )),
        _ => finding,
    };
    report.push(report_with);
}

/// Whether something that can't be read may be the signal: a statement that did not parse, a function that nobody knows, or
/// an expression by itself, as `POST /market/evaluate` and `/market/scan` take it.
fn may_be_hidden(facts: &Facts<'_>) -> bool {
    let tree = facts.tree();
    let is_action = |id| {
        let entry = facts.calls.get(tree.unparenthesized(id)).and_then(|call| call.entry);
        entry.is_some_and(|entry| entry.kind == Kind::Action)
    };
    facts.orders().some_hidden
        || tree.statements().iter().any(|statement| match statement.kind {
            StatementKind::Expr(id) => !is_action(id),
            _ => false,
        })
        || facts.calls.iter().any(|call| call.entry.is_none() && takes_action(facts, call))
}

fn takes_action(facts: &Facts<'_>, call: &crate::Call<'_>) -> bool {
    let actions = &facts.orders().actions;
    call.arguments.iter().any(|argument| actions.binary_search_by_key(&argument.value, |action| action.call).is_ok())
}

/// The name of the one comparison or logic that the script binds, if there is just one.
fn only_condition<'a>(facts: &Facts<'a>) -> Option<&'a str> {
    let mut conditions = facts
        .bindings
        .definitions()
        .iter()
        .filter(|definition| definition.value.is_some_and(|value| facts.type_of(value) == crate::Type::Boolean));
    match (conditions.next(), conditions.next()) {
        (Some(only), None) => Some(facts.source.slice(only.name)),
        _ => None,
    }
}
