//! The layers on top of each other, and what they say together.

#![allow(clippy::unwrap_used)]

mod common;

use common::draw;
use signal_project::{Config, FlagError, Flags, Origin, Resolved, RunSettings, SETTINGS, directives, resolve};
use signal_syntax::parse;
use signal_text::{Severity, Source};

/// The settings of a script under a settings file and flags.
fn resolved(config: &str, script: &str, flags: &Flags) -> Resolved {
    let source = Source::new("a.signal", script);
    let (config, _) = Config::parse(&Source::new("signal.toml", config));
    resolve(Some(&config), &directives(&source, &parse(&source).tree), flags)
}

/// Everything that is said about them.
fn check(config: &str, script: &str, flags: &Flags) -> String {
    let found = resolved(config, script, flags);
    let flags = |title: &str, list: &[FlagError]| -> String {
        list.iter().map(|error| format!("{title} {error} ({:?})\n", error.suggestion)).collect()
    };
    format!(
        "script:\n{}signal.toml:\n{}{}{}",
        draw(&Source::new("a.signal", script), &found.script_diagnostics),
        draw(&Source::new("signal.toml", config), &found.config_diagnostics),
        flags("flag error:", &found.flag_errors),
        flags("flag warning:", &found.flag_warnings),
    )
}

fn flag(set: impl FnOnce(&mut Flags)) -> Flags {
    let mut flags = Flags::default();
    set(&mut flags);
    flags
}

#[test]
fn nothing_set_is_what_the_api_takes_by_default() {
    let source = Source::new("a.signal", "a = 1");
    let found = resolve(None, &directives(&source, &parse(&source).tree), &Flags::default());
    assert_eq!(found.settings, RunSettings::default());
    assert!(found.settings.start_date.is_none() && found.settings.universe.is_none());
    assert!(!found.strip_comments.value);
}

#[test]
fn a_setting_is_told_as_a_directive_would_write_it() {
    let script = "#! universe = binance:btc/usdt,BINANCE:ETH/USDT\n#! start_date = 2024-01-01\n#! leverage = 3.50\n";
    let found = resolved("[run]\ntimeframe = \"4h\"\n", script, &flag(|flags| flags.mode = Some("cross".to_owned())));
    let told = SETTINGS.map(|info| found.written(info.key).map(|told| (told.value, told.origin.describe())));
    let told: Vec<_> = told.iter().map(|told| told.as_ref().map(|(value, origin)| (value.as_str(), *origin))).collect();
    let default = |value| Some((value, "default"));
    let expected = [
        Some(("2024-01-01", "directive")),
        None,
        default("binance"),
        Some(("4h", "signal.toml")),
        default("10000"),
        default("0.0005"),
        default("0.0005"),
        None,
        Some(("binance:btc/usdt, BINANCE:ETH/USDT", "directive")),
        Some(("cross", "flag")),
        Some(("3.5", "directive")),
        default("false"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn the_defaults_are_those_of_the_table() {
    let RunSettings { exchange, timeframe, initial_cash, trading_fee, slippage, mode, leverage, .. } =
        RunSettings::default();
    let defaults = [
        ("exchange", exchange.value),
        ("timeframe", timeframe.value.to_string()),
        ("initial_cash", initial_cash.value.to_string()),
        ("trading_fee", trading_fee.value.to_string()),
        ("slippage", slippage.value.to_string()),
        ("mode", mode.value.to_string()),
        ("leverage", leverage.value.to_string()),
        ("strip_comments", "false".to_owned()),
    ];
    let table: Vec<_> = SETTINGS.iter().filter_map(|info| Some((info.name, info.default?.to_owned()))).collect();
    assert_eq!(table, defaults);
}

#[test]
fn later_layers_win_and_each_value_knows_its_origin() {
    let found = resolved(
        "[run]\ntimeframe = \"4h\"\nmode = \"cross\"\nleverage = 2\nstrip_comments = true\n",
        "#! timeframe = 1d\n#! leverage = 3\na = 1",
        &flag(|flags| flags.leverage = Some("4".to_owned())),
    );
    let RunSettings { timeframe, mode, leverage, slippage, .. } = found.settings;
    assert_eq!((timeframe.value.as_str(), timeframe.origin.describe()), ("1d", "directive"));
    assert_eq!((mode.value.as_str(), mode.origin.describe()), ("cross", "signal.toml"));
    assert_eq!((leverage.value, leverage.origin), (4.0, Origin::Flag));
    assert_eq!(leverage.origin.describe(), "flag");
    assert_eq!((slippage.value, slippage.origin.describe()), (0.0005, "default"));
    assert!(found.strip_comments.value);
    assert_eq!(found.strip_comments.origin.describe(), "signal.toml");
    let found = resolved(
        "[run]\nstrip_comments = true\n",
        "a = 1",
        &flag(|flags| flags.strip_comments = Some("false".to_owned())),
    );
    assert_eq!((found.strip_comments.value, found.strip_comments.origin), (false, Origin::Flag));
}

#[test]
fn a_value_that_can_not_be_read_hides_those_below_it() {
    let found = resolved(
        "[run]\nstart_date = 2024-01-01\ntimeframe = \"4h\"\n",
        "#! start_date = yesterday\n#! timeframe = 2h\na = 1",
        &Flags::default(),
    );
    assert_eq!(found.settings.start_date, None);
    assert_eq!(found.settings.timeframe, RunSettings::default().timeframe);
    assert_eq!(found.script_diagnostics.len(), 2);
}

#[test]
fn every_flag_is_read() {
    let text = |text: &str| Some(text.to_owned());
    let flags = Flags {
        start_date: text("2024-01-01"),
        end_date: text("2024-02-01"),
        exchange: text("UPBIT"),
        timeframe: text("1M"),
        initial_cash: text("5e3"),
        trading_fee: text("0.001"),
        slippage: text("0"),
        description: text("a note"),
        universe: vec!["UPBIT:BTC/KRW".to_owned(), "UPBIT:ETH/KRW,UPBIT:XRP/KRW".to_owned()],
        mode: text("cross"),
        leverage: text("1"),
        strip_comments: text("true"),
    };
    let found = resolved("", "a = 1", &flags);
    assert_eq!((found.flag_errors, found.flag_warnings), (vec![], vec![]));
    let settings = found.settings;
    assert_eq!(settings.start_date.unwrap().value.to_string(), "2024-01-01");
    assert_eq!(settings.end_date.unwrap().value.to_string(), "2024-02-01");
    assert_eq!(settings.exchange.value, "upbit");
    assert_eq!(settings.timeframe.value.as_str(), "1M");
    assert_eq!(settings.initial_cash.value, 5_000.0);
    assert_eq!(settings.trading_fee.value, 0.001);
    assert_eq!(settings.slippage.value, 0.0);
    assert_eq!(settings.description.unwrap().value, "a note");
    assert_eq!(settings.universe.unwrap().value.len(), 3);
    assert_eq!(settings.mode.value.as_str(), "cross");
    assert_eq!(settings.leverage.value, 1.0);
    assert!(found.strip_comments.value);
}

#[test]
fn flags_are_found_fault_with_in_the_words_of_directives() {
    insta::assert_snapshot!(check(
        "",
        "a = 1",
        &Flags {
            start_date: Some("2024-1-5".to_owned()),
            timeframe: Some("60m".to_owned()),
            universe: vec!["BTCUSDT".to_owned(), "binance:BTC/USDT".to_owned()],
            exchange: Some("kraken".to_owned()),
            leverage: Some("125".to_owned()),
            slippage: Some("1%".to_owned()),
            description: Some(String::new()),
            ..Flags::default()
        }
    ));
}

#[test]
fn a_range_that_ends_before_it_starts_is_reported_where_it_was_made_so() {
    let none = Flags::default();
    let both = "#! start_date = 2024-06-30\n#! end_date = 2024-01-01\na = 1";
    insta::assert_snapshot!("range_of_directives", check("", both, &none));
    let config = "[run]\nstart_date = 2024-06-30\nend_date = \"2024-01-01\"\n";
    insta::assert_snapshot!("range_of_the_file", check(config, "a = 1", &none));
    let start = "#! start_date = 2024-12-30\na = 1";
    insta::assert_snapshot!("range_of_both", check("[run]\nend_date = 2024-01-01\n", start, &none));
    let end = flag(|flags| flags.end_date = Some("2020-01-01".to_owned()));
    insta::assert_snapshot!("range_of_a_flag", check("", start, &end));
    // One day is a range.
    let one_day = resolved("", "#! start_date = 2024-06-30\n#! end_date = 2024-06-30\n", &none);
    assert_eq!(one_day.script_diagnostics, []);
}

#[test]
fn leverage_without_a_perpetual_is_reported() {
    let none = Flags::default();
    let spot = "#! leverage = 3\n#! universe = BINANCE:BTC/USDT\na = 1";
    insta::assert_snapshot!("leverage_of_a_directive", check("", spot, &none));
    insta::assert_snapshot!(
        "leverage_of_the_file",
        check("[run]\nleverage = 3\n", "#! universe = BINANCE:BTC/USDT, POLYMARKET:1/USDC\na = 1", &none)
    );
    let three = flag(|flags| flags.leverage = Some("3".to_owned()));
    insta::assert_snapshot!("leverage_of_a_flag", check("", "#! universe = BINANCE:BTC/USDT\na = 1", &three));
    for universe in ["BINANCE:BTC/USDT, LIGHTER:ETH/USDC:USDC", "KRAKEN:BTC/USD", "OKX:BTC/USDT:USDT"] {
        let found = resolved("", &format!("#! leverage = 3\n#! universe = {universe}\na = 1"), &none);
        let worst = found.script_diagnostics.iter().filter(|finding| finding.code == "wrong-market");
        // Beside a perpetual the others may go without it.
        assert!(worst.map(|finding| finding.severity).max() <= Some(Severity::Info), "{universe}");
    }
}
