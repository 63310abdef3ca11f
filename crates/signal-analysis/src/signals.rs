//! The signals that a script emits.

use signal_catalog::Kind;
use signal_syntax::{ExprId, Tree};
use signal_text::Source;

use crate::calls::Calls;

/// One `emit_signal(condition, action)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The call.
    pub id: ExprId,
    /// Line it begins on, from 1.
    pub line: u32,
    /// When it fires.
    pub condition: Option<ExprId>,
    /// What it asks for.
    pub action: Option<ExprId>,
}

/// All of them, in the order of the text.
pub(crate) fn signals(source: &Source, tree: &Tree, calls: &Calls<'_>) -> Vec<Signal> {
    calls
        .iter()
        .filter(|call| call.entry.is_some_and(|entry| entry.kind == Kind::Signal))
        .map(|call| Signal {
            id: call.id,
            line: source.line_column(tree.span(call.id).start).line,
            condition: call.arguments.first().map(|argument| argument.value),
            action: call.arguments.get(1).map(|argument| argument.value),
        })
        .collect()
}
