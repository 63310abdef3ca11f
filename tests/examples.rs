//! The examples: each is clean under the check, trades on the sandbox's market, and says what it is about; and the
//! README's, word for word.

use std::path::PathBuf;

use crate::scratch::{Scratch, examples};

fn each(check: impl Fn(&PathBuf, &str)) {
    let mut scripts: Vec<_> = std::fs::read_dir(examples())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "signal"))
        .collect();
    scripts.sort();
    assert!(scripts.len() >= 8, "{scripts:?}");
    for script in scripts {
        let text = std::fs::read_to_string(&script).unwrap();
        check(&script, &text);
    }
}

#[test]
fn examples_have_nothing_to_complain_about() {
    each(|script, _| {
        let ran = Scratch::new().dsl(&format!("check --fail-on hint --output-format json \"{}\"", script.display()));
        assert_eq!(ran.check(0, &[], &[]).json_of("check")["diagnostics"], serde_json::json!([]));
    });
}

#[test]
fn examples_trade_on_the_sandbox() {
    each(|script, _| {
        let ran = Scratch::new().dsl(&format!("run --sandbox --json \"{}\"", script.display()));
        let document = ran.check(0, &[], &[]).json_of("run");
        assert_eq!(document["status"], "completed", "{}", script.display());
        assert!(document["metrics"]["num_trades"].as_u64().unwrap() > 0, "{} does not trade", script.display());
        assert_eq!((document["origin"].as_str(), document["data"].as_str()), (Some("sandbox"), Some("synthetic")));
    });
}

#[test]
fn examples_begin_with_the_idea() {
    each(|script, text| {
        assert!(text.starts_with("# "), "{} begins without a word on what it does", script.display());
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{}", script.display());
        for setting in ["universe", "timeframe", "start_date", "end_date"] {
            assert!(
                text.lines().any(|line| line.starts_with("#! ") && line.contains(setting)),
                "{} lacks {setting}",
                script.display()
            );
        }
    });
}

/// The README's block that begins with `start`.
fn block(start: &str) -> String {
    let readme = std::fs::read_to_string(examples().join("../README.md")).unwrap();
    let blocks = readme.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'));
    let block = blocks.map(|(_, block)| block).find(|block| block.starts_with(start));
    block.unwrap_or_else(|| panic!("the README has no block that begins with {start:?}")).to_owned()
}

#[test]
fn the_finding_of_the_readme_is_what_the_command_prints() {
    let shown = block("error[");
    // The script is the shown lines, from its fourth on.
    let lines = shown.lines().filter_map(|line| line.split_once(" │ ").filter(|(number, _)| !number.trim().is_empty()));
    let lines: Vec<_> = lines.map(|(_, line)| line).collect();
    let script = format!(
        "#! universe = BINANCE:BTC/USDT\n#! timeframe = 1d\n#! start_date = 2024-01-01\n{}\n",
        lines.join("\n")
    );
    let ran = Scratch::new().with("trend.signal", script).dsl("check trend.signal");
    assert_eq!(ran.check(1, &[], &[]).out.trim_end(), shown.trim_end());
}

#[test]
fn the_script_and_the_settings_of_the_readme_work() {
    let scratch = Scratch::new().with("dip.signal", block("#! universe"));
    scratch.dsl("check --fail-on hint dip.signal").check(0, &[], &["nothing to complain about"]);
    scratch.dsl("warmup dip.signal").check(0, &["strength", "first usable"], &[]);
    let document = scratch.dsl("run --sandbox --json dip.signal").check(0, &[], &[]).json_of("run");
    assert!(document["metrics"]["num_trades"].as_u64().unwrap() > 0, "{document:#}");
    scratch.write("signal.toml", block("# signal.toml"));
    scratch.write("dip.signal", format!("{}_mine = my_indicator(close)\n", block("#! universe")));
    scratch.dsl("check --fail-on hint").check(0, &[], &["1 file checked"]);
}
