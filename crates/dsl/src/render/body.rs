//! JSON as a server sent it, printed without reading it into values: every digit of a number stays, and the order.

use anstyle::Style;

use super::style::{self, paint};
use super::visible;

/// Values within values that are taken for JSON, which is what most readers take. Indented, a text of some kilobytes that
/// only opens lists would grow to gigabytes.
const DEEPEST: usize = 128;

/// One piece of a JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    /// `{`, `}`, `[`, `]`, `,` or `:`
    Mark(char),
    /// A text with its quotes.
    Text(&'a str),
    /// A number, `true`, `false` or `null`.
    Word(&'a str),
}

/// Whether a text is JSON that can be printed as such.
pub(crate) fn is_json(text: &str) -> bool {
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        return false;
    }
    let mut depth = 0_usize;
    Tokens(text).all(|token| {
        match token {
            Token::Mark('{' | '[') => depth += 1,
            Token::Mark('}' | ']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth <= DEEPEST
    })
}

/// Valid JSON over several lines, indented by two blanks, with a line end. Characters that a terminal obeys are escaped.
pub(crate) fn pretty(json: &str, color: bool) -> String {
    let mut text = String::with_capacity(json.len() * 2);
    let mut depth = 0_usize;
    let mut tokens = Tokens(json).peekable();
    let line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(token) = tokens.next() {
        let next = tokens.peek();
        match token {
            Token::Mark(open @ ('{' | '[')) => {
                text.push(open);
                if let Some(&Token::Mark(close @ ('}' | ']'))) = next {
                    text.push(close);
                    tokens.next();
                } else {
                    depth += 1;
                    line(&mut text, depth);
                }
            }
            Token::Mark(close @ ('}' | ']')) => {
                depth = depth.saturating_sub(1);
                line(&mut text, depth);
                text.push(close);
            }
            Token::Mark(',') => {
                text.push(',');
                line(&mut text, depth);
            }
            Token::Mark(':') => text.push_str(": "),
            Token::Mark(other) => text.push(other),
            Token::Text(part) => {
                let style = if next == Some(&Token::Mark(':')) { style::PLACE } else { style::GOOD };
                text.push_str(&paint(color, style, &escaped(part)));
            }
            Token::Word(part) => {
                let style = match part {
                    "null" => style::DIM,
                    "true" | "false" => style::CAUTION,
                    _ => Style::new(),
                };
                text.push_str(&paint(color, style, part));
            }
        }
    }
    text.push('\n');
    text
}

/// Valid JSON on one line, without a line end. Characters that a terminal obeys are escaped.
pub(crate) fn compact(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for token in Tokens(json) {
        match token {
            Token::Mark(mark) => text.push(mark),
            Token::Text(part) => text.push_str(&escaped(part)),
            Token::Word(part) => text.push_str(part),
        }
    }
    text
}

/// Valid JSON as it stands, with its blanks and line ends, but for characters that a terminal obeys.
pub(crate) fn as_sent(json: &str) -> String {
    // Outside of texts JSON has no characters but ASCII, and blanks.
    let json = json.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    json.split('\n').map(escaped).collect::<Vec<_>>().join("\n")
}

/// A piece of JSON with what a terminal obeys in JSON's own escapes: it says what it said.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if visible::is_unprintable(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            safe.push(character);
        }
    }
    safe
}

/// The tokens of a valid JSON text.
#[derive(Clone)]
struct Tokens<'a>(&'a str);

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let rest = self.0.trim_ascii_start();
        let first = rest.chars().next()?;
        let (token, length) = match first {
            '{' | '}' | '[' | ']' | ',' | ':' => (Token::Mark(first), 1),
            '"' => {
                let length = text_length(rest);
                (Token::Text(&rest[..length]), length)
            }
            _ => {
                let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '{' | '}' | '[' | ']' | ',' | ':' | '"');
                let length = rest.find(ends).unwrap_or(rest.len());
                (Token::Word(&rest[..length]), length)
            }
        };
        self.0 = &rest[length..];
        Some(token)
    }
}

/// Bytes of the text that `json` begins with, quotes included.
fn text_length(json: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in json.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn numbers_keep_their_digits_and_texts_their_meaning() {
        let json =
            "{\"a\":[1.50,1e400 , -0.10000000000000000000001],\"b\":{},\r\n\t\"c\":[ ],\"d\":\"x\\\"\u{202e}{,\"}";
        let expected = "{\n  \"a\": [\n    1.50,\n    1e400,\n    -0.10000000000000000000001\n  ],\n  \"b\": {},\n  \"c\": [],\n  \"d\": \"x\\\"\\u202e{,\"\n}\n";
        assert_eq!(pretty(json, false), expected);
        assert_eq!(
            compact(json),
            "{\"a\":[1.50,1e400,-0.10000000000000000000001],\"b\":{},\"c\":[],\"d\":\"x\\\"\\u202e{,\"}"
        );
        assert!(as_sent(json).contains("},\n \"c\":[ ],"), "{}", as_sent(json));
        assert!(pretty(json, true).contains("\u{1b}["));
    }

    #[test]
    fn what_is_too_deep_to_be_indented_is_no_json() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(is_json(&nested(DEEPEST)) && !is_json(&nested(DEEPEST + 1)));
        assert!(is_json(&format!("[{}]", vec!["[]"; 1000].join(","))), "wide is not deep");
        assert!(is_json(&format!("\"{}\"", "[".repeat(1000))), "nor is a text");
        assert!(!is_json("{") && !is_json(""));
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((".*", inner), 0..5).prop_map(|pairs| pairs.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_printed_reads_back_as_it_was(value in value()) {
            for json in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
                for printed in [pretty(&json, false), compact(&json), as_sent(&json)] {
                    prop_assert_eq!(&serde_json::from_str::<Value>(&printed).unwrap(), &value);
                    prop_assert!(!printed.contains(|c| visible::is_unprintable(c) && c != '\n'), "{printed:?}");
                }
                prop_assert_eq!(pretty(&pretty(&json, false), false), pretty(&json, false));
            }
        }
    }
}
