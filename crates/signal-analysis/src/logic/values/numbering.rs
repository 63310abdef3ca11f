//! The pass that numbers the values of a script; calls are in `numbering/call.rs`.

mod call;

use std::collections::hash_map::Entry as Slot;

use signal_catalog::{Catalog, Kind, PriceColumn};
use signal_syntax::{BinaryOp, Bindings, CompareOp, Constants, Expr, ExprId, Tree, UnaryOp};
use signal_text::Source;

use super::nodes::Nodes;
use super::{Node, Symbol, ValueId, Values};
use crate::maps::Map;
use crate::{Call, Calls, value_of};

/// Numbers them all: operands come before operators, and definitions before uses.
pub(super) fn number<'a>(
    source: &'a Source,
    tree: &'a Tree,
    catalog: &'a Catalog,
    bindings: &Bindings,
    constants: &Constants,
    calls: &Calls<'a>,
) -> Values {
    let nodes = Nodes::with_capacity(tree.len() / 2 + 8);
    let values = Values { of: Vec::with_capacity(tree.len()), ..Values::default() };
    let mut pass = Pass {
        source,
        tree,
        catalog,
        bindings,
        constants,
        values,
        nodes,
        symbols: Map::default(),
        columns: [None; 5],
        counts: [None; COUNTS],
        functions: [None; FUNCTIONS],
        scratch: Vec::new(),
    };
    pass.node(Node::Nothing);
    let mut next = calls.iter().peekable();
    for id in tree.ids() {
        let is_call = matches!(tree.expr(id), Expr::Call { .. });
        let call = if is_call { next.next_if(|call| call.id == id) } else { None };
        let value = pass.expression(id, call);
        pass.values.of.push(value);
    }
    Values { nodes: pass.nodes.nodes, ..pass.values }
}

struct Pass<'p, 'a> {
    source: &'a Source,
    tree: &'a Tree,
    catalog: &'a Catalog,
    bindings: &'p Bindings,
    constants: &'p Constants,
    values: Values,
    nodes: Nodes,
    symbols: Map<&'a str, u32>,
    /// Columns and small whole numbers are half of all expressions: each is looked up once.
    columns: [Option<ValueId>; 5],
    counts: [Option<ValueId>; COUNTS],
    /// The functions that were called last, by the places of their names.
    functions: [Option<((usize, usize), Symbol)>; FUNCTIONS],
    scratch: Vec<ValueId>,
}

/// Functions that are kept; a prime number, so that names at even distances do not share a slot.
const FUNCTIONS: usize = 61;

/// Whole numbers below this, periods most of them, have a place of their own.
const COUNTS: usize = 256;

impl<'a> Pass<'_, 'a> {
    #[inline(always)]
    fn node(&mut self, node: Node) -> ValueId {
        let (id, fresh) = self.nodes.number(node);
        if fresh {
            let condition = self.is_condition(node);
            self.values.conditions.push(condition);
        }
        id
    }

    fn is_condition(&self, node: Node) -> bool {
        let is = |id: ValueId| self.values.is_condition(id);
        match node {
            Node::Bool(_) | Node::Compare(..) | Node::Unary(UnaryOp::Not, _) => true,
            Node::Unary(UnaryOp::Invert, inner) | Node::Shift(inner, _) => is(inner),
            Node::Binary(BinaryOp::And | BinaryOp::Or, left, right) => is(left) && is(right),
            Node::Conditional(_, both) => match self.known(both) {
                Node::Link(then, otherwise) => is(then) && is(otherwise),
                _ => false,
            },
            _ => false,
        }
    }

    /// What a value is made of.
    fn known(&self, id: ValueId) -> Node {
        self.nodes.nodes.get(id.index()).copied().unwrap_or(Node::Nothing)
    }

    fn unique(&mut self) -> ValueId {
        self.values.conditions.push(false);
        self.nodes.unique()
    }

    fn symbol(&mut self, text: &'a str) -> Symbol {
        match self.symbols.entry(text) {
            Slot::Occupied(slot) => Symbol(*slot.get()),
            Slot::Vacant(slot) => {
                self.values.symbols.push(text.into());
                Symbol(*slot.insert(self.values.symbols.len() as u32 - 1))
            }
        }
    }

    /// The symbol of a function. Scripts call few, many times; where in memory its name lies tells it at once.
    fn function(&mut self, name: &'a str) -> Symbol {
        let place = (name.as_ptr().addr(), name.len());
        let slot = place.0 % FUNCTIONS;
        match self.functions[slot] {
            Some((known, symbol)) if known == place => symbol,
            _ => {
                let symbol = self.symbol(name);
                self.functions[slot] = Some((place, symbol));
                symbol
            }
        }
    }

    fn number(&mut self, number: f64) -> ValueId {
        // -0 is 0 in every comparison.
        let node = Node::Number((number + 0.0).to_bits());
        let count = number as usize;
        if number < 0.0 || count >= COUNTS || count as f64 != number {
            return self.node(node);
        }
        if let Some(known) = self.counts[count] {
            return known;
        }
        let value = self.node(node);
        self.counts[count] = Some(value);
        value
    }

    /// A value that is a number known beforehand.
    fn number_of(&self, id: ValueId) -> Option<f64> {
        match self.known(id) {
            Node::Number(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    fn column(&mut self, column: PriceColumn) -> ValueId {
        if let Some(known) = self.columns[column as usize] {
            return known;
        }
        let value = self.node(Node::Column(column));
        self.columns[column as usize] = Some(value);
        value
    }

    /// A list of the values in `scratch` from `start` on, which are taken off.
    fn list(&mut self, start: usize) -> ValueId {
        let mut list = ValueId::NONE;
        while self.scratch.len() > start {
            let Some(value) = self.scratch.pop() else { break };
            list = self.node(Node::Link(value, list));
        }
        list
    }

    fn expression(&mut self, id: ExprId, call: Option<&Call<'a>>) -> ValueId {
        if let Some(number) = self.constants.number(id) {
            return self.number(number);
        }
        let tree = self.tree;
        match tree.expr(id) {
            Expr::Number(number) => self.number(number),
            Expr::Bool(boolean) => self.node(Node::Bool(boolean)),
            Expr::String => {
                let text = self.source.slice(tree.span(id));
                let symbol = self.symbol(text.get(1..text.len().saturating_sub(1)).unwrap_or(text));
                self.node(Node::Text(symbol))
            }
            Expr::None => ValueId::NONE,
            Expr::Name => self.name(id),
            Expr::Paren(inner) | Expr::Unary { op: UnaryOp::Plus, operand: inner } => self.values.of(inner),
            Expr::Unary { op, operand } => {
                let operand = self.values.of(operand);
                match (op, self.known(operand)) {
                    (UnaryOp::Negate, Node::Unary(UnaryOp::Negate, inner)) => inner,
                    (UnaryOp::Not | UnaryOp::Invert, Node::Unary(UnaryOp::Not, inner))
                        if self.values.is_condition(inner) =>
                    {
                        inner
                    }
                    (UnaryOp::Invert, _) if self.values.is_condition(operand) => {
                        self.node(Node::Unary(UnaryOp::Not, operand))
                    }
                    _ => self.node(Node::Unary(op, operand)),
                }
            }
            Expr::Binary { op, left, right, .. } => {
                let (mut left, mut right) = (self.values.of(left), self.values.of(right));
                let commutes = !matches!(
                    op,
                    BinaryOp::Subtract
                        | BinaryOp::Divide
                        | BinaryOp::FloorDivide
                        | BinaryOp::Remainder
                        | BinaryOp::Power
                );
                if commutes && left > right {
                    std::mem::swap(&mut left, &mut right);
                }
                // Between conditions `&` is `and`.
                let op = match op {
                    BinaryOp::BitAnd if self.values.is_condition(left) && self.values.is_condition(right) => {
                        BinaryOp::And
                    }
                    BinaryOp::BitOr if self.values.is_condition(left) && self.values.is_condition(right) => {
                        BinaryOp::Or
                    }
                    op => op,
                };
                self.node(Node::Binary(op, left, right))
            }
            Expr::Compare { first, rest } => {
                let mut left = self.values.of(first);
                let mut all = None;
                for &(op, _, right) in tree.comparisons(rest) {
                    let right = self.values.of(right);
                    let holds = self.comparison(op, left, right);
                    all = Some(match all {
                        None => holds,
                        Some(before) => self.node(Node::Binary(BinaryOp::And, holds.min(before), holds.max(before))),
                    });
                    left = right;
                }
                all.unwrap_or(ValueId::NONE)
            }
            Expr::Call { .. } => match call {
                Some(call) => self.call(call),
                None => self.unique(),
            },
            Expr::Index { base, index } => self.index(base, index),
            Expr::Attribute { base, name } => self.attribute(base, self.source.slice(name)),
            Expr::Conditional { then, condition, otherwise } => {
                let (condition, then, otherwise) =
                    (self.values.of(condition), self.values.of(then), self.values.of(otherwise));
                let both = self.node(Node::Link(then, otherwise));
                self.node(Node::Conditional(condition, both))
            }
            Expr::List(items) | Expr::Tuple(items) => {
                let start = self.scratch.len();
                for &item in tree.items(items) {
                    let item = self.values.of(item);
                    self.scratch.push(item);
                }
                self.list(start)
            }
            Expr::Error => self.unique(),
        }
    }

    fn comparison(&mut self, op: CompareOp, left: ValueId, right: ValueId) -> ValueId {
        let (op, left, right) = match op {
            CompareOp::Greater => (CompareOp::Less, right, left),
            CompareOp::GreaterEqual => (CompareOp::LessEqual, right, left),
            CompareOp::Equal | CompareOp::NotEqual => (op, left.min(right), left.max(right)),
            CompareOp::Less | CompareOp::LessEqual => (op, left, right),
        };
        self.node(Node::Compare(op, left, right))
    }

    fn name(&mut self, id: ExprId) -> ValueId {
        if self.bindings.is_callee(id) {
            return ValueId::NONE;
        }
        let text = self.source.slice(self.tree.span(id));
        let Some(definition) = self.bindings.of(id).map(|id| self.bindings.definition(id)) else {
            return self.variable(text);
        };
        match (definition.value, value_of(self.tree, definition)) {
            (Some(value), _) => self.values.of(value),
            (None, Some(whole)) => {
                let whole = self.values.of(whole);
                self.node(Node::Output(whole, u32::try_from(definition.target).unwrap_or(u32::MAX)))
            }
            // Bound by a statement that did not parse.
            (None, None) => self.unique(),
        }
    }

    fn variable(&mut self, name: &'a str) -> ValueId {
        let column = match name {
            "open" => PriceColumn::Open,
            "high" => PriceColumn::High,
            "low" => PriceColumn::Low,
            "close" => PriceColumn::Close,
            "volume" => PriceColumn::Volume,
            _ => {
                let symbol = self.symbol(name);
                return self.node(Node::Variable(symbol));
            }
        };
        if let Some(known) = self.columns[column as usize] {
            return known;
        }
        match self.catalog.get(name) {
            Some(entry) if entry.kind == Kind::Variable => self.column(column),
            _ => {
                let symbol = self.symbol(name);
                self.node(Node::Variable(symbol))
            }
        }
    }

    fn index(&mut self, base: ExprId, index: ExprId) -> ValueId {
        let unwrapped = self.tree.unparenthesized(index);
        if self.tree.expr(unwrapped) == Expr::String {
            let text = self.source.slice(self.tree.span(unwrapped));
            return self.attribute(base, text.get(1..text.len().saturating_sub(1)).unwrap_or(text));
        }
        let (base, value) = (self.values.of(base), self.values.of(index));
        // Items of a list are no bars.
        let back = match (self.constants.number(index), self.known(base)) {
            (_, Node::Link(..) | Node::Nothing) | (None, _) => None,
            (Some(k), _) => (k <= -1.0 && k.fract() == 0.0 && k >= -4e9).then_some((-k - 1.0) as u32),
        };
        match back {
            Some(back) => self.shift(base, back),
            None => self.node(Node::Index(base, value)),
        }
    }

    fn shift(&mut self, base: ValueId, back: u32) -> ValueId {
        match self.known(base) {
            _ if back == 0 => base,
            Node::Shift(inner, more) => self.node(Node::Shift(inner, more.saturating_add(back))),
            _ => self.node(Node::Shift(base, back)),
        }
    }

    fn attribute(&mut self, base: ExprId, name: &'a str) -> ValueId {
        let base = self.values.of(base);
        if let Node::Call(function, ..) = self.known(base)
            && let Some(entry) = self.catalog.get(&self.values.symbol(function).to_lowercase())
            && let Some(place) = entry.signatures.iter().find_map(|signature| signature.output_index(name))
        {
            return self.node(Node::Output(base, place as u32));
        }
        let symbol = self.symbol(name);
        self.node(Node::Attribute(base, symbol))
    }
}
