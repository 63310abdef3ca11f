//! An output that a call does not have.

use signal_syntax::{Expr, ExprId};
use signal_text::{Diagnostic, Fix, Severity, Span, closest, is_slip};

use crate::wording::outputs_of;
use crate::{Facts, Report, Type, rule::rule};

rule! {
    /// Finds attributes and indexes that name an output which the value does not have.
    ///
    /// # Why
    /// `bbands(close).up` is none of the bands, and a series such as `close` or `rsi(close, 14)` has no outputs to choose
    /// from. The names of outputs are TA-Lib's and those under which they are commonly known, so this is a warning.
    ///
    /// # Cure
    /// Use one of the outputs that the message lists, or give each output a name: `upper, middle, lower = bbands(close, 20, 2, 2)`.
    ///
    /// # Reported
    /// ```signal
    /// cheap = close < bbands(close, 20, 2, 2).lowr
    /// ```
    /// # Not reported
    /// ```signal
    /// cheap = close < bbands(close, 20, 2, 2).lower
    /// ```
    unknown_output, Group::Names, Severity::Warning, needs_catalog
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let tree = facts.tree();
    for &id in facts.operations() {
        let finding = match tree.expr(id) {
            Expr::Attribute { base, name } => named(facts, base, facts.source.slice(name), name, report),
            Expr::Index { base, index } => {
                let index = tree.unparenthesized(index);
                match tree.string(facts.source, index) {
                    Some(name) => {
                        let span = tree.span(index);
                        let inside = if span.len() < 2 { span } else { Span::new(span.start + 1, span.end - 1) };
                        named(facts, base, &name, inside, report)
                    }
                    None => placed(facts, base, index, report),
                }
            }
            _ => None,
        };
        if let Some(finding) = finding {
            report.push(finding);
        }
    }
}

/// `bbands(close).upper`, `bands["upper"]`.
fn named(facts: &Facts<'_>, base: ExprId, name: &str, place: Span, report: &Report) -> Option<Diagnostic> {
    match facts.type_of(base) {
        Type::Outputs => {
            let call = facts.outputs_of(base)?;
            let signature = call.bound()?.signature;
            if signature.output_index(name).is_some() {
                return None;
            }
            let known = signature
                .outputs
                .iter()
                .flat_map(|output| std::iter::once(&output.name).chain(output.aliases.iter()))
                .map(AsRef::as_ref);
            let finding = report
                .at(place, format!("`{}` has no output `{name}`", call.name))
                .help(format!("its outputs are {}", outputs_of(signature)));
            Some(match closest(name, known) {
                Some(near) => {
                    finding.fix(Fix::replace(format!("replace by `{near}`"), is_slip(name, near), place, near))
                }
                None => finding,
            })
        }
        found @ (Type::Number | Type::Boolean) => {
            let what = if found == Type::Number { "a single series" } else { "a condition" };
            let finding = report.at(place, format!("{what} has no `{name}`")).label(facts.span(base), what);
            let callable = facts.catalog.get(name).filter(|entry| entry.is_callable());
            Some(match callable {
                Some(entry) => {
                    finding.help(format!("functions are called by their name: `{}`", entry.signature_text()))
                }
                None => finding,
            })
        }
        found if found.is_no_series() => {
            Some(report.at(place, format!("this is {}: it has no `{name}`", found.described())))
        }
        _ => None,
    }
}

/// `(a, b)[2]`: places count from 0. What `[2]` says of a call with several outputs is open, so that is left to the rules on
/// time.
fn placed(facts: &Facts<'_>, base: ExprId, index: ExprId, report: &Report) -> Option<Diagnostic> {
    let place = facts.constants.number(index).filter(|place| place.fract() == 0.0)?;
    if facts.type_of(base) != Type::Items {
        return None;
    }
    let items = facts.types().origin(base)?;
    let (Expr::Tuple(items) | Expr::List(items)) = facts.tree().expr(items) else { return None };
    let count = items.len() as f64;
    (place >= count || place < -count).then(|| {
        let values = if count == 1.0 { "is 1 value".to_owned() } else { format!("are {count} values") };
        report.at(facts.span(index), format!("there {values}, counted from 0: there is none at {place}"))
    })
}
