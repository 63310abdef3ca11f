//! Entries to Rust. Tables that are equal are printed once, which keeps both the compile time and the binary small.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::formula::Formula;
use crate::index;
use crate::resolve::{Entry, Input, Output, Param, Signature, TalibParam};

/// Statics by what they hold.
#[derive(Default)]
struct Pool {
    text: String,
    names: HashMap<String, String>,
}

impl Pool {
    /// A `Cow` of a static slice of these values.
    fn slice(&mut self, kind: &str, values: &[String]) -> String {
        if values.is_empty() {
            return "Cow::Borrowed(&[])".to_owned();
        }
        let list = values.join(", ");
        let count = values.len();
        let key = format!("{kind}: {list}");
        if let Some(name) = self.names.get(&key) {
            return format!("Cow::Borrowed(&{name})");
        }
        let name = format!("TABLE_{}", self.names.len());
        // Writing to a String can't fail.
        let _ = writeln!(self.text, "static {name}: [{kind}; {count}] = [{list}];");
        self.names.insert(key, name.clone());
        format!("Cow::Borrowed(&{name})")
    }

    fn texts(&mut self, texts: &[String]) -> String {
        let values: Vec<String> = texts.iter().map(|value| text(value)).collect();
        self.slice("Text", &values)
    }
}

pub(crate) fn tables(entries: &[Entry], date: &str, hash: &str) -> String {
    let mut pool = Pool::default();
    let rows: Vec<String> = entries.iter().map(|value| entry(&mut pool, value)).collect();
    let index = index::table(entries.iter().map(|entry| entry.name.as_str()));
    let mut out = pool.text;
    let _ = writeln!(out, "static ENTRIES: [Entry; {}] = [\n{},\n];", rows.len(), rows.join(",\n"));
    let _ = writeln!(out, "static INDEX: [u16; {}] = {index:?};", index.len());
    let _ = writeln!(out, "const DATE: &str = {date:?};\nconst HASH: &str = {hash:?};");
    out
}

fn text(text: &str) -> String {
    format!("Cow::Borrowed({text:?})")
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "None".to_owned(), |value| format!("Some({value:?}_f64)"))
}

fn entry(pool: &mut Pool, entry: &Entry) -> String {
    let signatures: Vec<String> = entry.signatures.iter().map(|value| signature(pool, value, entry.evidence)).collect();
    format!(
        "Entry {{ name: {}, kind: Kind::{}, group: {}, summary: {}, signatures: {}, value: ValueType::{}, evidence: Evidence::{} }}",
        text(&entry.name),
        entry.kind,
        text(&entry.group),
        text(&entry.summary),
        pool.slice("Signature", &signatures),
        entry.value,
        entry.evidence,
    )
}

fn signature(pool: &mut Pool, signature: &Signature, of_the_name: &str) -> String {
    let inputs: Vec<String> = signature.inputs.iter().map(|value| input(pool, value)).collect();
    let params: Vec<String> = signature.params.iter().map(|value| param(pool, value)).collect();
    let outputs: Vec<String> = signature.outputs.iter().map(|value| output(pool, value)).collect();
    let talib_params: Vec<String> = signature.talib_params.iter().map(talib_param).collect();
    let settling = signature.settling.as_ref().map(|(kind, bars)| format!("Settling::{kind}({})", formula(pool, bars)));
    format!(
        "Signature {{ inputs: {}, params: {}, outputs: {}, lookback: Some({}), memory: {}, settling: {}, talib: {}, talib_output: {:?}, \
         talib_params: {}, variadic: {}, strict: {}, open: false, evidence: Evidence::{}, form: Evidence::{of_the_name} }}",
        pool.slice("Input", &inputs),
        pool.slice("Param", &params),
        pool.slice("Output", &outputs),
        formula(pool, &signature.lookback),
        option(signature.memory.map(|memory| format!("Memory::{memory}"))),
        option(settling),
        option(signature.talib.as_deref().map(text)),
        signature.talib_output,
        pool.slice("TalibParam", &talib_params),
        signature.variadic,
        signature.strict,
        signature.evidence,
    )
}

fn option(value: Option<String>) -> String {
    value.map_or_else(|| "None".to_owned(), |value| format!("Some({value})"))
}

fn input(pool: &mut Pool, input: &Input) -> String {
    format!(
        "Input {{ name: {}, aliases: {}, value: ValueType::{}, column: {}, optional: {} }}",
        text(&input.name),
        pool.texts(&input.aliases),
        input.value,
        option(input.column.map(|column| format!("PriceColumn::{column}"))),
        input.optional,
    )
}

fn param(pool: &mut Pool, param: &Param) -> String {
    format!(
        "Param {{ name: {}, aliases: {}, kind: ParamKind::{}, default: {}, min: {}, max: {} }}",
        text(&param.name),
        pool.texts(&param.aliases),
        param.kind,
        number(param.default),
        number(param.min),
        number(param.max),
    )
}

fn output(pool: &mut Pool, output: &Output) -> String {
    format!(
        "Output {{ name: {}, aliases: {}, kind: OutputKind::{} }}",
        text(&output.name),
        pool.texts(&output.aliases),
        output.kind,
    )
}

fn talib_param(param: &TalibParam) -> String {
    match param {
        TalibParam::Param(index) => format!("TalibParam::Param({index})"),
        TalibParam::Fixed(value) => format!("TalibParam::Fixed({value:?}_f64)"),
    }
}

fn formula(pool: &mut Pool, formula: &Formula) -> String {
    let ops: Vec<String> = formula.ops.iter().map(|op| format!("Op::{op:?}")).collect();
    format!("Formula {{ text: {}, ops: {} }}", text(formula.text()), pool.slice("Op", &ops))
}
