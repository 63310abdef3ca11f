//! Something else where a condition is needed.

use signal_catalog::{InputSource, Kind, ValueType};
use signal_syntax::{BinaryOp, Expr, ExprId, UnaryOp};
use signal_text::{Diagnostic, Severity};

use crate::wording::numbers::{number_to_condition, pick_an_output};
use crate::{Facts, Report, Type, rule::rule};

rule! {
    /// Finds signals, conditionals and logical operators whose condition is no condition: a number, a text, a list.
    ///
    /// # Why
    /// `emit_signal` takes something that is true or false on each bar. A price or an indicator is a number, and one that is
    /// never exactly 0 would be true on every bar.
    ///
    /// # Cure
    /// Compare the value with a level: `rsi(close, 14) < 30`.
    ///
    /// # Reported
    /// ```signal
    /// strength = rsi(close, 14)
    /// emit_signal(strength, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(strength > 55, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    /// # Not reported
    /// ```signal
    /// strength = rsi(close, 14)
    /// emit_signal(strength < 30, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(strength > 55, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    condition_not_boolean, Group::Logic, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for call in &facts.calls {
        let (Some(entry), Some(binding)) = (call.entry, call.bound()) else { continue };
        for (input, source) in binding.signature.inputs.iter().zip(&binding.inputs) {
            let InputSource::Argument(argument) = *source else { continue };
            let Some(argument) = call.arguments.get(argument as usize).filter(|_| input.value == ValueType::Boolean)
            else {
                continue;
            };
            let found = facts.type_of(argument.value);
            // An action in a condition's place belongs into the place behind it, which another rule says.
            if entry.kind == Kind::Signal && found == Type::Action {
                continue;
            }
            let what = || format!("`{}` needs a condition", call.name);
            let Some(mut finding) = objection(facts, argument.value, what, true, report) else { continue };
            // That a count of conditions refuses numbers is an assumption about an assumption.
            if entry.kind != Kind::Signal && found == Type::Number {
                finding.severity = Severity::Info;
            }
            report.push(finding);
        }
    }
    let tree = facts.tree();
    for &id in facts.operations() {
        match tree.expr(id) {
            Expr::Conditional { condition, .. } => {
                let what = || "`if` needs a condition".to_owned();
                objection(facts, condition, what, true, report).into_iter().for_each(|finding| report.push(finding));
            }
            Expr::Unary { op: op @ (UnaryOp::Not | UnaryOp::Invert), operand } => {
                let what = || format!("`{}` turns a condition around", op.symbol());
                objection(facts, operand, what, false, report).into_iter().for_each(|finding| report.push(finding));
            }
            Expr::Binary {
                op: op @ (BinaryOp::And | BinaryOp::Or | BinaryOp::BitAnd | BinaryOp::BitOr),
                left,
                right,
                ..
            } => {
                for side in [left, right] {
                    let what = || format!("`{}` joins conditions", op.symbol());
                    objection(facts, side, what, false, report).into_iter().for_each(|finding| report.push(finding));
                }
            }
            _ => {}
        }
    }
}

/// What is wrong with a condition, if it surely is none. Numbers are another rule's where operators join them.
fn objection(
    facts: &Facts<'_>,
    id: ExprId,
    what: impl Fn() -> String,
    numbers: bool,
    report: &Report,
) -> Option<Diagnostic> {
    let found = facts.type_of(id);
    let series = matches!(found, Type::Number | Type::Outputs) && numbers;
    if !series && !found.is_no_series() {
        return None;
    }
    if super::thousands_comma::stands_behind(facts, id) {
        return None;
    }
    let finding = report.at(facts.span(id), format!("{}, and this is {}", what(), found.described()));
    Some(match found {
        Type::Number => {
            let (help, fix) = number_to_condition(facts, id);
            let mut finding = finding.help(help);
            finding.fixes.extend(fix);
            finding
        }
        Type::Outputs => match pick_an_output(facts, id) {
            Some(help) => finding.help(help),
            None => finding,
        },
        Type::Text => finding.help("without quotes it would be a name or an expression"),
        Type::Action => finding.help("an action is the second part of a signal: `emit_signal(condition, action)`"),
        _ => finding.help("a condition compares: `close > 5`"),
    })
}
