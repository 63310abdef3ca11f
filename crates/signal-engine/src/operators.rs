//! Operators that TA-Lib does not have, by the name that the catalog gives them. One table; a test holds it against the catalog.
//!
//! Windows look back from the bar itself: `n` bars are this one and the `n - 1` before it. Standard deviations are those
//! of the population, as TA-Lib's `STDDEV`.

mod elementwise;
mod history;
mod window;

use std::hash::{Hash, Hasher};

use crate::series::{Booleans, Numbers, Value};

/// Names of the catalog that the engine knows of but can't compute. The aim is to keep this empty.
pub const UNSUPPORTED: [&str; 0] = [];

/// Type of an operator's input or result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// Numbers.
    Number,
    /// Booleans.
    Boolean,
}

/// How an operator computes: inputs, parameters, number of bars.
type Compute = fn(&Inputs<'_, '_>, &[f64], usize) -> Value<'static>;

/// An operator of the engine's own.
#[derive(Debug)]
pub(crate) struct Operator {
    /// Names it goes by.
    names: &'static [&'static str],
    /// Types of the inputs; a call with more repeats the last.
    inputs: &'static [Type],
    /// Whether more inputs than listed may come.
    variadic: bool,
    /// How many parameters it takes.
    params: usize,
    /// What it yields.
    pub(crate) output: Type,
    /// Leading bars that it takes from those of its inputs, by its parameters.
    pub(crate) lookback: fn(&[f64]) -> u64,
    /// What it computes. Scalars in may give scalars out; columns begin at the latest input's start plus the lookback.
    pub(crate) compute: Compute,
}

/// The inputs of an operator.
pub(crate) struct Inputs<'v, 'b>(pub(crate) &'v [&'v Value<'b>]);

impl Inputs<'_, '_> {
    fn number(&self, index: usize) -> Numbers<'_> {
        self.0.get(index).map_or(Numbers::Scalar(f64::NAN), |value| value.numbers())
    }

    fn boolean(&self, index: usize) -> Booleans<'_> {
        self.0.get(index).map_or(Booleans::Scalar(false), |value| value.booleans())
    }

    /// Latest start among all.
    fn start(&self) -> usize {
        self.0.iter().map(|value| value.start()).max().unwrap_or(0)
    }
}

// An operator is its place in the table: one name, one operator.
impl PartialEq for Operator {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names && self.params == other.params
    }
}

impl Eq for Operator {}

impl Hash for Operator {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.names.hash(state);
        self.params.hash(state);
    }
}

impl Operator {
    /// Type of the input with this index.
    pub(crate) fn input(&self, index: usize) -> Type {
        self.inputs.get(index).or(self.inputs.last()).copied().unwrap_or(Type::Number)
    }
}

/// The operator of this name that takes so many inputs and parameters.
pub(crate) fn find(name: &str, inputs: usize, params: usize) -> Option<&'static Operator> {
    TABLE.iter().find(|operator| {
        operator.names.contains(&name)
            && operator.params == params
            && (operator.inputs.len() == inputs || (operator.variadic && inputs > operator.inputs.len()))
    })
}

/// A parameter that counts bars. The catalog's bounds were checked before; what is absurd saturates.
fn whole(params: &[f64], index: usize) -> u64 {
    params.get(index).map_or(0, |&value| value.max(0.0) as u64)
}

fn none(_: &[f64]) -> u64 {
    0
}

fn one(_: &[f64]) -> u64 {
    1
}

fn first(params: &[f64]) -> u64 {
    whole(params, 0)
}

fn window_less_one(params: &[f64]) -> u64 {
    whole(params, 0).saturating_sub(1)
}

use Type::{Boolean, Number};

const fn numbers(
    names: &'static [&'static str],
    inputs: &'static [Type],
    params: usize,
    lookback: fn(&[f64]) -> u64,
    compute: Compute,
) -> Operator {
    Operator { names, inputs, variadic: false, params, output: Number, lookback, compute }
}

const fn booleans(
    names: &'static [&'static str],
    inputs: &'static [Type],
    params: usize,
    lookback: fn(&[f64]) -> u64,
    compute: Compute,
) -> Operator {
    Operator { names, inputs, variadic: false, params, output: Boolean, lookback, compute }
}

const fn variadic(operator: Operator) -> Operator {
    Operator { variadic: true, ..operator }
}

static TABLE: &[Operator] = &[
    booleans(&["crossover", "cross_above", "crosses_above"], &[Number, Number], 0, one, history::crossover),
    booleans(&["crossunder", "cross_below", "crosses_below"], &[Number, Number], 0, one, history::crossunder),
    booleans(&["cross"], &[Number, Number], 0, one, history::cross),
    numbers(&["shift", "ref", "lag", "prev"], &[Number], 1, first, history::shift),
    numbers(&["log_return"], &[Number], 1, first, history::log_return),
    booleans(&["rising"], &[Number], 1, first, history::rising),
    booleans(&["falling"], &[Number], 1, first, history::falling),
    numbers(&["barssince"], &[Boolean], 0, none, history::barssince),
    numbers(&["valuewhen"], &[Boolean, Number], 1, none, history::valuewhen),
    booleans(&["any", "exists"], &[Boolean], 1, window_less_one, window::any),
    booleans(&["all"], &[Boolean], 1, window_less_one, window::all),
    numbers(&["count"], &[Boolean], 1, window_less_one, window::count),
    numbers(&["zscore"], &[Number], 1, window_less_one, window::zscore),
    numbers(&["volatility", "realized_vol"], &[Number], 1, first, window::volatility),
    numbers(&["skew"], &[Number], 1, window_less_one, window::skew),
    numbers(&["rank", "ts_rank"], &[Number], 1, window_less_one, window::rank),
    numbers(&["vwap"], &[Number, Number, Number, Number], 1, window_less_one, window::vwap),
    booleans(&["between"], &[Number, Number, Number], 0, none, elementwise::between),
    numbers(&["clip"], &[Number, Number, Number], 0, none, elementwise::clip),
    numbers(&["nz"], &[Number], 1, none, elementwise::nz),
    numbers(&["abs"], &[Number], 0, none, elementwise::abs),
    numbers(&["sign"], &[Number], 0, none, elementwise::sign),
    numbers(&["round"], &[Number], 1, none, elementwise::round),
    variadic(numbers(&["max"], &[Number, Number], 0, none, elementwise::max)),
    variadic(numbers(&["min"], &[Number, Number], 0, none, elementwise::min)),
];

#[cfg(test)]
mod tests {
    use super::*;
    use signal_catalog::Catalog;

    #[test]
    fn every_operator_is_one_that_the_catalog_leaves_to_the_engine() {
        for operator in TABLE {
            for name in operator.names {
                let entry = Catalog::bundled().get(name).unwrap_or_else(|| panic!("`{name}` is not in the catalog"));
                let fits = |signature: &&signal_catalog::Signature| {
                    signature.talib.is_none()
                        && signature.inputs.len() == operator.inputs.len()
                        && signature.params.len() == operator.params
                        && signature.variadic == operator.variadic
                };
                assert!(entry.signatures.iter().any(|signature| fits(&signature)), "no signature of `{name}` fits");
            }
        }
    }
}
