//! What is known of a value, a line each: what it can be, how many bars it waits for, when it is there for the first time.

use signal_analysis::{Range, Scale, Type, Verdict, Warmup, chain};
use signal_market::{Reading, bar_open};
use signal_syntax::ExprId;

use crate::features::vocabulary::{ARGUMENTS, NEVER_SETTLES, SETTLED, source};
use crate::snapshot::Snapshot;
use crate::wording::{bars, code, count_of_bars, moment, number, whole};

/// Calls of a chain that are told.
const LINKS: usize = 6;

/// What the value can be: `a number, 0 to 100`.
pub(super) fn sort(snapshot: &Snapshot, id: ExprId) -> String {
    let facts = snapshot.facts();
    // Takes the values of the whole script; for most sorts nobody asks.
    let range = || facts.range(id);
    match facts.type_of(id) {
        Type::Number => match facts.constants.number(id) {
            Some(constant) => format!("{}, a constant", number(constant)),
            None => {
                let scale = scale(facts.scale(id)).map_or_else(String::new, |scale| format!(", {scale}"));
                format!("{}{scale}", a_number(range()))
            }
        },
        Type::Boolean if range().is_never() => "a condition that never holds".to_owned(),
        Type::Boolean if range().is_always() => "a condition that always holds".to_owned(),
        Type::Outputs => match facts.outputs_of(id).and_then(|call| call.bound()) {
            Some(binding) => {
                let outputs = binding.signature.outputs.iter().take(ARGUMENTS);
                let names: Vec<String> = outputs.map(|output| code(&output.name)).collect();
                format!("several outputs: {}", names.join(", "))
            }
            None => Type::Outputs.described().to_owned(),
        },
        Type::Unknown => "not known".to_owned(),
        other => other.described().to_owned(),
    }
}

/// A number of this range, in words: `a number from 0 to 100`.
pub(super) fn a_number(range: Range) -> String {
    bounds(range).map_or_else(|| "a number".to_owned(), |bounds| format!("a number {bounds}"))
}

/// The bounds of a range, as they go on from 'a number'; nothing where there are none.
fn bounds(range: Range) -> Option<String> {
    // Rounding can take a value beyond its bounds, by less than anybody reads.
    let tidy = |bound: f64| if bound.abs() < 1e9 { (bound * 1e6).round() / 1e6 } else { bound };
    let (low, high) = (tidy(range.low), tidy(range.high));
    let positive = range.low > 0.0 && low == 0.0;
    let text = match (low.is_finite(), high.is_finite()) {
        (true, true) if low == high => format!("that is always {}", number(low)),
        (true, true) => format!("from {} to {}", number(low), number(high)),
        (true, false) if positive => "above 0".to_owned(),
        (true, false) => format!("of at least {}", number(low)),
        (false, true) => format!("of at most {}", number(high)),
        (false, false) => return None,
    };
    Some(match range.step {
        step if step > 1.0 => format!("{text} in steps of {}", number(step)),
        _ => text,
    })
}

const fn scale(scale: Scale) -> Option<&'static str> {
    match scale {
        Scale::Price => Some("on the scale of prices"),
        Scale::Volume => Some("on the scale of volumes"),
        Scale::Share | Scale::Constant | Scale::Unknown => None,
    }
}

/// Warm-up, settling and the first bar with a value.
pub(super) fn time(snapshot: &Snapshot, id: ExprId) -> Vec<String> {
    with_first_value(snapshot, id, waits(snapshot, id))
}

/// The same of a call, whose own part is told by its formula.
pub(super) fn time_of_call(snapshot: &Snapshot, id: ExprId) -> Vec<String> {
    let by = |at: ExprId| if at == id { lookback(snapshot, id) } else { code(snapshot.facts().text(at)) };
    with_first_value(snapshot, id, warmup_and_settling(snapshot, id, by))
}

/// Warm-up and settling.
pub(super) fn waits(snapshot: &Snapshot, id: ExprId) -> Vec<String> {
    warmup_and_settling(snapshot, id, |at| code(snapshot.facts().text(at)))
}

fn warmup_and_settling(snapshot: &Snapshot, id: ExprId, by: impl Fn(ExprId) -> String) -> Vec<String> {
    let own = snapshot.facts().warmup(id);
    std::iter::once(warmup(snapshot, id, &own, by)).chain(settling(&own)).collect()
}

fn with_first_value(snapshot: &Snapshot, id: ExprId, mut lines: Vec<String>) -> Vec<String> {
    lines.extend(first_value(snapshot, &snapshot.facts().warmup(id)).map(|first| match first {
        FirstValue::At(opens) => format!("**First value**: {opens}"),
        FirstValue::Never(held) => format!("**First value**: none, since the range holds {held}"),
        FirstValue::Perhaps(held) => format!("**First value**: perhaps none, since the range holds {held}"),
    }));
    lines
}

/// The warm-up with the calls that force it.
fn warmup(snapshot: &Snapshot, id: ExprId, own: &Warmup, by: impl Fn(ExprId) -> String) -> String {
    let facts = snapshot.facts();
    if let Some((reason, at)) = own.unknown {
        let because = format!("{} {}", code(facts.text(at)), reason.reason());
        return match own.bars {
            0 => format!("**Warm-up**: can't be predicted: {because}"),
            least => format!("**Warm-up**: at least {}; {because}", bars(least)),
        };
    }
    let mut links = chain(facts.warmups(), id).peekable();
    let Some(first) = links.next() else { return "**Warm-up**: none".to_owned() };
    let certain = match own.proven {
        proven if proven >= own.bars => String::new(),
        0 => " (assumed)".to_owned(),
        proven => format!(" ({} of them certain)", whole(proven)),
    };
    if links.peek().is_none() {
        return format!("**Warm-up**: {}{certain}, by {}", bars(own.bars), by(first.id));
    }
    let mut text = format!("**Warm-up**: {}{certain}", bars(own.bars));
    for (at, link) in std::iter::once(first).chain(links).enumerate() {
        if at == LINKS {
            text.push_str("\n  - and more, further inside");
            break;
        }
        text.push_str(&format!("\n  - {} by {}", whole(link.adds), by(link.id)));
    }
    text
}

/// What a call or an index adds by itself, in words.
fn lookback(snapshot: &Snapshot, id: ExprId) -> String {
    let facts = snapshot.facts();
    let signature = facts.calls.get(id).and_then(|call| Some(call.bound()?.signature));
    let Some((signature, formula)) = signature.and_then(|it| Some((it, it.lookback.as_ref()?))) else {
        return code(facts.text(id));
    };
    // Where all of it is assumed, a default left out for instance, that is said already.
    let whose = source(signature).filter(|_| facts.warmup(id).proven > 0);
    let whose = whose.map_or_else(String::new, |source| format!(" ({source})"));
    if formula.uses_params() {
        format!("its lookback of {}{whose}", code(formula.text()))
    } else {
        format!("its lookback{whose}")
    }
}

/// How it forgets where the data began; nothing where only a window counts.
fn settling(own: &Warmup) -> Option<String> {
    match own.settle() {
        Some(0) => None,
        Some(more) => Some(format!("**Settles**: {} later, {SETTLED}", bars(more))),
        None if own.cumulative => Some(NEVER_SETTLES.to_owned()),
        None if own.unknown.is_some() => None,
        None => Some("**Settles**: some time after the warm-up; how long it takes is not known".to_owned()),
    }
}

/// When a value is there for the first time in the range of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FirstValue {
    /// On the bar that opens then.
    At(String),
    /// On none: the range holds so many bars.
    Never(String),
    /// On one bar or on none, as the range is read: it holds so many.
    Perhaps(String),
}

/// When a value is there for the first time; `None` without dates and where nobody can tell.
pub(crate) fn first_value(snapshot: &Snapshot, own: &Warmup) -> Option<FirstValue> {
    let window = snapshot.facts().window.filter(|window| window.range.start <= window.range.end)?;
    let held = || count_of_bars(window.bars.min, window.bars.max);
    match window.verdict(own) {
        Verdict::Unknown => None,
        Verdict::NotEnoughBars => Some(FirstValue::Never(held())),
        Verdict::Uncertain => Some(FirstValue::Perhaps(held())),
        Verdict::Ok => {
            let opens = bar_open(window.timeframe, window.range.start, own.bars, Reading::Narrow)?;
            Some(FirstValue::At(moment(opens, window.timeframe)))
        }
    }
}
