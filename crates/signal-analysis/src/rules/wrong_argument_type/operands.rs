//! Operands, what is indexed, and what is called.

use signal_syntax::{BinaryOp, CompareOp, Expr, ExprId, UnaryOp};
use signal_text::{Diagnostic, Severity};

use super::with_cure;
use crate::rules::thousands_comma;
use crate::wording::numbers::is_its_main_output;
use crate::{Facts, Report, Type};

pub(super) fn check(facts: &Facts<'_>, report: &mut Report) {
    let tree = facts.tree();
    for &id in facts.operations() {
        match tree.expr(id) {
            Expr::Binary { op, left, right, .. } => arithmetic(facts, op, left, right, report),
            Expr::Unary { op: op @ (UnaryOp::Negate | UnaryOp::Plus), operand } => {
                let found = facts.type_of(operand);
                if found.is_no_series() || found == Type::Outputs {
                    push(facts, operand, op.symbol(), found, report);
                }
            }
            Expr::Compare { first, rest } => {
                let mut left = first;
                let mut told = false;
                for &(op, op_span, right) in tree.comparisons(rest) {
                    told = comparison(facts, (op, op_span), left, right, told, report);
                    left = right;
                }
            }
            Expr::Index { base, .. } => {
                let found = facts.type_of(base);
                if found.is_no_series() && found != Type::Items {
                    let message = format!("this is {}: it has no bars to look back on", found.described());
                    report.push(warning(report.at(facts.span(base), message)));
                }
            }
            Expr::Call { callee, .. } => {
                let callee = tree.unparenthesized(callee);
                let found = facts.type_of(callee);
                let named = matches!(tree.expr(callee), Expr::Name | Expr::Attribute { .. });
                if !named && !matches!(found, Type::Unknown | Type::Function) {
                    let message = format!("only a function can be called, and this is {}", found.described());
                    report.push(
                        warning(report.at(facts.span(callee), message)).help("is an operator missing before the `(`?"),
                    );
                }
            }
            _ => {}
        }
    }
}

/// What operators take is Python's, so nothing here is more than a warning.
fn warning(mut finding: Diagnostic) -> Diagnostic {
    finding.severity = Severity::Warning;
    finding
}

fn push(facts: &Facts<'_>, operand: ExprId, operator: &str, found: Type, report: &mut Report) {
    if thousands_comma::stands_behind(facts, operand) || is_its_main_output(facts, operand) {
        return;
    }
    let needs = if found == Type::Outputs { "one series" } else { "numbers" };
    let message = format!("`{operator}` needs {needs}, and this is {}", found.described());
    report.push(with_cure(facts, operand, found, warning(report.at(facts.span(operand), message))));
}

fn arithmetic(facts: &Facts<'_>, op: BinaryOp, left: ExprId, right: ExprId, report: &mut Report) {
    if matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::BitAnd | BinaryOp::BitOr) {
        return;
    }
    let (one, other) = (facts.type_of(left), facts.type_of(right));
    // Texts and lists are put together by `+`, filled in by `%` and repeated by `*`.
    let joined = match op {
        BinaryOp::Add => one == other && matches!(one, Type::Text | Type::Items),
        BinaryOp::Remainder => one == Type::Text,
        BinaryOp::Multiply => matches!(one, Type::Items) || matches!(other, Type::Items),
        _ => false,
    };
    if joined {
        return;
    }
    for (operand, found, beside) in [(left, one, other), (right, other, one)] {
        // A text beside something unknown may be put together with another.
        let text = found == Type::Text && op == BinaryOp::Add && beside == Type::Unknown;
        if (found.is_no_series() || found == Type::Outputs) && !text {
            push(facts, operand, op.symbol(), found, report);
        }
    }
}

/// Reports what can't be compared; says whether it spoke of the right side, which is the next comparison's left one.
fn comparison(
    facts: &Facts<'_>,
    (op, op_span): (CompareOp, signal_text::Span),
    left: ExprId,
    right: ExprId,
    told: bool,
    report: &mut Report,
) -> bool {
    let (one, other) = (facts.type_of(left), facts.type_of(right));
    let equality = matches!(op, CompareOp::Equal | CompareOp::NotEqual);
    if one == Type::Text && other == Type::Text {
        if !equality {
            let mut finding = report
                .at(op_span, format!("`{}` compares two texts by the alphabet", op.symbol()))
                .help("texts are the same (`==`) or not (`!=`)");
            finding.severity = Severity::Info;
            report.push(finding);
        }
        return false;
    }
    let mut spoke = false;
    for (operand, found, beside, skip) in [(left, one, other, told), (right, other, one, false)] {
        let wrong = found == Type::Outputs || found.is_no_series();
        // With what is not known, anything may be the same.
        let open = beside == Type::Unknown && found != Type::Outputs;
        let alike = found == beside && found != Type::Outputs;
        if !wrong || skip || open || alike {
            continue;
        }
        if found == Type::None && equality {
            let always = if op == CompareOp::Equal { "never" } else { "always" };
            let mut finding = report
                .at(facts.span(operand), format!("a value that is there is {always} `{} None`", op.symbol()))
                .help("what has no value yet compares as false with everything");
            finding.severity = Severity::Info;
            report.push(finding);
        } else {
            push(facts, operand, op.symbol(), found, report);
        }
        spoke |= operand == right;
    }
    spoke
}
