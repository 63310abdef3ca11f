//! What formatting makes of scripts: pairs of texts from `cases/`, and the properties that hold for every text.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod cases;
mod properties;
mod random;
mod ranges;

use signal_format::{Style, format, formatted_text, is_in_style};
use signal_syntax::{StatementKind, TriviaKind, parse, parse_with_tokens};
use signal_text::Source;

/// The text in style, after a look at what has to hold whatever the text is: it is the same script with the same comments, what
/// does not parse is there byte for byte, and a second run finds nothing to do.
#[track_caller]
fn formatted(text: &str, style: Style) -> String {
    let source = Source::new("a.signal", text);
    let (parsed, tokens) = parse_with_tokens(&source);
    let result = format(&source, &parsed, style);
    assert_eq!(result.fault, None, "another script would have come of\n{text}");
    assert_eq!(
        is_in_style(&source, &parsed, &tokens, style).0,
        result.edits.is_empty(),
        "the short way says of\n{text}"
    );
    let after = formatted_text(&source, &result);
    let again = Source::new("a.signal", after.as_str());
    let second = format(&again, &parse(&again), style);
    assert_eq!(second.fault, None, "another script would have come of\n{after}");
    let twice = formatted_text(&again, &second);
    assert_eq!(twice, after, "a second run finds more to do in\n{after}\nwhich came of\n{text}");
    assert_eq!(comments(&source), comments(&again), "comments of\n{text}");
    assert_eq!(broken(&source), broken(&again), "what does not parse in\n{text}");
    after
}

/// Every comment and directive, without its blanks.
fn comments(source: &Source) -> Vec<String> {
    let parsed = parse(source);
    let trivia = parsed.tree.trivia().iter();
    let of_authors = trivia.filter(|one| matches!(one.kind, TriviaKind::Comment | TriviaKind::Directive));
    of_authors.map(|one| source.slice(one.span).replace([' ', '\t', '\x0C'], "")).collect()
}

/// Every statement that does not parse.
fn broken(source: &Source) -> Vec<String> {
    let parsed = parse(source);
    let all = parsed.tree.statements().iter().filter(|one| matches!(one.kind, StatementKind::Error { .. }));
    all.map(|one| source.slice(one.span).to_owned()).collect()
}
