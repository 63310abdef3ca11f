//! Numbers that are known without running the script.

use signal_text::Source;

use crate::Bindings;
use crate::tree::{BinaryOp, Expr, ExprId, Tree, UnaryOp};

/// The constant numbers of a script: literals, arithmetic on them, and names bound to such.
///
/// `n = 7` followed by `rsi(close, n * 2)` makes the second argument 14. What is not finite (`1 / 0`) is no constant.
#[derive(Clone, Debug, Default)]
pub struct Constants {
    /// For each 64 expressions which of them are constant, and how many before them are.
    blocks: Vec<Block>,
    /// The values of those that are: one expression in five.
    values: Vec<f64>,
}

/// 64 expressions.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    bits: u64,
    before: u32,
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
        let mut folded = Self {
            blocks: vec![Block::default(); tree.len().div_ceil(64)],
            // About what scripts need; untouched memory costs nothing.
            values: Vec::with_capacity(tree.len() / 3 + 8),
        };
        for id in tree.ids() {
            if id.index() % 64 == 0 {
                folded.blocks[id.index() / 64].before = folded.values.len() as u32;
            }
            let of = |id: ExprId| folded.number(id).unwrap_or(f64::NAN);
            let value = match tree.expr(id) {
                _ if replaced.is_some_and(|(at, _)| at == id) => replaced.map_or(f64::NAN, |(_, number)| number),
                Expr::Number(value) => value,
                Expr::Paren(inner) => of(inner),
                Expr::Unary { op: UnaryOp::Plus, operand } => of(operand),
                Expr::Unary { op: UnaryOp::Negate, operand } => -of(operand),
                Expr::Binary { op, left, right, .. } => arithmetic(op, of(left), of(right)),
                Expr::Name => bindings.of(id).and_then(|id| bindings.definition(id).value).map_or(f64::NAN, of),
                _ => continue,
            };
            if value.is_finite() {
                folded.blocks[id.index() / 64].bits |= 1 << (id.index() % 64);
                folded.values.push(value);
            }
        }
        folded
    }

    /// The value of a constant number.
    #[must_use]
    pub fn number(&self, id: ExprId) -> Option<f64> {
        let block = self.blocks[id.index() / 64];
        let place = id.index() % 64;
        if block.bits >> place & 1 == 0 {
            return None;
        }
        let before = (block.bits & ((1 << place) - 1)).count_ones();
        self.values.get((block.before + before) as usize).copied()
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
