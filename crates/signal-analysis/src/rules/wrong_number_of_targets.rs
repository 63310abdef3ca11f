//! More or fewer names than values.

use signal_catalog::{Output, Signature};
use signal_syntax::StatementKind;
use signal_text::{Edit, Fix, Severity, Span};

use crate::wording::outputs_of;
use crate::{Facts, Report, Type, rule::rule};

rule! {
    /// Finds lines that take a value apart into another number of names than it has parts.
    ///
    /// # Why
    /// `line, signal = macd(close)` leaves open which of the three outputs of MACD are meant; Python refuses it. An indicator
    /// with a single output can't be taken apart at all.
    ///
    /// # Cure
    /// Give each output a name, in the order of the catalog; one that is not needed may be called `_`.
    ///
    /// # Reported
    /// ```signal
    /// line, signal = macd(close, 12, 26, 9)
    /// rising = line > signal
    /// ```
    /// # Not reported
    /// ```signal
    /// line, signal, _ = macd(close, 12, 26, 9)
    /// rising = line > signal
    /// ```
    wrong_number_of_targets, Group::Names, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    // Only what takes a value apart: its targets have no value of their own.
    let mut last = None;
    for definition in facts.bindings.definitions().iter().filter(|definition| definition.value.is_none()) {
        if last.replace(definition.statement) == Some(definition.statement) {
            continue;
        }
        let statement = &facts.tree().statements()[definition.statement];
        let StatementKind::Assign { targets, value } = statement.kind else { continue };
        let targets = facts.tree().targets(targets);
        let (Some(first), Some(end)) = (targets.first(), targets.last()) else { continue };
        let names = targets.len();
        let place = first.to(*end);
        let on_the_left = if names == 1 { "1 name stands".to_owned() } else { format!("{names} names stand") };
        let types = facts.types();
        let finding = match types.of(value) {
            Type::Outputs => {
                let Some(call) = facts.outputs_of(value) else { continue };
                let Some(signature) = call.bound().map(|binding| binding.signature) else { continue };
                let parts = signature.outputs.len();
                if parts == names {
                    continue;
                }
                let finding = report
                    .at(place, format!("{on_the_left} here, but `{}` has {parts} outputs", call.name))
                    .help(format!("they are {}", outputs_of(signature)));
                if names < parts {
                    let edits = fill(facts, targets, signature);
                    let title = if parts == names + 1 { "add a `_`" } else { "add a `_` for each of the others" };
                    finding.fix(Fix { title: title.to_owned(), safe: false, edits })
                } else {
                    finding
                }
            }
            Type::Items => {
                let parts = types.origin(value).map_or(names, |items| match facts.tree().expr(items) {
                    signal_syntax::Expr::Tuple(items) | signal_syntax::Expr::List(items) => items.len(),
                    _ => names,
                });
                if parts == names {
                    continue;
                }
                let stand = if parts == 1 { "1 value stands".to_owned() } else { format!("{parts} values stand") };
                report.at(place, format!("{on_the_left} on the left, but {stand} on the right"))
            }
            Type::Unknown | Type::Function => continue,
            Type::Number | Type::Boolean => report
                .at(place, format!("{on_the_left} here, but the value is a single series"))
                .label(facts.span(value), "one series"),
            found => report
                .at(place, format!("{on_the_left} here, but the value is {}, which has no parts", found.described())),
        };
        report.push(finding);
    }
}

/// A `_` for each output that no name stands for: where the names are those of outputs, in their places, otherwise at the end.
fn fill(facts: &Facts<'_>, targets: &[Span], signature: &Signature) -> Vec<Edit> {
    let outputs = &signature.outputs;
    let mut edits = Vec::new();
    let mut next = 0;
    for target in targets {
        let name = facts.source.slice(*target).to_lowercase();
        let is_it = |output: &Output| {
            output.aliases.iter().chain([&output.name]).any(|word| word.len() > 1 && name.contains(word.as_ref()))
        };
        let Some(skipped) = outputs[next..].iter().position(is_it) else {
            let end = targets.last().map_or(0, |last| last.end);
            return vec![Edit { span: Span::empty(end), text: ", _".repeat(outputs.len() - targets.len()) }];
        };
        if skipped > 0 {
            edits.push(Edit { span: Span::empty(target.start), text: "_, ".repeat(skipped) });
        }
        next += skipped + 1;
    }
    if let (Some(last), true) = (targets.last(), next < outputs.len()) {
        edits.push(Edit { span: Span::empty(last.end), text: ", _".repeat(outputs.len() - next) });
    }
    edits
}
