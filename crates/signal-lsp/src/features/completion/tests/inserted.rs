//! What stands in the script when an item has been chosen.

use std::sync::Arc;

use signal_catalog::{Catalog, Origin};
use signal_text::{Edit, Severity, apply_edits};

use super::super::{Manner, completion, documentation};
use super::offered;
use crate::host::Project;
use crate::snapshot::Snapshot;
use crate::testing::{at_cursor, snapshot};

/// The text after the item called `label` was chosen.
fn chosen(marked: &str, label: &str) -> String {
    let (snapshot, offset) = at_cursor(marked);
    let (items, answer) = offered(&snapshot, offset);
    let item = items.iter().find(|item| item.label == label).unwrap_or_else(|| panic!("no {label} at {marked}"));
    let edit = Edit { span: answer.replaced, text: item.insert.text() };
    apply_edits(snapshot.source().text(), &[edit]).unwrap()
}

#[test]
fn what_is_chosen_replaces_the_word_and_no_more() {
    let cases = [
        ("x = rs┃", "rsi", "x = rsi(close, 14)"),
        ("x = r┃(close, 7)", "rsi", "x = rsi(close, 7)"),
        ("x = rs┃l(close, 7)", "rsi", "x = rsi(close, 7)"),
        ("x = ┃rsl(close, 7)", "ema", "x = ema(close, 7)"),
        ("x = atr┃ + 1", "atr", "x = atr(14) + 1"),
        ("x = obv┃", "obv", "x = obv()"),
        ("x = vwma┃", "vwma", "x = vwma(close, 30)"),
        ("x = stoc┃", "stoch", "x = stoch(5, 3)"),
        ("x = kst┃", "kst", "x = kst(close)"),
        ("x = cross┃", "crossover", "x = crossover(close, sma(close, 20))"),
        ("x = zsc┃", "zscore", "x = zscore(close, 20)"),
        ("x = bbands(close).u┃", "upperband", "x = bbands(close).upperband"),
        ("x = rsi(close, ti┃)", "timeperiod=", "x = rsi(close, timeperiod=)"),
        ("x = rsi(close, ti┃=14)", "timeperiod", "x = rsi(close, timeperiod=14)"),
        ("x = ma(close, 20, exp┃)", "1 (exponential)", "x = ma(close, 20, 1)"),
        ("x = n┃ close > 1", "not", "x = not close > 1"),
        ("emit_signal(a > 1, e┃)", "entry", "emit_signal(a > 1, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))"),
        ("emit_signal(a > 1, entry(┃))", "\"BINANCE:BTC/USDT\"", "emit_signal(a > 1, entry(\"BINANCE:BTC/USDT\"))"),
        ("t = \"BIN┃\"", "BINANCE:", "t = \"BINANCE:\""),
        ("t = \"BINANCE:BT┃C/EUR\"", "BINANCE:BTC/USDT", "t = \"BINANCE:BTC/USDT\""),
        ("t = \"BINANCE:B┃, \"LONG\"", "BINANCE:BTC/USDT", "t = \"BINANCE:BTC/USDT, \"LONG\""),
        ("t = \"HYPERLIQUID:ETH/┃\"", "HYPERLIQUID:ETH/USDC:USDC", "t = \"HYPERLIQUID:ETH/USDC:USDC\""),
        ("b = bbands(close)\nx = b[\"┃\"]", "upper", "b = bbands(close)\nx = b[\"upper\"]"),
        ("#!┃", "timeframe", "#! timeframe = 1h"),
        ("#! ti┃ = 4h", "timeframe", "#! timeframe = 4h"),
        ("#┃", "#! universe", "#! universe = BINANCE:BTC/USDT"),
        ("#! timeframe =┃", "4h", "#! timeframe = 4h"),
        ("#! timeframe = ┃1h  # hourly", "4h", "#! timeframe = 4h  # hourly"),
        (
            "#! universe = BINANCE:BTC/USDT, BINANCE:E┃TH/EUR, UPBIT:BTC/KRW",
            "BINANCE:ETH/USDT",
            "#! universe = BINANCE:BTC/USDT, BINANCE:ETH/USDT, UPBIT:BTC/KRW",
        ),
        ("#! universe = BINANCE:BTC/USDT,┃", "BINANCE:", "#! universe = BINANCE:BTC/USDT, BINANCE:"),
        ("# signal: allow un┃", "unused-name", "# signal: allow unused-name"),
        (
            "x = 5 #┃\nemit_signal(close > 1, entry(\"BINANCE:BTC/USDT\", \"LONG\"))",
            "# signal: allow unused-name",
            "x = 5 # signal: allow unused-name because it is meant so\nemit_signal(close > 1, entry(\"BINANCE:BTC/USDT\", \"LONG\"))",
        ),
        ("t = \"🚀\"; x = rs┃", "rsi", "t = \"🚀\"; x = rsi(close, 14)"),
        ("a = 1\r\nx = rs┃\r\n", "rsi", "a = 1\r\nx = rsi(close, 14)\r\n"),
    ];
    for (marked, label, expected) in cases {
        assert_eq!(chosen(marked, label), expected, "{label} at {marked}");
    }
}

#[test]
fn a_snippet_says_which_places_are_to_be_filled() {
    let cases = [
        ("x = rs┃", "rsi", "rsi(${1:close}, ${2:14})$0"),
        ("x = mac┃", "macd", "macd(${1:close}, ${2:12}, ${3:26}, ${4:9})$0"),
        ("x = obv┃", "obv", "obv()$0"),
        ("x = coun┃", "count", "count(${1:close > open}, ${2:20})$0"),
        (
            "#! universe = UPBIT:BTC/KRW\nup = close > open\n┃",
            "emit_signal … entry",
            "emit_signal(${1:up}, entry(\"${2:UPBIT:BTC/KRW}\", \"${3:LONG}\", Weight(${4:0.5})))$0",
        ),
        ("x = clo┃", "close", "close$0"),
    ];
    for (marked, label, expected) in cases {
        let (snapshot, offset) = at_cursor(marked);
        let (items, _) = offered(&snapshot, offset);
        let item = items.iter().find(|item| item.label == label).unwrap();
        assert_eq!(item.insert.snippet(), expected, "{label} at {marked}");
    }
}

#[test]
fn editors_without_snippets_get_plain_names() {
    let (snapshot, offset) = at_cursor("x = rs┃");
    let answer = completion(&snapshot, offset, Manner::default());
    let item = answer.items.iter().find(|item| item.label == "rsi").unwrap();
    assert_eq!(item.insert.text(), "rsi");
    assert!(answer.items.iter().all(|item| !item.insert.has_stops()));
}

/// A script under a list of names as the service may have it.
fn under(list: &str, marked: &str) -> (Snapshot, u32) {
    let (plain, offset) = at_cursor(marked);
    let catalog = signal_catalog::import(list, Catalog::bundled()).unwrap().catalog(Origin::Cache, "2026-06-01", "");
    let project = Project { catalog: Some(Arc::new(catalog)), ..Project::default() };
    (Snapshot::new(plain.source().clone(), None, Arc::new(project), None), offset)
}

#[test]
fn the_services_own_list_is_what_is_offered() {
    let list = r#"{"indicators": [
        {"name": "zigzagger", "description": "${1:evil} **bold** <img src=x>", "parameters": [
            {"name": "source", "type": "series"}, {"name": "depth", "type": "int", "default": 12}, {"name": "style", "type": "string"}]},
        "rsi"
    ], "variables": ["funding_rate"]}"#;
    let (snapshot, offset) = under(list, "x = ┃");
    let (items, _) = offered(&snapshot, offset);
    let one = |label: &str| items.iter().find(|item| item.label == label);
    let zigzagger = one("zigzagger").unwrap();
    assert_eq!(zigzagger.insert.snippet(), "zigzagger(${1:close}, ${2:12}, ${3:})$0");
    let text = documentation(&snapshot, &zigzagger.about).unwrap();
    assert!(text.contains("\\*\\*bold\\*\\* \\<img"), "{text}");
    assert!(one("funding_rate").is_some() && one("rsi").is_some());
    assert!(one("macd").is_none(), "the service does not list it");
}

#[test]
fn a_list_that_is_too_long_is_asked_for_again() {
    let names: Vec<String> = (0..5_000).map(|n| format!("\"made_up_{n}\"")).collect();
    let list = format!("{{\"indicators\": [{}]}}", names.join(", "));
    for (marked, expected) in [("x = ┃", (1_000, true)), ("x = made┃", (1_000, true)), ("x = made_up_4321┃", (1, true))]
    {
        let (snapshot, offset) = under(&list, marked);
        let (items, answer) = offered(&snapshot, offset);
        assert_eq!((items.len(), answer.incomplete), expected, "{marked}");
    }
}

/// Findings that are errors, or all of them.
fn findings(snapshot: &Snapshot, least: Severity) -> Vec<String> {
    let found = snapshot.findings().diagnostics.iter().filter(|finding| finding.severity >= least);
    found.map(|finding| format!("{}: {}", finding.code, finding.message)).collect()
}

#[test]
fn every_call_that_is_chosen_checks_clean() {
    let mut checked = 0;
    for entry in Catalog::bundled().entries().iter().filter(|entry| entry.is_callable()) {
        let marked = match entry.kind {
            signal_catalog::Kind::Signal => continue,
            signal_catalog::Kind::Action => format!("emit_signal(close > open, {}┃)", entry.name),
            signal_catalog::Kind::Sizing => {
                format!("emit_signal(close > open, entry(\"BINANCE:BTC/USDT\", \"LONG\", {}┃))", entry.name)
            }
            _ => format!("x = {}┃", entry.name),
        };
        let text = chosen(&marked, &entry.name);
        assert_eq!(findings(&snapshot(&text), Severity::Error), [""; 0], "{text}");
        checked += 1;
    }
    assert!(checked > 300, "{checked}");
}

#[test]
fn strategies_and_signals_have_nothing_to_be_found_in() {
    for label in ["strategy: RSI reversion", "strategy: EMA cross"] {
        let text = chosen("┃", label);
        assert_eq!(findings(&snapshot(&text), Severity::Hint), [""; 0], "{text}");
        assert!(text.contains("#! start_date = 2025-01-01\n"), "{text}");
        let with_head = chosen("#! timeframe = 1d\n┃", label);
        assert_eq!(with_head.matches("timeframe").count(), 1, "{with_head}");
    }
    let entry = chosen("up = close > open\n┃", "emit_signal … entry");
    let both = chosen(&format!("{entry}\n┃"), "emit_signal … exit");
    assert_eq!(both.lines().last(), Some("emit_signal(up, exit(\"BINANCE:BTC/USDT\", \"LONG\"))"));
    assert_eq!(findings(&snapshot(&both), Severity::Error), [""; 0], "{both}");
}

#[test]
fn what_is_looked_at_is_documented() {
    let cases = [
        ("x = rs┃", "rsi", "Relative Strength Index"),
        ("x = clo┃", "close", "Closing price"),
        ("up = rsi(close, 14)\nx = u┃", "up", "Line 1 · a number · 0 to 100 · warm-up 14 bars"),
        ("n = 7 * 2\nx = ema(close, n┃)", "n", "Line 1 · a number · always `14`"),
        ("x = rsi(close, ┃)", "14", "whole number from 2 to 100,000"),
        ("x = rsi(close, ┃)", "timeperiod=", "whole number from 2 to 100,000"),
        ("x = bbands(close).┃", "upperband", "Bollinger Bands"),
        ("#! ┃", "leverage", "a number from 1 to 100"),
        ("# signal: allow ┃", "unused-name", "**unused-name**"),
        ("┃", "strategy: EMA cross", "slow = ema(close, 26)"),
    ];
    for (marked, label, expected) in cases {
        let (snapshot, offset) = at_cursor(marked);
        let (items, _) = offered(&snapshot, offset);
        let item = items.iter().find(|item| item.label == label).unwrap_or_else(|| panic!("no {label} at {marked}"));
        let text = documentation(&snapshot, &item.about).unwrap_or_default();
        assert!(text.contains(expected), "{label} at {marked}: {text}");
    }
}
