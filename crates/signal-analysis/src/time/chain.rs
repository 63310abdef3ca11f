//! The chain of calls that forces a warm-up, outermost first.

use signal_syntax::ExprId;

use crate::Warmups;

/// Longest chain that is told; people write three links, machines may write any number.
const LONGEST: usize = 32;

/// A part of the chain that adds bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The call or index.
    pub id: ExprId,
    /// Bars that it adds to what is inside it.
    pub adds: u64,
}

/// The calls and indexes that add up to the warm-up of `id`, outermost first, at most 32 of them. It follows names to
/// their definitions.
pub fn chain(warmups: &Warmups, id: ExprId) -> impl Iterator<Item = Link> + '_ {
    let first = if warmups.of(id).adds > 0 { Some(id) } else { warmups.of(id).via };
    let links = std::iter::successors(first, |&id| warmups.of(id).via);
    links.take(LONGEST).map(|id| Link { id, adds: warmups.of(id).adds })
}
