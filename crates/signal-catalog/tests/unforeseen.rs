//! Answers of further shapes: their names come in, a call that they allow is never refused, and what may have been missed
//! is not taken for missing.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use signal_catalog::{ArgumentShape, Catalog, Covers, Imported, Kind, Origin, ParamKind, import};

const SERIES: ArgumentShape<'_> = ArgumentShape { keyword: None, constant: None };

fn listed(answer: &str) -> Imported {
    import(answer, Catalog::bundled()).unwrap_or_else(|error| panic!("{error}\n{answer}"))
}

/// The names that an answer lists, and how the first that is called `name` reads.
fn check(answer: &str, names: &str, name: &str, signatures: &[&str]) {
    let imported = listed(answer);
    let mut found: Vec<&str> = imported.listed.iter().map(|entry| &*entry.name).collect();
    found.sort_unstable();
    assert_eq!(found.join(" "), names, "{answer}");
    let entry = imported.listed.iter().find(|entry| entry.name == name).unwrap();
    assert_eq!(entry.signature_texts(), signatures, "{answer}");
}

#[test]
fn families_of_variables_are_no_variables_with_parameters() {
    let answer = r#"{"indicators": {"momentum": {"rsi": "RSI"}}, "variables": {
        "ohlcv": {"close": "Closing price"}, "state": {"position": "Current position"},
        "time": {"hour": "Hour", "date": "Date", "timestamp": "Unix time"},
        "onchain": {"tvl": {"type": "float", "description": "Value locked"}, "status": {"type": "string"}}}}"#;
    check(answer, "close date hour position rsi status timestamp tvl", "tvl", &[]);
    let imported = listed(answer);
    assert_eq!(imported.skipped, []);
    assert!(imported.listed.iter().all(|entry| (entry.kind == Kind::Variable) == (entry.name != "rsi")));
    check(
        r#"{"variables": [{"family": "time", "variables": ["hour"]}, {"family": "ohlcv", "variables": ["close"]}]}"#,
        "close hour",
        "hour",
        &[],
    );
}

#[test]
fn a_category_that_is_called_like_an_indicator_holds_its_names() {
    check(
        r#"{"technical": {"momentum": {"oscillators": ["rsi", "hey"], "other": ["roc"]}, "trend": {"averages": ["sma"]}}}"#,
        "hey roc rsi sma",
        "hey",
        &["hey(...)"],
    );
    check(
        r#"{"categories": [{"name": "Momentum", "subcategories": [{"name": "Other", "indicators": [{"name": "rsi"}]}]}]}"#,
        "rsi",
        "rsi",
        &["rsi(real, timeperiod=14)"],
    );
    // Words for a parameter are still that.
    check(r#"{"ma": {"source": ["close"], "length": 14}}"#, "ma", "ma", &["ma(source?, source, length=14)", "ma(...)"]);
}

#[test]
fn names_stand_under_many_words() {
    check(
        r#"{"functions": [{"fn": "rsi", "args": ["source", "length"]}, {"func": "hey"}, {"indicatorName": "sma"}, {"node": {"id": "ema"}}]}"#,
        "ema hey rsi sma",
        "rsi",
        &["rsi(source, length=14)"],
    );
    // Which of the two a script writes is not said.
    check(
        r#"{"indicators": [{"id": "rsi_v2", "name": "RSI", "params": [{"name": "length", "default": 14}]}]}"#,
        "rsi rsi_v2",
        "rsi",
        &["rsi(real, length=14)"],
    );
}

#[test]
fn a_written_call_ends_where_its_bracket_closes() {
    check(
        r#"["bbands(source: series = close, length: int = 20, mult: float = 2.0) -> (upper: float, lower: float)"]"#,
        "bbands",
        "bbands",
        &["bbands(source, length=20, mult=2)"],
    );
}

#[test]
fn what_stands_beside_the_parameters_counts() {
    check(
        r#"{"indicators": [{"name": "rsi", "args": ["source"], "kwargs": {"length": 21}}]}"#,
        "rsi",
        "rsi",
        &["rsi(source, length=21)"],
    );
    check(
        r#"{"indicators": [{"name": "rsi", "params": ["source", "length"], "defaults": {"length": 21}}]}"#,
        "rsi",
        "rsi",
        &["rsi(source, length=21)"],
    );
    let bounds = |param: &str| {
        let imported = listed(&format!(r#"{{"indicators": [{{"name": "rsi", "params": [{param}]}}]}}"#));
        let param = imported.listed[0].signatures[0].params[0].clone();
        (param.default, param.min, param.max, param.aliases.join(" "))
    };
    for param in [
        r#"{"name": "length", "alias": "period", "schema": {"type": "integer", "default": 21, "minimum": 3, "maximum": 99}}"#,
        r#"{"name": "length", "alias": "period", "type": "int", "default": 21, "range": [3, 99]}"#,
        r#"{"name": "length", "aliases": ["period"], "type": "int", "default": 21, "bounds": {"min": 3, "max": 99}}"#,
        r#"{"name": "length", "alias": "period", "default": "21", "constraints": {"gte": 3, "lte": 99}}"#,
    ] {
        assert_eq!(bounds(param), (Some(21.0), Some(3.0), Some(99.0), "period".to_owned()), "{param}");
    }
}

#[test]
fn a_parameter_that_is_set_by_a_word_takes_words_and_may_be_left_out() {
    for record in [
        r#""hey(source, mode: str = \"fast\", length: int = 3)""#,
        r#"{"name": "hey", "inputs": ["source"], "params": [{"name": "mode", "type": "enum", "options": ["fast", "slow"], "default": "fast"}]}"#,
        r#"{"name": "hey", "inputs": ["source"], "params": [{"name": "mode", "enum": ["fast", "slow"]}]}"#,
        r#"{"name": "hey", "inputs": ["source"], "params": [{"name": "mode", "type": "bool", "default": true}]}"#,
    ] {
        let imported = listed(&format!("[\"rsi\", {record}]"));
        let entry = imported.listed.iter().find(|entry| entry.name == "hey").unwrap();
        assert_eq!(entry.signatures[0].params[0].kind, ParamKind::Other, "{record}");
        for count in 1..=2 {
            assert!(entry.bind(&[SERIES].repeat(count)).is_ok(), "{record} with {count} arguments");
        }
    }
    // A column that is named by a text is a series all the same, whatever a script gives for it.
    let imported =
        listed(r#"[{"name": "rsi", "params": [{"name": "source", "type": "string", "default": "close"}, "length"]}]"#);
    let signature = &imported.listed[0].signatures[0];
    assert_eq!((signature.inputs.len(), signature.inputs[0].value), (1, signal_catalog::ValueType::Unknown));
    // The kind of average is a word here, and its default tells the lookback.
    let imported = listed(
        r#"[{"name": "ma", "params": [{"name": "source", "type": "series"}, {"name": "length", "type": "int"}, {"name": "type", "enum": ["sma", "dema"], "default": "dema"}]}]"#,
    );
    let signature = &imported.listed[0].signatures[0];
    assert_eq!((signature.params[1].kind, signature.params[1].default), (ParamKind::Other, Some(3.0)));
    // A word of which nothing is known is not our default.
    let imported = listed(
        r#"[{"name": "ma", "params": [{"name": "source", "type": "series"}, {"name": "length", "type": "int"}, {"name": "type", "default": "hey"}]}]"#,
    );
    assert_eq!(imported.listed[0].signatures[0].params[1].default, None);
}

#[test]
fn an_answer_that_was_not_understood_in_full_covers_nothing() {
    let covers = |answer: &str| listed(answer).catalog(Origin::Cache, "", "").covers();
    for answer in [
        r#"{"indicators": [{"name": "rsi"}, {"title": {"en": "EMA"}}]}"#,
        r#"{"indicators": [{"name": "rsi"}, {"name": "Exponential Moving Average"}]}"#,
        r#"{"indicators": ["rsi", ["ema", ["source", "length"]]]}"#,
        r#"{"rsi": {"length": 14}, "ema": 20}"#,
        r#"{"indicators": [{"name": "rsi"}], "total": 83, "page": 1}"#,
        r#"{"indicators": [{"name": "rsi"}], "has_more": true}"#,
        r#"{"indicators": [{"name": "rsi"}], "next_cursor": "abc"}"#,
        r#"{"indicators": {"first": {"a": 1}, "second": {"b": 1}}}"#,
    ] {
        assert_eq!(covers(answer), Covers::NONE, "{answer}");
        let catalog = listed(answer).catalog(Origin::Cache, "", "");
        assert!(catalog.get("ema").is_some(), "what we know stays: {answer}");
    }
    for answer in [
        r#"{"indicators": [{"name": "rsi"}], "total": 1, "page": 1, "has_more": false, "next_cursor": null}"#,
        r#"{"indicators": ["rsi"], "operators": ["+", "and", ">"]}"#,
        r#"["rsi", 7, null]"#,
    ] {
        assert_eq!(covers(answer), Covers { functions: true, variables: false }, "{answer}");
    }
}
