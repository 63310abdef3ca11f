//! A compiled script: what to compute, and the signals that ask for it.

use signal_catalog::Catalog;
use signal_market::Ticker;
use signal_syntax::{ExprId, Tree};
use signal_text::{Source, Span};

use crate::compile;
use crate::error::CompileError;
use crate::ir::{NodeId, Nodes};
use crate::outcome::Side;

/// A script made ready to run over any bars.
#[derive(Clone, Debug)]
pub struct Program {
    pub(crate) nodes: Nodes,
    pub(crate) signals: Vec<Signal>,
    /// For each expression of the tree what computes it, if anything does.
    pub(crate) values: Vec<Option<NodeId>>,
    /// The value of the last statement; of an `emit_signal` its condition.
    pub(crate) last: Option<NodeId>,
    /// Where the last statement stands.
    pub(crate) last_span: Span,
}

/// One `emit_signal(condition, action)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// The whole call.
    pub span: Span,
    /// The condition in it.
    pub condition: Span,
    /// Entry or exit.
    pub action: ActionKind,
    /// The ticker that it names.
    pub ticker: Ticker,
    /// Its side; `None` for an exit that closes either.
    pub side: Option<Side>,
    /// How an entry is sized; `Weight` for an exit, where it means nothing.
    pub sizing: Sizing,
    /// The operands where the condition is a chain of `and`; none where it is not.
    pub parts: Vec<Part>,
    pub(crate) holds: NodeId,
    pub(crate) size: NodeId,
}

/// A part of a condition: it holds only where all of its parts do.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Where it stands; a name where a name stands for it.
    pub span: Span,
    pub(crate) holds: NodeId,
}

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActionKind {
    /// `entry(...)`
    Entry,
    /// `exit(...)`
    Exit,
}

/// Unit of an entry's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sizing {
    /// Fraction of the equity.
    Weight,
    /// Quote currency.
    Cash,
    /// Units of the base currency.
    Shares,
}

impl Program {
    /// Compiles a script.
    ///
    /// Everything that is written is checked; what is computed is only what a signal (or [`evaluate`](crate::evaluate)) needs.
    ///
    /// # Errors
    /// [`CompileError`] at the first statement that did not parse, name that is not known, call that fits no signature, or
    /// value of a type that its place does not take.
    pub fn compile(source: &Source, tree: &Tree, catalog: &Catalog) -> Result<Self, CompileError> {
        compile::compile(source, tree, catalog)
    }

    /// The signals in the order of the script.
    #[must_use]
    pub fn signals(&self) -> &[Signal] {
        &self.signals
    }

    /// What computes an expression; `None` for texts, actions and the like.
    pub(crate) fn node(&self, expr: ExprId) -> Option<NodeId> {
        self.values.get(expr.index()).copied().flatten()
    }
}
