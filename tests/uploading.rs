//! What leaves this machine: the script as it is, or without its comments, and `--show-upload` that shows it.

use serde_json::Value;

use crate::capture::{Capture, KEY, Request};
use crate::scratch::Scratch;

const SCRIPT: &str = "\
#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1d
#! start_date = 2024-01-01
#! end_date   = 2024-03-31
# my secret edge — größer 🚀
slow = ema(close, 50)  # slow
emit_signal(close > slow, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))
";

const STRIPPED: &str = "




slow = ema(close, 50)
emit_signal(close > slow, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))
";

/// Runs a script against a service, and checks that it got just what `--show-upload` shows; the script that it got.
fn check(script: &str, config: &str, flags: &str) -> String {
    let service = Capture::taking(|_| None);
    let scratch = service.client().with("a.signal", script).with("signal.toml", config);
    let shown = scratch.dsl(&format!("run a.signal --show-upload {flags}"));
    shown.check(0, &["authorization: Bearer [key]"], &["nothing was sent (--show-upload)"]);
    let document = scratch.dsl(&format!("run a.signal --show-upload --json {flags}")).json_of("run");
    assert!(service.requests().is_empty(), "{:#?}", service.requests());
    assert_eq!((document["status"].as_str(), document["requests"].as_u64()), (Some("planned"), Some(0)));
    scratch.dsl(&format!("run a.signal {flags}")).check(0, &[], &[]);
    let [Request { head, body }] = &service.submissions()[..] else { panic!("{:#?}", service.requests()) };
    let body = std::str::from_utf8(body).unwrap();
    assert_eq!(shown.out, format!("{}{body}", head.replace(KEY, "[key]")));
    assert_eq!(document["upload"]["body"], body);
    assert_eq!(document["upload"]["url"], format!("{}/backtest/execute", service.url));
    let headers = document["upload"]["headers"].as_array().unwrap();
    let headers =
        headers.iter().map(|pair| format!("{}: {}\r\n", pair[0].as_str().unwrap(), pair[1].as_str().unwrap()));
    assert!(shown.out.contains(&headers.collect::<String>()), "{document:#}");
    let sent: Value = serde_json::from_str(body).unwrap();
    sent["script"].as_str().unwrap().to_owned()
}

#[test]
fn a_script_is_sent_as_it_is() {
    assert_eq!(check(SCRIPT, "", ""), SCRIPT);
    let other = SCRIPT.replace('\n', "\r\n");
    assert_eq!(check(&other, "", ""), other, "also with the line ends of another system");
}

#[test]
fn only_a_byte_order_mark_stays_behind_and_it_is_said() {
    let marked = format!("\u{feff}{SCRIPT}");
    assert_eq!(check(&marked, "", ""), SCRIPT);
    let scratch = Scratch::new().with("a.signal", marked);
    scratch.dsl("run a.signal --show-upload").check(0, &[], &["byte order mark stays behind"]);
}

#[test]
fn comments_stay_here_when_asked_and_lines_keep_their_numbers() {
    assert_eq!(check(SCRIPT, "", "--strip-comments"), STRIPPED);
    assert_eq!(check(SCRIPT, "[run]\nstrip_comments = true\n", ""), STRIPPED);
    assert_eq!(check(SCRIPT, "[run]\nstrip_comments = true\n", "--strip-comments=false"), SCRIPT);
    assert_eq!(check(&SCRIPT.replace('\n', "\r\n"), "", "--strip-comments"), STRIPPED.replace('\n', "\r\n"));
}

#[test]
fn the_plan_says_that_comments_stay_here_and_who_wished_it() {
    let rows = |config: &str, flags: &str| {
        let scratch = Scratch::new().with("a.signal", SCRIPT).with("signal.toml", config);
        let ran = scratch.dsl(&format!("run --dry-run a.signal {flags}"));
        let row = ran.check(0, &[], &[]).out.lines().find(|line| line.contains("strip_comments")).map(str::to_owned);
        let document = scratch.dsl(&format!("run --dry-run --json a.signal {flags}")).json_of("run");
        assert_eq!(document["settings"]["strip_comments"], row.as_ref().map_or(Value::Null, |_| true.into()));
        row.map(|row| row.split_whitespace().skip(1).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(rows("", "--strip-comments").as_deref(), Some("true flag"));
    assert_eq!(rows("[run]\nstrip_comments = true\n", "").as_deref(), Some("true signal.toml"));
    assert_eq!(rows("", ""), None);
}

#[test]
fn an_upload_is_shown_without_a_key_and_for_the_sandbox_too() {
    let scratch = Scratch::new().with("a.signal", SCRIPT);
    let head = "POST /api/v1/backtest/execute HTTP/1.1\r\n";
    scratch.dsl("run a.signal --show-upload").check(0, &[head, "host: hey-traders.com\r\n"], &[]);
    scratch.dsl("run a.signal --show-upload --sandbox").check(0, &[head, "host: 127.0.0.1\r\n"], &[]);
}
