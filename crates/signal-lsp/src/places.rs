//! Where a script writes and reads its names: every place of one name, in the order of the text, and the name at a place.
//!
//! A name is one word to its author, however many lines bind it anew; so all of its definitions and all reads of them
//! belong together. What merely looks like it does not: the market's `close` above a line `close = ...`, or the function
//! `rsi` beside a name `rsi`. Statements that do not parse, the usual state of the line being typed, are read by their words.

use std::ops::Range;

use signal_catalog::Kind;
use signal_syntax::{DefinitionId, Expr, ExprId, StatementKind, Token};
use signal_text::Span;

use crate::snapshot::Snapshot;

/// A word of a script that stands for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Where it stands.
    pub(crate) span: Span,
    /// What it stands for.
    pub(crate) sense: Sense,
    /// Index of the statement that it belongs to.
    pub(crate) statement: usize,
}

/// What a word stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sense {
    /// A name of the script's own, that the statement binds.
    Write(DefinitionId),
    /// A name of the script's own, that an earlier line binds.
    Read(DefinitionId),
    /// A name of the script's own, that only this statement or a later one binds.
    Early(DefinitionId),
    /// A name that nothing binds and nobody knows.
    Unknown,
    /// Data of the market, such as `close`.
    Data,
    /// A function that is called.
    Call,
}

impl Sense {
    /// The definition that it is, or refers to.
    #[cfg(test)]
    pub(crate) const fn definition(self) -> Option<DefinitionId> {
        match self {
            Self::Write(id) | Self::Read(id) | Self::Early(id) => Some(id),
            Self::Unknown | Self::Data | Self::Call => None,
        }
    }

    /// Whether two words of one text mean the same thing.
    const fn goes_with(self, other: Self) -> bool {
        match (self, other) {
            (Self::Data, Self::Data) | (Self::Call, Self::Call) => true,
            (Self::Data | Self::Call, _) | (_, Self::Data | Self::Call) => false,
            _ => true,
        }
    }
}

/// The word at an offset, the end of the word included; `None` where there is none, or one that stands for nothing by
/// itself: a keyword argument's name, an output behind a dot.
pub(crate) fn place_at(snapshot: &Snapshot, offset: u32) -> Option<Place> {
    let span = name_token(snapshot, offset)?;
    let statement = statement_at(snapshot, span.start)?;
    let text = snapshot.source().slice(span);
    let mut found = None;
    scan(snapshot, text, statement..statement + 1, |place| {
        if place.span == span {
            found = Some(place);
        }
    });
    found
}

/// Every place where the word at `place` means the same, in the order of the text.
pub(crate) fn places_of(snapshot: &Snapshot, place: &Place) -> Vec<Place> {
    let mut found = Vec::new();
    let text = snapshot.source().slice(place.span);
    each_place(snapshot, text, |other| {
        if other.sense.goes_with(place.sense) {
            found.push(other);
        }
    });
    found
}

/// Calls `each` with every place of a text, whatever it means there.
pub(crate) fn each_place(snapshot: &Snapshot, text: &str, each: impl FnMut(Place)) {
    scan(snapshot, text, 0..snapshot.tree().statements().len(), each);
}

/// The statement that an offset lies in, its end included.
pub(crate) fn statement_at(snapshot: &Snapshot, offset: u32) -> Option<usize> {
    let statements = snapshot.tree().statements();
    let at = statements.partition_point(|statement| statement.span.start <= offset).checked_sub(1)?;
    statements[at].span.touches(offset).then_some(at)
}

/// The indexes of the tokens of a statement.
pub(crate) fn tokens_of(snapshot: &Snapshot, statement: usize) -> Range<usize> {
    let span = snapshot.tree().statements()[statement].span;
    let spans = &snapshot.tokens().spans;
    spans.partition_point(|token| token.start < span.start)..spans.partition_point(|token| token.start < span.end)
}

/// The name that an offset touches. Between two tokens that touch, the one that is a name.
fn name_token(snapshot: &Snapshot, offset: u32) -> Option<Span> {
    let tokens = snapshot.tokens();
    let behind = tokens.spans.partition_point(|span| span.start <= offset);
    let near = [behind.checked_sub(1), behind.checked_sub(2)];
    near.into_iter().flatten().find_map(|at| {
        let span = tokens.spans[at];
        (tokens.kinds[at] == Token::Name && span.touches(offset)).then_some(span)
    })
}

fn scan(snapshot: &Snapshot, text: &str, statements: Range<usize>, mut each: impl FnMut(Place)) {
    let (source, tree) = (snapshot.source(), snapshot.tree());
    let facts = snapshot.facts();
    let definitions = facts.bindings.definitions();
    let is_data = || facts.catalog.get(text).is_some_and(|entry| entry.kind == Kind::Variable);
    let is_it = |span: Span| span.len() as usize == text.len() && source.slice(span) == text;
    let first = definitions.partition_point(|definition| definition.statement < statements.start);
    let mut definitions = facts.bindings.iter().skip(first).peekable();
    // The latest definition above the statement. Only a statement that did not parse asks for it: the others are bound.
    let mut latest: Option<DefinitionId> = None;
    let mut looked_above = first == 0;
    for statement in statements {
        let broken = matches!(tree.statements()[statement].kind, StatementKind::Error { .. });
        if broken && !looked_above {
            looked_above = true;
            let above = facts.bindings.iter().take(first).filter(|(_, definition)| is_it(definition.name));
            latest = above.map(|(id, _)| id).last();
        }
        let mut bound = None;
        while let Some((id, definition)) = definitions.next_if(|(_, definition)| definition.statement <= statement) {
            if is_it(definition.name) {
                bound = Some(id);
                each(Place { span: definition.name, sense: Sense::Write(id), statement });
            }
        }
        if broken {
            let sense = || match latest {
                Some(id) => Sense::Read(id),
                None if is_data() => Sense::Data,
                None => Sense::Unknown,
            };
            words_of_broken(snapshot, statement, |span, called| {
                if is_it(span) {
                    each(Place { span, sense: if called { Sense::Call } else { sense() }, statement });
                }
            });
        } else {
            for id in tree.ids_of(statement) {
                let span = tree.span(id);
                if matches!(tree.expr(id), Expr::Name) && is_it(span) {
                    each(Place { span, sense: sense_of(snapshot, id, is_data), statement });
                }
            }
        }
        latest = bound.or(latest);
    }
}

/// What a name of a statement that parses stands for.
fn sense_of(snapshot: &Snapshot, id: ExprId, is_data: impl Fn() -> bool) -> Sense {
    let bindings = &snapshot.facts().bindings;
    if bindings.is_callee(id) {
        return Sense::Call;
    }
    match (bindings.of(id), bindings.later(id)) {
        (Some(definition), _) => Sense::Read(definition),
        // Above its own line, a name of the market's data is still the market's.
        _ if is_data() => Sense::Data,
        (None, Some(definition)) => Sense::Early(definition),
        (None, None) => Sense::Unknown,
    }
}

/// The words of a statement that did not parse which may be read as names, and whether a bracket follows, as of a call.
/// Names that it binds, outputs behind a dot and names of keyword arguments are left out.
fn words_of_broken(snapshot: &Snapshot, statement: usize, mut each: impl FnMut(Span, bool)) {
    let tree = snapshot.tree();
    let StatementKind::Error { targets } = tree.statements()[statement].kind else { return };
    let targets = tree.targets(targets);
    let tokens = snapshot.tokens();
    let mut depth = 0_u32;
    let mut before = Token::LineEnd;
    for at in tokens_of(snapshot, statement) {
        let (kind, span) = (tokens.kinds[at], tokens.spans[at]);
        match kind {
            Token::LeftParen | Token::LeftBracket => depth += 1,
            Token::RightParen | Token::RightBracket => depth = depth.saturating_sub(1),
            Token::Name => {
                // The list ends with a token that is no name.
                let next = tokens.kinds.get(at + 1).copied().unwrap_or(Token::End);
                let is_keyword = depth > 0 && next == Token::Equal;
                if before != Token::Dot && !is_keyword && targets.binary_search(&span).is_err() {
                    each(span, next == Token::LeftParen);
                }
            }
            _ => {}
        }
        before = kind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::at_cursor;

    /// Senses of all places of the word at the cursor, by line, with the line of the definition.
    fn check(marked: &str, expected: &str) {
        let (snapshot, offset) = at_cursor(marked);
        let line = |span: Span| snapshot.source().line_column(span.start).line;
        let of = |id: DefinitionId| line(snapshot.facts().bindings.definition(id).name);
        let described = |place: &Place| match place.sense {
            Sense::Write(_) => format!("{} written", line(place.span)),
            Sense::Read(id) => format!("{} reads {}", line(place.span), of(id)),
            Sense::Early(id) => format!("{} before {}", line(place.span), of(id)),
            Sense::Unknown => format!("{} unknown", line(place.span)),
            Sense::Data => format!("{} data", line(place.span)),
            Sense::Call => format!("{} call", line(place.span)),
        };
        let found = match place_at(&snapshot, offset) {
            Some(place) => places_of(&snapshot, &place).iter().map(described).collect::<Vec<_>>().join(", "),
            None => "none".to_owned(),
        };
        assert_eq!(found, expected, "{marked}");
    }

    #[test]
    fn a_name_is_all_of_its_definitions_and_their_reads() {
        check("x = 1\ny = x┃\nx = x + 1\nz = x\n", "1 written, 2 reads 1, 3 written, 3 reads 1, 4 reads 3");
        check("y = x┃\nx = 2\nx = 3\n", "1 before 2, 2 written, 3 written");
        check("y = ┃oops + oops\n", "1 unknown, 1 unknown");
    }

    #[test]
    fn data_and_functions_of_the_same_word_are_apart() {
        check("a = close\nclose┃ = ema(close, 3)\nb = close\n", "2 written, 3 reads 2");
        check("a = ┃close\nclose = ema(close, 3)\nb = close\n", "1 data, 2 data");
        check("rsi = ┃rsi(close, 14)\nx = rsi(rsi, 3)\n", "1 call, 2 call");
        check("rsi┃ = rsi(close, 14)\nx = rsi(rsi, 3)\n", "1 written, 2 reads 1");
    }

    #[test]
    fn the_end_of_a_word_belongs_to_it() {
        check("fast = 1\ny = (fast┃)\n", "1 written, 2 reads 1");
        check("fast = 1\ny = 3-┃fast\n", "1 written, 2 reads 1");
        check("fast = 1\ny = 3 ┃ + fast\n", "none");
    }

    #[test]
    fn what_stands_for_nothing_by_itself_is_no_name() {
        check("period = 3\nx = sma(close, peri┃od=period)\n", "none");
        check("upper = 3\nx = bbands(close).up┃per + upper\n", "none");
        check("# fa┃st\nfast = 1\n", "none");
        check("x = \"fa┃st\"\nfast = 1\n", "none");
    }

    #[test]
    fn statements_that_do_not_parse_are_read_by_their_words() {
        check("fast = 1\nx = sma(fa┃st, \ny = fast\n", "1 written, 2 reads 1, 3 reads 1");
        check("fast = 1\nfast = sma(fast, \nx = f(fast┃, ", "1 written, 2 written, 2 reads 1, 3 reads 2");
        check("x = sma(cl┃ose, \n", "1 data");
        check("x = sma(clo, fast=2, a.fast, fa┃st(", "1 call");
        check("fast┃ = sma(clo, fast=fast, a.fast, fast(", "1 written, 1 unknown");
        check("fast┃ = 1\na b fast = 3", "1 written, 2 reads 1");
    }
}
