//! What a name is bound to, tuple targets included.

use signal_syntax::{Definition, ExprId, StatementKind, Tree};

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
