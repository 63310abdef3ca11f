//! The service's list, in every shape that services of this kind use: all names come in, nothing else becomes one, and
//! what is known fills in only where the function is evidently the same.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;
use signal_catalog::{
    ArgumentShape, BindError, Catalog, Covers, Entry, Evidence, ImportError, Imported, Kind, Origin, import,
};

const INDICATORS: &str = "sma ema wma dema tema trima kama t3 bbands sar midpoint midprice rsi macd stoch stochrsi adx adxr cci \
    mfi willr roc mom aroon ppo trix ultosc bop atr natr trange ad adosc obv";

/// Shape, its file, further names beside [`INDICATORS`], names that it must not make, and skipped places.
struct Shape {
    text: &'static str,
    more: &'static str,
    skipped: &'static [(&'static str, &'static str)],
}

macro_rules! shape {
    ($file:literal, $more:literal, $skipped:expr) => {
        Shape { text: include_str!(concat!("shapes/", $file)), more: $more, skipped: $skipped }
    };
}

const NOT_NAMES: &str = "not a section of names";

const SHAPES: [Shape; 13] = [
    shape!("names.json", "crossover highest hey_momentum", &[]),
    shape!("categories.json", "open high low close volume", &[]),
    shape!("record_map.json", "", &[]),
    shape!("listed_records.json", "", &[("count", NOT_NAMES)]),
    shape!("category_records.json", "", &[]),
    shape!(
        "sections.json",
        "crossover crossunder gt highest open high low close volume hl2 hlc3 ohlc4",
        &[
            ("operators[3]", "`and` is a word of the language itself"),
            ("timeframes", NOT_NAMES),
            ("metrics", NOT_NAMES),
            ("exchanges", NOT_NAMES),
            ("defaults", NOT_NAMES)
        ]
    ),
    shape!("labelled_records.json", "", &[]),
    shape!("chart_catalog.json", "", &[]),
    shape!("talib_abstract.json", "", &[]),
    shape!("json_schema.json", "", &[("ok", NOT_NAMES)]),
    shape!("named_catalog.json", "", &[("defaultCatalysts", NOT_NAMES)]),
    shape!(
        "signatures.json",
        "hey_flow crossover crossunder shift open high low close volume position entry_price ticker hour weekday funding_rate",
        &[]
    ),
    // Not lists of all of them; `check` is told so by the empty sum.
    shape!("default_maps.json", "rsi sma macd hey_trend obv", &[]),
];

fn listed(text: &str) -> Imported {
    import(text, Catalog::bundled()).unwrap_or_else(|error| panic!("{error}\n{text:.300}"))
}

fn live(text: &str) -> Catalog {
    listed(text).catalog(Origin::Cache, "2026-01-31", "0123456789abcdef")
}

fn names(imported: &Imported) -> Vec<&str> {
    let mut names: Vec<&str> = imported.listed.iter().map(|entry| &*entry.name).collect();
    names.sort_unstable();
    names
}

/// The lookback of a call with these constant arguments, all of them parameters.
fn lookback(entry: &Entry, arguments: &[(Option<&str>, Option<f64>)]) -> Option<u64> {
    let shapes: Vec<_> =
        arguments.iter().map(|(keyword, constant)| ArgumentShape { keyword: *keyword, constant: *constant }).collect();
    let binding = entry.bind(&shapes).unwrap();
    let values: Option<Vec<f64>> = binding
        .params
        .iter()
        .map(|source| match source {
            signal_catalog::ParamSource::Argument(at) => shapes[*at].constant,
            signal_catalog::ParamSource::Default(value) => Some(*value),
        })
        .collect();
    binding.signature.lookback_bars(&values?)
}

const SERIES: (Option<&str>, Option<f64>) = (None, None);

const fn number(value: f64) -> (Option<&'static str>, Option<f64>) {
    (None, Some(value))
}

#[test]
fn every_shape_gives_all_its_names_and_lists_what_it_skipped() {
    for shape in &SHAPES {
        let all = if shape.text.len() > 190 { INDICATORS } else { "" };
        let mut expected: Vec<&str> = all.split_whitespace().chain(shape.more.split_whitespace()).collect();
        expected.sort_unstable();
        let inner = shape.text.trim();
        let wrapped = format!(
            "{{\"success\": true, \"data\": {inner}, \"error\": null, \"meta\": {{\"timestamp\": \"2026-01-31T00:00:00Z\"}}}}"
        );
        for (text, prefix) in [(inner, "$"), (&wrapped, "$.data")] {
            let imported = listed(text);
            assert_eq!(names(&imported), expected, "{text:.200}");
            let enveloped = inner.starts_with("{\n \"data\"") || inner.starts_with("{\n \"success\"");
            let prefix = if enveloped { format!("{prefix}.data") } else { prefix.to_owned() };
            let skipped: Vec<_> =
                imported.skipped.iter().map(|skipped| (skipped.path.as_str(), skipped.reason.as_str())).collect();
            let wanted: Vec<_> = shape.skipped.iter().map(|(path, why)| (format!("{prefix}.{path}"), *why)).collect();
            assert_eq!(
                skipped,
                wanted.iter().map(|(path, why)| (path.as_str(), *why)).collect::<Vec<_>>(),
                "{text:.200}"
            );
            assert_eq!(imported.skipped_beyond, 0);
            assert!(imported.listed.iter().all(|entry| entry.evidence == Evidence::Live));
        }
    }
}

#[test]
fn warm_up_is_known_where_the_function_is_evidently_the_same() {
    for shape in &SHAPES[..12] {
        let catalog = live(shape.text);
        for (name, arguments, bars) in [
            ("rsi", vec![SERIES, number(14.0)], 14),
            ("rsi", vec![SERIES], 14),
            ("sma", vec![SERIES, number(20.0)], 19),
            ("ema", vec![SERIES, number(200.0)], 199),
            ("macd", vec![SERIES, number(12.0), number(26.0), number(9.0)], 33),
            ("adx", vec![number(14.0)], 27),
        ] {
            let entry = catalog.get(name).unwrap_or_else(|| panic!("{name} in {:.120}", shape.text));
            assert_eq!(lookback(entry, &arguments), Some(bars), "{name} in {:.120}: {entry:#?}", shape.text);
            let source = entry.signatures[0].lookback_source();
            assert_eq!(source, Some("TA-Lib"), "{name}");
        }
    }
}

#[test]
fn the_lists_parameters_defaults_and_bounds_win() {
    let catalog = live(
        r#"{"indicators": [
            {"name": "rsi", "inputs": ["source"], "params": [{"name": "length", "type": "int", "default": 21, "min": 3, "max": 99}]},
            {"name": "macd", "params": {"slow_period": 30, "fast_period": 10, "signal_period": 5}},
            {"name": "ema", "params": {"length": 20, "smoothing": 2.0}}
        ]}"#,
    );
    let rsi = catalog.get("rsi").unwrap();
    assert_eq!(rsi.signature_text(), "rsi(source, length=21)");
    assert_eq!(rsi.signatures.len(), 1);
    let param = &rsi.signatures[0].params[0];
    assert_eq!((param.min, param.max), (Some(3.0), Some(99.0)));
    assert_eq!(rsi.signatures[0].lookback.as_ref().unwrap().text(), "length");
    assert_eq!((lookback(rsi, &[SERIES]), rsi.form()), (Some(21), Evidence::Live));
    let keyword = ArgumentShape { keyword: Some("timeperiod"), constant: Some(14.0) };
    let series = ArgumentShape { keyword: None, constant: None };
    assert_eq!(rsi.bind(&[series, keyword]).unwrap_err(), BindError::UnknownKeyword { argument: 1 });
    // The list has another order than TA-Lib: its places, our formula.
    let macd = catalog.get("macd").unwrap();
    assert_eq!(lookback(macd, &[SERIES]), Some(33));
    assert_eq!(lookback(macd, &[SERIES, number(40.0), number(5.0), number(3.0)]), Some(41));
    // Another number of parameters: not evidently the same function.
    let ema = catalog.get("ema").unwrap();
    assert_eq!(ema.signatures[0].lookback, None);
    assert_eq!(ema.signature_text(), "ema(source?, length=20, smoothing=2)");
}

#[test]
fn absent_parameters_are_unknown_and_not_none() {
    let catalog = live(r#"["rsi", "hey_momentum"]"#);
    let unknown = catalog.get("hey_momentum").unwrap();
    assert_eq!((unknown.kind, unknown.signature_text().as_str()), (Kind::Indicator, "hey_momentum(...)"));
    let keyword = ArgumentShape { keyword: Some("anything"), constant: Some(1.0) };
    let series = ArgumentShape { keyword: None, constant: None };
    for arguments in [vec![], vec![series], vec![series; 9], vec![series, keyword], vec![keyword, keyword]] {
        let binding = unknown.bind(&arguments).unwrap();
        assert_eq!(binding.signature.lookback, None);
        assert!(!binding.ambiguous);
    }
    // What is known of a function stays known, with the evidence it had: the list says nothing against it.
    let rsi = catalog.get("rsi").unwrap();
    assert_eq!(rsi.evidence, Evidence::Live);
    assert_eq!(rsi.signatures, Catalog::bundled().get("rsi").unwrap().signatures);
}

#[test]
fn what_an_unknown_function_leaves_to_guess_is_never_held_against_a_call() {
    // No inputs told, no default, an order that calls may not have: any call may be right.
    for record in [
        r#"{"name": "hey", "params": {"length": 10}}"#,
        r#"{"name": "hey", "inputs": ["source"], "params": ["length"]}"#,
        r#"{"name": "hey", "params": [{"name": "length", "type": "int", "default": 10}, {"name": "source", "type": "source"}]}"#,
        r#"{"name": "hey", "params": [{"name": "Hé lo!", "type": "int", "default": 10}]}"#,
        r#"{"name": "hey", "params": [17]}"#,
        r#"{"name": "hey", "params_schema": {"properties": {"mode": {"type": "string"}}}}"#,
    ] {
        let catalog = live(&format!("[{record}]"));
        let entry = catalog.get("hey").unwrap();
        let series = ArgumentShape { keyword: None, constant: None };
        for count in 0..6 {
            assert!(entry.bind(&vec![series; count]).is_ok(), "{record} with {count} arguments");
        }
    }
    // All of it told: then a call can be wrong.
    for record in [
        r#"{"name": "hey", "signature": "hey(source, length)"}"#,
        r#""hey(source, length=3)""#,
        r#"{"name": "hey", "inputs": ["source"], "params": [{"name": "length", "type": "int", "required": true}]}"#,
    ] {
        let catalog = live(&format!("[{record}]"));
        let entry = catalog.get("hey").unwrap();
        let series = ArgumentShape { keyword: None, constant: None };
        assert!(entry.bind(&[series, series]).is_ok(), "{record}");
        assert!(entry.bind(&[series; 3]).is_err(), "{record}");
        assert_eq!(entry.form(), Evidence::Live);
    }
}

#[test]
fn capitals_become_what_scripts_write_and_constructors_keep_their_case() {
    let catalog =
        live(r#"{"indicators": ["RSI", "CDL2CROWS", "HEY_X2"], "operators": ["Weight", "Crossover", "RiskParity"]}"#);
    for name in ["rsi", "cdl2crows", "hey_x2", "Weight", "crossover", "RiskParity"] {
        assert!(catalog.get(name).is_some_and(|entry| entry.evidence == Evidence::Live), "{name}");
    }
    assert!(catalog.get("RSI").is_none() && catalog.get("weight").is_none());
    assert_eq!(catalog.get("Weight").unwrap().kind, Kind::Sizing);
}

#[test]
fn only_sorts_of_names_that_the_list_covers_drop_out() {
    let cases = [
        // (answer, functions, variables, names that stay, names that are gone)
        (r#"["rsi", "sma"]"#, true, false, "rsi crossover hl2 close emit_signal Weight exit", "ema smma"),
        (r#"["rsi", "crossover"]"#, true, false, "rsi crossover hl2 close entry", "ema highest"),
        (r#"{"indicators": ["rsi", "MAX"], "operators": [">", "and"]}"#, true, false, "max crossover close", "ema"),
        (
            r#"{"indicators": ["rsi"], "variables": ["close", "funding"]}"#,
            true,
            true,
            "funding close open crossover",
            "hl2 ema",
        ),
        (r#"{"variables": ["close"]}"#, false, true, "ema crossover close volume", "hl2"),
        (r#"{"fields": [{"n": "RSI"}, {"n": "close"}]}"#, false, true, "rsi ema close", "hl2"),
    ];
    for (answer, functions, variables, stay, gone) in cases {
        let catalog = live(answer);
        assert_eq!(catalog.covers(), Covers { functions, variables }, "{answer}");
        for name in stay.split_whitespace() {
            let entry = catalog.get(name).unwrap_or_else(|| panic!("{name} of {answer}"));
            let bundled = Catalog::bundled().get(name).map_or(Evidence::Live, |entry| entry.evidence);
            let quoted = format!("\"{name}\"");
            if !answer.to_lowercase().contains(&quoted) {
                assert_eq!(entry.evidence, bundled, "{name} of {answer} keeps its own evidence");
            }
        }
        for name in gone.split_whitespace() {
            assert!(catalog.get(name).is_none(), "{name} of {answer}");
        }
    }
}

#[test]
fn variables_stay_readable_and_fields_stay_callable() {
    let catalog = live(include_str!("shapes/field_map.json"));
    let rsi = catalog.get("rsi").unwrap();
    assert_eq!((rsi.kind, rsi.is_callable()), (Kind::Variable, true));
    assert_eq!(lookback(rsi, &[SERIES, number(14.0)]), Some(14));
    assert!(catalog.get("funding_rate").unwrap().is_callable(), "`fields` does not say that it can't be called");
    let catalog = live(r#"{"indicators": ["rsi"], "variables": {"onchain": ["funding_rate"]}}"#);
    let funding = catalog.get("funding_rate").unwrap();
    assert_eq!((funding.kind, funding.is_callable(), &*funding.group), (Kind::Variable, false, "onchain"));
    let imported = listed(include_str!("shapes/fields.json"));
    assert_eq!(names(&imported).len(), 12);
    let reasons: Vec<_> = imported.skipped.iter().map(|skipped| skipped.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "`Recommend.All` is no name that a script can write",
            "`BB.upper` is no name that a script can write",
            "null that says nothing of a name"
        ]
    );
}

#[test]
fn two_signatures_under_one_name_are_both_refused() {
    let answer = r#"{"indicators": {"a": [{"name": "hey", "params": {"length": 14}}], "b": [{"name": "HEY", "params": {"fast": 3, "slow": 9}}]}}"#;
    let imported = listed(answer);
    assert_eq!(names(&imported), ["hey"]);
    assert_eq!(imported.listed[0].signature_text(), "hey(...)");
    let paths: Vec<_> = imported.skipped.iter().map(|skipped| skipped.path.as_str()).collect();
    assert_eq!(paths, ["$.indicators.a[0]", "$.indicators.b[0]"]);
    assert!(imported.skipped[1].reason.contains("different signatures, here (fast, slow)"), "{imported:#?}");
    // The same field twice in one object, which most readers of JSON would not even notice.
    let imported = listed(r#"{"hey": {"params": {"length": 14}}, "hey": {"params": {"length": 9}}}"#);
    assert_eq!((imported.listed.len(), imported.skipped.len()), (1, 2));
    // Said twice the same, or said once and named once, is no contradiction.
    let imported =
        listed(r#"[{"name": "hey", "params": {"length": 14}}, {"name": "hey", "params": {"length": 14}}, "hey"]"#);
    assert_eq!((imported.listed.len(), imported.skipped.len()), (1, 0));
}

#[test]
fn a_lookback_that_the_list_states_counts_unless_it_is_a_bare_number() {
    let catalog = live(
        r#"[{"name": "hey", "params": {"length": 14}, "lookback": "2*length-1"},
            {"name": "ho", "params": {"length": 14}, "lookback": 14},
            {"name": "rsi", "inputs": ["real"], "params": {"timeperiod": 14}, "lookback": "timeperiod+1"},
            {"name": "ema", "inputs": ["real"], "params": {"timeperiod": 14}, "lookback": "timeperiod-1"}]"#,
    );
    let told = |name: &str| {
        let signature = &catalog.get(name).unwrap().signatures[0];
        (signature.lookback.as_ref().map(|formula| formula.text().to_owned()), signature.lookback_source())
    };
    assert_eq!(told("hey"), (Some("2*length-1".to_owned()), Some("server")));
    assert_eq!(told("ho"), (None, None));
    assert_eq!(told("rsi"), (Some("timeperiod+1".to_owned()), Some("server")));
    assert_eq!(told("ema"), (Some("timeperiod-1".to_owned()), Some("TA-Lib")));
}

#[test]
fn an_answer_without_names_is_refused_and_says_what_it_is() {
    let refused = |text: &str| import(text, Catalog::bundled()).map(|imported| imported.listed.len()).unwrap_err();
    for (text, word) in [
        ("", "empty"),
        ("  \n", "empty"),
        ("<!DOCTYPE html><html></html>", "web page"),
        ("indicators: rsi", "no JSON"),
        ("[\"rsi\"", "no JSON"),
        ("[\"rsi\"] x", "no JSON"),
        ("[]", "an empty list"),
        ("{}", "an empty object"),
        ("17", "a number"),
        ("null", "null"),
        (r#"{"count": 0, "timeframes": ["1d"]}"#, "an object with `count`, `timeframes`"),
        ("[1, 2, 3]", "a list of 3, the first of them a number"),
        (r#"{"success": false, "error": {"message": "key \u001b[31m expired"}}"#, "failed: key \\u{1b}[31m expired"),
        (r#"{"status": "error", "message": "no such route"}"#, "failed: no such route"),
    ] {
        let error = refused(text);
        assert!(error.to_string().contains(word), "{text:?}: {error}");
    }
    let ImportError::NoNames { skipped, .. } = refused("[1, {}, \"\\u202eevil\"]") else { panic!() };
    let reasons: Vec<_> = skipped.iter().map(|skipped| skipped.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "a number is no name",
            "no name in it: looked for name, id, key, value, function, n, uiid and type",
            "`\\u{202e}evil` is no name that a script can write"
        ]
    );
}

#[test]
fn hostile_answers_are_refused_or_reported_in_part() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(import(&deep, Catalog::bundled()), Err(ImportError::TooDeep { .. })));
    let deep = format!("{}1{}", "{\"data\":".repeat(100_000), "}".repeat(100_000));
    assert!(matches!(import(&deep, Catalog::bundled()), Err(ImportError::TooDeep { .. })));
    let long = format!("[\"rsi\", \"{}\"]", "x".repeat(21 << 20));
    assert!(matches!(import(&long, Catalog::bundled()), Err(ImportError::TooLarge { .. })));
    let many = format!("[{}1]", "1,".repeat(5_000_000));
    assert!(matches!(import(&many, Catalog::bundled()), Err(ImportError::TooManyValues { .. })));
    let million: Vec<String> = (0..1_000_000).map(|at| format!("\"n{at}\"")).collect();
    let imported = listed(&format!("[\"rsi\",{}]", million.join(",")));
    assert!(imported.listed.len() > 60_000);
    assert!(imported.skipped[0].reason.contains("beyond the first"), "{:?}", imported.skipped[0]);
    let catalog = imported.catalog(Origin::Cache, "", "");
    assert!(catalog.get("rsi").is_some() && catalog.get("n999").is_some() && catalog.get("Weight").is_some());
    let strange = listed(r#"["rsi", "a b", "x\u0000y", "\u202eon", "1st", "and", "", "é", 5, null, true, [1]]"#);
    assert_eq!(names(&strange), ["rsi", "é"]);
    assert_eq!(strange.skipped.len(), 10);
    assert!(
        strange.skipped.iter().all(|skipped| !skipped.reason.contains(|c: char| c.is_control() || c == '\u{202e}'))
    );
    let bad: Vec<String> = (0..5_000).map(|at| at.to_string()).collect();
    let imported = listed(&format!("[\"rsi\",{}]", bad.join(",")));
    assert_eq!((imported.skipped.len(), imported.skipped_beyond), (1_000, 4_000));
    let long_name = "x".repeat(65);
    assert!(listed(&format!("[\"rsi\", \"{long_name}\"]")).skipped[0].reason.contains("longer than the 64"));
}

/// Answers that nobody foresaw, made of the words that real ones use.
fn any_answer() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "indicators",
        "operators",
        "variables",
        "fields",
        "data",
        "success",
        "count",
        "rsi",
        "macd",
        "close",
        "crossover",
        "hey",
        "HEY",
        "name",
        "id",
        "type",
        "params",
        "parameters",
        "params_schema",
        "properties",
        "required",
        "inputs",
        "outputs",
        "signature",
        "signatures",
        "lookback",
        "default",
        "min",
        "period",
        "timeperiod",
        "a b",
        "",
        "and",
    ]);
    let texts = prop::sample::select(vec![
        "rsi",
        "hey(source, period=14)",
        "rsi(",
        ")(",
        "period=",
        "=14",
        "f(a,,b)",
        "f(a, a)",
        "close",
        "int",
        "2*period",
        "\u{202e}",
    ]);
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i32>().prop_map(|number| number.to_string()),
        any::<f64>()
            .prop_filter("JSON has no such number", |number| number.is_finite())
            .prop_map(|number| format!("{number:e}")),
        texts.prop_map(|text| format!("{text:?}").replace("\\u{202e}", "\\u202e")),
        word.clone().prop_map(|word| format!("{word:?}")),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        let field = (word.clone(), inner.clone()).prop_map(|(word, value)| format!("{word:?}:{value}"));
        let item = prop::sample::select(vec![
            r#""a""#,
            r#""b""#,
            r#""a=1""#,
            r#"{"name":"a","default":3}"#,
            r#"{"name":"close","type":"series"}"#,
            "{}",
            "7",
        ]);
        let list = prop::collection::vec(item, 0..4).prop_map(|items| format!("[{}]", items.join(",")));
        let value = prop_oneof![3 => list, 1 => inner.clone()];
        let part = prop::sample::select(vec!["params", "inputs", "outputs", "signatures", "lookback"]);
        let parts = prop::collection::vec((part, value).prop_map(|(part, value)| format!("{part:?}:{value}")), 1..5);
        prop_oneof![
            (word.clone(), parts).prop_map(|(name, parts)| format!("{{\"name\":{name:?},{}}}", parts.join(","))),
            prop::collection::vec(inner, 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(field, 0..6).prop_map(|fields| format!("{{{}}}", fields.join(","))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn whatever_the_answer_is_every_name_can_be_written_and_called(answer in any_answer()) {
        let Ok(imported) = import(&answer, Catalog::bundled()) else { return Ok(()) };
        prop_assert!(imported.skipped.iter().all(|skipped| skipped.path.starts_with('$') && !skipped.reason.is_empty()));
        let listed = imported.listed.len();
        let mut seen = std::collections::HashSet::new();
        for entry in &imported.listed {
            prop_assert!(seen.insert(entry.name.clone()), "{} twice in {answer}", entry.name);
            prop_assert!(entry.name.starts_with(|c: char| c.is_alphabetic() || c == '_'), "{}", entry.name);
            prop_assert!(entry.is_callable() || entry.kind == Kind::Variable, "{} in {answer}", entry.name);
            for signature in entry.signatures.iter() {
                let mut parts = std::collections::HashSet::new();
                let names = signature.inputs.iter().map(|input| &input.name).chain(signature.params.iter().map(|param| &param.name));
                for name in names {
                    prop_assert!(parts.insert(name.clone()), "{name} twice in {} of {answer}", entry.signature_text());
                }
                let defaults: Vec<f64> = signature.params.iter().map(|param| param.default.unwrap_or(1.0)).collect();
                let _ = signature.lookback_bars(&defaults);
            }
            for count in 0..4 {
                let _ = entry.bind(&vec![ArgumentShape { keyword: None, constant: None }; count]);
            }
        }
        let catalog = imported.catalog(Origin::Cache, "", "");
        prop_assert!(catalog.entries().len() >= listed && catalog.get("emit_signal").is_some());
    }
}
