//! Which of two values is surely never the greater one: what no bounds can tell.

use signal_catalog::PriceColumn;
use signal_syntax::{BinaryOp, UnaryOp};

use super::Ranges;
use crate::{Node, ValueId, Values};

/// How many steps a proof may have. People's conditions need one or two.
const DEPTH: u32 = 4;

/// How many arguments of `max(a, b, ...)` are looked at.
const ARGUMENTS: usize = 8;

/// Whether `a <= b` on every bar on which both have a value.
pub(crate) fn is_at_most(values: &Values, ranges: &Ranges, a: ValueId, b: ValueId) -> bool {
    proven(values, ranges, a, b, DEPTH)
}

/// Factors that are so near to 1 may get lost in rounding.
const NEAR_ONE: f64 = 1e-4;

/// Whether `a < b` on every bar on which both have a value: one is a part of what the other is at most, or a multiple of
/// what it is at least, as in `close >= close * 1.05`.
pub(crate) fn is_below(values: &Values, ranges: &Ranges, a: ValueId, b: ValueId) -> bool {
    let at_most = |a, b| is_at_most(values, ranges, a, b);
    let is_positive = |value: ValueId| ranges.of(value).low > 0.0;
    let is_multiple = |factor: ValueId| ranges.of(factor).low >= 1.0 + NEAR_ONE;
    let is_part = |factor: ValueId| is_positive(factor) && ranges.of(factor).high <= 1.0 - NEAR_ONE;
    let larger = match values.node(b) {
        Node::Binary(BinaryOp::Multiply, x, y) => {
            is_multiple(y) && is_positive(x) && at_most(a, x) || is_multiple(x) && is_positive(y) && at_most(a, y)
        }
        _ => false,
    };
    larger
        || match values.node(a) {
            Node::Binary(BinaryOp::Multiply, x, y) => {
                is_part(y) && is_positive(x) && at_most(x, b) || is_part(x) && is_positive(y) && at_most(y, b)
            }
            Node::Binary(BinaryOp::Divide, x, y) => is_multiple(y) && is_positive(x) && at_most(x, b),
            _ => false,
        }
}

fn proven(values: &Values, ranges: &Ranges, a: ValueId, b: ValueId, depth: u32) -> bool {
    if a == b {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else { return false };
    let less = |a, b| proven(values, ranges, a, b, depth);
    let (low, high) = (values.node(a), values.node(b));
    same_moment(values, ranges, (low, high), depth)
        || in_a_bar(values, low, high)
        || bands(values, ranges, low, high)
        || above(values, ranges, a, high, less)
        || below(values, ranges, low, b, less)
}

/// Two values of the same moment in the past.
fn same_moment(values: &Values, ranges: &Ranges, nodes: (Node, Node), depth: u32) -> bool {
    match nodes {
        (Node::Shift(a, back), Node::Shift(b, same)) => back == same && proven(values, ranges, a, b, depth),
        _ => false,
    }
}

/// `low <= open, close <= high`.
fn in_a_bar(values: &Values, a: Node, b: Node) -> bool {
    use PriceColumn::{Close, High, Low, Open};
    let middle = |node: Node| match node {
        Node::Column(Open | Close) => true,
        Node::Variable(symbol) => values.symbol(symbol) == "hl2",
        _ => false,
    };
    match (a, b) {
        (Node::Column(Low), Node::Column(High)) => true,
        (Node::Column(Low), b) => middle(b),
        (a, Node::Column(High)) => middle(a),
        _ => false,
    }
}

/// Outputs of one call that lie above one another.
fn bands(values: &Values, ranges: &Ranges, a: Node, b: Node) -> bool {
    let (Node::Output(call, lower), Node::Output(same, upper)) = (a, b) else { return false };
    let Node::Call(function, _, params) = values.node(call) else { return false };
    if call != same {
        return false;
    }
    let mut params = values.list(params);
    match values.symbol(function) {
        "DONCHIAN" => upper < lower && lower < 3,
        // Upper, middle, lower; with a negative width they change places.
        "BBANDS" => {
            let widths: [Option<ValueId>; 2] = [params.nth(1), params.next()];
            let up = widths.map(|width| width.is_some_and(|width| ranges.of(width).low >= 0.0));
            upper < lower && lower < 3 && up == [true, true]
        }
        "KC" => upper < lower && lower < 3 && params.nth(2).is_some_and(|width| ranges.of(width).low >= 0.0),
        "MINMAX" => (lower, upper) == (0, 1),
        _ => false,
    }
}

/// Things that `b` lies above.
fn above(values: &Values, ranges: &Ranges, a: ValueId, b: Node, less: impl Fn(ValueId, ValueId) -> bool) -> bool {
    let at_least = |value: ValueId, bound: f64| ranges.of(value).low >= bound;
    match b {
        Node::Call(function, inputs, _) => {
            let mut inputs = values.list(inputs);
            match values.symbol(function) {
                "MAX" | "abs" => inputs.next().is_some_and(|x| less(a, x)),
                "max" => inputs.take(ARGUMENTS).any(|x| less(a, x)),
                _ => false,
            }
        }
        Node::Output(call, output) => match values.node(call) {
            Node::Call(function, inputs, _) => {
                let top = matches!((values.symbol(function), output), ("DONCHIAN", 0) | ("MINMAX", 1));
                top && values.list(inputs).next().is_some_and(|x| less(a, x))
            }
            _ => false,
        },
        Node::Binary(BinaryOp::Add, x, y) => (at_least(y, 0.0) && less(a, x)) || (at_least(x, 0.0) && less(a, y)),
        Node::Binary(BinaryOp::Subtract, x, y) => ranges.of(y).high <= 0.0 && less(a, x),
        Node::Binary(BinaryOp::Multiply, x, y) => {
            (at_least(y, 1.0) && at_least(x, 0.0) && less(a, x)) || (at_least(x, 1.0) && at_least(y, 0.0) && less(a, y))
        }
        _ => false,
    }
}

/// Things that `a` lies below.
fn below(values: &Values, ranges: &Ranges, a: Node, b: ValueId, less: impl Fn(ValueId, ValueId) -> bool) -> bool {
    let at_least = |value: ValueId, bound: f64| ranges.of(value).low >= bound;
    let is_share = |value: ValueId| at_least(value, 0.0) && ranges.of(value).high <= 1.0;
    match a {
        Node::Call(function, inputs, _) => {
            let mut inputs = values.list(inputs);
            match values.symbol(function) {
                "MIN" => inputs.next().is_some_and(|x| less(x, b)),
                "min" => inputs.take(ARGUMENTS).any(|x| less(x, b)),
                _ => false,
            }
        }
        Node::Output(call, output) => match values.node(call) {
            Node::Call(function, inputs, _) => match (values.symbol(function), output) {
                ("DONCHIAN", 2) => values.list(inputs).nth(1).is_some_and(|x| less(x, b)),
                ("MINMAX", 0) => values.list(inputs).next().is_some_and(|x| less(x, b)),
                _ => false,
            },
            _ => false,
        },
        Node::Unary(UnaryOp::Negate, x) => at_least(x, 0.0) && at_least(b, 0.0),
        Node::Binary(BinaryOp::Subtract, x, y) => at_least(y, 0.0) && less(x, b),
        Node::Binary(BinaryOp::Add, x, y) => {
            (ranges.of(y).high <= 0.0 && less(x, b)) || (ranges.of(x).high <= 0.0 && less(y, b))
        }
        Node::Binary(BinaryOp::Multiply, x, y) => {
            (is_share(y) && at_least(x, 0.0) && less(x, b)) || (is_share(x) && at_least(y, 0.0) && less(y, b))
        }
        Node::Binary(BinaryOp::Divide, x, y) => at_least(y, 1.0) && at_least(x, 0.0) && less(x, b),
        _ => false,
    }
}
