//! A parameter outside what the function takes.

use signal_catalog::{Evidence, Param, Signature};
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
    period_out_of_bounds, Group::Names, Severity::Error
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
            let mut finding =
                report.at(facts.span(call.id), format!("TA-Lib refuses these parameters of `{}`: {given}", entry.name));
            finding = match neighbour(signature, &mut values) {
                Some((at, near)) => {
                    let finding = finding.help(format!("a `{}` of {near} would do", signature.params[at].name));
                    let argument = call.params(&facts.constants).nth(at).and_then(|(_, _, argument)| argument);
                    match argument.map(|argument| facts.span(argument)) {
                        Some(span) => {
                            finding.fix(Fix::replace(format!("replace by `{near}`"), false, span, near.to_string()))
                        }
                        None => finding,
                    }
                }
                None => finding.help(format!("its defaults do: `{}`", entry.signature_text())),
            };
            if binding.ambiguous || signature.evidence < Evidence::TaLib {
                finding.severity = Severity::Warning;
            }
            report.push(finding);
        }
    }
}

/// The parameter, and the value one beside its own, with which TA-Lib takes them all: FRAMA wants an even period.
fn neighbour(signature: &Signature, values: &mut [f64]) -> Option<(usize, f64)> {
    for at in 0..values.len() {
        let value = values[at];
        for near in [value + 1.0, value - 1.0] {
            values[at] = near;
            if signature.params[at].allows(near) && signature.lookback_bars(values).is_some() {
                return Some((at, near));
            }
        }
        values[at] = value;
    }
    None
}

/// Where a value lies outside of a parameter's bounds: the nearest value that it may be, and what it must be in words.
fn objection(param: &Param, value: f64) -> Option<(f64, String)> {
    match (param.min, param.max) {
        // `sma(close, -20)`: who wants to look back writes a minus sign.
        (Some(min), _) if value < min && param.allows(-value) => Some((-value, bounds(param))),
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
