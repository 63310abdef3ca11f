//! The parts of a condition: what has to hold together for it to hold, so that a run can tell which part kept it from doing so.

use signal_syntax::{BinaryOp, CompareOp, Expr, ExprId, StatementKind};
use signal_text::Span;

use super::{Compiled, Compiler};
use crate::program::Part;

/// A condition is taken apart into so many parts at most; what would make more stays whole.
const MOST_PARTS: usize = 12;

/// What is still to be taken apart.
enum Piece {
    Whole(ExprId),
    /// A link of a chain of comparisons, `20 < x < 80`.
    Link(CompareOp, ExprId, ExprId),
}

impl Compiler<'_> {
    /// The operands of a chain of `and`, in the order of the text, through parentheses and names. None where there is no
    /// chain. Each is a node that the condition is computed from anyway.
    pub(super) fn parts_of(&mut self, condition: ExprId) -> Compiled<Vec<Part>> {
        let mut parts = Vec::new();
        let mut left = vec![Piece::Whole(condition)];
        while let Some(piece) = left.pop() {
            let room = parts.len() + left.len() + 1 < MOST_PARTS;
            let id = match piece {
                Piece::Link(op, a, b) => {
                    let span = Span::new(self.tree.span(a).start, self.tree.span(b).end);
                    parts.push(Part { span, holds: self.compare(op, a, b, span)? });
                    continue;
                }
                Piece::Whole(id) => id,
            };
            let tree = self.tree;
            match tree.expr(self.behind(id)) {
                Expr::Binary { op: BinaryOp::And | BinaryOp::BitAnd, left: a, right: b, .. } if room => {
                    left.extend([Piece::Whole(b), Piece::Whole(a)]);
                }
                Expr::Compare { first, rest } if (2..MOST_PARTS).contains(&rest.len()) && room => {
                    let links = tree.comparisons(rest);
                    let starts = std::iter::once(first).chain(links.iter().map(|(_, _, right)| *right));
                    let links: Vec<_> = starts.zip(links).map(|(a, (op, _, b))| Piece::Link(*op, a, *b)).collect();
                    left.extend(links.into_iter().rev());
                }
                _ => parts.push(Part { span: tree.span(tree.unparenthesized(id)), holds: self.boolean(id)? }),
            }
        }
        if parts.len() < 2 {
            parts.clear();
        }
        Ok(parts)
    }

    /// What parentheses and names stand for. A name is bound before it is read, so this comes to an end.
    fn behind(&self, mut id: ExprId) -> ExprId {
        loop {
            let inner = self.tree.unparenthesized(id);
            let definition = self.bindings.of(inner).map(|definition| self.bindings.definition(definition));
            let statement = definition.map(|definition| self.tree.statements()[definition.statement].kind);
            match statement {
                Some(StatementKind::Assign { targets, value }) if targets.len() == 1 => id = value,
                _ => return inner,
            }
        }
    }
}
