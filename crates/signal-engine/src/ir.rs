//! What there is to compute, as a list of nodes in which operands come before what uses them.
//!
//! Types are settled when a node is made (conversions are nodes of their own), and equal nodes are one node: the same call
//! written twice is computed once.

use std::collections::HashMap;

use signal_catalog::PriceColumn;
use signal_syntax::{BinaryOp, CompareOp};
use signal_text::Span;

use crate::arithmetic;
use crate::operators::Operator;
use crate::series::truth;
use crate::talib::Function;

/// Index of a node in its [`Nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NodeId(u32);

impl NodeId {
    /// Position in the list.
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A number that can be compared and hashed: by its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Real(u64);

impl Real {
    pub(crate) fn new(number: f64) -> Self {
        Self(number.to_bits())
    }

    pub(crate) const fn get(self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// What a node computes. Operands are of the type that the operation takes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Op {
    /// A constant number.
    Number(Real),
    /// A constant boolean.
    Boolean(bool),
    /// A column of the bars.
    Column(PriceColumn),
    /// Whether a number counts as true.
    Truth(NodeId),
    /// A boolean as 1 or 0.
    Unit(NodeId),
    /// Numbers to a number; `and`, `or` and the bit operators are [`Op::Both`] and [`Op::Either`].
    Arithmetic(BinaryOp, NodeId, NodeId),
    /// A number with its sign turned.
    Negate(NodeId),
    /// Booleans: both.
    Both(NodeId, NodeId),
    /// Booleans: one or both.
    Either(NodeId, NodeId),
    /// A boolean turned.
    Not(NodeId),
    /// Numbers compared.
    Compare(CompareOp, NodeId, NodeId),
    /// By a boolean: one of two numbers, or one of two booleans.
    Select {
        /// The boolean.
        condition: NodeId,
        /// Where it holds.
        then: NodeId,
        /// Elsewhere.
        otherwise: NodeId,
    },
    /// The value this many bars ago.
    Shift(NodeId, u64),
    /// The value on this bar of the range, on every bar.
    At(NodeId, u64),
    /// A function of TA-Lib.
    Talib {
        /// Which.
        function: Function,
        /// Numbers.
        inputs: Box<[NodeId]>,
        /// Its parameters.
        params: Box<[Real]>,
    },
    /// An operator of the engine's own.
    Operator {
        /// Which.
        operator: &'static Operator,
        /// Numbers or booleans, as the operator takes them.
        inputs: Box<[NodeId]>,
        /// Its parameters.
        params: Box<[Real]>,
    },
    /// One of several outputs.
    Output(NodeId, usize),
    /// A name that can't be computed; an error only if something needs it.
    Unsupported(Box<str>),
}

impl Op {
    /// Calls `visit` for every operand.
    pub(crate) fn operands(&self, mut visit: impl FnMut(NodeId)) {
        match self {
            Self::Number(_) | Self::Boolean(_) | Self::Column(_) | Self::Unsupported(_) => {}
            Self::Truth(a)
            | Self::Unit(a)
            | Self::Negate(a)
            | Self::Not(a)
            | Self::Shift(a, _)
            | Self::At(a, _)
            | Self::Output(a, _) => visit(*a),
            Self::Arithmetic(_, a, b) | Self::Both(a, b) | Self::Either(a, b) | Self::Compare(_, a, b) => {
                visit(*a);
                visit(*b);
            }
            Self::Select { condition, then, otherwise } => {
                visit(*condition);
                visit(*then);
                visit(*otherwise);
            }
            Self::Talib { inputs, .. } | Self::Operator { inputs, .. } => inputs.iter().copied().for_each(visit),
        }
    }
}

/// The nodes of a program with the places they come from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nodes {
    ops: Vec<Op>,
    spans: Vec<Span>,
    known: HashMap<Op, NodeId>,
}

impl Nodes {
    /// The node that computes `op`, made if there is none yet. Operations on constants become constants.
    pub(crate) fn push(&mut self, op: Op, span: Span) -> NodeId {
        let op = self.fold(&op).unwrap_or(op);
        if let Some(&known) = self.known.get(&op) {
            return known;
        }
        let id = NodeId(self.ops.len() as u32);
        self.ops.push(op.clone());
        self.spans.push(span);
        self.known.insert(op, id);
        id
    }

    /// How many nodes there are.
    pub(crate) fn len(&self) -> usize {
        self.ops.len()
    }

    /// What a node computes.
    pub(crate) fn op(&self, id: NodeId) -> &Op {
        &self.ops[id.index()]
    }

    /// Where it was first written.
    pub(crate) fn span(&self, id: NodeId) -> Span {
        self.spans[id.index()]
    }

    /// All nodes, operands first.
    pub(crate) fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.ops.len() as u32).map(NodeId)
    }

    /// For each node how often `roots` and what they need use it; 0: not needed.
    pub(crate) fn uses(&self, roots: &[NodeId]) -> Vec<u32> {
        let mut uses = vec![0u32; self.len()];
        for root in roots {
            uses[root.index()] += 1;
        }
        for id in self.ids().rev() {
            if uses[id.index()] > 0 {
                self.op(id).operands(|operand| uses[operand.index()] += 1);
            }
        }
        uses
    }

    fn number(&self, id: NodeId) -> Option<f64> {
        match self.op(id) {
            Op::Number(number) => Some(number.get()),
            _ => None,
        }
    }

    fn boolean(&self, id: NodeId) -> Option<bool> {
        match self.op(id) {
            Op::Boolean(boolean) => Some(*boolean),
            _ => None,
        }
    }

    fn fold(&self, op: &Op) -> Option<Op> {
        let number = |number: f64| Op::Number(Real::new(number));
        Some(match *op {
            Op::Truth(a) => Op::Boolean(truth(self.number(a)?)),
            Op::Unit(a) => number(f64::from(u8::from(self.boolean(a)?))),
            Op::Arithmetic(op, a, b) => number(arithmetic::apply(op, self.number(a)?, self.number(b)?)),
            Op::Negate(a) => number(-self.number(a)?),
            Op::Both(a, b) => Op::Boolean(self.boolean(a)? & self.boolean(b)?),
            Op::Either(a, b) => Op::Boolean(self.boolean(a)? | self.boolean(b)?),
            Op::Not(a) => Op::Boolean(!self.boolean(a)?),
            Op::Compare(op, a, b) => Op::Boolean(arithmetic::holds(op, self.number(a)?, self.number(b)?)),
            Op::Select { condition, then, otherwise } => {
                let chosen = if self.boolean(condition)? { then } else { otherwise };
                match (self.op(then), self.op(otherwise)) {
                    (Op::Number(_), Op::Number(_)) | (Op::Boolean(_), Op::Boolean(_)) => self.op(chosen).clone(),
                    _ => return None,
                }
            }
            _ => return None,
        })
    }
}
