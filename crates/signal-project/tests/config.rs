//! `signal.toml`: what is read, and what is said about the rest.

#![allow(clippy::unwrap_used)]

mod common;

use common::{assert_places, draw};
use proptest::prelude::*;
use signal_project::{Config, Origin};
use signal_text::{Severity, Source, apply_edits};

fn check(text: &str) -> String {
    let source = Source::new("signal.toml", text);
    let (_, diagnostics) = Config::parse(&source);
    assert_places(&source, &diagnostics);
    draw(&source, &diagnostics)
}

fn clean(text: &str) -> (Source, Config) {
    let source = Source::new("signal.toml", text);
    let (config, diagnostics) = Config::parse(&source);
    assert_eq!(draw(&source, &diagnostics), "nothing to report\n");
    (source, config)
}

const ALL: &str = r#"
[run]
start_date = 2024-01-01
end_date = "2024-06-30"
exchange = "upbit"
timeframe = '4h'
initial_cash = 10_000
trading_fee = 5e-4
slippage = 0
description = """
two
lines"""
universe = ["UPBIT:BTC/KRW", 'UPBIT:ETH/KRW']
mode = "cross"
leverage = 1.0
strip_comments = true

[check]
fail_on = "warning"

[rules]
unused-name = "off"
not-enough-bars = "hint"
look-ahead = "error"

[[override]]
paths = ["research/**", 'dca_*.signal']
rules = { unused-name = "off", not-enough-bars = "warning" }

[catalog]
declare = [
  "slope(series, period)",
  'zone',
]
"#;

#[test]
fn every_setting_can_stand_in_the_file() {
    let (source, config) = clean(ALL);
    let run = &config.run;
    assert_eq!(run.start_date.as_ref().unwrap().value.to_string(), "2024-01-01");
    assert_eq!(run.end_date.as_ref().unwrap().value.to_string(), "2024-06-30");
    assert_eq!(run.exchange.as_ref().unwrap().value, "upbit");
    assert_eq!(run.timeframe.as_ref().unwrap().value.as_str(), "4h");
    assert_eq!(run.initial_cash.as_ref().unwrap().value, 10_000.0);
    assert_eq!(run.trading_fee.as_ref().unwrap().value, 0.0005);
    assert_eq!(run.slippage.as_ref().unwrap().value, 0.0);
    assert_eq!(run.description.as_ref().unwrap().value, "two\nlines");
    assert_eq!(run.universe.as_ref().unwrap().value.len(), 2);
    assert_eq!(run.mode.as_ref().unwrap().value.as_str(), "cross");
    assert_eq!(run.leverage.as_ref().unwrap().value, 1.0);
    assert!(run.strip_comments.as_ref().unwrap().value);
    assert_eq!(config.fail_on.as_ref().unwrap().value, Severity::Warning);
    let rules: Vec<_> = config.rules.iter().map(|rule| (rule.name.as_str(), rule.level)).collect();
    let expected =
        [("unused-name", None), ("not-enough-bars", Some(Severity::Hint)), ("look-ahead", Some(Severity::Error))];
    assert_eq!(rules, expected);
    // Origins and spans are those of the file.
    let Origin::Config(span) = run.timeframe.as_ref().unwrap().origin else { panic!("not from the file") };
    assert_eq!(source.slice(span), "'4h'");
    assert_eq!(source.slice(config.rules[0].name_span), "unused-name");
    assert_eq!(source.slice(config.rules[0].level_span), "\"off\"");
    for declaration in &config.declare {
        assert_eq!(source.slice(declaration.span), declaration.text);
    }
}

#[test]
fn dotted_keys_a_byte_order_mark_and_windows_line_ends_are_all_toml() {
    let (source, config) = clean("\u{FEFF}run.timeframe = \"1d\"\r\nrun.universe = \"BINANCE:BTC/USDT\"\r\n");
    let Origin::Config(span) = config.run.timeframe.unwrap().origin else { panic!("not from the file") };
    assert_eq!(source.slice(span), "\"1d\"");
    assert_eq!(config.run.universe.unwrap().value.len(), 1);
}

#[test]
fn an_empty_file_sets_nothing() {
    assert_eq!(clean("").1, Config::default());
    assert_eq!(clean("# nothing\n[run]\n[rules]\n").1, Config::default());
}

#[test]
fn tables_and_keys_that_are_not_known_are_reported() {
    insta::assert_snapshot!(check(
        "timeframe = \"1h\"\n[ruls]\nx = 1\n[tool.x]\ny = 1\n[run]\ntimefram = \"1h\"\nstop = \"2024-01-01\"\nstop_loss = 3\n\
         [check]\nfailon = \"error\"\nlevel = 2\n[catalog]\ndeclares = []\n"
    ));
}

#[test]
fn a_line_width_is_a_number_within_reason() {
    assert_eq!(clean("[format]\nline_width = 100\n").1.line_width.unwrap().value, 100);
    insta::assert_snapshot!(check("[format]\nline_width = 39\n[formats]\nx = 1\n"));
    insta::assert_snapshot!("a_line_width_of_another_kind", check("[format]\nline-length = 88\nline_width = \"88\"\n"));
}

#[test]
fn values_of_another_type_are_reported() {
    insta::assert_snapshot!(check(
        "check = 1\n[run]\nstart_date = 20240101\ntimeframe = 60\ninitial_cash = \"10000\"\nslippage = \"low\"\nuniverse = [1, \"BINANCE:BTC/USDT\"]\n\
         mode = [\"cross\"]\ndescription = 3\nstrip_comments = \"yes\"\nleverage = 99999999999999999999999\nexchange = true\n\
         [rules]\na = 1\nb = \"warn\"\nc = \"loud\"\n[catalog]\ndeclare = \"slope(series)\"\n"
    ));
    insta::assert_snapshot!(
        "declared_names",
        check("[catalog]\ndeclare = [1, \"slope(series)\"]\n[[run]]\nmode = \"cross\"\n")
    );
}

#[test]
fn values_that_can_not_be_are_reported_within_their_quotes() {
    insta::assert_snapshot!(check(
        "[run]\nstart_date = 2024-01-01T00:00:00Z\nend_date = \"2024/01/05\"\ntimeframe = \"60m\"\ninitial_cash = 0\ntrading_fee = inf\nleverage = 0x7d\n\
         exchange = \"kraken\"\nuniverse = [\"BINANCE:BTCUSDT\", \"BINANCE:B\\u0054C-USDT\", \"BINANCE:BTC/USDT\", \"\"]\nmode = \"Cross\"\n[check]\nfail_on = \"never\"\n"
    ));
}

#[test]
fn levels_can_be_set_for_some_paths() {
    let (source, config) = clean(ALL);
    let [one] = config.overrides.as_slice() else { panic!("{:?}", config.overrides) };
    let paths: Vec<_> = one.paths.iter().map(|path| (path.text.as_str(), source.slice(path.span))).collect();
    assert_eq!(paths, [("research/**", "research/**"), ("dca_*.signal", "dca_*.signal")]);
    let rules: Vec<_> = one.rules.iter().map(|rule| (rule.name.as_str(), rule.level)).collect();
    assert_eq!(rules, [("unused-name", None), ("not-enough-bars", Some(Severity::Warning))]);
    // What is evidently meant is taken.
    let (_, config) = clean("[override]\npaths = \"a/*\"\nrules.unused-name = \"off\"\n");
    assert_eq!((config.overrides[0].paths.len(), config.overrides[0].rules.len()), (1, 1));
}

#[test]
fn overrides_that_set_nothing_are_reported() {
    insta::assert_snapshot!(check(
        "[[overide]]\n[[override]]\npath = [\"a\"]\nrules = { unused-name = \"of\" }\n[[override]]\npaths = 5\nrules = \"off\"\n"
    ));
    insta::assert_snapshot!("an_override_that_is_no_table", check("override = [1]\n"));
}

#[test]
fn what_can_be_read_of_a_broken_file_is_used() {
    let text = "[run]\ntimeframe = 1h\nmode = \"cross\"\nuniverse = [\"BINANCE:BTC/USDT\"\n[check]\nfail_on = \"info\"\nfail_on = \"hint\"\n";
    insta::assert_snapshot!(check(text));
    let (config, _) = Config::parse(&Source::new("signal.toml", text));
    assert_eq!(config.run.mode.unwrap().value.as_str(), "cross");
    insta::assert_snapshot!("forgotten_quotes", check("[run]\nstart_date = é,\ntimeframe = 60m\n"));
    insta::assert_snapshot!("an_unclosed_table", check("[run\nmode = \"cross\"\n"));
    insta::assert_snapshot!("no_toml_at_all", check("timeframe: 1h\n[run]\nmode: \"cross\"\ntimeframe = \"2h\"\n"));
}

#[test]
fn a_hundred_thousand_levels_neither_crash_nor_hang() {
    for (open, close) in [("[", "]"), ("{a=", "}"), ("a.", "")] {
        let depth = 100_000;
        let text =
            format!("[run]\nuniverse = {}1{}\n{}b = 1\n", open.repeat(depth), close.repeat(depth), "a.".repeat(depth));
        let source = Source::new("signal.toml", text);
        let (_, diagnostics) = Config::parse(&source);
        assert!(!diagnostics.is_empty());
    }
}

fn files() -> impl Strategy<Value = String> {
    let lines: Vec<String> = ALL.lines().map(ToOwned::to_owned).collect();
    let line = prop_oneof![
        4 => proptest::sample::select(lines),
        1 => "(timeframe|mode|universe|slippage|start_date|fail_on|x) = [-\"'\\[{0-9a-zé🚀:/,]{0,12}",
        1 => "\\[{0,2}[a-z.é\"]{0,6}\\]{0,2}",
        1 => "[ -~é🚀]{0,10}",
    ];
    (any::<bool>(), proptest::collection::vec(line, 0..14), "(\n|\r\n|\r)").prop_map(|(mark, lines, end)| {
        let mark = if mark { "\u{FEFF}" } else { "" };
        mark.to_owned() + &lines.join(&end)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_file_makes_it_panic_and_every_place_is_in_the_text(text in files()) {
        let source = Source::new("signal.toml", text.as_str());
        let (config, diagnostics) = Config::parse(&source);
        assert_places(&source, &diagnostics);
        for rule in &config.rules {
            prop_assert!(source.text().get(rule.name_span.range()).is_some());
        }
        for declaration in &config.declare {
            prop_assert!(source.text().get(declaration.span.range()).is_some());
        }
        for diagnostic in &diagnostics {
            for fix in diagnostic.fixes.iter().filter(|fix| fix.safe) {
                let fixed = Source::new("signal.toml", apply_edits(&text, &fix.edits).unwrap());
                let (_, again) = Config::parse(&fixed);
                // The same may be wrong further on; at this place it must be gone.
                let stays = again.iter().any(|other| {
                    other.message == diagnostic.message && other.span.start == diagnostic.span.start
                });
                prop_assert!(!stays, "{}: {:?} -> {:?}", diagnostic.message, text, fixed.text());
            }
        }
    }
}
