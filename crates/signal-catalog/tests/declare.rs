//! Declarations in `signal.toml`, and catalogs that are made or added to while the program runs.

use signal_catalog::{Catalog, DeclareError, Entry, Evidence, Kind, Memory, Origin, ParamKind, PriceColumn, ValueType};

fn declared(text: &str) -> Entry {
    Entry::declare(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn declarations_read_as_they_are_meant() {
    let expected = [
        ("slope(series, period)", "slope(series, period)", 1, None),
        ("slope(series, period=14)", "slope(series, period=14)", 1, None),
        ("  slope ( series ,period = 14 )  ", "slope(series, period=14)", 1, None),
        ("slope(series, period) lookback period-1", "slope(series, period)", 1, Some((vec![14.0], 13))),
        ("slope(series, period) -> lookback period - 1 ", "slope(series, period)", 1, Some((vec![14.0], 13))),
        ("x(a, b, weight=0.5) lookback 3", "x(a, b, weight=0.5)", 2, Some((vec![0.5], 3))),
        (
            "trend(high, low, fast_length, slow_length) lookback max(fast_length, slow_length)-1",
            "trend(high, low, fast_length, slow_length)",
            2,
            Some((vec![5.0, 34.0], 33)),
        ),
        ("now()", "now()", 0, None),
        ("greatest(a, b, ...)", "greatest(a, b, ...)", 2, None),
        ("größe(reihe)", "größe(reihe)", 1, None),
    ];
    for (text, signature_text, inputs, lookback) in expected {
        let entry = declared(text);
        let signature = &entry.signatures[0];
        assert_eq!(entry.signature_text(), signature_text, "{text}");
        assert_eq!(signature.inputs.len(), inputs, "{text}");
        assert_eq!(
            (entry.evidence, signature.evidence, entry.kind),
            (Evidence::Declared, Evidence::Declared, Kind::Indicator)
        );
        match lookback {
            Some((params, bars)) => assert_eq!(signature.lookback_bars(&params), Some(bars), "{text}"),
            None => assert_eq!(signature.lookback, None, "{text}"),
        }
        assert_eq!(signature.memory, None, "a declaration tells nothing of it");
    }
    let columns: Vec<_> = declared("x(high, value)").signatures[0].inputs.iter().map(|input| input.column).collect();
    assert_eq!(columns, [Some(PriceColumn::High), None]);
    let kinds: Vec<_> =
        declared("x(s, period, dev=2.5, k=2)").signatures[0].params.iter().map(|param| param.kind).collect();
    assert_eq!(kinds, [ParamKind::Integer, ParamKind::Real, ParamKind::Real]);
}

#[test]
fn a_bare_name_may_be_used_in_any_way() {
    let entry = declared("  funding_rate ");
    assert_eq!((entry.kind, entry.value), (Kind::Variable, ValueType::Unknown));
    let constant = signal_catalog::ArgumentShape { keyword: None, constant: Some(5.0) };
    for count in 0..12 {
        assert!(entry.bind(&vec![constant; count]).is_ok(), "{count} arguments");
    }
}

#[test]
fn what_is_wrong_with_a_declaration_is_named() {
    let expected = [
        ("", "a declaration begins with a name, such as `slope(series, period)`"),
        ("(a)", "a declaration begins with a name, such as `slope(series, period)`"),
        ("3x(a)", "a declaration begins with a name, such as `slope(series, period)`"),
        ("x(a", "`)` is missing"),
        ("x(a,,b)", "`` is neither a name nor `name=number`, as in `slope(series, period=14)`"),
        ("x(a b)", "`a b` is neither a name nor `name=number`, as in `slope(series, period=14)`"),
        ("x(a=b)", "`a=b` is neither a name nor `name=number`, as in `slope(series, period=14)`"),
        ("x(a=inf)", "`a=inf` is neither a name nor `name=number`, as in `slope(series, period=14)`"),
        ("x(...)", "`...` is neither a name nor `name=number`, as in `slope(series, period=14)`"),
        ("x(a, a)", "`a` is declared twice"),
        (
            "x y",
            "`y` is out of place: only `lookback` and a formula may follow, as in `slope(series, period) lookback period-1`",
        ),
        (
            "x(a) lookbacks 3",
            "`lookbacks 3` is out of place: only `lookback` and a formula may follow, as in `slope(series, period) lookback period-1`",
        ),
        ("x(a) lookback n-1", "the lookback can't be read: unknown name `n` at byte 14 of the formula"),
        ("x(a) lookback ", "the lookback can't be read: the formula ends too early at byte 13 of the formula"),
    ];
    for (text, message) in expected {
        assert_eq!(Entry::declare(text).expect_err(text).to_string(), message, "{text}");
    }
    let offset = |text: &str| match Entry::declare(text).expect_err(text) {
        DeclareError::Part { offset, .. }
        | DeclareError::Twice { offset, .. }
        | DeclareError::Trailing { offset, .. } => offset,
        other => panic!("{text}: {other}"),
    };
    assert_eq!(offset("abc(d, e f)"), 7);
    assert_eq!(offset("abc(d,  d)"), 8);
    assert_eq!(offset("abc(d)  nonsense"), 8);
    assert_eq!(offset("abc nonsense"), 4);
}

#[test]
fn a_declaration_adds_to_what_is_known() {
    let bundled = Catalog::bundled();
    let texts = [
        "rsi",
        "slope(y, days)",
        "slope2(y, days=10) lookback days",
        "funding_rate",
        "zscore(x, window) lookback window+5",
    ];
    let catalog = bundled.with(texts.map(declared));
    assert_eq!(catalog.entries().len(), bundled.entries().len() + 2);
    assert_eq!((catalog.origin(), catalog.hash(), catalog.is_live()), (Origin::Bundled, bundled.hash(), false));

    let entry = |name: &str| catalog.get(name).unwrap_or_else(|| panic!("{name}"));
    // A bare name of something that is known says nothing new, and never weakens what is known.
    assert_eq!(entry("rsi"), bundled.get("rsi").unwrap());
    assert_eq!(entry("rsi").evidence, Evidence::Documented);
    assert_eq!(catalog.with([declared("crossover")]).get("crossover").unwrap().evidence, Evidence::Declared);
    // Its own names for inputs and parameters, and what was known of the lookback.
    assert_eq!(entry("slope").signatures[0].inputs.len(), 2, "`days` is no usual name for a parameter");
    assert_eq!(entry("slope2").signatures[0].lookback_bars(&[10.0]), Some(10));
    assert_eq!(entry("zscore").signatures[0].lookback_bars(&[20.0]), Some(25));
    assert!(entry("funding_rate").is_callable());

    let catalog = bundled.with([declared("slope(y, period)")]);
    let slope = &catalog.get("slope").unwrap().signatures[0];
    assert_eq!(slope.text("slope"), "slope(y, period=14)");
    assert_eq!(slope.lookback_bars(&[20.0]), Some(19));
    assert_eq!((slope.memory, slope.talib.as_deref()), (Some(Memory::Finite), Some("LINEARREG_SLOPE")));
}

#[test]
fn a_catalog_of_owned_entries_finds_them() {
    let names = ["b", "a", "c", "a"];
    let entries = names.iter().enumerate().map(|(n, name)| declared(&format!("{name}(x) lookback {n}")));
    let catalog = Catalog::from_entries(Origin::Cache, "2026-01-31", "abc", entries.collect());
    assert_eq!(catalog.names().collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(catalog.get("a").unwrap().signatures[0].lookback_bars(&[]), Some(3), "the later counts");
    assert_eq!(
        (catalog.origin(), catalog.date(), catalog.hash(), catalog.is_live()),
        (Origin::Cache, "2026-01-31", "abc", true)
    );
    assert!(catalog.get("d").is_none());

    let empty = Catalog::from_entries(Origin::Project, "", "", Vec::new());
    assert!(empty.get("a").is_none() && empty.get("").is_none() && empty.entries().is_empty());
}
