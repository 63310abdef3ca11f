//! `dsl run` of several scripts: checked first, run side by side, told in one table or one document.

use serde_json::Value;

use crate::capture::{Capture, refused};
#[cfg(unix)]
use crate::live::Live;
use crate::scratch::Scratch;

const SCRIPT: &str = "\
#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1d
#! start_date = 2024-01-01
#! end_date   = 2024-06-30
slow = ema(close, 20)
emit_signal(close > slow, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))
emit_signal(close < slow, exit(\"BINANCE:BTC/USDT\", \"LONG\"))
";

/// Three scripts that differ in a period.
fn three(scratch: Scratch) -> Scratch {
    ["a", "b", "c"].iter().zip([20, 30, 40]).fold(scratch, |scratch, (name, period)| {
        scratch.with(&format!("{name}.signal"), SCRIPT.replace("20)", &format!("{period})")))
    })
}

fn words<'a>(document: &'a Value, pointer: &str) -> Vec<&'a str> {
    let runs = document["runs"].as_array().unwrap();
    runs.iter().map(|run| run.pointer(pointer).and_then(Value::as_str).unwrap_or("-")).collect()
}

const ALL: &str = "a.signal b.signal c.signal";

#[test]
fn several_scripts_run_side_by_side_and_are_told_in_one_table() {
    let scratch = three(Scratch::new());
    let ran = scratch.dsl(&format!("run --sandbox {ALL}"));
    let out = ["status", "return", "drawdown", "Sharpe", "trades", "a.signal", "b.signal", "c.signal", "completed"];
    ran.check(
        0,
        &out,
        &["Plan for 3 scripts on the sandbox", "a.signal: submitted as backtest", "c.signal: completed"],
    );
    assert_eq!(ran.out.matches("completed").count(), 3, "{}", ran.out);
    assert!(ran.out.starts_with("sandbox · synthetic data"), "{}", ran.out);
    assert!(!ran.out.contains("Equity"), "the whole results are in the journal: {}", ran.out);
    let listed = scratch.dsl("runs list --json").json_of("runs-list");
    assert_eq!(words(&listed, "/status"), ["completed"; 3]);
}

#[test]
fn each_of_several_has_the_document_that_it_has_alone() {
    let scratch = three(Scratch::new());
    let document = scratch.dsl(&format!("run --sandbox --json {ALL}")).check(0, &[], &[]).json_of("run-several");
    assert_eq!(words(&document, "/file"), ["a.signal", "b.signal", "c.signal"]);
    for run in document["runs"].as_array().unwrap() {
        crate::scratch::assert_fits(run, "run");
        let alone = scratch.dsl(&format!("run --sandbox --json {}", run["file"].as_str().unwrap())).json_of("run");
        for field in ["status", "metrics", "settings", "warmup", "diagnostics", "data"] {
            assert_eq!(run[field], alone[field], "{field}");
        }
    }
}

#[test]
fn one_script_with_an_error_keeps_all_of_them_back() {
    let service = Capture::taking(|_| None);
    let scratch = three(service.client()).with("b.signal", SCRIPT.replace("ema(close, 20)", "ema(close, 2000)"));
    let ran = scratch.dsl(&format!("run {ALL}"));
    ran.check(1, &[], &["b.signal:5:8", "b.signal: nothing was sent: the check found 1 error"]);
    let document = scratch.dsl(&format!("run --json {ALL}")).check(1, &[], &[]).json_of("run-several");
    assert_eq!(words(&document, "/status"), ["planned", "refused", "planned"]);
    assert_eq!(words(&document, "/error/code"), ["-", "not-enough-bars", "-"]);
    assert!(service.requests().is_empty());
    scratch.dsl(&format!("run --force {ALL}")).check(0, &["a.signal", "b.signal", "c.signal"], &[]);
    assert_eq!(service.submissions().len(), 3);
}

#[test]
fn the_plan_of_several_tells_what_their_quota_is_short_of() {
    let service = Capture::taking(|_| None);
    let scratch = three(service.client());
    let ran = scratch.dsl(&format!("run --dry-run {ALL}"));
    ran.check(
        0,
        &["Plan for 3 scripts on http://127.0.0.1", "quota 10 of 10 left this hour; 30 of 30"],
        &["nothing was sent"],
    );
    for cash in 1..=8 {
        scratch.dsl(&format!("run -q --initial-cash {cash} a.signal")).check(0, &[], &[]);
    }
    scratch.dsl(&format!("run --dry-run {ALL}")).check(0, &["quota 3 runs, 2 of 10 left this hour"], &[]);
    scratch.dsl("run --dry-run a.signal b.signal --initial-cash 1").check(0, &["quota 2 of 10 left this hour"], &[]);
}

#[test]
fn each_is_submitted_once_and_ends_as_it_does() {
    let service = Capture::taking(|before| (before == 1).then(|| refused(400, "VALIDATION_ERROR", None)));
    let scratch = three(service.client());
    let document = scratch.dsl(&format!("run --json --jobs 1 {ALL}")).check(2, &[], &[]).json_of("run-several");
    assert_eq!(words(&document, "/status"), ["completed", "refused", "completed"]);
    assert_eq!(service.submissions().len(), 3);
    // Whose results are here already is not submitted once more.
    let again = scratch.dsl(&format!("run {ALL}"));
    again.check(0, &["completed before", "b.signal"], &[]);
    assert_eq!(again.out.matches("completed before").count(), 2, "{}", again.out);
    assert_eq!(service.submissions().len(), 4);
}

#[test]
fn a_quota_that_ends_in_between_keeps_the_rest_back() {
    let service = Capture::taking(|before| (before >= 1).then(|| refused(403, "FREE_QUOTA_EXCEEDED", Some("1800"))));
    let scratch = three(service.client());
    let ran = scratch.dsl(&format!("run --jobs 1 {ALL}"));
    ran.check(5, &["completed", "refused"], &["b.signal: ", "c.signal: ", " UTC (in 30 minutes)"]);
    assert_eq!(service.submissions().len(), 2, "the third one was not sent");
}

#[test]
fn a_file_named_twice_runs_once_and_flags_of_one_run_are_refused() {
    let scratch = three(Scratch::new());
    let document = scratch.dsl("run --sandbox --json a.signal b.signal ./a.signal").json_of("run-several");
    assert_eq!(words(&document, "/file"), ["a.signal", "b.signal"]);
    scratch.dsl("run --sandbox --show-upload a.signal b.signal").check(2, &[], &["--show-upload takes one script"]);
    scratch.dsl("run --sandbox --report a.html a.signal b.signal").check(
        2,
        &[],
        &["`dsl runs report RUN` writes the page"],
    );
    scratch.dsl("run --sandbox a.signal -").check(2, &[], &["standard input"]);
    scratch.dsl("run --sandbox a.signal d.signal").check(3, &[], &["there is no file `d.signal`"]);
}

#[test]
fn without_a_key_every_run_is_refused_and_people_are_told_once() {
    let scratch = three(Scratch::new());
    let ran = scratch.dsl(&format!("run {ALL}"));
    ran.check(4, &[], &["dsl auth register"]);
    assert_eq!(ran.err.matches("dsl auth register").count(), 1, "{}", ran.err);
    let document = scratch.dsl(&format!("run --json {ALL}")).check(4, &[], &[]).json_of("run-several");
    assert_eq!(words(&document, "/error/code"), ["no-key"; 3]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_all_of_them_and_tells_every_id() {
    let service = Capture::start(|request, before| match request.is_submission() {
        true => crate::capture::said(&format!(r#"{{"backtest_id":"bt_{before}"}}"#)),
        false => crate::capture::said(r#"{"status":"running"}"#),
    });
    let scratch = three(service.client());
    let mut live = Live::start(&scratch, &format!("run --jobs 2 {ALL}"));
    live.says(": running").says(": running").signal("INT");
    let rest = live.end().check(8, &[], &["c.signal (not sent yet)"]).err.clone();
    let listed = scratch.dsl("runs list --json").json_of("runs-list");
    for run in words(&listed, "/run") {
        assert!(rest.contains(&format!("dsl runs attach {run}")), "{run}: {rest}");
    }
    assert_eq!(service.submissions().len(), 2);
}

#[test]
fn detached_runs_print_their_ids_as_one_does() {
    let service = Capture::taking(|_| None);
    let scratch = three(service.client());
    let ran = scratch.dsl(&format!("run --detach {ALL}"));
    ran.check(8, &[], &["detached", "a.signal", "come back with:"]);
    let listed = scratch.dsl("runs list --json").json_of("runs-list");
    let mut ids = words(&listed, "/run");
    let mut printed: Vec<&str> = ran.out.lines().collect();
    ids.sort_unstable();
    printed.sort_unstable();
    assert_eq!(printed, ids);
}

#[test]
fn conditions_to_fail_on_hold_for_each() {
    let scratch = three(Scratch::new());
    let ran = scratch.dsl(&format!("run --sandbox --fail-if 'sharpe_ratio < 1000' {ALL}").replace('\'', "\""));
    ran.check(1, &["completed"], &["a.signal: ", "b.signal: ", "c.signal: "]);
}
