//! Bars and equity of several tickers on one time line.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::bars::Bars;

/// The bars of every ticker at the times that all have; `None` when they are aligned as they are.
pub(crate) fn align(bars: &[&Bars]) -> Option<Vec<Bars>> {
    let (first, rest) = bars.split_first()?;
    if rest.iter().all(|other| other.open_time == first.open_time) {
        return None;
    }
    let mut seen: HashMap<i64, usize> = HashMap::with_capacity(first.len());
    for time in bars.iter().flat_map(|bars| &bars.open_time) {
        *seen.entry(*time).or_default() += 1;
    }
    let everywhere = |time: &i64| seen.get(time) == Some(&bars.len());
    let select = |bars: &&Bars| {
        let rows: Vec<usize> = (0..bars.len()).filter(|&row| everywhere(&bars.open_time[row])).collect();
        bars.select(&rows)
    };
    Some(bars.iter().map(select).collect())
}

/// Adds up accounts over all times at which any of them has a bar; an account without one keeps its last value.
pub(crate) fn add_up(cash: f64, curves: Vec<(&[i64], Vec<f64>)>) -> (Cow<'_, [i64]>, Vec<f64>) {
    let Some((&(first, _), rest)) = curves.split_first() else { return (Cow::Borrowed(&[]), Vec::new()) };
    if rest.iter().all(|(times, _)| *times == first) {
        let mut curves = curves.into_iter().map(|(_, curve)| curve);
        let mut sum = curves.next().unwrap_or_default();
        for curve in curves {
            for (sum, value) in sum.iter_mut().zip(curve) {
                *sum += value;
            }
        }
        return (Cow::Borrowed(first), sum);
    }
    let mut times: Vec<i64> = curves.iter().flat_map(|(times, _)| times.iter().copied()).collect();
    times.sort_unstable();
    times.dedup();
    let mut sum = vec![0.0; times.len()];
    for (its_times, curve) in curves {
        let (mut next, mut value) = (0, cash);
        for (sum, &time) in sum.iter_mut().zip(&times) {
            if its_times.get(next) == Some(&time) {
                value = curve[next];
                next += 1;
            }
            *sum += value;
        }
    }
    (Cow::Owned(times), sum)
}
