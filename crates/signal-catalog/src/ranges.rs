//! Which values the outputs of TA-Lib's functions can take, from `data/ranges.json`.

use crate::{ParamKind, PriceColumn};

include!(concat!(env!("OUT_DIR"), "/ranges.rs"));

/// What is known of the values of one TA-Lib function.
///
/// It holds where every input of `inputs` that names a price column is that very column, every kind of moving average
/// among the parameters is one that [`keeps_the_hull`], and real parameters are not negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FunctionRanges {
    /// TA-Lib's name, in capitals.
    pub name: &'static str,
    /// The price column that each input is; `None` for an input that takes any series.
    pub inputs: &'static [Option<PriceColumn>],
    /// Kinds of the parameters, in TA-Lib's order.
    pub params: &'static [ParamKind],
    /// One range an output; empty where nothing is known.
    pub outputs: &'static [OutputRange],
    /// Its values come of sums and divisions, so that they practically never meet a given number exactly.
    pub rounded: bool,
}

/// The values that an output can take, on bars where it has one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OutputRange {
    /// Nothing is known.
    Any,
    /// Between two bounds, whatever goes in.
    Fixed {
        /// The least value that the formula gives.
        low: f64,
        /// The greatest.
        high: f64,
        /// By how much rounding can take it beyond them.
        slack: f64,
        /// All values are multiples of this; 0 where they are any numbers.
        step: f64,
    },
    /// Between the least and the greatest value of the inputs, volume aside.
    Within(Rounding),
}

/// How exactly a function stays between the values of its inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// It never leaves them.
    Exact,
    /// It may pass them by a rounding error of their size, but never falls below 0 where they don't.
    Rounded,
    /// Running sums keep errors of the greatest value there ever was, so that it may fall below 0 after a spike.
    Running,
}

/// The ranges of a TA-Lib function, by its name in capitals.
#[must_use]
pub fn function_ranges(name: &str) -> Option<&'static FunctionRanges> {
    FUNCTIONS.binary_search_by(|row| row.name.cmp(name)).ok().map(|at| &FUNCTIONS[at])
}

/// All of them, by name.
#[must_use]
pub fn all_function_ranges() -> &'static [FunctionRanges] {
    &FUNCTIONS
}

/// Whether a kind of moving average, by TA-Lib's number, stays between the values that go in: simple, exponential,
/// weighted, triangular and Kaufman's do, Wilder's too; double, triple, T3 and others overshoot.
#[must_use]
pub fn keeps_the_hull(moving_average: f64) -> bool {
    [0.0, 1.0, 2.0, 5.0, 6.0, 13.0].contains(&moving_average)
}
