//! `dsl explain` and `dsl schema`.

use std::collections::BTreeMap;
use std::path::Path;

use signal_analysis::{Group, RULES};

use crate::scratch::Scratch;

#[test]
fn every_listed_rule_can_be_explained() {
    let scratch = Scratch::new();
    let list = scratch.dsl("explain --list");
    list.check(0, &["not-enough-bars", "syntax-error", "empty-script"], &[]);
    // A heading has one blank before it, a rule has three, and a line that goes on has more.
    let indented_by = |blanks: usize| {
        let deep = move |line: &&str| line.len() - line.trim_start().len() == blanks;
        list.out.lines().skip(2).filter(deep)
    };
    let headings: Vec<&str> = indented_by(1).map(str::trim).collect();
    assert_eq!(headings, Group::ALL.map(Group::title), "every group has rules");
    let names: Vec<&str> = indented_by(3).filter_map(|line| line.split_whitespace().next()).collect();
    let missing: Vec<&str> = RULES.iter().map(|rule| rule.name).filter(|name| !names.contains(name)).collect();
    assert!(missing.is_empty(), "not listed: {missing:?}");
    for name in names {
        scratch.dsl(&format!("explain {name}")).check(0, &[name, "Finds"], &[]);
    }
}

#[test]
fn a_rule_is_explained_with_reason_and_examples() {
    let ran = Scratch::new().dsl("explain not-enough-bars");
    ran.check(0, &["Why", "Reported", "Not reported", "not-enough-bars = \"off\""], &[]);
}

/// The files of a folder with their texts.
fn pages(folder: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read_to_string(entry.path()).unwrap()))
        .collect()
}

#[test]
fn the_rule_pages_are_fresh() {
    let scratch = Scratch::new();
    scratch.write("pages/gone-rule.md", "of a rule that is no more");
    scratch.dsl("explain --pages pages").check(0, &[], &[]);
    let written = pages(&scratch.path("pages"));
    let kept = pages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules"));
    let cure = "run: cargo dsl explain --pages docs/rules";
    assert_eq!(kept.keys().collect::<Vec<_>>(), written.keys().collect::<Vec<_>>(), "{cure}");
    for (name, page) in &written {
        assert_eq!(kept[name], *page, "docs/rules/{name} differs from the rule's doc comment; {cure}");
    }
    assert!(written.len() > 18 && !written.contains_key("gone-rule.md"));
}

#[test]
fn what_is_said_of_an_example_is_the_rule_s_own() {
    for rule in signal_analysis::RULES {
        let page = Scratch::new().dsl(&format!("explain {}", rule.name)).out;
        let findings = page
            .lines()
            .map(str::trim_start)
            .filter(|line| ["error[", "warning[", "info[", "hint["].iter().any(|severity| line.starts_with(severity)));
        let (own, others): (Vec<&str>, Vec<&str>) =
            findings.partition(|line| line.contains(&format!("[{}]", rule.name)));
        assert!(!own.is_empty() && others.is_empty(), "{}: {others:?}", rule.name);
    }
}

#[test]
fn an_unknown_rule_gets_a_suggestion() {
    let scratch = Scratch::new();
    scratch.dsl("explain not-enough-bar").check(3, &[], &["did you mean `not-enough-bars`?"]);
    scratch.dsl("explain zzz").check(3, &[], &["dsl explain --list"]);
    scratch.dsl("explain").check(2, &[], &["the name of a rule", "dsl explain --list"]);
}

#[test]
fn what_the_server_says_is_explained_by_the_name_that_findings_bear() {
    let scratch = Scratch::new();
    for name in ["validation-error", "data-unavailable", "ta-out-of-range", "backtest-failed"] {
        scratch.dsl(&format!("explain {name}")).check(0, &[name, "(error)"], &[]);
    }
}

#[test]
fn every_schema_is_a_schema() {
    let scratch = Scratch::new();
    let list = scratch.dsl("schema --list");
    for name in ["check", "finding", "warmup", "run", "sandbox", "error"] {
        list.check(0, &[name], &[]);
        let schema = scratch.dsl(&format!("schema {name}")).check(0, &["\"schema\""], &[]).json();
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        let required: Vec<_> =
            schema["required"].as_array().unwrap().iter().filter_map(|field| field.as_str()).collect();
        assert!(required.contains(&"schema"), "{name}: {required:?}");
    }
    let settings = scratch.dsl("schema signal.toml").check(0, &["timeframe", "unused-name"], &[]).json();
    assert!(jsonschema::meta::is_valid(&settings));
    scratch.dsl("schema chek").check(3, &[], &["did you mean `check`?"]);
}
