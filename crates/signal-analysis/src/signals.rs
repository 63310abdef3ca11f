//! The signals that a script emits.

use signal_catalog::Kind;
use signal_syntax::ExprId;

use crate::calls::Calls;

/// One `emit_signal(condition, action)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The call.
    pub id: ExprId,
}

/// All of them, in the order of the text.
pub(crate) fn signals(calls: &Calls<'_>) -> Vec<Signal> {
    calls
        .iter()
        .filter(|call| call.entry.is_some_and(|entry| entry.kind == Kind::Signal))
        .map(|call| Signal { id: call.id })
        .collect()
}
