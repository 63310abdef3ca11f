//! What a record says of its name: kind, summary, and the ways to call it.

use std::borrow::Cow;
use std::collections::HashSet;

use super::json::{Json, plain};
use super::name::is_identifier;
use super::parts::{self, StatedParam};
use super::walk::{Found, Record};
use super::words;
use crate::{Formula, Input, Kind, Output, OutputKind, ValueType};

/// What an answer says of a name; what it leaves open is `None`.
#[derive(Debug, Default)]
pub(super) struct Stated {
    pub(super) kind: Option<Kind>,
    pub(super) value: Option<ValueType>,
    pub(super) group: Option<String>,
    pub(super) summary: Option<String>,
    /// Ways to call it; empty: nothing is said.
    pub(super) forms: Vec<Form>,
    /// What it returns, where no way to call it is told.
    pub(super) outputs: Option<Vec<Output>>,
}

/// A way to call a name, as far as an answer tells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Form {
    /// Series it works on; `None`: not told, which is not none.
    pub(super) inputs: Option<Vec<Input>>,
    pub(super) params: Option<Vec<StatedParam>>,
    pub(super) outputs: Option<Vec<Output>>,
    pub(super) lookback: Option<String>,
    pub(super) variadic: bool,
    /// The order of inputs among the parameters is not the one in which calls are written, or a part could not be read.
    pub(super) doubtful: bool,
}

impl Form {
    /// Whether it tells how the name is called.
    pub(super) fn is_told(&self) -> bool {
        self.inputs.is_some() || self.params.is_some()
    }
}

/// Reads what was found of a name.
pub(super) fn read(found: &Found<'_, '_>) -> Stated {
    let mut stated = match found.record {
        Record::Bare => Stated::default(),
        Record::Described(text) => Stated { summary: line(text), ..Stated::default() },
        Record::Call(text) => Stated { forms: parts::written_call(text).into_iter().collect(), ..Stated::default() },
        Record::Params(params) => {
            let mut form = Form::default();
            parts::read(params, &mut form, false);
            Stated { forms: vec![form], ..Stated::default() }
        }
        Record::Fields(fields) => of_fields(fields, &found.name),
    };
    stated.group = stated.group.or_else(|| found.group.and_then(line));
    stated
}

fn of_fields(record: &Json<'_>, name: &str) -> Stated {
    let text = |names: &[&str]| record.field(names).and_then(Json::text);
    let mut stated = Stated {
        kind: ["kind", "type", "t"].iter().find_map(|field| words::kind(text(&[*field])?)),
        value: ["valuetype", "valuedtype", "returntype", "returns", "outputtype", "dtype", "type", "t"]
            .iter()
            .find_map(|field| words::value_type(text(&[*field])?)),
        ..Stated::default()
    };
    let titles = ["description", "summary", "desc", "fullname", "longname", "displayname", "label", "title", "name"];
    let is_new = |text: &&str| !text.eq_ignore_ascii_case(name);
    stated.summary = titles.iter().filter_map(|field| text(&[*field])).find(is_new).and_then(line);
    let is_group = |text: &&str| words::kind(text).is_none() && words::value_type(text).is_none() && is_new(text);
    stated.group = ["category", "group", "family", "type"]
        .iter()
        .filter_map(|field| text(&[*field]))
        .find(is_group)
        .and_then(line);
    let several = record.field(&["signatures", "overloads"]).and_then(Json::list).unwrap_or_default();
    for item in several {
        match item {
            Json::Text(text) => stated.forms.extend(parts::written_call(text)),
            Json::Object(_) => stated.forms.push(form(item)),
            _ => {}
        }
    }
    if stated.forms.is_empty() {
        stated.forms.push(form(record));
    }
    stated.outputs = stated.forms.iter_mut().find_map(|form| form.outputs.clone());
    stated.forms.retain(Form::is_told);
    stated
}

/// One way to call, from the fields that tell it.
fn form(record: &Json<'_>) -> Form {
    let mut form = Form::default();
    let written = words::SIGNATURES.iter().find_map(|field| parts::written_call(record.field(&[*field])?.text()?));
    if let Some(params) = record.field(&words::PARAMS) {
        match params.text() {
            Some(text) => {
                form = parts::written_call(text).or_else(|| parts::written_parts(text)).unwrap_or_default();
            }
            None => parts::read(params, &mut form, false),
        }
    }
    if let Some(keywords) = record.field(&words::KEYWORDS) {
        parts::read(keywords, &mut form, false);
    }
    if let Some(defaults) = record.field(&words::DEFAULTS).and_then(Json::object) {
        parts::set_defaults(defaults, &mut form);
    }
    if let Some(inputs) = record.field(&words::INPUTS) {
        let params_told = form.params.is_some();
        let mut own = Form::default();
        parts::read_inputs(inputs, &mut own, params_told);
        form.inputs = own.inputs.or(form.inputs);
        form.params = form.params.or(own.params);
        form.doubtful |= own.doubtful;
    }
    if let Some(written) = written {
        // The record's own lists tell more of each part than a line of text can.
        form.variadic |= written.variadic;
        form.inputs = form.inputs.or(written.inputs);
        form.params = form.params.or(written.params);
    }
    // Two parts of one name can't both be meant by a keyword.
    let told = |form: &Form| form.inputs.as_ref().map_or(0, Vec::len) + form.params.as_ref().map_or(0, Vec::len);
    let parts = told(&form);
    let mut seen = HashSet::new();
    if let Some(inputs) = &mut form.inputs {
        inputs.retain(|input| seen.insert(input.name.to_string()));
    }
    if let Some(params) = &mut form.params {
        params.retain(|param| seen.insert(param.name.clone()));
    }
    form.doubtful |= told(&form) < parts;
    form.outputs = record.field(&words::OUTPUTS).and_then(outputs);
    form.lookback = record.field(&["lookback"]).and_then(|lookback| match lookback {
        Json::Text(text) => Some(text.clone().into_owned()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    });
    form
}

/// What a call returns, from a list of names or records, a map by name, or one name.
fn outputs(value: &Json<'_>) -> Option<Vec<Output>> {
    let named = |name: &str, kind| {
        is_identifier(name).then(|| Output { name: Cow::Owned(name.to_owned()), aliases: Cow::Borrowed(&[]), kind })
    };
    let kind = |record: &Json<'_>| match record.field(&["type", "datatype", "kind", "t"]).and_then(Json::text) {
        Some(word) if matches!(&*plain(word), "int" | "integer") => OutputKind::Integer,
        Some(word) if words::value_type(word) == Some(ValueType::Boolean) => OutputKind::Boolean,
        _ => OutputKind::Real,
    };
    let outputs: Vec<Output> = match value {
        Json::List(items) => items
            .iter()
            .filter_map(|item| match item {
                Json::Text(text) => named(text.trim(), OutputKind::Real),
                Json::Object(_) => named(item.field(&words::PART_NAMES)?.text()?.trim(), kind(item)),
                _ => None,
            })
            .collect(),
        Json::Object(fields) => fields.iter().filter_map(|(name, value)| named(name, kind(value))).collect(),
        Json::Text(text) if words::value_type(text).is_none() => {
            named(text.trim(), OutputKind::Real).into_iter().collect()
        }
        _ => return None,
    };
    let mut outputs = outputs;
    let mut seen = HashSet::new();
    outputs.retain(|output| seen.insert(output.name.clone()));
    (!outputs.is_empty()).then_some(outputs)
}

/// The lookback that an answer states, over these parameters. A bare number tells something of the defaults at best,
/// unless there are no parameters.
pub(super) fn lookback(text: &str, params: &[&str]) -> Option<Formula> {
    let formula = Formula::parse(text.trim(), params).ok()?;
    (params.is_empty() || formula.uses_params() || text.trim() == "0").then_some(formula)
}

/// A text as one line of bounded length; `None` where nothing is left.
fn line(text: &str) -> Option<String> {
    const LONGEST: usize = 240;
    let mut words = text.split_whitespace();
    let mut line = words.next()?.to_owned();
    for word in words {
        line.push(' ');
        line.push_str(word);
    }
    if let Some((end, _)) = line.char_indices().nth(LONGEST) {
        line.truncate(end);
        line.push('…');
    }
    Some(line)
}
