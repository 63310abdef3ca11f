//! Which expressions the signals of a script read.

use signal_syntax::{Bindings, Expr, ExprId, Tree};

use crate::{Signal, value_of};

/// For every expression whether a signal depends on it. One pass from the last expression to the first: parents come
/// behind their children, and uses behind definitions.
pub(crate) fn read_by_signals(tree: &Tree, bindings: &Bindings, signals: &[Signal]) -> Vec<bool> {
    let mut read = vec![false; tree.len()];
    if signals.is_empty() {
        return read;
    }
    for signal in signals {
        read[signal.id.index()] = true;
    }
    for id in tree.ids().rev() {
        if read[id.index()] {
            parts(tree, bindings, id, |part| read[part.index()] = true);
        }
    }
    read
}

/// The expressions that the value of `id` is made of; for a name what it is bound to.
pub(crate) fn parts(tree: &Tree, bindings: &Bindings, id: ExprId, mut part: impl FnMut(ExprId)) {
    match tree.expr(id) {
        Expr::Number(_) | Expr::String | Expr::Bool(_) | Expr::None | Expr::Error => {}
        Expr::Name => {
            if let Some(definition) = bindings.of(id)
                && let Some(value) = value_of(tree, bindings.definition(definition))
            {
                part(value);
            }
        }
        Expr::Unary { operand, .. } => part(operand),
        Expr::Binary { left, right, .. } => [left, right].into_iter().for_each(part),
        Expr::Compare { first, rest } => {
            part(first);
            tree.comparisons(rest).iter().for_each(|&(_, _, right)| part(right));
        }
        Expr::Conditional { then, condition, otherwise } => [then, condition, otherwise].into_iter().for_each(part),
        Expr::List(items) | Expr::Tuple(items) => tree.items(items).iter().copied().for_each(part),
        Expr::Paren(inner) => part(inner),
        Expr::Attribute { base, .. } => part(base),
        Expr::Index { base, index } => [base, index].into_iter().for_each(part),
        Expr::Call { callee, arguments } => {
            part(callee);
            tree.arguments(arguments).iter().for_each(|argument| part(argument.value));
        }
    }
}
