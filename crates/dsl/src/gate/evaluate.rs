//! A condition over figures of which any may be missing: true, false, or undecided.

use signal_syntax::{BinaryOp, CompareOp, Expr, ExprId, Tree, UnaryOp};
use signal_text::Source;

use super::figures::Values;
use super::path;

/// What an expression comes to; inside, `None` is what nobody can say.
#[derive(Clone, Copy, Debug)]
enum Came {
    Number(Option<f64>),
    Condition(Option<bool>),
    /// The base of an attribute, whose value is asked for by the whole path.
    Nothing,
}

/// Figures by name, in the order in which a condition reads them, each once.
pub(super) type Read = Vec<(String, Option<f64>)>;

/// Whether a linted condition holds, and the figures that it read. The arena's order is that of evaluation, so nothing
/// recurses over what a user nested.
pub(super) fn evaluate(source: &Source, tree: &Tree, root: ExprId, values: &Values) -> (Option<bool>, Read) {
    let mut read = Read::new();
    let mut came: Vec<Came> = Vec::with_capacity(tree.len());
    let bases = bases(tree);
    for id in tree.ids() {
        let number = |id: ExprId| match came.get(id.index()) {
            Some(Came::Number(number)) => *number,
            _ => None,
        };
        let condition = |id: ExprId| match came.get(id.index()) {
            Some(Came::Condition(held)) => *held,
            _ => None,
        };
        let new = match tree.expr(id) {
            _ if bases[id.index()] => Came::Nothing,
            Expr::Number(number) => Came::Number(Some(number)),
            Expr::Bool(held) => Came::Condition(Some(held)),
            Expr::Name | Expr::Attribute { .. } => {
                let path = path(source, tree, id).unwrap_or_default();
                let value = values.get(&path);
                let name = path.join(".");
                if !read.iter().any(|(known, _)| *known == name) {
                    read.push((name, value));
                }
                Came::Number(value)
            }
            Expr::Paren(inner) => came.get(inner.index()).copied().unwrap_or(Came::Nothing),
            Expr::Unary { op: UnaryOp::Negate, operand } => Came::Number(number(operand).map(|number| -number)),
            Expr::Unary { op: UnaryOp::Plus, operand } => Came::Number(number(operand)),
            Expr::Unary { op: UnaryOp::Not | UnaryOp::Invert, operand } => {
                Came::Condition(condition(operand).map(|held| !held))
            }
            Expr::Binary { op: BinaryOp::And | BinaryOp::BitAnd, left, right, .. } => {
                Came::Condition(both(condition(left), condition(right)))
            }
            Expr::Binary { op: BinaryOp::Or | BinaryOp::BitOr, left, right, .. } => {
                let turned = both(condition(left).map(|held| !held), condition(right).map(|held| !held));
                Came::Condition(turned.map(|held| !held))
            }
            Expr::Binary { op, left, right, .. } => Came::Number(
                number(left).zip(number(right)).and_then(|(a, b)| arithmetic(op, a, b)).filter(|it| !it.is_nan()),
            ),
            Expr::Compare { first, rest } => {
                let mut left = first;
                let mut all = Some(true);
                for &(op, _, right) in tree.comparisons(rest) {
                    let held = number(left).zip(number(right)).map(|(a, b)| compare(op, a, b));
                    all = both(all, held);
                    left = right;
                }
                Came::Condition(all)
            }
            _ => Came::Nothing,
        };
        came.push(new);
    }
    let held = match came.get(root.index()) {
        Some(Came::Condition(held)) => *held,
        _ => None,
    };
    (held, read)
}

/// Which expressions are the base of an attribute.
pub(super) fn bases(tree: &Tree) -> Vec<bool> {
    let mut bases = vec![false; tree.len()];
    for id in tree.ids() {
        if let Expr::Attribute { base, .. } = tree.expr(id) {
            bases[base.index()] = true;
        }
    }
    bases
}

/// `and` of what may be unknown: false is false whatever the other is.
fn both(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn compare(op: CompareOp, a: f64, b: f64) -> bool {
    match op {
        CompareOp::Less => a < b,
        CompareOp::LessEqual => a <= b,
        CompareOp::Greater => a > b,
        CompareOp::GreaterEqual => a >= b,
        CompareOp::Equal => a == b,
        CompareOp::NotEqual => a != b,
    }
}

/// Arithmetic as in scripts; `None` for what is none.
pub(super) fn arithmetic(op: BinaryOp, a: f64, b: f64) -> Option<f64> {
    Some(match op {
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => a * b,
        BinaryOp::Divide => a / b,
        BinaryOp::FloorDivide => (a / b).floor(),
        BinaryOp::Remainder => a - b * (a / b).floor(),
        BinaryOp::Power => a.powf(b),
        BinaryOp::Or | BinaryOp::And | BinaryOp::BitOr | BinaryOp::BitAnd => return None,
    })
}

/// A figure as a message shows it: about six digits, no grouping, so that it can be copied back into a condition.
pub(super) fn plain(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{}", value + 0.0);
    }
    let magnitude = value.abs().log10().floor() as i32;
    let decimals = (5 - magnitude).clamp(0, 12) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
