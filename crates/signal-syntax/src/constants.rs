//! Numbers that are known without running the script.

use signal_text::Source;

use crate::Bindings;
use crate::tree::{BinaryOp, Expr, ExprId, Tree, UnaryOp};

/// The constant numbers of a script: literals, arithmetic on them, and names bound to such.
///
/// `n = 7` followed by `rsi(close, n * 2)` makes the second argument 14. What is not finite (`1 / 0`) is no constant.
#[derive(Clone, Debug, Default)]
pub struct Constants {
    /// One entry an expression; NaN where it is no constant.
    values: Vec<f64>,
}

impl Constants {
    /// Folds the tree in one pass: operands come before operators, and definitions before uses.
    #[must_use]
    pub fn new(_source: &Source, tree: &Tree, bindings: &Bindings) -> Self {
        Self::fold(tree, bindings, None)
    }

    /// The constants as they would be with another number in place of one expression, and all that follows from it.
    #[must_use]
    pub fn with(tree: &Tree, bindings: &Bindings, at: ExprId, number: f64) -> Self {
        Self::fold(tree, bindings, Some((at, number)))
    }

    fn fold(tree: &Tree, bindings: &Bindings, replaced: Option<(ExprId, f64)>) -> Self {
        let mut values: Vec<f64> = Vec::with_capacity(tree.len());
        for id in tree.ids() {
            let of = |id: ExprId| values[id.index()];
            let value = match tree.expr(id) {
                _ if replaced.is_some_and(|(at, _)| at == id) => replaced.map_or(f64::NAN, |(_, number)| number),
                Expr::Number(value) => value,
                Expr::Paren(inner) => of(inner),
                Expr::Unary { op: UnaryOp::Plus, operand } => of(operand),
                Expr::Unary { op: UnaryOp::Negate, operand } => -of(operand),
                Expr::Binary { op, left, right, .. } => arithmetic(op, of(left), of(right)),
                Expr::Name => bindings.of(id).and_then(|id| bindings.definition(id).value).map_or(f64::NAN, of),
                _ => f64::NAN,
            };
            values.push(if value.is_finite() { value } else { f64::NAN });
        }
        Self { values }
    }

    /// The value of a constant number.
    #[must_use]
    pub fn number(&self, id: ExprId) -> Option<f64> {
        Some(self.values[id.index()]).filter(|value| !value.is_nan())
    }
}

/// Python's arithmetic; NaN where there is none, and where an operand is NaN.
fn arithmetic(op: BinaryOp, left: f64, right: f64) -> f64 {
    if left.is_nan() || right.is_nan() {
        // `powf` would make 1 of `unknown ** 0`.
        return f64::NAN;
    }
    match op {
        BinaryOp::Add => left + right,
        BinaryOp::Subtract => left - right,
        BinaryOp::Multiply => left * right,
        BinaryOp::Divide => left / right,
        BinaryOp::FloorDivide => floor_division(left, right).0,
        BinaryOp::Remainder => floor_division(left, right).1,
        BinaryOp::Power => left.powf(right),
        BinaryOp::Or | BinaryOp::And | BinaryOp::BitOr | BinaryOp::BitAnd => f64::NAN,
    }
}

/// Quotient rounded down and the remainder, which has the divisor's sign.
///
/// Rounding the plain quotient down would be wrong by one where it rounds up to a whole number (`0.3 // 0.1` is 2).
fn floor_division(left: f64, right: f64) -> (f64, f64) {
    if right == 0.0 {
        return (f64::NAN, f64::NAN);
    }
    let mut remainder = left % right;
    let mut quotient = (left - remainder) / right;
    if remainder != 0.0 && (remainder < 0.0) != (right < 0.0) {
        remainder += right;
        quotient -= 1.0;
    }
    (quotient.round(), remainder)
}
