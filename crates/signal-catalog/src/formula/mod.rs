//! Small formulas over a call's parameters: how many bars a lookback or a settling time takes.
//!
//! A formula is compiled to a list of stack operations, by `build.rs` for the bundled data and by [`Formula::parse`]
//! for imported ones, so that evaluating it neither parses nor allocates. It works on whole numbers with checked
//! arithmetic: parameters that make no sense give no value instead of a wrong one.

mod decay;
mod parse;

use std::borrow::Cow;

pub(crate) use decay::{exponential, wilder};
pub use parse::{FormulaError, FormulaErrorKind};

/// Most values that a formula may hold at once; the parser refuses what needs more.
const STACK: usize = 16;

/// A whole-number formula over the parameters of a call.
///
/// The language: whole numbers, parameter names, `+ - *`, brackets, and
///
/// | call | value |
/// |---|---|
/// | `max(a, b)`, `min(a, b)` | the greater, the lesser |
/// | `idiv(a, b)` | quotient, rounded down |
/// | `isqrt(n)` | square root, rounded down |
/// | `iff(a > b, x, y)` | `x` where the comparison (`< <= > >= == !=`) holds, else `y` |
/// | `ma(period, kind)` | lookback of TA-Lib's moving average of that kind |
/// | `exponential(n)`, `wilder(n)`, `moving(period, kind)` | bars until such an average has settled; only in formulas for settling |
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    pub(crate) text: Cow<'static, str>,
    pub(crate) ops: Cow<'static, [Op]>,
}

/// One step on the stack of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// Pushes a number.
    Number(i64),
    /// Pushes the parameter with this index.
    Param(u8),
    /// `a + b`.
    Add,
    /// `a - b`.
    Subtract,
    /// `a * b`.
    Multiply,
    /// The greater.
    Max,
    /// The lesser.
    Min,
    /// Quotient rounded down.
    Divide,
    /// Square root rounded down.
    SquareRoot,
    /// `a < b`, as 1 or 0; so are the five that follow.
    Less,
    /// `a <= b`.
    LessOrEqual,
    /// `a > b`.
    Greater,
    /// `a >= b`.
    GreaterOrEqual,
    /// `a == b`.
    Equal,
    /// `a != b`.
    NotEqual,
    /// Third from the top decides between second and first.
    Choose,
    /// Lookback of a moving average: period, kind.
    MovingAverage,
    /// Settling of an exponential average.
    Exponential,
    /// Settling of Wilder's smoothing.
    Wilder,
    /// Settling of a moving average: period, kind.
    Moving,
}

impl Formula {
    /// Reads a formula whose names are `params`, in the order in which [`Formula::eval`] takes their values.
    ///
    /// # Errors
    /// A [`FormulaError`] that names the place in `text`.
    pub fn parse(text: &str, params: &[&str]) -> Result<Self, FormulaError> {
        let ops = parse::compile(text, params)?;
        Ok(Self { text: Cow::Owned(text.to_owned()), ops: Cow::Owned(ops) })
    }

    /// The formula as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its value in bars. `None` where the parameters give none: too few of them, not whole where a whole number is
    /// needed, outside what can be computed, or a negative result.
    #[must_use]
    pub fn eval(&self, params: &[f64]) -> Option<u64> {
        self.run(params, None)
    }

    /// As [`Formula::eval`], for a formula that may ask how long averages take to settle until the first value's
    /// weight is at most `share`.
    #[must_use]
    pub fn eval_settling(&self, params: &[f64], share: f64) -> Option<u64> {
        self.run(params, Some(share))
    }

    /// Whether its value depends on a parameter at all.
    #[must_use]
    pub fn uses_params(&self) -> bool {
        self.ops.iter().any(|op| matches!(op, Op::Param(_)))
    }

    /// Whether it asks for the settling of a moving average whose kind is a parameter.
    pub(crate) fn depends_on_kind(&self) -> bool {
        self.ops.contains(&Op::Moving)
    }

    fn run(&self, params: &[f64], share: Option<f64>) -> Option<u64> {
        // Nearly all lookbacks: a constant, a parameter, or one with something added or taken off.
        match *self.ops {
            [op] => return u64::try_from(step(op, &[], params, share)?).ok(),
            [left, right, op] if left.operands() == 0 && right.operands() == 0 && op.operands() == 2 => {
                let operands = [step(left, &[], params, share), step(right, &[], params, share)];
                return u64::try_from(step(op, &operands, params, share)?).ok();
            }
            _ => {}
        }
        // A value that can't be computed is carried along as `None`: the branch that `iff` leaves aside may hold one.
        let mut stack = [None; STACK];
        let mut top = 0_usize;
        for op in self.ops.iter() {
            let taken = op.operands();
            let base = top.checked_sub(taken)?;
            let value = step(*op, stack.get(base..top)?, params, share);
            *stack.get_mut(base)? = value;
            top = base + 1;
        }
        if top != 1 {
            return None;
        }
        u64::try_from(stack[0]?).ok()
    }
}

impl Op {
    /// How many values it takes from the stack; each leaves one.
    pub(crate) const fn operands(self) -> usize {
        match self {
            Self::Number(_) | Self::Param(_) => 0,
            Self::SquareRoot | Self::Exponential | Self::Wilder => 1,
            Self::Choose => 3,
            _ => 2,
        }
    }
}

fn step(op: Op, operands: &[Option<i64>], params: &[f64], share: Option<f64>) -> Option<i64> {
    match (op, operands) {
        (Op::Number(number), []) => Some(number),
        (Op::Param(index), []) => whole(*params.get(usize::from(index))?),
        (Op::SquareRoot, [n]) => Some(i64::from(u32::try_from(u64::try_from((*n)?).ok()?.isqrt()).ok()?)),
        (Op::Exponential, [n]) => decay::exponential((*n)?, share?),
        (Op::Wilder, [n]) => decay::wilder((*n)?, share?),
        (Op::Choose, [condition, then, otherwise]) => {
            if (*condition)? == 0 {
                *otherwise
            } else {
                *then
            }
        }
        (op, [a, b]) => pair(op, (*a)?, (*b)?, share),
        _ => None,
    }
}

fn pair(op: Op, a: i64, b: i64, share: Option<f64>) -> Option<i64> {
    match op {
        Op::Add => a.checked_add(b),
        Op::Subtract => a.checked_sub(b),
        Op::Multiply => a.checked_mul(b),
        Op::Max => Some(a.max(b)),
        Op::Min => Some(a.min(b)),
        Op::Divide => floor_division(a, b),
        Op::Less => Some(i64::from(a < b)),
        Op::LessOrEqual => Some(i64::from(a <= b)),
        Op::Greater => Some(i64::from(a > b)),
        Op::GreaterOrEqual => Some(i64::from(a >= b)),
        Op::Equal => Some(i64::from(a == b)),
        Op::NotEqual => Some(i64::from(a != b)),
        Op::MovingAverage => moving_average_lookback(a, b),
        Op::Moving => decay::moving(a, b, share?),
        _ => None,
    }
}

/// Whether a number has no fraction. `f64::fract` is a call of the system's library, and nearly all parameters are small.
pub(crate) fn is_whole(value: f64) -> bool {
    const SMALL: f64 = (1_i64 << 53) as f64;
    if value.abs() < SMALL { value as i64 as f64 == value } else { value.fract() == 0.0 }
}

/// A parameter as the whole number it has to be; 2^53 is where `f64` stops telling neighbours apart.
#[allow(clippy::cast_possible_truncation, reason = "bounded before the cast")]
fn whole(value: f64) -> Option<i64> {
    let limit = 9_007_199_254_740_992.0;
    (value.abs() <= limit && is_whole(value)).then_some(value as i64)
}

fn floor_division(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    let exact = a.checked_rem(b)? == 0;
    if exact || (a < 0) == (b < 0) { Some(quotient) } else { quotient.checked_sub(1) }
}

/// Lookback of TA-Lib's `MA` over `period` bars, by its number for the kind (table of C 0.8.1; 14 and 15 of the Rust
/// port 0.8.3). A period of 1 smooths nothing, whatever the kind.
fn moving_average_lookback(period: i64, kind: i64) -> Option<i64> {
    if period < 1 || !(0..=15).contains(&kind) {
        return None;
    }
    if period == 1 {
        return Some(0);
    }
    let p = period - 1;
    match kind {
        // 0 simple, 1 exponential, 2 weighted, 5 triangular, 11 default, 13 Wilder, 15 Arnaud Legoux
        0 | 1 | 2 | 5 | 11 | 13 | 15 => Some(p),
        // double and triple exponential, T3
        3 => p.checked_mul(2),
        4 => p.checked_mul(3),
        8 => p.checked_mul(6),
        // Kaufman; MESA, whose period is fixed
        6 => Some(period),
        7 => Some(32),
        // Hull: a weighted average over the root of the period behind one over the period
        9 => p.checked_add(i64::try_from(u64::try_from(period).ok()?.isqrt()).ok()? - 1),
        // none at all
        10 => Some(0),
        // zero lag; variable index, over a momentum of three quarters of the period
        12 => p.checked_add(p / 2),
        14 => Some(period.checked_mul(3)?.checked_add(2)? / 4),
        _ => None,
    }
}
