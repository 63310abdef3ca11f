//! Where in a script a cursor stands, told by tokens: they hold in a statement that is half written, and its tree does not.

use std::ops::Range;

use signal_catalog::ArgumentShape;
use signal_syntax::{StatementKind, Token, TokenList, TriviaKind};
use signal_text::{Source, Span};

use crate::snapshot::Snapshot;

/// What a cursor stands in.
#[derive(Debug)]
pub(crate) enum Place<'s> {
    /// Between the tokens of a statement, or in one of its words.
    Code(Cursor<'s>),
    /// Between the quotes of a string.
    Text(Cursor<'s>, Span),
    /// In a comment; the span is all of it.
    Comment(Span),
    /// In a `#!` line; the span is all of it.
    Directive(Span),
    /// In a number, or in something that is no token of the language.
    Nowhere(Cursor<'s>),
}

/// A place between tokens.
#[derive(Debug)]
pub(crate) struct Cursor<'s> {
    snapshot: &'s Snapshot,
    source: &'s Source,
    tokens: &'s TokenList,
    /// The byte offset.
    pub(crate) offset: u32,
    /// The word that the cursor touches; empty, at the cursor, where there is none.
    pub(crate) word: Span,
    /// How many statements stand before that of the cursor.
    pub(crate) statement: usize,
    /// The first token of the cursor's statement.
    pub(crate) first: usize,
    /// The token behind the last one that stands before the cursor and its word.
    pub(crate) before: usize,
    /// The first token behind the cursor and its word.
    pub(crate) after: usize,
    /// The token behind the last one of the statement.
    pub(crate) end: usize,
    /// The brackets that are open at the cursor, outer ones first.
    pub(crate) brackets: Vec<Bracket>,
}

/// A bracket that is open at the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bracket {
    /// The token that opens it.
    pub(crate) open: usize,
    /// What it is about.
    pub(crate) kind: BracketKind,
    /// How many commas of its own stand between it and the cursor.
    pub(crate) commas: usize,
    /// The token at which the part with the cursor begins.
    pub(crate) start: usize,
}

/// What brackets are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BracketKind {
    /// `name(`, with the token of the name.
    Call(usize),
    /// `x[`
    Index,
    /// `[` before which no value stands.
    List,
    /// `(` before which no name stands.
    Group,
}

/// An argument of a call, as far as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Argument {
    /// The parameter's name in `name=value`.
    pub(crate) keyword: Option<Span>,
    /// The tokens of the value.
    pub(crate) value: Range<usize>,
}

/// Arguments of a call whose values are looked at. No signature is that long, and each may be a name to be found.
const CONSTANTS: usize = 32;

/// Finds out what the cursor at a byte offset stands in.
pub(crate) fn place(snapshot: &Snapshot, offset: u32) -> Place<'_> {
    let offset = snapshot.source().clamp(Span::empty(offset)).start;
    if let Some((kind, span)) = comment(snapshot, offset) {
        return if kind == TriviaKind::Directive { Place::Directive(span) } else { Place::Comment(span) };
    }
    let tokens = snapshot.tokens();
    let started = tokens.spans.partition_point(|span| span.start < offset);
    // Right before a word, that is the one that is meant, unless another ends here.
    let behind = || match tokens.spans.get(started) {
        Some(span) if span.start == offset && is_word(tokens.kinds[started]) => {
            cursor(snapshot, offset, *span, started, started + 1)
        }
        _ => cursor(snapshot, offset, Span::empty(offset), started, started),
    };
    let Some(last) = started.checked_sub(1) else {
        return Place::Code(behind());
    };
    let (kind, span) = (tokens.kinds[last], tokens.spans[last]);
    let in_token = || cursor(snapshot, offset, Span::empty(offset), last, started);
    match kind {
        _ if is_word(kind) && offset <= span.end => Place::Code(cursor(snapshot, offset, span, last, started)),
        Token::Number | Token::BadNumber if offset <= span.end => Place::Nowhere(in_token()),
        Token::String if offset < span.end => Place::Text(in_token(), inside(span, true)),
        Token::UnclosedString if offset <= span.end => Place::Text(in_token(), inside(span, false)),
        // Inside of an operator, or of a text that the language does not have.
        _ if offset < span.end => Place::Nowhere(in_token()),
        _ => Place::Code(behind()),
    }
}

/// The comment that the cursor is in: behind its `#`, up to the end of the line.
fn comment(snapshot: &Snapshot, offset: u32) -> Option<(TriviaKind, Span)> {
    let trivia = snapshot.tree().trivia();
    let last = trivia.partition_point(|trivia| trivia.span.start < offset).checked_sub(1)?;
    let trivia = trivia[last];
    let is_comment = matches!(trivia.kind, TriviaKind::Comment | TriviaKind::Directive);
    (is_comment && offset <= trivia.span.end).then_some((trivia.kind, trivia.span))
}

/// Between the quotes of a string.
const fn inside(span: Span, closed: bool) -> Span {
    Span::new(span.start + 1, if closed { span.end - 1 } else { span.end })
}

const fn is_word(token: Token) -> bool {
    use Token as T;
    matches!(token, T::Name | T::And | T::Or | T::Not | T::If | T::Else | T::True | T::False | T::None)
}

fn cursor(snapshot: &Snapshot, offset: u32, word: Span, before: usize, after: usize) -> Cursor<'_> {
    let (source, tokens) = (snapshot.source(), snapshot.tokens());
    let mut cursor = Cursor {
        snapshot,
        source,
        tokens,
        offset,
        word,
        statement: 0,
        first: before,
        before,
        after,
        end: after,
        brackets: Vec::new(),
    };
    let statements = snapshot.tree().statements();
    // A word at the very start of a statement is a part of it; a cursor there, with no word before it, is not yet.
    let begun = statements.partition_point(|statement| {
        statement.span.start < word.start || (!word.is_empty() && statement.span.start == word.start)
    });
    cursor.statement = begun;
    if let Some(statement) = begun.checked_sub(1).and_then(|last| statements.get(last)) {
        let first = tokens.spans.partition_point(|span| span.start < statement.span.start);
        let behind = tokens.spans.partition_point(|span| span.start < statement.span.end);
        let is_broken = matches!(statement.kind, StatementKind::Error { .. });
        if cursor.goes_on(first, behind, is_broken) {
            cursor.statement = begun - 1;
            cursor.first = first;
            cursor.end = behind.max(after);
        }
    }
    cursor.brackets = cursor.open_brackets();
    cursor
}

impl<'s> Cursor<'s> {
    /// Whether the cursor belongs to the statement of the tokens `first..behind`, which begins before it.
    fn goes_on(&self, first: usize, behind: usize, is_broken: bool) -> bool {
        if self.before < behind || behind == 0 {
            return true;
        }
        let between = &self.tokens.kinds[behind..self.before];
        if between.is_empty() {
            return true;
        }
        if !is_broken || between.contains(&Token::Semicolon) {
            return false;
        }
        // Brackets are open, and the next line is still empty: a deeper margin or a comma above says that it belongs to them.
        let mut depth = 0_i64;
        for kind in &self.tokens.kinds[first..behind] {
            match kind {
                Token::LeftParen | Token::LeftBracket => depth += 1,
                Token::RightParen | Token::RightBracket => depth -= 1,
                _ => {}
            }
        }
        let hangs = !self.tokens.kinds[behind - 1].ends_operand();
        depth > 0 && (hangs || self.margin(self.offset) > self.margin(self.tokens.spans[first].start))
    }

    /// Bytes of white space at the beginning of the line that `offset` is on.
    fn margin(&self, offset: u32) -> usize {
        let line = self.source.lines().line(offset);
        let start = self.source.lines().start(line).unwrap_or(0);
        let text = self.source.slice(Span::new(start, offset));
        text.len() - text.trim_start_matches([' ', '\t', '\x0C']).len()
    }

    fn open_brackets(&self) -> Vec<Bracket> {
        let mut open: Vec<Bracket> = Vec::new();
        let mut previous: Option<usize> = None;
        for at in self.first..self.before {
            match self.tokens.kinds[at] {
                Token::LineEnd => continue,
                Token::LeftParen => {
                    let name = previous.filter(|name| self.tokens.kinds[*name] == Token::Name);
                    let kind = name.map_or(BracketKind::Group, BracketKind::Call);
                    open.push(Bracket { open: at, kind, commas: 0, start: at + 1 });
                }
                Token::LeftBracket => {
                    let is_index = previous.is_some_and(|token| self.tokens.kinds[token].ends_operand());
                    let kind = if is_index { BracketKind::Index } else { BracketKind::List };
                    open.push(Bracket { open: at, kind, commas: 0, start: at + 1 });
                }
                Token::RightParen | Token::RightBracket => _ = open.pop(),
                Token::Comma => {
                    if let Some(bracket) = open.last_mut() {
                        bracket.commas += 1;
                        bracket.start = at + 1;
                    }
                }
                _ => {}
            }
            previous = Some(at);
        }
        open
    }

    /// What a token is; [`Token::End`] behind the last one.
    pub(crate) fn kind(&self, token: usize) -> Token {
        self.tokens.kinds.get(token).copied().unwrap_or(Token::End)
    }

    /// Where a token stands.
    pub(crate) fn span(&self, token: usize) -> Span {
        self.tokens.spans.get(token).copied().unwrap_or_else(|| Span::empty(self.source.text().len() as u32))
    }

    /// The text of a token.
    pub(crate) fn text(&self, token: usize) -> &'s str {
        self.source.slice(self.span(token))
    }

    /// The snapshot that the cursor is in.
    pub(crate) const fn snapshot(&self) -> &'s Snapshot {
        self.snapshot
    }

    /// What is written of the word before the cursor.
    pub(crate) fn typed(&self) -> &'s str {
        self.source.slice(Span::new(self.word.start, self.offset))
    }

    /// The last token of the statement before `token`, line ends aside.
    pub(crate) fn previous(&self, token: usize) -> Option<usize> {
        (self.first..token).rev().find(|at| self.kind(*at) != Token::LineEnd)
    }

    /// What directly follows the cursor and its word, without a blank between.
    pub(crate) fn next_character(&self) -> Option<char> {
        self.source.text()[self.word.end.max(self.offset) as usize..].chars().next()
    }

    /// Whether the word, or what the cursor would begin, is followed by `token`.
    pub(crate) fn is_before(&self, token: Token) -> bool {
        self.kind(self.after) == token
    }

    /// The token that closes the bracket which `open` opens, or the one at which the statement ends.
    pub(crate) fn close(&self, open: usize) -> usize {
        let mut depth = 0_u32;
        for at in open..self.end {
            match self.kind(at) {
                Token::LeftParen | Token::LeftBracket => depth += 1,
                Token::RightParen | Token::RightBracket => depth = depth.saturating_sub(1),
                _ => continue,
            }
            if depth == 0 {
                return at;
            }
        }
        self.end
    }

    /// The token that opens the bracket which `close` closes.
    pub(crate) fn open(&self, close: usize) -> Option<usize> {
        let mut depth = 0_u32;
        for at in (self.first..=close).rev() {
            match self.kind(at) {
                Token::RightParen | Token::RightBracket => depth += 1,
                Token::LeftParen | Token::LeftBracket => depth = depth.saturating_sub(1),
                _ => continue,
            }
            if depth == 0 {
                return Some(at);
            }
        }
        None
    }

    /// The arguments of the call whose bracket is `open`, up to where it is closed. An empty one is kept where something
    /// follows it, or the cursor is in it: of `f(a, ` the second.
    pub(crate) fn arguments(&self, bracket: &Bracket) -> Vec<Argument> {
        let close = self.close(bracket.open);
        let mut arguments = Vec::new();
        let (mut start, mut depth) = (bracket.open + 1, 0_u32);
        for at in bracket.open + 1..close {
            match self.kind(at) {
                Token::LeftParen | Token::LeftBracket => depth += 1,
                Token::RightParen | Token::RightBracket => depth = depth.saturating_sub(1),
                Token::Comma if depth == 0 => {
                    arguments.push(self.argument(start..at));
                    start = at + 1;
                }
                _ => {}
            }
        }
        let last = self.argument(start..close);
        if arguments.len() == bracket.commas || last.keyword.is_some() || !last.value.is_empty() {
            arguments.push(last);
        }
        arguments
    }

    fn argument(&self, tokens: Range<usize>) -> Argument {
        let is_blank = |at: usize| self.kind(at) == Token::LineEnd;
        let mut value = tokens;
        while !value.is_empty() && is_blank(value.start) {
            value.start += 1;
        }
        while !value.is_empty() && is_blank(value.end - 1) {
            value.end -= 1;
        }
        let is_keyword =
            value.len() > 1 && self.kind(value.start) == Token::Name && self.kind(value.start + 1) == Token::Equal;
        let keyword = is_keyword.then(|| self.span(value.start));
        if is_keyword {
            value.start += 2;
        }
        Argument { keyword, value }
    }

    /// What binding needs to know of arguments.
    pub(crate) fn shapes(&self, arguments: &[Argument]) -> Vec<ArgumentShape<'s>> {
        let shape = |(at, argument): (usize, &Argument)| ArgumentShape {
            keyword: argument.keyword.map(|span| self.source.slice(span)),
            constant: if at < CONSTANTS { self.constant(argument.value.clone()) } else { None },
        };
        arguments.iter().enumerate().map(shape).collect()
    }

    /// The number that these tokens are, if they are a literal or a name for a constant.
    fn constant(&self, tokens: Range<usize>) -> Option<f64> {
        let number = |at: usize| self.text(at).replace('_', "").parse::<f64>().ok();
        match tokens.clone().map(|at| self.kind(at)).collect::<Vec<_>>()[..] {
            [Token::Number] => number(tokens.start),
            [Token::Minus, Token::Number] => number(tokens.start + 1).map(|number| -number),
            [Token::Name] => self.constant_of(self.text(tokens.start)),
            _ => None,
        }
    }

    fn constant_of(&self, name: &str) -> Option<f64> {
        let facts = self.snapshot.facts();
        let definitions = facts.bindings.definitions();
        let before = definitions.partition_point(|definition| definition.statement < self.statement);
        let latest =
            definitions[..before].iter().rev().find(|definition| self.source.slice(definition.name) == name)?;
        facts.constants.number(latest.value?)
    }
}
