//! The examples: each is clean under the check, trades on the sandbox's market, and says what it is about.

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
