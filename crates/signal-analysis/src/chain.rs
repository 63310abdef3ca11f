//! The chain of calls that forces a warm-up, outermost first.

use signal_syntax::{Expr, ExprId, Tree};

use crate::Warmups;

/// A part of the chain that adds bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The call or index.
    pub id: ExprId,
    /// Bars up to and including it.
    pub total: u64,
    /// Bars that it adds to what is inside it.
    pub adds: u64,
}

/// The calls and indexes that add up to the warm-up of `id`, outermost first. It follows names to their definitions.
#[must_use]
pub fn chain(tree: &Tree, warmups: &Warmups, id: ExprId) -> Vec<Link> {
    let mut links = Vec::new();
    let mut at = Some(id);
    while let Some(id) = at {
        let own = warmups.of(id);
        let inner = own.via.map_or(0, |part| warmups.of(part).bars);
        if own.bars > inner && matches!(tree.expr(id), Expr::Call { .. } | Expr::Index { .. }) {
            links.push(Link { id, total: own.bars, adds: own.bars - inner });
        }
        at = own.via;
    }
    links
}
