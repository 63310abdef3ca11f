//! The parts of a call, inputs and parameters, from every way in which answers list them.

use std::borrow::Cow;

use super::json::{Json, plain};
use super::name::is_identifier;
use super::record::Form;
use super::words;
use crate::declare::is_param_name;
use crate::{Input, Param, ParamKind, PriceColumn, Text, ValueType};

/// A parameter, as far as an answer tells it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StatedParam {
    pub(super) name: String,
    pub(super) aliases: Vec<String>,
    /// `None`: not told.
    pub(super) kind: Option<ParamKind>,
    pub(super) default: Option<f64>,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    /// The answer says that it must be given.
    pub(super) required: bool,
}

/// One part, before it is told whether it is a series or a parameter.
struct Part<'j, 't> {
    name: Cow<'j, str>,
    default: Option<&'j Json<'t>>,
    kind: Option<&'j str>,
    fields: Option<&'j Json<'t>>,
    required: Option<bool>,
}

/// Reads a list of parameters in any of its shapes into `form`; `required` says what a part is that does not say it and
/// has no default.
pub(super) fn read(value: &Json<'_>, form: &mut Form, required: bool) {
    match value {
        Json::List(items) => {
            form.params.get_or_insert_default();
            for item in items {
                match item {
                    Json::Text(text) => written_part(text, form, required, true),
                    Json::Object(_) => match item.field(&words::PART_NAMES).and_then(Json::text) {
                        Some(name) => add(of_record(name, item), form, true),
                        None => form.doubtful = true,
                    },
                    _ => form.doubtful = true,
                }
            }
        }
        Json::Object(fields) => {
            form.params.get_or_insert_default();
            if let Some(properties) = value.field(&["properties"]).and_then(Json::object) {
                let listed = value.field(&["required"]).and_then(Json::list);
                for (name, schema) in properties {
                    let mut part = of_record(name, schema);
                    let named = |items: &[Json<'_>]| items.iter().any(|item| item.text() == Some(name));
                    part.required = listed.map(named).or(part.required);
                    add(part, form, true);
                }
                return;
            }
            for (name, value) in fields {
                add(of_field(name, value), form, true);
            }
        }
        _ => {}
    }
}

/// Defaults by name, of parameters that are listed without.
pub(super) fn set_defaults(defaults: &[(Cow<'_, str>, Json<'_>)], form: &mut Form) {
    for (name, value) in defaults {
        let told = |param: &&mut StatedParam| plain(&param.name) == plain(name) && param.default.is_none();
        if let Some(param) = form.params.iter_mut().flatten().find(told) {
            let stated = param_of(&of_field(name, value));
            param.default = stated.default;
            param.kind = param.kind.or(stated.kind);
            param.required = false;
        }
    }
}

/// Reads the series that a record says it works on. Where it tells its parameters elsewhere, all of them are series.
pub(super) fn read_inputs(value: &Json<'_>, form: &mut Form, params_told: bool) {
    let series = |name: &str, form: &mut Form| {
        form.inputs.get_or_insert_default().push(input(name, column(name), None));
    };
    match value {
        Json::Text(text) if is_identifier(text.trim()) => series(text.trim(), form),
        Json::List(items) => {
            form.inputs.get_or_insert_default();
            for item in items {
                match item {
                    Json::Text(text) if params_told && is_identifier(text.trim()) => series(text.trim(), form),
                    Json::Text(text) => written_part(text, form, false, false),
                    Json::Object(_) => match item.field(&words::PART_NAMES).and_then(Json::text) {
                        Some(name) if params_told => {
                            let part = of_record(name, item);
                            let input = series_of(&part);
                            form.inputs.get_or_insert_default().push(input);
                        }
                        Some(name) => add(of_record(name, item), form, false),
                        None => form.doubtful = true,
                    },
                    _ => form.doubtful = true,
                }
            }
        }
        Json::Object(fields) => {
            for (name, value) in fields {
                match value {
                    // TA-Lib's own way: `{"price": "close"}`, `{"prices": ["high", "low", "close"]}`.
                    Json::Text(source) => {
                        form.inputs.get_or_insert_default().push(input(name, column(source), None));
                    }
                    Json::List(sources) => sources.iter().filter_map(Json::text).for_each(|name| series(name, form)),
                    _ if params_told => series(name, form),
                    _ => add(of_field(name, value), form, false),
                }
            }
        }
        _ => {}
    }
}

/// A call written out, `rsi(source, period=14)`, which may have a result before it or behind it.
pub(super) fn written_call(text: &str) -> Option<Form> {
    let (_, rest) = text.split_once('(')?;
    // Not the last one: `-> (upper: float, lower: float)` tells the results.
    written_parts(&rest[..closing(rest)?])
}

/// Where the bracket closes that is open at the start of `text`.
fn closing(text: &str) -> Option<usize> {
    let mut open = 1_usize;
    text.char_indices().find_map(|(at, c)| {
        match c {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open -= 1,
            _ => {}
        }
        (open == 0).then_some(at)
    })
}

/// The parts of a written call: `source, period: int = 14`. `None` where it is an example, with values in their places.
pub(super) fn written_parts(text: &str) -> Option<Form> {
    let mut form = Form { inputs: Some(Vec::new()), params: Some(Vec::new()), ..Form::default() };
    let inner = text.trim().trim_start_matches('(').trim_end_matches(')');
    for part in inner.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        if part.trim_start_matches('*').is_empty() {
            continue;
        }
        if part == "..." || part.starts_with("...") || part.starts_with('*') {
            form.variadic = true;
            continue;
        }
        let name = part.split(['=', ':', '?', '[']).next().unwrap_or_default().trim();
        if !is_identifier(name) {
            return None;
        }
        written_part(part, &mut form, true, false);
    }
    Some(form)
}

/// One part written as text: `period`, `period=14`, `period: int = 14`, `side?`.
fn written_part(text: &str, form: &mut Form, required: bool, listed_as_param: bool) {
    let (head, default) = match text.split_once('=') {
        Some((head, default)) => (head, Some(default.trim().trim_matches(['"', '\'']))),
        None => (text, None),
    };
    let (name, kind) = match head.split_once(':') {
        Some((name, kind)) => (name.trim(), Some(kind.trim())),
        None => (head.trim(), None),
    };
    let (name, optional) = name.strip_suffix('?').map_or((name, false), |name| (name, true));
    let default = default.map(|text| Json::Text(Cow::Borrowed(text)));
    let part = Part {
        name: Cow::Borrowed(name),
        default: default.as_ref(),
        kind,
        fields: None,
        required: if optional { Some(false) } else { (required && default.is_none()).then_some(true) },
    };
    add(part, form, listed_as_param);
}

fn of_record<'j, 't>(name: &'j str, record: &'j Json<'t>) -> Part<'j, 't> {
    let flag = |names: &[&str]| record.field(names).and_then(Json::bool);
    Part {
        name: Cow::Borrowed(name.trim()),
        default: detail(record, &["default", "defaultvalue", "value", "d"]).filter(|value| value.text() != Some(name)),
        kind: detail(record, &["type", "paramtype", "datatype", "dtype", "kind", "t"]).and_then(Json::text),
        fields: Some(record),
        required: flag(&["required", "mandatory"]).or(flag(&["optional"]).map(|optional| !optional)),
    }
}

/// A field of a parameter's record, or of the schema that it holds, as OpenAPI has it.
fn detail<'j, 't>(record: &'j Json<'t>, names: &[&str]) -> Option<&'j Json<'t>> {
    let within = || record.field(&["schema", "constraints", "validation"])?.field(names);
    record.field(names).or_else(within)
}

/// A part from a field: `"period": 14` or `"period": {"default": 14}`.
fn of_field<'j, 't>(name: &'j str, value: &'j Json<'t>) -> Part<'j, 't> {
    match value {
        Json::Object(_) => of_record(name, value),
        // `"period": "int"` tells a type, `"source": "close"` a default.
        Json::Text(text) if words::value_type(text).is_some() || words::is_series_type(text) => {
            Part { name: Cow::Borrowed(name), default: None, kind: Some(text), fields: None, required: None }
        }
        _ => Part { name: Cow::Borrowed(name), default: Some(value), kind: None, fields: None, required: None },
    }
}

/// Tells what a part is, and puts it there.
fn add(part: Part<'_, '_>, form: &mut Form, listed_as_param: bool) {
    let Some(name) = spelled(&part.name) else {
        form.doubtful = true;
        return;
    };
    form.doubtful |= name != part.name;
    let taken = |form: &Form| {
        form.inputs.iter().flatten().any(|input| input.name == name)
            || form.params.iter().flatten().any(|param| param.name == name)
    };
    if taken(form) {
        form.doubtful = true;
        return;
    }
    let part = Part { name: Cow::Borrowed(&name), ..part };
    if is_series(&part, listed_as_param) {
        // Calls are written with their series first; a list in another order may mean another order of calls.
        form.doubtful |= form.params.as_ref().is_some_and(|params| !params.is_empty());
        let input = series_of(&part);
        form.inputs.get_or_insert_default().push(input);
    } else {
        let param = param_of(&part);
        form.params.get_or_insert_default().push(param);
    }
}

/// A part's name as a keyword: `Time Period` is `time_period`.
fn spelled(name: &str) -> Option<String> {
    let name = name.trim();
    if is_identifier(name) {
        return Some(name.to_owned());
    }
    let joined: String = name.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let joined = joined.trim_matches('_').to_owned();
    (is_identifier(&joined) && joined.len() <= 64).then_some(joined)
}

fn is_series(part: &Part<'_, '_>, listed_as_param: bool) -> bool {
    let default = part.default;
    if default.is_some_and(|value| value.number().is_some() || value.bool().is_some()) {
        return false;
    }
    if default.and_then(Json::text).is_some_and(|text| column(text).is_some()) {
        return true;
    }
    if part.kind.is_some_and(words::is_series_type) {
        return true;
    }
    // A text or a flag that is set, not computed with.
    let numeric = part.kind.and_then(words::value_type) == Some(ValueType::Number);
    if default.is_some() || numeric {
        return false;
    }
    let by_kind = part.kind.and_then(words::value_type);
    matches!(by_kind, Some(ValueType::Action | ValueType::Sizing))
        || words::is_series_name(&part.name)
        || (!listed_as_param && part.kind.is_none() && !is_param_name(&part.name))
        || (!listed_as_param && matches!(by_kind, Some(ValueType::Text | ValueType::Boolean)))
}

fn series_of(part: &Part<'_, '_>) -> Input {
    let by_default = part.default.and_then(Json::text).and_then(column);
    let value = part.kind.and_then(words::value_type).map(|value| match value {
        // `"source": {"type": "string"}` is how a column is named to the service, which a script may do otherwise.
        ValueType::Text if !matches!(&*plain(&part.name), "ticker" | "symbol" | "side") => ValueType::Unknown,
        value => value,
    });
    let mut input = input(&part.name, by_default.or_else(|| column(&part.name)), value);
    input.optional = part.required == Some(false) && input.column.is_none();
    input.aliases = Cow::Owned(aliases(part).into_iter().map(Text::from).collect());
    input
}

fn param_of(part: &Part<'_, '_>) -> StatedParam {
    // `"range": [2, 100]`, which may also be an object.
    let range = || part.fields.and_then(|fields| detail(fields, &["range", "bounds"]));
    let bound = |names: &[&str], at: usize| {
        let own = part.fields.and_then(|fields| detail(fields, names));
        let ranged = || range().and_then(|range| range.list().and_then(|ends| ends.get(at)).or(range.field(names)));
        own.or_else(ranged).and_then(Json::number)
    };
    let average = plain(&part.name).contains("matype") || part.kind.is_some_and(|kind| plain(kind) == "matype");
    let default = part.default.and_then(|value| match value {
        Json::Bool(value) => Some(f64::from(u8::from(*value))),
        _ => value.number().or_else(|| words::moving_average(value.text()?)),
    });
    let kind = match part.kind.map(plain).as_deref() {
        _ if is_word(part) => Some(ParamKind::Other),
        _ if average => Some(ParamKind::MovingAverage),
        Some("int" | "integer" | "int64") => Some(ParamKind::Integer),
        Some("float" | "double" | "real" | "decimal" | "float64") => Some(ParamKind::Real),
        // `number` says nothing of fractions, unless a default has one.
        _ => default.filter(|default| default.fract() != 0.0).map(|_| ParamKind::Real),
    };
    StatedParam {
        name: part.name.clone().into_owned(),
        aliases: aliases(part),
        kind,
        default,
        min: bound(&["min", "minimum", "minvalue", "ge", "gte", "lower"], 0),
        max: bound(&["max", "maximum", "maxvalue", "le", "lte", "upper"], 1),
        required: part.required == Some(true),
    }
}

/// Whether a parameter is set by a text, a flag or one of several words.
fn is_word(part: &Part<'_, '_>) -> bool {
    if let Some(default) = part.default.filter(|default| **default != Json::Null) {
        return default.bool().is_some() || default.text().is_some() && default.number().is_none();
    }
    let choices = part.fields.and_then(|fields| detail(fields, &["enum", "options", "choices", "values", "allowed"]));
    let word = |value: &Json<'_>| value.text().is_some() && value.number().is_none();
    let of_words = choices.and_then(Json::list).is_some_and(|choices| choices.iter().any(word));
    of_words || part.kind.is_some_and(words::is_word_type)
}

fn aliases(part: &Part<'_, '_>) -> Vec<String> {
    let listed = part.fields.and_then(|fields| fields.field(&["aliases", "alias"]));
    let listed = listed.map(|listed| listed.list().unwrap_or(std::slice::from_ref(listed)));
    let texts = listed.unwrap_or_default().iter().filter_map(Json::text);
    texts.filter(|alias| is_identifier(alias)).map(str::to_owned).collect()
}

fn input(name: &str, column: Option<PriceColumn>, value: Option<ValueType>) -> Input {
    Input {
        name: Cow::Owned(name.to_owned()),
        aliases: Cow::Borrowed(&[]),
        value: value.unwrap_or(ValueType::Number),
        column,
        optional: false,
    }
}

fn column(name: &str) -> Option<PriceColumn> {
    let columns = [PriceColumn::Open, PriceColumn::High, PriceColumn::Low, PriceColumn::Close, PriceColumn::Volume];
    columns.into_iter().find(|column| name.trim().eq_ignore_ascii_case(column.as_str()))
}

impl StatedParam {
    /// The parameter by itself, when nothing else is known of it.
    pub(super) fn alone(&self) -> Param {
        Param {
            name: Cow::Owned(self.name.clone()),
            aliases: Cow::Owned(self.aliases.iter().cloned().map(Text::from).collect()),
            // Without a word on it, fractions are allowed.
            kind: self.kind.unwrap_or(ParamKind::Real),
            default: self.default,
            min: self.min,
            max: self.max,
        }
    }
}
