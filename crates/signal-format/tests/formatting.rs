//! What formatting makes of scripts: pairs of texts from `cases/`, and the properties that hold for every text.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use signal_format::{Style, format, format_line_above, format_range, formatted_text};
use signal_syntax::{StatementKind, TriviaKind, parse};
use signal_text::{Source, Span, apply_edits};

/// The text in style, after a look at what has to hold whatever the text is.
#[track_caller]
fn formatted(text: &str) -> String {
    let source = Source::new("a.signal", text);
    let parsed = parse(&source);
    let result = format(&source, &parsed, Style::default());
    assert_eq!(result.fault, None, "another script would have come of\n{text}");
    let after = formatted_text(&source, &result);
    let again = Source::new("a.signal", after.as_str());
    let second = format(&again, &parse(&again), Style::default());
    assert_eq!(second.fault, None, "another script would have come of\n{after}");
    assert_eq!(
        formatted_text(&again, &second),
        after,
        "a second run finds more to do in\n{after}\nwhich came of\n{text}"
    );
    assert_eq!(comments(&source), comments(&again), "of\n{text}");
    assert_eq!(broken(&source), broken(&again), "what does not parse stays byte for byte");
    after
}

/// Every comment and directive, without its blanks.
fn comments(source: &Source) -> Vec<String> {
    let parsed = parse(source);
    let of_authors =
        parsed.tree.trivia().iter().filter(|one| matches!(one.kind, TriviaKind::Comment | TriviaKind::Directive));
    of_authors.map(|one| source.slice(one.span).chars().filter(|c| !" \t\x0C".contains(*c)).collect()).collect()
}

/// Every statement that does not parse.
fn broken(source: &Source) -> Vec<String> {
    let parsed = parse(source);
    let all = parsed.tree.statements().iter().filter(|one| matches!(one.kind, StatementKind::Error { .. }));
    all.map(|one| source.slice(one.span).to_owned()).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every script under a folder, but those that are no text.
fn scripts(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(scripts(&path));
        } else if path.extension().is_some_and(|extension| extension == "signal") {
            found.extend(std::fs::read_to_string(&path).ok().map(|text| (path, text)));
        }
    }
    found.sort();
    found
}

#[test]
#[ignore]
fn show() {
    for (path, text) in scripts(&root().join(std::env::var("SHOW").unwrap_or("examples".into()))) {
        let after = formatted(&text);
        if after != text {
            std::fs::write("/tmp/fmt_before", &text).unwrap();
            std::fs::write("/tmp/fmt_after", &after).unwrap();
            println!("=== {}", path.display());
            let o =
                std::process::Command::new("diff").args(["-u", "/tmp/fmt_before", "/tmp/fmt_after"]).output().unwrap();
            println!("{}", String::from_utf8_lossy(&o.stdout));
        }
    }
}
