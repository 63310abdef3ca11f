//! The same script with the same settings: what has results, is going, or of unknown fate.

use super::*;

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
fn a_run_that_only_its_sender_holds_is_going() {
    let server = server(|| DONE.to_owned());
    let scratch = client(&server);
    scratch.dsl("run --detach a.signal").check(8, &[], &[]);
    let run = put_back(&scratch, "planned");
    // As a sender does whose parent has just been killed.
    let held = std::fs::File::open(scratch.path(&format!("{RUNS}/{run}/write.lock"))).unwrap();
    held.lock().unwrap();
    scratch.dsl("run a.signal").check(8, &[], &["planned already", "nothing was sent"]);
    assert_eq!(server.submissions().len(), 1);
}
