//! `data/ranges.json`: which values the outputs of TA-Lib's functions can take, as Rust tables sorted by function.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Deserialize;

use crate::Fault;
use crate::read::{ParamKindRow, TalibFile, TalibRow};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RangeFile {
    #[serde(rename = "source")]
    _source: String,
    functions: Vec<RangeRow>,
    rounded: RoundedRow,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RangeRow {
    /// TA-Lib's names, in capitals.
    names: Vec<String>,
    /// One an output; `null` where nothing is known.
    outputs: Vec<Option<OutputRow>>,
    #[serde(rename = "source")]
    _source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoundedRow {
    #[serde(rename = "source")]
    _source: String,
    names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OutputRow {
    Within { within: Within },
    Fixed(FixedRow),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Within {
    Exact,
    Rounded,
    Running,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FixedRow {
    low: Option<f64>,
    high: Option<f64>,
    #[serde(default)]
    slack: f64,
    #[serde(default)]
    step: f64,
}

/// The tables as Rust.
pub(crate) fn tables(file: &RangeFile, talib: &TalibFile) -> Result<String, Fault> {
    let functions: BTreeMap<&str, &TalibRow> = talib.functions.iter().map(|row| (row.name.as_str(), row)).collect();
    let known = |name: &str| {
        functions.get(name).copied().ok_or_else(|| Fault(format!("data/ranges.json: TA-Lib has no function `{name}`")))
    };
    let mut rounded = BTreeSet::new();
    for name in &file.rounded.names {
        known(name)?;
        rounded.insert(name.as_str());
    }
    let mut outputs: BTreeMap<&str, &[Option<OutputRow>]> = rounded.iter().map(|name| (*name, &[][..])).collect();
    for row in &file.functions {
        for name in &row.names {
            if known(name)?.outputs.len() != row.outputs.len() {
                return Err(Fault(format!("data/ranges.json: `{name}` has another number of outputs")));
            }
            if outputs.insert(name, &row.outputs).is_some_and(|before| !before.is_empty()) {
                return Err(Fault(format!("data/ranges.json: `{name}` is there twice")));
            }
        }
    }
    let mut text = String::new();
    // Writing to a String can't fail. The bounds of an arc sine are not a slip for the constant.
    text.push_str("#[allow(clippy::approx_constant)]\n");
    let _ = writeln!(text, "static FUNCTIONS: [FunctionRanges; {}] = [", outputs.len());
    for (name, outputs) in &outputs {
        let row = known(name)?;
        let columns: Vec<String> = row.inputs.iter().map(|input| column(input)).collect();
        let params: Vec<String> = row.params.iter().map(|param| kind(param.kind)).collect();
        let ranges: Vec<String> = outputs.iter().map(|output| range(output.as_ref())).collect();
        let _ = writeln!(
            text,
            "FunctionRanges {{ name: {name:?}, inputs: &[{}], params: &[{}], outputs: &[{}], rounded: {} }},",
            columns.join(", "),
            params.join(", "),
            ranges.join(", "),
            rounded.contains(name)
        );
    }
    text.push_str("];\n");
    Ok(text)
}

fn column(input: &str) -> String {
    let column = match input {
        "open" => "Open",
        "high" => "High",
        "low" => "Low",
        "close" => "Close",
        "volume" => "Volume",
        _ => return "None".to_owned(),
    };
    format!("Some(PriceColumn::{column})")
}

fn kind(kind: ParamKindRow) -> String {
    let kind = match kind {
        ParamKindRow::Integer => "Integer",
        ParamKindRow::Real => "Real",
        ParamKindRow::MovingAverage => "MovingAverage",
    };
    format!("ParamKind::{kind}")
}

fn range(row: Option<&OutputRow>) -> String {
    match row {
        None => "OutputRange::Any".to_owned(),
        Some(OutputRow::Within { within }) => {
            let rounding = match within {
                Within::Exact => "Exact",
                Within::Rounded => "Rounded",
                Within::Running => "Running",
            };
            format!("OutputRange::Within(Rounding::{rounding})")
        }
        Some(OutputRow::Fixed(row)) => {
            let bound = |value: Option<f64>, open: &str| {
                value.map_or_else(|| open.to_owned(), |value| format!("{value:?}_f64"))
            };
            format!(
                "OutputRange::Fixed {{ low: {}, high: {}, slack: {:?}_f64, step: {:?}_f64 }}",
                bound(row.low, "f64::NEG_INFINITY"),
                bound(row.high, "f64::INFINITY"),
                row.slack,
                row.step
            )
        }
    }
}
