//! The words that answers of this kind use: for sections, fields, kinds and types.

use super::json::{Json, plain};
use crate::{Kind, ValueType};

/// What a section of an answer lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// It does not say.
    Any,
    /// Indicators, or functions of any sort.
    Indicators,
    /// Operators.
    Operators,
    /// Names that hold data.
    Variables,
    /// `fields` or `data`: names that hold data, as it seems; the word is too general to rule a call out.
    Fields,
    /// Sizings such as `Weight`.
    Sizings,
    /// `entry` and its like.
    Actions,
}

/// What the key of an object says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyClass {
    /// A section of names.
    Section(Section),
    /// A wrapping that says nothing: `items`, `catalog`.
    Wrapping,
    /// Something else than names: `timeframes`, `count`.
    NotNames,
    /// Price sources, where they hold a variable.
    Sources,
    /// Any other word: a category or a name.
    Plain,
}

pub(super) fn key_class(key: &str) -> KeyClass {
    let key = plain(key);
    match &*key {
        "indicators"
        | "indicator"
        | "technicalindicators"
        | "indicatorlist"
        | "availableindicators"
        | "functions"
        | "function"
        | "studies" => KeyClass::Section(Section::Indicators),
        "operators" | "operator" | "ops" => KeyClass::Section(Section::Operators),
        "variables" | "variable" | "vars" | "datavariables" | "columns" => KeyClass::Section(Section::Variables),
        "fields" | "data" => KeyClass::Section(Section::Fields),
        "sizing" | "sizings" | "sizes" | "positionsizing" | "constructors" => KeyClass::Section(Section::Sizings),
        "actions" | "signals" => KeyClass::Section(Section::Actions),
        "edges" | "nodes" | "items" | "list" | "catalog" | "all" | "entries" | "results" | "result" | "payload"
        | "response" | "names" | "members" | "records" | "rows" => KeyClass::Wrapping,
        "sources" | "inputs" => KeyClass::Sources,
        "timeframes" | "timeframe" | "intervals" | "metrics" | "exchanges" | "markets" | "symbols" | "tickers"
        | "count" | "counts" | "total" | "totals" | "meta" | "metadata" | "version" | "page" | "pages" | "pagesize"
        | "perpage" | "limit" | "limits" | "offset" | "next" | "previous" | "cursor" | "pagination" | "links"
        | "status" | "message" | "success" | "ok" | "error" | "errors" | "code" | "timestamp" | "generatedat"
        | "updatedat" | "lastupdated" | "date" | "note" | "notes" | "description" | "title" | "name" | "id"
        | "groups" | "categories" | "tags" | "types" | "sides" | "modes" | "ordertypes" | "sort" | "schema"
        | "$schema" | "license" | "docs" | "documentation" | "help" | "examples" | "requestid" | "user" | "quota"
        | "language" | "languages" | "currency" | "currencies" | "colors" | "warning" | "warnings" | "hasmore"
        | "hasnext" | "hasnextpage" | "nextpage" | "nextcursor" | "nextpagetoken" | "totalcount" | "totalitems"
        | "pageinfo" | "comment" => KeyClass::NotNames,
        other if other.starts_with("default") => KeyClass::NotNames,
        _ => KeyClass::Plain,
    }
}

/// Whether a field says that there is another page.
pub(super) fn says_more(key: &str, value: &Json<'_>) -> bool {
    match &*plain(key) {
        "hasmore" | "hasnext" | "hasnextpage" => value.bool() == Some(true),
        "next" | "nextpage" | "nextcursor" | "nextpagetoken" | "cursor" => {
            value.number().is_some() || value.text().is_some_and(|text| !text.is_empty())
        }
        _ => false,
    }
}

/// How many there are in all, where a field says it.
pub(super) fn total(key: &str, value: &Json<'_>) -> Option<f64> {
    matches!(&*plain(key), "total" | "totals" | "totalcount" | "totalitems").then(|| value.number()).flatten()
}

/// Fields that only the record of one name has.
pub(super) fn is_record_field(key: &str) -> bool {
    let key = plain(key);
    matches!(
        &*key,
        "name"
            | "id"
            | "uiid"
            | "label"
            | "title"
            | "fullname"
            | "displayname"
            | "longname"
            | "description"
            | "desc"
            | "summary"
            | "category"
            | "group"
            | "kind"
            | "type"
            | "overlay"
            | "enable"
            | "enabled"
            | "outputvalues"
            | "output"
            | "outputs"
            | "outputnames"
            | "returns"
            | "returntype"
            | "inputnames"
            | "inputs"
            | "tags"
            | "signature"
            | "signatures"
            | "syntax"
            | "functionflags"
            | "meta"
            | "aliases"
            | "lookback"
            | "evidence"
    ) || PARAMS.contains(&&*key)
        || KEYWORDS.contains(&&*key)
}

/// Fields in which a record holds its parameters.
pub(super) const PARAMS: [&str; 13] = [
    "parameters",
    "params",
    "paramsschema",
    "parameterschema",
    "parametersschema",
    "inputparams",
    "inputparameters",
    "args",
    "arguments",
    "options",
    "settings",
    "defaultparams",
    "defaults",
];
/// Fields that hold further parameters, to be given by keyword.
pub(super) const KEYWORDS: [&str; 3] = ["kwargs", "keywordargs", "keywordarguments"];
/// Fields that may tell the defaults of parameters that are listed elsewhere.
pub(super) const DEFAULTS: [&str; 2] = ["defaults", "defaultparams"];
/// Fields in which a record holds the series it works on.
pub(super) const INPUTS: [&str; 4] = ["inputnames", "inputs", "input", "sources"];
/// Fields in which a record holds what it returns.
pub(super) const OUTPUTS: [&str; 8] =
    ["outputvalues", "outputs", "outputnames", "outputfields", "results", "resultarray", "output", "returns"];
/// Fields that write out a call.
pub(super) const SIGNATURES: [&str; 5] = ["signature", "syntax", "prototype", "call", "usage"];
/// Fields that name a parameter or an output.
pub(super) const PART_NAMES: [&str; 9] = ["name", "paramname", "dataname", "id", "key", "param", "n", "field", "value"];
/// Words inside a record that hold further records instead.
pub(super) const HOLDERS: [&str; 13] = [
    "indicators",
    "operators",
    "functions",
    "variables",
    "items",
    "members",
    "names",
    "list",
    "studies",
    "entries",
    "children",
    "subcategories",
    "subgroups",
];

/// A kind, where a word names one.
pub(super) fn kind(word: &str) -> Option<Kind> {
    Some(match &*plain(word) {
        "indicator" | "function" | "study" | "technicalindicator" => Kind::Indicator,
        "operator" => Kind::Operator,
        "variable" | "data" | "column" | "datavariable" => Kind::Variable,
        "signal" => Kind::Signal,
        "action" => Kind::Action,
        "sizing" | "constructor" => Kind::Sizing,
        _ => return None,
    })
}

/// A type of values, where a word names one.
pub(super) fn value_type(word: &str) -> Option<ValueType> {
    Some(match &*plain(word) {
        "number" | "float" | "float64" | "double" | "real" | "int" | "int64" | "integer" | "numeric" | "series"
        | "decimal" => ValueType::Number,
        "bool" | "boolean" | "condition" => ValueType::Boolean,
        "string" | "text" | "str" => ValueType::Text,
        "action" => ValueType::Action,
        "sizing" => ValueType::Sizing,
        "nothing" | "none" | "void" => ValueType::Nothing,
        _ => return None,
    })
}

/// Whether the type of a parameter says that it takes a series.
pub(super) fn is_series_type(word: &str) -> bool {
    let word = plain(word);
    word.starts_with("series") || matches!(&*word, "source" | "price" | "column" | "field" | "expression" | "array")
}

/// Whether the type of a parameter says that no number sets it.
pub(super) fn is_word_type(word: &str) -> bool {
    let word = plain(word);
    matches!(
        &*word,
        "str" | "string" | "text" | "bool" | "boolean" | "flag" | "enum" | "choice" | "select" | "option" | "literal"
    ) || word.starts_with("literal[")
}

/// Whether a parameter of that name is a series, where neither type nor default says otherwise.
pub(super) fn is_series_name(name: &str) -> bool {
    matches!(
        &*plain(name),
        "source"
            | "src"
            | "series"
            | "series0"
            | "series1"
            | "series2"
            | "seriesa"
            | "seriesb"
            | "seriestype"
            | "real"
            | "real0"
            | "real1"
            | "price"
            | "price0"
            | "price1"
            | "prices"
            | "input"
            | "data"
            | "values"
            | "x"
            | "y"
            | "a"
            | "b"
            | "open"
            | "high"
            | "low"
            | "close"
            | "volume"
            | "expr"
            | "expression"
            | "condition"
            | "cond"
            | "first"
            | "second"
            | "left"
            | "right"
            | "benchmark"
            | "ticker"
            | "symbol"
            | "side"
    )
}

/// Words of the language itself: no catalog can make names of them.
pub(super) fn is_reserved(name: &str) -> bool {
    matches!(name, "and" | "or" | "not" | "if" | "else" | "in" | "is" | "lambda")
        || matches!(name, "true" | "false" | "none" | "True" | "False" | "None")
}

/// TA-Lib's number for a kind of moving average.
pub(super) fn moving_average(word: &str) -> Option<f64> {
    let kinds = ["sma", "ema", "wma", "dema", "tema", "trima", "kama", "mama", "t3"];
    let at = kinds.iter().position(|kind| *kind == plain(word))?;
    u8::try_from(at).ok().map(f64::from)
}
