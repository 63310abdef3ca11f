//! The signals that a script emits.

use signal_catalog::Kind;
use signal_syntax::ExprId;

use crate::calls::{Call, Calls};

/// One `emit_signal(condition, action)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The call.
    pub id: ExprId,
    /// When it fires.
    pub condition: Option<ExprId>,
    /// What it asks for.
    pub action: Option<ExprId>,
}

/// All of them, in the order of the text.
pub(crate) fn signals(calls: &Calls<'_>) -> Vec<Signal> {
    let argument = |call: &Call<'_>, n: usize| call.arguments.get(n).map(|argument| argument.value);
    calls
        .iter()
        .filter(|call| call.entry.is_some_and(|entry| entry.kind == Kind::Signal))
        .map(|call| Signal { id: call.id, condition: argument(call, 0), action: argument(call, 1) })
        .collect()
}
