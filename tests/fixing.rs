//! `dsl check --fix`, `--diff` and `--add-suppressions`: what they write, and what they leave alone.

use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;
use signal_analysis::RULES;
use signal_syntax::{Token, parse, tokens};
use signal_text::Source;

use crate::scratch::Scratch;

/// A script from its first lines on, with signals behind them, so that nothing else is found.
fn script_of(lines: &str) -> String {
    format!(
        "{lines}emit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n\
         emit_signal(not up, exit(\"BINANCE:BTC/USDT\", \"LONG\"))\n"
    )
}

/// Two safe fixes, an unsafe one, and a finding without any.
const FAULTY: &str = "#! timeframe 1h\nup = rsi(close, 1) > 5 && close > 3\nup = up and wobble(close) > 3\n";
const SAFE: &str = "#! timeframe = 1h\nup = rsi(close, 1) > 5 and close > 3\nup = up and wobble(close) > 3\n";
const ALL: &str = "#! timeframe = 1h\nup = rsi(close, 2) > 5 and close > 3\nup = up and wobble(close) > 3\n";

fn read(scratch: &Scratch, name: &str) -> String {
    std::fs::read_to_string(scratch.path(name)).unwrap()
}

/// Asserts what a command makes of a file.
#[track_caller]
fn check(line: &str, before: &str, exit: i32, after: &str) {
    let (before, after) = (script_of(before), script_of(after));
    let scratch = Scratch::new().with("a.signal", before);
    scratch.dsl(&format!("check {line} a.signal")).check(exit, &[], &[]);
    assert_eq!(read(&scratch, "a.signal"), after, "{line}");
}

#[test]
fn safe_fixes_are_applied_and_the_rest_is_told() {
    let scratch = Scratch::new().with("a.signal", FAULTY).with("b.signal", "x = close\n");
    scratch.dsl("check --fix").check(
        1,
        &["error[period-out-of-bounds]"],
        &[
            "fixed 2 findings in 1 file: 1 syntax-error, 1 unknown-directive",
            "1 finding has a fix that may change what a script means: `--unsafe` applies it",
        ],
    );
    assert_eq!(read(&scratch, "a.signal"), SAFE);
    let again = scratch.dsl("check --fix");
    assert!(!again.err.contains("fixed"), "{}", again.err);
}

#[test]
fn unsafe_fixes_are_applied_where_they_are_asked_for() {
    check("--fix --unsafe", FAULTY, 0, ALL);
    Scratch::new().with("a.signal", FAULTY).dsl("check --unsafe").check(2, &[], &["add `--fix`"]);
}

#[test]
fn a_name_that_is_only_near_is_replaced_on_demand() {
    let guessed = "sma20 = psar(close) + sma(close, 20)\nup = close > sma50 + tma(close, 14)\n";
    check("--fix", guessed, 0, guessed);
    check("--fix --unsafe", "up = close > tma(close, 14)\n", 0, "up = close > ema(close, 14)\n");
    check("--fix", "up = Close > SMA(close, 14)\n", 0, "up = close > sma(close, 14)\n");
}

#[test]
fn line_ends_and_the_byte_order_mark_stay() {
    check("--fix", "\u{FEFF}up = close > 5 && open > 1\r\n\r\n", 0, "\u{FEFF}up = close > 5 and open > 1\r\n\r\n");
    check("--fix", "up = close > 5\rup = up && open > 2\r", 0, "up = close > 5\rup = up and open > 2\r");
}

#[test]
fn a_file_without_a_safe_fix_is_not_touched() {
    let scratch = Scratch::new().with("a.signal", "up = rsi(close, 1) > 5\n");
    let modified = || std::fs::metadata(scratch.path("a.signal")).unwrap().modified().unwrap();
    let before = modified();
    scratch.dsl("check --fix").check(1, &[], &[]);
    assert_eq!(modified(), before);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let scratch = Scratch::new().with("real/a.signal", FAULTY);
    std::fs::set_permissions(scratch.path("real/a.signal"), std::fs::Permissions::from_mode(0o750)).unwrap();
    symlink("real/a.signal", scratch.path("link.signal")).unwrap();
    scratch.dsl("check --fix link.signal").check(1, &[], &[]);
    assert!(std::fs::symlink_metadata(scratch.path("link.signal")).unwrap().is_symlink());
    assert_eq!(read(&scratch, "real/a.signal"), SAFE);
    let mode = std::fs::metadata(scratch.path("real/a.signal")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o750);
    assert_eq!(std::fs::read_dir(scratch.path("real")).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn a_read_only_file_is_reported_and_the_others_are_fixed() {
    let scratch = Scratch::new().with("a.signal", FAULTY).with("b.signal", "up = close > 5 && open > 1\n");
    let mut permissions = std::fs::metadata(scratch.path("a.signal")).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(scratch.path("a.signal"), permissions).unwrap();
    scratch.dsl("check --fix").check(
        1,
        &["error[unwritable-file]: `a.signal` is read-only and stays as it is"],
        &["fixed 1 finding in 1 file: 1 syntax-error"],
    );
    assert_eq!(read(&scratch, "a.signal"), FAULTY);
    assert_eq!(read(&scratch, "b.signal"), "up = close > 5 and open > 1\n");
}

#[test]
fn what_a_killed_command_left_is_removed() {
    let scratch = Scratch::new()
        .with("deep/a.signal", FAULTY)
        .with("deep/.dsl-fix-1-0.new", "x")
        .with("deep/.dsl-fix-2-0.new", "x");
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(120);
    let left = std::fs::File::options().write(true).open(scratch.path("deep/.dsl-fix-1-0.new")).unwrap();
    left.set_modified(long_ago).unwrap();
    scratch.dsl("check --fix").check(1, &[], &["fixed 2 findings"]);
    assert!(!scratch.path("deep/.dsl-fix-1-0.new").exists());
    assert!(scratch.path("deep/.dsl-fix-2-0.new").exists(), "another command may be about to use it");
}

#[test]
fn a_name_as_long_as_names_can_be_is_no_hindrance() {
    let name = format!("{}.signal", "a".repeat(248));
    let scratch = Scratch::new().with(&name, FAULTY);
    scratch.dsl("check --fix").check(1, &[], &["fixed 2 findings"]);
    assert_eq!(read(&scratch, &name), SAFE);
}

#[test]
fn settings_files_are_fixed_too() {
    let settings = "[run]\ntimeframe = \"60m\"\n[rules]\nunknown-exchang = \"off\"\n";
    let scratch =
        Scratch::new().with("signal.toml", settings).with("a.signal", script_of("up = close > sma(close, 20)\n"));
    let diff = scratch.dsl("check --diff");
    // Settings that can't be used end every check with 2.
    diff.check(2, &["--- signal.toml", "-timeframe = \"60m\"", "+timeframe = \"1h\""], &["would fix 1 finding"]);
    assert_eq!(read(&scratch, "signal.toml"), settings);
    scratch.dsl("check --fix").check(0, &["there is no rule `unknown-exchang`"], &["fixed 1 finding"]);
    assert_eq!(read(&scratch, "signal.toml"), "[run]\ntimeframe = \"1h\"\n[rules]\nunknown-exchang = \"off\"\n");
    scratch.dsl("check --fix --unsafe").check(0, &[], &["nothing to complain about"]);
}

#[test]
fn standard_input_is_mended_to_standard_output() {
    let scratch = Scratch::new();
    let ran = scratch.dsl_with_input("check --fix -", FAULTY.as_bytes());
    ran.check(1, &[], &["error[period-out-of-bounds]", "fixed 2 findings"]);
    assert_eq!(ran.out, SAFE);
    let clean = scratch.dsl_with_input("check --fix - --stdin-filename a.signal", ALL.as_bytes());
    clean.check(0, &[], &[]);
    assert_eq!(clean.out, ALL);
    let diff = scratch.dsl_with_input("check --diff - --stdin-filename a.signal", FAULTY.as_bytes());
    diff.check(1, &["--- a.signal\n+++ a.signal\n@@ -1,3 +1,3 @@\n-#! timeframe 1h\n"], &["would fix 2 findings"]);
    for (line, words) in [
        ("check --fix - a.signal", "`-` stands alone"),
        ("check --fix - --output-format concise a.signal", "`-` stands alone"),
        ("check --fix - --output-format json", "findings can't go there"),
        ("check --diff --output-format json", "cannot be used with"),
    ] {
        let ran = scratch.dsl_with_input(line, b"");
        assert_eq!(ran.exit, 2, "{line}");
        assert!(format!("{}{}", ran.out, ran.err).contains(words), "{line}: {}{}", ran.out, ran.err);
    }
}

/// Runs a program on a patch, in a folder.
#[track_caller]
fn patched(program: &str, arguments: &[&str], folder: &Path, patch: &str) {
    std::fs::write(folder.join("the.patch"), patch).unwrap();
    let ran = Command::new(program).args(arguments).arg("the.patch").current_dir(folder).output();
    let ran = ran.unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(ran.status.success(), "{program}: {}\n{patch}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn the_diff_is_a_patch_that_does_what_fix_does() {
    let long: String =
        (0..60).map(|at| if at % 25 == 3 { "up = close > 5 && open > 1\n" } else { "x = close\n" }).collect();
    let files = [
        ("plain.signal", FAULTY.to_owned()),
        ("deep/long.signal", long),
        ("with blank.signal", "up = close > 5 && open > 1\n".to_owned()),
        ("größe.signal", "up = close > 5 && open > 1\n".to_owned()),
        ("no_end.signal", "x = 1\nup = close > 5 && open > 1".to_owned()),
        ("windows.signal", "x = 1\r\nup = close > 5 && open > 1\r\n".to_owned()),
        ("mac.signal", "x = 1\rup = close > 5 && open > 1\ry = 2".to_owned()),
        ("clean.signal", "x = close\n".to_owned()),
    ];
    let scratch = || files.iter().fold(Scratch::new(), |scratch, (name, text)| scratch.with(name, text));
    let fixed = scratch();
    fixed.dsl("check --fix");
    let diff = scratch().dsl("check --diff").check(1, &[], &["would fix"]).out.clone();
    assert!(!diff.contains("clean.signal") && !diff.contains('\u{1b}'));
    let by_git = scratch();
    patched("git", &["apply", "-p0"], &by_git.path(""), &diff);
    let mut candidates = vec![by_git];
    // Not every machine has it.
    if Command::new("patch").arg("--version").output().is_ok() {
        let by_patch = scratch();
        patched("patch", &["-p0", "--binary", "-i"], &by_patch.path(""), &diff);
        candidates.push(by_patch);
    }
    for candidate in candidates {
        for (name, _) in &files {
            assert_eq!(read(&candidate, name), read(&fixed, name), "{name}");
        }
    }
    fixed.dsl("check --diff").check(0, &[], &["there is nothing to change"]);
}

#[test]
fn findings_can_be_allowed_by_comments() {
    let allow = "# signal: allow unknown-function because it is ours";
    check(
        "--fail-on hint \"--add-suppressions=it is ours\"",
        "up = wobble(close) > 3\n",
        0,
        &format!("up = wobble(close) > 3  {allow}\n"),
    );
    let scratch = Scratch::new().with("a.signal", script_of("x = wobble(close) + @\nup = wobble(close) > x\n"));
    scratch.dsl("check --add-suppressions").check(
        1,
        &["error[syntax-error]"],
        &["allowed 1 finding in 1 file by comments"],
    );
    // Fixes come first.
    check(
        "--fix --add-suppressions",
        FAULTY,
        0,
        "#! timeframe = 1h\nup = rsi(close, 1) > 5 and close > 3  # signal: allow period-out-of-bounds\n\
         up = up and wobble(close) > 3  # signal: allow unknown-function\n",
    );
    let scratch = Scratch::new().with("a.signal", script_of("up = wobble(close) > 3\n"));
    let diff = scratch.dsl("check --diff --add-suppressions");
    diff.check(
        1,
        &["+up = wobble(close) > 3  # signal: allow unknown-function\n"],
        &["would allow 1 finding in 1 file"],
    );
}

/// Lines of all the rules' examples and some that are hard to put a comment at.
fn lines() -> Vec<String> {
    let examples = RULES.iter().flat_map(|rule| {
        let docs = rule.docs();
        format!("{}\n{}", docs.reported, docs.not_reported).lines().map(str::to_owned).collect::<Vec<_>>()
    });
    let hard = [
        "",
        "# a comment",
        "  x = rsl(close, 14)",
        "x = max(\n  rsl(close),  # inside\n\n  wobble(1))",
        "x = rsl(1); y = rsl(2)",
        "x = rsl(close) + \\\n  wobble(1); z = wobble(2)",
        "x = rsl(close) \\",
        "x = (",
        ")",
        "x = \"unclosed",
        "x = rsl(\"ü🚀\")  # Größe",
        "# signal: allow unknown-function",
        "# signal: alow unknown-function",
        "# signal: allow unknown-functon, no-signal because x",
        "x = wobble(1)  # signal: allow unknown-function because it is new",
        "# signal: allow unknown-exchange in this file",
        "#! exchange = nowhere",
        "#! description = a # b",
        "#! timefrme = 1h",
        "x = '''a\n'''",
        "x = 1 @ 2",
        "y = rsl(1111111111 + 1111111111 + 1111111111 + 1111111111 + 1111111111 + 1111111111 + 1111111111 + 1111111111 + 11)",
    ];
    examples.chain(hard.map(str::to_owned)).collect()
}

/// Scripts put together from such lines.
fn script() -> impl Strategy<Value = String> {
    let line = prop::sample::select(lines());
    (prop::collection::vec(line, 0..12), prop::sample::select(vec!["\n", "\r\n", "\r"]), any::<bool>(), any::<bool>())
        .prop_map(|(lines, end, mark, last)| {
            let mark = if mark { "\u{FEFF}" } else { "" };
            let text = lines.join("\n").replace('\n', end);
            format!("{mark}{text}{}", if last { end } else { "" })
        })
}

fn syntax_errors(text: &str) -> usize {
    parse(&Source::new("a", text)).diagnostics.iter().filter(|finding| finding.code == "syntax-error").count()
}

/// A script's words, comments and line ends aside, and the number of its statements.
fn words(text: &str) -> (Vec<(Token, String)>, usize) {
    let source = Source::new("a", text);
    let all = tokens(&source).into_iter().filter(|(token, _)| !matches!(token, Token::Comment | Token::LineEnd));
    let words = all.map(|(token, span)| (token, source.slice(span).to_owned())).collect();
    (words, parse(&source).tree.statements().len())
}

#[test]
fn after_a_fix_nothing_safe_is_left_and_after_suppressions_nothing_at_all() {
    const SCRIPTS: usize = 800;
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let strategy = script();
    let random: Vec<String> = (0..SCRIPTS).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect();
    let examples = RULES.iter().flat_map(|rule| [rule.docs().reported, rule.docs().not_reported]);
    let scripts: Vec<String> = random.into_iter().chain(examples).collect();
    let scratch = Scratch::new();
    let name = |at: usize| format!("{at:04}.signal");
    for (at, text) in scripts.iter().enumerate() {
        scratch.write(&name(at), text);
    }
    let findings = |line: &str| {
        let document: Value = scratch.dsl(line).json();
        document["diagnostics"].as_array().unwrap().clone()
    };
    let describe = |finding: &Value| {
        let file = finding["file"].as_str().unwrap();
        format!("{}\n--- {file}\n{}", finding["message"], read(&scratch, file))
    };

    // After the fixes.
    for finding in findings("check --fix --output-format json") {
        let safe = finding["fixes"].as_array().unwrap().iter().any(|fix| fix["safe"] == true);
        // A fix that would break more than it mends is left out.
        assert!(
            !safe || syntax_errors(&read(&scratch, finding["file"].as_str().unwrap())) > 0,
            "{}",
            describe(&finding)
        );
    }
    let fixed: Vec<String> = (0..scripts.len()).map(|at| read(&scratch, &name(at))).collect();
    for (before, after) in scripts.iter().zip(&fixed) {
        assert!(syntax_errors(after) <= syntax_errors(before), "{before}\n--- becomes\n{after}");
    }

    // After the comments.
    let left = findings("check --add-suppressions=legacy --output-format json");
    for finding in &left {
        assert!(finding["code"] == "syntax-error", "{}", describe(finding));
    }
    for (at, before) in fixed.iter().enumerate() {
        let after = read(&scratch, &name(at));
        assert_eq!(words(before), words(&after), "{before}\n--- becomes\n{after}");
    }
    // And once more changes nothing.
    scratch.dsl("check --diff").check(0, &[], &["there is nothing to change"]);
}
