//! Colours of words, by example and of every script there is.

use std::path::Path;

use super::*;
use crate::testing::snapshot;

/// Each word with its kind and what else is known, in order.
#[track_caller]
fn check(text: &str, expected: &[(&str, &str)]) {
    let snapshot = snapshot(text);
    let found = semantic_tokens(&snapshot, None);
    let told: Vec<_> = found.iter().map(|one| (snapshot.source().slice(one.span), described(one))).collect();
    let told: Vec<_> = told.iter().map(|(text, kind)| (*text, kind.as_str())).collect();
    assert_eq!(told, expected, "{text}");
}

fn described(one: &Colored) -> String {
    let known = MODIFIERS.iter().enumerate().filter(|(bit, _)| one.modifiers & 1 << bit != 0).map(|(_, name)| *name);
    std::iter::once(WORDS[one.word as usize]).chain(known).collect::<Vec<_>>().join(" ")
}

#[test]
fn names_are_what_they_stand_for() {
    check(
        "n = 14\nx = rsi(close, timeperiod=n) + bbands(y).upper\n",
        &[
            ("n", "variable definition readonly"),
            ("=", "operator"),
            ("14", "number"),
            ("x", "variable definition"),
            ("=", "operator"),
            ("rsi", "function defaultLibrary"),
            ("close", "variable defaultLibrary"),
            ("timeperiod", "parameter"),
            ("=", "operator"),
            ("n", "variable readonly"),
            ("+", "operator"),
            ("bbands", "function defaultLibrary"),
            ("y", "variable"),
            ("upper", "property"),
        ],
    );
    check(
        "entry(\"BINANCE:BTC/USDT\", 'LONG', Weight(True)) and rsl(close(1))",
        &[
            ("entry", "function defaultLibrary"),
            ("\"BINANCE:BTC/USDT\"", "string"),
            ("'LONG'", "enumMember"),
            ("Weight", "class defaultLibrary"),
            ("True", "keyword readonly"),
            ("and", "keyword"),
            ("rsl", "function"),
            ("close", "function"),
            ("1", "number"),
        ],
    );
}

#[test]
fn a_broken_statement_is_coloured_by_its_words() {
    check(
        "x = rsi(close, timeperiod=\n",
        &[
            ("x", "variable definition"),
            ("=", "operator"),
            ("rsi", "function defaultLibrary"),
            ("close", "variable defaultLibrary"),
            ("timeperiod", "parameter"),
            ("=", "operator"),
        ],
    );
    check(
        "x = a.b + foo(\"BIN\n",
        &[
            ("x", "variable definition"),
            ("=", "operator"),
            ("a", "variable"),
            ("b", "property"),
            ("+", "operator"),
            ("foo", "function"),
            ("\"BIN", "string"),
        ],
    );
}

#[test]
fn a_directive_that_counts_stands_out_and_one_that_does_not_is_a_comment() {
    check(
        "#! timeframe = 1h # hourly\n#! nothing = 1\n#! universe = \"A:B/C\"\nx = 1\n#! mode = cross\n",
        &[
            ("#! timeframe", "macro"),
            ("=", "operator"),
            ("1h", "string"),
            ("# hourly", "comment"),
            ("#! nothing = 1", "comment"),
            ("#! universe", "macro"),
            ("=", "operator"),
            ("A:B/C", "string"),
            ("x", "variable definition readonly"),
            ("=", "operator"),
            ("1", "number"),
            ("#! mode = cross", "comment"),
        ],
    );
}

#[test]
fn a_comment_that_allows_rules_stands_out() {
    check(
        "#  signal: allow unused-name, float-equality because it is plotted\n# signal: none\n",
        &[
            ("#  ", "comment"),
            ("signal: allow", "decorator"),
            (" ", "comment"),
            ("unused-name", "enumMember"),
            (", ", "comment"),
            ("float-equality", "enumMember"),
            (" because it is plotted", "comment"),
            ("# signal: none", "comment"),
        ],
    );
}

#[test]
fn what_goes_over_lines_is_coloured_line_by_line() {
    check("/* a\r\n\n b */", &[("/* a", "comment"), (" b */", "comment")]);
    check(
        "x = \"\"\"a🚀\nb\"\"\"",
        &[("x", "variable definition"), ("=", "operator"), ("\"\"\"a🚀", "string"), ("b\"\"\"", "string")],
    );
}

#[test]
fn words_of_every_script_are_in_order_and_a_range_has_those_of_the_whole() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut folders = vec![top.join("examples"), top.join("tests/corpus")];
    let mut scripts = 0;
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            scripts += 1;
            // Cut short at every length, a script is broken in every way.
            for cut in (0..=text.len()).rev().step_by(97).filter(|cut| text.is_char_boundary(*cut)) {
                is_in_order(&text[..cut]);
            }
        }
    }
    assert!(scripts > 200, "{scripts}");
}

fn is_in_order(text: &str) {
    let snapshot = snapshot(text);
    let all = semantic_tokens(&snapshot, None);
    let mut end = 0;
    for one in &all {
        assert!(one.span.start >= end && one.span.end > one.span.start, "{one:?} of {text:?}");
        assert!(!text[one.span.range()].contains(['\n', '\r']), "{one:?} of {text:?}");
        end = one.span.end;
    }
    for range in [Span::new(0, end), Span::new(end / 3, end / 2), Span::empty(end / 2)] {
        let part = semantic_tokens(&snapshot, Some(range));
        let touched = all.iter().filter(|one| one.span.start <= range.end && range.start <= one.span.end);
        assert_eq!(part, touched.copied().collect::<Vec<_>>(), "{range:?} of {text:?}");
    }
}
