//! Which expressions are surely the same value: one number each, however it is written.
//!
//! Names stand for what they are bound to, parentheses, unary plus and `x[-1]` (the current bar) for what is inside,
//! left-out inputs for their columns, left-out parameters for their defaults, other names of a TA-Lib function for that
//! function. `a + b` is `b + a`, `a > b` is `b < a`. Calls that the catalog does not know may give something else each
//! time, so every one of them is a value of its own.

mod nodes;
mod numbering;

use signal_catalog::{Catalog, PriceColumn};
use signal_syntax::{BinaryOp, Bindings, CompareOp, Constants, ExprId, Tree, UnaryOp};
use signal_text::Source;

use crate::Calls;

/// The number of a value. A value's parts have lower numbers than itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueId(u32);

impl ValueId {
    /// The end of a list of values.
    pub const NONE: Self = Self(0);

    /// Position in [`Values::nodes`].
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A text that values are told apart by; [`Values::symbol`] has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Symbol(u32);

/// What a value is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// Nothing: the end of a list, an input that is left out.
    Nothing,
    /// Unlike any other value.
    Unique(u32),
    /// A number, by its bits.
    Number(u64),
    /// True or false.
    Bool(bool),
    /// A text, as it is written.
    Text(Symbol),
    /// A column of bar data.
    Column(PriceColumn),
    /// Another name that nothing in the script binds.
    Variable(Symbol),
    /// An operator before its operand.
    Unary(UnaryOp, ValueId),
    /// An operator between its operands; where their order does not matter, the lower one first.
    Binary(BinaryOp, ValueId, ValueId),
    /// `<`, `<=`, `==` or `!=` between two values.
    Compare(CompareOp, ValueId, ValueId),
    /// `(condition, (then, otherwise))`.
    Conditional(ValueId, ValueId),
    /// So many bars ago.
    Shift(ValueId, u32),
    /// `base[index]` otherwise.
    Index(ValueId, ValueId),
    /// An attribute that no output has.
    Attribute(ValueId, Symbol),
    /// A link of a list: a value, and the rest.
    Link(ValueId, ValueId),
    /// A call of a function by the name that it and its like go by, in capitals where TA-Lib has it: inputs, then parameters.
    Call(Symbol, ValueId, ValueId),
    /// One of the outputs of a call, or one of the parts that a tuple target takes.
    Output(ValueId, u32),
}

/// The values of a script.
#[derive(Debug, Default)]
pub struct Values {
    /// One entry an expression.
    of: Vec<ValueId>,
    nodes: Vec<Node>,
    symbols: Vec<Box<str>>,
    /// Whether each is surely a condition.
    conditions: Vec<bool>,
}

impl Values {
    /// Numbers them in one pass: operands come before operators, and definitions before uses.
    #[must_use]
    pub fn new<'a>(
        source: &'a Source,
        tree: &'a Tree,
        catalog: &'a Catalog,
        bindings: &Bindings,
        constants: &Constants,
        calls: &Calls<'a>,
    ) -> Self {
        numbering::number(source, tree, catalog, bindings, constants, calls)
    }

    /// The value of an expression.
    #[must_use]
    pub fn of(&self, id: ExprId) -> ValueId {
        self.of.get(id.index()).copied().unwrap_or(ValueId::NONE)
    }

    /// What a value is made of.
    #[must_use]
    pub fn node(&self, id: ValueId) -> Node {
        self.nodes.get(id.index()).copied().unwrap_or(Node::Nothing)
    }

    /// All values, parts before what they are parts of.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// All ids, in the order of [`Values::nodes`].
    pub fn ids(&self) -> impl Iterator<Item = ValueId> + use<> {
        (0..self.nodes.len() as u32).map(ValueId)
    }

    /// The text behind a symbol.
    #[must_use]
    pub fn symbol(&self, symbol: Symbol) -> &str {
        self.symbols.get(symbol.0 as usize).map_or("", |text| text)
    }

    /// Whether a value is surely true or false.
    #[must_use]
    pub fn is_condition(&self, id: ValueId) -> bool {
        self.conditions.get(id.index()).is_some_and(|is| *is)
    }

    /// The values of a list.
    pub fn list(&self, mut list: ValueId) -> impl Iterator<Item = ValueId> + '_ {
        std::iter::from_fn(move || match self.node(list) {
            Node::Link(value, rest) => {
                list = rest;
                Some(value)
            }
            _ => None,
        })
    }

    /// A value that is a number known beforehand.
    #[must_use]
    pub fn number(&self, id: ValueId) -> Option<f64> {
        match self.node(id) {
            Node::Number(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }
}
