//! `dsl completions` in real shells, and `dsl man`.

use std::process::Command;

use crate::scratch::Scratch;

/// What `dsl` answers a shell that completes the last of `words`.
fn answered(scratch: &Scratch, words: &[&str]) -> Vec<String> {
    let output = scratch
        .command("--")
        .arg("dsl")
        .args(words)
        .env("DSL_COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .env("_CLAP_IFS", "\n")
        .output()
        .unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// Asserts that some candidates are offered, and others are not.
fn check(words: &[&str], offered: &[&str], others: &[&str]) {
    let found = answered(&Scratch::new().with("a.signal", "").with("notes.txt", "").with("sub/b.signal", ""), words);
    for candidate in offered {
        assert!(found.iter().any(|found| found == candidate), "{words:?} lacks {candidate}: {found:?}");
    }
    for candidate in others {
        assert!(!found.iter().any(|found| found == candidate), "{words:?} offers {candidate}: {found:?}");
    }
}

#[test]
fn commands_flags_and_values_are_offered() {
    check(&[""], &["check", "run", "runs", "api", "completions"], &["help"]);
    check(&["check", "--out"], &["--output-format"], &["--fix"]);
    check(&["check", "--output-format", "s"], &["sarif"], &["json"]);
    check(&["run", "--timeframe", ""], &["1m", "1M"], &["a.signal"]);
    check(&["run", "--exchange", "bin"], &["binance", "binancefuturesusd"], &["upbit"]);
    check(&["completions", ""], &["bash", "zsh", "fish", "powershell", "elvish"], &[]);
}

#[test]
fn scripts_rules_schemas_and_names_are_offered() {
    check(&["run", ""], &["a.signal", "sub/"], &["notes.txt"]);
    check(&["explain", "not-en"], &["not-enough-bars"], &["unused-name"]);
    check(&["schema", "ap"], &["api"], &["run"]);
    check(&["catalog", "show", "bb"], &["bbands"], &["rsi"]);
}

#[test]
fn endpoints_and_their_fields_are_offered() {
    check(&["api", "P"], &["POST", "PUT", "PATCH"], &["GET", "/orders"]);
    check(&["api", "/ord"], &["/orders", "/orders/{id}"], &["GET"]);
    check(&["api", "ord"], &["orders"], &["/orders"]);
    check(&["api", "DELETE", ""], &["/orders/{id}"], &["/orders", "/meta/health"]);
    check(&["api", "POST", "/orders", "-f", ""], &["side=", "amount="], &["status="]);
    check(&["api", "GET", "/orders", "-f", ""], &["status="], &["side="]);
    check(&["api", "POST", "/orders", "-f", "side="], &["side=buy", "side=sell"], &[]);
    check(&["api", "--list", "liv"], &["live-strategies"], &[]);
}

#[test]
fn runs_are_offered_by_their_ids() {
    let script = "#! universe = BINANCE:BTC/USDT\n#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-03-31\n\
        emit_signal(close > sma(close, 20), entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n";
    let scratch = Scratch::new().with("a.signal", script);
    assert!(!answered(&scratch, &["runs", "show", ""]).contains(&"latest".to_owned()), "there are none yet");
    let run =
        scratch.dsl("run a.signal --sandbox --json").check(0, &[], &[]).json()["run"].as_str().unwrap().to_owned();
    let found = answered(&scratch, &["runs", "show", ""]);
    assert!(found.contains(&run) && found.contains(&"latest".to_owned()), "{found:?}");
    assert_eq!(answered(&scratch, &["runs", "show", &run[..run.len() - 2]]), [run.as_str()]);
}

#[test]
fn an_unset_or_empty_variable_changes_nothing() {
    let scratch = Scratch::new().set("DSL_COMPLETE", "");
    scratch.dsl("schema --list").check(0, &["check"], &[]);
    let scratch = Scratch::new().set("DSL_COMPLETE", "tcsh");
    scratch.dsl("schema --list").check(2, &[], &["unknown shell"]);
    Scratch::new().dsl("completions tcsh").check(2, &[], &["zsh"]);
}

/// Whether a shell can be started; CI's machines have bash, and some have the others.
fn has(shell: &str) -> bool {
    Command::new(shell).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Runs a shell's script with `$DSL` as the binary; its stdout.
fn shell(shell: &str, script: &str) -> String {
    let scratch = Scratch::new();
    let output = Command::new(shell)
        .args(if shell == "bash" { &["--norc", "--noprofile"][..] } else { &[] })
        .args(["-c", script])
        .env("DSL", env!("CARGO_BIN_EXE_dsl"))
        .env("HOME", scratch.path(""))
        .current_dir(scratch.path(""))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {output:?}");
    text
}

#[test]
fn bash_completes() {
    if !has("bash") {
        return;
    }
    let script = "source <(\"$DSL\" completions bash)\n\
        complete -p dsl >/dev/null || exit 1\n\
        COMP_WORDS=(dsl api POST /backtest/e); COMP_CWORD=3; COMP_TYPE=9\n\
        _clap_complete_dsl dsl /backtest/e POST 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"";
    assert_eq!(shell("bash", script), "/backtest/execute\n");
}

#[test]
fn fish_completes() {
    if !has("fish") {
        return;
    }
    let script = "\"$DSL\" completions fish | source; complete -C 'dsl api POST /backtest/e'";
    assert_eq!(shell("fish", script), "/backtest/execute\tStart a backtest\n");
}

#[test]
fn zsh_completes() {
    if !has("zsh") {
        return;
    }
    // The function that the script defines, asked for its words; the line editor needs a terminal.
    let script = "autoload -Uz compinit && compinit -u -d ./dump; source <(\"$DSL\" completions zsh)\n\
        _describe() { print -l -- ${(P)3}; }\n\
        words=(dsl api POST /backtest/e); CURRENT=4; _clap_dynamic_completer_dsl";
    let said = shell("zsh", script);
    assert!(said.contains("/backtest/execute"), "{said}");
}

#[test]
fn every_command_has_a_page() {
    let scratch = Scratch::new();
    scratch.dsl("man").check(0, &[".TH dsl 1", "Exit codes"], &[]);
    scratch.dsl("man catalog pull").check(0, &[".TH dsl-catalog-pull 1", "signal.catalog.json"], &[]);
    scratch.dsl("man catalog pul").check(3, &[], &["did you mean `pull`?"]);
    scratch.dsl("man --out pages").check(0, &["pages"], &[]);
    for page in ["dsl.1", "dsl-check.1", "dsl-api.1", "dsl-catalog-pull.1", "dsl-runs-list.1"] {
        let text = std::fs::read_to_string(scratch.path(&format!("pages/{page}"))).unwrap();
        assert!(text.contains(".SH NAME") && text.contains(".SH SYNOPSIS"), "{page}");
    }
}
