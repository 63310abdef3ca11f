//! Leaving a run: Ctrl-C once and twice, the end of the terminal, `--detach`.

use super::*;

#[test]
fn ctrl_c_while_submitting_waits_for_the_id() {
    let (gate, server, scratch, mut live) = submitting();
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

/// Whether SIGHUP is ignored in this process, as under `nohup`; what it starts inherits that.
fn hears_no_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

#[test]
fn the_end_of_the_terminal_or_the_session_loses_nothing() {
    for signal in ["HUP", "TERM"] {
        if signal == "HUP" && hears_no_hangup() {
            eprintln!("skipped: these tests were started to outlast the terminal, and so is what they start");
            continue;
        }
        let server = server(|| RUNNING.to_owned());
        let scratch = client(&server);
        let mut live = Live::start(&scratch, "run a.signal");
        live.says("running").signal(signal);
        live.end().check(8, &[], &["goes on at the server"]);
        assert_eq!(record(&scratch)["state"], "running");
        assert_eq!(asked(&server, "POST /api/v1/backtest/cancel/bt_0"), 0);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn whoever_is_started_to_outlast_the_terminal_does() {
    let gate = Gate::default();
    let is_done = gate.clone();
    let server = server(move || if is_done.is_open() { DONE.to_owned() } else { RUNNING.to_owned() });
    let scratch = client(&server);
    let direct = scratch.command("run a.signal");
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "trap '' HUP; exec \"$0\" \"$@\""]).arg(direct.get_program()).args(direct.get_args());
    command.current_dir(direct.get_current_dir().unwrap()).env_clear();
    command.envs(direct.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut live = Live::of(command);
    live.says("running").signal("HUP");
    gate.open();
    live.end().check(0, &[], &["completed"]);
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
