//! Formatting a part of a text, as editors ask for it.

use signal_format::{Style, format_line_above, format_range};
use signal_syntax::parse;
use signal_text::{Edit, Source, Span, apply_edits};

/// Cuts the `|` out of a text; returns the text and their places.
fn marked(text: &str) -> (Source, Vec<u32>) {
    let places = text.match_indices('|').enumerate().map(|(n, (at, _))| (at - n) as u32).collect();
    (Source::new("a.signal", text.replace('|', "")), places)
}

#[track_caller]
fn check(source: &Source, edits: &[Edit], expected: &str) {
    assert_eq!(apply_edits(source.text(), edits).unwrap(), expected);
}

#[track_caller]
fn check_range(text: &str, expected: &str) {
    let (source, places) = marked(text);
    let edits = format_range(&source, &parse(&source), Style::default(), Span::new(places[0], places[1]));
    check(&source, &edits, expected);
}

#[track_caller]
fn check_line_end(text: &str, expected: &str) {
    let (source, places) = marked(text);
    check(&source, &format_line_above(&source, &parse(&source), Style::default(), places[0]), expected);
}

#[test]
fn a_range_takes_whole_statements_and_nothing_else() {
    check_range("a=1\nb=|2|\nc=3\n", "a=1\nb = 2\nc=3\n");
    check_range("a=1\nb=f(1,\n|2|)\nc=3\n", "a=1\nb = f(1, 2)\nc=3\n");
    check_range("a=1\n|b=2#x\nc=3| \n\n\nd=4", "a=1\nb = 2  # x\nc = 3\n\nd=4");
    check_range("a=1\n|\n\n|\nb=2\n", "a=1\n\nb=2\n");
}

#[test]
fn edits_are_as_small_as_can_be() {
    let (source, places) = marked("|first = f(1,2)\n|second=3\n");
    let edits = format_range(&source, &parse(&source), Style::default(), Span::new(places[0], places[1] - 1));
    assert_eq!(edits, [Edit { span: Span::empty(12), text: " ".to_owned() }]);
}

#[test]
fn a_line_end_formats_the_line_above_and_leaves_the_cursor_alone() {
    check_line_end("a=1\nb=f( 2 )#x\n|\n\n\nc=3\n", "a=1\nb = f(2)  # x\n\n\n\nc=3\n");
    check_line_end("a=1\n    |", "a = 1\n    ");
    check_line_end("a=f(\n|", "a=f(\n");
    check_line_end("a=1\n\n|", "a=1\n\n");
    check_line_end("a=1|\n", "a=1\n");
}
