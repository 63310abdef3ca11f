//! Operators that look at an earlier bar.

use super::{Inputs, whole};
use crate::series::{Booleans, Column, Numbers, Value};

/// The first number comes to lie above the second: above now, not above on the bar before. False where one is undefined.
pub(super) fn crossover(inputs: &Inputs<'_, '_>, _: &[f64], bars: usize) -> Value<'static> {
    crossing(inputs, bars, |before_a, before_b, a, b| a > b && before_a <= before_b)
}

/// The first number comes to lie below the second.
pub(super) fn crossunder(inputs: &Inputs<'_, '_>, _: &[f64], bars: usize) -> Value<'static> {
    crossing(inputs, bars, |before_a, before_b, a, b| a < b && before_a >= before_b)
}

/// Either of the two.
pub(super) fn cross(inputs: &Inputs<'_, '_>, _: &[f64], bars: usize) -> Value<'static> {
    crossing(inputs, bars, |before_a, before_b, a, b| {
        (a > b && before_a <= before_b) || (a < b && before_a >= before_b)
    })
}

fn crossing(inputs: &Inputs<'_, '_>, bars: usize, crossed: impl Fn(f64, f64, f64, f64) -> bool) -> Value<'static> {
    let (a, b) = (inputs.number(0), inputs.number(1));
    Value::Booleans(Column::from_fn(inputs.start().saturating_add(1), bars, false, |bar| {
        crossed(a.at(bar - 1), b.at(bar - 1), a.at(bar), b.at(bar))
    }))
}

/// The value `n` bars before.
pub(super) fn shift(inputs: &Inputs<'_, '_>, params: &[f64], bars: usize) -> Value<'static> {
    against_earlier(inputs, params, bars, |_, before| before)
}

/// Natural logarithm of `now / before`.
pub(super) fn log_return(inputs: &Inputs<'_, '_>, params: &[f64], bars: usize) -> Value<'static> {
    against_earlier(inputs, params, bars, |now, before| (now / before).ln())
}

fn against_earlier(
    inputs: &Inputs<'_, '_>,
    params: &[f64],
    bars: usize,
    f: impl Fn(f64, f64) -> f64,
) -> Value<'static> {
    let back = whole(params, 0) as usize;
    let values = inputs.number(0);
    let start = values.start().saturating_add(back);
    Value::Numbers(Column::from_fn(start, bars, f64::NAN, |bar| f(values.at(bar), values.at(bar - back))))
}

/// Rose on each of the last `n` bars.
pub(super) fn rising(inputs: &Inputs<'_, '_>, params: &[f64], bars: usize) -> Value<'static> {
    steady(inputs, params, bars, |before, now| now > before)
}

/// Fell on each of the last `n` bars.
pub(super) fn falling(inputs: &Inputs<'_, '_>, params: &[f64], bars: usize) -> Value<'static> {
    steady(inputs, params, bars, |before, now| now < before)
}

fn steady(inputs: &Inputs<'_, '_>, params: &[f64], bars: usize, went: impl Fn(f64, f64) -> bool) -> Value<'static> {
    let needed = whole(params, 0);
    let values = inputs.number(0);
    let begin = values.start();
    let start = begin.saturating_add(needed as usize);
    let mut run = 0u64;
    let mut step = |bar: usize| {
        run = if bar > begin && went(values.at(bar - 1), values.at(bar)) { run + 1 } else { 0 };
        run >= needed
    };
    for bar in begin..start.min(bars) {
        step(bar);
    }
    Value::Booleans(Column::from_fn(start, bars, false, step))
}

/// Bars since the condition held, 0 where it holds; undefined until it first does.
pub(super) fn barssince(inputs: &Inputs<'_, '_>, _: &[f64], bars: usize) -> Value<'static> {
    let condition = inputs.boolean(0);
    let mut since = f64::NAN;
    Value::Numbers(Column::from_fn(condition.start(), bars, f64::NAN, |bar| {
        since = if condition.at(bar) { 0.0 } else { since + 1.0 };
        since
    }))
}

/// The number on the bar where the condition held last (occurrence 0), the time before that (1), ...; undefined until then.
pub(super) fn valuewhen(inputs: &Inputs<'_, '_>, params: &[f64], bars: usize) -> Value<'static> {
    let (condition, values): (Booleans<'_>, Numbers<'_>) = (inputs.boolean(0), inputs.number(1));
    let back = whole(params, 0) as usize;
    let mut held = Vec::new();
    Value::Numbers(Column::from_fn(inputs.start(), bars, f64::NAN, |bar| {
        if condition.at(bar) {
            held.push(values.at(bar));
        }
        held.len().checked_sub(back.saturating_add(1)).map_or(f64::NAN, |index| held[index])
    }))
}
