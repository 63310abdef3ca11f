//! Bounds of a value, and what operators do to them.
//!
//! Rounding to nearest keeps order, so bounds computed in 64-bit floats hold for values computed in 64-bit floats.

use signal_syntax::BinaryOp;

/// What is known of a value on every bar on which it, and all of what it is made of, has a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// It is not less.
    pub low: f64,
    /// It is not greater.
    pub high: f64,
    /// It is a multiple of this; 0 where it may be any number.
    pub step: f64,
    /// It comes of sums and divisions, so that it practically never meets a given number exactly.
    pub rounded: bool,
}

impl Range {
    /// Nothing is known.
    pub const ANY: Self = Self { low: f64::NEG_INFINITY, high: f64::INFINITY, step: 0.0, rounded: false };
    /// False or true, as 0 or 1.
    pub const SOMETIMES: Self = Self { low: 0.0, high: 1.0, step: 1.0, rounded: false };
    /// False on every bar.
    pub const NEVER: Self = Self { high: 0.0, ..Self::SOMETIMES };
    /// True on every bar.
    pub const ALWAYS: Self = Self { low: 1.0, ..Self::SOMETIMES };

    /// Between two bounds.
    #[must_use]
    pub const fn between(low: f64, high: f64) -> Self {
        Self { low, high, ..Self::ANY }
    }

    /// One number.
    #[must_use]
    pub fn number(number: f64) -> Self {
        let step = if number.fract() == 0.0 { 1.0 } else { 0.0 };
        Self { low: number, high: number, step, rounded: false }
    }

    /// What a truth value can be.
    #[must_use]
    pub(crate) const fn truth(may_be_false: bool, may_be_true: bool) -> Self {
        match (may_be_false, may_be_true) {
            (true, false) => Self::NEVER,
            (false, true) => Self::ALWAYS,
            _ => Self::SOMETIMES,
        }
    }

    /// Whether it is 0, or false, on every bar.
    #[must_use]
    pub fn is_never(&self) -> bool {
        self.low == 0.0 && self.high == 0.0
    }

    /// Whether it is other than 0, or true, on every bar.
    #[must_use]
    pub fn is_always(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }

    /// Whether it is the same number on every bar.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.low == self.high
    }

    /// Whether a number is one of those that it can be.
    #[must_use]
    pub fn holds(&self, number: f64) -> bool {
        (self.low..=self.high).contains(&number)
            && (self.step == 0.0 || number.is_infinite() || number % self.step == 0.0)
    }

    /// Values of either.
    #[must_use]
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
            step: common_step(self, other),
            rounded: self.rounded && other.rounded,
        }
    }

    /// With its bounds moved apart.
    #[must_use]
    pub(crate) fn widened(self, by: f64) -> Self {
        if by == 0.0 { self } else { Self { low: self.low - by, high: self.high + by, step: 0.0, ..self } }
    }

    /// Its negative.
    #[must_use]
    pub(crate) fn negated(self) -> Self {
        Self { low: -self.high, high: -self.low, ..self }
    }

    /// Without its sign.
    #[must_use]
    pub(crate) fn absolute(self) -> Self {
        if self.low >= 0.0 {
            self
        } else if self.high <= 0.0 {
            self.negated()
        } else {
            Self { low: 0.0, high: self.high.max(-self.low), ..self }
        }
    }

    /// Under a function that never falls.
    #[must_use]
    pub(crate) fn mapped(self, step: f64, f: impl Fn(f64) -> f64) -> Self {
        sound(Self { low: f(self.low), high: f(self.high), step, rounded: self.rounded })
    }
}

/// A range whose bounds came out undefined says nothing.
fn sound(range: Range) -> Range {
    if range.low.is_nan() || range.high.is_nan() { Range { rounded: range.rounded, ..Range::ANY } } else { range }
}

/// The greatest number that all values of both are multiples of, as far as it is easy to tell.
fn common_step(a: Range, b: Range) -> f64 {
    let (mut large, mut small) = (a.step.max(b.step), a.step.min(b.step));
    // Steps are small whole numbers.
    while small > 0.0 {
        (large, small) = (small, large % small);
        if small == 0.0 {
            return large;
        }
    }
    0.0
}

/// The result of an arithmetic operator.
#[must_use]
pub(crate) fn arithmetic(op: BinaryOp, a: Range, b: Range) -> Range {
    let rounded = a.rounded || b.rounded;
    let result = match op {
        BinaryOp::Add => Range { low: a.low + b.low, high: a.high + b.high, step: common_step(a, b), rounded },
        BinaryOp::Subtract => Range { low: a.low - b.high, high: a.high - b.low, step: common_step(a, b), rounded },
        BinaryOp::Multiply => {
            let step = if a.step >= 1.0 && b.step >= 1.0 { 1.0 } else { 0.0 };
            // Infinity times 0 stands for numbers without bound times 0, which are 0.
            Range { step, rounded, ..corners(a, b, |a, b| if a == 0.0 || b == 0.0 { 0.0 } else { a * b }) }
        }
        BinaryOp::Divide => Range { step: 0.0, rounded: true, ..quotient(a, b) },
        BinaryOp::FloorDivide => {
            let quotient = quotient(a, b);
            Range { low: quotient.low.floor() - 1.0, high: quotient.high.floor() + 1.0, ..Range::ANY }
        }
        // The remainder has the divisor's sign.
        BinaryOp::Remainder if b.low > 0.0 => Range { rounded, ..Range::between(0.0, b.high) },
        BinaryOp::Remainder if b.high < 0.0 => Range { rounded, ..Range::between(b.low, 0.0) },
        BinaryOp::Power => Range { rounded, ..power(a, b) },
        _ => Range { rounded, ..Range::ANY },
    };
    sound(result)
}

/// The hull of what a function gives at the corners; undefined ones count for nothing.
fn corners(a: Range, b: Range, f: impl Fn(f64, f64) -> f64) -> Range {
    let values = [f(a.low, b.low), f(a.low, b.high), f(a.high, b.low), f(a.high, b.high)];
    // `min` and `max` pass over NaN.
    let low = values.iter().copied().fold(f64::NAN, f64::min);
    let high = values.iter().copied().fold(f64::NAN, f64::max);
    Range::between(low, high)
}

/// A divisor that may be 0 makes anything of a quotient.
fn quotient(a: Range, b: Range) -> Range {
    if b.low <= 0.0 && b.high >= 0.0 { Range::ANY } else { sound(corners(a, b, |a, b| a / b)) }
}

/// A power with a constant exponent.
fn power(base: Range, exponent: Range) -> Range {
    /// Powers are not rounded as exactly as the other operators.
    const ERROR: f64 = 1e-9;
    if !exponent.is_constant() {
        return if base.low >= 0.0 { Range::between(0.0, f64::INFINITY) } else { Range::ANY };
    }
    let exponent = exponent.low;
    let base = if exponent % 2.0 == 0.0 && exponent > 0.0 { base.absolute() } else { base };
    // A power of 0 may be infinite of either sign.
    if base.low < 0.0 || (base.low == 0.0 && exponent < 0.0) {
        return Range::ANY;
    }
    let (a, b) = (base.low.powf(exponent), base.high.powf(exponent));
    sound(Range::between(a.min(b) * (1.0 - ERROR), a.max(b) * (1.0 + ERROR)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(op: BinaryOp, a: (f64, f64), b: (f64, f64), expected: (f64, f64)) {
        let found = arithmetic(op, Range::between(a.0, a.1), Range::between(b.0, b.1));
        assert_eq!((found.low, found.high), expected);
    }

    #[test]
    fn arithmetic_takes_the_hull() {
        const INFINITY: f64 = f64::INFINITY;
        check(BinaryOp::Add, (0.0, 100.0), (-1.0, 2.0), (-1.0, 102.0));
        check(BinaryOp::Subtract, (0.0, 100.0), (0.0, 100.0), (-100.0, 100.0));
        check(BinaryOp::Multiply, (-2.0, 3.0), (-5.0, 7.0), (-15.0, 21.0));
        check(BinaryOp::Multiply, (0.0, INFINITY), (0.0, 5.0), (0.0, INFINITY));
        check(BinaryOp::Divide, (1.0, INFINITY), (1.0, INFINITY), (0.0, INFINITY));
        check(BinaryOp::Divide, (1.0, 2.0), (0.0, 1.0), (-INFINITY, INFINITY));
        check(BinaryOp::Remainder, (-INFINITY, INFINITY), (5.0, 5.0), (0.0, 5.0));
        check(BinaryOp::Add, (-INFINITY, INFINITY), (-INFINITY, INFINITY), (-INFINITY, INFINITY));
    }

    #[test]
    fn steps_are_kept_where_they_are_common() {
        let pattern = Range { step: 20.0, ..Range::between(-200.0, 200.0) };
        assert_eq!(pattern.or(Range::number(0.0)).step, 1.0);
        assert_eq!(arithmetic(BinaryOp::Add, pattern, pattern).step, 20.0);
        assert_eq!(pattern.or(Range::number(0.5)).step, 0.0);
        assert!(pattern.holds(100.0) && !pattern.holds(1.0));
    }
}
