//! `dsl runs publish`, against the sandbox and against a service that says no.

use crate::capture::{Capture, Request};
use crate::scratch::{Ran, Scratch};
use crate::server::Served;

/// A script that trades often or never, over a range of days.
fn script(start: &str, end: &str, trades: bool) -> String {
    let condition = if trades { "close < average" } else { "close < 0 * average" };
    format!(
        "#! universe = BINANCE:BTC/USDT\n#! timeframe = 1h\n#! start_date = {start}\n#! end_date = {end}\n\
         average = sma(close, 5)\n\
         emit_signal({condition}, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n\
         emit_signal(close > average, exit(\"BINANCE:BTC/USDT\", \"LONG\"))\n"
    )
}

/// Runs a script at a sandbox; the scratch folder with its journal.
fn ran(served: &Served, script: &str) -> Scratch {
    let scratch = served.client().with("a.signal", script);
    scratch.dsl("run a.signal --force --json").check(0, &[], &[]);
    scratch
}

#[test]
fn a_run_is_published_once_and_its_record_knows() {
    let served = Served::start(&Scratch::new(), "sandbox --port 0 --json");
    let scratch = ran(&served, &script("2024-01-01", "2024-03-31", true));
    let refused = scratch.dsl("runs publish latest");
    refused.check(2, &[], &["public leaderboard", "nobody to ask", "--yes"]);
    assert_eq!(
        scratch.dsl("runs publish latest --json").check(2, &[], &[]).json_of("error")["error"]["code"],
        "needs-yes"
    );
    let document = scratch.dsl("runs publish latest --yes --json").check(0, &[], &[]).json_of("runs-publish");
    assert!(document["published"].as_bool().unwrap() && document["published_at"].is_string(), "{document:#}");
    let strategy = document["strategy_id"].as_str().unwrap();
    scratch.dsl("api /arena/leaderboard").check(0, &[strategy], &[]);

    let again = scratch.dsl("runs publish latest --json").check(0, &[], &[]).json_of("runs-publish");
    assert_eq!((&again["published"], &again["strategy_id"]), (&false.into(), &document["strategy_id"]));
    scratch.dsl("runs publish latest --yes --force").check(0, &["on the leaderboard already", strategy], &[]);
    scratch.dsl(&format!("api DELETE /arena/strategies/{strategy}/unregister --yes")).check(0, &[], &[]);
    scratch.dsl("runs publish latest --yes --force").check(0, &["is on the leaderboard now"], &["to take it off"]);
}

#[test]
fn few_trades_and_days_are_told_before_anything_is_sent() {
    let served = Served::start(&Scratch::new(), "sandbox --port 0 --json");
    let few = ran(&served, &script("2024-01-01", "2024-03-31", false));
    few.dsl("runs publish latest --yes").check(2, &[], &["0 trades of at least 10", "--force"]);
    few.dsl("runs publish latest --yes --force").check(2, &[], &["QUALITY_GATE", "longer range"]);
    let short = ran(&served, &script("2024-01-01", "2024-01-29", true));
    short.dsl("runs publish latest --yes").check(2, &[], &["29 days of at least 30"]);
    let enough = ran(&served, &script("2024-01-01", "2024-01-30", true));
    enough.dsl("runs publish latest --yes").check(0, &["on the leaderboard now"], &[]);
}

#[test]
fn what_is_no_completed_run_of_a_server_is_not_published() {
    let scratch = Scratch::new().with("a.signal", script("2024-01-01", "2024-03-31", true));
    scratch.dsl("runs publish latest").check(3, &[], &["no runs yet"]);
    scratch.dsl("run a.signal --sandbox --json").check(0, &[], &[]);
    scratch.dsl("runs publish latest --yes").check(2, &[], &["made-up bars"]);
    let service = Capture::always(400, r#"{"success":false,"error":{"code":"DATA_UNAVAILABLE","message":"no"}}"#);
    let scratch = service.client().with("a.signal", script("2024-01-01", "2024-03-31", true));
    assert_ne!(scratch.dsl("run a.signal --json").exit, 0);
    let asked = service.requests().len();
    scratch.dsl("runs publish latest --yes").check(2, &[], &["has no results", "refused"]);
    assert_eq!(service.requests().len(), asked, "nothing more was sent");
}

/// A run completed at a service that then answers the registration as told.
fn answered(status: u16, body: &'static str) -> (Ran, Capture) {
    let service = Capture::by_line(move |line| {
        let data = |data: &str| (200, "", format!(r#"{{"success":true,"data":{data},"error":null}}"#));
        match line {
            line if line.contains("/arena/") => (status, "", body.to_owned()),
            line if line.ends_with("/execute") => data(r#"{"backtest_id":"bt_1"}"#),
            line if line.contains("/status/") => data(r#"{"status":"completed","result_id":"res_1"}"#),
            _ => data(r#"{"metrics":{"num_trades":50},"trades":[],"equity":[]}"#),
        }
    });
    let scratch = service.client().with("a.signal", script("2024-01-01", "2024-03-31", true));
    scratch.dsl("run a.signal --json").check(0, &[], &[]);
    let ran = scratch.dsl("runs publish latest --yes");
    let sent =
        service.requests().iter().map(Request::text).filter(|request| request.contains("/arena/")).collect::<Vec<_>>();
    assert_eq!(sent.len(), 1, "sent once");
    assert!(sent[0].ends_with("\r\n\r\n{\"backtest_summary_id\":\"res_1\"}"), "{}", sent[0]);
    (ran, service)
}

#[test]
fn a_no_is_explained() {
    for (status, code, exit, words) in [
        (409, "ALREADY_REGISTERED", 0, ""),
        (400, "QUALITY_GATE", 2, "10 trades"),
        (403, "NOT_OWNER", 2, "the key that it was run with"),
        (403, "AGENT_REQUIRED", 4, "dsl api POST /arena/agents"),
        (404, "NO_BACKTEST", 3, "run it again"),
        (502, "INTERNAL_ERROR", 6, "dsl api /arena/leaderboard"),
    ] {
        let body = format!(r#"{{"success":false,"error":{{"code":"{code}","message":"no"}}}}"#);
        let (ran, _) = answered(status, Box::leak(body.into_boxed_str()));
        ran.check(exit, &[], &[words]);
    }
    let (ran, _) = answered(200, r#"{"success":true,"data":{"id":17}}"#);
    ran.check(0, &["on the leaderboard now as 17"], &[]);
}
