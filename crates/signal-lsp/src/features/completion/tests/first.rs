//! Situations of an author at work, and the one thing that should be offered first.

use signal_catalog::Catalog;
use signal_text::Span;

use super::super::callables::USUAL;
use super::offered;
use crate::testing::at_cursor;

const ENTRY: &str = "up = close > open\nemit_signal(up, entry(\"BINANCE:ETH/USDT\", \"LONG\", Weight(0.5)))\n";
const SHORT: &str = "emit_signal(close > open, entry(\"BINANCEFUTURESUSD:BTC/USDT:USDT\", \"SHORT\", Weight(0.5)))\n";

/// The first of the items as editors show them: those that begin with what is written before those that only hold it.
fn first(marked: &str) -> String {
    let (snapshot, offset) = at_cursor(marked);
    let (mut items, answer) = offered(&snapshot, offset);
    let typed = snapshot.source().slice(Span::new(answer.replaced.start, offset));
    items.sort_by_key(|item| !item.filter.as_ref().unwrap_or(&item.label).starts_with(typed));
    items.first().map_or_else(|| "nothing".to_owned(), |item| item.label.clone())
}

fn check(cases: &[(&str, &str)]) {
    let found: Vec<(&str, String)> = cases.iter().map(|(marked, _)| (*marked, first(marked))).collect();
    let expected: Vec<(&str, String)> = cases.iter().map(|(marked, label)| (*marked, (*label).to_owned())).collect();
    assert_eq!(found, expected);
}

#[test]
fn of_indicators_that_begin_alike_the_usual_one_is_first() {
    check(&[
        ("x = r┃", "rsi"),
        ("x = e┃", "ema"),
        ("x = s┃", "sma"),
        ("x = m┃", "macd"),
        ("x = b┃", "bbands"),
        ("x = at┃", "atr"),
        ("x = ad┃", "adx"),
        ("x = cr┃", "crossover"),
        ("x = st┃", "stoch"),
        ("x = std┃", "stddev"),
        ("x = hig┃", "high"),
        ("x = highe┃", "highest"),
        ("x = lowe┃", "lowest"),
        ("x = ma┃", "macd"),
        ("x = max┃", "max"),
        ("x = do┃", "donchian"),
        ("x = cl┃", "close"),
        ("x = v┃", "volume"),
        ("x = close > e┃", "ema"),
        ("emit_signal(rs┃", "rsi"),
        ("line, signal, hist = ┃", "macd"),
        ("upper, middle, lower = ┃", "bbands"),
        ("k, d = ┃", "stoch"),
    ]);
}

#[test]
fn what_is_usual_is_in_the_catalog() {
    let unknown: Vec<&str> = USUAL.split(' ').filter(|name| Catalog::bundled().get(name).is_none()).collect();
    assert_eq!(unknown, [""; 0]);
}

#[test]
fn the_scripts_own_values_go_before_the_catalogs() {
    check(&[
        ("bands = bbands(close)\nx = close < ba┃", "bands"),
        ("bands = bbands(close)\nx = close < ┃", "bands"),
        ("line = close\nbands = bbands(close)\nx = close < ┃", "line"),
        ("bands = bbands(close)\nx = rsi(┃", "close"),
        ("bands = bbands(close)\nx = close and ba┃", "bands"),
        ("up = close > open\nline, signal, hist = ┃", "macd"),
        ("fast = ema(close, 12)\nslow = ema(close, 26)\nx = fast > ┃", "slow"),
        ("fast = ema(close, 12)\nslow = ema(close, 26)\nx = slow < ┃", "fast"),
        ("fast = ema(close, 12)\nslow = ema(close, 26)\nx = crossover(slow, ┃", "fast"),
        ("a = close > 1\nb = close < 5\nx = b and ┃", "a"),
        ("x = close > ┃", "open"),
        ("x = close - ┃", "open"),
        ("x = close[-1] > ┃", "close"),
        ("bands = bbands(close)\nx = bands.upperband > ┃", "bands"),
        ("x = atr(high, ┃", "low"),
        ("up = close > open\nemit_signal(┃", "up"),
    ]);
}

#[test]
fn what_was_entered_is_left_next() {
    let after =
        |head: &str, rest: &str, expected: &str| assert_eq!(first(&format!("{head}{rest}")), expected, "{rest}");
    after("up = close > open\n", "emit_signal(up, ┃", "entry");
    after(ENTRY, "emit_signal(not up, ┃", "exit");
    after(ENTRY, "┃", "emit_signal … exit");
    after(ENTRY, "emit_signal(not up, exit(\"BINANCE:ETH/USDT\", \"┃\"))", "LONG");
    after(SHORT, "emit_signal(close < open, exit(\"BINANCEFUTURESUSD:BTC/USDT:USDT\", \"┃\"))", "SHORT");
    after(SHORT, "emit_signal(close < open, exit(\"BINANCEFUTURESUSD:BTC/USDT:USDT\", ┃", "\"SHORT\"");
    after(SHORT, "emit_signal(close < open, entry(\"BINANCEFUTURESUSD:BTC/USDT:USDT\", \"┃\"))", "LONG");
    let both = format!("{ENTRY}emit_signal(not up, exit(\"BINANCE:ETH/USDT\", \"LONG\"))\n");
    after(&both, "emit_signal(up, ┃", "entry");
    after(&both, "┃", "emit_signal … entry");
    let any = format!("{ENTRY}t = \"BINANCE:ETH/USDT\"\nemit_signal(not up, exit(t))\n");
    after(&any, "emit_signal(up, ┃", "entry");
}

#[test]
fn an_exit_to_be_filled_in_is_of_what_was_entered() {
    let (snapshot, offset) = at_cursor(&format!("{SHORT}┃"));
    let text = offered(&snapshot, offset).0[0].insert.text();
    assert_eq!(text, "emit_signal(close > open, exit(\"BINANCEFUTURESUSD:BTC/USDT:USDT\", \"SHORT\"))");
}

#[test]
fn half_a_ticker_is_none_to_be_chosen() {
    check(&[
        ("#! universe = BINANCE:BTC/US┃", "BINANCE:BTC/USDT"),
        ("#! universe = BINANCE:ETH/USDT, BINANCE:B┃", "BINANCE:BTC/USDT"),
        ("emit_signal(close > 1, entry(\"BINANCE:BTC/US┃\", \"LONG\", Weight(1)))", "BINANCE:BTC/USDT"),
        ("#! universe = UPBIT:BTC/KRW\nemit_signal(close > 1, exit(\"UPBIT:BTC/KRW┃\"))", "UPBIT:BTC/KRW"),
    ]);
}

#[test]
fn the_exchange_of_the_tickers_is_the_one() {
    let futures = "#! universe = BINANCEFUTURESUSD:BTC/USDT:USDT\n#! exchange = ┃\n";
    check(&[(futures, "binancefuturesusd"), ("#! exchange = ┃\n", "binance")]);
}

#[test]
fn nothing_is_in_the_way_of_what_only_the_author_knows() {
    check(&[
        ("x = 5\nfa┃", "nothing"),
        ("x = 5\ntrend┃\ny = 6", "nothing"),
        ("rsi┃", "rsi"),
        ("x = close[-┃", "nothing"),
        ("x = rsi(close, 14) ┃< 30", "nothing"),
    ]);
}

#[test]
fn every_kind_of_moving_average_has_a_name() {
    let (snapshot, offset) = at_cursor("x = ma(close, 20, ┃)");
    let labels: Vec<String> = offered(&snapshot, offset).0.into_iter().map(|item| item.label).collect();
    for label in ["9 (Hull)", "13 (Wilder's)", "15 (Arnaud Legoux)"] {
        assert!(labels.iter().any(|other| other == label), "{label} in {labels:?}");
    }
}
