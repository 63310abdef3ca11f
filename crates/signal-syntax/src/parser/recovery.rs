//! Where a broken statement ends, and what it would have bound, so that one mistake stays one.

use std::ops::Range;

use signal_text::Span;

use super::builder::{Broken, Builder};
use super::failure::{Expected, Failure};
use crate::Token;
use crate::tree::StatementKind;

/// A call that stands by itself in a script; at the start of a line it is a statement, whatever was left open above.
const STATEMENT_CALL: &str = "emit_signal";

/// Gives up the statement that begins at the token `start` and returns the token behind it.
pub(super) fn give_up(builder: &mut Builder<'_>, start: usize) -> usize {
    let failure = builder.failure.unwrap_or(Failure { at: start as u32, expected: Expected::Operand, open: None });
    let end = Lines::new(builder).end_of_broken(start);
    // What comes next was read as a part of this statement, up to where that failed: no bracket there is to be trusted.
    builder.unclosed_until = builder.unclosed_until.max(failure.at as usize);
    let mut names = bound_names(builder, start, end);
    if names.is_empty() && lacks_equal(builder, start, failure) {
        names = start..start + 1;
    }
    let targets = builder.push_targets(names.start, names.end);
    builder.push_statement(start, end, StatementKind::Error { targets });
    builder.broken.push(Broken { start, end, failure });
    end
}

/// Among the tokens `start..end`, those that hold the names the statement seems to bind.
fn bound_names(builder: &Builder<'_>, start: usize, end: usize) -> Range<usize> {
    let tokens = &builder.tokens[..end];
    let word = |at: usize| &builder.text[builder.spans[at].range()];
    let mut at = start;
    // `let x = 1` and `(a, b) = f()` bind as well, whatever is wrong about them; so does `def f(x):`.
    while at < end
        && (matches!(tokens[at], Token::LeftParen | Token::LeftBracket) || at > start && tokens[at] == Token::LineEnd)
    {
        at += 1;
    }
    // Inside brackets, names with a comma too few or too many are names all the same, and may take several lines.
    let bracketed = at > start;
    if !bracketed && at + 1 < end && tokens[at] == Token::Name && tokens[at + 1] == Token::Name {
        let (first, next) = (word(at), tokens.get(at + 2).copied());
        let declares = matches!(first, "def" | "class" | "for") || !next.is_some_and(|token| token.begins_operand());
        if !declares
            || matches!(
                first,
                "import" | "return" | "del" | "global" | "assert" | "raise" | "yield" | "from" | "while" | "with"
            )
        {
            return 0..0;
        }
        if matches!(first, "def" | "class" | "for") {
            return at + 1..at + 2;
        }
        at += 1;
    }
    let first = at;
    while at < end && tokens[at] == Token::Name {
        let between = tokens[at + 1..].iter().take_while(|token| {
            matches!(token, Token::Comma | Token::FullWidth) || bracketed && **token == Token::LineEnd
        });
        let next = at + 1 + between.count();
        if next < end && tokens[next] == Token::Name && (bracketed || next > at + 1) {
            at = next;
        } else {
            at += 1;
            break;
        }
    }
    let mut behind = at;
    while behind < end
        && (matches!(
            tokens[behind],
            Token::RightParen | Token::RightBracket | Token::Comma | Token::InvisibleSpace | Token::ForeignSign
        ) || bracketed && tokens[behind] == Token::LineEnd)
    {
        behind += 1;
    }
    let binds = behind < end
        && match tokens[behind] {
            Token::Equal | Token::ColonEqual | Token::AugmentedAssign | Token::EqualGreater | Token::EqualLess => true,
            Token::FullWidth => word(behind).starts_with('＝'),
            Token::Colon => tokens[behind..end].contains(&Token::Equal),
            _ => false,
        };
    if binds { first..at } else { 0..0 }
}

/// `fast ema(close, 12)`: whether a name and a value stand side by side, so that only the `=` seems to be missing.
fn lacks_equal(builder: &Builder<'_>, start: usize, failure: Failure) -> bool {
    let (name, value) = (builder.tokens[start], builder.tokens[failure.at as usize]);
    failure.expected == Expected::End
        && failure.at as usize == start + 1
        && name == Token::Name
        && value.begins_operand()
        && value != Token::Not
        && !matches!(
            &builder.text[builder.spans[start].range()],
            STATEMENT_CALL | "print" | "async" | "await" | "match" | "lambda"
        )
}

/// The tokens as lines of a text.
#[derive(Clone, Copy)]
pub(super) struct Lines<'t> {
    text: &'t str,
    tokens: &'t [Token],
    spans: &'t [Span],
}

impl<'t> Lines<'t> {
    pub(super) const fn new(builder: &Builder<'t>) -> Self {
        Self { text: builder.text, tokens: builder.tokens, spans: builder.spans }
    }

    /// Bytes of white space before a token.
    pub(super) fn indent(self, token: usize) -> u32 {
        let before = &self.text.as_bytes()[..self.spans[token].start as usize];
        before.iter().rev().take_while(|&&byte| matches!(byte, b' ' | b'\t' | 0x0C)).count() as u32
    }

    /// Bytes of white space before the statement that `token` belongs to.
    pub(super) fn indent_of_statement(self, token: usize) -> u32 {
        let behind = self.tokens[..token].iter().rposition(|token| token.ends_statement());
        self.indent(behind.map_or(0, |at| at + 1))
    }

    /// The token behind a statement that begins at `start` and did not parse.
    ///
    /// That is the end of its line, or of a later one while brackets are open or the next line can't stand alone; but a line
    /// that can only be a statement of its own ends it too, so that an unclosed bracket does not swallow the rest of the script.
    fn end_of_broken(self, start: usize) -> usize {
        let indent = self.indent(start);
        let mut depth = 0_u32;
        let mut at = start;
        loop {
            match self.tokens[at] {
                Token::LeftParen | Token::LeftBracket | Token::LeftBrace => depth += 1,
                Token::RightParen | Token::RightBracket | Token::RightBrace => depth = depth.saturating_sub(1),
                Token::LineEnd if depth == 0 && !self.goes_on(at + 1, indent) => return at,
                Token::LineEnd if self.begins_statement(at + 1, indent) => return at,
                Token::Semicolon if depth == 0 && at > start => return at,
                Token::End => return if self.tokens[at - 1] == Token::LineEnd { at - 1 } else { at },
                _ => {}
            }
            at += 1;
        }
    }

    /// Whether the line that begins with the token `next` can only be a part of what stands above it, brackets or none.
    ///
    /// `indent` is that of the statement above.
    fn goes_on(self, next: usize, indent: u32) -> bool {
        let margin = self.indent(next);
        match self.tokens[next] {
            Token::And | Token::Or | Token::RightParen | Token::RightBracket => true,
            Token::Else => margin > indent,
            token if token.is_operator() && !matches!(token, Token::Plus | Token::Minus) => margin > 0,
            token => {
                margin > indent
                    && self.hangs(next - 1)
                    && token != Token::End
                    && !self.assigns(next)
                    && !self.emits(next)
            }
        }
    }

    /// Whether a value has to follow the token before the line end `at`.
    fn hangs(self, at: usize) -> bool {
        let last = self.tokens[at - 1];
        last.is_operator() || matches!(last, Token::Equal | Token::Not | Token::Backslash)
    }

    /// Whether the line that begins with the token `first` can't belong to the brackets that are open above it.
    ///
    /// `indent` is that of the statement above. `name = value` alone does not tell: it may be an argument on a line of its
    /// own, which is followed by a comma or a closing bracket.
    pub(super) fn begins_statement(self, first: usize, indent: u32) -> bool {
        if self.assigns_bracketed(first) {
            return true;
        }
        if self.tokens[first] != Token::Name {
            return false;
        }
        let above = self.tokens[..first].iter().rev().find(|&&token| token != Token::LineEnd);
        let alone = above.is_none_or(|token| token.ends_operand());
        let assigns = self.assigns(first);
        let emits = self.emits(first);
        let inward = self.indent(first) > indent;
        let begins = if inward { alone && (assigns || emits) } else { alone || assigns || emits };
        begins && !self.belongs_to_brackets(first)
    }

    /// Whether the tokens from `first` on are `name =` or `a, b =`.
    fn assigns(self, first: usize) -> bool {
        let mut at = first;
        while self.tokens[at] == Token::Name && self.tokens[at + 1] == Token::Comma {
            at += 2;
        }
        self.tokens[at] == Token::Name && self.tokens[at + 1] == Token::Equal
    }

    /// Whether the tokens from `first` on are `emit_signal(`.
    fn emits(self, first: usize) -> bool {
        self.tokens[first] == Token::Name
            && self.tokens[first + 1] == Token::LeftParen
            && &self.text[self.spans[first].range()] == STATEMENT_CALL
    }

    /// Whether the tokens from `first` on are `(a, b) =` or `[a, b] =`, which nothing inside brackets can be.
    fn assigns_bracketed(self, first: usize) -> bool {
        let closer = match self.tokens[first] {
            Token::LeftParen => Token::RightParen,
            Token::LeftBracket => Token::RightBracket,
            _ => return false,
        };
        let inside = &self.tokens[first + 1..];
        let names = inside.iter().take_while(|token| matches!(token, Token::Name | Token::Comma)).count();
        inside.get(names) == Some(&closer) && inside.get(names + 1) == Some(&Token::Equal)
    }

    /// Whether the line that begins with the token `first` closes more than it opens, or a comma or closing bracket follows it.
    fn belongs_to_brackets(self, first: usize) -> bool {
        let mut depth = 0_i64;
        let mut at = first;
        loop {
            match self.tokens[at] {
                Token::LeftParen | Token::LeftBracket | Token::LeftBrace => depth += 1,
                Token::RightParen | Token::RightBracket | Token::RightBrace => depth -= 1,
                Token::End => return depth < 0,
                Token::LineEnd => {
                    let next = self.tokens[at + 1];
                    let goes_on = depth <= 0
                        && (self.tokens[at - 1] == Token::Comma
                            || matches!(
                                next,
                                Token::Comma | Token::RightParen | Token::RightBracket | Token::RightBrace
                            ));
                    return depth < 0 || goes_on;
                }
                _ => {}
            }
            at += 1;
        }
    }
}
