//! Leaving a run and coming back to it: Ctrl-C, `--detach`, `dsl runs attach` and `cancel`, and twins.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};

use serde_json::{Value, json};

use crate::capture::{Answer, Capture, Request, refused, said};
use crate::scratch::{Ran, Scratch};

const SCRIPT: &str = "\
#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1d
#! start_date = 2022-01-01
#! end_date   = 2024-03-31
slow = ema(close, 50)
emit_signal(close > slow, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))
emit_signal(close < slow, exit(\"BINANCE:BTC/USDT\", \"LONG\"))
";
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
    server.client().with("a.signal", SCRIPT)
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

/// The binary while it runs.
struct Live {
    child: Child,
    err: Lines<BufReader<ChildStderr>>,
    said: String,
}

impl Live {
    fn start(scratch: &Scratch, line: &str) -> Self {
        let mut child =
            scratch.command(line).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let err = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, err, said: String::new() }
    }

    /// Waits until stderr says so.
    #[track_caller]
    fn says(&mut self, part: &str) -> &mut Self {
        for line in self.err.by_ref() {
            let line = line.unwrap();
            self.said.push_str(&line);
            self.said.push('\n');
            if line.contains(part) {
                return self;
            }
        }
        panic!("it never said {part:?}:\n{}", self.said);
    }

    fn signal(&mut self, name: &str) -> &mut Self {
        let status = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
        self
    }

    fn end(mut self) -> Ran {
        for line in self.err.by_ref() {
            self.said.push_str(&line.unwrap());
            self.said.push('\n');
        }
        let output = self.child.wait_with_output().unwrap();
        Ran { exit: output.status.code().unwrap_or(-1), out: String::from_utf8(output.stdout).unwrap(), err: self.said }
    }
}

#[test]
fn ctrl_c_while_submitting_waits_for_the_id() {
    let gate = Gate::default();
    let server = serving(gate.clone(), || DONE.to_owned(), || refused(500, "X", None), false);
    let scratch = client(&server);
    let mut live = Live::start(&scratch, "run a.signal");
    live.says("submitting");
    while server.submissions().is_empty() {
        std::thread::yield_now();
    }
    live.signal("INT").says("leaving as soon as the server has answered");
    gate.open();
    live.says("dsl runs attach 2");
    live.end().check(8, &[], &["detached: backtest bt_0 goes on at the server"]);
    scratch.dsl("runs attach latest").check(0, &["Sharpe ratio"], &[]);
    assert_eq!(server.submissions().len(), 1);
}

#[test]
fn a_second_ctrl_c_cancels_at_the_server() {
    let server = server(|| RUNNING.to_owned());
    let scratch = client(&server);
    let mut live = Live::start(&scratch, "run a.signal");
    live.says("running").signal("INT").says("press Ctrl-C again").signal("INT");
    live.end().check(7, &[], &["cancelling it", "the backtest bt_0 was cancelled"]);
    assert_eq!(asked(&server, "POST /api/v1/backtest/cancel/bt_0"), 1);
    assert_eq!(record(&scratch)["state"], "cancelled");
    scratch.dsl("runs attach latest").check(7, &[], &["was cancelled"]);
}

#[test]
fn the_end_of_the_terminal_or_the_session_loses_nothing() {
    for signal in ["HUP", "TERM"] {
        let server = server(|| RUNNING.to_owned());
        let scratch = client(&server);
        let mut live = Live::start(&scratch, "run a.signal");
        live.says("running").signal(signal);
        live.end().check(8, &[], &["goes on at the server"]);
        assert_eq!(record(&scratch)["state"], "running");
        assert_eq!(asked(&server, "POST /api/v1/backtest/cancel/bt_0"), 0);
    }
}

#[test]
fn detach_submits_and_prints_the_id_to_come_back_with() {
    let server = server(|| DONE.to_owned());
    let scratch = client(&server);
    let ran = scratch.dsl("run --detach a.signal");
    ran.check(8, &[], &["bt_0 goes on at the server", "dsl runs attach"]);
    let run = ran.out.trim();
    assert_eq!((record(&scratch)["run"].as_str(), record(&scratch)["state"].as_str()), (Some(run), Some("submitted")));
    assert_eq!(asked(&server, "GET /api/v1/backtest/status/bt_0"), 0);
    let document = scratch.dsl(&format!("runs attach --json {run}")).check(0, &[], &[]).json_of("run");
    assert_eq!((&document["run"], &document["status"]), (&json!(run), &json!("completed")));
    assert_eq!(document["settings"]["origin"]["timeframe"], "directive");
    assert_eq!(document["metrics"]["sharpe_ratio"], 1.25);
    let detached = scratch.dsl("run --again --detach --json a.signal").check(8, &[], &[]).json_of("run");
    assert_eq!((&detached["status"], &detached["backtest_id"]), (&json!("detached"), &json!("bt_1")));
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
fn attach_asks_the_server_that_has_the_run() {
    let server = server(|| DONE.to_owned());
    let scratch = client(&server);
    scratch.dsl("run --detach a.signal").check(8, &[], &[]);
    let output =
        scratch.command("runs attach latest").env("HEYTRADERS_BASE_URL", "http://127.0.0.1:1/api/v1").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_run_whose_sender_died_is_in_doubt_and_its_repetition_is_the_users_decision() {
    let server = server(|| DONE.to_owned());
    let scratch = client(&server);
    scratch.dsl("run a.signal").check(0, &[], &[]);
    let old = put_back(&scratch, "submitting");
    // Whether somebody has looked at it or not, the same is not sent again.
    for _ in 0..2 {
        let ran = scratch.dsl("run a.signal");
        ran.check(6, &[], &[&old, "nobody knows whether the server took it", "--resubmit a.signal"]);
        let document = scratch.dsl("run --again --json a.signal").check(6, &[], &[]).json_of("run");
        assert_eq!((&document["status"], &document["run"]), (&json!("unknown"), &json!(old)));
        scratch.dsl("runs attach latest").check(6, &[], &["may have cost quota", "--resubmit"]);
    }
    assert_eq!(record(&scratch)["state"], "unknown");
    scratch.dsl("runs cancel latest").check(6, &[], &["dashboard"]);
    assert_eq!(server.submissions().len(), 1);
    scratch.dsl("run --resubmit a.signal").check(0, &["Sharpe ratio"], &[]);
    assert_eq!(server.submissions().len(), 2);
    assert_eq!(record(&scratch)["resubmits"], json!(old));
    // What was decided is settled.
    scratch.dsl("run a.signal").check(0, &["Sharpe ratio"], &["has results already"]);
    assert_eq!(server.submissions().len(), 2);
}

#[test]
fn the_same_script_with_the_same_settings_shows_the_results_it_has() {
    let server = server(|| DONE.to_owned());
    let scratch = client(&server);
    let first = scratch.dsl("run --json a.signal").check(0, &[], &[]).json_of("run");
    assert_eq!(first["reused"], false);
    scratch.dsl("run a.signal").check(0, &["Sharpe ratio"], &["has results already", "--again"]);
    let second = scratch.dsl("run --json a.signal").check(0, &[], &[]).json_of("run");
    assert_eq!(
        (&second["reused"], &second["run"], &second["metrics"]),
        (&json!(true), &first["run"], &first["metrics"])
    );
    assert_eq!(server.submissions().len(), 1);
    scratch.dsl("run --again a.signal").check(0, &["Sharpe ratio"], &[]);
    scratch.dsl("run --initial-cash 5000 a.signal").check(0, &["Sharpe ratio"], &[]);
    assert_eq!(server.submissions().len(), 3);
    // A run of the sandbox costs nothing and has no twins.
    for _ in 0..2 {
        assert_eq!(scratch.dsl("run --sandbox --json a.signal").check(0, &[], &[]).json()["reused"], false);
    }
}

#[test]
fn the_same_is_not_submitted_while_it_is_going() {
    let server = server(|| DONE.to_owned());
    let scratch = client(&server);
    let run = scratch.dsl("run --detach a.signal").check(8, &[], &[]).out.trim().to_owned();
    scratch.dsl("run a.signal").check(8, &[], &["nothing was sent", &format!("dsl runs attach {run}"), "--again"]);
    let document = scratch.dsl("run --json a.signal").check(8, &[], &[]).json_of("run");
    assert_eq!((&document["status"], &document["run"]), (&json!("detached"), &json!(run)));
    assert_eq!(document["error"]["code"], "already-going");
    assert_eq!(server.submissions().len(), 1);
    scratch.dsl("run --again a.signal").check(0, &[], &[]);
    assert_eq!(server.submissions().len(), 2);
}

#[test]
fn two_of_the_same_at_once_are_submitted_once() {
    let gate = Gate::default();
    let server = serving(gate.clone(), || DONE.to_owned(), || refused(500, "X", None), false);
    let scratch = client(&server);
    let mut live: Vec<Live> = (0..4).map(|_| Live::start(&scratch, "run a.signal")).collect();
    let mut exits = Vec::new();
    // Three are turned away while the fourth waits for the server.
    while exits.len() < 3 {
        for at in (0..live.len()).rev() {
            if live[at].child.try_wait().unwrap().is_some() {
                exits.push(live.remove(at).end().check(8, &[], &["nothing was sent"]).exit);
            }
        }
        std::thread::yield_now();
    }
    gate.open();
    live.remove(0).end().check(0, &["Sharpe ratio"], &[]);
    assert_eq!(server.submissions().len(), 1);
}

#[test]
fn one_attach_watches_and_the_others_read_along() {
    let gate = Gate::default();
    let own = gate.clone();
    let server = server(move || if own.is_open() { DONE } else { RUNNING }.to_owned());
    let scratch = client(&server);
    scratch.dsl("run --detach a.signal").check(8, &[], &[]);
    let mut first = Live::start(&scratch, "runs attach latest");
    first.says("running");
    let mut second = Live::start(&scratch, "runs attach latest");
    second.says("another dsl looks after it");
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
    let gate = Gate::default();
    let own = gate.clone();
    let server = server(move || if own.is_open() { DONE } else { RUNNING }.to_owned());
    let scratch = client(&server);
    scratch.dsl("run --detach a.signal").check(8, &[], &[]);
    let mut first = Live::start(&scratch, "runs attach latest");
    first.says("running");
    let mut second = Live::start(&scratch, "runs attach latest");
    second.says("another dsl looks after it");
    first.signal("KILL");
    second.says("was running when it was last seen");
    gate.open();
    second.end().check(0, &["Sharpe ratio"], &[]);
    drop(first.end());
}

#[test]
fn a_run_is_cancelled_once_and_what_is_over_is_said_to_be() {
    let server = server(|| RUNNING.to_owned());
    let scratch = client(&server);
    scratch.dsl("run --detach a.signal").check(8, &[], &[]);
    let document = scratch.dsl("runs cancel --json latest").check(0, &[], &[]).json_of("runs-cancel");
    assert_eq!((&document["status"], &document["cancelled"]), (&json!("cancelled"), &json!(true)));
    let document = scratch.dsl("runs cancel --json latest").check(0, &[], &[]).json_of("runs-cancel");
    assert_eq!((&document["status"], &document["cancelled"]), (&json!("cancelled"), &json!(false)));
    scratch.dsl("runs cancel latest").check(0, &["nothing to cancel, it is cancelled already"], &[]);
    assert_eq!(asked(&server, "POST /api/v1/backtest/cancel/bt_0"), 1);
    // What was never sent is cancelled here.
    put_back(&scratch, "planned");
    scratch.dsl("runs cancel latest").check(0, &["it was never sent"], &[]);
    assert_eq!(asked(&server, "POST /api/v1/backtest/cancel/bt_0"), 1);
    scratch.dsl("runs attach latest").check(7, &[], &["was cancelled"]);
    assert_eq!(server.submissions().len(), 1);
}

#[test]
fn a_refused_or_unanswered_cancellation_is_not_repeated_but_looked_after() {
    let with = |status: &'static str, cancel: fn() -> Answer| {
        let server = serving(Gate::default(), move || status.to_owned(), cancel, true);
        let scratch = client(&server);
        scratch.dsl("run --detach a.signal").check(8, &[], &[]);
        let ran = scratch.dsl("runs cancel latest");
        assert_eq!(asked(&server, "POST /api/v1/backtest/cancel/bt_0"), 1);
        (ran, record(&scratch)["state"].clone())
    };
    let (ran, state) = with(DONE, || refused(409, "NOT_RUNNING", None));
    ran.check(0, &["it is completed already"], &[]);
    assert_eq!(state, "completed");
    let (ran, state) = with(r#"{"status":"cancelled"}"#, || (502, String::new(), "bad gateway".to_owned()));
    ran.check(0, &["cancelled"], &[]);
    assert_eq!(state, "cancelled");
    let (ran, state) = with(RUNNING, || refused(403, "INSUFFICIENT_PERMISSIONS", None));
    ran.check(4, &[], &["could not be cancelled"]);
    assert_eq!(state, "submitted");
    let (ran, state) = with(RUNNING, || said(r#"{"accepted":true}"#));
    ran.check(0, &["still says running"], &[]);
    assert_eq!(state, "submitted");
}

#[test]
fn whoever_watches_learns_that_another_one_cancelled() {
    let gate = Gate::default();
    let own = gate.clone();
    let status = move || if own.is_open() { r#"{"status":"cancelled"}"# } else { RUNNING }.to_owned();
    let own = gate.clone();
    let cancel = move || {
        own.open();
        said(r#"{"status":"cancelled"}"#)
    };
    let server = serving(Gate::default(), status, cancel, true);
    let scratch = client(&server);
    let mut live = Live::start(&scratch, "run a.signal");
    live.says("running");
    scratch.dsl("runs cancel latest").check(0, &["cancelled"], &[]);
    live.end().check(7, &[], &["bt_0 was cancelled"]);
    assert_eq!(record(&scratch)["state"], "cancelled");
}

#[test]
fn nothing_is_sent_that_could_not_be_written_down() {
    let server = server(|| DONE.to_owned());
    let scratch = client(&server).with("state", "a file").set("SIGNAL_STATE_DIR", "state");
    scratch.dsl("run a.signal").check(2, &[], &["the journal can't be written", "SIGNAL_STATE_DIR"]);
    assert_eq!(scratch.dsl("run --json a.signal").check(2, &[], &[]).json_of("run")["status"], "refused");
    assert_eq!(server.requests().len(), 0);
    // What costs nothing need not be kept.
    scratch.dsl("run --sandbox a.signal").check(0, &["Sharpe ratio"], &["this run is not kept"]);
}

#[test]
fn a_run_of_the_sandbox_that_was_cut_off_is_run_anew() {
    let scratch = Scratch::new().with("a.signal", SCRIPT);
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
fn an_order_that_does_not_come_whole_sends_nothing_and_a_run_is_sent_once_however_many_try() {
    let gate = Gate::default();
    let server = serving(gate.clone(), || DONE.to_owned(), || refused(500, "X", None), false);
    let scratch = client(&server);
    gate.open();
    scratch.dsl("run --detach a.signal").check(8, &[], &[]);
    let run = put_back(&scratch, "planned");
    let order = json!({"run": run, "base_url": server.url, "key": "ht_prov_secret_key"}).to_string();
    for cut in [0, 1, order.len() / 2, order.len()] {
        let ran = scratch.dsl_with_input("submit-planned", &order.as_bytes()[..cut]);
        assert_eq!((ran.exit, ran.out.as_str()), (2, ""), "{cut}");
    }
    assert_eq!((server.submissions().len(), record(&scratch)["state"].as_str()), (1, Some("planned")));
    let whole = format!("{order}\n");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                scratch.dsl_with_input("submit-planned", whole.as_bytes()).check(0, &["\"submitted\""], &[]).exit
            });
        }
    });
    assert_eq!((server.submissions().len(), record(&scratch)["state"].as_str()), (2, Some("submitted")));
}

/// The process that submits for `parent`, once there is one.
#[cfg(target_os = "linux")]
fn sender_of(parent: u32) -> u32 {
    loop {
        for process in std::fs::read_dir("/proc").unwrap().flatten() {
            let Ok(id) = process.file_name().to_string_lossy().parse::<u32>() else { continue };
            let stat = std::fs::read_to_string(process.path().join("stat")).unwrap_or_default();
            // `id (name) state parent group ...`
            let mut fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(1);
            if fields.next() == Some(&parent.to_string()) {
                assert_ne!(fields.next(), Some(&*parent.to_string()), "a process group of its own");
                return id;
            }
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_sender_that_is_killed_leaves_the_run_in_doubt_and_no_key_in_the_list_of_processes() {
    let gate = Gate::default();
    let server = serving(gate.clone(), || DONE.to_owned(), || refused(500, "X", None), false);
    let scratch = client(&server);
    let mut live = Live::start(&scratch, "run a.signal");
    live.says("submitting");
    while server.submissions().is_empty() {
        std::thread::yield_now();
    }
    let sender = sender_of(live.child.id());
    let line = std::fs::read_to_string(format!("/proc/{sender}/cmdline")).unwrap();
    assert!(line.ends_with("submit-planned\0") && !line.contains("ht_prov"), "{line:?}");
    Command::new("kill").args(["-KILL", &sender.to_string()]).status().unwrap();
    live.end().check(6, &[], &["the process that sent it ended before the answer came", "not sent again by itself"]);
    gate.open();
    assert_eq!((server.submissions().len(), record(&scratch)["state"].as_str()), (1, Some("unknown")));
}

#[test]
fn whoever_comes_back_while_it_is_submitted_waits_for_the_sender_or_leaves_it_to_it() {
    let gate = Gate::default();
    let server = serving(gate.clone(), || DONE.to_owned(), || refused(500, "X", None), false);
    let scratch = client(&server);
    let mut live = Live::start(&scratch, "run a.signal");
    live.says("submitting");
    while server.submissions().is_empty() {
        std::thread::yield_now();
    }
    live.signal("KILL");
    assert_eq!(live.end().exit, -1);
    let mut leaving = Live::start(&scratch, "runs attach latest");
    leaving.says("submitting, and another dsl looks after it").signal("INT");
    leaving.end().check(8, &[], &["it is still being submitted, by a process of its own"]);
    scratch.dsl("run a.signal").check(8, &[], &["is submitting already"]);
    let mut waiting = Live::start(&scratch, "runs attach latest");
    waiting.says("submitting, and another dsl looks after it");
    gate.open();
    waiting.end().check(0, &["Sharpe ratio"], &[]);
    assert_eq!(server.submissions().len(), 1);
}

#[test]
fn a_journal_that_is_lost_on_the_way_costs_no_result() {
    let folder = Arc::new(Mutex::new(None::<std::path::PathBuf>));
    let own = Arc::clone(&folder);
    let server = server(move || {
        if let Some(runs) = own.lock().unwrap().take() {
            std::fs::remove_dir_all(&runs).unwrap();
            std::fs::write(&runs, "a file").unwrap();
        }
        DONE.to_owned()
    });
    let scratch = client(&server);
    *folder.lock().unwrap() = Some(scratch.path(RUNS));
    scratch.dsl("run a.signal").check(
        0,
        &["Sharpe ratio"],
        &["submitted as backtest bt_0", "warning: the journal can't be written", "the run itself is none the worse"],
    );
    assert_eq!(server.submissions().len(), 1);
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
