//! One name of the language and what is known of it.

use std::borrow::Cow;

use crate::Formula;

/// Text that is static in the bundled snapshot and owned in an imported catalog.
pub type Text = Cow<'static, str>;

/// A name of the language.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The name as scripts write it: `rsi`, `Weight`, `close`.
    pub name: Text,
    /// What sort of name it is.
    pub kind: Kind,
    /// Family, for listings: `Momentum Indicators`, `Price Data`.
    pub group: Text,
    /// One line on what it is.
    pub summary: Text,
    /// Ways to call it. One for nearly all; none for a variable; several where a name has two meanings
    /// (`max(a, b)` and TA-Lib's rolling `max(real, timeperiod)`), the first that fits counts.
    pub signatures: Cow<'static, [Signature]>,
    /// Type of a variable, and of every output that does not say otherwise.
    pub value: ValueType,
    /// What the entry rests on.
    pub evidence: Evidence,
}

/// A way to call a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// Series it works on, in order.
    pub inputs: Cow<'static, [Input]>,
    /// Parameters behind the inputs, in order.
    pub params: Cow<'static, [Param]>,
    /// What it returns; one output for most. Order is TA-Lib's. Empty: not known.
    pub outputs: Cow<'static, [Output]>,
    /// Leading bars without a value, beyond those of the inputs, as a function of the parameters. `None`: not known, so nothing can be predicted.
    pub lookback: Option<Formula>,
    /// How long it remembers its first bar under the defaults; `None`: not known. [`Signature::memory_for`] tells it for
    /// given parameters, where one picks the kind of moving average.
    pub memory: Option<Memory>,
    /// How it settles, where `memory` is recursive (or a parameter can make it so) and there is a formula.
    pub settling: Option<Settling>,
    /// TA-Lib function that computes it, in capitals (`"RSI"`), if one does with the same inputs, in the same order. Its
    /// parameters are this signature's own, one to one, unless `talib_params` says otherwise; its outputs too,
    /// unless `talib_output` picks one.
    pub talib: Option<Text>,
    /// The one output of the TA-Lib function that this is, counted from 0 (`macd_signal` is output 1 of `MACD`).
    pub talib_output: Option<u8>,
    /// What each parameter of the TA-Lib function is, in its order; empty: they are this signature's, one to one.
    pub talib_params: Cow<'static, [TalibParam]>,
    /// The last input may be given again and again: `max(a, b, c)`.
    pub variadic: bool,
    /// Fits only a call whose first input is not a constant and whose parameters all are constants within their
    /// bounds: tells TA-Lib's `max(close, 10)` from the greater of two values.
    pub strict: bool,
    /// Nothing is known of what it takes: any arguments fit, with or without keywords.
    pub open: bool,
    /// Evidence for this signature (a name may be documented while a way to call it is assumed): for its lookback and
    /// the bounds of its parameters.
    pub evidence: Evidence,
    /// Evidence for how it is called: which inputs and parameters there are, and their names.
    pub form: Evidence,
}

/// Where a parameter of a TA-Lib function gets its value from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TalibParam {
    /// The signature's parameter with this index.
    Param(u8),
    /// Always this value.
    Fixed(f64),
}

/// What sort of name an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A technical indicator: a call with series in and series out.
    Indicator,
    /// An operator written as a call: `crossover`, `shift`, `abs`.
    Operator,
    /// A name that holds data by itself: `close`.
    Variable,
    /// The statement `emit_signal`.
    Signal,
    /// `entry` or `exit`: what a signal asks for.
    Action,
    /// A sizing such as `Weight`.
    Sizing,
}

impl Kind {
    /// The word for it: `indicator`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Indicator => "indicator",
            Self::Operator => "operator",
            Self::Variable => "variable",
            Self::Signal => "signal",
            Self::Action => "action",
            Self::Sizing => "sizing",
        }
    }
}

/// What is known of an entry, weakest first, so that `evidence >= Evidence::TaLib` reads well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// What a language of this kind usually has. Supports no error, at most a warning.
    Assumed,
    /// TA-Lib has it, and the service's error codes are TA-Lib's.
    TaLib,
    /// The author declared it in `signal.toml`.
    Declared,
    /// The service's published texts show it.
    Documented,
    /// The live catalog lists it.
    Live,
}

impl Evidence {
    /// The word for it: `assumed`, `TA-Lib`, `declared`, `documented`, `live`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assumed => "assumed",
            Self::TaLib => "TA-Lib",
            Self::Declared => "declared",
            Self::Documented => "documented",
            Self::Live => "live",
        }
    }
}

/// Types of values, as far as the catalog tells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// A series of numbers.
    Number,
    /// A series of booleans.
    Boolean,
    /// A text.
    Text,
    /// `entry(...)` or `exit(...)`.
    Action,
    /// `Weight(...)` and its like.
    Sizing,
    /// Nothing: a statement.
    Nothing,
    /// Not known.
    Unknown,
}

/// A series (or, for operators and constructors, a value) that a call takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Its name, usable as a keyword: `real`, `high`, `ticker`.
    pub name: Text,
    /// Other names it goes by (`source` for `real`), accepted as keywords.
    pub aliases: Cow<'static, [Text]>,
    /// Type of what is expected.
    pub value: ValueType,
    /// The column of bar data that stands in when it is left out (`atr(14)` = `atr(high, low, close, 14)`).
    pub column: Option<PriceColumn>,
    /// May be left out although no column stands in (the sizing of an `entry`).
    pub optional: bool,
}

/// Columns of bar data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PriceColumn {
    /// Opening price.
    Open,
    /// Highest price.
    High,
    /// Lowest price.
    Low,
    /// Closing price.
    Close,
    /// Traded volume.
    Volume,
}

impl PriceColumn {
    /// The variable that holds it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::High => "high",
            Self::Low => "low",
            Self::Close => "close",
            Self::Volume => "volume",
        }
    }
}

/// A parameter: a constant number that sets how a call computes.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name, usable as a keyword: `timeperiod`.
    pub name: Text,
    /// Other names it goes by (`period` for `timeperiod`), accepted as keywords.
    pub aliases: Cow<'static, [Text]>,
    /// Whole number, real number, or kind of moving average.
    pub kind: ParamKind,
    /// What it is when left out; `None`: must be given.
    pub default: Option<f64>,
    /// Least value allowed.
    pub min: Option<f64>,
    /// Greatest value allowed.
    pub max: Option<f64>,
}

/// Kinds of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParamKind {
    /// A whole number, most often a period in bars.
    Integer,
    /// Any number.
    Real,
    /// TA-Lib's number for a kind of moving average (0 simple, 1 exponential, ...).
    MovingAverage,
    /// No number: a text, a flag or a choice, as the service's list tells it.
    Other,
}

/// A part of what a call returns.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Name as an attribute, TA-Lib's in lower case: `macdsignal`, `upperband`.
    pub name: Text,
    /// Other names it goes by: `signal`, `upper`.
    pub aliases: Cow<'static, [Text]>,
    /// Whole or real numbers.
    pub kind: OutputKind,
}

/// Kinds of outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutputKind {
    /// Real numbers.
    Real,
    /// Whole numbers (candlestick patterns, indexes).
    Integer,
    /// True or false.
    Boolean,
}

/// How long a value remembers the first bar of the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Memory {
    /// Only the last `lookback + 1` bars count.
    Finite,
    /// The first bar's weight decays for ever: values settle some time after the lookback.
    Recursive,
    /// The level depends on the first bar for ever (OBV, AD).
    Cumulative,
}

impl Memory {
    /// The word for it: `finite`, `recursive`, `cumulative`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Finite => "finite",
            Self::Recursive => "recursive",
            Self::Cumulative => "cumulative",
        }
    }
}

/// How a recursive indicator settles, as far as there is a formula.
#[derive(Clone, Debug, PartialEq)]
pub enum Settling {
    /// As an exponential average over this many bars: the first value's weight falls by `(n-1)/(n+1)` a bar.
    Exponential(Formula),
    /// As Wilder's smoothing over this many bars: by `(n-1)/n` a bar.
    Wilder(Formula),
    /// In bars, as a formula that puts together what its stages take (`exponential(26) + signalperiod`).
    Stages(Formula),
}
