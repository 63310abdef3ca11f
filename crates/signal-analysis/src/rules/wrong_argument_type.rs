//! An argument or operand of a type that its place can't take.

mod arguments;
mod operands;

use signal_catalog::Kind;
use signal_syntax::ExprId;
use signal_text::{Diagnostic, Fix, Severity};

use crate::names::behind_names;
use crate::wording::numbers::pick_an_output;
use crate::{Facts, Report, Type, rule::rule};

rule! {
    /// Finds arguments and operands that their place can't take: a text where numbers are needed, an action where a
    /// condition is, several outputs where one series is.
    ///
    /// # Why
    /// TA-Lib computes with series of numbers and whole periods, and the service's documentation shows what a signal, an
    /// entry and a size are made of. Where either says that it can't be, this is an error; where it is only what Python
    /// would say, a warning.
    ///
    /// # Reported
    /// ```signal
    /// strength = rsi(close, "14")
    /// ```
    /// # Not reported
    /// ```signal
    /// strength = rsi(close, 14)
    /// ```
    wrong_argument_type, Group::Names, Severity::Error
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    arguments::check(facts, report);
    operands::check(facts, report);
}

/// The number that a text holds, as it is written there.
fn number_in(text: &str) -> Option<&str> {
    let inside = text.get(1..text.len().checked_sub(1)?)?.trim();
    let numeric = inside.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
    (numeric && inside.parse::<f64>().is_ok_and(f64::is_finite)).then_some(inside)
}

/// Adds what helps where a number or series is needed and something else stands.
fn with_cure(facts: &Facts<'_>, id: ExprId, found: Type, finding: Diagnostic) -> Diagnostic {
    match found {
        Type::Text => {
            let tree = facts.tree();
            let given = tree.unparenthesized(id);
            let literal = behind_names(tree, &facts.bindings, given);
            let Some(text) = tree.string(facts.source, literal) else { return finding };
            let variable = facts.catalog.get(&text).is_some_and(|entry| entry.kind == Kind::Variable);
            let meant = match number_in(facts.text(literal)) {
                Some(number) => number,
                None if variable => &*text,
                None => return finding,
            };
            let span = facts.span(literal);
            // A text that has a name may be read elsewhere too.
            let own = literal == given;
            let finding = if own { finding } else { finding.label(span, "this is the text") };
            finding.fix(Fix::replace(format!("write `{meant}` without quotes"), own, span, meant))
        }
        Type::Outputs => match pick_an_output(facts, id) {
            Some(help) => finding.help(help),
            None => finding,
        },
        _ => finding,
    }
}
