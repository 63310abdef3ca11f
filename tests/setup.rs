//! `dsl init` and `dsl doctor`: how one begins, and whether all is well.

use serde_json::Value;

use crate::capture::{Capture, KEY};
use crate::scratch::Scratch;
use crate::server::Served;

#[test]
fn a_new_project_checks_clean_and_runs() {
    let scratch = Scratch::new();
    let begun = scratch.dsl("init");
    begun.check(0, &["signal.toml", "first.signal", ".gitignore"], &["dsl check", "--sandbox", "dsl auth register"]);
    assert!(!begun.err.contains("cd "), "it is here: {}", begun.err);
    let checked = scratch.dsl("check --fail-on hint --output-format json").check(0, &[], &[]).json();
    assert_eq!(checked["summary"]["files"], 1);
    let run = scratch.dsl("run strategies/first.signal --sandbox --json").check(0, &[], &[]).json();
    assert!(run["metrics"]["num_trades"].as_u64().unwrap() > 0, "{:#}", run["metrics"]);
    assert_eq!(run["settings"]["timeframe"], "4h");
}

#[test]
fn a_project_goes_into_a_folder_of_its_own() {
    let scratch = Scratch::new().with("deep/er/.gitignore", "mine\n").with("file", "");
    scratch.dsl("init deep/er").check(0, &["wrote  deep/er/signal.toml", "left   deep/er/.gitignore"], &["cd deep/er"]);
    assert_eq!(std::fs::read_to_string(scratch.path("deep/er/.gitignore")).unwrap(), "mine\n");
    scratch.dsl("init file").check(2, &[], &["is a file"]);
}

#[test]
fn nothing_is_overwritten() {
    for file in ["signal.toml", "strategies/first.signal"] {
        let scratch = Scratch::new().with(file, "mine");
        scratch.dsl("init").check(2, &[], &["already", "nothing was written", file]);
        assert_eq!(std::fs::read_to_string(scratch.path(file)).unwrap(), "mine");
        assert!(!scratch.path(".gitignore").exists(), "nothing at all");
    }
}

/// Runs the doctor and checks the state and words of one line, and that no other line is a problem.
#[track_caller]
fn check(scratch: &Scratch, flags: &str, name: &str, state: &str, words: &str) {
    let exit = i32::from(state == "problem");
    let ran = scratch.dsl(&format!("doctor {flags} --json"));
    let document = ran.check(exit, &[], &[]).json_of("doctor");
    assert!(!ran.out.contains(KEY) && !ran.err.contains(KEY), "{}", ran.out);
    let lines = document["checks"].as_array().unwrap();
    let line = lines.iter().find(|line| line["name"] == name).unwrap_or_else(|| panic!("no {name}: {document:#}"));
    assert_eq!(line["state"], state, "{document:#}");
    let said = format!("{} {}", line["message"], line["cure"]);
    assert!(said.contains(words), "{name} lacks {words}: {said}");
    let problems: Vec<&Value> = lines.iter().filter(|line| line["state"] == "problem").collect();
    assert_eq!((problems.len(), &document["problems"]), (exit as usize, &Value::from(exit)), "{document:#}");
}

#[test]
fn all_is_well_with_a_server_that_takes_the_key() {
    let served = Served::start(&Scratch::new(), "sandbox --port 0 --json");
    let scratch = served.client();
    scratch.dsl("init").check(0, &[], &[]);
    for (name, state, words) in [
        ("version", "ok", env!("CARGO_PKG_VERSION")),
        ("settings", "ok", "signal.toml"),
        ("catalog", "note", "dsl catalog pull"),
        ("folders", "ok", "can be written"),
        ("key", "ok", "HEYTRADERS_API_KEY"),
        ("server", "ok", "answers in"),
        ("access", "ok", "takes the key"),
        ("journal", "ok", "0 runs"),
        ("commits", "ok", "not in a git repository"),
    ] {
        check(&scratch, "", name, state, words);
    }
    let ran = scratch.dsl("doctor");
    ran.check(0, &["no problems"], &[]);
    assert!(ran.out.lines().count() <= 24, "one screen: {}", ran.out);
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
    assert!(!ran.out.contains(served.document["api_key"].as_str().unwrap()), "{}", ran.out);
}

#[test]
fn what_is_wrong_is_a_problem_with_its_cure() {
    let offline = "--offline";
    check(&Scratch::new().with("signal.toml", "[run\n"), offline, "settings", "problem", "dsl check shows");
    check(
        &Scratch::new().with("x", "").set("SIGNAL_STATE_DIR", "x/y"),
        offline,
        "folders",
        "problem",
        "SIGNAL_STATE_DIR",
    );
    check(&Scratch::new().set("HEYTRADERS_BASE_URL", "http://example.com"), "", "server", "problem", "neither https");
    let gone = Scratch::new().set("HEYTRADERS_BASE_URL", "http://127.0.0.1:1/api/v1");
    check(&gone, "", "server", "problem", "dsl run --sandbox");
    check(&gone, offline, "server", "ok", "not asked");
    let sick = Capture::always(503, "<html>");
    check(&sick.client(), "", "server", "problem", "503");
    let strict = Capture::by_line(|line| match line {
        line if line.ends_with("/health") => (200, "", r#"{"success":true,"data":{"status":"ok"}}"#.to_owned()),
        _ => (401, "", r#"{"success":false,"error":{"code":"EXPIRED_API_KEY","message":"too old"}}"#.to_owned()),
    });
    check(&strict.client(), "", "access", "problem", "too old");
}

#[test]
fn what_is_worth_knowing_is_a_note() {
    let offline = "--offline";
    check(&Scratch::new(), offline, "key", "note", "dsl auth register");
    check(&Scratch::new(), offline, "settings", "note", "dsl init");
    let hooked = |text: &str| Scratch::new().with(".git/HEAD", "").with(".pre-commit-config.yaml", text);
    check(&hooked("repos: []"), offline, "commits", "note", "no pre-commit hook");
    check(&hooked("- id: dsl-check"), offline, "commits", "note", "pre-commit install");
    check(&hooked("- id: dsl-check").with(".git/hooks/pre-commit", ""), offline, "commits", "ok", "checks scripts");
    let late = Capture::by_line(|_| {
        (200, "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n", r#"{"success":true,"data":{}}"#.to_owned())
    });
    check(&late.client(), "", "clock", "note", "ahead of the server");
    let broken = Scratch::new().with(".local/state/dsl/runs/r1/run.json", "{");
    check(&broken, offline, "journal", "note", "run.json");
}
