//! Which argument of a call is which input or parameter.
//!
//! Analysis and engine both bind through here, so that a prediction and a simulation can't read a call differently.

use crate::Signature;

/// What binding needs to know of an argument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArgumentShape<'a> {
    /// The name in `name=value`.
    pub keyword: Option<&'a str>,
    /// The value when it is a constant number (literal or folded), else `None`.
    pub constant: Option<f64>,
}

/// Where an input comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputSource {
    /// The argument with this index.
    Argument(usize),
    /// Left out: the price column of the input's entry.
    Column(crate::PriceColumn),
    /// Left out, and nothing stands in.
    Absent,
}

/// Where a parameter's value comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ParamSource {
    /// The argument with this index.
    Argument(usize),
    /// Left out: the default.
    Default(f64),
}

/// How a call fills a signature.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding<'c> {
    /// The signature that fits.
    pub signature: &'c Signature,
    /// One source an input.
    pub inputs: Vec<InputSource>,
    /// One source a parameter.
    pub params: Vec<ParamSource>,
    /// Another signature fits the same arguments with another meaning, so what follows from this one is an assumption.
    pub ambiguous: bool,
}

/// Why a call fits no signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BindError {
    /// Fewer arguments than the inputs and the parameters without default ask for. Names what is missing.
    TooFew {
        /// Least number of arguments that would do.
        at_least: usize,
        /// Inputs and parameters that are missing.
        missing: Vec<String>,
    },
    /// More positional arguments than there are places.
    TooMany {
        /// Greatest number of arguments that would do.
        at_most: usize,
    },
    /// A keyword that names no input or parameter.
    UnknownKeyword {
        /// Index of the argument.
        argument: usize,
    },
    /// An input or parameter that is given twice.
    Twice {
        /// Index of the second argument.
        argument: usize,
    },
}
