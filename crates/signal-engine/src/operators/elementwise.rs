//! Operators that look at one bar alone.

use super::Inputs;
use crate::arithmetic::{both, map, test, zip};
use crate::series::Value;

/// Whether a number lies between two bounds, these included; false where one is undefined.
pub(super) fn between(inputs: &Inputs<'_, '_>, _: &[f64], bars: usize) -> Value<'static> {
    let above = test(inputs.number(0), inputs.number(1), bars, |value, lower| value >= lower);
    let below = test(inputs.number(0), inputs.number(2), bars, |value, upper| value <= upper);
    both(above.booleans(), below.booleans(), bars, |above, below| above & below)
}

/// A number kept within bounds; where the lower one is the greater, the upper one wins (numpy's `clip`).
pub(super) fn clip(inputs: &Inputs<'_, '_>, _: &[f64], bars: usize) -> Value<'static> {
    let raised = zip(inputs.number(0), inputs.number(1), bars, greater);
    zip(raised.numbers(), inputs.number(2), bars, lesser)
}

/// A number, or the replacement where it is undefined. Bars of the warm-up stay without a value.
pub(super) fn nz(inputs: &Inputs<'_, '_>, params: &[f64], bars: usize) -> Value<'static> {
    let replacement = params.first().copied().unwrap_or(0.0);
    map(inputs.number(0), bars, |value| if value.is_nan() { replacement } else { value })
}

/// Absolute value.
pub(super) fn abs(inputs: &Inputs<'_, '_>, _: &[f64], bars: usize) -> Value<'static> {
    map(inputs.number(0), bars, f64::abs)
}

/// 1, 0 or -1; undefined stays undefined.
pub(super) fn sign(inputs: &Inputs<'_, '_>, _: &[f64], bars: usize) -> Value<'static> {
    map(inputs.number(0), bars, |value| {
        if value > 0.0 {
            1.0
        } else if value < 0.0 {
            -1.0
        } else {
            value
        }
    })
}

/// Rounded to decimal places (negative ones count tens), halves to the even neighbour, as Python's `round`.
pub(super) fn round(inputs: &Inputs<'_, '_>, params: &[f64], bars: usize) -> Value<'static> {
    let scale = 10.0_f64.powf(params.first().copied().unwrap_or(0.0));
    map(inputs.number(0), bars, |value| {
        let scaled = value * scale;
        // Beyond the range of the scale there is nothing to round.
        if scaled.is_finite() && scale > 0.0 { scaled.round_ties_even() / scale } else { value }
    })
}

/// Greatest of several numbers; undefined where one is.
pub(super) fn max(inputs: &Inputs<'_, '_>, _: &[f64], bars: usize) -> Value<'static> {
    reduce(inputs, bars, greater)
}

/// Least of several numbers; undefined where one is.
pub(super) fn min(inputs: &Inputs<'_, '_>, _: &[f64], bars: usize) -> Value<'static> {
    reduce(inputs, bars, lesser)
}

fn reduce(inputs: &Inputs<'_, '_>, bars: usize, f: impl Fn(f64, f64) -> f64) -> Value<'static> {
    let mut result = zip(inputs.number(0), inputs.number(1), bars, &f);
    for index in 2..inputs.0.len() {
        result = zip(result.numbers(), inputs.number(index), bars, &f);
    }
    result
}

fn greater(a: f64, b: f64) -> f64 {
    if a > b || a.is_nan() { a } else { b }
}

fn lesser(a: f64, b: f64) -> f64 {
    if a < b || a.is_nan() { a } else { b }
}
