//! What each word of a script is, for colours: what the lexer says of it, and what the facts know beyond that.

use std::ops::Range;

use signal_catalog::{Catalog, Kind};
use signal_syntax::{Expr, Token, TriviaKind};
use signal_text::{Source, Span};

use crate::snapshot::Snapshot;

/// A coloured piece of a text. Pieces are in order, apart from each other, not empty, and each on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colored {
    /// Where.
    pub(crate) span: Span,
    /// What it is.
    pub(crate) word: Word,
    /// What else is known of it: [`DEFINITION`], [`READONLY`], [`DEFAULT_LIBRARY`].
    pub(crate) modifiers: u32,
}

/// What a word is. The order is that of the names below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Word {
    /// A name that holds a value.
    Variable,
    /// The name before the `=` of a keyword argument.
    Parameter,
    /// A name that is called.
    Function,
    /// A constructor: `Weight`.
    Class,
    /// The part of a value that is named behind a dot.
    Property,
    /// A side, and a rule that a comment allows: one of a few words.
    EnumMember,
    /// `and`, `if`, `True`.
    Keyword,
    /// A number.
    Number,
    /// A text.
    String,
    /// A sign between values.
    Operator,
    /// A comment.
    Comment,
    /// `#! key`: the beginning of a directive that counts.
    Macro,
    /// `signal: allow` in a comment.
    Decorator,
}

/// The protocol's names for the kinds of words, in the order of [`Word`].
pub(crate) const WORDS: [&str; 13] = [
    "variable",
    "parameter",
    "function",
    "class",
    "property",
    "enumMember",
    "keyword",
    "number",
    "string",
    "operator",
    "comment",
    "macro",
    "decorator",
];

/// The protocol's names for what else is known, by the bits below.
pub(crate) const MODIFIERS: [&str; 3] = ["definition", "readonly", "defaultLibrary"];

/// A name where it is bound.
pub(crate) const DEFINITION: u32 = 1;
/// A name for a number that is known before any bar is, and a word for a value.
pub(crate) const READONLY: u32 = 1 << 1;
/// A name of the catalog.
pub(crate) const DEFAULT_LIBRARY: u32 = 1 << 2;

/// Every word of a script, or those that a span touches.
pub(crate) fn semantic_tokens(snapshot: &Snapshot, within: Option<Span>) -> Vec<Colored> {
    let (source, tree, tokens) = (snapshot.source(), snapshot.tree(), snapshot.tokens());
    let within = within.unwrap_or(Span::new(0, source.text().len() as u32));
    let names = names(snapshot, within);
    let mut names = names.iter().peekable();
    let trivia = tree.trivia();
    let mut asides = trivia[trivia.partition_point(|aside| aside.span.end < within.start)..]
        .iter()
        .filter(|aside| matches!(aside.kind, TriviaKind::Comment | TriviaKind::Directive))
        .peekable();
    let mut found = Found { source, within, words: Vec::with_capacity(tokens.kinds.len()) };
    let mut directives = snapshot.directives().lines.iter().peekable();
    let mut comments = snapshot.facts().suppressions().comments.iter().peekable();
    let first = tokens.spans.partition_point(|span| span.end < within.start);
    let all = tokens.kinds.iter().zip(&tokens.spans).enumerate().skip(first);
    for (at, (kind, span)) in all {
        while let Some(aside) = asides.next_if(|aside| aside.span.start < span.start) {
            match aside.kind {
                TriviaKind::Directive => {
                    while directives.next_if(|line| line.line.start < aside.span.start).is_some() {}
                    let line = directives.peek().filter(|line| line.line == aside.span && line.counts);
                    found.directive(aside.span, line.copied());
                }
                _ => {
                    while comments.next_if(|comment| comment.span.start < aside.span.start).is_some() {}
                    found.comment(aside.span, comments.peek().filter(|comment| comment.span == aside.span).copied());
                }
            }
        }
        if span.start > within.end {
            break;
        }
        if *kind == Token::Name {
            while names.next_if(|name| name.0 < span.start).is_some() {}
            let known = names.peek().filter(|name| name.0 == span.start).map(|name| (name.1, name.2));
            let (word, modifiers) = known.unwrap_or_else(|| guessed(snapshot, at));
            found.push(*span, word, modifiers);
        } else if let Some((word, modifiers)) = plain(*kind, source.slice(*span)) {
            found.lines(*span, word, modifiers);
        }
    }
    found.words
}

/// What a word is by itself; `None` for brackets, commas and signs that mean nothing.
fn plain(kind: Token, text: &str) -> Option<(Word, u32)> {
    use Token as T;
    Some(match kind {
        T::Number => (Word::Number, 0),
        T::String if matches!(text.get(1..text.len() - 1), Some("LONG" | "SHORT")) => (Word::EnumMember, 0),
        T::String | T::UnclosedString | T::TripleString | T::PrefixedString | T::TypographicString => (Word::String, 0),
        T::True | T::False | T::None => (Word::Keyword, READONLY),
        T::And | T::Or | T::Not | T::If | T::Else => (Word::Keyword, 0),
        T::Equal | T::Tilde => (Word::Operator, 0),
        T::BlockComment => (Word::Comment, 0),
        kind if kind.is_operator() => (Word::Operator, 0),
        _ => return None,
    })
}

type Name = (u32, Word, u32);

/// What names are in the statements that a span touches, by place.
fn names(snapshot: &Snapshot, within: Span) -> Vec<Name> {
    let (tree, facts) = (snapshot.tree(), snapshot.facts());
    let statements = tree.statements();
    let first = statements.partition_point(|statement| statement.span.end < within.start);
    let behind = statements.partition_point(|statement| statement.span.start <= within.end).max(first);
    let ids = first.checked_sub(1).map_or(0, |before| statements[before].exprs_end as usize);
    let ids = ids..behind.checked_sub(1).map_or(0, |last| statements[last].exprs_end as usize).max(ids);
    let mut names: Vec<Name> = Vec::with_capacity(ids.len() / 2 + behind - first);

    let definitions = facts.bindings.definitions();
    let own = part(definitions, |definition| definition.statement < first, |definition| definition.statement < behind);
    let is_constant = |value: Option<_>| value.is_some_and(|value| facts.constants.number(value).is_some());
    let readonly = |value| if is_constant(value) { READONLY } else { 0 };
    for definition in &definitions[own] {
        names.push((definition.name.start, Word::Variable, DEFINITION | readonly(definition.value)));
    }
    let read = &facts.kinds.names;
    for &id in &read[part(read, |id| id.index() < ids.start, |id| id.index() < ids.end)] {
        let modifiers = match facts.bindings.of(id) {
            Some(definition) => readonly(facts.bindings.definition(definition).value),
            None if facts.is_variable(id) => DEFAULT_LIBRARY,
            None => 0,
        };
        names.push((tree.span(id).start, Word::Variable, modifiers));
    }
    for id in tree.ids().skip(ids.start).take(ids.len()) {
        match tree.expr(id) {
            Expr::Call { callee, arguments } => {
                if matches!(tree.expr(callee), Expr::Name) {
                    let entry = facts.calls.get(id).and_then(|call| call.entry);
                    let (word, modifiers) = called(entry.map(|entry| entry.kind));
                    names.push((tree.span(callee).start, word, modifiers));
                }
                let named = tree.arguments(arguments).iter().filter_map(|argument| argument.name);
                names.extend(named.map(|name| (name.start, Word::Parameter, 0)));
            }
            Expr::Attribute { name, .. } => names.push((name.start, Word::Property, 0)),
            _ => {}
        }
    }
    // Three lists that are in order, or nearly so: what a stable sort is quick at.
    names.sort_by_key(|name| name.0);
    names
}

/// The part of a sorted list between two places.
fn part<T>(list: &[T], is_before: impl Fn(&T) -> bool, is_up_to: impl Fn(&T) -> bool) -> Range<usize> {
    let start = list.partition_point(is_before);
    start..list.partition_point(is_up_to).max(start)
}

/// What a name that is called is. A variable of the catalog is no function of it.
fn called(kind: Option<Kind>) -> (Word, u32) {
    match kind {
        Some(Kind::Sizing) => (Word::Class, DEFAULT_LIBRARY),
        Some(Kind::Variable) | None => (Word::Function, 0),
        Some(_) => (Word::Function, DEFAULT_LIBRARY),
    }
}

/// What a name in a statement that could not be read seems to be, by the words beside it.
fn guessed(snapshot: &Snapshot, at: usize) -> (Word, u32) {
    let tokens = snapshot.tokens();
    let catalog: &Catalog = snapshot.project().catalog();
    let kind = || catalog.get(snapshot.source().slice(tokens.spans[at])).map(|entry| entry.kind);
    let before = at.checked_sub(1).map(|before| tokens.kinds[before]);
    match (before, tokens.kinds.get(at + 1)) {
        (Some(Token::Dot), _) => (Word::Property, 0),
        (_, Some(Token::LeftParen)) => called(kind()),
        (Some(Token::LeftParen | Token::Comma), Some(Token::Equal)) => (Word::Parameter, 0),
        _ => (Word::Variable, if kind() == Some(Kind::Variable) { DEFAULT_LIBRARY } else { 0 }),
    }
}

/// The words that were found so far.
struct Found<'s> {
    source: &'s Source,
    within: Span,
    words: Vec<Colored>,
}

impl Found<'_> {
    fn push(&mut self, span: Span, word: Word, modifiers: u32) {
        if !span.is_empty() && span.start <= self.within.end && self.within.start <= span.end {
            self.words.push(Colored { span, word, modifiers });
        }
    }

    /// A word that may go over several lines, which not every editor takes.
    fn lines(&mut self, span: Span, word: Word, modifiers: u32) {
        let text = self.source.slice(span);
        let mut at = span.start;
        for line in text.split_inclusive(['\n', '\r']) {
            let end = at + line.trim_end_matches(['\n', '\r']).len() as u32;
            self.push(Span::new(at, end), word, modifiers);
            at += line.len() as u32;
        }
    }

    /// A directive: its key as a macro, its value as a text. One that sets nothing is a comment.
    fn directive(&mut self, span: Span, line: Option<&signal_project::Directive>) {
        let Some(line) = line else { return self.push(span, Word::Comment, 0) };
        self.push(Span::new(span.start, line.key.end), Word::Macro, 0);
        self.push(Span::new(line.equals, line.equals + 1), Word::Operator, 0);
        self.push(line.value, Word::String, 0);
        let rest = self.source.slice(Span::new(line.value.end, span.end));
        if let Some(sign) = rest.find('#') {
            self.push(Span::new(line.value.end + sign as u32, span.end), Word::Comment, 0);
        }
    }

    /// A comment; in one that allows rules, what says so and the rules.
    fn comment(&mut self, span: Span, allowing: Option<&signal_analysis::SuppressionComment>) {
        let words = allowing.filter(|comment| !comment.rules.is_empty()).and_then(|comment| {
            let text = self.source.slice(span);
            let start = text.find(|c: char| c != '#' && !c.is_whitespace())? as u32;
            let before = self.source.slice(Span::new(span.start, comment.rules.first()?.span.start));
            Some((span.start + start, span.start + before.trim_end().len() as u32, &comment.rules))
        });
        let Some((start, end, rules)) = words else { return self.push(span, Word::Comment, 0) };
        self.push(Span::new(span.start, start), Word::Comment, 0);
        self.push(Span::new(start, end), Word::Decorator, 0);
        let mut at = end;
        for rule in rules {
            if rule.span.start > end {
                self.push(Span::new(at, rule.span.start), Word::Comment, 0);
                self.push(rule.span, Word::EnumMember, 0);
                at = rule.span.end;
            }
        }
        self.push(Span::new(at, span.end), Word::Comment, 0);
    }
}

#[cfg(test)]
mod tests;
