//! A period with a fraction.

use signal_catalog::{Evidence, ParamKind};
use signal_text::{Fix, Severity};

use crate::wording::shown;
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds periods, and other parameters that count something, with a fraction.
    ///
    /// # Why
    /// TA-Lib counts bars in whole numbers. Some ways to call it refuse `14.5`, others cut it off without a word, so that
    /// `29 / 2` is 14 in one place and a failed backtest in another.
    ///
    /// # Cure
    /// Write the whole number that you mean.
    ///
    /// # Reported
    /// ```signal
    /// cycle = 29
    /// oversold = rsi(close, cycle / 2) < 30
    /// ```
    /// # Not reported
    /// ```signal
    /// cycle = 28
    /// oversold = rsi(close, cycle / 2) < 30
    /// ```
    non_integer_period, Group::Names, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for call in &facts.calls {
        // A declaration does not say which parameters are whole; that its default is says little.
        if call.bound().is_none_or(|binding| binding.signature.evidence == Evidence::Declared) {
            continue;
        }
        for (param, value, argument) in call.params(&facts.constants) {
            let (Some(value), Some(argument)) = (value, argument) else { continue };
            let outside = param.min.is_some_and(|min| value < min) || param.max.is_some_and(|max| value > max);
            if outside || matches!(param.kind, ParamKind::Real | ParamKind::Other) || value.fract() == 0.0 {
                continue;
            }
            let (span, nearest) = (facts.span(argument), value.round());
            report.push(
                report
                    .at(
                        span,
                        format!("`{}` of `{}` is {}: it must be a whole number", param.name, call.name, shown(value)),
                    )
                    .fix(Fix::replace(format!("replace by `{nearest}`"), false, span, nearest.to_string())),
            );
        }
    }
}
