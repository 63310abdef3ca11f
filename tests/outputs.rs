//! Who writes what where: results on stdout, talk on stderr, one document in JSON, and quiet ends.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::scratch::Scratch;

const SCRIPT: &str = "x = sma(close, 20)\nemit_signal(close > x, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n";

#[test]
fn help_lists_commands_and_exit_codes() {
    let ran = Scratch::new().dsl("--help");
    ran.check(
        0,
        &["check", "explain", "warmup", "run", "sandbox", "schema", "Exit codes:", "4  no API key", "8  detached"],
        &[],
    );
    assert_eq!(ran.err, "");
    Scratch::new().dsl("run --help").check(0, &["--sandbox", "--force", "--dry-run", "--start-date"], &[]);
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let scratch = Scratch::new().with("a.signal", SCRIPT);
    scratch.dsl("chek").check(2, &[], &["chek", "check"]);
    scratch.dsl("check --output-fromat json").check(2, &[], &["--output-format"]);
    scratch.dsl("warmup").check(2, &[], &["<FILE>"]);
    scratch.dsl("run --data bars a.signal").check(2, &[], &["--sandbox"]);
}

#[test]
fn a_command_that_was_asked_for_json_answers_in_json_whatever_happens() {
    let scratch = Scratch::new().with("a.signal", SCRIPT).with("latin.signal", b"x = \xFF");
    let cases = [
        ("check --output-format json none.signal", 3, "file-not-found"),
        ("check --output-format=json --nonsense", 2, "usage"),
        ("check --output-format json --timeframe 7h", 2, "usage"),
        ("warmup --output-format json latin.signal", 2, "not-text"),
        ("warmup --output-format json .", 2, "usage"),
        ("run --json none.signal", 3, "file-not-found"),
        ("run --json --config none.toml a.signal", 3, "file-not-found"),
        ("sandbox --json --host 0.0.0.0", 2, "sandbox"),
        ("sandbox --json --data nowhere", 3, "file-not-found"),
    ];
    for (line, exit, code) in cases {
        let ran = scratch.dsl(line);
        let document = ran.check(exit, &[], &[]).json_of("error");
        assert_eq!(document["error"]["code"], code, "{line}");
        assert_eq!(ran.out.lines().count(), 1, "{line}");
    }
}

#[test]
fn json_and_talk_do_not_mix() {
    let scratch = Scratch::new().with("a.signal", "x = undefined_name\n");
    for line in
        ["check --output-format json a.signal", "warmup --output-format json a.signal", "run --json --sandbox a.signal"]
    {
        scratch.dsl(line).json();
        scratch.dsl(&format!("{line} -v")).json();
        scratch.dsl(&format!("{line} --color always")).json();
    }
}

#[test]
fn control_and_bidi_characters_never_reach_the_terminal() {
    let scratch = Scratch::new().with("e\u{1b}[2Jvil.signal", "x = \u{202e}rsl\u{1b}[31m(close)\n\u{9b}y = \u{7}\n");
    for line in ["check", "check --output-format concise", "check --output-format json", "check --color never"] {
        let ran = scratch.dsl(line);
        let harmful = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202A}'..='\u{202E}');
        assert!(!ran.out.contains(harmful) && !ran.err.contains(harmful), "{line}: {:?} {:?}", ran.out, ran.err);
    }
    scratch.dsl("check --output-format json").json_of("check");
}

#[test]
fn quiet_says_nothing_but_the_result() {
    let scratch = Scratch::new().with("a.signal", SCRIPT);
    assert_eq!(scratch.dsl("check -q a.signal").err, "");
    assert_eq!(scratch.dsl("-q check a.signal").out, "");
    scratch.dsl("check -q -v a.signal").check(2, &[], &["cannot be used with"]);
}

#[test]
fn colours_come_when_asked_for_and_change_no_word() {
    let scratch = Scratch::new().with("a.signal", "x = undefined_name\n");
    let plain = scratch.dsl("check a.signal");
    assert!(!plain.out.contains('\u{1b}') && !plain.err.contains('\u{1b}'));
    let coloured = scratch.dsl("check --color always a.signal");
    assert!(coloured.out.contains("\u{1b}["));
    assert_eq!(anstream::adapter::strip_str(&coloured.out).to_string(), plain.out);
    let plain = scratch.dsl("warmup a.signal").out;
    let coloured = scratch.dsl("warmup --color always a.signal").out;
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_quietly_with_the_same_exit_code() {
    let scratch = Scratch::new().with("a.signal", "x = undefined_name\n".repeat(5_000));
    for line in [
        "check a.signal",
        "check --output-format concise a.signal",
        "check --output-format json a.signal",
        "warmup a.signal",
        "explain --list",
    ] {
        let expected = scratch.dsl(line).exit;
        let mut child = scratch.command(line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(expected), "{line}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{line}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("roken pipe"), "{line}");
        // Nobody hears the talk either.
        let mut child = scratch.command(line).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(expected), "{line}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_not_swallowed() {
    let scratch = Scratch::new().with("a.signal", SCRIPT);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = scratch.command("warmup a.signal").stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the result could not be written"));
}

/// Every way to leave out one field of a document, or to put a value of another kind in its place.
fn spoiled(document: &Value, at: &str, found: &mut Vec<(String, Value)>) {
    let spoil = |change: &dyn Fn(&mut Value)| {
        let mut copy = document.clone();
        change(copy.pointer_mut(at).unwrap());
        copy
    };
    match document.pointer(at).unwrap() {
        Value::Object(fields) => {
            for name in fields.keys() {
                let field = format!("{at}/{name}");
                found.push((
                    format!("without {field}"),
                    spoil(&|object| drop(object.as_object_mut().unwrap().remove(name))),
                ));
                found.push((format!("wrong {field}"), spoil(&|object| object[name] = json!([[true]]))));
                spoiled(document, &field, found);
            }
        }
        Value::Array(items) if !items.is_empty() => spoiled(document, &format!("{at}/0"), found),
        _ => {}
    }
}

#[test]
fn schemas_refuse_a_document_that_lacks_a_field_or_holds_a_wrong_one() {
    let script = "#! universe = BINANCE:BTC/USDT\n#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-03-31\n\
        up = close > ema(close, 200)\nemit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n";
    let scratch = Scratch::new().with("a.signal", script);
    let lines = [
        ("check", "check --output-format json a.signal"),
        ("warmup", "warmup --output-format json a.signal"),
        ("run", "run --sandbox --json a.signal"),
        ("run", "run --sandbox --json --start-date 2023-01-01 a.signal"),
        ("catalog-show", "catalog show rsi --json"),
        ("error", "check --output-format json none.signal"),
    ];
    for (name, line) in lines {
        let schema = serde_json::from_str(&scratch.dsl(&format!("schema {name}")).out).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let document = scratch.dsl(line).json_of(name);
        let mut documents = vec![];
        let mut newer = document.clone();
        newer["schema"] = json!(2);
        documents.push(("of another version".to_owned(), newer));
        spoiled(&document, "", &mut documents);
        // What the server said, and the settings by its names, are as open as its API.
        let open = ["/settings/", "/metrics/", "/result/"];
        documents.retain(|(what, _)| !open.iter().any(|part| what.contains(part)));
        assert!(documents.len() > 6, "{name}");
        let passed: Vec<_> = documents.iter().filter(|(_, document)| validator.is_valid(document)).collect();
        assert!(passed.is_empty(), "the schema of {name} takes a document {}", passed[0].0);
    }
}

#[test]
fn after_a_thousand_findings_the_rest_has_a_line_each() {
    let scratch = Scratch::new();
    let script: String = (0..30).map(|n| format!("x{n} = rsl(close, {n})\n")).collect();
    for n in 0..60 {
        scratch.write(&format!("{n:02}.signal"), &script);
    }
    let full = scratch.dsl("check").out;
    let concise = scratch.dsl("check --output-format concise").out;
    let told = "--output-format concise";
    let (drawn, brief) = full.split_once(told).expect("one line says where the rest begins");
    assert!(!brief.contains(told), "and only one");
    assert!(!brief.contains('╭'), "nothing is drawn behind it");
    let (drawn, listed) = (drawn.matches('╭').count(), brief.matches(".signal:").count());
    assert_eq!(drawn + listed, concise.lines().count(), "every finding is written");
    let per_file = concise.lines().filter(|line| line.starts_with("00.signal")).count();
    assert!(per_file >= 30 && (1_000..1_000 + per_file).contains(&drawn), "{drawn} drawn, {per_file} a file");
    assert!(brief.trim_end().ends_with(concise.lines().next_back().unwrap()), "the same lines, in the same order");
    for _ in 0..5 {
        assert_eq!(scratch.dsl("check").out, full, "whichever worker is first");
    }
}
