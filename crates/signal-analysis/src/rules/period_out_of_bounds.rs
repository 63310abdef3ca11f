//! A parameter outside what the function takes.

use signal_catalog::{Evidence, Param};
use signal_text::{Fix, Severity};

use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds parameters outside the bounds that the indicator takes, such as a period of 0 or 1.
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
    for call in &facts.calls {
        let (Some(entry), Some(binding)) = (call.entry, call.bound()) else { continue };
        for (param, value, argument) in call.params(&facts.constants) {
            let (Some(value), Some(argument)) = (value, argument) else { continue };
            let nearest = match (param.min, param.max) {
                (Some(min), _) if value < min => min,
                (_, Some(max)) if value > max => max,
                _ => continue,
            };
            let span = facts.span(argument);
            let mut finding = report
                .at(span, format!("`{}` of `{}` is {value}: it must be {}", param.name, entry.name, bounds(param)))
                .fix(Fix::replace(format!("replace by `{nearest}`"), false, span, nearest.to_string()));
            if binding.ambiguous || binding.signature.evidence < Evidence::TaLib {
                finding.severity = Severity::Warning;
            }
            report.push(finding);
        }
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
