//! What a name is bound to, tuple targets included, and what stands behind a chain of names.

use signal_syntax::{Bindings, Definition, ExprId, StatementKind, Tree};

/// The expression that a definition's name takes its value from: in `a, b = x, y` the item of its own, in
/// `a, b = f()` the whole call. `None` where the statement did not parse.
#[must_use]
pub fn value_of(tree: &Tree, definition: &Definition) -> Option<ExprId> {
    if definition.value.is_some() {
        return definition.value;
    }
    let StatementKind::Assign { value, .. } = tree.statements().get(definition.statement)?.kind else {
        return None;
    };
    Some(value)
}

/// Names between a use and what it comes to that are followed. People write one; a chain as long as a hostile script would
/// be walked for each of its uses.
const HOPS: usize = 8;

/// The expression behind names and parentheses. A name that takes one of several values is not followed.
pub(crate) fn behind_names(tree: &Tree, bindings: &Bindings, id: ExprId) -> ExprId {
    let mut id = tree.unparenthesized(id);
    for _ in 0..HOPS {
        let Some(value) = bindings.of(id).and_then(|definition| bindings.definition(definition).value) else { break };
        id = tree.unparenthesized(value);
    }
    id
}
