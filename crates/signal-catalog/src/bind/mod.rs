//! Which argument of a call is which input or parameter.
//!
//! Analysis and engine both bind through here, so that a prediction and a simulation can't read a call differently.

mod fill;
mod places;

use crate::{Entry, Signature};

pub use places::Places;

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
    Argument(u32),
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
    /// One source an input; more where the signature is variadic: the last input's further values.
    pub inputs: Places<InputSource, 4>,
    /// One source a parameter.
    pub params: Places<ParamSource, 2>,
    /// The same arguments have another meaning too (another signature fits, or some price columns are given and others
    /// left out), so what follows from this one is an assumption.
    pub ambiguous: bool,
}

/// The place of a signature that an argument fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The input with this index.
    Input(usize),
    /// The parameter with this index.
    Param(usize),
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

impl Entry {
    /// Finds the signature that a call fits, and what each argument is in it.
    ///
    /// Positional arguments fill the inputs and then the parameters; keywords name either. Inputs that are price columns
    /// may be left out, all of them (`atr(14)`) or those behind the ones given (`vwma(close, 20)`); what has a default
    /// may be too. An argument in a parameter's place that is no constant is that parameter, of unknown value.
    ///
    /// # Errors
    /// Why no signature fits; of several, the reason of the one that came nearest. A name without signatures, which is
    /// no function, has room for no argument.
    pub fn bind(&self, args: &[ArgumentShape<'_>]) -> Result<Binding<'_>, BindError> {
        if let [only] = &*self.signatures {
            return fill::fill(only, args);
        }
        let mut found: Option<Binding<'_>> = None;
        let mut refused: Option<BindError> = None;
        for signature in self.signatures.iter() {
            // What takes anything is for calls that fit nothing else, and gives none of them a second meaning.
            if signature.open && found.is_some() {
                continue;
            }
            match fill::fill(signature, args) {
                Ok(binding) => match &mut found {
                    Some(first) => first.ambiguous = true,
                    None => found = Some(binding),
                },
                Err(error) => {
                    if refused.as_ref().is_none_or(|best| error.is_nearer_than(best)) {
                        refused = Some(error);
                    }
                }
            }
        }
        found.ok_or_else(|| refused.unwrap_or(BindError::TooMany { at_most: 0 }))
    }
}

impl Signature {
    /// The place that each argument fills, as [`Entry::bind`] would have it, of a call that may still be incomplete: what
    /// is missing or given twice is no matter here. `None` for an argument that there is no place for.
    #[must_use]
    pub fn slots(&self, args: &[ArgumentShape<'_>]) -> Vec<Option<Slot>> {
        fill::slots(self, args)
    }
}

impl BindError {
    /// Whether the signature that gave this error lies nearer to the call than the one that gave `other`.
    fn is_nearer_than(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::TooFew { at_least: ours, .. }, Self::TooFew { at_least: theirs, .. }) => ours <= theirs,
            (Self::TooMany { at_most: ours }, Self::TooMany { at_most: theirs }) => ours > theirs,
            (Self::UnknownKeyword { .. }, _) => false,
            (_, Self::UnknownKeyword { .. }) => true,
            _ => false,
        }
    }
}
