//! On which scale a value lies: prices, volumes, or ratios such as oscillators. What can't be told plainly stays unknown.

use signal_catalog::{OutputRange, PriceColumn, function_ranges};
use signal_syntax::{BinaryOp, UnaryOp};

use crate::maps::Map;
use crate::{Node, Symbol, ValueId, Values};

/// The scale of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// It can't be told, so nothing may be concluded from it.
    #[default]
    Unknown,
    /// A price, or a difference of prices.
    Price,
    /// A volume, or a difference of volumes.
    Volume,
    /// A ratio that changes with the bars: an oscillator, a relative change, a price divided by a price.
    Share,
    /// A number, which may be a level of anything.
    Constant,
}

/// The scales of a script's values.
#[derive(Debug)]
pub struct Scales {
    /// One entry a value.
    of: Vec<Scale>,
}

/// How the scale of a function's outputs comes about.
#[derive(Clone, Copy)]
enum Formula {
    /// It is that of the inputs, which must agree.
    Kept,
    /// The same for each of several outputs; which of them the bare call stands for is not documented.
    EachKept,
    /// The same for the first of several outputs.
    FirstKept,
    /// It is that of all inputs but the last, which is a weight.
    Weighted,
    /// A ratio, whatever goes in.
    Ratio,
    /// Ratios, for each of several outputs.
    EachRatio,
    /// It is that of the input in this place and those behind it.
    From(usize),
    /// It is that of the input in this place.
    At(usize),
    /// It follows from what the catalog knows of the outputs.
    Ranges(&'static [OutputRange]),
}

/// Functions by their names in [`Node::Call`], beside those of `data/ranges.json` in the catalog: what lies between two fixed
/// bounds is a ratio, what stays within its inputs is on their scale.
///
/// Left out is what adds up over the bars (OBV, SUM), squares (VAR), or multiplies prices with volumes (EFI).
static FORMULAS: [(&str, Formula); 65] = {
    use Formula::{At, EachKept, EachRatio, FirstKept, From, Kept, Ratio, Weighted};
    [
        ("AC", Kept),
        ("ACCBANDS", EachKept),
        ("ADR", Kept),
        ("AO", Kept),
        ("APO", Kept),
        ("ATR", Kept),
        ("AVGDEV", Kept),
        ("BBANDS", EachKept),
        ("BBW", Ratio),
        ("CCI", Ratio),
        ("CEIL", Kept),
        ("CHOP", Ratio),
        ("CKSP", EachKept),
        ("DEMA", Kept),
        ("DPO", Kept),
        ("ERI", EachKept),
        ("FLOOR", Kept),
        ("FRAMA", Kept),
        ("HA", EachKept),
        ("HMA", Kept),
        ("HT_TRENDLINE", Kept),
        ("KC", EachKept),
        ("LINEARREG", Kept),
        ("LINEARREG_INTERCEPT", Kept),
        ("LINEARREG_SLOPE", Kept),
        ("MACD", Kept),
        ("MACDEXT", Kept),
        ("MACDFIX", Kept),
        ("MAMA", EachKept),
        ("MCGD", Kept),
        ("MOM", Kept),
        ("NATR", Ratio),
        ("PERCENTB", Ratio),
        ("PPO", Ratio),
        ("PVO", Ratio),
        ("QSTICK", Kept),
        ("ROC", Ratio),
        ("ROCP", Ratio),
        ("ROCR", Ratio),
        ("ROCR100", Ratio),
        ("RVOL", Ratio),
        ("SAR", Kept),
        ("STDDEV", Kept),
        ("SUPERTREND", FirstKept),
        ("T3", Kept),
        ("TEMA", Kept),
        ("TRANGE", Kept),
        ("TRIX", Ratio),
        ("TSF", Kept),
        ("VORTEX", EachRatio),
        ("VWAP", Weighted),
        ("VWMA", Weighted),
        ("ZLEMA", Kept),
        ("abs", Kept),
        ("clip", At(0)),
        ("log_return", Ratio),
        ("max", Kept),
        ("min", Kept),
        ("nz", At(0)),
        ("round", At(0)),
        ("valuewhen", At(1)),
        ("volatility", Ratio),
        ("vwap", Weighted),
        ("where", From(1)),
        ("zscore", Ratio),
    ]
};

impl Scales {
    /// Tells them all in one pass over the values, parts before what they are parts of.
    #[must_use]
    pub fn new(values: &Values) -> Self {
        let mut scales = Self { of: Vec::with_capacity(values.nodes().len()) };
        let mut formulas = Formulas::default();
        for &node in values.nodes() {
            let scale = scales.scale(values, &mut formulas, node);
            scales.of.push(scale);
        }
        scales
    }

    /// The scale of a value.
    #[must_use]
    pub fn of(&self, value: ValueId) -> Scale {
        self.of.get(value.index()).copied().unwrap_or_default()
    }

    fn scale(&self, values: &Values, formulas: &mut Formulas, node: Node) -> Scale {
        match node {
            Node::Number(_) => Scale::Constant,
            Node::Column(PriceColumn::Volume) => Scale::Volume,
            Node::Column(PriceColumn::Open | PriceColumn::High | PriceColumn::Low | PriceColumn::Close) => Scale::Price,
            Node::Variable(symbol) => match values.symbol(symbol) {
                "hl2" | "hlc3" | "ohlc4" => Scale::Price,
                _ => Scale::Unknown,
            },
            Node::Unary(UnaryOp::Negate | UnaryOp::Plus, inner) | Node::Shift(inner, _) => self.of(inner),
            Node::Binary(op, left, right) => self.arithmetic(values, op, left, right),
            Node::Conditional(_, both) => match values.node(both) {
                Node::Link(then, otherwise) => common(self.of(then), self.of(otherwise)),
                _ => Scale::Unknown,
            },
            Node::Call(..) => self.call(values, formulas, node, None),
            Node::Output(base, output) => self.call(values, formulas, values.node(base), Some(output)),
            _ => Scale::Unknown,
        }
    }

    fn arithmetic(&self, values: &Values, op: BinaryOp, left: ValueId, right: ValueId) -> Scale {
        use Scale::{Constant, Price, Share, Volume};
        match (op, self.of(left), self.of(right)) {
            (BinaryOp::Add | BinaryOp::Subtract, scale, Constant) => scale,
            (BinaryOp::Add, Constant, scale) => scale,
            // `100 - willr(14)`, `1 - close / open`.
            (BinaryOp::Subtract, Constant, Share) => Share,
            (BinaryOp::Add | BinaryOp::Subtract, a, b) => common(a, b),
            (BinaryOp::Multiply | BinaryOp::Divide, scale, Constant) => scaled(values, scale, right),
            (BinaryOp::Multiply, Constant, scale) => scaled(values, scale, left),
            (BinaryOp::Multiply, Share, Share)
            | (BinaryOp::Divide, Price, Price)
            | (BinaryOp::Divide, Volume, Volume)
            | (BinaryOp::Divide, Share, Share) => Share,
            _ => Scale::Unknown,
        }
    }

    /// The scale of a call (`output` is `None`), or of one of its outputs.
    fn call(&self, values: &Values, formulas: &mut Formulas, call: Node, output: Option<u32>) -> Scale {
        let Node::Call(function, inputs, _) = call else { return Scale::Unknown };
        let inputs = || values.list(inputs).map(|input| self.of(input));
        let of_inputs = || inputs().reduce(common).unwrap_or_default();
        match *formulas.entry(function).or_insert_with(|| formula(values.symbol(function))) {
            Formula::Kept => of_inputs(),
            Formula::EachKept if output.is_some() => of_inputs(),
            Formula::FirstKept if output == Some(0) => of_inputs(),
            Formula::Weighted => {
                let mut inputs = inputs().peekable();
                let weighed = std::iter::from_fn(|| inputs.next().filter(|_| inputs.peek().is_some()));
                weighed.reduce(common).unwrap_or_default()
            }
            Formula::Ratio => Scale::Share,
            Formula::EachRatio if output.is_some() => Scale::Share,
            Formula::EachKept | Formula::FirstKept | Formula::EachRatio => Scale::Unknown,
            Formula::From(place) => inputs().skip(place).reduce(common).unwrap_or_default(),
            Formula::At(place) => inputs().nth(place).unwrap_or_default(),
            Formula::Ranges(outputs) => {
                let range = match output {
                    Some(output) => outputs.get(output as usize),
                    None if outputs.len() == 1 => outputs.first(),
                    None => None,
                };
                match range {
                    // What goes in steps is a flag, a pattern or a place.
                    Some(OutputRange::Fixed { low, high, step, .. })
                        if *step == 0.0 && low.is_finite() && high.is_finite() =>
                    {
                        Scale::Share
                    }
                    Some(OutputRange::Within(_)) => of_inputs(),
                    _ => Scale::Unknown,
                }
            }
        }
    }
}

/// The formulas of the functions met so far: scripts call few, many times.
type Formulas = Map<Symbol, Formula>;

fn formula(name: &str) -> Formula {
    match FORMULAS.binary_search_by(|(known, _)| (*known).cmp(name)) {
        Ok(at) => FORMULAS[at].1,
        Err(_) => Formula::Ranges(function_ranges(name).map_or(&[], |row| row.outputs)),
    }
}

/// One of two values, whichever it is, or their sum or difference.
fn common(a: Scale, b: Scale) -> Scale {
    if a == b { a } else { Scale::Unknown }
}

/// Factors from here on are there to bring two scales together: `volume / 1000 > close` is meant so.
const CONVERTS: f64 = 100.0;

/// A value times a number, or divided by it.
fn scaled(values: &Values, scale: Scale, factor: ValueId) -> Scale {
    let size = values.number(factor).map_or(0.0, f64::abs);
    let size = if size < 1.0 { size.recip() } else { size };
    match scale {
        // A ratio times 100 is a percentage.
        Scale::Share if size <= CONVERTS => Scale::Share,
        Scale::Constant => Scale::Constant,
        Scale::Price | Scale::Volume if size < CONVERTS => scale,
        _ => Scale::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_stand_in_the_order_of_their_names_and_none_is_told_twice() {
        assert!(FORMULAS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        let told =
            |name: &str| function_ranges(name).is_some_and(|row| row.outputs.len() == 1 && is_told(&row.outputs[0]));
        let is_told = |name: &&str| told(name);
        let twice: Vec<&str> = FORMULAS.iter().map(|(name, _)| *name).filter(is_told).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    fn is_told(range: &OutputRange) -> bool {
        match range {
            OutputRange::Fixed { low, high, .. } => low.is_finite() && high.is_finite(),
            OutputRange::Within(_) => true,
            OutputRange::Any => false,
        }
    }

    #[test]
    fn every_function_is_one_of_the_catalog() {
        let catalog = signal_catalog::Catalog::bundled();
        for (name, _) in FORMULAS {
            assert!(catalog.get(&name.to_lowercase()).is_some(), "{name}");
        }
    }
}
