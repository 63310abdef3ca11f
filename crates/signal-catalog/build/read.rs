//! What the files in `data/` may hold. A field that is not here fails the build.

use std::collections::BTreeMap;

use serde::Deserialize;

/// `talib.json`: the functions of TA-Lib, as TA-Lib describes them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TalibFile {
    #[serde(rename = "source")]
    _source: String,
    pub(crate) functions: Vec<TalibRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TalibRow {
    /// In capitals.
    pub(crate) name: String,
    pub(crate) group: String,
    pub(crate) summary: String,
    pub(crate) inputs: Vec<String>,
    pub(crate) params: Vec<ParamRow>,
    pub(crate) outputs: Vec<String>,
    pub(crate) lookback: String,
    pub(crate) memory: Option<String>,
    pub(crate) settling: Option<SettlingRow>,
    /// Where it comes from, if not from where the whole file does.
    #[serde(rename = "source")]
    _source: Option<String>,
}

/// `operators.json` and `variables.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntryFile {
    #[serde(rename = "source")]
    _source: String,
    pub(crate) entries: Vec<EntryRow>,
}

/// `language.json`: what signals are made of, and which names the service's texts show.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LanguageFile {
    #[serde(rename = "source")]
    _source: String,
    pub(crate) date: String,
    pub(crate) documented: Vec<String>,
    pub(crate) entries: Vec<EntryRow>,
}

/// Names that mean the same. With `talib` at this level they are that function; else `signatures` says how to call them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntryRow {
    pub(crate) names: Vec<String>,
    pub(crate) kind: Option<String>,
    pub(crate) value: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) evidence: Option<String>,
    #[serde(default)]
    pub(crate) signatures: Vec<SignatureRow>,
    pub(crate) talib: Option<String>,
    pub(crate) talib_output: Option<u8>,
    /// Defaults that differ from the TA-Lib function's.
    #[serde(default)]
    pub(crate) defaults: BTreeMap<String, f64>,
    /// The row stands for the TA-Lib function of the same name, too.
    #[serde(default)]
    pub(crate) replaces_talib: bool,
}

/// A way to call. With `talib` and no lookback it is that function's signature.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignatureRow {
    /// `name`, `name=column`, `name:type`, with `?` at the end if it may be left out; a price column's name is that column.
    #[serde(default)]
    pub(crate) inputs: Vec<String>,
    #[serde(default)]
    pub(crate) params: Vec<ParamRow>,
    /// `name` or `name:kind`.
    #[serde(default)]
    pub(crate) outputs: Vec<String>,
    pub(crate) lookback: Option<String>,
    pub(crate) memory: Option<String>,
    pub(crate) settling: Option<SettlingRow>,
    pub(crate) talib: Option<String>,
    pub(crate) talib_output: Option<u8>,
    /// For each parameter of the TA-Lib function, the name of one of ours, or a number.
    #[serde(default)]
    pub(crate) talib_params: Vec<serde_json::Value>,
    #[serde(default)]
    pub(crate) variadic: bool,
    #[serde(default)]
    pub(crate) strict: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ParamRow {
    pub(crate) name: String,
    pub(crate) default: Option<f64>,
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
    #[serde(default, rename = "type")]
    pub(crate) kind: ParamKindRow,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ParamKindRow {
    #[default]
    Integer,
    Real,
    MovingAverage,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum SettlingRow {
    Exponential(String),
    Wilder(String),
    Stages(String),
}

/// `aliases.json`: by the name that TA-Lib has, the others that people write.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AliasFile {
    #[serde(rename = "source")]
    _source: String,
    pub(crate) inputs: BTreeMap<String, Vec<String>>,
    pub(crate) params: BTreeMap<String, Vec<String>>,
    pub(crate) outputs: BTreeMap<String, Vec<String>>,
}
