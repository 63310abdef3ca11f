//! Levels of rules: for a project, for some of its paths, and for single statements of a script.

use serde_json::Value;

use crate::scratch::Scratch;

/// A warning of the rule `unknown-exchange`.
const SCRIPT: &str =
    "#! exchange = nowhere\nemit_signal(close > 5, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n";

/// Files in which a check finds `unknown-exchange`, at which severity.
fn found(scratch: &Scratch, line: &str) -> Vec<(String, String)> {
    let ran = scratch.dsl(&format!("check --output-format json {line}"));
    let document = ran.json_of("check");
    let findings = document["diagnostics"].as_array().unwrap().iter();
    let ours = findings.filter(|finding| finding["code"] == "unknown-exchange");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    ours.map(|finding| (text(&finding["file"]), text(&finding["severity"]))).collect()
}

#[track_caller]
fn check(scratch: &Scratch, line: &str, expected: &[(&str, &str)]) {
    let found = found(scratch, line);
    let found: Vec<_> = found.iter().map(|(file, severity)| (file.as_str(), severity.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn levels_can_be_set_by_path() {
    let scratch = Scratch::new();
    for file in ["a.signal", "dca_one.signal", "deep/dca_two.signal", "deep/b.signal", "research/old/c.signal"] {
        scratch.write(file, SCRIPT);
    }
    scratch.write(
        "signal.toml",
        "[rules]\nunknown-exchange = \"info\"\n\
         [[override]]\npaths = [\"research/**\", \"dca_*.signal\", \"!dca_two.signal\"]\nrules = { unknown-exchange = \"off\" }\n\
         [[override]]\npaths = [\"/deep\"]\nrules.unknown-exchange = \"error\"\n",
    );
    let expected = [("a.signal", "info"), ("deep/b.signal", "error"), ("deep/dca_two.signal", "error")];
    check(&scratch, "", &expected);
    // However the path is written, and wherever the settings file is named from.
    check(&scratch, "deep/../research/old/c.signal deep/../dca_one.signal", &[]);
    let whole = scratch.path("research/old/c.signal");
    check(&scratch, whole.to_str().unwrap(), &[]);
    check(&scratch, "--config deep/../signal.toml research", &[]);
    let stdin = scratch.dsl_with_input("check - --stdin-filename research/new.signal", SCRIPT.as_bytes());
    stdin.check(0, &[], &["nothing to complain about"]);
}

#[test]
fn patterns_and_rules_that_can_t_be_used_are_reported_at_their_place() {
    let scratch = Scratch::new().with("a.signal", "x = close\n");
    scratch.write(
        "signal.toml",
        "[[override]]\npaths = [\"[z-a]\", \"\", \"#x\"]\nrules = { unknown-exchang = \"off\" }\n",
    );
    let out = [
        "signal.toml:2:11",
        "signal.toml:2:20",
        "signal.toml:2:24",
        "signal.toml:3:11",
        "replace by `unknown-exchange`",
    ];
    scratch.dsl("check").check(2, &out, &[]);
}

#[test]
fn a_comment_of_the_script_allows_what_a_rule_finds() {
    let scratch = Scratch::new();
    scratch.write("a.signal", format!("# signal: allow unknown-exchange because it is new\n{SCRIPT}"));
    check(&scratch, "a.signal", &[]);
    scratch.dsl("check --fail-on hint a.signal").check(0, &[], &["nothing to complain about"]);
    scratch.write("a.signal", format!("# signal: alow unknown-exchange\n{SCRIPT}"));
    scratch.dsl("check a.signal").check(0, &["[malformed-suppression]", "[unknown-exchange]"], &["2 warnings"]);
}
