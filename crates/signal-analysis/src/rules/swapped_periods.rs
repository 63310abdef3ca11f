//! A fast period that is longer than the slow one.

use signal_catalog::ParamKind;
use signal_syntax::{Definition, ExprId};
use signal_text::{Edit, Fix, Severity};

use crate::maps::{Map, Set};
use crate::wording::periods::{Pair, pair};
use crate::{Call, Facts, Node, Report, rule::rule};

rule! {
    /// Finds calls whose fast period is longer than their slow one, and names that call the slower of two averages fast.
    ///
    /// # Why
    /// MACD, APO, PPO and PVO exchange the two without a word, so the result is not the one that the script reads like.
    /// ADOSC, AO, AC and KVO don't: there the sign of the result is turned around, and every signal with it. So it is where
    /// `fast` and `slow` are compared.
    ///
    /// # Reported
    /// ```signal
    /// momentum = apo(close, 26, 12)
    /// fast = ema(close, 50)
    /// slow = ema(close, 20)
    /// crossed = crossover(fast, slow) and momentum > 0
    /// emit_signal(crossed, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// momentum = apo(close, 12, 26)
    /// fast = ema(close, 20)
    /// slow = ema(close, 50)
    /// crossed = crossover(fast, slow) and momentum > 0
    /// emit_signal(crossed, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    swapped_periods, Group::Names, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for call in &facts.calls {
        let Some(Pair { fast, slow, place, exchanged, .. }) = pair(facts, call) else { continue };
        if fast.value <= slow.value {
            continue;
        }
        let (longer, shorter) = (fast.value, slow.value);
        let mut message =
            format!("the fast period of `{}` is {longer}, longer than the slow one of {shorter}", call.name);
        if slow.argument.is_none() {
            message.push_str(", its default");
        }
        let mut finding = report.at(place, message).help(if exchanged {
            "TA-Lib exchanges the two without a word, so write them in the order that it uses"
        } else {
            "this turns the sign of the result around"
        });
        if let (Some(fast), Some(slow)) = (fast.argument, slow.argument) {
            finding = finding.fix(exchange(facts, fast, slow));
        }
        report.push(finding);
    }
    by_name(facts, report);
}

fn exchange(facts: &Facts<'_>, one: ExprId, other: ExprId) -> Fix {
    let edits = vec![
        Edit { span: facts.span(one), text: facts.text(other).to_owned() },
        Edit { span: facts.span(other), text: facts.text(one).to_owned() },
    ];
    Fix { title: "exchange the two".to_owned(), safe: false, edits }
}

/// `fast = ema(close, 50)` beside `slow = ema(close, 20)`: the same call but for one period, and the names say otherwise.
fn by_name(facts: &Facts<'_>, report: &mut Report) {
    if !facts.bindings.definitions().iter().any(|one| holds(facts.source.slice(one.name), "fast")) {
        return;
    }
    // A name with several values is another rule's: which of them it speaks of is open.
    let again: Set<_> = facts.bindings.iter().filter_map(|(id, _)| facts.bindings.redefined(id)).collect();
    let named = |word| {
        let all = facts.bindings.iter().filter(move |(_, one)| holds(facts.source.slice(one.name), word));
        all.filter(|(id, _)| facts.bindings.redefined(*id).is_none() && !again.contains(id)).map(|(_, one)| one)
    };
    let slows: Map<String, &Definition> =
        named("slow").map(|one| (facts.source.slice(one.name).to_ascii_lowercase(), one)).collect();
    for fast in named("fast") {
        let name = facts.source.slice(fast.name);
        let Some(slow) = slows.get(&name.to_ascii_lowercase().replacen("fast", "slow", 1)) else { continue };
        let call_of = |one: &Definition| facts.calls.get(facts.tree().unparenthesized(one.value?));
        let (Some(fast_call), Some(slow_call)) = (call_of(fast), call_of(slow)) else { continue };
        let Some((longer, shorter)) = periods(facts, fast_call, slow_call) else { continue };
        let slow_name = facts.source.slice(slow.name);
        let message =
            format!("`{name}` has the period {}, longer than the {} of `{slow_name}`", longer.value, shorter.value);
        report.push(
            report
                .at(facts.span(longer.argument), message)
                .label(facts.span(shorter.argument), "the shorter one")
                .help("the shorter period gives the faster average")
                .fix(exchange(facts, longer.argument, shorter.argument)),
        );
    }
}

/// Whether a name has that word of small letters in it, in any case.
fn holds(name: &str, word: &str) -> bool {
    let (word, first) = (word.as_bytes(), word.as_bytes()[0]);
    // Nearly all places differ in the first letter.
    name.as_bytes().windows(word.len()).any(|part| part[0] | 0x20 == first && part.eq_ignore_ascii_case(word))
}

/// A period that the script gives.
struct Given {
    value: f64,
    argument: ExprId,
}

/// The one parameter in which two calls of a function on the same inputs differ, where it is a period and the first call's
/// is the longer.
fn periods(facts: &Facts<'_>, fast: &Call<'_>, slow: &Call<'_>) -> Option<(Given, Given)> {
    let values = facts.values();
    let (Node::Call(one, inputs, _), Node::Call(other, same_inputs, _)) =
        (values.node(values.of(fast.id)), values.node(values.of(slow.id)))
    else {
        return None;
    };
    if (one, inputs) != (other, same_inputs) {
        return None;
    }
    let mut differing = fast.params(&facts.constants).zip(slow.params(&facts.constants)).filter(|(a, b)| a.1 != b.1);
    let ((param, longer, at), (_, shorter, other_at)) = differing.next()?;
    let (longer, shorter) = (Given { value: longer?, argument: at? }, Given { value: shorter?, argument: other_at? });
    let is_period = param.kind == ParamKind::Integer && differing.next().is_none();
    (is_period && longer.value > shorter.value).then_some((longer, shorter))
}
