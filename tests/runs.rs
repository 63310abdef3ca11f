//! `dsl runs list` and `show`: past runs from the disk, without a network and without a key.

use serde_json::{Value, json};

use crate::capture::{Capture, said};
use crate::scratch::{CROSSING, Scratch};

const RUNS: &str = ".local/state/dsl/runs";

/// A scratch folder with three runs of two scripts in its journal.
fn scratch() -> Scratch {
    let scratch = Scratch::new();
    let path = |file: &str| scratch.path(file).to_string_lossy().into_owned();
    put(
        &scratch,
        &json!({
            "run": "20260101-100000-aaaa", "file": "a.signal", "path": path("a.signal"), "script_sha256": "aa", "request_sha256": "bb",
            "origin": "https://hey-traders.com/api/v1", "account": "0123456789ab", "state": "completed",
            "planned_at": "2026-01-01T10:00:00Z", "submitted_at": "2026-01-01T10:00:01Z", "finished_at": "2026-01-01T10:00:09Z",
            "backtest_id": "bt_1", "result_id": "res_1", "dashboard_url": "https://hey-traders.com/dashboard/res_1",
            "metrics": {"total_return_pct": 12.5, "num_trades": 7, "sharpe_ratio": null, "new_figure": 3},
            "settings": {"timeframe": "1d", "universe": ["BINANCE:BTC/USDT"], "origin": {"timeframe": "directive", "universe": "signal.toml"}},
            "diagnostics_count": 2, "requests": 5, "elapsed_ms": 8000, "written_by_a_later_version": true
        }),
    );
    put(
        &scratch,
        &json!({
            "run": "20260102-100000-bbbb", "file": "sub/b.signal", "path": path("sub/b.signal"), "origin": "https://h/api/v1",
            "state": "failed", "planned_at": "2026-01-02T10:00:00Z", "submitted_at": "2026-01-02T10:00:01Z", "backtest_id": "bt_2",
            "error": {"code": "TA_OUT_OF_RANGE", "message": "short\u{1b}[31m", "suggestion": "start\u{202e} earlier"}
        }),
    );
    put(
        &scratch,
        &json!({
            "run": "20260103-100000-cccc", "file": "a.signal", "path": path("a.signal"), "origin": "https://h/api/v1",
            "state": "submitting", "planned_at": "2026-01-03T10:00:00Z", "submitted_at": "2026-01-03T10:00:01Z"
        }),
    );
    let result = json!({"summary": {"metrics": {"total_return_pct": 12.5}, "beyond": [1]}, "trades": []});
    scratch.write(&format!("{RUNS}/20260101-100000-aaaa/result.json"), result.to_string());
    scratch.write(&format!("{RUNS}/20260101-100000-aaaa/script.signal"), "a = 1");
    scratch.write("a.signal", "a = 1");
    scratch
}

fn put(scratch: &Scratch, record: &Value) {
    scratch.write(&format!("{RUNS}/{}/run.json", record["run"].as_str().unwrap()), record.to_string());
}

/// The ids that a listing has, by the last four characters.
fn listed(scratch: &Scratch, flags: &str) -> Vec<String> {
    let document = scratch.dsl(&format!("runs list --json {flags}")).check(0, &[], &[]).json_of("runs-list");
    let runs = document["runs"].as_array().unwrap().iter();
    runs.map(|run| run["run"].as_str().unwrap().rsplit('-').next().unwrap().to_owned()).collect()
}

#[test]
fn runs_are_listed_newest_first_and_by_what_is_asked() {
    let scratch = scratch();
    assert_eq!(listed(&scratch, ""), ["cccc", "bbbb", "aaaa"]);
    assert_eq!(listed(&scratch, "--limit 1"), ["cccc"]);
    assert_eq!(listed(&scratch, "--file a.signal"), ["cccc", "aaaa"]);
    assert_eq!(listed(&scratch, "--file b.signal"), ["bbbb"], "a name alone is looked for anywhere");
    assert_eq!(listed(&scratch, "--file other/b.signal"), [""; 0]);
    assert_eq!(listed(&scratch, "--status failed"), ["bbbb"]);
    assert_eq!(listed(&scratch, "--status completed,unknown"), ["cccc", "aaaa"]);
    assert_eq!(listed(&scratch, "--status submitting"), [""; 0], "whose process died is in doubt");
}

#[test]
fn the_list_holds_what_others_rely_on() {
    let document = scratch().dsl("runs list --json").json_of("runs-list");
    let run = &document["runs"][2];
    for (field, expected) in [
        ("run", json!("20260101-100000-aaaa")),
        ("file", json!("a.signal")),
        ("script_sha256", json!("aa")),
        ("submitted_at", json!("2026-01-01T10:00:01Z")),
        ("status", json!("completed")),
        ("backtest_id", json!("bt_1")),
        ("result_id", json!("res_1")),
        ("metrics", json!({"total_return_pct": 12.5, "num_trades": 7, "sharpe_ratio": null, "new_figure": 3})),
    ] {
        assert_eq!(run[field], expected, "{field}");
    }
}

#[test]
fn people_see_a_table_and_how_many_are_left_out() {
    let scratch = scratch();
    let ran = scratch.dsl("runs list");
    ran.check(0, &["20260101-100000-aaaa", "completed", "2026-01-01, ", "+12.50 %", " ago", "sub/b.signal"], &[]);
    let colored = scratch.dsl("runs list --color always").out;
    assert!(colored.contains("\u{1b}[32mcompleted\u{1b}[0m"), "{colored:?}");
    assert_eq!(colored.lines().count(), ran.out.lines().count());
    scratch.dsl("runs list --limit 2").check(0, &["cccc"], &["1 older run not shown; --limit 3 shows all"]);
}

#[test]
fn an_empty_journal_gives_a_hint_and_an_empty_list() {
    let scratch = Scratch::new();
    scratch.dsl("runs list").check(0, &[], &["there are no runs yet", "--sandbox"]);
    assert_eq!(scratch.dsl("runs list --json").json_of("runs-list")["runs"], json!([]));
    self::scratch().dsl("runs list --status cancelled").check(0, &[], &["no run is like that"]);
}

#[test]
fn a_broken_record_is_told_and_the_others_are_listed() {
    let scratch = scratch();
    scratch.write(&format!("{RUNS}/20260104-100000-dddd/run.json"), "{\"run\": 1");
    scratch.dsl("runs list").check(0, &["aaaa"], &["20260104-100000-dddd", "can't be read"]);
    let document = scratch.dsl("runs list --json").json_of("runs-list");
    assert_eq!((document["runs"].as_array().unwrap().len(), document["broken"].as_array().unwrap().len()), (3, 1));
}

#[test]
fn a_run_is_shown_with_settings_figures_and_files() {
    let scratch = scratch();
    let ran = scratch.dsl("runs show res_1");
    let out =
        ["Run 20260101-100000-aaaa of a.signal", "completed", "directive", "signal.toml", "+12.50 %", "result.json"];
    ran.check(0, &out, &[]);
    assert!(!ran.out.contains("request.json"), "there is none: {}", ran.out);
    let document = scratch.dsl("runs show --json 20260101").check(0, &[], &[]).json_of("runs-show");
    assert_eq!(document["settings"]["origin"]["timeframe"], "directive");
    assert_eq!(document["result"]["beyond"], json!([1]), "as the server sent it");
    assert_eq!(document["files"]["request"], Value::Null);
    assert!(document["files"]["script"].as_str().unwrap().ends_with("script.signal"));
}

#[test]
fn trouble_is_shown_with_the_servers_words_made_harmless() {
    let scratch = scratch();
    let ran = scratch.dsl("runs show bt_2");
    ran.check(0, &["failed", "TA_OUT_OF_RANGE", "short\\u{1b}[31m", "earlier"], &[]);
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}']), "{:?}", ran.out);
    assert_eq!(scratch.dsl("runs show --json bt_2").json_of("runs-show")["error"]["code"], "TA_OUT_OF_RANGE");
    scratch.dsl("runs show latest").check(0, &["unknown"], &["nobody knows whether the server took it"]);
}

#[test]
fn an_unknown_run_is_exit_code_3_with_the_nearest_name() {
    let scratch = scratch();
    scratch.dsl("runs show 20260101-100000-aaab").check(3, &[], &["did you mean `20260101-100000-aaaa`?"]);
    assert_eq!(scratch.dsl("runs show --json nothing").check(3, &[], &[]).json()["error"]["code"], "unknown-run");
}

/// Doubles that lose their last digit when they are read carelessly, and whole numbers at the bounds of 64 bits.
const EXACT: [&str; 8] = [
    "55.353680419848004",
    "-0.30000000000000004",
    "0.1",
    "100.0",
    "1.7976931348623157e+308",
    "5e-324",
    "18446744073709551615",
    "-9223372036854775808",
];

#[test]
fn every_digit_that_the_server_sent_is_kept_and_printed() {
    let numbers = format!("[{}]", EXACT.join(","));
    let data = format!(r#"{{"metrics":{{"sharpe_ratio":{}}},"trades":[],"exact":{numbers}}}"#, EXACT[0]);
    let server = Capture::start(move |request, _| match request.line() {
        "POST /api/v1/backtest/execute" => said(r#"{"backtest_id":"bt_0"}"#),
        "GET /api/v1/backtest/status/bt_0" => said(r#"{"status":"completed","result_id":"res_0"}"#),
        _ => said(&data),
    });
    let scratch = server.client().with("a.signal", CROSSING);
    let printed = scratch.dsl("run --json a.signal").check(0, &[], &[]).out.clone();
    let run = serde_json::from_str::<Value>(&printed).unwrap()["run"].as_str().unwrap().to_owned();
    let kept = std::fs::read_to_string(scratch.path(&format!(".local/state/dsl/runs/{run}/result.json"))).unwrap();
    let exported = scratch.dsl("runs export latest --format json").check(0, &[], &[]).out.clone();
    for text in [printed, kept, exported] {
        let text: String = text.split_whitespace().collect();
        assert!(text.contains(&format!(r#""exact":{numbers}"#)), "{text}");
        assert!(text.contains(&format!(r#""sharpe_ratio":{}"#, EXACT[0])), "{text}");
    }
}
