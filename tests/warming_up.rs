//! `dsl warmup`: the table, the document, and what they say about the range.

use signal_market::Date;

use crate::scratch::Scratch;

const SCRIPT: &str = "\
#! universe   = BINANCE:BTC/USDT
#! start_date = 2024-01-01
slow = ema(close, 200)
wave = sma(slow, 15)
n = 7
emit_signal(wave > close and rsi(close, n * 2) < 30, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))
";

fn scratch() -> Scratch {
    Scratch::new().with("a.signal", SCRIPT).with("signal.toml", "[run]\ntimeframe = \"1d\"\nend_date = 2024-12-31\n")
}

#[test]
fn the_table_names_what_forces_the_warm_up() {
    let ran = scratch().dsl("warmup a.signal");
    ran.check(0, &[], &[]);
    insta::assert_snapshot!(ran.out);
}

#[test]
fn the_document_is_the_contract_s() {
    let document = scratch().dsl("warmup --output-format json a.signal").check(0, &[], &[]).json_of("warmup");
    insta::assert_json_snapshot!(document);
}

#[test]
fn flags_win_over_directives_and_those_over_the_settings_file() {
    let ran = scratch().dsl("warmup --end-date 2024-06-30 --start-date 2023-01-01 --output-format json a.signal");
    let window = &ran.json_of("warmup")["window"];
    assert_eq!(window["start_date"], "2023-01-01");
    assert_eq!(
        window["origin"],
        serde_json::json!({"start_date": "flag", "end_date": "flag", "timeframe": "signal.toml"})
    );
}

#[test]
fn without_dates_there_is_no_window_and_the_lines_to_write_are_shown() {
    let scratch = Scratch::new().with("a.signal", "x = sma(close, 20)\n");
    scratch.dsl("warmup a.signal").check(0, &["19 bars before every name has a value", "both `#! start_date = "], &[]);
    let document = scratch.dsl("warmup --output-format json a.signal").json_of("warmup");
    assert!(document["window"].is_null() && document["usable"].is_null());
    assert_eq!(document["verdict"], "unknown");
}

#[test]
fn what_cannot_be_predicted_is_null_and_says_why() {
    let scratch =
        Scratch::new().with("a.signal", "x = rsi(close, 14)\ny = sma(close, x)\nz = no_such_thing(close, 3)\n");
    let document = scratch.dsl("warmup --output-format json a.signal").json_of("warmup");
    for at in [1, 2] {
        assert!(document["names"][at]["warmup"].is_null(), "{document:#}");
        assert!(!document["names"][at]["because"][0].as_str().unwrap().is_empty());
    }
    assert!(document["warmup"].is_null());
}

#[test]
fn a_default_that_only_ta_lib_tells_is_said_to_be_one() {
    let scratch = Scratch::new().with("a.signal", "x = sma(ema(close), 20)\ny = ema(close, 30)\n");
    scratch.dsl("warmup a.signal").check(0, &["ema(close) *\n", " * rests on TA-Lib's default"], &[]);
    let document = scratch.dsl("warmup --output-format json a.signal").json_of("warmup");
    let said: Vec<_> = (0..2).map(|at| document["names"][at]["rests_on_default"].clone()).collect();
    assert_eq!(said, [true, false]);
}

#[test]
fn lines_that_do_not_parse_are_left_out_and_said() {
    let scratch = Scratch::new().with("a.signal", "x = sma(close, 20)\ny = (\nz = x[-3]\n");
    scratch.dsl("warmup a.signal").check(0, &["x", "z", "21"], &["a.signal:2:", "left out of the table"]);
}

#[test]
fn the_start_date_of_a_year_and_the_largest_periods_are_told_when_asked() {
    let ran = scratch().dsl("warmup --usable 2024 --settled --largest-period=100 a.signal");
    ran.check(0, &[], &[]);
    let (_, answers) = ran.out.split_once("\n To have").unwrap();
    insta::assert_snapshot!(format!(" To have{answers}"));
    let document = scratch()
        .dsl("warmup --usable 2024-02..2024-03 --largest-period --output-format json a.signal")
        .check(0, &[], &[])
        .json_of("warmup");
    insta::assert_json_snapshot!(serde_json::json!([document["usable_range"], document["largest_periods"]]));
}

#[test]
fn the_told_start_date_makes_the_first_day_the_first_usable_one() {
    for (timeframe, when, first) in
        [("1d", "2024", "2024-01-01"), ("1w", "2024-03", "2024-03-04"), ("1M", "2024-02", "2024-02-01")]
    {
        let scratch = scratch();
        let asked = format!("warmup --timeframe {timeframe} --usable {when} --output-format json a.signal");
        let start = scratch.dsl(&asked).json_of("warmup")["usable_range"]["start_date"].as_str().unwrap().to_owned();
        let usable = |start: &str| {
            let line = format!(
                "warmup --timeframe {timeframe} --start-date {start} --end-date 2024-12-31 --output-format json a.signal"
            );
            scratch.dsl(&line).json_of("warmup")["first_usable"].as_str().unwrap().to_owned()
        };
        assert_eq!(usable(&start), first, "{timeframe}");
        let later: Date = start.parse().unwrap();
        assert!(usable(&later.tomorrow().unwrap().to_string()).as_str() > first, "{timeframe}");
    }
}

#[test]
fn what_can_t_be_answered_says_why_and_a_wrong_question_is_wrong_usage() {
    let scratch = scratch().with("b.signal", "flow = obv(close, volume)\nx = flow > sma(flow, 5)\n");
    scratch.dsl("warmup --usable 2024 --settled b.signal").check(
        0,
        &["`obv(close, volume)` adds up", "never settles"],
        &[],
    );
    scratch.dsl("warmup --largest-period b.signal").check(0, &["can't be told: the range is not set"], &[]);
    scratch.dsl("warmup --usable summer a.signal").check(2, &[], &["no stretch of time", "2024-01-01..2024-06-30"]);
    scratch.dsl("warmup --largest-period=0 a.signal").check(2, &[], &["--largest-period"]);
    scratch.dsl("warmup --settled a.signal").check(2, &[], &["--usable"]);
}
