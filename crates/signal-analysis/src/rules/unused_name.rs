//! A name that is bound and never read.

use signal_catalog::Kind;
use signal_syntax::{Expr, StatementKind};
use signal_text::{Diagnostic, Fix, Severity, Span};

use crate::maps::Set;
use crate::wording::{is_expression, is_pure, listed, whole_line};
use crate::{Facts, Near, Report, Unread, rule::rule};

rule! {
    /// Finds names that are given a value and never read.
    ///
    /// # Why
    /// Most often a condition was meant to be part of the signal and was left out, or another name was written in its
    /// place: the backtest runs, and tests another idea than yours.
    ///
    /// # Cure
    /// Use the name, or remove its line. A name that begins with `_` is taken for one that is left unused on purpose. Of a
    /// call with several outputs one that is not needed is a hint at most, as long as another is used.
    ///
    /// # Reported
    /// ```signal
    /// dip = rsi(close, 14) < 30
    /// calm = atr(14) / close < 0.03
    /// emit_signal(dip, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(not dip, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    /// # Not reported
    /// ```signal
    /// dip = rsi(close, 14) < 30
    /// calm = atr(14) / close < 0.03
    /// emit_signal(dip and calm, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(not dip, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    unused_name, Group::Names, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    // An expression to be evaluated may show any of its names, and a line that did not parse may read any.
    if is_expression(facts) || !facts.uses().complete {
        return;
    }
    // A misspelt use is reported where it stands.
    let misspelt: Set<&str> = facts
        .unresolved()
        .iter()
        .filter_map(|one| if let Some(Near::Own(name)) = &one.near { Some(&**name) } else { None })
        .collect();
    for unread in &facts.uses().unread {
        let definition = facts.bindings.definition(unread.definition);
        let name = facts.source.slice(definition.name);
        if misspelt.contains(name) {
            continue;
        }
        if unread.overwritten_by.is_some() || name.starts_with('_') || emits(facts, definition.statement) {
            continue;
        }
        if unread.sibling_read {
            let mut finding = report
                .at(definition.name, format!("`{name}` is not used"))
                .help(format!("call it `_{name}` to say that this output is not needed"))
                .fix(rename(name, definition.name));
            finding.severity = Severity::Hint;
            report.push(finding);
        } else if unread.first {
            report.push(finding(facts, unread, report));
        }
    }
}

/// Whether a statement emits a signal, whatever name it gives to what that returns.
fn emits(facts: &Facts<'_>, statement: usize) -> bool {
    let signal = |call: &crate::Call<'_>| call.entry.is_some_and(|entry| entry.kind == Kind::Signal);
    let tree = facts.tree();
    tree.ids_of(statement)
        .any(|id| matches!(tree.expr(id), Expr::Call { .. }) && facts.calls.get(id).is_some_and(signal))
}

/// The finding for a statement of whose targets none is read.
fn finding(facts: &Facts<'_>, unread: &Unread, report: &Report) -> Diagnostic {
    let definition = facts.bindings.definition(unread.definition);
    let statement = facts.tree().statements()[definition.statement];
    let targets = match statement.kind {
        StatementKind::Assign { targets, .. } => facts.tree().targets(targets),
        StatementKind::Expr(_) | StatementKind::Error { .. } => &[],
    };
    let name = facts.source.slice(definition.name);
    let last = targets.last().copied().unwrap_or(definition.name);
    let message = if targets.len() > 1 {
        let names: Vec<&str> = targets.iter().map(|target| facts.source.slice(*target)).collect();
        format!("none of {} is used", listed(names.into_iter()))
    } else {
        format!("`{name}` is never used")
    };
    let mut finding = report
        .at(definition.name.to(last), message)
        .help("is it missing in a condition? If it is not needed, remove the line");
    if let Some(line) = whole_line(facts, statement.span).filter(|_| is_pure(facts, definition.statement)) {
        finding = finding.fix(Fix::replace("remove the line", false, line, ""));
    }
    if targets.len() == 1 {
        finding = finding.fix(rename(name, definition.name));
    }
    finding
}

fn rename(name: &str, place: Span) -> Fix {
    Fix::replace(format!("call it `_{name}`"), false, place, format!("_{name}"))
}
