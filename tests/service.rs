//! `dsl run` against a service that misbehaves: every answer has its exit code and its words.

use std::net::TcpListener;

use crate::capture::{Capture, response};
#[cfg(unix)]
use crate::live::Live;
use crate::scratch::Scratch;

const SCRIPT: &str = "\
#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1d
#! start_date = 2024-01-01
#! end_date   = 2024-03-31
slow = ema(close, 50)
emit_signal(close > slow, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))
";

/// What the service answers: status, further headers, body. `None` closes the connection.
type Answer = Option<(u16, &'static str, String)>;

/// A service that answers submissions and everything else as told, and never gives the results of `res_never`.
fn service(execute: Answer, others: Answer) -> Capture {
    Capture::raw(move |request, _| {
        if request.line() == "GET /api/v1/backtest/results/res_never" {
            std::thread::park();
        }
        let answer = if request.is_submission() { &execute } else { &others };
        answer.as_ref().map(|(status, headers, body)| response(*status, headers, body))
    })
}

fn client(service: &Capture) -> Scratch {
    service.client().with("a.signal", SCRIPT)
}

fn refused(status: u16, code: &str) -> Answer {
    let body = format!(
        r#"{{"success":false,"data":null,"error":{{"code":"{code}","message":"no\u001b[31m way","suggestion":"do\u202e this"}}}}"#
    );
    Some((status, "Retry-After: 3\r\n", body))
}

fn taken() -> Answer {
    Some((200, "", r#"{"success":true,"data":{"backtest_id":"bt_1"},"error":null}"#.to_owned()))
}

fn job(data: &str) -> Answer {
    Some((200, "", format!(r#"{{"success":true,"data":{data},"error":null}}"#)))
}

/// Runs against a service and checks exit code, words, the document's status, and that it was submitted once at most.
fn check(execute: Answer, status: Answer, exit: i32, words: &[&str], state: &str) {
    let service = service(execute, status);
    let ran = client(&service).dsl("run a.signal");
    ran.check(exit, &[], words);
    assert!(!ran.err.contains(['\u{1b}', '\u{202e}']), "{:?}", ran.err);
    assert_eq!(service.submissions().len(), 1, "submitted once and never again");
    let document = client(&service).dsl("run --json a.signal").check(exit, &[], &[]).json_of("run");
    assert_eq!(document["status"], state, "{document:#}");
    assert_eq!(service.submissions().len(), 2);
}

#[test]
fn a_refused_key_is_exit_code_4() {
    check(refused(401, "INVALID_API_KEY"), None, 4, &["no"], "refused");
    check(refused(403, "INSUFFICIENT_PERMISSIONS"), None, 4, &["no"], "refused");
}

#[test]
fn a_refusal_that_is_not_the_api_s_says_nothing_of_the_key() {
    for (status, page) in [(403, "<html>Forbidden</html>"), (404, "not here"), (407, "")] {
        let answer = Some((status, "", page.to_owned()));
        check(answer, None, 6, &["no code of the API", "HEYTRADERS_BASE_URL"], "refused");
    }
}

#[test]
fn a_used_up_quota_is_exit_code_5() {
    check(refused(429, "QUOTA_EXCEEDED"), None, 5, &["3 s"], "refused");
    check(refused(403, "FREE_QUOTA_EXCEEDED"), None, 5, &["no"], "refused");
}

#[test]
fn a_submission_whose_fate_is_unknown_is_exit_code_6_and_not_repeated() {
    check(None, None, 6, &["not sent again"], "unknown");
    check(Some((502, "", "<html>bad gateway</html>".to_owned())), None, 6, &["not sent again"], "unknown");
}

#[test]
fn a_failed_or_cancelled_backtest_is_exit_code_7() {
    check(taken(), job(r#"{"status":"failed","message":"division by zero"}"#), 7, &["division by zero"], "failed");
    check(taken(), job(r#"{"status":"cancelled"}"#), 7, &["bt_1", "cancelled"], "cancelled");
}

#[test]
fn a_miss_of_the_prediction_points_at_the_call_and_says_that_it_missed() {
    let data =
        r#"{"status":"failed","error":{"code":"TA_OUT_OF_RANGE","message":"Insufficient data for indicator period"}}"#;
    check(taken(), job(data), 7, &["a.signal:5:8", "ema(close, 50)", "Insufficient data", "it missed"], "failed");
}

#[test]
fn a_service_that_is_not_there_is_exit_code_6() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/api/v1", listener.local_addr().unwrap());
    drop(listener);
    let scratch =
        Scratch::new().set("HEYTRADERS_BASE_URL", &url).set("HEYTRADERS_API_KEY", "k").with("a.signal", SCRIPT);
    scratch.dsl("run a.signal").check(6, &[], &["nothing was sent"]);
    assert_eq!(scratch.dsl("run --json a.signal").json_of("run")["status"], "refused");
}

#[test]
fn without_a_key_both_ways_out_are_named() {
    let scratch = Scratch::new().with("a.signal", SCRIPT);
    scratch.dsl("run a.signal").check(4, &[], &["HEYTRADERS_API_KEY", "dsl auth register", "--sandbox"]);
    let document = scratch.dsl("run --json a.signal").check(4, &[], &[]).json_of("run");
    assert_eq!((document["status"].as_str(), document["error"]["code"].as_str()), (Some("refused"), Some("no-key")));
}

#[test]
fn the_key_goes_to_no_strange_host_over_plain_http() {
    let scratch = Scratch::new().set("HEYTRADERS_BASE_URL", "http://example.com/api/v1").set("HEYTRADERS_API_KEY", "k");
    let ran = scratch.with("a.signal", SCRIPT).dsl("run a.signal");
    ran.check(2, &[], &["example.com"]);
}

#[test]
fn an_address_shows_no_secret_and_no_control_character() {
    let key = "ht_prov_a_secret";
    for url in [
        "http://127.0.0.1:1/\u{1b}[31m\u{202e}",
        "https://user:ht_prov_a_secret@127.0.0.1:1",
        "https://127.0.0.1:1/?key=ht_prov_a_secret",
        "http://127.0.0.1:1/ht_prov_a_secret/v1",
        "ht_prov_a_secret",
    ] {
        let scratch = Scratch::new().set("HEYTRADERS_BASE_URL", url).set("HEYTRADERS_API_KEY", key);
        let scratch = scratch.with("a.signal", SCRIPT);
        for line in ["run a.signal", "run --json a.signal", "run --dry-run -v a.signal", "run -v a.signal"] {
            let ran = scratch.dsl(line);
            let shown = format!("{}{}", ran.out, ran.err);
            assert!(!shown.contains(key) && !shown.contains(['\u{1b}', '\u{202e}']), "{url:?}: {shown}");
        }
    }
    // The two variables the wrong way round: then neither holds the other.
    let scratch = Scratch::new().set("HEYTRADERS_BASE_URL", key).set("HEYTRADERS_API_KEY", "https://hey-traders.com");
    let ran = scratch.with("a.signal", SCRIPT).dsl("run a.signal");
    ran.check(2, &[], &["HEYTRADERS_BASE_URL takes an address such as https://"]);
    assert!(!ran.err.contains(key), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn an_address_that_is_no_text_does_not_give_way_to_the_service() {
    use std::os::unix::ffi::OsStrExt;
    let scratch = Scratch::new().set("HEYTRADERS_API_KEY", "k").with("a.signal", SCRIPT);
    let address = std::ffi::OsStr::from_bytes(b"http://127.0.0.1\xFF:1/");
    let output = scratch.command("run a.signal").env("HEYTRADERS_BASE_URL", address).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("HEYTRADERS_BASE_URL") && !err.contains("submitting"), "{err}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_the_backtest_running_and_tells_its_id() {
    let service = service(taken(), job(r#"{"status":"marinating","progress":40}"#));
    let err = interrupted(&client(&service), "marinating");
    assert!(err.contains("bt_1 goes on at the server") && err.contains("dsl runs attach 2"), "{err}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_is_heard_while_the_results_do_not_come() {
    let service = service(taken(), job(r#"{"status":"completed","result_id":"res_never"}"#));
    let err = interrupted(&client(&service), "fetching the results");
    assert!(err.contains("bt_1 is completed") && err.contains("dsl runs attach 2"), "{err}");
}

/// Presses Ctrl-C as soon as stderr tells `word`; all of stderr. The command must end detached.
#[cfg(unix)]
fn interrupted(scratch: &Scratch, word: &str) -> String {
    let mut live = Live::start(scratch, "run a.signal");
    live.says(word).signal("INT");
    live.end().check(8, &[], &[]).err.clone()
}
