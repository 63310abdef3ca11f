//! Why a run has few trades: every number that is told is counted again here, from the bars.

use serde_json::Value;

use crate::scratch::Scratch;

/// Bars of the scratch market, a day each from 2024-01-01 on.
const DAYS: usize = 120;
const HEAD: &str = "\
#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1d
#! start_date = 2024-01-01
#! end_date   = 2024-04-29
";

/// Closes that wave about a rising line: every script below finds bars that it likes and others that it does not.
fn closes() -> Vec<f64> {
    (0..DAYS).map(|day| 100.0 + day as f64 * 0.1 + ((day * 37) % 23) as f64 - 11.0).collect()
}

fn average(closes: &[f64], bar: usize, period: usize) -> Option<f64> {
    let from = (bar + 1).checked_sub(period)?;
    Some(closes[from..=bar].iter().sum::<f64>() / period as f64)
}

/// Of all bars on which `whole` has a value: how many there are, and on how many it holds.
fn counted(whole: impl Fn(&[f64], usize) -> Option<bool>) -> (usize, usize) {
    let closes = closes();
    let usable: Vec<bool> = (0..DAYS).filter_map(|bar| whole(&closes, bar)).collect();
    (usable.len(), usable.iter().filter(|held| **held).count())
}

fn scratch(script: &str) -> Scratch {
    let mut bars = "timestamp,open,high,low,close,volume\n".to_owned();
    for (day, price) in closes().iter().enumerate() {
        let time = 1_704_067_200 + day * 86_400;
        bars.push_str(&format!("{time},{price},{},{},{price},1000\n", price + 1.0, price - 1.0));
    }
    Scratch::new().with("a.signal", format!("{HEAD}{script}")).with("bars/BINANCE_BTC_USDT_1d.csv", bars)
}

/// Runs a script and returns its notes as `code: message` with their help and labels, one string each.
fn notes(script: &str, flags: &str) -> Vec<String> {
    let document = scratch(script)
        .dsl(&format!("run --sandbox --data bars --json a.signal {flags}"))
        .check(0, &[], &[])
        .json_of("run");
    let told = document["notes"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    told.iter()
        .map(|note| {
            let labels = note["labels"].as_array().unwrap().iter();
            let labels: String = labels.map(|label| format!(" [{}]", text(&label["message"]))).collect();
            format!("{}: {}; {}{labels}", text(&note["code"]), text(&note["message"]), text(&note["help"]))
        })
        .collect()
}

/// Asserts that a run of a script tells all of `wanted`: each the beginning of a note, and words of it.
fn check(script: &str, flags: &str, wanted: &[(&str, &[&str])]) {
    let told = notes(script, flags);
    for (code, words) in wanted {
        let of_code: Vec<&String> = told.iter().filter(|note| note.starts_with(&format!("{code}: "))).collect();
        let fits = of_code.iter().any(|note| words.iter().all(|word| note.contains(word)));
        assert!(fits, "no {code} with {words:?} in {told:#?}");
    }
}

const LONG: &str = "entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5))";

#[test]
fn a_condition_that_never_holds_is_told_with_its_counts() {
    let (usable, held) = counted(|closes, bar| Some(closes[bar] > average(closes, bar, 20)? + 50.0));
    assert_eq!((usable, held), (101, 0));
    check(
        &format!("slow = sma(close, 20)\nemit_signal(close > slow + 50, {LONG})\n"),
        "",
        &[
            ("never-held", &["the LONG entry of BINANCE:BTC/USDT held on 0 of 101 usable bars"]),
            ("first-signal", &["on 2024-01-20: 19 of the range's 120 bars", "[takes 19 bars]"]),
        ],
    );
}

#[test]
fn parts_that_never_hold_together_are_told_each_with_its_counts() {
    let high = |closes: &[f64], bar| Some(closes[bar] > average(closes, bar, 20)? + 5.0);
    let low = |closes: &[f64], bar: usize| closes[bar] < 100.0;
    let (usable, both) = counted(|closes, bar| Some(high(closes, bar)? && low(closes, bar)));
    let (_, highs) = counted(high);
    let (_, lows) = counted(|closes, bar| high(closes, bar).map(|_| low(closes, bar)));
    assert!(both == 0 && highs > 0 && lows > 0, "{highs} and {lows}");
    let script = format!("is_high = close > sma(close, 20) + 5\nemit_signal(is_high and close < 100, {LONG})\n");
    check(
        &script,
        "",
        &[(
            "never-held",
            &[
                &format!("held on 0 of {usable} usable bars"),
                "every part held now and then, but never all on one bar",
                &format!("[held on {highs}, alone in the way on {lows}]"),
                &format!("[held on {lows}, alone in the way on {highs}]"),
                &format!(
                    "without `{}` it would have held on {}",
                    if highs >= lows { "close < 100" } else { "is_high" },
                    highs.max(lows)
                ),
            ],
        )],
    );
    scratch(&script).dsl("run --sandbox --data bars a.signal").check(
        0,
        &["Why there are no trades", "a.signal:6:13", &format!("held on {highs}, alone in the way")],
        &[],
    );
}

#[test]
fn a_warm_up_that_takes_most_of_the_range_comes_first() {
    let told = notes(&format!("emit_signal(close > sma(close, 110) + 50, {LONG})\n"), "");
    assert!(told[0].starts_with("first-signal: the first signal could fire on 2024-04-19: 109 of"), "{told:#?}");
}

#[test]
fn contradictions_are_told_as_the_check_found_them() {
    let script = format!("x = rsi(close, 14)\nemit_signal(x < 30 and x > 70, {LONG})\n");
    check(
        &script,
        "",
        &[("impossible-condition", &["can't hold on the same bar"]), ("never-held", &["held on 0 of 106 usable bars"])],
    );
}

#[test]
fn a_position_that_stays_open_keeps_entries_from_acting() {
    let (usable, held) = counted(|closes, bar| Some(closes[bar] > average(closes, bar, 5)?));
    let last_holds = {
        let closes = closes();
        closes[DAYS - 1] > average(&closes, DAYS - 1, 5).unwrap()
    };
    let already = held - 1 - usize::from(last_holds);
    check(
        &format!("emit_signal(close > sma(close, 5), {LONG})\n"),
        "",
        &[
            (
                "already-open",
                &[
                    &format!("held on {held} of {usable} usable bars and opened 1 position"),
                    &format!("on {already} bars its position was open already"),
                ],
            ),
            ("long-open", &["a position was open for 9"]),
            ("open-at-the-end", &["the only position was still open", "the script has no exit"]),
        ],
    );
}

#[test]
fn exits_are_told_of_only_where_something_was_open() {
    // The exit holds on the first days alone, before the first entry.
    let script = format!(
        "day = cumsum(close / close)\nemit_signal(day > 100, {LONG})\nemit_signal(day < 10, exit(\"BINANCE:BTC/USDT\", \"LONG\"))\n"
    );
    check(
        &script,
        "",
        &[(
            "nothing-to-close",
            &["held on 9 of 120 usable bars, but never while there was a position for it to close"],
        )],
    );
    let told = notes(&script.replace("day > 100", "day > 1000"), "");
    assert!(!told.iter().any(|note| note.contains("exit")), "{told:#?}");
}

#[test]
fn an_entry_on_the_last_bar_alone_is_not_filled() {
    let script = format!("day = cumsum(close / close)\nemit_signal(day >= 120, {LONG})\n");
    check(
        &script,
        "",
        &[(
            "seldom-held",
            &["held on 1 of 120 usable bars and opened no position", "it held on 2024-04-29", "the last bar"],
        )],
    );
}

#[test]
fn tickers_outside_of_the_universe_never_act() {
    let script = "emit_signal(close > 100, entry(\"BINANCE:ETH/USDT\", \"LONG\", Weight(0.5)))\n";
    let told = notes(script, "");
    let outside: Vec<_> = told.iter().filter(|note| note.starts_with("ticker-not-in-universe")).collect();
    assert_eq!(outside.len(), 1, "told once: {told:#?}");
    assert!(
        outside[0].contains("the LONG entry of BINANCE:ETH/USDT is about a ticker that is not in the run's universe")
    );
}

#[test]
fn sizes_that_come_to_nothing_are_told() {
    let (usable, held) = counted(|closes, bar| Some(closes[bar] > average(closes, bar, 5)?));
    let last = {
        let closes = closes();
        usize::from(closes[DAYS - 1] > average(&closes, DAYS - 1, 5).unwrap())
    };
    check(
        &format!("emit_signal(close > sma(close, 5), {})\n", LONG.replace("0.5", "close - 1000")),
        "",
        &[(
            "nothing-entered",
            &[
                &format!("held on {held} of {usable} usable bars and opened no position"),
                &format!("on {} bars its size entered nothing", held - last),
            ],
        )],
    );
    check(
        &format!("emit_signal(close > sma(close, 5), {})\n", LONG.replace("0.5", "0.00001")),
        "",
        &[("tiny-size", &["worth 0.10 of the 10,000.00 of initial cash", "least size"])],
    );
}

#[test]
fn a_script_of_exits_alone_is_told_so() {
    check("emit_signal(close > 100, exit(\"BINANCE:BTC/USDT\"))\n", "", &[("no-entry", &["never opens a position"])]);
}

#[test]
fn nothing_is_told_where_there_are_trades_enough() {
    let script = format!(
        "emit_signal(close > sma(close, 3), {LONG})\nemit_signal(close < sma(close, 3), exit(\"BINANCE:BTC/USDT\", \"LONG\"))\n"
    );
    assert_eq!(notes(&script, ""), [""; 0]);
    let ran = scratch(&script).dsl("run --sandbox --data bars a.signal");
    assert!(!ran.out.contains("Why"), "{}", ran.out);
}

#[test]
fn places_are_those_of_the_file_also_where_comments_and_a_mark_stay_behind() {
    for flags in ["", "--strip-comments"] {
        let script = format!(
            "\u{feff}# größer\r\n{HEAD}slow = sma(close, 20) # a\r\nemit_signal(close > slow + 50, {LONG}) # b\r\n"
        );
        let scratch = scratch("").with("b.signal", script.as_bytes());
        let document = scratch
            .dsl(&format!("run --sandbox --data bars --json {flags} b.signal"))
            .check(0, &[], &[])
            .json_of("run");
        let note = document["notes"].as_array().unwrap().iter().find(|note| note["code"] == "never-held").unwrap();
        assert_eq!((note["start"]["line"].as_u64(), note["start"]["column"].as_u64()), (Some(7), Some(13)), "{note:#}");
        let range =
            note["start"]["offset"].as_u64().unwrap() as usize..note["end"]["offset"].as_u64().unwrap() as usize;
        assert_eq!(&script[range], "close > slow + 50");
    }
}

#[test]
fn the_report_names_the_part_that_each_remark_is_about() {
    let scratch = scratch(&format!("never = rsi(close, 14) < 3 and close > 1\nemit_signal(never, {LONG})\n"));
    scratch.dsl("run --sandbox --data bars a.signal --report a.html").check(0, &["Why there are no trades"], &[]);
    let page = std::fs::read_to_string(scratch.path("a.html")).unwrap();
    assert!(page.contains("<code>rsi(close, 14) &lt; 3</code>: held on 0"), "{page}");
    assert!(page.contains("<code>rsi(close, 14) &lt; 3</code> never held"), "no backticks: {page}");
}
