//! Operators over the last `n` bars.
//!
//! Sums over numbers are taken afresh for every window: an undefined or huge value is forgotten when it leaves, and no
//! rounding error piles up. Windows are short where that matters.

use super::{Inputs, whole};
use crate::series::{Booleans, Column, Numbers, Value};

/// Held on at least one bar of the window.
pub(super) fn any(inputs: &Inputs<'_, '_>, params: &[f64], bars: usize) -> Value<'static> {
    Value::Booleans(held(inputs, params, bars, false, |held, _| held > 0))
}

/// Held on every bar of the window.
pub(super) fn all(inputs: &Inputs<'_, '_>, params: &[f64], bars: usize) -> Value<'static> {
    Value::Booleans(held(inputs, params, bars, false, |held, window| held == window))
}

/// Bars of the window on which it held.
pub(super) fn count(inputs: &Inputs<'_, '_>, params: &[f64], bars: usize) -> Value<'static> {
    Value::Numbers(held(inputs, params, bars, f64::NAN, |held, _| held as f64))
}

fn held<T: Copy>(
    inputs: &Inputs<'_, '_>,
    params: &[f64],
    bars: usize,
    filler: T,
    f: impl Fn(usize, usize) -> T,
) -> Column<T> {
    let condition: Booleans<'_> = inputs.boolean(0);
    let window = window(params);
    let begin = condition.start();
    let start = begin.saturating_add(window - 1);
    let mut held = (begin..start.min(bars)).filter(|&bar| condition.at(bar)).count();
    Column::from_fn(start, bars, filler, |bar| {
        held += usize::from(condition.at(bar));
        let result = f(held, window);
        held -= usize::from(condition.at(bar + 1 - window));
        result
    })
}

/// Distance from the window's mean in its standard deviations; undefined where all numbers are equal.
pub(super) fn zscore(inputs: &Inputs<'_, '_>, params: &[f64], bars: usize) -> Value<'static> {
    over(inputs.number(0), window(params), bars, |values| {
        let (mean, deviation) = moments(values.iter().copied());
        values.last().map_or(f64::NAN, |last| (last - mean) / deviation)
    })
}

/// Standard deviation of the last `n` one-bar returns (`now / before - 1`).
pub(super) fn volatility(inputs: &Inputs<'_, '_>, params: &[f64], bars: usize) -> Value<'static> {
    over(inputs.number(0), window(params).saturating_add(1), bars, |values| {
        moments(values.windows(2).map(|pair| pair[1] / pair[0] - 1.0)).1
    })
}

/// Skewness, adjusted for the sample's size (Joanes & Gill's G1, which pandas computes too); undefined where all numbers are equal.
pub(super) fn skew(inputs: &Inputs<'_, '_>, params: &[f64], bars: usize) -> Value<'static> {
    over(inputs.number(0), window(params), bars, |values| {
        let count = values.len() as f64;
        let (mean, deviation) = moments(values.iter().copied());
        let third = values.iter().map(|value| (value - mean).powi(3)).sum::<f64>() / count;
        (count * (count - 1.0)).sqrt() / (count - 2.0) * third / deviation.powi(3)
    })
}

/// Where the number ranks in its window, from just above 0 (least) to 1 (greatest): rank over `n`, equals share their mean rank.
pub(super) fn rank(inputs: &Inputs<'_, '_>, params: &[f64], bars: usize) -> Value<'static> {
    over(inputs.number(0), window(params), bars, |values| {
        let Some(&last) = values.last() else { return f64::NAN };
        if values.iter().any(|value| value.is_nan()) {
            return f64::NAN;
        }
        let below = values.iter().filter(|&&value| value < last).count() as f64;
        let equal = values.iter().filter(|&&value| value == last).count() as f64;
        (below + f64::midpoint(equal, 1.0)) / values.len() as f64
    })
}

/// Mean of high, low and close over the window, weighted by volume; undefined where nothing was traded.
pub(super) fn vwap(inputs: &Inputs<'_, '_>, params: &[f64], bars: usize) -> Value<'static> {
    let window = window(params);
    let [high, low, close, volume] = [0, 1, 2, 3].map(|index| inputs.number(index));
    let begin = inputs.start();
    let start = begin.saturating_add(window - 1);
    Value::Numbers(Column::from_fn(start, bars, f64::NAN, |bar| {
        let (mut paid, mut traded) = (0.0, 0.0);
        for bar in bar + 1 - window..=bar {
            let amount = volume.at(bar);
            paid += (high.at(bar) + low.at(bar) + close.at(bar)) / 3.0 * amount;
            traded += amount;
        }
        paid / traded
    }))
}

/// Length of the window, 1 at least.
fn window(params: &[f64]) -> usize {
    (whole(params, 0) as usize).max(1)
}

/// A function of every window of `window` numbers.
fn over(values: Numbers<'_>, window: usize, bars: usize, f: impl Fn(&[f64]) -> f64) -> Value<'static> {
    let start = values.start().saturating_add(window - 1);
    match values {
        // A steady value is a window of equal ones; windows longer than the range are never looked at.
        Numbers::Scalar(number) => {
            let same = vec![number; window.min(bars)];
            let result = f(&same);
            Value::Numbers(Column::from_fn(start, bars, f64::NAN, |_| result))
        }
        Numbers::Column { values, .. } => {
            Value::Numbers(Column::from_fn(start, bars, f64::NAN, |bar| f(&values[bar + 1 - window..=bar])))
        }
    }
}

/// Mean and standard deviation (of the population). Two passes, and sums of differences to the first value: a steady
/// window has a deviation of exactly 0.
fn moments(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let first = values.clone().next().unwrap_or(f64::NAN);
    let (mut sum, mut count) = (0.0, 0.0);
    for value in values.clone() {
        sum += value - first;
        count += 1.0;
    }
    let mean = first + sum / count;
    let squares: f64 = values.map(|value| (value - mean) * (value - mean)).sum();
    (mean, (squares / count).sqrt())
}
