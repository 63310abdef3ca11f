//! Signatures that an author writes down in `signal.toml`: `slope(series, period=14) lookback period-1`.

use std::borrow::Cow;

use crate::{
    Entry, Evidence, Formula, FormulaError, Input, Kind, Output, OutputKind, Param, ParamKind, PriceColumn, Signature,
    Text, ValueType,
};

/// What is wrong with a declaration, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeclareError {
    /// It does not begin with a name.
    #[error("a declaration begins with a name, such as `slope(series, period)`")]
    NoName,
    /// A part of the brackets is neither a name nor `name=number`.
    #[error("`{text}` is neither a name nor `name=number`, as in `slope(series, period=14)`")]
    Part {
        /// Byte in the declaration where it begins.
        offset: usize,
        /// What stands there.
        text: String,
    },
    /// One name for two inputs or parameters.
    #[error("`{name}` is declared twice")]
    Twice {
        /// Byte in the declaration where it stands again.
        offset: usize,
        /// The name.
        name: String,
    },
    /// The brackets are not closed.
    #[error("`)` is missing")]
    Unclosed,
    /// Text behind the brackets that is not `lookback FORMULA`.
    #[error(
        "`{text}` is out of place: only `lookback` and a formula may follow, as in `slope(series, period) lookback period-1`"
    )]
    Trailing {
        /// Byte in the declaration where it begins.
        offset: usize,
        /// What stands there.
        text: String,
    },
    /// The formula behind `lookback` can't be read; its offset counts within the declaration.
    #[error("the lookback can't be read: {0}")]
    Lookback(FormulaError),
}

/// Names that an author gives to a parameter rather than to a series when there is no default to tell.
const PARAM_NAMES: [&str; 28] = [
    "period",
    "periods",
    "timeperiod",
    "length",
    "len",
    "window",
    "n",
    "k",
    "p",
    "q",
    "bars",
    "lag",
    "offset",
    "fast",
    "slow",
    "signal",
    "dev",
    "nbdev",
    "mult",
    "multiplier",
    "factor",
    "sigma",
    "alpha",
    "threshold",
    "percentile",
    "digits",
    "matype",
    "smoothing",
];

impl Entry {
    /// Reads a declared signature: a name; in brackets its inputs and parameters, comma-separated; then, if known,
    /// `lookback` and a formula over the parameters.
    ///
    /// `name=number` is a parameter with a default, and so is a name that is usual for one (`period`, `fast_length`);
    /// `high`, `low` and the like are inputs that may be left out, `...` behind the last input lets it be repeated, and all else is an
    /// input. A name without brackets says only that it exists: it may be used as a variable and called in any way.
    ///
    /// # Errors
    /// A [`DeclareError`] that names the place.
    pub fn declare(text: &str) -> Result<Self, DeclareError> {
        let start = text.len() - text.trim_start().len();
        let rest = &text[start..];
        let end = rest.find(|c: char| !is_name_part(c)).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        if name.is_empty() || name.starts_with(|c: char| c.is_numeric()) {
            return Err(DeclareError::NoName);
        }
        let after_name = start + end;
        let gap = rest.len() - rest.trim_start().len();
        let rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(entry(name, Kind::Variable, open_signature()));
        }
        let Some(rest) = rest.strip_prefix('(') else {
            return Err(DeclareError::Trailing { offset: after_name + gap, text: rest.trim_end().to_owned() });
        };
        let offset = after_name + gap + 1;
        let close = rest.find(')').ok_or(DeclareError::Unclosed)?;
        let mut signature = brackets(&rest[..close], offset)?;
        signature.lookback = lookback(&rest[close + 1..], offset + close + 1, &signature.params)?;
        Ok(entry(name, Kind::Indicator, signature))
    }
}

/// What is known of a name together with what the author declares of it: the declaration rules, and what it leaves
/// open stays as known.
pub(crate) fn merge(known: &Entry, declared: Entry) -> Entry {
    let mut merged = known.clone();
    merged.evidence = merged.evidence.max(declared.evidence);
    if declared.kind == Kind::Variable {
        return merged;
    }
    let signatures = declared.signatures.iter().map(|signature| complete(signature, known)).collect::<Vec<_>>();
    if !signatures.is_empty() {
        merged.signatures = Cow::Owned(signatures);
    }
    merged
}

/// A declared signature without a lookback, completed from a known one of the same shape, whose formulas then hold
/// under the new names.
fn complete(declared: &Signature, known: &Entry) -> Signature {
    let same_shape = |signature: &&Signature| {
        signature.inputs.len() == declared.inputs.len()
            && signature.params.len() == declared.params.len()
            && signature.variadic == declared.variadic
    };
    let mut signature = declared.clone();
    let Some(same) = known.signatures.iter().find(same_shape) else { return signature };
    signature.outputs = same.outputs.clone();
    if signature.lookback.is_none() {
        signature.lookback.clone_from(&same.lookback);
        signature.memory = same.memory;
        signature.settling.clone_from(&same.settling);
        signature.talib.clone_from(&same.talib);
        signature.talib_output = same.talib_output;
        signature.talib_params = same.talib_params.clone();
    }
    for (param, same) in signature.params.to_mut().iter_mut().zip(same.params.iter()) {
        param.kind = same.kind;
        param.min = same.min;
        param.max = same.max;
        param.default = param.default.or(same.default);
    }
    for (input, same) in signature.inputs.to_mut().iter_mut().zip(same.inputs.iter()) {
        input.value = same.value;
        input.column = input.column.or(same.column);
        input.optional |= same.optional;
    }
    signature
}

fn entry(name: &str, kind: Kind, signature: Signature) -> Entry {
    Entry {
        name: Cow::Owned(name.to_owned()),
        kind,
        group: Cow::Borrowed("Declared"),
        summary: Cow::Borrowed("Declared in signal.toml"),
        signatures: Cow::Owned(vec![signature]),
        value: if kind == Kind::Variable { ValueType::Unknown } else { ValueType::Number },
        evidence: Evidence::Declared,
    }
}

/// What takes any arguments and tells nothing of itself.
pub(crate) fn open_signature() -> Signature {
    let anything = Input { optional: true, value: ValueType::Unknown, ..input("value") };
    Signature { inputs: Cow::Owned(vec![anything]), variadic: true, open: true, ..empty_signature() }
}

pub(crate) fn empty_signature() -> Signature {
    Signature {
        inputs: Cow::Borrowed(&[]),
        params: Cow::Borrowed(&[]),
        outputs: Cow::Owned(vec![Output {
            name: Cow::Borrowed("real"),
            aliases: Cow::Borrowed(&[]),
            kind: OutputKind::Real,
        }]),
        lookback: None,
        memory: None,
        settling: None,
        talib: None,
        talib_output: None,
        talib_params: Cow::Borrowed(&[]),
        variadic: false,
        strict: false,
        open: false,
        evidence: Evidence::Declared,
        form: Evidence::Declared,
    }
}

fn brackets(text: &str, mut offset: usize) -> Result<Signature, DeclareError> {
    let mut signature = empty_signature();
    if text.trim().is_empty() {
        return Ok(signature);
    }
    for part in text.split(',') {
        let at = offset + (part.len() - part.trim_start().len());
        offset += part.len() + 1;
        let part = part.trim();
        if part == "..." && !signature.inputs.is_empty() && !signature.variadic {
            signature.variadic = true;
            continue;
        }
        let (name, default) = match part.split_once('=') {
            Some((name, default)) => (name.trim_end(), Some(default.trim_start())),
            None => (part, None),
        };
        let default_value =
            default.map(str::parse::<f64>).transpose().ok().filter(|value| value.is_none_or(f64::is_finite));
        let is_name = !name.is_empty() && !name.starts_with(|c: char| c.is_numeric()) && name.chars().all(is_name_part);
        let (true, Some(default_value)) = (is_name, default_value) else {
            return Err(DeclareError::Part { offset: at, text: part.to_owned() });
        };
        if signature.input_index(name).is_some() || signature.param_index(name).is_some() {
            return Err(DeclareError::Twice { offset: at, name: name.to_owned() });
        }
        if default_value.is_some() || is_param_name(name) {
            signature.params.to_mut().push(param(name, default_value));
        } else {
            signature.inputs.to_mut().push(input(name));
        }
    }
    Ok(signature)
}

fn lookback(text: &str, offset: usize, params: &[Param]) -> Result<Option<Formula>, DeclareError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(None);
    }
    let at = offset + (text.len() - text.trim_start().len());
    let trimmed = trimmed.strip_prefix("->").map_or(trimmed, str::trim_start);
    let Some(formula) = trimmed.strip_prefix("lookback").filter(|rest| !rest.starts_with(is_name_part)) else {
        return Err(DeclareError::Trailing { offset: at, text: trimmed.to_owned() });
    };
    let names: Vec<&str> = params.iter().map(|param| &*param.name).collect();
    // The formula is a tail of the text, but for blanks at its end.
    let start = offset + text.trim_end().len() - formula.len();
    let formula = Formula::parse(formula, &names)
        .map_err(|error| DeclareError::Lookback(FormulaError { offset: error.offset + start, ..error }))?;
    Ok(Some(formula))
}

fn input(name: &str) -> Input {
    let columns = [PriceColumn::Open, PriceColumn::High, PriceColumn::Low, PriceColumn::Close, PriceColumn::Volume];
    Input {
        name: Cow::Owned(name.to_owned()),
        aliases: Cow::Borrowed(&[]),
        value: ValueType::Number,
        column: columns.into_iter().find(|column| column.as_str() == name),
        optional: false,
    }
}

fn param(name: &str, default: Option<f64>) -> Param {
    // Fractions are allowed unless the name says that bars are counted; a declaration has no other word for it.
    let counts = ["period", "length", "window", "bars"].iter().any(|word| name.contains(word));
    let whole = counts && default.is_none_or(|default| default.fract() == 0.0);
    Param {
        name: Cow::Owned(name.to_owned()),
        aliases: Cow::Borrowed(&[] as &[Text]),
        kind: if whole { ParamKind::Integer } else { ParamKind::Real },
        default,
        min: None,
        max: None,
    }
}

pub(crate) fn is_param_name(name: &str) -> bool {
    let last_word = name.rsplit('_').next().unwrap_or(name);
    let is_usual = |word: &str| PARAM_NAMES.contains(&word);
    is_usual(name) || is_usual(last_word) || name.ends_with("period") || name.ends_with("length")
}

fn is_name_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
