//! What calls can give, from the ranges of what goes in.

use signal_catalog::{FunctionRanges, OutputRange, ParamKind, PriceColumn, Rounding, function_ranges, keeps_the_hull};
use signal_syntax::{BinaryOp, CompareOp};

use super::interval::{Range, arithmetic};
use super::{Ranges, verdict};
use crate::maps::Map;
use crate::{Node, Symbol, ValueId, Values};

/// By how much rounding can take an average beyond its inputs, as a share of the greatest of them.
const ROUNDING: f64 = 1e-9;

/// The range of a call (`output` is `None`), or of one of its outputs.
pub(super) fn call(values: &Values, ranges: &Ranges, rows: &mut Rows, call: ValueId, output: Option<u32>) -> Range {
    let Node::Call(function, inputs, params) = values.node(call) else { return Range::ANY };
    let name = values.symbol(function);
    // Nearly all calls; none of the names below has a row.
    if let Some(row) = *rows.entry(function).or_insert_with(|| function_ranges(name)) {
        return match values.is_condition(call) {
            true => Range::SOMETIMES,
            false => tabled(values, ranges, row, (inputs, params), output),
        };
    }
    let input = |place: usize| values.list(inputs).nth(place);
    let range = |place: usize| input(place).map_or(Range::ANY, |input| ranges.of(input));
    let param = |place: usize| values.list(params).nth(place).and_then(|param| values.number(param));
    let rounded = Range { rounded: true, ..Range::ANY };
    match name {
        "ADD" => arithmetic(BinaryOp::Add, range(0), range(1)),
        "SUB" => arithmetic(BinaryOp::Subtract, range(0), range(1)),
        "MULT" => arithmetic(BinaryOp::Multiply, range(0), range(1)),
        "DIV" => arithmetic(BinaryOp::Divide, range(0), range(1)),
        "MOM" => arithmetic(BinaryOp::Subtract, range(0), range(0)),
        "ROC" => ratio(range(0), -100.0),
        "ROCP" => ratio(range(0), -1.0),
        "ROCR" | "ROCR100" => ratio(range(0), 0.0),
        "SUM" => match param(0) {
            Some(bars) if bars >= 1.0 => {
                let sum = arithmetic(BinaryOp::Multiply, range(0), Range::number(bars));
                running(Range { step: 0.0, ..sum }, are_prices(values, inputs))
            }
            _ => Range::ANY,
        },
        "SQRT" => range(0).mapped(0.0, |value| value.max(0.0).sqrt()),
        "EXP" => Range { rounded: true, ..Range::between(0.0, f64::INFINITY) },
        "LN" | "LOG10" => rounded,
        "CEIL" => Range { rounded: false, ..range(0).mapped(1.0, f64::ceil) },
        "FLOOR" => Range { rounded: false, ..range(0).mapped(1.0, f64::floor) },
        "abs" => range(0).absolute(),
        "sign" => Range { step: 1.0, ..Range::between(-1.0, 1.0) },
        "round" if param(0) == Some(0.0) => Range { rounded: false, ..range(0).mapped(1.0, f64::round_ties_even) },
        "max" | "min" => {
            let pick = if name == "max" { f64::max } else { f64::min };
            let all = values.list(inputs).map(|input| ranges.of(input));
            all.reduce(|a, b| Range { low: pick(a.low, b.low), high: pick(a.high, b.high), ..a.or(b) })
                .unwrap_or(Range::ANY)
        }
        "clip" => {
            let (value, lower, upper) = (range(0), range(1), range(2));
            Range {
                low: value.low.max(lower.low).min(upper.low),
                high: value.high.max(lower.high).min(upper.high),
                ..value.or(lower).or(upper)
            }
        }
        "nz" => range(0).or(param(0).map_or(Range::ANY, Range::number)),
        "where" => range(1).or(range(2)),
        "valuewhen" => range(1),
        "barssince" => Range { step: 1.0, ..Range::between(0.0, f64::INFINITY) },
        "count" => Range { step: 1.0, ..Range::between(0.0, param(0).unwrap_or(f64::INFINITY)) },
        "volatility" => Range { rounded: true, ..Range::between(0.0, f64::INFINITY) },
        "zscore" | "log_return" | "skew" => rounded,
        "any" | "all" => truth(range(0)),
        "crossover" | "crossunder" | "cross" => match (input(0), input(1)) {
            (Some(a), Some(b)) => crossing(values, ranges, name, a, b),
            _ => Range::SOMETIMES,
        },
        "between" => {
            let (value, lower, upper) = (range(0), range(1), range(2));
            let outside = value.high < lower.low || value.low > upper.high;
            let inside = value.low >= lower.high && value.high <= upper.low;
            Range::truth(!inside, !outside)
        }
        _ if values.is_condition(call) => Range::SOMETIMES,
        _ => Range::ANY,
    }
}

/// The rows of the functions met so far: scripts call few, many times.
pub(super) type Rows = Map<Symbol, Option<&'static FunctionRanges>>;

/// A condition as true or false.
pub(super) fn truth(range: Range) -> Range {
    Range::truth(!range.is_always(), !range.is_never())
}

/// A value that comes to lie beyond another one must be able to lie on both sides of it.
fn crossing(values: &Values, ranges: &Ranges, name: &str, a: ValueId, b: ValueId) -> Range {
    let over = verdict(values, ranges, CompareOp::Less, b, a);
    let under = verdict(values, ranges, CompareOp::Less, a, b);
    let crosses_over = !over.is_never() && !over.is_always();
    let crosses_under = !under.is_never() && !under.is_always();
    Range::truth(
        true,
        match name {
            "crossover" => crosses_over,
            "crossunder" => crosses_under,
            _ => crosses_over || crosses_under,
        },
    )
}

/// A ratio to an earlier value, where neither is negative.
fn ratio(value: Range, least: f64) -> Range {
    if value.low >= 0.0 { Range::between(least, f64::INFINITY) } else { Range::ANY }
}

/// What the catalog says of a function of TA-Lib.
fn tabled(
    values: &Values,
    ranges: &Ranges,
    row: &FunctionRanges,
    (inputs, params): (ValueId, ValueId),
    output: Option<u32>,
) -> Range {
    let nothing = Range { rounded: row.rounded, ..Range::ANY };
    if !applies(values, row, inputs, params) {
        return nothing;
    }
    let bars = values.list(params).next().and_then(|param| values.number(param)).unwrap_or(f64::NAN);
    let one = |known: &OutputRange| match *known {
        OutputRange::Any => nothing,
        OutputRange::Fixed { low, high, slack, step } => {
            Range { low: low - slack, high: high + slack, step, rounded: row.rounded }
        }
        OutputRange::Within(rounding) => {
            let series = values.list(inputs).zip(row.inputs);
            let hull = series
                .filter(|(_, column)| **column != Some(PriceColumn::Volume))
                .map(|(input, _)| ranges.of(input))
                .reduce(Range::or)
                .unwrap_or(Range::ANY);
            let step = if matches!(row.name, "MAX" | "MIN" | "PERCENTILE" | "MINMAX") { hull.step } else { 0.0 };
            let rounded = row.rounded || hull.rounded;
            let within = match rounding {
                // `max(x, 30)` may mean the greater of the two as well as the highest of 30 bars.
                Rounding::Exact if row.name == "MAX" => Range { high: hull.high.max(bars), ..hull },
                Rounding::Exact if row.name == "MIN" => Range { low: hull.low.min(bars), ..hull },
                Rounding::Exact => hull,
                Rounding::Rounded => averaged(hull),
                Rounding::Running => running(hull, are_prices(values, inputs)),
            };
            Range { step, rounded, ..within }
        }
    };
    match output {
        Some(output) => row.outputs.get(output as usize).map_or(nothing, one),
        // Which output a call with several stands for where a number is expected is not documented.
        None => row.outputs.iter().map(one).reduce(Range::or).unwrap_or(nothing),
    }
}

/// Whether a call is one that its ranges hold for.
fn applies(values: &Values, row: &FunctionRanges, inputs: ValueId, params: ValueId) -> bool {
    let columns = values.list(inputs).zip(row.inputs);
    let own_columns = columns
        .filter_map(|(input, column)| Some((input, (*column)?)))
        .all(|(input, column)| values.node(input) == Node::Column(column));
    own_columns
        && values.list(params).zip(row.params).all(|(param, kind)| match kind {
            ParamKind::Integer => true,
            ParamKind::Real => values.number(param).is_some_and(|value| value >= 0.0),
            ParamKind::MovingAverage => values.number(param).is_some_and(keeps_the_hull),
            ParamKind::Other => false,
        })
}

/// A mean of values: within them, up to a rounding error that makes nothing negative.
fn averaged(hull: Range) -> Range {
    let low = widened(hull).low;
    Range { low: if hull.low >= 0.0 { low.max(0.0) } else { low }, ..widened(hull) }
}

/// The same by running sums, which keep errors of the greatest value there ever was: where that has no bound, nothing is
/// certain, but prices do not come near the rounding errors of other prices.
fn running(hull: Range, of_prices: bool) -> Range {
    if hull.low.is_finite() && hull.high.is_finite() {
        widened(hull)
    } else if of_prices {
        averaged(hull)
    } else {
        Range { rounded: hull.rounded, ..Range::ANY }
    }
}

/// Whether all series of a list are prices as they come.
fn are_prices(values: &Values, inputs: ValueId) -> bool {
    values.list(inputs).all(|input| match values.node(input) {
        Node::Column(column) => column != PriceColumn::Volume,
        Node::Variable(symbol) => matches!(values.symbol(symbol), "hl2" | "hlc3" | "ohlc4"),
        _ => false,
    })
}

fn widened(hull: Range) -> Range {
    let size = |bound: f64| if bound.is_finite() { bound.abs() } else { 0.0 };
    hull.widened(ROUNDING * size(hull.low).max(size(hull.high)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_by_name_has_no_row() {
        let own = include_str!("functions.rs").split("match name {").nth(1).unwrap_or_default();
        let names: Vec<&str> = own.split('"').skip(1).step_by(2).collect();
        assert!(names.len() > 20, "{names:?}");
        let rows: Vec<_> = names.iter().filter(|name| function_ranges(name).is_some()).collect();
        assert!(rows.is_empty(), "{rows:?}");
    }
}
