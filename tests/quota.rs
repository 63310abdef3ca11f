//! The quota: counted and shown, waited for, and asked about before its last unit goes.

use serde_json::Value;

use crate::capture::{Answer, Capture, refused};
#[cfg(unix)]
use crate::live::Live;
use crate::scratch::{Ran, Scratch};

const SCRIPT: &str = "\
#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1d
#! start_date = 2024-01-01
#! end_date   = 2024-03-31
slow = ema(close, 20)
emit_signal(close > slow, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))
";

const RUNS: &str = ".local/state/dsl/runs";

/// A service that answers submissions so, and takes them from then on; and a client of it.
fn service(first: &'static [(u16, &str, Option<&str>)]) -> (Capture, Scratch) {
    let answers: Vec<Answer> = first.iter().map(|(status, code, after)| refused(*status, code, *after)).collect();
    let service = Capture::taking(move |before| answers.get(before).cloned());
    let scratch = service.client().with("a.signal", SCRIPT);
    (service, scratch)
}

fn records(scratch: &Scratch) -> Vec<Value> {
    let document = scratch.dsl("runs list --json").json_of("runs-list");
    document["runs"].as_array().unwrap().clone()
}

/// Puts so many runs of this minute into the journal, under the client's key.
fn spend(scratch: &Scratch, service: &Capture, runs: usize) {
    // A real run tells under which account they are counted.
    scratch.dsl("run a.signal").check(0, &[], &[]);
    let id = records(scratch)[0]["run"].as_str().unwrap().to_owned();
    let text = std::fs::read_to_string(scratch.path(&format!("{RUNS}/{id}/run.json"))).unwrap();
    for number in 1..runs {
        let mut record: Value = serde_json::from_str(&text).unwrap();
        let run = format!("20200101-000000-{number:04x}");
        record["run"] = run.as_str().into();
        record["request_sha256"] = number.to_string().into();
        scratch.write(&format!("{RUNS}/{run}/run.json"), record.to_string());
    }
    assert_eq!(service.submissions().len(), 1);
}

/// What the plan says of the quota, wrapped lines joined.
fn line(ran: &Ran) -> String {
    let mut lines = ran.err.lines().chain(ran.out.lines()).skip_while(|line| !line.starts_with(" quota"));
    let first = lines.next().unwrap_or_default().trim_start_matches(" quota").trim().to_owned();
    let more = lines.take_while(|line| line.starts_with("      "));
    more.fold(first, |text, line| format!("{text} {}", line.trim()))
}

#[test]
fn the_plan_tells_what_is_left_and_every_run_counts() {
    let (service, scratch) = service(&[]);
    assert_eq!(line(&scratch.dsl("run --dry-run a.signal")), "10 of 10 left this hour; 30 of 30 left today");
    spend(&scratch, &service, 3);
    let told = scratch.dsl("run --dry-run a.signal");
    let told = line(&told);
    assert!(told.starts_with("7 of 10 left this hour, next at ") && told.ends_with("; 27 of 30 left today"), "{told}");
    assert!(told.contains(" UTC (in 1 hour)") || told.contains(" UTC (in 60 minutes)"), "{told}");
    let document = scratch.dsl("run --dry-run --json a.signal").json_of("run");
    assert_eq!(
        (document["quota"]["hour"]["used"].as_u64(), document["quota"]["hour"]["left"].as_u64()),
        (Some(3), Some(7))
    );
    assert_eq!(document["quota"]["day"]["limit"], 30);
    let other =
        scratch.command("run --dry-run a.signal").env("HEYTRADERS_API_KEY", "ht_live_other_key").output().unwrap();
    let out = String::from_utf8(other.stdout).unwrap();
    assert!(out.contains("used 0 this hour, 0 in 24 hours; the limits are not known"), "{out}");
    let local = scratch.dsl("run --dry-run --sandbox a.signal");
    assert_eq!(line(&local), "", "the sandbox has none");
}

#[test]
fn what_the_server_refused_costs_nothing_and_what_it_may_have_taken_does() {
    let (_service, scratch) = service(&[(400, "VALIDATION_ERROR", None), (500, "INTERNAL_ERROR", None)]);
    scratch.dsl("run a.signal").check(2, &[], &[]);
    assert!(line(&scratch.dsl("run --dry-run a.signal")).starts_with("10 of 10"));
    scratch.dsl("run a.signal").check(6, &[], &[]);
    let ran = scratch.dsl("run --dry-run a.signal");
    assert!(line(&ran).starts_with("9 of 10"), "{}", line(&ran));
    assert!(line(&ran).ends_with("1 counted that nobody knows to have been taken"), "{}", line(&ran));
}

#[test]
fn a_run_that_cannot_be_read_is_told_before_another_is_sent() {
    let (service, scratch) = service(&[]);
    spend(&scratch, &service, 1);
    let file = format!("{RUNS}/{}/run.json", records(&scratch)[0]["run"].as_str().unwrap());
    let text = std::fs::read_to_string(scratch.path(&file)).unwrap();
    scratch.write(&file, text.replace("\"completed\"", "\"a state of a later version\""));
    let ran = scratch.dsl("run --dry-run a.signal");
    assert!(line(&ran).contains("1 run of the journal can't be read and may have cost some"), "{}", line(&ran));
    let document = scratch.dsl("run --dry-run --json a.signal").json_of("run");
    assert_eq!(document["quota"]["unread"], 1);
    scratch.dsl("runs list").check(0, &[], &["run.json can't be read"]);
}

#[test]
fn a_short_rate_limit_is_waited_for_and_the_run_sent_again() {
    let (service, scratch) = service(&[(429, "RATE_LIMITED", Some("1"))]);
    let ran = scratch.dsl("run a.signal");
    ran.check(0, &["total return"], &["no room now, submitting again in 1 s"]);
    assert_eq!(ran.err.matches("no room now").count(), 1, "one line in a log: {}", ran.err);
    assert_eq!(service.submissions().len(), 2);
    let submissions = service.submissions();
    assert_eq!(submissions[0].body, submissions[1].body);
    assert_eq!(records(&scratch).len(), 1, "it is one run");
    assert!(line(&scratch.dsl("run --dry-run a.signal")).starts_with("9 of 10"), "and cost one unit");
}

#[cfg(unix)]
#[test]
fn a_short_rate_limit_that_another_run_was_told_of_is_waited_for_as_well() {
    let (service, scratch) = service(&[(429, "RATE_LIMITED", Some("30"))]);
    let mut first = Live::start(&scratch, "run a.signal");
    first.says("no room now");
    let document = scratch.dsl("runs list --json").json_of("runs-list");
    assert_eq!(document["runs"][0]["status"], "planned");
    let mut second = Live::start(&scratch, "run --initial-cash 5 a.signal");
    second.says("no room now");
    assert_eq!(service.submissions().len(), 1, "it was not sent before its time");
    for mut live in [first, second] {
        live.signal("KILL");
        assert_eq!(live.end().exit, -1);
    }
}

#[test]
fn a_rate_limit_that_does_not_end_is_given_up() {
    const AGAIN: (u16, &str, Option<&str>) = (429, "RATE_LIMITED", Some("1"));
    let (service, scratch) = service(&[AGAIN, AGAIN, AGAIN, AGAIN, AGAIN]);
    let document = scratch.dsl("run --json a.signal").check(5, &[], &[]).json_of("run");
    assert_eq!(
        (document["status"].as_str(), document["error"]["code"].as_str()),
        (Some("refused"), Some("RATE_LIMITED"))
    );
    assert_eq!(service.submissions().len(), 4, "three waits");
}

#[test]
fn a_used_up_quota_ends_the_run_with_the_time_and_later_ones_before_they_are_sent() {
    for (status, code) in [(429, "QUOTA_EXCEEDED"), (403, "FREE_QUOTA_EXCEEDED"), (429, "RATE_LIMITED")] {
        let refusals: &'static [_] = Box::leak(Box::new([(status, code, Some("1800"))]));
        let (service, scratch) = service(refusals);
        scratch.dsl("run a.signal").check(5, &[], &[" UTC (in 30 minutes)", "--wait-for-quota"]);
        let ran = scratch.dsl("run --initial-cash 5 a.signal");
        ran.check(5, &[], &["nothing was sent: the server takes no backtest before ", "--wait-for-quota"]);
        assert!(line(&ran).starts_with("none before "), "{}", line(&ran));
        let document = scratch.dsl("run --json --initial-cash 5 a.signal").check(5, &[], &[]).json_of("run");
        assert_eq!((document["status"].as_str(), document["error"]["code"].as_str()), (Some("refused"), Some(code)));
        assert_eq!(service.submissions().len(), 1, "later ones are not sent");
        assert_eq!(records(&scratch).len(), 1);
        // Another key has another quota, and the server's word ends with its time.
        let other = scratch.command("run a.signal").env("HEYTRADERS_API_KEY", "ht_live_other_key").output().unwrap();
        assert_eq!(other.status.code(), Some(0));
    }
}

#[test]
fn what_the_server_says_of_an_empty_quota_goes_before_our_own_count() {
    let (service, scratch) = service(&[(403, "FREE_QUOTA_EXCEEDED", None)]);
    scratch.dsl("run a.signal").check(5, &[], &[]);
    let planned = line(&scratch.dsl("run --dry-run a.signal"));
    assert!(planned.starts_with("none was left at ") && planned.contains("count 10 of 10"), "{planned}");
    scratch.dsl("run a.signal").check(0, &[], &[]);
    assert!(line(&scratch.dsl("run --dry-run a.signal")).starts_with("9 of 10"), "it has taken one since");
    assert_eq!(service.submissions().len(), 2);
}

#[test]
fn a_quota_is_waited_for_when_wished_seconds_and_dates_alike() {
    let soon = jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_secs(2)).unwrap();
    let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&soon).unwrap();
    let after: &'static str = Box::leak(date.into_boxed_str());
    let refusals: &'static [_] =
        Box::leak(Box::new([(403, "FREE_QUOTA_EXCEEDED", Some("1")), (429, "QUOTA_EXCEEDED", Some(after))]));
    let (service, scratch) = service(refusals);
    let ran = scratch.dsl("run --wait-for-quota --json a.signal");
    assert_eq!(ran.check(0, &[], &[]).json_of("run")["status"], "completed");
    assert_eq!(ran.err, "", "programs read one document and nothing else");
    assert_eq!(service.submissions().len(), 3);
    assert_eq!(records(&scratch).len(), 1);
}

#[test]
fn whoever_detaches_waits_for_the_servers_yes_first() {
    let (service, scratch) = service(&[(429, "RATE_LIMITED", Some("1")), (403, "FREE_QUOTA_EXCEEDED", Some("1"))]);
    let ran = scratch.dsl("run --detach --wait-for-quota a.signal");
    ran.check(8, &[records(&scratch)[0]["run"].as_str().unwrap()], &["submitting again in 1 s", "dsl runs attach"]);
    assert_eq!(service.submissions().len(), 3);
    scratch.dsl("runs attach latest").check(0, &["total return"], &[]);
    assert_eq!(service.submissions().len(), 3);
}

#[test]
fn the_servers_word_to_an_earlier_run_is_waited_for_too() {
    let (service, scratch) = service(&[(403, "FREE_QUOTA_EXCEEDED", Some("2"))]);
    scratch.dsl("run a.signal").check(5, &[], &[]);
    scratch.dsl("run --wait-for-quota --initial-cash 5 a.signal").check(0, &[], &["no room now, submitting again in"]);
    assert_eq!(service.submissions().len(), 2, "it was not sent before its time");
    assert!(!line(&scratch.dsl("run --dry-run a.signal")).starts_with("none before"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_in_a_wait_keeps_the_run_and_tells_how_to_come_back() {
    let (service, scratch) = service(&[(403, "FREE_QUOTA_EXCEEDED", Some("3600"))]);
    let mut live = Live::start(&scratch, "run --wait-for-quota a.signal");
    live.says("; waiting").signal("INT");
    let ran = live.end();
    let run = records(&scratch)[0]["run"].as_str().unwrap().to_owned();
    ran.check(8, &[], &["nothing was sent", &format!("dsl runs attach {run} --wait-for-quota")]);
    let shown = scratch.dsl("runs show --json latest").json_of("runs-show");
    assert_eq!((shown["status"].as_str(), shown["submitted_at"].as_str()), (Some("planned"), None));
    assert!(line(&scratch.dsl("run --dry-run a.signal")).starts_with("none before"));
    // The server's hour is not over, so it is not even asked.
    scratch.dsl("runs attach latest").check(5, &[], &["--wait-for-quota"]);
    assert_eq!(service.submissions().len(), 1);
    std::fs::remove_file(scratch.path(".local/state/dsl/quota.json")).unwrap();
    scratch.dsl("runs attach latest").check(0, &["total return"], &[]);
    assert_eq!((service.submissions().len(), records(&scratch).len()), (2, 1));
}

#[cfg(unix)]
#[test]
fn a_run_that_is_cancelled_while_it_waits_is_not_waited_for() {
    let (service, scratch) = service(&[(403, "FREE_QUOTA_EXCEEDED", Some("3600"))]);
    let mut live = Live::start(&scratch, "run --wait-for-quota a.signal");
    live.says("; waiting");
    scratch.dsl("runs cancel latest").check(0, &["it was never sent"], &[]);
    live.end().check(7, &[], &["the run was cancelled before it was sent"]);
    assert_eq!(service.submissions().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_wait_that_is_killed_leaves_a_run_that_can_be_gone_on_with() {
    let (service, scratch) = service(&[(403, "FREE_QUOTA_EXCEEDED", Some("2"))]);
    let mut live = Live::start(&scratch, "run --wait-for-quota a.signal");
    live.says("submitting again").signal("KILL");
    assert_eq!(live.end().exit, -1);
    assert_eq!(records(&scratch)[0]["status"], "planned");
    scratch.dsl("runs attach latest --wait-for-quota").check(0, &["total return"], &[]);
    assert_eq!((service.submissions().len(), records(&scratch).len()), (2, 1));
}

#[test]
fn nobody_is_asked_where_nobody_sits() {
    let (service, scratch) = service(&[]);
    spend(&scratch, &service, 9);
    assert!(line(&scratch.dsl("run --dry-run a.signal")).starts_with("1 of 10 left this hour"));
    scratch.dsl("run --initial-cash 5 a.signal").check(0, &[], &[]);
    // By our own count none is left; the server may know better, and decides.
    scratch.dsl("run --initial-cash 6 a.signal").check(0, &[], &[]);
    assert_eq!(service.submissions().len(), 3);
}

/// Runs a command on a terminal of its own, with the answer typed: what it showed, and its exit code.
#[cfg(target_os = "linux")]
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn on_a_terminal(scratch: &Scratch, command: &str, answer: &str) -> Option<(String, i32)> {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let program = env!("CARGO_BIN_EXE_dsl");
    let mut script = Command::new("script");
    script.args(["-qec", &format!("{program} {command}"), "/dev/null"]).current_dir(scratch.path(""));
    script
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("TERM", "xterm")
        .env("HOME", scratch.path(""));
    for (name, value) in scratch.command("").get_envs() {
        if let Some(value) = value {
            script.env(name, value);
        }
    }
    let Ok(mut child) = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else {
        eprintln!("skipped: a terminal is had by `script` of util-linux, which is not installed");
        return None;
    };
    child.stdin.take().unwrap().write_all(format!("{answer}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Some((String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code().unwrap()))
}

#[cfg(target_os = "linux")]
#[test]
fn the_last_unit_goes_only_with_a_yes() {
    let (service, scratch) = service(&[]);
    spend(&scratch, &service, 9);
    let question = "this is the last backtest of this hour; submit? [y/N]";
    let Some((shown, exit)) = on_a_terminal(&scratch, "run --initial-cash 5 a.signal", "n") else { return };
    assert!(shown.contains(question) && shown.contains("nothing was sent"), "{shown}");
    assert_eq!((exit, service.submissions().len()), (5, 1), "{shown}");
    let (shown, exit) = on_a_terminal(&scratch, "run --initial-cash 5 a.signal", "y").unwrap();
    assert!(shown.contains(question), "{shown}");
    assert_eq!((exit, service.submissions().len()), (0, 2), "{shown}");
    // None is left by our count: nothing to ask about.
    let (shown, _) = on_a_terminal(&scratch, "run --initial-cash 6 a.signal", "n").unwrap();
    assert!(!shown.contains("[y/N]"), "{shown}");
}

#[cfg(target_os = "linux")]
#[test]
fn yes_on_the_command_line_asks_nothing() {
    let (service, scratch) = service(&[]);
    spend(&scratch, &service, 9);
    let Some((shown, exit)) = on_a_terminal(&scratch, "run --yes --initial-cash 5 a.signal", "n") else { return };
    assert!(!shown.contains("[y/N]"), "{shown}");
    assert_eq!((exit, service.submissions().len()), (0, 2), "{shown}");
}
