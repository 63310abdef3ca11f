//! A parameter outside what the function takes.

use signal_catalog::{Evidence, Param};
use signal_text::{Fix, Severity};

use super::looks_ahead::future_shift;
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds parameters that the indicator does not take, such as a period of 0.
    ///
    /// # Why
    /// TA-Lib answers a parameter out of bounds with an error instead of values, so the backtest fails.
    ///
    /// # Reported
    /// ```signal
    /// oversold = rsi(close, 1) < 30
    /// ```
    /// # Not reported
    /// ```signal
    /// oversold = rsi(close, 2) < 30
    /// ```
    period_out_of_bounds, Severity::Error
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut values = Vec::new();
    for call in &facts.calls {
        let (Some(entry), Some(binding)) = (call.entry, call.bound()) else { continue };
        // A shift into the future is worse than out of bounds.
        if future_shift(facts, call).is_some() {
            continue;
        }
        let signature = binding.signature;
        let mut refused = false;
        values.clear();
        for (param, value, argument) in call.params(&facts.constants) {
            let Some(value) = value else {
                refused = true;
                continue;
            };
            values.push(value);
            refused |= !param.allows(value);
            let Some(argument) = argument else { continue };
            let Some((nearest, wanted)) = objection(param, value) else { continue };
            let span = facts.span(argument);
            let mut finding = report
                .at(span, format!("`{}` of `{}` is {value}: it must be {wanted}", param.name, entry.name))
                .fix(Fix::replace(format!("replace by `{nearest}`"), false, span, nearest.to_string()));
            if binding.ambiguous || signature.evidence < Evidence::TaLib {
                finding.severity = Severity::Warning;
            }
            report.push(finding);
        }
        // Each within its bounds, and no value together: FRAMA takes even periods, MAVP a least one below the greatest.
        let together = !refused && signature.talib.is_some() && signature.lookback.is_some();
        if together && signature.lookback_bars(&values).is_none() {
            let given = signature.params.iter().zip(&values).map(|(param, value)| format!("`{}` {value}", param.name));
            let given = given.collect::<Vec<_>>().join(", ");
            let mut finding = report
                .at(facts.span(call.id), format!("TA-Lib refuses these parameters of `{}`: {given}", entry.name))
                .help(format!("its defaults do: `{}`", entry.signature_text()));
            if binding.ambiguous || signature.evidence < Evidence::TaLib {
                finding.severity = Severity::Warning;
            }
            report.push(finding);
        }
    }
}

/// Where a value lies outside of a parameter's bounds: the nearest value that it may be, and what it must be in words.
fn objection(param: &Param, value: f64) -> Option<(f64, String)> {
    match (param.min, param.max) {
        (Some(min), _) if value < min => Some((min, bounds(param))),
        (_, Some(max)) if value > max => Some((max, bounds(param))),
        _ => None,
    }
}

/// The bounds in words; a bound of TA-Lib's ±3e37 stands for none.
fn bounds(param: &Param) -> String {
    let real = |bound: Option<f64>| bound.filter(|bound| bound.abs() < 1e30);
    match (real(param.min), real(param.max)) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("{min} or more"),
        (None, Some(max)) => format!("{max} or less"),
        (None, None) => "a number".to_owned(),
    }
}
