//! What numbers the values of a script can be, and which conditions can never, or always, hold.
//!
//! `interval.rs` has bounds and arithmetic on them, `functions.rs` what calls give, `order.rs` what is known of pairs
//! (`low <= close`), `conflicts.rs` conditions that contradict each other.

mod conflicts;
mod functions;
mod interval;
mod order;

use signal_syntax::{BinaryOp, CompareOp, ExprId, Tree, UnaryOp};

use crate::{Node, ValueId, Values};

pub use conflicts::{Conflict, Demand};
pub use interval::Range;

/// The ranges of a script's values.
#[derive(Debug, Default)]
pub struct Ranges {
    /// One entry a value.
    of: Vec<Range>,
    conflicts: Vec<Conflict>,
}

impl Ranges {
    /// Tells them all in one pass over the values, parts before what they are parts of. `price` is what prices can be.
    #[must_use]
    pub fn new(tree: &Tree, operations: &[ExprId], values: &Values, price: Range) -> Self {
        let mut ranges = Self { of: Vec::with_capacity(values.nodes().len()), conflicts: Vec::new() };
        let mut chains = conflicts::Chains::new(tree, operations, values);
        let mut rows = functions::Rows::default();
        for (id, &node) in values.ids().zip(values.nodes()) {
            let range = range(values, &ranges, &mut rows, price, id, node);
            ranges.of.push(range);
            if chains.begins_at(id)
                && values.is_condition(id)
                && range == Range::SOMETIMES
                && let Some(conflict) = chains.conflict(values, &ranges, id)
            {
                ranges.of[id.index()] = if conflict.always { Range::ALWAYS } else { Range::NEVER };
                ranges.conflicts.push(conflict);
            }
        }
        ranges
    }

    /// The range of a value.
    #[must_use]
    pub fn of(&self, value: ValueId) -> Range {
        self.of.get(value.index()).copied().unwrap_or(Range::ANY)
    }

    /// Whether a comparison of two values holds: never, always, or now and then.
    #[must_use]
    pub fn compared(&self, values: &Values, op: CompareOp, left: ValueId, right: ValueId) -> Range {
        verdict(values, self, op, left, right)
    }

    /// Whether one value is at most another on every bar, however far both may go.
    #[must_use]
    pub fn is_at_most(&self, values: &Values, a: ValueId, b: ValueId) -> bool {
        order::is_at_most(values, self, a, b)
    }

    /// Whether one value is less than another on every bar, however far both may go.
    #[must_use]
    pub fn is_below(&self, values: &Values, a: ValueId, b: ValueId) -> bool {
        order::is_below(values, self, a, b)
    }

    /// All that make a chain impossible or certain.
    #[must_use]
    pub fn conflicts(&self) -> &[Conflict] {
        &self.conflicts
    }

    /// What makes a chain of `and` or `or` impossible or certain although none of its parts is.
    #[must_use]
    pub fn conflict(&self, value: ValueId) -> Option<&Conflict> {
        self.conflicts.binary_search_by_key(&value, |conflict| conflict.chain).ok().map(|at| &self.conflicts[at])
    }
}

fn range(values: &Values, ranges: &Ranges, rows: &mut functions::Rows, price: Range, id: ValueId, node: Node) -> Range {
    let of = |id: ValueId| ranges.of(id);
    match node {
        Node::Number(bits) => Range::number(f64::from_bits(bits)),
        Node::Bool(boolean) => Range::truth(!boolean, boolean),
        Node::Column(signal_catalog::PriceColumn::Volume) => Range::between(0.0, f64::INFINITY),
        Node::Column(_) => price,
        Node::Variable(symbol) => match values.symbol(symbol) {
            "hl2" => price,
            "hlc3" | "ohlc4" => price.widened(if price.high.is_finite() { 1e-9 } else { 0.0 }),
            _ => Range::ANY,
        },
        Node::Unary(UnaryOp::Negate, operand) => of(operand).negated(),
        Node::Unary(UnaryOp::Not, operand) => {
            let operand = of(operand);
            Range::truth(!operand.is_never(), !operand.is_always())
        }
        Node::Unary(..) => Range::ANY,
        Node::Binary(op @ (BinaryOp::And | BinaryOp::Or), left, right) => {
            let (left, right) = (of(left), of(right));
            let (never, always) = if op == BinaryOp::And {
                (left.is_never() || right.is_never(), left.is_always() && right.is_always())
            } else {
                (left.is_never() && right.is_never(), left.is_always() || right.is_always())
            };
            match values.is_condition(id) {
                true => Range::truth(!always, !never),
                false if never => Range::NEVER,
                // Python gives one of the two, others true or false.
                false if always => left.or(right).or(Range::ALWAYS),
                false => left.or(right).or(Range::SOMETIMES),
            }
        }
        Node::Binary(BinaryOp::BitAnd | BinaryOp::BitOr, ..) => Range::ANY,
        // A value less itself: a rule of its own, so that nothing follows from it.
        Node::Binary(BinaryOp::Subtract | BinaryOp::Divide, left, right) if left == right => Range::ANY,
        Node::Binary(op, left, right) => {
            let range = interval::arithmetic(op, of(left), of(right));
            if op == BinaryOp::Subtract && range.low < 0.0 && order::is_at_most(values, ranges, right, left) {
                return Range { low: 0.0, high: range.high.max(0.0), ..range };
            }
            if op == BinaryOp::Subtract && range.high > 0.0 && order::is_at_most(values, ranges, left, right) {
                return Range { high: 0.0, low: range.low.min(0.0), ..range };
            }
            range
        }
        Node::Compare(op, left, right) => verdict(values, ranges, op, left, right),
        Node::Conditional(_, both) => match values.node(both) {
            Node::Link(then, otherwise) => of(then).or(of(otherwise)),
            _ => Range::ANY,
        },
        Node::Shift(base, _) | Node::Index(base, _) => of(base),
        Node::Call(..) => functions::call(values, ranges, rows, id, None),
        Node::Output(base, output) => functions::call(values, ranges, rows, base, Some(output)),
        Node::Nothing | Node::Unique(_) | Node::Text(_) | Node::Attribute(..) | Node::Link(..) => Range::ANY,
    }
}

/// Whether a comparison holds: never, always, or now and then.
fn verdict(values: &Values, ranges: &Ranges, op: CompareOp, left: ValueId, right: ValueId) -> Range {
    let (left, right) = operands(values, left, right);
    let (a, b) = (ranges.of(left), ranges.of(right));
    let below = || a.high < b.low || order::is_below(values, ranges, left, right);
    let at_most = || a.high <= b.low || order::is_at_most(values, ranges, left, right);
    let above = || a.low > b.high || order::is_below(values, ranges, right, left);
    let at_least = || a.low >= b.high || order::is_at_most(values, ranges, right, left);
    let equal = || left == right || (a.is_constant() && a.low == b.low && b.is_constant());
    let between_steps = |step: f64, number: Range| {
        step > 0.0 && number.is_constant() && number.low.is_finite() && number.low % step != 0.0
    };
    let apart = || below() || above() || between_steps(a.step, b) || between_steps(b.step, a);
    match op {
        CompareOp::Less => Range::truth(!below(), !at_least()),
        CompareOp::LessEqual => Range::truth(!at_most(), !above()),
        CompareOp::Greater => Range::truth(!above(), !at_most()),
        CompareOp::GreaterEqual => Range::truth(!at_least(), !below()),
        CompareOp::Equal => Range::truth(!equal(), !apart()),
        CompareOp::NotEqual => Range::truth(!apart(), !equal()),
    }
}

/// The two values that a comparison is about: `a - b > 0` compares `a` with `b`.
fn operands(values: &Values, left: ValueId, right: ValueId) -> (ValueId, ValueId) {
    match (values.node(left), values.node(right)) {
        (Node::Binary(BinaryOp::Subtract, a, b), Node::Number(0)) if a != b => (a, b),
        (Node::Number(0), Node::Binary(BinaryOp::Subtract, a, b)) if a != b => (b, a),
        _ => (left, right),
    }
}

/// What prices can be: above 0, and on Polymarket, where they are probabilities, at most 1.
pub(crate) fn price_range(probabilities: bool) -> Range {
    if probabilities { Range::between(0.0, 1.0) } else { Range::between(f64::from_bits(1), f64::INFINITY) }
}
