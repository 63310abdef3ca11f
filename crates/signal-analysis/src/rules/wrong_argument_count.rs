//! A call with too few or too many arguments.

use signal_catalog::{BindError, Entry, Evidence, Kind};
use signal_text::{Diagnostic, Severity, Span};

use super::thousands_comma;
use crate::wording::listed;
use crate::{Call, Facts, Report, rule::rule};

rule! {
    /// Finds calls with too few or too many arguments, or with the same one twice.
    ///
    /// # Why
    /// The server can't call the function so. For functions that the service documents this is an error; for those
    /// whose signature is TA-Lib's or assumed, a warning. So is an argument more than the service's examples give a signal,
    /// an entry or a size: they don't say that there is none.
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
        let Some(entry) = call.entry.filter(|entry| entry.is_callable()) else { continue };
        let error = match &call.binding {
            Some(Err(error)) => error,
            Some(Ok(_)) => continue,
            None => {
                report.push(pythons(facts, call, entry, report));
                continue;
            }
        };
        // `emit_signal(close > 50,000, ...)`: the comma is another rule's.
        if thousands_comma::stands_in(facts, call) {
            continue;
        }
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
        // Examples show what is taken, not that nothing else is.
        let one_more = entry.kind != Kind::Indicator
            && entry.form() < Evidence::Live
            && matches!(error, BindError::TooMany { .. });
        if entry.form() < Evidence::Documented || only_the_series || one_more {
            finding.severity = Severity::Warning;
        }
        report.push(finding);
    }
}

/// `sum([a, b, c])`.
fn pythons(facts: &Facts<'_>, call: &Call<'_>, entry: &Entry, report: &Report) -> Diagnostic {
    let message = format!("`{}` of a list is Python's way, which the documentation does not show", call.name);
    let help = match call.name {
        "all" => "join the conditions by `and`".to_owned(),
        "any" => "join the conditions by `or`".to_owned(),
        "sum" => "add the parts by `+`; a condition counts as `(1 if a else 0)`".to_owned(),
        _ => format!("give the values one by one: `{}(a, b)`", entry.name),
    };
    let mut finding = report.at(facts.span(call.id), message).help(help);
    finding.severity = Severity::Info;
    finding
}

fn arguments(count: usize) -> String {
    match count {
        0 => "no argument".to_owned(),
        1 => "at most one argument".to_owned(),
        n => format!("at most {n} arguments"),
    }
}
