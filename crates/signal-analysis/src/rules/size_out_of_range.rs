//! A size that can't be meant.

use signal_catalog::Kind;
use signal_syntax::{Expr, ExprId};
use signal_text::{Diagnostic, Fix, Severity};

use crate::signals::sizing;
use crate::{Facts, Report, Sizing, Unit, rule::rule};

rule! {
    /// Finds sizes that are not above zero, and weights of more than the whole equity.
    ///
    /// # Why
    /// `Weight` is a share of the equity: `Weight(0.5)` is half of it, `Weight(50)` would be fifty times all there is. Nothing
    /// can be bought with a size of zero or below; which way to trade is said by the side. Under a leverage of 3 weights up to 3
    /// are fine.
    ///
    /// # Reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(50)))
    /// ```
    /// # Not reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    size_out_of_range, Group::Signals, Severity::Warning
}

/// Up to here a weight that is too large may be a number of percent.
const PERCENT: std::ops::RangeInclusive<f64> = 2.0..=100.0;

fn check(facts: &Facts<'_>, report: &mut Report) {
    let most = most(facts);
    for call in facts.calls.iter().filter(|call| call.entry.is_some_and(|entry| entry.kind == Kind::Sizing)) {
        let Some(Sizing { unit, amount: Some(amount), amount_at: Some(at), .. }) = sizing(call, &facts.constants)
        else {
            continue;
        };
        let finding = match unit {
            Unit::Other => continue,
            _ if amount < 0.0 => negative(facts, report, call.name, at, amount),
            _ if amount == 0.0 => report
                .at(facts.span(at), format!("`{}` of 0 buys nothing", call.name))
                .help("to switch a signal off, take its line out"),
            Unit::Weight if amount > most => too_much(facts, report, at, amount, most),
            _ => continue,
        };
        report.push(finding);
    }
}

/// The greatest weight that makes sense: all of the equity, times the leverage.
pub(super) fn most(facts: &Facts<'_>) -> f64 {
    facts.settings().leverage.value.max(1.0)
}

fn negative(facts: &Facts<'_>, report: &Report, name: &str, at: ExprId, amount: f64) -> Diagnostic {
    let span = facts.span(at);
    let finding = report
        .at(span, format!("a size is above zero, and this is {amount}"))
        .help("which way to trade is said by the side: `\"SHORT\"` gains from a fall");
    let positive = -amount;
    match is_literal(facts, at) && (name != "Weight" || positive <= most(facts)) {
        true => finding.fix(Fix::replace(format!("replace by `{positive}`"), false, span, positive.to_string())),
        false => finding,
    }
}

fn too_much(facts: &Facts<'_>, report: &Report, at: ExprId, amount: f64, most: f64) -> Diagnostic {
    let span = facts.span(at);
    let all =
        if most > 1.0 { format!("under a leverage of {most} the most is {most}") } else { "1 is all of it".to_owned() };
    let finding = report.at(span, format!("a weight is a share of the equity: {all}, and this is {amount}"));
    // Rounded, since 7 % would else read 0.07000000000000001.
    let share = (amount * 1e10).round() / 1e12;
    if PERCENT.contains(&amount) && share <= most {
        let finding = finding.help(format!("if {amount} % is meant, write `Weight({share})`"));
        return match facts.tree().expr(facts.tree().unparenthesized(at)) {
            Expr::Number(_) => {
                finding.fix(Fix::replace(format!("replace by `{share}`"), false, span, share.to_string()))
            }
            Expr::Name => {
                let hundredth = format!("{} / 100", facts.text(at));
                finding.fix(Fix::replace(format!("replace by `{hundredth}`"), false, span, hundredth))
            }
            _ => finding,
        };
    }
    let finding = finding.help("a larger position takes leverage, which perpetuals have: `#! leverage = 2`");
    match is_literal(facts, at) {
        true => finding.fix(Fix::replace(format!("replace by `{most}`"), false, span, most.to_string())),
        false => finding,
    }
}

/// Whether it is a number as written, with or without a sign.
fn is_literal(facts: &Facts<'_>, at: ExprId) -> bool {
    match facts.tree().expr(at) {
        Expr::Number(_) => true,
        Expr::Unary { operand, .. } => matches!(facts.tree().expr(operand), Expr::Number(_)),
        _ => false,
    }
}
