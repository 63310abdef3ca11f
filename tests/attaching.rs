//! Leaving a run and coming back to it: Ctrl-C, `--detach`, `dsl runs attach` and `cancel`, and twins.
#![cfg(unix)]

mod cancelling;
mod leaving;
mod senders;
mod twins;

use std::sync::{Arc, Condvar, Mutex};

use serde_json::{Value, json};

use crate::capture::{Answer, Capture, KEY, Request, refused, said};
use crate::live::Live;
use crate::scratch::{CROSSING, Scratch};

const RUNS: &str = ".local/state/dsl/runs";

/// Something that a server waits for until the test lets it go on.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    fn is_open(&self) -> bool {
        *self.0.0.lock().unwrap()
    }

    fn pass(&self) {
        let mut open = self.0.0.lock().unwrap();
        while !*open {
            open = self.0.1.wait(open).unwrap();
        }
    }
}

/// A server that takes every backtest, says of it what `status` says, and cancels it when asked.
fn server(status: impl Fn() -> String + Send + Sync + 'static) -> Capture {
    serving(Gate::default(), status, || said(r#"{"status":"cancelled"}"#), true)
}

fn serving(
    gate: Gate,
    status: impl Fn() -> String + Send + Sync + 'static,
    cancel: impl Fn() -> Answer + Send + Sync + 'static,
    answers_at_once: bool,
) -> Capture {
    Capture::start(move |request: &Request, before| {
        let line = request.line();
        if request.is_submission() {
            if !answers_at_once {
                gate.pass();
            }
            return said(&format!(r#"{{"backtest_id":"bt_{before}"}}"#));
        }
        match line {
            line if line.starts_with("POST /api/v1/backtest/cancel/") => cancel(),
            line if line.starts_with("GET /api/v1/backtest/status/") => said(&status()),
            "GET /api/v1/backtest/results/res_1" => {
                said(r#"{"dashboard_url":"https://d/1","metrics":{"sharpe_ratio":1.25,"num_trades":4}}"#)
            }
            _ => said(r#"{"trades":[],"equity":[],"tickers":[]}"#),
        }
    })
}

const DONE: &str = r#"{"status":"completed","result_id":"res_1"}"#;
const RUNNING: &str = r#"{"status":"running","progress":40}"#;

fn client(server: &Capture) -> Scratch {
    server.client().with("a.signal", CROSSING)
}

/// How often a request came.
fn asked(server: &Capture, line: &str) -> usize {
    server.requests().iter().filter(|request| request.line() == line).count()
}

/// The record of the only run, or of the newest one.
fn record(scratch: &Scratch) -> Value {
    let shown = scratch.dsl("runs show latest --json").check(0, &[], &[]).json();
    let run = shown["run"]["run"].as_str().or(shown["run"].as_str()).unwrap().to_owned();
    serde_json::from_slice(&std::fs::read(scratch.path(&format!("{RUNS}/{run}/run.json"))).unwrap()).unwrap()
}

/// Puts the newest run back into a state, as a process that died there would have left it.
fn put_back(scratch: &Scratch, state: &str) -> String {
    let mut record = record(scratch);
    record["state"] = json!(state);
    record["finished_at"] = Value::Null;
    record["result_id"] = Value::Null;
    if matches!(state, "planned" | "submitting") {
        record["backtest_id"] = Value::Null;
    }
    let run = record["run"].as_str().unwrap().to_owned();
    let _ = std::fs::remove_file(scratch.path(&format!("{RUNS}/{run}/result.json")));
    scratch.write(&format!("{RUNS}/{run}/run.json"), record.to_string());
    run
}

/// A run whose request has reached the server, which keeps the answer back until the gate is opened.
fn submitting() -> (Gate, Capture, Scratch, Live) {
    let gate = Gate::default();
    let server = serving(gate.clone(), || DONE.to_owned(), || refused(500, "X", None), false);
    let scratch = client(&server);
    let mut live = Live::start(&scratch, "run a.signal");
    live.says("submitting");
    while server.submissions().is_empty() {
        std::thread::yield_now();
    }
    (gate, server, scratch, live)
}

/// A run at the server, done as soon as the gate is opened, which one process watches and another reads along.
fn watched_twice() -> (Gate, Capture, Scratch, Live, Live) {
    let gate = Gate::default();
    let own = gate.clone();
    let server = server(move || if own.is_open() { DONE } else { RUNNING }.to_owned());
    let scratch = client(&server);
    scratch.dsl("run --detach a.signal").check(8, &[], &[]);
    let mut first = Live::start(&scratch, "runs attach latest");
    first.says("running");
    let mut second = Live::start(&scratch, "runs attach latest");
    second.says("another dsl looks after it");
    (gate, server, scratch, first, second)
}

#[test]
fn attach_goes_on_from_every_state() {
    for (state, submissions, said) in [
        ("planned", 2, "was planned and never sent"),
        ("submitted", 1, "was submitted"),
        ("running", 1, "was running"),
        ("completed", 1, "its results were not fetched yet"),
    ] {
        let server = server(|| DONE.to_owned());
        let scratch = client(&server);
        scratch.dsl("run a.signal").check(0, &["Sharpe ratio"], &[]);
        put_back(&scratch, state);
        scratch.dsl("runs attach latest").check(0, &["Sharpe ratio", "1.25"], &[said]);
        assert_eq!(server.submissions().len(), submissions, "{state}");
        assert_eq!(record(&scratch)["state"], "completed", "{state}");
    }
}

#[test]
fn what_is_over_is_shown_offline_and_without_a_key() {
    let server = server(|| DONE.to_owned());
    let scratch = client(&server);
    let first = scratch.dsl("run --json a.signal").check(0, &[], &[]).json_of("run");
    let asked_before = server.requests().len();
    let output = scratch
        .command("runs attach latest --json")
        .env_remove("HEYTRADERS_API_KEY")
        .env("HEYTRADERS_BASE_URL", "http://127.0.0.1:1/")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let again: Value = serde_json::from_slice(&output.stdout).unwrap();
    for field in ["run", "backtest_id", "result_id", "status", "metrics", "result", "settings", "origin", "warmup"] {
        assert_eq!(again[field], first[field], "{field}");
    }
    assert_eq!(server.requests().len(), asked_before);
    scratch.dsl("runs attach nowhere").check(3, &[], &["the journal knows no run `nowhere`"]);
}

#[test]
fn one_attach_watches_and_the_others_read_along() {
    let (gate, server, scratch, first, second) = watched_twice();
    let mut third = Live::start(&scratch, "runs attach latest");
    third.says("another dsl looks after it").signal("INT");
    third.end().check(8, &[], &["another dsl goes on with it"]);
    gate.open();
    let figures = [first.end(), second.end()].map(|ran| ran.check(0, &["Sharpe ratio"], &[]).out.clone());
    assert_eq!(figures[0], figures[1]);
    assert_eq!(asked(&server, "GET /api/v1/backtest/results/res_1"), 1, "fetched once");
}

#[test]
fn whoever_reads_along_takes_over_when_the_other_leaves() {
    let (gate, _server, _scratch, mut first, mut second) = watched_twice();
    first.signal("KILL");
    second.says("was running when it was last seen");
    gate.open();
    second.end().check(0, &["Sharpe ratio"], &[]);
    drop(first.end());
}

#[test]
fn a_run_of_the_sandbox_that_was_cut_off_is_run_anew() {
    let scratch = Scratch::new().with("a.signal", CROSSING);
    let first = scratch.dsl("run --sandbox --json a.signal").check(0, &[], &[]).json_of("run");
    let shown = scratch.dsl("runs attach --json latest").check(0, &[], &[]).json_of("run");
    assert_eq!((&shown["result_id"], &shown["metrics"]), (&first["result_id"], &first["metrics"]));
    for state in ["planned", "completed"] {
        put_back(&scratch, state);
        scratch.dsl("runs attach latest").check(0, &["Sharpe ratio"], &["it is run anew"]);
        let anew = scratch.dsl("runs attach --json latest").check(0, &[], &[]).json_of("run");
        assert_eq!(
            (&anew["run"], &anew["metrics"], &anew["origin"]),
            (&first["run"], &first["metrics"], &json!("sandbox"))
        );
        assert_ne!(anew["result_id"], first["result_id"]);
    }
}

#[test]
fn a_run_of_unknown_fate_that_its_user_found_at_the_server_goes_on() {
    for state in ["submitting", "unknown"] {
        let server = Capture::start(|request: &Request, _| match request.line() {
            "POST /api/v1/backtest/execute" => said(r#"{"backtest_id":"bt_found"}"#),
            "GET /api/v1/backtest/status/bt_found" => said(DONE),
            "GET /api/v1/backtest/results/res_1" => said(r#"{"metrics":{"sharpe_ratio":1.25}}"#),
            _ => refused(404, "BACKTEST_NOT_FOUND", None),
        });
        let scratch = client(&server);
        scratch.dsl("run a.signal").check(0, &[], &[]);
        scratch.dsl("runs attach latest --backtest-id bt_found").check(2, &[], &["leave --backtest-id out"]);
        put_back(&scratch, state);
        scratch.dsl("runs attach latest --backtest-id bt_other").check(3, &[], &["BACKTEST_NOT_FOUND"]);
        scratch.dsl("runs attach latest").check(6, &[], &["--backtest-id ID"]);
        scratch.dsl("runs attach latest --backtest-id bt_found").check(0, &["1.25"], &[]);
        assert_eq!((server.submissions().len(), record(&scratch)["state"].as_str()), (1, Some("completed")));
    }
}
