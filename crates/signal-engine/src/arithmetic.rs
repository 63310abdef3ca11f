//! Operators between numbers and booleans, bar by bar.
//!
//! Arithmetic is numpy's on 64-bit floats: `x / 0` is infinite, `0 / 0` undefined (NaN); `//` rounds down and `%` has the
//! divisor's sign, as in Python; `x // 0` is infinite, `x % 0` undefined. A comparison with an undefined number is false,
//! `!=` included.

use signal_syntax::{BinaryOp, CompareOp};

use crate::series::{Booleans, Column, Numbers, Value, truth};

/// The result of an arithmetic operator; NaN for one that is not arithmetic.
pub(crate) fn apply(op: BinaryOp, a: f64, b: f64) -> f64 {
    match op {
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => a * b,
        BinaryOp::Divide => a / b,
        BinaryOp::FloorDivide => floor_divide(a, b),
        BinaryOp::Remainder => remainder(a, b),
        BinaryOp::Power => a.powf(b),
        BinaryOp::Or | BinaryOp::And | BinaryOp::BitOr | BinaryOp::BitAnd => f64::NAN,
    }
}

/// Whether a comparison holds.
pub(crate) fn holds(op: CompareOp, a: f64, b: f64) -> bool {
    match op {
        CompareOp::Less => a < b,
        CompareOp::LessEqual => a <= b,
        CompareOp::Greater => a > b,
        CompareOp::GreaterEqual => a >= b,
        CompareOp::Equal => a == b,
        CompareOp::NotEqual => (a < b) | (a > b),
    }
}

/// Remainder with the divisor's sign (Python's `%`, numpy's `remainder`).
fn remainder(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest == 0.0 {
        0.0_f64.copysign(b)
    } else if (rest < 0.0) != (b < 0.0) {
        rest + b
    } else {
        rest
    }
}

/// Quotient rounded down, consistent with [`remainder`]: the way of numpy's `floor_divide`.
fn floor_divide(a: f64, b: f64) -> f64 {
    let quotient = a / b;
    if b == 0.0 || !quotient.is_finite() {
        return quotient;
    }
    let mut whole = (a - a % b) / b;
    let rest = a % b;
    if rest != 0.0 && (rest < 0.0) != (b < 0.0) {
        whole -= 1.0;
    }
    let rounded = whole.floor();
    let rounded = if whole - rounded > 0.5 { rounded + 1.0 } else { rounded };
    if rounded == 0.0 { 0.0_f64.copysign(quotient) } else { rounded }
}

/// An arithmetic operator over columns.
pub(crate) fn arithmetic(op: BinaryOp, a: Numbers<'_>, b: Numbers<'_>, bars: usize) -> Value<'static> {
    match op {
        BinaryOp::Add => zip(a, b, bars, |a, b| a + b),
        BinaryOp::Subtract => zip(a, b, bars, |a, b| a - b),
        BinaryOp::Multiply => zip(a, b, bars, |a, b| a * b),
        BinaryOp::Divide => zip(a, b, bars, |a, b| a / b),
        // The one power that is common, at the cost of a multiplication.
        BinaryOp::Power if matches!(b, Numbers::Scalar(2.0)) => map(a, bars, |a| a * a),
        _ => zip(a, b, bars, |a, b| apply(op, a, b)),
    }
}

/// A comparison over columns.
pub(crate) fn compare(op: CompareOp, a: Numbers<'_>, b: Numbers<'_>, bars: usize) -> Value<'static> {
    match op {
        CompareOp::Less => test(a, b, bars, |a, b| a < b),
        CompareOp::LessEqual => test(a, b, bars, |a, b| a <= b),
        CompareOp::Greater => test(a, b, bars, |a, b| a > b),
        CompareOp::GreaterEqual => test(a, b, bars, |a, b| a >= b),
        CompareOp::Equal => test(a, b, bars, |a, b| a == b),
        CompareOp::NotEqual => test(a, b, bars, |a, b| (a < b) | (a > b)),
    }
}

/// One number to one number.
pub(crate) fn map(a: Numbers<'_>, bars: usize, f: impl Fn(f64) -> f64) -> Value<'static> {
    match a {
        Numbers::Scalar(a) => Value::Number(f(a)),
        Numbers::Column { start, values } => {
            Value::Numbers(collect(start, bars, f64::NAN, values[start.min(bars)..].iter().map(|&a| f(a))))
        }
    }
}

/// Two numbers to one.
pub(crate) fn zip(a: Numbers<'_>, b: Numbers<'_>, bars: usize, f: impl Fn(f64, f64) -> f64) -> Value<'static> {
    match pair(a, b, bars, f64::NAN, f) {
        Ok(column) => Value::Numbers(column),
        Err(scalar) => Value::Number(scalar),
    }
}

/// Two numbers to a boolean.
pub(crate) fn test(a: Numbers<'_>, b: Numbers<'_>, bars: usize, f: impl Fn(f64, f64) -> bool) -> Value<'static> {
    match pair(a, b, bars, false, f) {
        Ok(column) => Value::Booleans(column),
        Err(scalar) => Value::Boolean(scalar),
    }
}

/// Two numbers to whatever: a column, or a scalar (as the error) when both are scalars.
fn pair<T: Copy>(
    a: Numbers<'_>,
    b: Numbers<'_>,
    bars: usize,
    filler: T,
    f: impl Fn(f64, f64) -> T,
) -> Result<Column<T>, T> {
    let start = a.start().max(b.start()).min(bars);
    Ok(match (a, b) {
        (Numbers::Scalar(a), Numbers::Scalar(b)) => return Err(f(a, b)),
        (Numbers::Column { values, .. }, Numbers::Scalar(b)) => {
            collect(start, bars, filler, values[start..].iter().map(|&a| f(a, b)))
        }
        (Numbers::Scalar(a), Numbers::Column { values, .. }) => {
            collect(start, bars, filler, values[start..].iter().map(|&b| f(a, b)))
        }
        (Numbers::Column { values: a, .. }, Numbers::Column { values: b, .. }) => {
            collect(start, bars, filler, a[start..].iter().zip(&b[start..]).map(|(&a, &b)| f(a, b)))
        }
    })
}

/// Whether each number counts as true.
pub(crate) fn truths(a: Numbers<'_>, bars: usize) -> Value<'static> {
    test(a, Numbers::Scalar(0.0), bars, |a, _| truth(a))
}

/// Booleans as 1 and 0.
pub(crate) fn units(a: Booleans<'_>, bars: usize) -> Value<'static> {
    let unit = |a: bool| f64::from(u8::from(a));
    match a {
        Booleans::Scalar(a) => Value::Number(unit(a)),
        Booleans::Column { start, values } => {
            Value::Numbers(collect(start, bars, f64::NAN, values[start.min(bars)..].iter().map(|&a| unit(a))))
        }
    }
}

/// A boolean turned.
pub(crate) fn not(a: Booleans<'_>, bars: usize) -> Value<'static> {
    both(a, Booleans::Scalar(true), bars, |a, _| !a)
}

/// Two booleans to one.
pub(crate) fn both(a: Booleans<'_>, b: Booleans<'_>, bars: usize, f: impl Fn(bool, bool) -> bool) -> Value<'static> {
    let start = a.start().max(b.start()).min(bars);
    Value::Booleans(match (a, b) {
        (Booleans::Scalar(a), Booleans::Scalar(b)) => return Value::Boolean(f(a, b)),
        (Booleans::Column { values, .. }, Booleans::Scalar(b)) => {
            collect(start, bars, false, values[start..].iter().map(|&a| f(a, b)))
        }
        (Booleans::Scalar(a), Booleans::Column { values, .. }) => {
            collect(start, bars, false, values[start..].iter().map(|&b| f(a, b)))
        }
        (Booleans::Column { values: a, .. }, Booleans::Column { values: b, .. }) => {
            collect(start, bars, false, a[start..].iter().zip(&b[start..]).map(|(&a, &b)| f(a, b)))
        }
    })
}

/// One of two values by a boolean: numbers if either is a number, else booleans. Has a value where all three have one.
pub(crate) fn select(condition: Booleans<'_>, then: &Value<'_>, otherwise: &Value<'_>, bars: usize) -> Value<'static> {
    let start = condition.start().max(then.start()).max(otherwise.start());
    if matches!((then, otherwise), (Value::Boolean(_) | Value::Booleans(_), _)) {
        let (then, otherwise) = (then.booleans(), otherwise.booleans());
        return Value::Booleans(Column::from_fn(start, bars, false, |bar| {
            if condition.at(bar) { then.at(bar) } else { otherwise.at(bar) }
        }));
    }
    let (then, otherwise) = (then.numbers(), otherwise.numbers());
    Value::Numbers(Column::from_fn(start, bars, f64::NAN, |bar| {
        if condition.at(bar) { then.at(bar) } else { otherwise.at(bar) }
    }))
}

/// A column from the values behind its warm-up.
pub(crate) fn collect<T: Copy>(start: usize, bars: usize, filler: T, valid: impl Iterator<Item = T>) -> Column<T> {
    let mut values = Vec::with_capacity(bars);
    values.resize(start.min(bars), filler);
    values.extend(valid);
    Column { start, values }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(op: BinaryOp, a: f64, b: f64, expected: f64) {
        let actual = apply(op, a, b);
        assert!(
            actual == expected || (actual.is_nan() && expected.is_nan()),
            "{a} {} {b} is {actual}, not {expected}",
            op.symbol()
        );
    }

    #[test]
    fn floor_division_and_remainder_are_pythons() {
        // Right-hand sides printed by Python 3 and numpy.
        for (a, b, quotient, rest) in [
            (7.0, 3.0, 2.0, 1.0),
            (-7.0, 3.0, -3.0, 2.0),
            (7.0, -3.0, -3.0, -2.0),
            (-7.0, -3.0, 2.0, -1.0),
            (1.0, 0.1, 9.0, 0.099_999_999_999_999_95),
            (6.0, 3.0, 2.0, 0.0),
            (-6.0, 3.0, -2.0, 0.0),
            (0.5, 2.0, 0.0, 0.5),
        ] {
            check(BinaryOp::FloorDivide, a, b, quotient);
            check(BinaryOp::Remainder, a, b, rest);
        }
    }

    #[test]
    fn division_by_zero_is_numpys() {
        check(BinaryOp::Divide, 1.0, 0.0, f64::INFINITY);
        check(BinaryOp::Divide, -1.0, 0.0, f64::NEG_INFINITY);
        check(BinaryOp::Divide, 0.0, 0.0, f64::NAN);
        check(BinaryOp::FloorDivide, 1.0, 0.0, f64::INFINITY);
        check(BinaryOp::FloorDivide, 0.0, 0.0, f64::NAN);
        check(BinaryOp::Remainder, 1.0, 0.0, f64::NAN);
        check(BinaryOp::Power, -8.0, 1.0 / 3.0, f64::NAN);
    }

    #[test]
    fn a_comparison_with_an_undefined_number_is_false() {
        use CompareOp::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
        for op in [Less, LessEqual, Greater, GreaterEqual, Equal, NotEqual] {
            assert!(!holds(op, f64::NAN, 1.0), "{}", op.symbol());
            let column = [f64::NAN];
            let value = compare(op, Numbers::Column { start: 0, values: &column }, Numbers::Scalar(1.0), 1);
            assert!(matches!(value, Value::Booleans(column) if column.values == [false]), "{}", op.symbol());
        }
    }
}
