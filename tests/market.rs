//! `dsl eval`, `dsl scan` and `dsl rank`: linted first, asked on a sandbox or a service, told to people and programs.

use serde_json::{Value, json};

use crate::capture::{Capture, refused, said};
use crate::scratch::Scratch;

/// Days of bars whose close is `first + n`.
fn days(first: usize, count: usize) -> String {
    let begin: jiff::civil::Date = "2024-01-01".parse().unwrap();
    let mut text = "timestamp,open,high,low,close,volume\n".to_owned();
    for day in 0..count {
        let date = begin.checked_add(jiff::ToSpan::days(day as i64)).unwrap();
        let close = first + day;
        text += &format!("{date}T00:00:00Z,{close},{close},{close},{close},5\n");
    }
    text
}

/// A folder with bars of three symbols: one rises from 100, one from 1,000, one has few days.
fn with_bars() -> Scratch {
    Scratch::new()
        .with("bars/BINANCE_BTC_USDT_1d.csv", days(1_000, 366))
        .with("bars/BINANCE_ETH_USDT_1d.csv", days(100, 366))
        .with("bars/BINANCE_SOL_USDT_1d.csv", days(10, 5))
}

const OWN: &str = "--sandbox --data bars --timeframe 1d";

#[test]
fn the_value_on_the_last_bar_is_told_with_its_bar() {
    let ran = with_bars().dsl(&format!("eval \"sma(close, 10)\" --symbol BINANCE:BTC/USDT {OWN} --series"));
    ran.check(0, &["1,360.50", "opened 2024-12-31", "366, the first 9 without a value", "last 80 bars"], &[]);
    assert!(!ran.out.contains("synthetic"), "these are one's own bars: {}", ran.out);
    insta::assert_snapshot!(ran.out);
}

#[test]
fn the_document_of_an_evaluation_is_the_one_that_is_promised() {
    let line = format!("eval --json \"rsi(close, 14)\" --symbol BINANCE:BTC/USDT {OWN} --series");
    let document = with_bars().dsl(&line).check(0, &[], &[]).json_of("eval");
    let told = ["expression", "symbol", "timeframe", "value", "bars", "warmup"].map(|field| document[field].clone());
    let expected =
        [json!("rsi(close, 14)"), json!("BINANCE:BTC/USDT"), json!("1d"), json!(100.0), json!(366), json!(14)];
    assert_eq!(told, expected, "{document:#}");
    let series = document["series"].as_array().unwrap();
    assert_eq!(series.len(), 366);
    assert!(series[..14].iter().all(Value::is_null) && series[14..].iter().all(|value| value == 100.0));
    assert_eq!((&document["time"], &document["origin"]), (&json!("2024-12-31T00:00:00Z"), &json!("sandbox")));
    assert_eq!(document["result"]["data"], "csv");
    let without = with_bars().dsl(&line.replace(" --series", "")).json_of("eval");
    assert!(without.get("series").is_none(), "only on request");
}

#[test]
fn conditions_and_outputs_are_values_too() {
    let value = |expression: &str| {
        let line = format!("eval --json \"{expression}\" --symbol BTC/USDT {OWN}");
        with_bars().dsl(&line).check(0, &[], &[]).json_of("eval")["value"].clone()
    };
    assert_eq!(value("close > sma(close, 20)"), true);
    assert_eq!(value("crossover(close, sma(close, 20))"), false);
    assert_eq!(value("close[-3]"), 1363.0);
    assert_eq!(value("rsi(close, 14)[-1]"), 100.0);
    assert_eq!(value("minmax(close, 30).min"), 1336.0);
    assert_eq!(value("(close - close) / (close - close)"), Value::Null, "undefined");
}

#[test]
fn synthetic_figures_are_called_so() {
    let scratch = Scratch::new();
    for line in ["eval close --symbol BTC/USDT", "scan \"close > 0\"", "rank close"] {
        let ran = scratch.dsl(&format!("{line} --sandbox"));
        ran.check(0, &[], &[]);
        assert_eq!(ran.out.lines().next(), Some("sandbox · synthetic data: not HeyTraders' numbers"), "{line}");
        let name = line.split(' ').next().unwrap();
        let document = scratch.dsl(&format!("{line} --sandbox --json")).check(0, &[], &[]).json_of(name);
        assert_eq!(document["data"], "synthetic", "{line}");
    }
}

#[test]
fn a_scan_lists_the_symbols_on_which_the_condition_holds() {
    let ran = with_bars().dsl(&format!("scan \"sma(close, 10) > 400\" {OWN}"));
    ran.check(
        0,
        &["holds on 2 of 3 symbols", "sma(close, 10)", "without a value: 1 symbol", "SOL/USDT: condition"],
        &[],
    );
    insta::assert_snapshot!(ran.out);
    let document = with_bars().dsl(&format!("scan --json \"sma(close, 10) > 1000\" {OWN}")).json_of("scan");
    let matched = document["matched"].as_array().unwrap();
    assert_eq!((matched.len(), &matched[0]["symbol"]), (1, &json!("BTC/USDT")));
    assert_eq!(matched[0]["values"]["sma(close, 10)"], 1360.5);
    assert_eq!(
        (&document["scanned"], &document["warmup"], &document["universe"]),
        (&json!(3), &json!(9), &Value::Null)
    );
    with_bars().dsl(&format!("scan \"close < 0\" {OWN}")).check(0, &["holds on none of 3 symbols"], &["impossible"]);
}

#[test]
fn a_ranking_goes_from_the_greatest_or_the_least() {
    let ran = with_bars().dsl(&format!("rank \"close - close[-2]\" {OWN} --universe BTC/USDT,ETH/USDT"));
    ran.check(0, &["rank", "symbol", "score", "price"], &[]);
    let order = |flags: &str| {
        let document = with_bars().dsl(&format!("rank --json close {OWN} {flags}")).check(0, &[], &[]).json_of("rank");
        let ranked = document["ranked"].as_array().unwrap().clone();
        ranked.iter().map(|one| one["symbol"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(order(""), ["BTC/USDT", "ETH/USDT", "SOL/USDT"]);
    assert_eq!(order("--order asc"), ["SOL/USDT", "ETH/USDT", "BTC/USDT"]);
    assert_eq!(order("--limit 1"), ["BTC/USDT"]);
    assert_eq!(order("--universe ETH/USDT,SOL/USDT"), ["ETH/USDT", "SOL/USDT"]);
}

/// What the check says of an expression: exit code and words, and that nothing was asked.
fn check_stopped(line: &str, words: &[&str]) {
    let service = Capture::start(|_, _| said(r#"{"value":1}"#));
    service.client().dsl(line).check(1, &[], words).out.is_empty().then_some(()).expect("nothing on stdout");
    let document = service.client().dsl(&format!("{line} --json")).check(1, &[], &[]).json_of("error");
    assert_eq!(document["error"]["code"], "check-failed", "{line}");
    assert!(!document["diagnostics"].as_array().unwrap().is_empty(), "{document:#}");
    assert!(service.requests().is_empty(), "{line}: nothing is sent");
}

#[test]
fn mistakes_are_shown_with_their_place_before_anything_is_sent() {
    let eval = |expression: &str| format!("eval \"{expression}\" --symbol BTC/USDT");
    check_stopped(&eval("rsi(close, 14"), &["syntax-error", "expression:1:", "nothing was sent"]);
    check_stopped(&eval("sma(close, 0)"), &["period-out-of-bounds", "expression:1:12"]);
    check_stopped(&eval("x = close"), &["syntax-error", "the value itself is wanted", "write `close`"]);
    check_stopped(&eval("'BTC'"), &["wrong-argument-type", "this is a text"]);
    check_stopped("scan \"rsi(close, 14)\"", &["condition-not-boolean", "condition:1:1", "a scan needs a condition"]);
    check_stopped("rank \"close > open\"", &["wrong-argument-type", "a ranking needs a number", "dsl scan"]);
}

#[test]
fn force_sends_what_the_check_is_against() {
    let service = Capture::start(|_, _| said(r#"{"value":1}"#));
    service.client().dsl("eval \"sma(close, 0)\" --symbol BTC/USDT --force").check(
        0,
        &["1.00"],
        &["period-out-of-bounds"],
    );
    assert_eq!(service.requests().len(), 1);
}

#[test]
fn an_unknown_name_gets_a_suggestion_and_the_servers_word_its_place() {
    let ran = Scratch::new().dsl("eval \"rsl(close, 14)\" --symbol BTC/USDT --sandbox");
    ran.check(
        2,
        &[],
        &["warning[unknown-function]", "did you mean `rsi(", "error[unknown-function]", "expression:1:1"],
    );
    let ran = with_bars().dsl(&format!("eval \"sma(ema(close, 300), 100)\" --symbol BTC/USDT {OWN}"));
    ran.check(7, &[], &["error[ta-out-of-range]", "no value before bar 399", "takes 299 bars", "takes 99 bars"]);
    let line = format!("eval --json \"sma(ema(close, 300), 100)\" --symbol BTC/USDT {OWN}");
    let document = with_bars().dsl(&line).check(7, &[], &[]).json_of("error");
    assert_eq!(document["error"]["code"], "TA_OUT_OF_RANGE");
    assert_eq!(document["diagnostics"][0]["start"]["column"], 5, "the call that takes the most: {document:#}");
}

/// The body of the one request that a command sends.
fn sent(scratch: impl Fn(Scratch) -> Scratch, line: &str) -> (String, Value) {
    let service = Capture::start(|_, _| said(r#"{"value":1,"matched":[],"ranked":[]}"#));
    scratch(service.client()).dsl(line).check(0, &[], &[]);
    let requests = service.requests();
    assert_eq!(requests.len(), 1, "{line}: asked once");
    (requests[0].line().to_owned(), serde_json::from_slice(&requests[0].body).unwrap())
}

#[test]
fn tickers_are_sent_as_pair_and_exchange() {
    let plain = |scratch| scratch;
    for (line, path, body) in [
        (
            "eval \"rsi(close, 14)[-1]\" --symbol BINANCE:BTC/USDT",
            "POST /api/v1/market/evaluate",
            json!({"expression": "rsi(close, 14)[-1]", "symbol": "BTC/USDT", "exchange": "binance", "timeframe": "1h"}),
        ),
        (
            "eval close --symbol BINANCEFUTURESUSD:BTC/USDT:USDT --timeframe 1d --series",
            "POST /api/v1/market/evaluate",
            json!({"expression": "close", "symbol": "BTC/USDT", "exchange": "binancefuturesusd", "timeframe": "1d", "series": true}),
        ),
        (
            "eval close --symbol BTC/USDC --exchange hyperliquid",
            "POST /api/v1/market/evaluate",
            json!({"expression": "close", "symbol": "BTC/USDC", "exchange": "hyperliquid", "timeframe": "1h"}),
        ),
        (
            "scan \"close > open\" --exchange upbit",
            "POST /api/v1/market/scan",
            json!({"condition": "close > open", "exchange": "upbit", "timeframe": "1h"}),
        ),
        (
            "rank close --universe UPBIT:BTC/KRW,UPBIT:ETH/KRW --order asc --limit 5",
            "POST /api/v1/market/rank",
            json!({"expression": "close", "universe": ["BTC/KRW", "ETH/KRW"], "exchange": "upbit", "timeframe": "1h",
                "order": "asc", "limit": 5}),
        ),
    ] {
        assert_eq!(sent(plain, line), (path.to_owned(), body), "{line}");
    }
}

const SETTINGS: &str = "[run]\ntimeframe = \"4h\"\nuniverse = [\"BINANCE:ETH/USDT\", \"BINANCE:BTC/USDT\"]\n\
    start_date = \"2024-01-01\"\nend_date = \"2024-01-02\"\n";

#[test]
fn the_project_has_the_defaults_and_its_dates_do_not_matter() {
    let project = |scratch: Scratch| scratch.with("signal.toml", SETTINGS);
    let (_, body) = sent(project, "eval \"sma(close, 200)\"");
    assert_eq!((&body["symbol"], &body["timeframe"]), (&json!("ETH/USDT"), &json!("4h")), "the first of the universe");
    let (_, body) = sent(project, "scan \"close > open\"");
    assert_eq!((&body["universe"], &body["timeframe"]), (&json!(["ETH/USDT", "BTC/USDT"]), &json!("4h")));
    let (_, body) = sent(project, "scan \"close > open\" --exchange upbit --timeframe 1d");
    assert_eq!((body.get("universe"), &body["exchange"]), (None, &json!("upbit")), "all of another exchange");
}

#[test]
fn what_can_not_be_asked_is_wrong_usage_and_says_the_cure() {
    for (line, words) in [
        ("eval close", "add --symbol BINANCE:BTC/USDT"),
        ("eval close --symbol BTCUSDT", "write `BINANCE:BTC/USDT`"),
        ("eval close --symbol \"\"", "ticker is empty"),
        ("eval close --symbol BINANCE:BTC/USDT --exchange upbit", "write --exchange binance"),
        ("eval close --symbol BTC/USDT --timeframe 3h", "timeframe"),
        ("eval \"\" --symbol BTC/USDT", "the expression is empty"),
        ("eval \"# only a remark\" --symbol BTC/USDT", "there is no expression"),
        ("scan \"close > open\" --universe BINANCE:BTC/USDT,UPBIT:BTC/KRW", "one exchange"),
        ("rank close --limit 0", "--limit"),
        ("rank close --order up", "--order"),
        ("eval close --symbol BTC/USDT --data bars", "--sandbox"),
    ] {
        Scratch::new().dsl(line).check(2, &[], &[words]);
        let document = Scratch::new().dsl(&format!("{line} --json")).check(2, &[], &[]).json_of("error");
        assert!(document["error"]["message"].is_string(), "{line}");
    }
    let line = "eval close --symbol BTC/USDT --sandbox --data nowhere";
    Scratch::new().dsl(line).check(3, &[], &["nowhere"]);
    Scratch::new().dsl("eval close --symbol BTC/USDT").check(4, &[], &["--sandbox", "HEYTRADERS_API_KEY"]);
}

#[test]
fn an_expression_comes_from_standard_input_and_may_name_its_parts() {
    let line = format!("eval - --symbol BTC/USDT --json {OWN}");
    let script = b"slow = sma(close, 10)\nclose - slow\n";
    let document = with_bars().dsl_with_input(&line, script).check(0, &[], &[]).json_of("eval");
    assert_eq!((&document["value"], &document["warmup"]), (&json!(4.5), &json!(9)));
    assert_eq!(document["expression"], "slow = sma(close, 10)\nclose - slow");
}

#[test]
fn answers_of_other_shapes_are_read_and_kept() {
    let service = Capture::start(|request, _| match request.line() {
        "POST /api/v1/market/evaluate" => said(r#"{"result":{"value":"41.5","count":500},"mood":"calm\u001b[2J"}"#),
        "POST /api/v1/market/scan" => said(r#"{"results":[{"symbol":"BTC/USDT\u202e","close":5}],"total":9}"#),
        _ => said(r#"[{"ticker":"BTC/USDT","value":7}]"#),
    });
    let scratch = service.client();
    let ran = scratch.dsl("eval close --symbol BTC/USDT --series");
    ran.check(0, &["41.50", "500"], &["the server tells only the last value"]);
    let document = scratch.dsl("eval close --symbol BTC/USDT --json --series").check(0, &[], &[]).json_of("eval");
    assert_eq!((&document["value"], &document["bars"]), (&json!(41.5), &json!(500)));
    assert_eq!((document.get("series"), &document["data"]), (None, &Value::Null), "the service said nothing of these");
    assert_eq!(document["result"]["mood"], "calm\u{1b}[2J", "as it came, escaped on stdout");
    let ran = scratch.dsl("scan \"close > open\"");
    ran.check(0, &["holds on 1 of 9 symbols", "BTC/USDT\\u{202e}"], &[]);
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}']), "{:?}", ran.out);
    let document = scratch.dsl("rank close --json").check(0, &[], &[]).json_of("rank");
    assert_eq!((&document["ranked"][0]["rank"], &document["ranked"][0]["score"]), (&json!(1), &json!(7.0)));
}

#[test]
fn refusals_have_their_exit_codes_and_are_not_repeated() {
    for (status, code, exit) in [
        (401, "INVALID_API_KEY", 4),
        (403, "FREE_QUOTA_EXCEEDED", 5),
        (400, "VALIDATION_ERROR", 2),
        (404, "DATA_UNAVAILABLE", 7),
        (500, "INTERNAL_ERROR", 6),
    ] {
        let service = Capture::start(move |_, _| refused(status, code, None));
        let ran = service.client().dsl("eval close --symbol BTC/USDT");
        ran.check(exit, &[], &[]);
        assert_eq!(service.requests().len(), 1, "{code}: asked once");
        let document =
            service.client().dsl("eval close --symbol BTC/USDT --json").check(exit, &[], &[]).json_of("error");
        assert_eq!(document["error"]["code"], code);
    }
    let service = Capture::start(|_, before| match before {
        0 => refused(429, "RATE_LIMITED", Some("0")),
        _ => said(r#"{"value":1}"#),
    });
    service.client().dsl("eval close --symbol BTC/USDT").check(0, &["1.00"], &[]);
    assert_eq!(service.requests().len(), 2, "a short wait is waited");
    let service = Capture::start(|_, _| refused(429, "RATE_LIMITED", Some("3600")));
    service.client().dsl("eval close --symbol BTC/USDT").check(5, &[], &["takes the next try"]);
    assert_eq!(service.requests().len(), 1, "a long one is not");
}

#[test]
fn an_answer_that_can_not_be_read_is_exit_code_6_and_one_document() {
    let deep = "[".repeat(200_000);
    for body in
        ["garbage", "", "<html>", r#"{"success":true,"data":{"mood":"calm"}}"#, r#"{"success":true,"data":"#, &deep]
    {
        let answer = body.to_owned();
        let service = Capture::start(move |_, _| (200, String::new(), answer.clone()));
        for line in ["eval close --symbol BTC/USDT", "scan \"close > open\"", "rank close"] {
            let ran = service.client().dsl(line);
            ran.check(6, &[], &["error: "]);
            assert_eq!(ran.out, "", "{line}: nothing is made up");
            let document = service.client().dsl(&format!("{line} --json")).check(6, &[], &[]).json_of("error");
            assert_eq!(document["error"]["code"], "unreadable-answer", "{line}: {document:#}");
        }
    }
}
