//! What holds for every text: `formatted` looks at it.

use std::path::Path;

use proptest::prelude::*;
use signal_format::{Style, format};
use signal_syntax::parse;
use signal_text::Source;

use crate::{formatted, random};

/// Every script under some folders, but those that are no text.
fn scripts(folders: &[&str]) -> Vec<String> {
    let mut waiting: Vec<_> =
        folders.iter().map(|name| Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)).collect();
    let mut found = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "signal") {
                found.extend(std::fs::read_to_string(&path));
            }
        }
    }
    found
}

#[test]
fn all_scripts_of_the_project_keep_what_they_mean() {
    let all = scripts(&["examples", "tests/corpus"]);
    assert!(all.len() > 500, "only {} scripts were found", all.len());
    for text in &all {
        for line_width in [40, 88, 320] {
            formatted(text, Style { line_width });
        }
    }
}

#[test]
fn the_examples_are_in_style() {
    for text in scripts(&["examples"]) {
        assert_eq!(formatted(&text, Style::default()), text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_random_script_keeps_what_it_means(text in random::script(), line_width in prop::sample::select(vec![1, 40, 88])) {
        formatted(&text, Style { line_width });
    }

    #[test]
    fn a_script_with_slips_keeps_what_it_says(text in random::faulty(scripts(&["examples", "tests/corpus/clean/styles"]))) {
        formatted(&text, Style::default());
    }

    #[test]
    fn a_random_script_with_slips_keeps_what_it_says(text in random::script().prop_flat_map(|text| random::faulty(vec![text]))) {
        formatted(&text, Style { line_width: 40 });
    }

    #[test]
    fn any_text_is_taken(text in "[a-c1=(),;:#!'\"\\\\ \t\r\n\u{c}é\u{FEFF}.+-]{0,60}") {
        formatted(&text, Style { line_width: 10 });
    }
}

/// Texts of `many` brackets, operators or lines.
fn hostile(many: usize) -> Vec<String> {
    let nested = |open: &str, close: &str| format!("a = {}x{}", open.repeat(many), close.repeat(many));
    vec![
        nested("(", ")"),
        nested("f(", ")"),
        nested("[", "]"),
        nested("(y, ", ")"),
        nested("f(# c\n", ",\n)"),
        nested("- ", ""),
        nested("not ", ""),
        nested("", " + x"),
        nested("", " if x else x"),
        nested("", "[-1]"),
        nested("", "(1)"),
        nested("f(", ")[0]"),
        format!("a = f({})", "x, ".repeat(many)),
        "(".repeat(many),
        ")".repeat(many),
        "a = 1; ".repeat(many),
        "#\n".repeat(many),
        "#! a = 1\n".repeat(many),
        "a = = \n".repeat(many),
        "\n".repeat(many),
        "\\\n".repeat(many),
    ]
}

#[test]
fn depth_and_length_cost_no_more_than_their_text() {
    // Enough for a recursion to overflow the stack, and for a quadratic way to hang.
    for text in hostile(100_000) {
        let source = Source::new("a.signal", text.as_str());
        let result = format(&source, &parse(&source), Style::default());
        let written: usize = result.edits.iter().map(|edit| edit.text.len()).sum();
        assert_eq!(result.fault, None, "{text:.40}");
        // A line and its indent for every word, at most.
        assert!(written <= text.len() * 100, "{written} bytes came of {text:.40}");
    }
    for text in hostile(300) {
        formatted(&text, Style::default());
    }
}
