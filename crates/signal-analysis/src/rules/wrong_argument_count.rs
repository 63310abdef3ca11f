//! A call with too few or too many arguments.

use signal_catalog::{BindError, Evidence, Kind};
use signal_text::{Severity, Span};

use crate::wording::listed;
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds calls with too few or too many arguments, or with the same one twice.
    ///
    /// # Why
    /// The server can't call the function so. For functions that the service documents this is an error; for those
    /// whose signature is TA-Lib's or assumed, a warning.
    ///
    /// # Reported
    /// ```signal
    /// average = sma(close, 20, 5, 1)
    /// ```
    /// # Not reported
    /// ```signal
    /// average = sma(close, 20)
    /// range = atr(14)
    /// ```
    wrong_argument_count, Group::Names, Severity::Error
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for call in &facts.calls {
        let (Some(entry), Some(Err(error))) = (call.entry, &call.binding) else { continue };
        let given = call.arguments.len();
        let (span, message) = match error {
            BindError::TooFew { missing, .. } if missing.is_empty() => {
                (facts.span(call.id), format!("`{}` lacks an argument", call.name))
            }
            BindError::TooFew { missing, .. } => {
                (facts.span(call.id), format!("`{}` lacks {}", call.name, listed(missing.iter().map(String::as_str))))
            }
            // `atr(14, 15)`: few enough, were they in other places.
            BindError::TooMany { at_most } if given <= *at_most => {
                let these = if given == 1 { "this argument".to_owned() } else { format!("these {given} arguments") };
                (facts.span(call.id), format!("`{}` can't be called with {these} alone", call.name))
            }
            BindError::TooMany { at_most } => {
                let surplus = call.arguments.get(*at_most..).unwrap_or_default();
                let span = match (surplus.first(), surplus.last()) {
                    (Some(first), Some(last)) => facts.span(first.value).to(facts.span(last.value)),
                    _ => facts.span(call.id),
                };
                (
                    span,
                    format!(
                        "`{}` takes {}, {given} {} given",
                        call.name,
                        arguments(*at_most),
                        if given == 1 { "is" } else { "are" }
                    ),
                )
            }
            BindError::Twice { argument } => {
                let place: Option<Span> = call
                    .arguments
                    .get(*argument)
                    .map(|argument| argument.name.unwrap_or_else(|| facts.span(argument.value)));
                (
                    place.unwrap_or_else(|| facts.span(call.id)),
                    format!("`{}` is given the same argument twice", call.name),
                )
            }
            BindError::UnknownKeyword { .. } => continue,
        };
        let mut finding = report.at(span, message).help(format!("it is called as `{}`", entry.signature_text()));
        // `rsi(14)`: that the series may be left out is not documented, nor that it may not.
        let only_the_series = entry.kind == Kind::Indicator
            && given > 0
            && matches!(error, BindError::TooFew { missing, .. } if missing.len() == 1);
        if entry.form() < Evidence::Documented || only_the_series {
            finding.severity = Severity::Warning;
        }
        report.push(finding);
    }
}

fn arguments(count: usize) -> String {
    match count {
        0 => "no argument".to_owned(),
        1 => "at most one argument".to_owned(),
        n => format!("at most {n} arguments"),
    }
}
