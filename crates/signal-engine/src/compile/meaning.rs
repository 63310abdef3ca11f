//! What an expression means to the compiler.

use std::rc::Rc;

use signal_market::Ticker;
use signal_syntax::List;

use super::OutputNames;
use crate::ir::NodeId;
use crate::operators::Type;
use crate::outcome::Side;
use crate::program::{ActionKind, Sizing};

/// The meaning of an expression. Items stay places in the tree, so that nothing nests here.
#[derive(Clone, Debug)]
pub(super) enum Meaning {
    /// Numbers.
    Number(NodeId),
    /// Booleans.
    Boolean(NodeId),
    /// A call of several outputs.
    Outputs(NodeId, OutputNames),
    /// A text.
    Text(Rc<str>),
    /// `None`, or what a statement returns.
    Nothing,
    /// A list or tuple.
    Items(List),
    /// `Weight(...)` and its like.
    Sizing(Sizing, NodeId),
    /// `entry(...)` or `exit(...)`.
    Action(Rc<Action>),
    /// `emit_signal(...)`, by its place among the signals.
    Signal(usize),
    /// A name that is called.
    Callee,
}

/// An entry or exit.
#[derive(Clone, Debug)]
pub(super) struct Action {
    pub(super) kind: ActionKind,
    pub(super) ticker: Ticker,
    pub(super) side: Option<Side>,
    pub(super) sizing: Sizing,
    pub(super) size: NodeId,
}

impl Meaning {
    /// Number or boolean, if it is either.
    pub(super) fn value_type(&self) -> Option<Type> {
        match self {
            Self::Number(_) | Self::Outputs(..) => Some(Type::Number),
            Self::Boolean(_) => Some(Type::Boolean),
            _ => None,
        }
    }

    /// In words, for messages: "a text".
    pub(super) fn describe(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Boolean(_) => "a condition",
            Self::Outputs(..) => "a call of several outputs",
            Self::Text(_) => "a text",
            Self::Nothing => "None",
            Self::Items(_) => "a list",
            Self::Sizing(..) => "a sizing",
            Self::Action(_) => "an action",
            Self::Signal(_) => "a signal",
            Self::Callee => "a function",
        }
    }
}
