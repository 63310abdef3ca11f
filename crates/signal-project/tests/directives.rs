//! Directives: what is read, and what is said about the rest.

#![allow(clippy::unwrap_used)]

mod common;

use common::{assert_places, draw};
use proptest::prelude::*;
use signal_project::{Directives, Flags, Layer, Origin, directives, resolve};
use signal_syntax::parse;
use signal_text::{Source, apply_edits};

fn read(text: &str) -> (Source, Directives) {
    let source = Source::new("a.signal", text);
    let found = directives(&source, &parse(&source).tree);
    (source, found)
}

fn check(text: &str) -> String {
    let (source, found) = read(text);
    assert_places(&source, &found.diagnostics);
    draw(&source, &found.diagnostics)
}

fn values(text: &str) -> Layer {
    let (source, found) = read(text);
    assert_eq!(draw(&source, &found.diagnostics), "nothing to report\n");
    found.values
}

#[test]
fn every_setting_of_the_api_can_be_a_directive() {
    let found = values(
        "#!/usr/bin/env -S dsl run\n# a comment\n\n\
         #! universe   = BINANCE:BTC/USDT, BINANCE:ETH/USDT\n\
         #! timeframe  = 4h\n\
         #! start_date = 2024-01-01\n\
         #!end_date=2024-06-30\n\
         #! exchange = BINANCE\n\
         #! initial_cash = 10_000   # dollars\n\
         #! trading_fee = 1e-3\n\
         #! slippage = 0\n\
         #! mode = cross\n\
         #! leverage = 1.0\n\
         #! description = buys #1, sells #2\n\
         a = 1\n",
    );
    let tickers: Vec<String> = found.universe.unwrap().value.iter().map(ToString::to_string).collect();
    assert_eq!(tickers, ["BINANCE:BTC/USDT", "BINANCE:ETH/USDT"]);
    assert_eq!(found.timeframe.unwrap().value.as_str(), "4h");
    assert_eq!(found.start_date.unwrap().value.to_string(), "2024-01-01");
    assert_eq!(found.end_date.unwrap().value.to_string(), "2024-06-30");
    assert_eq!(found.exchange.unwrap().value, "binance");
    assert_eq!(found.initial_cash.unwrap().value, 10_000.0);
    assert_eq!(found.trading_fee.unwrap().value, 0.001);
    assert_eq!(found.slippage.unwrap().value, 0.0);
    assert_eq!(found.mode.unwrap().value.as_str(), "cross");
    assert_eq!(found.leverage.unwrap().value, 1.0);
    assert_eq!(found.description.unwrap().value, "buys #1, sells #2");
}

#[test]
fn a_directive_knows_where_its_parts_stand() {
    let (source, found) = read("\u{FEFF}# x\r\n#!  timeframe =  1h  # note\r\na = 1");
    let line = found.lines[0];
    assert_eq!(source.slice(line.line), "#!  timeframe =  1h  # note");
    assert_eq!(source.slice(line.key), "timeframe");
    assert_eq!(source.slice(line.value), "1h");
    assert_eq!(&source.text()[line.equals as usize..][..1], "=");
    assert_eq!(found.values.timeframe.unwrap().origin, Origin::Directive(line.value));
}

#[test]
fn a_universe_may_be_a_list_and_values_may_be_quoted() {
    for text in [
        "#! universe = [\"BINANCE:BTC/USDT\", \"BINANCE:ETH/USDT\"]",
        "#! universe = ['BINANCE:BTC/USDT','BINANCE:ETH/USDT',]",
        "#! universe = \"BINANCE:BTC/USDT\", \"BINANCE:ETH/USDT\"",
        "#! universe = \"BINANCE:BTC/USDT, BINANCE:ETH/USDT\"",
        "#! universe = BINANCE:BTC/USDT,BINANCE:ETH/USDT,",
    ] {
        let tickers: Vec<String> = values(text).universe.unwrap().value.iter().map(ToString::to_string).collect();
        assert_eq!(tickers, ["BINANCE:BTC/USDT", "BINANCE:ETH/USDT"], "{text}");
    }
    assert_eq!(values("#! start_date = \"2024-01-01\"").start_date.unwrap().value.to_string(), "2024-01-01");
}

#[test]
fn keys_that_are_no_setting_are_reported() {
    insta::assert_snapshot!(check(
        "#! timefram = 4h\n#! interval = 4h\n#! Start-Date = 2024-01-01\n#! stop_loss = 3\n#! strip_comments = true\n#! = 4\n"
    ));
}

#[test]
fn lines_without_an_equals_sign_are_reported() {
    insta::assert_snapshot!(check(
        "#! timeframe: 4h\n#! timeframe 4h\n#! timeframe\n#! the best script\n#!\na = 1\n#! a remark\n"
    ));
}

#[test]
fn values_that_can_not_be_are_reported() {
    insta::assert_snapshot!(check(
        "#! timeframe = 60m\n#! start_date = 2024-1-5\n#! end_date = 2024-02-30\n#! mode = pairs\n#! leverage = 3x\n\
         #! initial_cash = -1\n#! trading_fee = 0.05%\n#! slippage = 5\n#! description =\n#! universe = ,\n#! exchange = binanse\n"
    ));
}

#[test]
fn numbers_out_of_bounds_are_reported_as_strictly_as_the_evidence_allows() {
    insta::assert_snapshot!(check(
        "#! leverage = 125\n#! initial_cash = 0\n#! trading_fee = 1\n#! slippage = -0.001\n#! timeframe = 2h\n#! mode = Cross\n#! exchange = kraken\n"
    ));
    // A warning's number is used all the same.
    let (_, found) = read("#! trading_fee = 1\n#! leverage = 0.5");
    assert_eq!(found.values.trading_fee.unwrap().value, 1.0);
    assert_eq!(found.values.leverage, None);
}

#[test]
fn each_ticker_is_reported_at_its_own_place() {
    insta::assert_snapshot!(check(
        "#! universe = BINANCE:BTC/USDT, BTC/USDT, BINANCE:ETHUSDT, binance:SOL/USDT, KRAKEN:BTC/USD, BINANCE:BTC/USDT\n"
    ));
    insta::assert_snapshot!("tickers_without_commas", check("#! universe = BINANCE:BTC/USDT BINANCE:ETH/USDT\n"));
    insta::assert_snapshot!(
        "tickers_of_perpetuals",
        check("#! universe = BINANCEFUTURESUSD:BTC/USDT, BINANCE:BTC/USDT:USDT, GATE:BTC/USDT\n")
    );
}

#[test]
fn the_last_of_two_counts_and_the_other_is_reported() {
    let text = "#! timeframe = 1h\r\n#! mode = cross\r\n#! timeframe = 4h\r\na = 1";
    insta::assert_snapshot!(check(text));
    let (source, found) = read(text);
    assert_eq!(found.values.timeframe.as_ref().unwrap().value.as_str(), "4h");
    assert_eq!(found.lines.iter().map(|line| line.counts).collect::<Vec<_>>(), [false, true, true]);
    let fixed = apply_edits(source.text(), &found.diagnostics[0].fixes[0].edits).unwrap();
    assert_eq!(fixed, "#! mode = cross\r\n#! timeframe = 4h\r\na = 1");
}

#[test]
fn a_directive_behind_the_first_statement_sets_nothing() {
    let text = "a = 1 #! timeframe = 4h\n#! interval = 4h\n#! a = b\nb = (\n#! mode = cross\n1)\n";
    insta::assert_snapshot!(check(text));
    assert_eq!(read(text).1.values, Layer::default());
}

#[test]
fn what_is_evidently_meant_is_used_so_that_one_slip_is_reported_once() {
    let (_, found) = read("#! timeframe = 60m\n#! start_date = 2024/01/05\n#! universe = BINANCE:BTCUSDT, BTC/USDT");
    assert_eq!(found.values.timeframe.unwrap().value.as_str(), "1h");
    assert_eq!(found.values.start_date.unwrap().value.to_string(), "2024-01-05");
    // The exchange of the second one would be made up.
    let tickers: Vec<String> = found.values.universe.unwrap().value.iter().map(ToString::to_string).collect();
    assert_eq!(tickers, ["BINANCE:BTC/USDT"]);
}

#[test]
fn only_the_first_line_can_be_a_shebang() {
    assert_eq!(check("#! /bin/dsl\n#! timeframe = 1h\n"), "nothing to report\n");
    assert_eq!(check("\u{FEFF}#!/bin/dsl\n"), "nothing to report\n");
    insta::assert_snapshot!(check("\n#!/usr/bin/env dsl\n"));
}

#[test]
fn tens_of_thousands_of_directives_or_tickers_take_no_time() {
    let ticker = |n: usize| format!("BINANCE:C{n}/USDT");
    let lines = |line: &dyn Fn(usize) -> String| (0..20_000).map(line).collect::<String>();
    let scripts = [
        lines(&|n| format!("#! timeframe = {}h\n", n % 2 * 3 + 1)),
        lines(&|n| format!("#! unknown{n} = 1\n")),
        format!("a = 1\n{}", lines(&|_| "#! mode = cross\n".to_owned())),
        format!("#! universe = {}", lines(&|n| ticker(n) + ", ")),
        format!("#! universe = {}", lines(&|n| ticker(n) + " ")),
        format!("#! timeframe = {}", "9".repeat(1_000_000)),
        format!("#! universe = {}", "a:".repeat(1_000_000)),
        format!("#! leverage = {}", "#".repeat(1_000_000)),
    ];
    for script in scripts {
        let start = std::time::Instant::now();
        let (_, found) = read(&script);
        let longest = found.diagnostics.iter().map(|finding| finding.message.len()).max().unwrap_or(0);
        assert!(longest < 1_000, "{longest} bytes of message");
        // Far above what it takes, far below what a square of the length would.
        assert!(start.elapsed().as_secs() < 15, "{:?} for {:?}...", start.elapsed(), &script[..30]);
    }
}

/// Lines that are directives, nearly directives, or statements.
fn scripts() -> impl Strategy<Value = String> {
    let key = "(start_date|end_date|universe|timeframe|mode|leverage|slippage|description|exchange|initial_cash|[a-zé_]{0,6})";
    let value = "(2024-0[12]-3[01]|[0-9./-]{0,10}|1h|60m|\\[?\"?BINANCE:BTC/USDT\"?,? ?(upbit:KRW-BTC|é/:)?\\]?|cross|[ -~é🚀]{0,12})";
    let line = prop_oneof![
        4 => proptest::string::string_regex(&format!("#!?[ \t]{{0,2}}{key}[ ]?[=:]?[ ]?{value}( #.{{0,3}})?")).unwrap(),
        1 => "[ -~é🚀\"'(]{0,12}",
        1 => Just(String::new()),
    ];
    let end = proptest::sample::select(vec!["\n", "\r\n", "\r", "\u{2028}"]);
    (any::<bool>(), proptest::collection::vec((line, end), 0..8)).prop_map(|(mark, lines)| {
        let mark = if mark { "\u{FEFF}" } else { "" };
        lines.into_iter().fold(mark.to_owned(), |text, (line, end)| text + &line + end)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_script_makes_it_panic_and_every_place_is_in_the_text(text in scripts()) {
        let (source, found) = read(&text);
        assert_places(&source, &found.diagnostics);
        for line in &found.lines {
            for span in [line.line, line.key, line.value] {
                prop_assert!(source.text().get(span.range()).is_some());
            }
        }
        let resolved = resolve(None, &found, &Flags::default());
        assert_places(&source, &resolved.script_diagnostics);
        prop_assert!(resolved.script_diagnostics.len() >= found.diagnostics.len());
    }

    #[test]
    fn a_safe_fix_makes_its_finding_go_away(text in scripts()) {
        let (source, found) = read(&text);
        for diagnostic in &found.diagnostics {
            for fix in diagnostic.fixes.iter().filter(|fix| fix.safe) {
                let fixed = apply_edits(source.text(), &fix.edits).unwrap();
                let count = |diagnostics: &[signal_text::Diagnostic]| {
                    diagnostics.iter().filter(|other| other.message == diagnostic.message).count()
                };
                let (_, again) = read(&fixed);
                prop_assert!(count(&again.diagnostics) < count(&found.diagnostics), "{:?} -> {fixed:?}: {}", text, diagnostic.message);
            }
        }
    }
}
