//! The comparisons of a script with what is known of them, and the chains of `and` and `or` that rules take apart.

use signal_syntax::{BinaryOp, CompareOp, Expr, ExprId, Tree, UnaryOp};
use signal_text::Span;

use crate::maps::Set;
use crate::wording::short;
use crate::{Conflict, Facts, Node, Range, ValueId};

/// One comparison, be it alone or a link of a chain: `20 < x < 80` has two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// The expression that it stands in.
    pub id: ExprId,
    /// The operator.
    pub op: CompareOp,
    /// Where the operator stands.
    pub op_span: Span,
    /// Its left operand.
    pub left: ExprId,
    /// Its right operand.
    pub right: ExprId,
    /// Whether it holds: never, always, or now and then.
    pub verdict: Range,
    /// Both operands are the same value.
    pub same: bool,
}

impl Comparison {
    /// From the left operand to the right one.
    #[must_use]
    pub fn span(&self, facts: &Facts<'_>) -> Span {
        Span::new(facts.span(self.left).start, facts.span(self.right).end)
    }

    /// Whether it asks for equality, or for none.
    #[must_use]
    pub const fn is_equality(&self) -> bool {
        matches!(self.op, CompareOp::Equal | CompareOp::NotEqual)
    }
}

/// All comparisons of values that vary, in the order of the arena. What compares settings with each other is none of them:
/// `use_filter == 1` is a switch.
pub(crate) fn comparisons(facts: &Facts<'_>) -> Vec<Comparison> {
    let tree = facts.tree();
    let mut found = Vec::new();
    for &id in facts.operations() {
        let Expr::Compare { first, rest } = tree.expr(id) else { continue };
        let mut left = first;
        for &(op, op_span, right) in tree.comparisons(rest) {
            let (a, b) = (facts.values().of(left), facts.values().of(right));
            if !is_settled(facts, a) || !is_settled(facts, b) {
                let verdict = facts.ranges().compared(facts.values(), op, a, b);
                found.push(Comparison { id, op, op_span, left, right, verdict, same: a == b });
            }
            left = right;
        }
    }
    found
}

/// Whether a value is the same on every bar because the script says so: a number, a text, a switch.
pub(crate) fn is_settled(facts: &Facts<'_>, value: ValueId) -> bool {
    matches!(facts.values().node(value), Node::Number(_) | Node::Text(_) | Node::Bool(_) | Node::Nothing)
}

/// How many expressions are looked at to find the part of a chain that a message is about.
const LOOKED_AT: usize = 10_000;

/// Where the parts of a conflict are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts {
    /// The part that comes first.
    pub(crate) first: Part,
    /// The part that does not go with it.
    pub(crate) second: Part,
}

/// A part of a chain.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// The part itself, maybe in the definition of a name.
    pub(crate) written: ExprId,
    /// What stands for it in the chain: itself, or a name.
    pub(crate) operand: ExprId,
    /// A `not` around it turns it.
    pub(crate) negated: bool,
}

impl Part {
    /// The part as a message shows it.
    pub(crate) fn text(&self, facts: &Facts<'_>) -> String {
        let text = short(facts.text(self.written));
        if self.negated { format!("not {text}") } else { text }
    }
}

/// Finds where the parts of a conflict are written.
pub(crate) fn parts(facts: &Facts<'_>, chain: ExprId, conflict: &Conflict) -> Option<Parts> {
    // Of an `or` the excluded cases were looked at.
    let find = |(value, wanted)| find(facts, chain, value, wanted == conflict.always);
    Some(Parts { first: find(conflict.first)?, second: find(conflict.second)? })
}

fn find(facts: &Facts<'_>, chain: ExprId, value: ValueId, turned: bool) -> Option<Part> {
    let tree = facts.tree();
    // An expression, the name in the chain through which it was reached, whether it is negated.
    let mut stack = vec![(chain, None, false)];
    for _ in 0..LOOKED_AT {
        let (id, through, negated) = stack.pop()?;
        let part = Part { written: id, operand: through.unwrap_or(id), negated };
        let is_it = negated == turned && facts.values().of(id) == value;
        if id != chain && is_it && !matches!(tree.expr(id), Expr::Name | Expr::Paren(_)) {
            return Some(part);
        }
        match tree.expr(id) {
            Expr::Paren(inner) => stack.push((inner, through, negated)),
            Expr::Unary { op: UnaryOp::Not | UnaryOp::Invert, operand: inner } => {
                stack.push((inner, through, !negated))
            }
            Expr::Binary { op, left, right, .. } if chain_op(op).is_some() => {
                stack.extend([(right, through, negated), (left, through, negated)]);
            }
            Expr::Name => {
                let definition = facts.bindings.of(id).map(|definition| facts.bindings.definition(definition));
                match definition.and_then(|definition| definition.value) {
                    Some(bound) => stack.push((bound, through.or(Some(id)), negated)),
                    None if is_it => return Some(part),
                    None => {}
                }
            }
            Expr::Compare { rest, .. } if rest.len() > 1 && has_link(facts, id, value) => return Some(part),
            _ => {}
        }
    }
    None
}

/// Whether a chain of comparisons has a link of this value.
fn has_link(facts: &Facts<'_>, chain: ExprId, value: ValueId) -> bool {
    let values = facts.values();
    let mut rest = values.of(chain);
    while let Node::Binary(BinaryOp::And, a, b) = values.node(rest) {
        if a == value || b == value {
            return true;
        }
        // All links before the last are one of the two, and it is made of links again.
        rest = if matches!(values.node(a), Node::Binary(..)) { a } else { b };
    }
    false
}

/// The sort of a chain that an operator makes: `and` or `or`.
pub(crate) const fn chain_op(op: BinaryOp) -> Option<BinaryOp> {
    match op {
        BinaryOp::And | BinaryOp::BitAnd => Some(BinaryOp::And),
        BinaryOp::Or | BinaryOp::BitOr => Some(BinaryOp::Or),
        _ => None,
    }
}

/// What each expression is an operand of, by its index.
pub(crate) fn parents(tree: &Tree) -> Vec<Option<ExprId>> {
    let mut parents = vec![None; tree.len()];
    for id in tree.ids() {
        tree.for_each_child(id, |child| parents[child.index()] = Some(id));
    }
    parents
}

/// Whether an expression stands where nothing around it can bind tighter: in brackets, as an argument, or by itself.
pub(crate) fn stands_free(facts: &Facts<'_>, id: ExprId) -> bool {
    match facts.parent(id).map(|parent| facts.tree().expr(parent)) {
        None | Some(Expr::Paren(_) | Expr::Call { .. } | Expr::List(_)) => true,
        Some(_) => false,
    }
}

/// The `[-1]` behind names and brackets that makes an expression the current bar of something.
pub(crate) fn current_bar_index(facts: &Facts<'_>, mut id: ExprId) -> Option<ExprId> {
    /// Names that are followed.
    const HOPS: usize = 8;
    let tree = facts.tree();
    for _ in 0..HOPS {
        id = tree.unparenthesized(id);
        match tree.expr(id) {
            Expr::Index { index, .. } if facts.constants.number(index) == Some(-1.0) => return Some(index),
            Expr::Name => id = facts.bindings.definition(facts.bindings.of(id)?).value?,
            _ => return None,
        }
    }
    None
}

/// Findings that are made once for a place.
pub(crate) type Seen = Set<ExprId>;
