//! What can be wrong with a file before anybody reads it as a script.

use crate::scratch::Scratch;

/// An error at line 1, column 5.
const BAD: &str = "x = @\n";
const GOOD: &str = "a = close > sma(close, 20)\nemit_signal(a, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n";

#[test]
fn a_missing_file_suggests_the_nearest_name() {
    let scratch = Scratch::new().with("strategies/momentum.signal", GOOD);
    for command in ["check", "warmup", "run"] {
        let ran = scratch.dsl(&format!("{command} strategies/momentun.signal"));
        ran.check(
            3,
            &[],
            &["there is no file `strategies/momentun.signal`", "did you mean `strategies/momentum.signal`?"],
        );
        assert_eq!(ran.out, "");
        scratch.dsl(&format!("{command} strategies/momentum")).check(
            3,
            &[],
            &["did you mean `strategies/momentum.signal`?"],
        );
    }
    scratch.dsl("check nowhere/a.signal").check(3, &[], &["there is no folder `nowhere` either"]);
}

#[cfg(unix)]
#[test]
fn a_thing_of_another_kind_is_not_suggested_as_itself() {
    let scratch = Scratch::new().with("a.signal", GOOD).with("deep/b.signal", GOOD);
    std::os::unix::fs::symlink("round.signal", scratch.path("round.signal")).unwrap();
    for (line, words) in [
        ("check round.signal", "a link of that name, and it leads nowhere"),
        ("check --config deep a.signal", "it is a folder"),
        ("run --sandbox --data a.signal a.signal", "it is a file"),
    ] {
        let ran = scratch.dsl(line);
        ran.check(3, &[], &[words]);
        assert!(!ran.err.contains("did you mean"), "{}", ran.err);
    }
    scratch.dsl("check --config /dev/null a.signal").check(0, &[], &[]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_locked_is_not_passed_over() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new().with("a.signal", GOOD).with("deep/b.signal", GOOD);
    let mode = |mode| std::fs::set_permissions(scratch.path("deep"), std::fs::Permissions::from_mode(mode)).unwrap();
    mode(0o000);
    // Nothing is locked for root.
    let is_root = std::fs::read_dir(scratch.path("deep")).is_ok();
    let (all, one) = (scratch.dsl("check"), scratch.dsl("check deep/b.signal"));
    mode(0o755);
    if !is_root {
        all.check(1, &["error[unreadable-file]: `deep` can't be read"], &["2 files"]);
        one.check(3, &[], &["`deep` can't be searched"]);
    }
}

#[cfg(unix)]
#[test]
fn a_script_and_the_links_to_it_are_one() {
    let faulty = "up = clsoe > 5\n";
    let scratch = Scratch::new().with("book/b.signal", faulty).with("other/c.signal", faulty);
    for (real, link) in [
        ("book/b.signal", "a1.signal"),
        ("book/b.signal", "a2.signal"),
        ("../other/c.signal", "book/c1.signal"),
        ("../other/c.signal", "book/c2.signal"),
    ] {
        std::os::unix::fs::symlink(real, scratch.path(link)).unwrap();
    }
    scratch.dsl("check --output-format concise").check(0, &["book/b.signal:1:", "other/c.signal:1:"], &["in 2 files"]);
    scratch.dsl("check a1.signal a2.signal").check(0, &["a1.signal:1:"], &["in 1 file"]);
    // Of links to a script that is not among the rest, one stands for it.
    scratch.dsl("check book --fix").check(0, &[], &["in 2 files: 2 unknown-variable"]);
    let fixed = |name| std::fs::read_to_string(scratch.path(name)).unwrap();
    assert_eq!(
        (fixed("book/b.signal"), fixed("other/c.signal")),
        ("up = close > 5\n".into(), "up = close > 5\n".into())
    );
}

#[test]
fn a_folder_is_searched_by_check_and_refused_by_the_others() {
    let scratch =
        Scratch::new().with("book/b.signal", GOOD).with("book/deep/a.signal", BAD).with("book/notes.txt", "no script");
    scratch.dsl("check book").check(1, &["book/deep/a.signal:1:5"], &["2 files"]);
    scratch.dsl("check").check(1, &[" book/deep/a.signal:1:5"], &["2 files"]);
    scratch.dsl("warmup book").check(2, &[], &["`book` is a folder", "dsl warmup book/b.signal"]);
    scratch.dsl("run book").check(2, &[], &["`book` is a folder", "dsl run book/b.signal"]);
}

#[test]
fn a_folder_without_scripts_is_said_to_hold_none() {
    Scratch::new().with("a.txt", "").dsl("check").check(3, &[], &["there is no *.signal file under `.`"]);
}

#[test]
fn files_that_git_ignores_are_left_out() {
    let scratch = Scratch::new().with(".gitignore", "old/\n").with("old/a.signal", "x = (\n").with("b.signal", GOOD);
    scratch.dsl("check").check(0, &[], &["1 file checked"]);
    scratch.dsl("check old/a.signal").check(1, &[], &[]);
}

#[test]
fn what_is_not_utf8_names_byte_and_line() {
    let scratch = Scratch::new().with("latin.signal", b"a = 1\n# Gr\xF6\xDFe\nb = 2\n");
    scratch.dsl("check latin.signal").check(
        1,
        &["error[not-text]", "byte 10 (line 2) is not valid UTF-8", "latin.signal:2:5"],
        &[],
    );
    scratch.dsl("warmup latin.signal").check(2, &[], &["latin.signal:2:5", "byte 10 (line 2) is not valid UTF-8"]);
    scratch.dsl("run --sandbox latin.signal").check(2, &[], &["byte 10 (line 2) is not valid UTF-8"]);
}

#[test]
fn utf16_is_told_by_its_name() {
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(GOOD.encode_utf16().flat_map(u16::to_le_bytes));
    let scratch = Scratch::new().with("wide.signal", bytes);
    scratch.dsl("check wide.signal").check(1, &["the text is UTF-16", "save it as UTF-8"], &[]);
    scratch.dsl("run --sandbox wide.signal").check(2, &[], &["the text is UTF-16"]);
}

#[test]
fn an_empty_script_is_a_hint_to_check_and_nothing_to_run() {
    for text in ["", "\n\n", "# nothing yet\n", "\u{feff}"] {
        let scratch = Scratch::new().with("empty.signal", text);
        scratch.dsl("check empty.signal").check(0, &["hint[empty-script]"], &["1 hint"]);
        scratch.dsl("check --fail-on hint empty.signal").check(1, &[], &[]);
        scratch.dsl("warmup empty.signal").check(0, &["binds no name"], &[]);
        scratch.dsl("run --sandbox empty.signal").check(2, &[], &["`empty.signal` holds no statement"]);
    }
}

#[test]
fn byte_order_marks_and_line_ends_of_every_system_are_taken() {
    for text in [
        format!("\u{feff}{GOOD}"),
        GOOD.replace('\n', "\r\n"),
        format!("\u{feff}{}", GOOD.replace('\n', "\r\n")),
        GOOD.trim_end().to_owned(),
    ] {
        Scratch::new().with("a.signal", &text).dsl("check a.signal").check(0, &[], &["1 file checked, nothing"]);
    }
}

#[test]
fn columns_behind_a_byte_order_mark_and_wide_characters_count_characters() {
    let scratch = Scratch::new().with("a.signal", "x = \"日本🚀\" == @\r\n");
    scratch.dsl("check --output-format concise a.signal").check(1, &["a.signal:1:14: "], &[]);
}

#[test]
fn standard_input_named_twice_is_read_once() {
    Scratch::new().dsl_with_input("check - -", GOOD.as_bytes()).check(0, &[], &["1 file checked"]);
}

#[test]
fn a_file_is_checked_once_however_it_is_named() {
    let scratch = Scratch::new().with("a.signal", BAD).with("book/b.signal", BAD);
    let whole = std::fs::canonicalize(scratch.path("a.signal")).unwrap();
    let check = |paths: &str, files: &str| {
        scratch.dsl(&format!("check --output-format concise {paths}")).check(1, &[], &[files]);
    };
    check("a.signal ./a.signal", "in 1 file\n");
    check(&format!("book/../a.signal {} a.signal", whole.display()), "in 1 file\n");
    check("book/b.signal . ./book", "in 2 files");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(scratch.path("book"), scratch.path("shelf")).unwrap();
        check("shelf/b.signal book", "in 1 file\n");
    }
    // Two names of one text are two scripts.
    scratch.write("c.signal", BAD);
    check("a.signal c.signal", "in 2 files");
}

#[test]
fn standard_input_is_a_script_too() {
    let scratch = Scratch::new().with("deep/signal.toml", "[rules]\nsyntax-error = \"off\"\n");
    scratch.dsl_with_input("check -", BAD.as_bytes()).check(1, &["<stdin>:1:5"], &[]);
    scratch.dsl_with_input("check - --stdin-filename deep/new.signal", BAD.as_bytes()).check(0, &[], &[]);
    scratch.dsl_with_input("check - --stdin-filename new.signal", BAD.as_bytes()).check(1, &["new.signal:1:5"], &[]);
    scratch.dsl_with_input("warmup -", b"x = sma(close, 20)\n").check(0, &["19"], &[]);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_does_not_stop_the_others() {
    let scratch = Scratch::new().with("b.signal", BAD);
    // A link to itself: nobody can read it, whoever runs the test.
    std::os::unix::fs::symlink(scratch.path("loop.signal"), scratch.path("loop.signal")).unwrap();
    scratch.dsl("check").check(1, &["b.signal:1:5"], &[]);
    scratch.dsl("check loop.signal b.signal").check(3, &[], &["there is no file `loop.signal`"]);
    // A socket exists, and can't be opened.
    let _socket = std::os::unix::net::UnixListener::bind(scratch.path("socket.signal")).unwrap();
    scratch.dsl("check socket.signal b.signal").check(1, &["error[unreadable-file]", "b.signal:1:5"], &["2 files"]);
    scratch.dsl("run --sandbox socket.signal").check(2, &[], &["`socket.signal` can't be read"]);
}

#[test]
fn fifty_megabytes_are_checked_in_a_few_seconds() {
    let clean = "slow = sma(close, 20) + 1\n".repeat(50 * 1024 * 1024 / 26);
    let began = std::time::Instant::now();
    Scratch::new().with("big.signal", clean).dsl("check --output-format concise big.signal").check(0, &[], &["1 file"]);
    // Generous, for debug builds on a busy machine: what is quadratic would take hours.
    assert!(began.elapsed().as_secs() < 300, "{:?}", began.elapsed());
}

#[test]
fn one_endless_line_with_many_findings_is_no_trap() {
    let line = "a = @; ".repeat(20_000);
    let scratch = Scratch::new().with("long.signal", line);
    let began = std::time::Instant::now();
    let ran = scratch.dsl("check long.signal");
    ran.check(1, &["and 19,900 more", "--output-format concise"], &[]);
    let ran = scratch.dsl("check --output-format json long.signal");
    assert_eq!(
        ran.json_of("check")["summary"]["errors"].as_u64().unwrap()
            + ran.json()["summary"]["warnings"].as_u64().unwrap(),
        20_000
    );
    assert!(began.elapsed().as_secs() < 120, "{:?}", began.elapsed());
}

#[test]
fn a_broken_settings_file_is_reported_at_its_place() {
    let scratch = Scratch::new().with("signal.toml", "[run]\ntimeframe = 60\n").with("sub/a.signal", GOOD);
    scratch.dsl("check sub").check(2, &["signal.toml:2:"], &[]);
    scratch.dsl("run --sandbox sub/a.signal").check(2, &[], &["signal.toml:2:"]);
    let scratch = Scratch::new().with("signal.toml", "[run\n").with("a.signal", GOOD);
    scratch.dsl("check").check(2, &["signal.toml:1:"], &[]);
    let ran = scratch.dsl("check --output-format json");
    assert_eq!(ran.check(2, &[], &[]).json_of("check")["diagnostics"][0]["file"], "signal.toml");
    let ran = scratch.dsl("run --json a.signal");
    assert_eq!(ran.check(2, &[], &[]).json_of("error")["error"]["code"], "bad-config");
}

#[test]
fn a_settings_file_can_be_named_and_must_be_there() {
    let scratch = Scratch::new().with("other.toml", "[check]\nfail_on = \"hint\"\n").with("a.signal", "");
    scratch.dsl("check --config other.toml a.signal").check(1, &[], &[]);
    scratch.dsl("check --config othr.toml a.signal").check(3, &[], &["did you mean `other.toml`?"]);
}

#[test]
fn a_flag_that_cannot_be_used_is_wrong_usage() {
    let scratch = Scratch::new().with("a.signal", GOOD);
    scratch.dsl("check --timeframe 7h a.signal").check(2, &[], &["--timeframe", "7h"]);
    scratch.dsl("run --sandbox --start-date 2024-02-30 a.signal").check(2, &[], &["--start-date"]);
    scratch.dsl("warmup --universe btcusdt a.signal").check(2, &[], &["--universe"]);
}
