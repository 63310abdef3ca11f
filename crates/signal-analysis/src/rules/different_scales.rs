//! A price that is compared with a volume, or either of them with an oscillator.

use signal_catalog::InputSource;
use signal_syntax::{Expr, ExprId};
use signal_text::{Diagnostic, Fix, Severity, Span};

use super::impossible_condition::in_words;
use crate::maps::Set;
use crate::wording::{example, short};
use crate::{Facts, Node, Report, Scale, ValueId, rule::rule};

rule! {
    /// Finds comparisons of values that are on different scales: a price with a volume, or either of them with an oscillator or
    /// a ratio.
    ///
    /// # Why
    /// An RSI runs from 0 to 100 whatever the ticker costs. `rsi(close, 14) > close` says nothing about the market: for BTC it
    /// never holds, for a coin of a few cents it always does. Most often an average was taken of the wrong input.
    ///
    /// # Cure
    /// Compare a volume with an average of volumes, a price with an average of prices, an oscillator with a level or with an
    /// average of itself. What is scaled on purpose, as in `volume / 1000 > close`, is not reported, and neither is anything on
    /// Polymarket, where prices are probabilities.
    ///
    /// # Reported
    /// ```signal
    /// busy = volume > sma(close, 20)
    /// emit_signal(busy, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(crossunder(rsi(close, 14), close), exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    /// # Not reported
    /// ```signal
    /// busy = volume > sma(volume, 20)
    /// emit_signal(busy, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(crossunder(rsi(close, 14), 70), exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    different_scales, Group::Logic, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut market = None;
    // Parts of chains that contradict each other: that is said already.
    let mut settled: Option<Set<ValueId>> = None;
    for comparison in facts.comparisons() {
        let open = !comparison.verdict.is_never() && !comparison.verdict.is_always();
        let sides = [comparison.left, comparison.right];
        if comparison.is_equality() || comparison.same || !open || !differ(facts, sides, &mut market) {
            continue;
        }
        let settled = settled.get_or_insert_with(|| {
            facts.ranges().conflicts().iter().flat_map(|conflict| [conflict.first.0, conflict.second.0]).collect()
        });
        if !settled.contains(&facts.values().of(comparison.id)) {
            report.push(finding(facts, report, comparison.span(facts), sides));
        }
    }
    for call in &facts.calls {
        if !facts.values().is_condition(facts.values().of(call.id)) {
            continue;
        }
        let pairs = match (call.input("first"), call.input("second")) {
            (Some(a), Some(b)) => [Some([a, b]), None],
            _ => match (call.input("real"), call.input("lower"), call.input("upper")) {
                (Some(value), Some(lower), Some(upper)) => [Some([value, lower]), Some([value, upper])],
                _ => continue,
            },
        };
        let range = facts.range(call.id);
        if range.is_never() || range.is_always() {
            continue;
        }
        if let Some(sides) = pairs.into_iter().flatten().find(|sides| differ(facts, *sides, &mut market)) {
            report.push(finding(facts, report, facts.span(call.id), sides));
        }
    }
}

/// What is known of where the script trades.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Market {
    /// No ticker is set: prices may be anything.
    Unknown,
    /// Some prices are probabilities.
    Probabilities,
    /// All prices are amounts of money.
    Money,
}

fn market(facts: &Facts<'_>) -> Market {
    let named = facts.tickers.texts.iter().filter_map(|text| text.read.as_ref().ok()).map(|(ticker, _)| ticker);
    let set = facts.settings().universe.iter().flat_map(|universe| &universe.value);
    let mut market = Market::Unknown;
    for ticker in named.chain(set) {
        if ticker.exchange == "POLYMARKET" {
            return Market::Probabilities;
        }
        market = Market::Money;
    }
    market
}

/// Whether two values are plainly on different scales.
fn differ(facts: &Facts<'_>, sides: [ExprId; 2], known: &mut Option<Market>) -> bool {
    let told = |scale| matches!(scale, Scale::Price | Scale::Volume | Scale::Share);
    let scales = sides.map(|side| facts.scale(side));
    if scales[0] == scales[1] || !scales.into_iter().all(told) {
        return false;
    }
    // What lies between 0 and 1 may be held against a probability.
    let may_be_probability = |side: ExprId| {
        facts.scale(side) == Scale::Share && facts.range(side).low >= -1.0 && facts.range(side).high <= 1.0
    };
    match *known.get_or_insert_with(|| market(facts)) {
        Market::Probabilities => false,
        Market::Unknown => !sides.into_iter().any(may_be_probability),
        Market::Money => true,
    }
}

fn finding(facts: &Facts<'_>, report: &Report, span: Span, [left, right]: [ExprId; 2]) -> Diagnostic {
    let (one, other) = (kind(facts, left), kind(facts, right));
    let message = format!(
        "`{}` {one} and `{}` {other}: they are on different scales",
        short(facts.text(left)),
        short(facts.text(right)),
    );
    let finding = report.at(span, message);
    match swap(facts, right, left).or_else(|| swap(facts, left, right)) {
        Some(Swap { place, input, call }) => finding
            .help(format!("was another input meant, `{call}`?"))
            .fix(Fix::replace(format!("take `{input}` as the input"), false, place, input)),
        None => finding.help(advice(facts, [left, right])),
    }
}

/// What a value is, in words: "is a price".
fn kind(facts: &Facts<'_>, side: ExprId) -> String {
    let range = facts.range(side);
    match facts.scale(side) {
        Scale::Price => "is a price".to_owned(),
        Scale::Volume => "is a volume".to_owned(),
        _ if range.low.is_finite() && range.high.is_finite() => {
            in_words(range).unwrap_or_else(|| "is a ratio".to_owned())
        }
        _ => "is a ratio".to_owned(),
    }
}

/// What to compare with instead, where no input stands out as the wrong one.
fn advice(facts: &Facts<'_>, sides: [ExprId; 2]) -> String {
    match sides.into_iter().find(|side| facts.scale(*side) == Scale::Share) {
        Some(ratio) => {
            format!("compare `{}` with a level, or with an average of itself", short(facts.text(ratio)))
        }
        None => "compare prices with prices and volumes with volumes, such as `volume > sma(volume, 20)`".to_owned(),
    }
}

/// Another input for a call.
struct Swap<'a> {
    /// Where the input stands.
    place: Span,
    /// What to write there.
    input: &'a str,
    /// The call as it would read.
    call: String,
}

/// The input that puts `side`, the direct call of a function that keeps the scale of its one input, on the scale of `other`.
fn swap<'a>(facts: &Facts<'a>, side: ExprId, other: ExprId) -> Option<Swap<'a>> {
    let tree = facts.tree();
    let call = facts.calls.get(tree.unparenthesized(side))?;
    let binding = call.bound()?;
    let [InputSource::Argument(argument)] = binding.inputs[..] else { return None };
    let argument = call.arguments.get(argument as usize)?.value;
    if !is_column(facts, argument) || facts.scale(argument) != facts.scale(side) || is_extreme(facts, side) {
        return None;
    }
    let input = match facts.scale(other) {
        // The average of an oscillator is what its signal line is.
        Scale::Share => Some(other).filter(|other| is_oscillator(facts, *other)).map(|other| facts.text(other)),
        _ => [Some(other), only_column(facts, other)]
            .into_iter()
            .flatten()
            .find(|id| is_column(facts, *id))
            .map(|id| facts.text(id)),
    }?;
    // A text too long for an example is too long to be copied, too.
    if example(input) != input || example(facts.text(side)) != facts.text(side) {
        return None;
    }
    let (whole, place) = (facts.span(call.id), facts.span(argument));
    let text = facts.source.text();
    let (before, behind) =
        (&text[whole.start as usize..place.start as usize], &text[place.end as usize..whole.end as usize]);
    Some(Swap { place, input, call: format!("{before}{input}{behind}") })
}

/// The column that a direct call takes as its only input.
fn only_column(facts: &Facts<'_>, id: ExprId) -> Option<ExprId> {
    let call = facts.calls.get(facts.tree().unparenthesized(id))?;
    let [InputSource::Argument(argument)] = call.bound()?.inputs[..] else { return None };
    call.arguments.get(argument as usize).map(|argument| argument.value)
}

/// Whether an expression is a name, and what it names a column itself.
fn is_column(facts: &Facts<'_>, id: ExprId) -> bool {
    let values = facts.values();
    facts.tree().expr(id) == Expr::Name && matches!(values.node(values.of(id)), Node::Column(_) | Node::Variable(_))
}

/// Whether an expression is the name or the call of a bounded indicator, and no average of one.
fn is_oscillator(facts: &Facts<'_>, id: ExprId) -> bool {
    let values = facts.values();
    let call = match values.node(values.of(id)) {
        Node::Output(call, _) => values.node(call),
        node => node,
    };
    let Node::Call(_, inputs, _) = call else { return false };
    let of_itself = values.list(inputs).any(|input| !matches!(values.node(input), Node::Column(_) | Node::Variable(_)));
    !of_itself && matches!(facts.tree().expr(id), Expr::Name | Expr::Call { .. })
}

/// Whether a call is the highest or lowest value of bars up to the current one, which nothing of them lies beyond.
fn is_extreme(facts: &Facts<'_>, id: ExprId) -> bool {
    match facts.values().node(facts.values().of(id)) {
        Node::Call(function, ..) => matches!(facts.values().symbol(function), "MAX" | "MIN" | "max" | "min"),
        _ => false,
    }
}
