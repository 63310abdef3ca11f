//! `dsl runs diff`: two runs of the journal side by side.

use serde_json::{Value, json};

use crate::scratch::Scratch;

const SCRIPT: &str = "\
#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1d
#! start_date = 2023-01-01
#! end_date   = 2023-12-31
slow = sma(close, 10)
emit_signal(close > slow, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))
emit_signal(close < slow, exit(\"BINANCE:BTC/USDT\", \"LONG\"))
";

/// Runs a script on the sandbox; its trades as (opened, closed), from the run's own page of results.
fn run(scratch: &Scratch, script: &str, flags: &str) -> (String, Vec<(String, String)>) {
    scratch.write("a.signal", script);
    let document = scratch.dsl(&format!("run --sandbox --json a.signal {flags}")).check(0, &[], &[]).json();
    let run = document["run"].as_str().unwrap().to_owned();
    let shown = scratch.dsl(&format!("runs show --json {run}")).check(0, &[], &[]).json();
    let result = shown["files"]["result"].as_str().unwrap();
    let stored: Value = serde_json::from_str(&std::fs::read_to_string(result).unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let trades = stored["trades"].as_array().unwrap().iter();
    (run, trades.map(|trade| (text(&trade["entry_time"]), text(&trade["exit_time"]))).collect())
}

fn diff(scratch: &Scratch, a: &str, b: &str) -> Value {
    scratch.dsl(&format!("runs diff --json {a} {b}")).check(0, &[], &[]).json_of("runs-diff")
}

#[test]
fn two_runs_are_compared_in_script_settings_figures_and_trades() {
    let scratch = Scratch::new();
    let (a, trades_a) = run(&scratch, SCRIPT, "");
    let (b, trades_b) = run(&scratch, &SCRIPT.replace("sma(close, 10)", "sma(close, 12)"), "--initial-cash 5000");
    let document = diff(&scratch, &a, &b);
    assert_eq!((&document["a"]["run"], &document["b"]["run"]), (&json!(a), &json!(b)));
    let script = &document["script"];
    assert_eq!(script["same"], false);
    let changed: Vec<&str> = script["diff"].as_str().unwrap().lines().filter(|line| line.contains("slow = ")).collect();
    assert_eq!(changed, ["-slow = sma(close, 10)", "+slow = sma(close, 12)"]);
    assert_eq!(
        document["settings"],
        json!([{"setting": "initial_cash", "a": 10000.0, "b": 5000.0, "a_origin": "default", "b_origin": "flag"}])
    );
    let metric = |name: &str| document["metrics"].as_array().unwrap().iter().find(|one| one["metric"] == name).unwrap();
    for name in ["total_return_pct", "max_drawdown", "num_trades"] {
        let one = metric(name);
        let delta = one["b"].as_f64().unwrap() - one["a"].as_f64().unwrap();
        assert!((one["delta"].as_f64().unwrap() - delta).abs() < 1e-9, "{one}");
        let better = match name {
            "num_trades" => Value::Null,
            "max_drawdown" => json!(if delta < 0.0 { "b" } else { "a" }),
            _ => json!(if delta > 0.0 { "b" } else { "a" }),
        };
        assert_eq!(one["better"], better);
    }
    // Counted again: one ticker and one side, so that the time of entry alone tells a trade.
    let same = trades_a.iter().filter(|one| trades_b.contains(one)).count();
    let entered = |all: &[(String, String)], one: &(String, String)| all.iter().any(|other| other.0 == one.0);
    let common = trades_a.iter().filter(|one| entered(&trades_b, one)).count();
    let trades = &document["trades"];
    assert!(same > 0 && common > same && common < trades_a.len(), "{trades_a:?} {trades_b:?}");
    assert_eq!(
        [&trades["same"], &trades["other_exit"], &trades["only_in_a"], &trades["only_in_b"]],
        [&json!(same), &json!(common - same), &json!(trades_a.len() - common), &json!(trades_b.len() - common)]
    );
    let pair = &trades["first"]["other_exit"][0];
    assert_eq!(pair["a"]["entry_time"], pair["b"]["entry_time"]);
    assert_ne!(pair["a"]["exit_time"], pair["b"]["exit_time"]);
    scratch.dsl(&format!("runs diff {a} {b}")).check(
        0,
        &[
            "Script",
            "-slow = sma(close, 10)",
            "10000 (default)",
            "5000 (flag)",
            "total_return_pct",
            "same entry, other exit",
        ],
        &[],
    );
}

#[test]
fn a_run_and_itself_differ_in_nothing() {
    let scratch = Scratch::new();
    let (a, trades) = run(&scratch, SCRIPT, "");
    let document = diff(&scratch, "latest", &a[..a.len() - 1]);
    assert_eq!((&document["script"]["same"], &document["settings"]), (&json!(true), &json!([])));
    assert_eq!((&document["trades"]["same"], &document["trades"]["only_in_b"]), (&json!(trades.len()), &json!(0)));
    assert!(document["metrics"].as_array().unwrap().iter().all(|one| one["better"].is_null()), "{document:#}");
    scratch.dsl("runs diff latest latest").check(0, &["The scripts are the same.", "The settings are the same."], &[]);
}

#[test]
fn what_is_not_kept_is_said_and_the_rest_is_compared() {
    let scratch = Scratch::new();
    let (a, _) = run(&scratch, SCRIPT, "");
    let folder = scratch.path(".local/state/dsl/runs/20260102-100000-bbbb");
    std::fs::create_dir_all(&folder).unwrap();
    let record = json!({"run": "20260102-100000-bbbb", "file": "b\u{1b}.signal", "origin": "https://h/api/v1", "state": "completed",
        "planned_at": "2026-01-02T10:00:00Z", "metrics": {"total_return_pct": 1.5, "max_drawdown": -3.0, "new\u{202e}": 2}});
    std::fs::write(folder.join("run.json"), record.to_string()).unwrap();
    let document = diff(&scratch, &a, "20260102-100000-bbbb");
    assert_eq!((&document["script"], &document["trades"]), (&Value::Null, &Value::Null));
    let lacking: Vec<&str> = document["lacking"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert_eq!(lacking, ["b: its script is not kept any more", "b: its results are not here (completed)"]);
    let ran = scratch.dsl(&format!("runs diff --color always {a} 20260102-100000-bbbb"));
    ran.check(0, &["not compared: b: its results are not here (completed)", "total_return_pct"], &[]);
    assert!(!ran.out.contains('\u{202e}') && !ran.out.contains("b\u{1b}.signal"), "{:?}", ran.out);
    scratch.dsl("runs diff latest 20990101").check(3, &[], &[]);
    let drawdown = document["metrics"].as_array().unwrap().iter().find(|one| one["metric"] == "max_drawdown").unwrap();
    let (one, other) = (drawdown["a"].as_f64().unwrap().abs(), 3.0);
    assert!((drawdown["delta"].as_f64().unwrap() - (other - one)).abs() < 1e-9, "by its size: {drawdown}");
}
