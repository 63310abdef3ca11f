//! A value whose warm-up can't be told.

use signal_catalog::{Evidence, ParamSource};
use signal_syntax::{Expr, ExprId};
use signal_text::Severity;

use crate::maps::Set;
use crate::wording::numbers::changes_with_the_bars;
use crate::wording::short;
use crate::{Call, Facts, Report, Type, Unknown, rule::rule};

rule! {
    /// Finds calls and indexes for which nobody can tell how many bars they need before their first value.
    ///
    /// # Why
    /// The check can then not say whether the date range is long enough for the signals that depend on them. The script
    /// may well run.
    ///
    /// # Cure
    /// Make periods and indexes constant numbers. For a function whose lookback you know, declare it in `signal.toml`:
    /// `[catalog] declare = ["slope(series, period=14) lookback period-1"]`.
    ///
    /// # Reported
    /// ```signal
    /// length = where(close > open, 10, 20)
    /// average = sma(close, length)
    /// emit_signal(close > average, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// length = 2 * 10
    /// average = sma(close, length)
    /// emit_signal(close > average, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    unknown_warmup, Group::Time, Severity::Info, needs_catalog
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    // Only what signals read decides whether a run goes well; before there is one, a range asks about all names.
    if facts.signals.is_empty() && facts.window.is_none() {
        return;
    }
    // Most scripts hold nothing of the kind: then no warm-up has to be worked out.
    if !facts.calls.iter().any(|call| is_open_call(facts, call))
        && !facts.operations().iter().any(|id| is_open_index(facts, *id))
    {
        return;
    }
    let all = facts.signals.is_empty();
    let read = facts.read_by_signals();
    let mut told = Set::default();
    for id in facts.tree().ids() {
        if !(all || read[id.index()]) {
            continue;
        }
        let Some((reason, at)) = facts.warmup(id).unknown else { continue };
        // What stands around it has the same cause.
        if at != id {
            continue;
        }
        let (message, help) = match reason {
            Unknown::Lookback => {
                let Some(call) = facts.calls.get(id).filter(|call| told.insert(call.name)) else { continue };
                let declared = call.entry.is_some_and(|entry| entry.evidence == Evidence::Declared);
                let help = if declared {
                    "add `lookback` and a formula to its declaration in signal.toml"
                } else {
                    "if you know it, declare the function with its lookback in signal.toml"
                };
                (
                    format!(
                        "how many bars `{}` needs is not known, so the check can't tell whether the range is long enough",
                        call.name
                    ),
                    help,
                )
            }
            Unknown::Period => {
                let Some(call) = facts.calls.get(id) else { continue };
                // A constant out of bounds is another rule's.
                let Some((param, _, argument)) = call.params(&facts.constants).find(|(_, value, _)| value.is_none())
                else {
                    continue;
                };
                // What is no number, or surely no constant one, is another rule's too.
                if argument.is_some_and(|id| !maybe_number(facts, id) || changes_with_the_bars(facts, id)) {
                    continue;
                }
                let message = format!(
                    "`{}` of `{}` is not a constant number, so nobody can tell how many bars it needs",
                    param.name, call.name
                );
                (message, "give it a number, or a name that a line above sets to one")
            }
            Unknown::Index if !is_open_index(facts, id) => continue,
            Unknown::Index => (
                format!(
                    "the index of `{}` is not a constant whole number, so nobody can tell how far it looks back",
                    short(facts.text(id))
                ),
                "write a negative whole number: `[-1]` is the current bar, `[-2]` the one before",
            ),
            // Other rules tell these, and better.
            Unknown::Function | Unknown::Arguments | Unknown::AbsoluteIndex | Unknown::Name | Unknown::Syntax => {
                continue;
            }
        };
        report.push(report.at(facts.span(id), message).help(help));
    }
}

/// Whether an expression may be a number, as far as types tell.
fn maybe_number(facts: &Facts<'_>, id: ExprId) -> bool {
    matches!(facts.type_of(id), Type::Number | Type::Unknown)
}

/// Whether the lookback of a call may be unknown.
fn is_open_call(facts: &Facts<'_>, call: &Call<'_>) -> bool {
    let constant = |n: &usize| call.arguments.get(*n).is_none_or(|own| facts.constants.number(own.value).is_some());
    call.bound().is_some_and(|binding| {
        binding.signature.lookback.is_none()
            || binding.params.iter().any(|param| matches!(param, ParamSource::Argument(n) if !constant(n)))
    })
}

/// Whether nobody can tell what an index is. A fraction, or what is no number at all, is another rule's.
fn is_open_index(facts: &Facts<'_>, id: ExprId) -> bool {
    let Expr::Index { index, .. } = facts.tree().expr(id) else { return false };
    facts.constants.number(index).is_none() && maybe_number(facts, index)
}
