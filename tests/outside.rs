//! Text from outside: whatever a server says at whatever length, no result is lost over it, no terminal obeys it, and
//! neither memory nor time run away.

use serde_json::{Value, json};

use crate::matrix::{end, harmless, sandbox, scratch};
use crate::scratch::{Ran, Scratch};

/// Bytes that a terminal should have to show at most, whatever a server sends.
const SHOWN: usize = 40_000;

/// Runs the binary with `line` against a server that answers requests to `path` with `body`.
fn answered(path: &str, body: &str, line: &str) -> (Scratch, Ran) {
    let file = Scratch::new().with("body.json", body);
    let fault = format!("status=200;body=@{};path={path}", file.path("body.json").display());
    let sandbox = sandbox(&[fault]);
    let scratch = scratch(&sandbox);
    let ran = scratch.dsl(line);
    assert!(sandbox.fault_hits()[0] > 0, "{fault:?} was met", fault = path);
    (scratch, ran)
}

fn success(data: &Value) -> String {
    json!({ "success": true, "data": data }).to_string()
}

#[test]
fn figures_that_json_does_not_have_are_absent_and_cost_no_result() {
    for figures in [
        r#"{"total_return_pct": 12.5, "sharpe_ratio": NaN, "max_drawdown": -Infinity, "profit_factor": 1e999}"#,
        r#"{"total_return_pct": "12.5", "sharpe_ratio": "NaN", "max_drawdown": "-inf", "profit_factor": "1e999"}"#,
    ] {
        let body = format!(
            r#"{{"success": true, "data": {{"metrics": {figures}, "dashboard_url": "https://x.example/NaN"}}}}"#
        );
        let (_, ran) = answered("/backtest/results/*", &body, "run --json a.signal");
        let (exit, document) = end(&ran);
        assert_eq!((exit, document["status"].as_str()), (0, Some("completed")), "{document:#}");
        assert_eq!(document["metrics"]["total_return_pct"], 12.5, "{document:#}");
        assert_eq!(document["dashboard_url"], "https://x.example/NaN");
        for line in ["runs show latest", "runs attach latest"] {
            let (scratch, _) = answered("/backtest/results/*", &body, "run --quiet a.signal");
            let ran = scratch.dsl(line);
            harmless(&ran);
            assert_eq!(ran.exit, 0, "{}{}", ran.out, ran.err);
        }
    }
}

#[test]
fn texts_of_megabytes_neither_fill_a_terminal_nor_hold_it_up() {
    let long = |letter: &str| letter.repeat(900_000);
    let trade = json!({
        "ticker": long("T"), "side": long("L"), "entry_time": long("x"), "reason": long("r"), "pnl": 1e308, "entry_price": 1e308,
    });
    let tickers: Vec<Value> = (0..9_000).map(|n| json!({ "ticker": format!("BINANCE:T{n}/USDT"), "pnl": n })).collect();
    for (path, data) in [
        ("/backtest/status", json!({ "status": "failed", "message": long("m") })),
        ("/backtest/results/*", json!({ "metrics": {}, "dashboard_url": format!("https://x.example/{}", long("a")) })),
        ("/backtest/results/*/trades", json!({ "trades": [trade], "total": 1 })),
        ("/backtest/results/*/per-ticker", json!({ "tickers": [{ "ticker": long("T"), "pnl": 1 }] })),
        ("/backtest/results/*/per-ticker", json!({ "tickers": tickers })),
        ("/backtest/results/*/analysis", json!({ "analysis": long("\u{1b}[31m\u{202e}word\n") })),
    ] {
        let (scratch, ran) = answered(path, &success(&data), "run a.signal");
        harmless(&ran);
        assert!(ran.err.len() < SHOWN, "{path}: {} bytes on stderr", ran.err.len());
        assert!(ran.out.len() < SHOWN || data["tickers"].is_array(), "{path}: {} bytes on stdout", ran.out.len());
        let shown = scratch.dsl("runs show latest");
        harmless(&shown);
        assert!(shown.err.len() < SHOWN, "{path}: {} bytes on stderr", shown.err.len());
    }
}

#[test]
fn a_drip_that_goes_on_and_on_is_given_up() {
    let sandbox = sandbox(&["drip=1b/40ms;path=/backtest/results/*".to_owned()]);
    let scratch = scratch(&sandbox).set("HEYTRADERS_TIMEOUT", "300ms");
    let (exit, document) = end(&scratch.dsl("run --json a.signal"));
    assert_eq!((exit, document["status"].as_str()), (6, Some("completed")), "{document:#}");
    assert_eq!(sandbox.fault_hits(), [1], "another try would take as long");
}

/// The most memory that a run takes, in megabytes, as far as looking at it now and then can tell.
#[cfg(target_os = "linux")]
fn memory(scratch: &Scratch, line: &str) -> u64 {
    use std::process::Stdio;
    let mut child = scratch.command(line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
        most = most.max(peak.unwrap_or(0));
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    most / 1024
}

#[cfg(target_os = "linux")]
#[test]
fn answers_without_end_take_less_than_200_mb() {
    for fault in
        ["endless;path=/backtest/results/*", "endless;path=/backtest/results/*/*", "endless;path=/backtest/execute"]
    {
        let sandbox = sandbox(&[fault.to_owned()]);
        let most = memory(&scratch(&sandbox), "run --json a.signal");
        assert!(sandbox.fault_hits()[0] > 0, "{fault}");
        assert!((5..200).contains(&most), "{fault}: {most} MB");
    }
}
