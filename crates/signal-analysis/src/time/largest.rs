//! Which largest period fits into a date range: every constant period of the widest chain, tried out.

use signal_catalog::ParamKind;
use signal_syntax::{Constants, Expr, ExprId, UnaryOp};
use signal_text::Span;

use crate::time::report::whole_script;
use crate::wording::one_line;
use crate::{Calls, Facts, Warmups, chain, value_of};

/// A period, and how far it could go with all else as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct LargestPeriod {
    /// The call, or the expression with its index, on one line and cut where it gets too long to read.
    pub call: String,
    /// The parameter's name; `index` for what `[-k]` looks back.
    pub parameter: String,
    /// Where the number stands that would change: in the call, or where the name that stands there is set.
    pub span: Span,
    /// Line of it, from 1.
    pub line: u32,
    /// The name that the number is bound to, where the call has a name in its place.
    pub name: Option<String>,
    /// Its value now. Unit: bars, most often.
    pub value: u64,
    /// The largest value with which enough bars are left for certain; `None`: not even the smallest.
    pub largest: Option<u64>,
}

/// Names and signs between a parameter and its number that are followed.
const HOPS: usize = 8;
/// Where the search ends when a parameter has no bound: far beyond any range.
const FAR: u64 = 10_000_000;

/// The periods that force the script's warm-up, each with the largest value that leaves at least `usable` bars for certain.
/// `None` without dates, and where the warm-up can't be predicted.
#[must_use]
pub fn largest_periods(facts: &Facts<'_>, usable: u64) -> Option<Vec<LargestPeriod>> {
    let window = facts.window.filter(|window| window.range.start <= window.range.end)?;
    let (widest, all) = whole_script(facts, facts.warmups());
    let now = all.exact()?;
    let room = window.bars.min.checked_sub(usable);
    let mut found: Vec<LargestPeriod> = Vec::new();
    let mut seen = Vec::new();
    for link in widest.into_iter().flat_map(|widest| chain(facts.warmups(), widest)) {
        for period in periods(facts, link.id) {
            let warmup = |value: u64| warmup_with(facts, period.number, value as f64);
            // Of two periods often one alone counts, such as the slower of MACD. Some take only every other value.
            let counts = (1..=4).any(|more| warmup(period.value.saturating_add(more)).is_some_and(|bars| bars > now));
            if !counts || seen.contains(&period.number) {
                continue;
            }
            seen.push(period.number);
            let span = facts.span(period.number);
            found.push(LargestPeriod {
                call: one_line(facts.text(link.id)),
                parameter: period.parameter.to_owned(),
                span,
                line: facts.source.line_column(span.start).line,
                name: period.name.map(|name| facts.source.slice(name).to_owned()),
                value: period.value,
                largest: room.and_then(|room| largest(period.min, period.max, |value| Some(warmup(value)? <= room))),
            });
        }
    }
    Some(found)
}

/// A constant whole number that a call takes.
struct Period<'a> {
    parameter: &'a str,
    /// The expression whose value would change.
    number: ExprId,
    /// The name that it is bound to.
    name: Option<Span>,
    value: u64,
    min: u64,
    max: u64,
}

/// The constant periods of a call, or the reach of an index.
fn periods<'a>(facts: &Facts<'a>, id: ExprId) -> Vec<Period<'a>> {
    if let Expr::Index { index, .. } = facts.tree().expr(id) {
        return period(facts, "index", index, 1, FAR).into_iter().collect();
    }
    let Some(call) = facts.calls.get(id) else { return Vec::new() };
    let params = call.params(&facts.constants).filter(|(param, ..)| param.kind == ParamKind::Integer);
    let bound =
        |bound: Option<f64>, open: u64| bound.filter(|bound| (0.0..1e9).contains(bound)).map_or(open, |n| n as u64);
    params
        .filter_map(|(param, _, argument)| {
            period(facts, &param.name, argument?, bound(param.min, 1), bound(param.max, FAR))
        })
        .collect()
}

fn period<'a>(facts: &Facts<'a>, parameter: &'a str, argument: ExprId, min: u64, max: u64) -> Option<Period<'a>> {
    let (number, name) = number_behind(facts, argument);
    let value = facts.constants.number(number)?;
    // What is worked out from several numbers, or not whole, has no single number to change.
    let whole = value.fract() == 0.0 && (0.0..1e9).contains(&value);
    whole.then_some(Period { parameter, number, name, value: value as u64, min, max })
}

/// The number behind names, signs and parentheses, and the last name on the way.
fn number_behind(facts: &Facts<'_>, id: ExprId) -> (ExprId, Option<Span>) {
    let tree = facts.tree();
    let (mut id, mut name) = (tree.unparenthesized(id), None);
    for _ in 0..HOPS {
        let next = match tree.expr(id) {
            Expr::Unary { op: UnaryOp::Negate | UnaryOp::Plus, operand } => Some(operand),
            // `n * 2` grows with the name in it.
            Expr::Binary { left, right, .. } => {
                let named = |id: &ExprId| matches!(tree.expr(tree.unparenthesized(*id)), Expr::Name);
                [left, right].into_iter().find(named)
            }
            Expr::Name => facts.bindings.of(id).and_then(|definition| {
                let definition = facts.bindings.definition(definition);
                definition.value?;
                name = Some(definition.name);
                value_of(tree, definition)
            }),
            _ => None,
        };
        let Some(next) = next else { break };
        id = tree.unparenthesized(next);
    }
    (id, name)
}

/// The warm-up of the script with another number in that place.
fn warmup_with(facts: &Facts<'_>, at: ExprId, number: f64) -> Option<u64> {
    let constants = Constants::with(facts.tree(), &facts.bindings, at, number);
    let calls = Calls::new(facts.source, facts.tree(), &facts.bindings, &facts.kinds, &constants, facts.catalog);
    let is_variable = |id| facts.is_variable(id);
    let warmups = Warmups::new(facts.tree(), &facts.bindings, &constants, &calls, is_variable);
    whole_script(facts, &warmups).1.exact()
}

/// The largest value from `min` to `max` that fits. Warm-ups grow with their periods, but some functions take only every
/// other value: what does not compute goes by the value before.
fn largest(min: u64, max: u64, fits: impl Fn(u64) -> Option<bool>) -> Option<u64> {
    let fits_or_before =
        |value: u64| fits(value).or_else(|| (value > min).then(|| fits(value - 1)).flatten()).unwrap_or(false);
    let (mut low, mut high) = (min.max(1), max);
    if !fits_or_before(low) && !fits_or_before(low + 1) {
        return None;
    }
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if fits_or_before(middle) { low = middle } else { high = middle - 1 }
    }
    (min.max(1)..=low).rev().take(3).find(|&value| fits(value) == Some(true))
}
