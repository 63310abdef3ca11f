//! Expressions by what they are, so that what is about a few of them does not go over all.

use signal_syntax::{Bindings, Expr, ExprId, Tree};

/// Expressions of a script by kind, each list in the order of the arena.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    /// What is made of other expressions by operators, indexes, dots, commas or `if`: all but names, literals, parentheses and
    /// calls of names. What did not parse is there too.
    pub operations: Vec<ExprId>,
    /// Names that are read as values.
    pub names: Vec<ExprId>,
    /// Calls of names.
    pub calls: Vec<ExprId>,
}

impl Kinds {
    /// Sorts them in one pass.
    #[must_use]
    pub fn new(tree: &Tree, bindings: &Bindings) -> Self {
        // About what scripts need; untouched memory costs nothing.
        let mut kinds = Self {
            operations: Vec::with_capacity(tree.len() / 6 + 4),
            names: Vec::with_capacity(tree.len() / 3 + 4),
            calls: Vec::with_capacity(tree.len() / 5 + 4),
        };
        for id in tree.ids() {
            match tree.expr(id) {
                Expr::Name if bindings.is_callee(id) => {}
                Expr::Name => kinds.names.push(id),
                Expr::Number(_) | Expr::String | Expr::Bool(_) | Expr::None | Expr::Paren(_) => {}
                Expr::Call { callee, .. } if matches!(tree.expr(callee), Expr::Name) => kinds.calls.push(id),
                Expr::Call { .. }
                | Expr::Unary { .. }
                | Expr::Binary { .. }
                | Expr::Compare { .. }
                | Expr::Index { .. }
                | Expr::Attribute { .. }
                | Expr::Conditional { .. }
                | Expr::List(_)
                | Expr::Tuple(_)
                | Expr::Error => kinds.operations.push(id),
            }
        }
        kinds
    }
}
