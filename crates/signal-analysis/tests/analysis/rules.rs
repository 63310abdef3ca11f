//! Every rule's documentation holds: what it says is reported is, what it says is not is not.

use signal_analysis::{Level, Levels, RULES, Rule};
use signal_project::Flags;
use signal_text::Diagnostic;

use crate::analysed_at;

/// The findings in a script where the project has the rule run, if it is one that does not by itself.
fn check_with(rule: &Rule, script: &str) -> Vec<Diagnostic> {
    let mut levels = Levels::default();
    // An example is an excerpt, which may leave the signal out.
    if rule.name != "no-signal" {
        levels.0.insert("no-signal".to_owned(), Level::Off);
    }
    if rule.off {
        levels.0.insert(rule.name.to_owned(), Level::At(rule.severity));
    }
    analysed_at(&levels, script, &Flags::default(), None, |analysis| analysis.diagnostics.clone())
}

#[test]
fn the_reported_example_of_every_rule_is_reported() {
    for rule in RULES {
        let found = check_with(rule, &rule.docs().reported);
        assert!(
            found.iter().any(|finding| finding.code == rule.name),
            "{} does not report its own example: {found:?}",
            rule.name
        );
        assert!(
            found.iter().all(|finding| finding.code == rule.name),
            "{}: its example holds other faults too: {found:?}",
            rule.name
        );
    }
}

#[test]
fn the_other_example_of_every_rule_is_clean() {
    for rule in RULES {
        let found = check_with(rule, &rule.docs().not_reported);
        assert!(found.is_empty(), "{}: the example that is not reported is: {found:?}", rule.name);
    }
}

#[test]
fn every_rule_is_documented() {
    for rule in RULES {
        let docs = rule.docs();
        assert!(docs.what.ends_with('.') && docs.why.ends_with('.'), "{} lacks a sentence", rule.name);
        assert!(rule.summary().starts_with("Finds "), "{}: {}", rule.name, rule.summary());
        assert!(rule.name.chars().all(|character| character.is_ascii_lowercase() || character == '-'), "{}", rule.name);
    }
    assert!(RULES.windows(2).all(|pair| pair[0].name < pair[1].name), "rules stand in the order of their names");
}
