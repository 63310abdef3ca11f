//! `--fail-if` and `[run] fail_if`: conditions on a result that make a run end with 1.

use crate::capture::Capture;
use crate::scratch::Scratch;

const SCRIPT: &str = "\
#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1d
#! start_date = 2023-01-01
#! end_date   = 2024-03-31
slow = ema(close, 20)
emit_signal(close > slow, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))
emit_signal(close < slow, exit(\"BINANCE:BTC/USDT\", \"LONG\"))
";

fn scratch() -> Scratch {
    Scratch::new().with("a.signal", SCRIPT)
}

/// Runs with flags: the exit code, words on stderr, and what each condition came to.
fn check(flags: &str, exit: i32, words: &[&str], held: &[(&str, Option<bool>)]) {
    scratch().dsl(&format!("run --sandbox a.signal {flags}")).check(exit, &["total return"], words);
    let document =
        scratch().dsl(&format!("run --sandbox --json a.signal {flags}")).check(exit, &[], &[]).json_of("run");
    assert_eq!(document["status"], "completed", "the run itself is none the worse");
    let told: Vec<_> = document["fail_if"].as_array().unwrap().iter().collect();
    let told: Vec<_> = told.iter().map(|one| (one["condition"].as_str().unwrap(), one["held"].as_bool())).collect();
    assert_eq!(told, held);
    assert_eq!(document["error"].is_null(), exit == 0);
}

#[test]
fn a_condition_that_holds_ends_a_run_with_1_behind_its_results() {
    check("", 0, &[], &[]);
    check("--fail-if \"num_trades < 1\"", 0, &[], &[("num_trades < 1", Some(false))]);
    check(
        "--fail-if \"num_trades > 0\"",
        1,
        &["error: the run is done, but the condition to fail on `num_trades > 0` holds: num_trades is "],
        &[("num_trades > 0", Some(true))],
    );
    check(
        "--fail-if \"num_trades < 1\" --fail-if \"num_trades > 0 and final_equity != initial_cash\"",
        1,
        &["the condition to fail on `num_trades > 0 and final_equity != initial_cash` holds", "initial_cash is 10000"],
        &[("num_trades < 1", Some(false)), ("num_trades > 0 and final_equity != initial_cash", Some(true))],
    );
}

#[test]
fn a_condition_that_nobody_can_decide_fails_too() {
    check(
        "--fail-if \"metrics.volatility > 30\"",
        1,
        &["`metrics.volatility > 30` can't be decided, which counts as holding: metrics.volatility has no value"],
        &[("metrics.volatility > 30", None)],
    );
}

#[test]
fn a_condition_that_makes_no_sense_is_pointed_at_before_anything_is_sent() {
    let ran = scratch().dsl("run --sandbox a.signal --fail-if \"sharp_ratio < 1\" --fail-if \"max_drawdown < -20\"");
    ran.check(
        2,
        &[],
        &[
            "error[bad-condition]: there is no figure `sharp_ratio`",
            "--fail-if:1:1",
            "did you mean `sharpe_ratio`?",
            "can never hold",
            "counted by its size",
            "error: --fail-if makes no sense",
        ],
    );
    assert!(!ran.err.contains("submitted") && ran.out.is_empty(), "{}", ran.err);
    insta::assert_snapshot!(ran.err);
    let document = scratch()
        .dsl("run --sandbox --json a.signal --fail-if \"sharp_ratio < 1\"")
        .check(2, &[], &[])
        .json_of("error");
    assert_eq!(document["error"]["code"], "bad-condition");
    assert_eq!(document["error"]["suggestion"], "did you mean `sharpe_ratio`?");
}

#[test]
fn conditions_of_the_settings_file_count_as_well() {
    let with = |line: &str| scratch().with("signal.toml", format!("[run]\n{line}\n"));
    let ran = |line: &str, flags: &str| with(line).dsl(&format!("run --sandbox a.signal {flags}"));
    ran("fail_if = [\"num_trades > 0\", \"win_rate > 101 - 1\"]", "").check(
        2,
        &[],
        &["signal.toml:2:31", "`win_rate > 101 - 1` can never hold", "0 to 100"],
    );
    ran("fail_if = [\"num_trades > 0\"]", "--fail-if \"num_trades > 1\"").check(1, &[], &["all 2 conditions"]);
    ran("fail_if = \"num_trades < 1\"", "").check(0, &[], &[]);
    ran("fail_if = 3", "").check(2, &[], &["a condition is a text in quotes, not a number"]);
    ran("fail_iff = \"num_trades < 1\"", "").check(0, &[], &["did you mean `fail_if`?"]);
    with("fail_if = [\"sharp < 1\"]").dsl("check a.signal").check(2, &["bad-condition", "no figure `sharp`"], &[]);
}

#[test]
fn who_comes_back_to_a_run_holds_it_against_the_same_conditions() {
    let server = Capture::taking(|_| None);
    let scratch = server.client().with("a.signal", SCRIPT);
    scratch.write("signal.toml", "[run]\nfail_if = \"metrics.volatility > 30\"\n");
    scratch.dsl("run --detach a.signal --fail-if \"num_trades > 0\"").check(8, &[], &[]);
    // What counts is what was asked of the run when it was sent.
    scratch.write("signal.toml", "");
    let both = ["all 2 conditions", "`metrics.volatility > 30` can't be decided"];
    scratch.dsl("runs attach latest").check(1, &[], &both);
    scratch.dsl("runs attach latest --fail-if \"num_trades > 0\"").check(1, &[], &both);
    let document =
        scratch.dsl("runs attach latest --json --fail-if \"sharpe_ratio > 9\"").check(1, &[], &[]).json_of("run");
    let told: Vec<_> = document["fail_if"].as_array().unwrap().iter().map(|one| &one["condition"]).collect();
    assert_eq!(told, ["metrics.volatility > 30", "num_trades > 0", "sharpe_ratio > 9"]);
    assert_eq!(document["error"]["code"], "fail-if");
    scratch.dsl("runs attach latest --fail-if \"sharp < 1\"").check(2, &[], &["no figure `sharp`"]);
    scratch.dsl("runs show latest").check(0, &["fails if", "metrics.volatility > 30, or num_trades > 0"], &[]);
}

#[test]
fn a_fraction_for_a_percentage_is_warned_of() {
    let ran = scratch().dsl("run --sandbox a.signal --fail-if \"win_rate < 0.001\"");
    ran.check(0, &[], &["warning[bad-condition]", "`win_rate` is in percent", "0.1 % is written `0.1`"]);
}
