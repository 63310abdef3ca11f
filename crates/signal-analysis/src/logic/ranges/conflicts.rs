//! Chains of `and` whose parts can't hold together, and chains of `or` one of which always does.
//!
//! What each part asks of a value is gathered through names, brackets and `not`, and intersected. An `or` is taken as
//! the `and` of what it excludes.

use signal_syntax::{BinaryOp, CompareOp, Expr, ExprId, Tree, UnaryOp};

use super::interval::Range;
use super::{Ranges, operands};
use crate::{Node, ValueId, Values};

/// A chain that can never hold (of `and`), or always does (of `or`), and the two parts that make it so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The chain.
    pub chain: ValueId,
    /// The part that comes first.
    pub first: Demand,
    /// The part that does not go with it.
    pub second: Demand,
    /// It always holds.
    pub always: bool,
}

/// A part of a chain, and whether it has to hold or not to.
pub type Demand = (ValueId, bool);

/// How many different demands of a chain are kept. Those behind them are held against these.
const DEMANDS: usize = 64;

/// How many parts of a chain are looked at.
const PARTS: usize = 4_096;

/// Where chains begin, and what may still be spent on them: a hostile script could have each of many names repeat all
/// of the one before.
pub(super) struct Chains {
    /// By value.
    begins: Vec<bool>,
    budget: usize,
    parts: Vec<Demand>,
    pairs: Vec<Pair>,
    bounds: Vec<Bounds>,
}

/// How two values can lie, as bits.
struct Pair {
    key: (ValueId, ValueId),
    ways: u8,
    from: Demand,
}

const LESS: u8 = 1;
const EQUAL: u8 = 2;
const GREATER: u8 = 4;

/// What a value can be, and the parts that say so.
struct Bounds {
    value: ValueId,
    low: f64,
    high: f64,
    low_from: Option<Demand>,
    high_from: Option<Demand>,
}

/// The sort of a chain: `and` or `or`.
fn chain_op(op: BinaryOp) -> Option<BinaryOp> {
    match op {
        BinaryOp::And | BinaryOp::BitAnd => Some(BinaryOp::And),
        BinaryOp::Or | BinaryOp::BitOr => Some(BinaryOp::Or),
        _ => None,
    }
}

impl Chains {
    pub(super) fn new(tree: &Tree, operations: &[ExprId], values: &Values) -> Self {
        // Scripts without a chain pay nothing.
        let (mut inner, mut begins) = (Vec::new(), Vec::new());
        // Parents come after their operands, so that going backwards every chain is met at its beginning first.
        for &id in operations.iter().rev() {
            let (op, parts) = match tree.expr(id) {
                Expr::Binary { op, left, right, .. } => (chain_op(op), Some([left, right])),
                Expr::Compare { rest, .. } if rest.len() > 1 => (Some(BinaryOp::And), None),
                _ => continue,
            };
            let Some(op) = op else { continue };
            if inner.is_empty() {
                inner = vec![false; tree.len()];
                begins = vec![false; values.nodes().len()];
            }
            if !inner[id.index()] {
                begins[values.of(id).index()] = true;
            }
            for part in parts.into_iter().flatten() {
                let part = tree.unparenthesized(part);
                if let Expr::Binary { op: other, .. } = tree.expr(part)
                    && chain_op(other) == Some(op)
                {
                    inner[part.index()] = true;
                }
            }
        }
        let budget = 8 * values.nodes().len() + PARTS;
        Self { begins, budget, parts: Vec::new(), pairs: Vec::new(), bounds: Vec::new() }
    }

    pub(super) fn begins_at(&self, value: ValueId) -> bool {
        self.begins.get(value.index()).is_some_and(|begins| *begins)
    }

    /// The two parts of a chain that don't go together.
    pub(super) fn conflict(&mut self, values: &Values, ranges: &Ranges, chain: ValueId) -> Option<Conflict> {
        let always = matches!(values.node(chain), Node::Binary(BinaryOp::Or, ..));
        self.pairs.clear();
        self.bounds.clear();
        self.parts.clear();
        self.parts.push((chain, !always));
        let mut left = PARTS.min(self.budget);
        while let Some((part, wanted)) = self.parts.pop() {
            left = left.checked_sub(1)?;
            self.budget = self.budget.saturating_sub(1);
            match (values.node(part), wanted) {
                (Node::Binary(BinaryOp::And, a, b), true) | (Node::Binary(BinaryOp::Or, a, b), false) => {
                    self.parts.extend([(b, wanted), (a, wanted)]);
                }
                (Node::Unary(UnaryOp::Not, a), _) => self.parts.push((a, !wanted)),
                _ => {
                    let second = (part, wanted);
                    // What contradicts itself is impossible by itself.
                    if let Some(first) = self.demand(values, ranges, second).filter(|first| *first != second) {
                        return Some(Conflict { chain, first, second, always });
                    }
                }
            }
        }
        None
    }

    /// Notes what a part asks for; the earlier part that it contradicts.
    fn demand(&mut self, values: &Values, ranges: &Ranges, from: Demand) -> Option<Demand> {
        let (part, wanted) = from;
        match values.node(part) {
            Node::Compare(op, a, b) => {
                self.compare(values, ranges, from, if wanted { op } else { negated(op) }, (a, b))
            }
            Node::Call(function, inputs, _) if wanted => {
                let mut inputs = values.list(inputs);
                let (a, b) = (inputs.next().unwrap_or(ValueId::NONE), inputs.next().unwrap_or(ValueId::NONE));
                match values.symbol(function) {
                    "crossover" => self.compare(values, ranges, from, CompareOp::Greater, (a, b)),
                    "crossunder" => self.compare(values, ranges, from, CompareOp::Less, (a, b)),
                    "between" => {
                        let upper = inputs.next().unwrap_or(ValueId::NONE);
                        let lower = self.compare(values, ranges, from, CompareOp::GreaterEqual, (a, b));
                        lower.or_else(|| self.compare(values, ranges, from, CompareOp::LessEqual, (a, upper)))
                    }
                    _ => self.truth(values, ranges, from),
                }
            }
            _ => self.truth(values, ranges, from),
        }
    }

    fn truth(&mut self, values: &Values, ranges: &Ranges, from: Demand) -> Option<Demand> {
        let (part, wanted) = from;
        if !values.is_condition(part) {
            return None;
        }
        let value = if wanted { 1.0 } else { 0.0 };
        self.bound(ranges, from, part, value, value)
    }

    fn compare(
        &mut self,
        values: &Values,
        ranges: &Ranges,
        from: Demand,
        op: CompareOp,
        (a, b): (ValueId, ValueId),
    ) -> Option<Demand> {
        let before = self.between(ranges, from, op, (a, b));
        let (c, d) = operands(values, a, b);
        let before = before.or_else(|| if (c, d) == (a, b) { None } else { self.between(ranges, from, op, (c, d)) });
        before.or_else(|| self.pair(from, op, (c, d)))
    }

    /// What a comparison says of either side, given what the other one can be.
    fn between(&mut self, ranges: &Ranges, from: Demand, op: CompareOp, (a, b): (ValueId, ValueId)) -> Option<Demand> {
        let (left, right) = (ranges.of(a), ranges.of(b));
        let (low, high) = limits(op, right);
        let first = self.bound(ranges, from, a, low, high);
        let (low, high) = limits(mirrored(op), left);
        first.or_else(|| self.bound(ranges, from, b, low, high))
    }

    /// Narrows what a value can be.
    fn bound(&mut self, ranges: &Ranges, from: Demand, value: ValueId, low: f64, high: f64) -> Option<Demand> {
        let range = ranges.of(value);
        if low <= range.low && high >= range.high {
            return None;
        }
        let at = self.bounds.iter().position(|bounds| bounds.value == value);
        let bounds = match at {
            Some(at) => &mut self.bounds[at],
            None if self.bounds.len() >= DEMANDS => return None,
            None => {
                let Range { low, high, .. } = range;
                self.bounds.push(Bounds { value, low, high, low_from: None, high_from: None });
                self.bounds.last_mut()?
            }
        };
        if low > bounds.low {
            bounds.low = if range.step > 0.0 { (low / range.step).ceil() * range.step } else { low };
            bounds.low_from = Some(from);
        }
        if high < bounds.high {
            bounds.high = if range.step > 0.0 { (high / range.step).floor() * range.step } else { high };
            bounds.high_from = Some(from);
        }
        let (low_from, high_from) = (bounds.low_from?, bounds.high_from?);
        if bounds.low <= bounds.high {
            return None;
        }
        Some(if low_from == from { high_from } else { low_from })
    }

    /// Narrows how two values can lie.
    fn pair(&mut self, from: Demand, op: CompareOp, (a, b): (ValueId, ValueId)) -> Option<Demand> {
        let (key, op) = if a <= b { ((a, b), op) } else { ((b, a), mirrored(op)) };
        let ways = match op {
            CompareOp::Less => LESS,
            CompareOp::LessEqual => LESS | EQUAL,
            CompareOp::Greater => GREATER,
            CompareOp::GreaterEqual => GREATER | EQUAL,
            CompareOp::Equal => EQUAL,
            CompareOp::NotEqual => LESS | GREATER,
        };
        match self.pairs.iter_mut().find(|pair| pair.key == key) {
            Some(pair) if pair.ways & ways == 0 => Some(pair.from),
            Some(pair) => {
                if pair.ways & ways != pair.ways {
                    pair.ways &= ways;
                    pair.from = from;
                }
                None
            }
            None => {
                if self.pairs.len() < DEMANDS {
                    self.pairs.push(Pair { key, ways, from });
                }
                None
            }
        }
    }
}

/// What `x op other` leaves for `x`.
fn limits(op: CompareOp, other: Range) -> (f64, f64) {
    const NONE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
    match op {
        CompareOp::Less if other.high.is_finite() => (NONE.0, other.high.next_down()),
        CompareOp::LessEqual => (NONE.0, other.high),
        CompareOp::Greater if other.low.is_finite() => (other.low.next_up(), NONE.1),
        CompareOp::GreaterEqual => (other.low, NONE.1),
        CompareOp::Equal => (other.low, other.high),
        CompareOp::Less | CompareOp::Greater | CompareOp::NotEqual => NONE,
    }
}

fn negated(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Less => CompareOp::GreaterEqual,
        CompareOp::LessEqual => CompareOp::Greater,
        CompareOp::Greater => CompareOp::LessEqual,
        CompareOp::GreaterEqual => CompareOp::Less,
        CompareOp::Equal => CompareOp::NotEqual,
        CompareOp::NotEqual => CompareOp::Equal,
    }
}

/// The same comparison with its sides changed.
fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessEqual => CompareOp::GreaterEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterEqual => CompareOp::LessEqual,
        CompareOp::Equal | CompareOp::NotEqual => op,
    }
}
