//! Arithmetic on conditions.

use signal_syntax::{BinaryOp, CompareOp, Expr, ExprId, Tree};
use signal_text::Severity;

use crate::{Facts, Report, Type, rule::rule};

rule! {
    /// Finds conditions that are computed with as if they were numbers.
    ///
    /// # Why
    /// In Python a condition counts as 1 where it holds and as 0 where it does not, so that `(a > b) + (c > d) >= 2` counts
    /// votes. Nothing published says that the service does the same. More often the brackets are in the wrong place.
    ///
    /// # Cure
    /// Join conditions by `and` and `or`; to count them, use `(1 if a > b else 0) + (1 if c > d else 0)`.
    ///
    /// # Reported
    /// ```signal
    /// votes = (close > sma(close, 20)) + (rsi(close, 14) < 30)
    /// ```
    /// # Not reported
    /// ```signal
    /// both = close > sma(close, 20) and rsi(close, 14) < 30
    /// ```
    boolean_arithmetic, Group::Logic, Severity::Info
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let tree = facts.tree();
    let is_condition = |id: ExprId| facts.type_of(id) == Type::Boolean;
    for &id in facts.operations() {
        match tree.expr(id) {
            Expr::Binary { op, left, right, op_span } if is_arithmetic(op) => {
                // `a + b + c` is told once, at its first operator.
                let told = sides(tree, left).is_some_and(|(one, other)| is_condition(one) || is_condition(other));
                if told || !(is_condition(left) || is_condition(right)) {
                    continue;
                }
                let both = is_condition(left) && is_condition(right);
                let one = if is_condition(left) { left } else { right };
                let message = if both {
                    format!("`{}` joins two conditions as if they were numbers", op.symbol())
                } else {
                    format!("`{}` takes a condition for a number", op.symbol())
                };
                let mut finding = report
                    .at(op_span, message)
                    .help("Python counts a condition as 1 or 0; whether the service does is not documented");
                if !both {
                    finding = finding.label(facts.span(one), "a condition");
                }
                report.push(finding);
            }
            Expr::Compare { first, rest } => {
                let mut left = first;
                for &(op, op_span, right) in tree.comparisons(rest) {
                    let ordered = !matches!(op, CompareOp::Equal | CompareOp::NotEqual);
                    let (one, other) = (facts.type_of(left), facts.type_of(right));
                    let place = match (one, other) {
                        (Type::Boolean, Type::Number) => left,
                        (Type::Number, Type::Boolean) => right,
                        _ => {
                            left = right;
                            continue;
                        }
                    };
                    if ordered {
                        report.push(
                            report
                                .at(op_span, format!("`{}` compares a condition with a number", op.symbol()))
                                .label(facts.span(place), "a condition: true or false"),
                        );
                    }
                    left = right;
                }
            }
            _ => {}
        }
    }
}

fn is_arithmetic(op: BinaryOp) -> bool {
    !matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::BitAnd | BinaryOp::BitOr)
}

/// The operands of arithmetic that is itself an operand.
fn sides(tree: &Tree, id: ExprId) -> Option<(ExprId, ExprId)> {
    match tree.expr(id) {
        Expr::Binary { op, left, right, .. } if is_arithmetic(op) => Some((left, right)),
        _ => None,
    }
}
