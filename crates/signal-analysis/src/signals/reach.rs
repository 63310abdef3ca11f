//! Which expressions the signals of a script read.

use signal_syntax::{Bindings, ExprId, Tree};

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
    let definition = bindings.of(id).map(|definition| bindings.definition(definition));
    match definition.and_then(|definition| value_of(tree, definition)) {
        Some(value) => part(value),
        None => tree.for_each_child(id, part),
    }
}
