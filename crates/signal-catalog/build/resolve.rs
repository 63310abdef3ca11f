//! Rows to entries: aliases, TA-Lib functions under other names and evidence are resolved, and whatever does not fit
//! together is refused.

use std::collections::{BTreeMap, BTreeSet};

use crate::Fault;
use crate::formula::Formula;
use crate::read::{AliasFile, EntryRow, ParamKindRow, ParamRow, SettlingRow, SignatureRow, TalibFile, TalibRow};

/// An entry whose fields are as `write.rs` prints them: enum variants by their name.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) group: String,
    pub(crate) summary: String,
    pub(crate) signatures: Vec<Signature>,
    pub(crate) value: &'static str,
    pub(crate) evidence: &'static str,
}

#[derive(Clone)]
pub(crate) struct Signature {
    pub(crate) inputs: Vec<Input>,
    pub(crate) params: Vec<Param>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) lookback: Formula,
    pub(crate) memory: Option<&'static str>,
    pub(crate) settling: Option<(&'static str, Formula)>,
    pub(crate) talib: Option<String>,
    pub(crate) talib_output: Option<u8>,
    pub(crate) talib_params: Vec<TalibParam>,
    pub(crate) variadic: bool,
    pub(crate) strict: bool,
    pub(crate) evidence: &'static str,
}

#[derive(Clone)]
pub(crate) enum TalibParam {
    Param(usize),
    Fixed(f64),
}

#[derive(Clone)]
pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) value: &'static str,
    pub(crate) column: Option<&'static str>,
    pub(crate) optional: bool,
}

#[derive(Clone)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) kind: &'static str,
    pub(crate) default: Option<f64>,
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
}

#[derive(Clone)]
pub(crate) struct Output {
    pub(crate) name: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) kind: &'static str,
}

type Functions<'r> = BTreeMap<&'r str, (&'r TalibRow, Signature)>;

const TALIB: &str = "TaLib";
const ASSUMED: &str = "Assumed";
const DOCUMENTED: &str = "Documented";

pub(crate) fn entries(
    talib: &TalibFile,
    files: &[&[EntryRow]],
    aliases: &AliasFile,
    documented: &[String],
) -> Result<Vec<Entry>, Fault> {
    let mut functions = Functions::new();
    for row in &talib.functions {
        let signature = signature(&talib_signature_row(row), &Functions::new(), aliases, TALIB)
            .map_err(|fault| within(&row.name, fault))?;
        if functions.insert(&row.name, (row, Signature { talib: Some(row.name.clone()), ..signature })).is_some() {
            return Err(Fault(format!("data/talib.json: `{}` is there twice", row.name)));
        }
    }
    let rows = || files.iter().copied().flatten();
    let replaced: BTreeSet<&str> =
        rows().filter(|row| row.replaces_talib).flat_map(|row| row.names.iter().map(String::as_str)).collect();

    let mut entries = Vec::new();
    for (row, signature) in functions.values() {
        let name = row.name.to_lowercase();
        if !replaced.contains(name.as_str()) {
            entries.push(talib_entry(name, row, signature.clone()));
        }
    }
    for row in rows() {
        for name in &row.names {
            entries.push(entry(name, row, &functions, aliases).map_err(|fault| within(name, fault))?);
        }
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(pair) = entries.windows(2).find(|pair| pair[0].name == pair[1].name) {
        return Err(Fault(format!(
            "data: `{}` has two entries; name it once, or say \"replaces_talib\"",
            pair[0].name
        )));
    }
    for name in documented {
        let entry = entries.iter_mut().find(|entry| entry.name == *name);
        let entry =
            entry.ok_or_else(|| Fault(format!("data/language.json: `{name}` is documented but has no entry")))?;
        entry.evidence = DOCUMENTED;
        for signature in &mut entry.signatures {
            signature.evidence = DOCUMENTED;
        }
    }
    if let Some(name) = replaced.iter().find(|name| !functions.contains_key(name.to_uppercase().as_str())) {
        return Err(Fault(format!("data: `{name}` says \"replaces_talib\", but TA-Lib has no such function")));
    }
    every_alias_is_of_use(&entries, aliases)?;
    Ok(entries)
}

/// An alias for a name that nothing has is a slip, or was forgotten when the name went.
fn every_alias_is_of_use(entries: &[Entry], aliases: &AliasFile) -> Result<(), Fault> {
    let signatures = || entries.iter().flat_map(|entry| &entry.signatures);
    let inputs = signatures().flat_map(|signature| signature.inputs.iter().map(|input| input.name.as_str())).collect();
    let params = signatures().flat_map(|signature| signature.params.iter().map(|param| param.name.as_str())).collect();
    let outputs =
        signatures().flat_map(|signature| signature.outputs.iter().map(|output| output.name.as_str())).collect();
    for (known, used) in [(&aliases.inputs, inputs), (&aliases.params, params), (&aliases.outputs, outputs)] {
        let used: BTreeSet<&str> = used;
        if let Some(name) = known.keys().find(|name| !used.contains(name.as_str())) {
            return Err(Fault(format!("data/aliases.json: nothing is called `{name}`")));
        }
    }
    Ok(())
}

fn within(name: &str, fault: Fault) -> Fault {
    Fault(format!("data, `{name}`: {}", fault.0))
}

fn talib_signature_row(row: &TalibRow) -> SignatureRow {
    SignatureRow {
        inputs: row.inputs.clone(),
        params: row.params.iter().map(|param| ParamRow { name: param.name.clone(), ..*param }).collect(),
        outputs: row.outputs.clone(),
        lookback: Some(row.lookback.clone()),
        memory: row.memory.clone(),
        settling: row.settling.as_ref().map(|settling| match settling {
            SettlingRow::Exponential(text) => SettlingRow::Exponential(text.clone()),
            SettlingRow::Wilder(text) => SettlingRow::Wilder(text.clone()),
            SettlingRow::Stages(text) => SettlingRow::Stages(text.clone()),
        }),
        talib: None,
        talib_output: None,
        talib_params: Vec::new(),
        variadic: false,
        strict: false,
    }
}

fn talib_entry(name: String, row: &TalibRow, signature: Signature) -> Entry {
    Entry {
        name,
        kind: "Indicator",
        group: row.group.clone(),
        summary: row.summary.clone(),
        signatures: vec![signature],
        value: "Number",
        evidence: TALIB,
    }
}

fn entry(name: &str, row: &EntryRow, functions: &Functions<'_>, aliases: &AliasFile) -> Result<Entry, Fault> {
    let evidence = match row.evidence.as_deref() {
        Some(text) => one_of(text, &[("documented", DOCUMENTED), ("assumed", ASSUMED)])?,
        None if row.replaces_talib => TALIB,
        None => ASSUMED,
    };
    let kinds = [
        ("indicator", "Indicator"),
        ("operator", "Operator"),
        ("variable", "Variable"),
        ("signal", "Signal"),
        ("action", "Action"),
        ("sizing", "Sizing"),
    ];
    let kind = row.kind.as_deref().map(|text| one_of(text, &kinds)).transpose()?;
    let value = row.value.as_deref().map_or(Ok("Number"), value_type)?;
    let mut signatures = Vec::new();
    let mut talib = None;
    if let Some(function) = &row.talib {
        let (function, signature) = function_named(functions, function)?;
        talib = Some(function);
        signatures.push(under_another_name(signature.clone(), row, evidence)?);
    }
    for signature_row in &row.signatures {
        // The TA-Lib function of the same name rests on TA-Lib; what was added beside it is an assumption.
        let own = signature_row.talib.as_ref().is_some_and(|function| function.to_lowercase() == *name);
        let evidence = if evidence == TALIB && !own { ASSUMED } else { evidence };
        signatures.push(signature(signature_row, functions, aliases, evidence)?);
    }
    Ok(Entry {
        name: name.to_owned(),
        kind: kind.unwrap_or(if talib.is_some() { "Indicator" } else { "Operator" }),
        group: row
            .group
            .clone()
            .or_else(|| Some(talib?.group.clone()))
            .ok_or_else(|| Fault("has no group".to_owned()))?,
        summary: row
            .summary
            .clone()
            .or_else(|| Some(talib?.summary.clone()))
            .ok_or_else(|| Fault("has no summary".to_owned()))?,
        signatures,
        value,
        evidence,
    })
}

fn under_another_name(mut signature: Signature, row: &EntryRow, evidence: &'static str) -> Result<Signature, Fault> {
    signature.evidence = evidence;
    if let Some(output) = row.talib_output {
        signature.outputs = vec![picked(&signature.outputs, output)?];
        signature.talib_output = Some(output);
    }
    for (name, default) in &row.defaults {
        let param = signature.params.iter_mut().find(|param| param.name == *name);
        param.ok_or_else(|| Fault(format!("there is no parameter `{name}` to give a default")))?.default =
            Some(*default);
    }
    Ok(signature)
}

fn picked(outputs: &[Output], output: u8) -> Result<Output, Fault> {
    outputs.get(usize::from(output)).cloned().ok_or_else(|| Fault(format!("there is no output {output}")))
}

fn function_named<'f>(functions: &'f Functions<'_>, name: &str) -> Result<&'f (&'f TalibRow, Signature), Fault> {
    functions.get(name).ok_or_else(|| Fault(format!("TA-Lib has no function `{name}`")))
}

fn signature(
    row: &SignatureRow,
    functions: &Functions<'_>,
    aliases: &AliasFile,
    evidence: &'static str,
) -> Result<Signature, Fault> {
    let function = row.talib.as_ref().map(|name| function_named(functions, name)).transpose()?;
    if let (Some((_, signature)), None) = (function, &row.lookback) {
        return Ok(Signature { strict: row.strict, evidence, ..signature.clone() });
    }
    let inputs = row.inputs.iter().map(|text| input(text)).collect::<Result<Vec<_>, _>>()?;
    let outputs = row.outputs.iter().map(|text| output(text)).collect::<Result<Vec<_>, _>>()?;
    let names: Vec<&str> = row.params.iter().map(|param| param.name.as_str()).collect();
    let lookback = row.lookback.as_deref().ok_or_else(|| Fault("has no lookback".to_owned()))?;
    let memories = [("finite", "Finite"), ("recursive", "Recursive"), ("cumulative", "Cumulative")];
    let mut signature = Signature {
        inputs,
        params: row.params.iter().map(param).collect(),
        outputs,
        lookback: parsed(lookback, &names)?,
        memory: row.memory.as_deref().map(|text| one_of(text, &memories)).transpose()?,
        settling: row.settling.as_ref().map(|settling| settled(settling, &names)).transpose()?,
        talib: row.talib.clone(),
        talib_output: row.talib_output,
        talib_params: row.talib_params.iter().map(|value| talib_param(value, &names)).collect::<Result<_, _>>()?,
        variadic: row.variadic,
        strict: row.strict,
        evidence,
    };
    if let Some((_, whole)) = function {
        let params = signature.talib_params.len();
        if params != 0 && params != whole.params.len() {
            return Err(Fault(format!("gives {params} of the function's {} parameters", whole.params.len())));
        }
        row.talib_output.map(|output| picked(&whole.outputs, output)).transpose()?;
    }
    add_aliases(&mut signature, aliases)?;
    Ok(signature)
}

fn parsed(text: &str, names: &[&str]) -> Result<Formula, Fault> {
    Formula::parse(text, names).map_err(|error| Fault(format!("`{text}`: {error}")))
}

fn settled(row: &SettlingRow, names: &[&str]) -> Result<(&'static str, Formula), Fault> {
    Ok(match row {
        SettlingRow::Exponential(text) => ("Exponential", parsed(text, names)?),
        SettlingRow::Wilder(text) => ("Wilder", parsed(text, names)?),
        SettlingRow::Stages(text) => ("Stages", parsed(text, names)?),
    })
}

fn talib_param(value: &serde_json::Value, names: &[&str]) -> Result<TalibParam, Fault> {
    if let Some(number) = value.as_f64() {
        return Ok(TalibParam::Fixed(number));
    }
    let index = value.as_str().and_then(|name| names.iter().position(|param| *param == name));
    index.map(TalibParam::Param).ok_or_else(|| Fault(format!("{value} is neither a number nor a parameter")))
}

fn input(text: &str) -> Result<Input, Fault> {
    let (text, optional) = text.strip_suffix('?').map_or((text, false), |text| (text, true));
    let (text, value) = text.split_once(':').map_or((text, "number"), |(text, value)| (text, value));
    let (name, column) = text.split_once('=').map_or((text, None), |(text, column)| (text, Some(column)));
    let column = match column {
        Some(column) => Some(price_column(column).ok_or_else(|| Fault(format!("`{column}` is no price column")))?),
        None => price_column(name),
    };
    Ok(Input { name: name.to_owned(), aliases: Vec::new(), value: value_type(value)?, column, optional })
}

fn price_column(name: &str) -> Option<&'static str> {
    let columns = [("open", "Open"), ("high", "High"), ("low", "Low"), ("close", "Close"), ("volume", "Volume")];
    columns.into_iter().find(|(column, _)| *column == name).map(|(_, variant)| variant)
}

fn output(text: &str) -> Result<Output, Fault> {
    let (name, kind) = text.split_once(':').unwrap_or((text, "real"));
    let kind = one_of(kind, &[("real", "Real"), ("integer", "Integer"), ("boolean", "Boolean")])?;
    Ok(Output { name: name.to_owned(), aliases: Vec::new(), kind })
}

fn param(row: &ParamRow) -> Param {
    let kind = match row.kind {
        ParamKindRow::Integer => "Integer",
        ParamKindRow::Real => "Real",
        ParamKindRow::MovingAverage => "MovingAverage",
    };
    Param { name: row.name.clone(), aliases: Vec::new(), kind, default: row.default, min: row.min, max: row.max }
}

fn value_type(text: &str) -> Result<&'static str, Fault> {
    let types = [
        ("number", "Number"),
        ("boolean", "Boolean"),
        ("text", "Text"),
        ("action", "Action"),
        ("sizing", "Sizing"),
        ("nothing", "Nothing"),
    ];
    one_of(text, &types)
}

fn one_of(text: &str, choices: &[(&str, &'static str)]) -> Result<&'static str, Fault> {
    let found = choices.iter().find(|(choice, _)| *choice == text);
    found.map(|(_, variant)| *variant).ok_or_else(|| {
        let known: Vec<&str> = choices.iter().map(|(choice, _)| *choice).collect();
        Fault(format!("`{text}` is none of {}", known.join(", ")))
    })
}

/// Adds the aliases, each where it can be told apart: inputs and parameters share the keywords of a call, and what
/// stands first in the signature has the first claim.
fn add_aliases(signature: &mut Signature, aliases: &AliasFile) -> Result<(), Fault> {
    let mut taken = BTreeSet::new();
    let names =
        signature.inputs.iter().map(|input| &input.name).chain(signature.params.iter().map(|param| &param.name));
    for name in names {
        if !taken.insert(name.clone()) {
            return Err(Fault(format!("`{name}` names two things")));
        }
    }
    for input in &mut signature.inputs {
        input.aliases = free(&input.name, &aliases.inputs, &mut taken);
    }
    for param in &mut signature.params {
        param.aliases = free(&param.name, &aliases.params, &mut taken);
    }
    let mut taken: BTreeSet<String> = signature.outputs.iter().map(|output| output.name.clone()).collect();
    if taken.len() != signature.outputs.len() {
        return Err(Fault("two outputs have one name".to_owned()));
    }
    for output in &mut signature.outputs {
        output.aliases = free(&output.name, &aliases.outputs, &mut taken);
    }
    Ok(())
}

fn free(name: &str, aliases: &BTreeMap<String, Vec<String>>, taken: &mut BTreeSet<String>) -> Vec<String> {
    let known = aliases.get(name).map(Vec::as_slice).unwrap_or_default();
    known.iter().filter(|alias| taken.insert((*alias).clone())).cloned().collect()
}
