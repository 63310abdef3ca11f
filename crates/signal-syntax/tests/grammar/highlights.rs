//! The queries colour every token as what the lexer says it is, and nothing between tokens.

use std::cmp::Reverse;

use signal_syntax::{Token, tokens};
use signal_text::Source;
use streaming_iterator::StreamingIterator;
use tree_sitter::{Query, QueryCursor};

use crate::classes::captures;
use crate::scripts::{is_right, of_the_house, random};
use crate::tree_sitter::{folder, language, tree_of};

const EDITORS: [&str; 2] = ["signal", "helix"];

fn query(editor: &str, kind: &str) -> Query {
    let path = folder().join("queries").join(editor).join(kind);
    let text = std::fs::read_to_string(&path).unwrap();
    Query::new(&language(), &text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The capture of each byte, as editors paint: a node over the nodes around it, a later pattern over an earlier one.
fn painted<'q>(query: &'q Query, text: &str) -> Vec<Option<&'q str>> {
    let (tree, mut cursor) = (tree_of(text), QueryCursor::new());
    let mut found = Vec::new();
    let mut matches = cursor.captures(query, tree.root_node(), text.as_bytes());
    while let Some((one, index)) = matches.next() {
        let capture = one.captures()[*index];
        found.push((capture.node.start_byte(), Reverse(capture.node.end_byte()), one.pattern_index, capture.index));
    }
    found.sort_unstable();
    let mut colours = vec![None; text.len()];
    for (start, Reverse(end), _, index) in found {
        colours[start..end].fill(Some(query.capture_names()[index as usize]));
    }
    colours
}

fn check(query: &Query, name: &str, text: &str) {
    let colours = painted(query, text);
    let mut done = 0;
    let plain = |range: std::ops::Range<usize>| {
        let colour = colours[range.clone()].iter().flatten().next();
        assert_eq!(colour, None, "{name}: {:?} between tokens has a colour\n{text}", &text[range]);
    };
    for (token, span) in tokens(&Source::new("test", text)).into_iter().filter(|(token, _)| *token != Token::LineEnd) {
        plain(done..span.start as usize);
        // Within a directive there are spaces between its parts.
        let is_plain = |at: &usize| token == Token::Directive && text.as_bytes()[*at].is_ascii_whitespace();
        for at in span.range().filter(|at| !is_plain(at)) {
            let fits = colours[at].is_some_and(|colour| captures(token).iter().any(|class| colour.starts_with(class)));
            assert!(fits, "{name}: {:?} is {token:?} and coloured as {:?}\n{text}", &text[span.range()], colours[at]);
        }
        done = span.end as usize;
    }
    plain(done..text.len());
}

#[test]
fn queries_colour_each_token_as_the_lexer_calls_it() {
    let (mut scripts, mut right) = (of_the_house(), 0);
    scripts.extend(random(2_000));
    for editor in EDITORS {
        let query = query(editor, "highlights.scm");
        for (name, text) in scripts.iter().filter(|(_, text)| is_right(text)) {
            check(&query, name, text);
            right += 1;
        }
    }
    assert!(right > 4_000, "only {right} scripts were looked at");
}

#[test]
fn every_query_fits_the_grammar() {
    let mut read = 0;
    for editor in EDITORS {
        for entry in std::fs::read_dir(folder().join("queries").join(editor)).unwrap() {
            let kind = entry.unwrap().file_name().into_string().unwrap();
            assert!(query(editor, &kind).pattern_count() > 0, "{kind} is empty");
            read += 1;
        }
    }
    assert!(read >= 10, "only {read} queries were found");
}

/// A script with what the lexer can't tell apart.
pub(crate) const SCRIPT: &str = "#! timeframe = 1h # hourly
mine = rsi(close, period=14).upper
x, close = my_own(mine,
    2) + ta.sma(close)
emit_signal(x, entry(\"A\\t\", Weight(1)))  # signal: allow no-signal
";

/// Pieces of it, with how Neovim and Helix call them.
pub(crate) const COLOURS: [(&str, &str, &str); 16] = [
    ("#!", "keyword.directive", "keyword.directive"),
    ("timeframe", "property", "variable.other.member"),
    ("1h", "string.special", "string.special"),
    ("# hourly", "comment", "comment.line"),
    ("mine", "variable", "variable"),
    ("rsi", "function.builtin", "function.builtin"),
    ("close", "variable.builtin", "variable.builtin"),
    ("period", "variable.parameter", "variable.parameter"),
    ("upper", "variable.member", "variable.other.member"),
    ("my_own", "function.call", "function"),
    ("sma", "function.method.call", "function.method"),
    ("emit_signal", "function.macro", "function.macro"),
    ("entry", "constructor", "constructor"),
    ("Weight", "constructor", "constructor"),
    ("\\t", "string.escape", "constant.character.escape"),
    ("# signal", "comment.note", "comment.line.documentation"),
];

#[test]
fn names_are_coloured_by_what_they_are_there() {
    let queries = EDITORS.map(|editor| query(editor, "highlights.scm"));
    for (piece, neovim, helix) in COLOURS {
        let at = SCRIPT.find(piece).unwrap();
        let found = queries.each_ref().map(|query| painted(query, SCRIPT)[at]);
        assert_eq!(found, [Some(neovim), Some(helix)], "{piece}");
    }
}
