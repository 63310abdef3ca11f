//! `dsl runs cancel`.

use super::*;

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
