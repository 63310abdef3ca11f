//! `dsl fmt`: what it writes, what it tells, and that no finding comes or goes by it.

use std::process::Command;

use serde_json::Value;

use crate::scratch::{Scratch, examples};

const UGLY: &str = "up=close>sma( close,20 )\nemit_signal(up,entry('BINANCE:BTC/USDT','LONG',Weight(0.5)))\n";
const NEAT: &str = "up = close > sma(close, 20)\nemit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n";

fn read(scratch: &Scratch, name: &str) -> String {
    std::fs::read_to_string(scratch.path(name)).unwrap()
}

#[test]
fn files_are_formatted_and_counted() {
    let scratch = Scratch::new().with("a.signal", UGLY).with("deep/b.signal", NEAT).with("c.txt", UGLY);
    let ran = scratch.dsl("fmt");
    ran.check(0, &[], &["1 file reformatted, 1 file left unchanged"]);
    assert_eq!(ran.out, "");
    assert_eq!((read(&scratch, "a.signal"), read(&scratch, "c.txt")), (NEAT.to_owned(), UGLY.to_owned()));
    scratch.dsl("fmt").check(0, &[], &["2 files left unchanged"]);
    assert_eq!(scratch.dsl("fmt -q").err, "");
}

#[test]
fn a_check_names_the_files_and_writes_none() {
    let scratch = Scratch::new().with("a.signal", UGLY).with("b.signal", NEAT);
    let ran = scratch.dsl("fmt --check");
    ran.check(1, &[], &["1 file would be reformatted, 1 file in style"]);
    assert_eq!(ran.out, "would reformat: a.signal\n");
    assert_eq!(read(&scratch, "a.signal"), UGLY);
    scratch.dsl("fmt --check b.signal").check(0, &[], &["1 file in style"]);
    scratch.dsl("fmt --check --diff").check(2, &[], &["cannot be used with"]);
}

#[test]
fn a_diff_is_a_patch() {
    let scratch = Scratch::new().with("a.signal", UGLY).with("b.signal", NEAT);
    let diff = scratch.dsl("fmt --diff");
    diff.check(1, &["--- a.signal", "+up = close > sma(close, 20)"], &["1 file would be reformatted"]);
    scratch.write("change.patch", &diff.out);
    assert_eq!(read(&scratch, "a.signal"), UGLY);
    let patched = Command::new("patch").args(["-p0", "-i", "change.patch"]).current_dir(scratch.path(".")).output();
    // Not every system has the program.
    if patched.is_ok_and(|output| output.status.success()) {
        assert_eq!(read(&scratch, "a.signal"), NEAT);
    }
    scratch.dsl("fmt --diff b.signal").check(0, &[], &["1 file in style"]);
}

#[test]
fn standard_input_goes_to_stdout() {
    let scratch = Scratch::new().with("narrow/signal.toml", "[format]\nline_width = 40\n");
    let ran = scratch.dsl_with_input("fmt -", UGLY.as_bytes());
    assert_eq!(ran.check(0, &[], &[]).out, NEAT);
    assert_eq!(ran.err, "");
    assert_eq!(scratch.dsl_with_input("fmt -", b"").check(0, &[], &[]).out, "");
    scratch.dsl_with_input("fmt - --check", UGLY.as_bytes()).check(1, &["would reformat: <stdin>"], &[]);
    let narrow = scratch.dsl_with_input("fmt - --stdin-filename narrow/x.signal", UGLY.as_bytes());
    narrow.check(0, &["emit_signal(\n    up,\n    entry(\n"], &[]);
    scratch.dsl_with_input("fmt - a.signal", b"").check(2, &[], &["`-` stands alone"]);
    let not_text = scratch.dsl_with_input("fmt -", b"a = \xFF");
    assert_eq!(not_text.check(1, &[], &["not valid UTF-8"]).out, "");
}

#[test]
fn what_does_not_parse_is_told_and_left() {
    let scratch = Scratch::new().with("a.signal", "a=1\nb = = 2\n");
    scratch.dsl("fmt").check(
        1,
        &[],
        &["a.signal: 1 statement does not parse and stays as it is", "`dsl check` tells", "1 file reformatted"],
    );
    assert_eq!(read(&scratch, "a.signal"), "a = 1\nb = = 2\n");
    let ran = scratch.dsl_with_input("fmt -", b"a=1\nb = = 2\n");
    assert_eq!(ran.check(1, &[], &[]).out, "a = 1\nb = = 2\n");
}

#[test]
fn the_width_of_lines_comes_from_the_settings_around_a_script() {
    let wide = format!("up = close > 1{}\n", " and close > 1".repeat(8));
    let scratch = Scratch::new().with("wide/signal.toml", "[format]\nline_width = 130\n");
    scratch.write("wide/a.signal", &wide);
    scratch.write("b.signal", &wide);
    scratch.dsl("fmt --check").check(1, &["would reformat: b.signal\n"], &["1 file in style"]);
    scratch.dsl("fmt --check b.signal --config wide/signal.toml").check(0, &[], &[]);
    scratch.write("wide/signal.toml", "[format]\nline_width = 20\n");
    let refused = scratch.dsl("fmt wide");
    refused.check(2, &[], &["wide/signal.toml", "line 2", "`line_width` lies between 40 and 320", "dsl check"]);
    assert_eq!(read(&scratch, "wide/a.signal"), wide);
    scratch.dsl("fmt --config nowhere.toml").check(3, &[], &["nowhere.toml"]);
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_permissions_and_a_read_only_one_its_text() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new().with("a.signal", UGLY).with("b.signal", UGLY);
    let set = |name: &str, mode: u32| {
        std::fs::set_permissions(scratch.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set("a.signal", 0o750);
    set("b.signal", 0o444);
    let ran = scratch.dsl("fmt");
    ran.check(1, &[], &["b.signal` is read-only", "1 file reformatted, 1 file could not be formatted"]);
    let mode = std::fs::metadata(scratch.path("a.signal")).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode, read(&scratch, "a.signal")), (0o750, NEAT.to_owned()));
    assert_eq!(read(&scratch, "b.signal"), UGLY);
    assert_eq!(std::fs::read_dir(scratch.path(".")).unwrap().count(), 2, "nothing is left beside them");
}

#[test]
fn paths_that_lead_nowhere_are_told_as_everywhere() {
    Scratch::new().with("a.signal", "").dsl("fmt b.signal").check(3, &[], &["did you mean `a.signal`?"]);
    Scratch::new().dsl("fmt").check(3, &[], &["there is no *.signal file under `.`"]);
}

#[test]
fn what_init_writes_is_in_style() {
    let scratch = Scratch::new();
    scratch.dsl("init").check(0, &[], &[]);
    scratch.dsl("fmt --check").check(0, &[], &["1 file in style"]);
}

/// A corpus with a folder for each script, where the settings that hold for it are its own.
fn corpus(scratch: &Scratch) -> usize {
    let mut count = 0;
    let mut waiting =
        vec![examples(), examples().join("../tests/corpus/clean"), examples().join("../tests/corpus/faulty")];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let is_script = path.extension().is_some_and(|extension| extension == "signal");
            if path.is_dir() {
                waiting.push(path);
            } else if is_script {
                let own = |name: &str| format!("{count}/{name}");
                scratch.write(&own("a.signal"), std::fs::read(&path).unwrap());
                let settings = [path.with_extension("toml"), folder.join("signal.toml")];
                if let Some(settings) = settings.iter().find_map(|file| std::fs::read(file).ok()) {
                    scratch.write(&own("signal.toml"), settings);
                }
                count += 1;
            }
        }
    }
    count
}

/// Every finding under a folder with the words that it is about, wherever they stand.
fn findings(scratch: &Scratch) -> Vec<String> {
    let document = scratch.dsl("check --output-format json").json_of("check");
    let of = |key: &str| document[key].as_array().unwrap().clone();
    let mut found: Vec<String> =
        of("diagnostics").iter().chain(&of("suppressed")).map(|one| about(scratch, one)).collect();
    // What formatting cures: indents, and statements that share a line.
    found.retain(|finding| !finding.contains(" unexpected-indent ") && !finding.ends_with(" ;"));
    found.sort();
    found
}

fn about(scratch: &Scratch, finding: &Value) -> String {
    let file = finding["file"].as_str().unwrap();
    let text = read(scratch, file);
    let offset = |end: &str| finding[end]["offset"].as_u64().unwrap() as usize;
    let words = &text[offset("start")..offset("end")];
    let code: String = words.lines().map(|line| line.split('#').next().unwrap_or_default()).collect();
    let words: String = if words.starts_with('#') { words.to_owned() } else { code };
    let words = words.replace([' ', '\t', '\\', '\r'], "").replace('\'', "\"").replace(",)", ")");
    format!("{file} {} {} {words}", finding["code"], finding["severity"]).replace('"', "")
}

#[test]
fn no_finding_comes_or_goes() {
    let scratch = Scratch::new();
    let count = corpus(&scratch);
    assert!(count > 500, "only {count} scripts were found");
    let before = findings(&scratch);
    assert!(before.len() > 300, "only {} findings", before.len());
    scratch.dsl("fmt").check(1, &[], &["files reformatted", "does not parse"]);
    let after = findings(&scratch);
    let lost: Vec<_> = before.iter().filter(|finding| !after.contains(finding)).collect();
    let new: Vec<_> = after.iter().filter(|finding| !before.contains(finding)).collect();
    assert!(lost.is_empty() && new.is_empty(), "lost: {lost:#?}\nnew: {new:#?}");
    assert_eq!(before.len(), after.len());
    // The mistakes that are planted are still there, and nothing else is left to do.
    let again = scratch.dsl("fmt --check");
    assert_eq!(again.check(1, &[], &["files in style"]).out, "");
}
