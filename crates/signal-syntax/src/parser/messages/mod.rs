//! Sentences for what did not parse: what was found, what would have fitted, how to write it.
//!
//! One error a statement. Where several explanations fit, the more specific one speaks: a word or sign that the language
//! does not have before a bracket that is open, and that before an operator that is missing.

mod brackets;
mod literals;
mod operators;
mod signs;
mod words;

use signal_text::{Diagnostic, Edit, Fix, Severity, Span};

use super::builder::Broken;
use super::failure::{Expected, Failure};
use crate::{Token, TokenList};

/// One error for each broken statement.
pub(super) fn explain(text: &str, tokens: &TokenList, broken: &[Broken]) -> Vec<Diagnostic> {
    broken.iter().map(|&broken| explain_one(Place::new(text, tokens, broken))).collect()
}

fn explain_one(place: Place<'_>) -> Diagnostic {
    words::statement(place)
        .or_else(|| words::comment(place))
        .or_else(|| signs::explain(place))
        .or_else(|| words::in_expression(place))
        .or_else(|| brackets::explain(place))
        .unwrap_or_else(|| operators::explain(place))
}

/// A broken statement with the place where it broke.
#[derive(Clone, Copy)]
struct Place<'t> {
    text: &'t str,
    tokens: &'t [Token],
    spans: &'t [Span],
    /// First token of the statement.
    start: usize,
    /// The token behind its last one.
    end: usize,
    /// The token that did not fit; may lie behind the statement.
    at: usize,
    expected: Expected,
    /// The innermost bracket that was open.
    open: Option<usize>,
}

impl<'t> Place<'t> {
    fn new(text: &'t str, tokens: &'t TokenList, broken: Broken) -> Self {
        let Failure { at, expected, open } = broken.failure;
        Self {
            text,
            tokens: &tokens.kinds,
            spans: &tokens.spans,
            start: broken.start,
            end: broken.end,
            at: at as usize,
            expected,
            open: open.map(|open| open as usize),
        }
    }

    /// The token that did not fit.
    fn found(&self) -> Token {
        if self.at < self.end { self.tokens[self.at] } else { Token::LineEnd }
    }

    /// Whether the statement stopped at the end of a line, with more of it on the next one.
    fn goes_on_below(&self) -> bool {
        self.at + 1 < self.end && self.tokens[self.at] == Token::LineEnd
    }

    /// The token before `at`, line ends aside, if the statement has one there.
    fn before(&self, at: usize) -> Option<usize> {
        (self.start..at.min(self.end)).rev().find(|&token| self.tokens[token] != Token::LineEnd)
    }

    /// The token behind `at`, line ends aside, if the statement has one there.
    fn behind(&self, at: usize) -> Option<usize> {
        (at + 1..self.end).find(|&token| self.tokens[token] != Token::LineEnd)
    }

    fn word(&self, token: usize) -> &'t str {
        &self.text[self.spans[token].range()]
    }

    /// The token as the author wrote it, in backticks and not too long.
    fn shown(&self, token: usize) -> String {
        let word = self.word(token);
        let word = word.lines().next().unwrap_or(word);
        match word.char_indices().nth(30) {
            Some((cut, _)) => format!("`{}…`", &word[..cut]),
            None => format!("`{word}`"),
        }
    }

    fn span(&self, token: usize) -> Span {
        self.spans[token]
    }

    /// The end of the statement's last token.
    fn last_end(&self) -> u32 {
        self.spans[self.end - 1].end
    }

    /// Whether a line end stands between two neighbouring tokens.
    fn line_between(&self, first: usize, second: usize) -> bool {
        self.tokens[first..second].contains(&Token::LineEnd)
    }

    /// Whether nothing but white space follows the token on its line.
    fn ends_line(&self, token: usize) -> bool {
        let behind = self.text[self.spans[token].end as usize..].trim_start_matches([' ', '\t', '\u{0C}']);
        behind.is_empty() || behind.starts_with(['\n', '\r'])
    }

    /// A word in place of a token, with the spaces a word needs.
    fn padded(&self, token: usize, word: &str) -> String {
        let span = self.spans[token];
        let glued = |c: Option<char>| c.is_some_and(|c| c == '_' || c.is_alphanumeric());
        let before = if glued(self.text[..span.start as usize].chars().next_back()) { " " } else { "" };
        let behind = if glued(self.text[span.end as usize..].chars().next()) { " " } else { "" };
        format!("{before}{word}{behind}")
    }

    /// A fix that puts a word in place of a token.
    fn replace_by_word(&self, token: usize, word: &str, safe: bool) -> Fix {
        Fix::replace(format!("replace by `{word}`"), safe, self.spans[token], self.padded(token, word))
    }

    /// A fix for every token of the statement that `text_for` has a new text for, since one sign of a kind seldom comes alone.
    fn replace_all(&self, title: &str, safe: bool, text_for: impl Fn(usize) -> Option<String>) -> Fix {
        let edits =
            (self.start..self.end).filter_map(|token| Some(Edit { span: self.spans[token], text: text_for(token)? }));
        Fix { title: title.to_owned(), safe, edits: edits.collect() }
    }
}

fn error(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new("syntax-error", Severity::Error, span, message)
}

fn remove(title: &str, span: Span, safe: bool) -> Fix {
    Fix::replace(title, safe, span, "")
}

fn insert(title: &str, at: u32, text: &str) -> Fix {
    Fix::replace(title, false, Span::empty(at), text)
}
