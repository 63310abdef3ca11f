//! Hover: what is known of the word under the cursor, in Markdown.
//!
//! `place.rs` finds the word and what the tree says that it is; a file each tells of calls, names, operators, literals and
//! comments; `value.rs` has what they share, the facts of a value.

mod call;
mod comment;
mod literal;
mod name;
mod operator;
mod place;
#[cfg(test)]
mod tests;
mod value;

use signal_syntax::{Token, TriviaKind};
use signal_text::Span;

use crate::snapshot::Snapshot;
use place::Place;
pub(crate) use value::{FirstValue, first_value};

/// What is shown beside a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hover {
    /// The word.
    pub(crate) span: Span,
    /// What is known of it.
    pub(crate) markdown: String,
}

/// What is known of the word at an offset; nothing on blanks, brackets and comments that are prose.
pub(crate) fn hover(snapshot: &Snapshot, offset: u32) -> Option<Hover> {
    if let Some(trivia) = place::comment(snapshot, offset)
        && (trivia.kind == TriviaKind::Directive || offset > trivia.span.start)
    {
        let (span, markdown) = comment::comment(snapshot, trivia.span, offset)?;
        return Some(Hover { span, markdown });
    }
    let (token, span) = place::token(snapshot, offset)?;
    let markdown = match place::place(snapshot, token, span)? {
        Place::Callee(call) => call::callee(snapshot, call),
        Place::Name(id) => name::read(snapshot, id),
        Place::Definition(definition) => Some(name::defined(snapshot, definition, None)),
        Place::Keyword(call, argument) => call::keyword(snapshot, call, argument),
        Place::Output(id) => call::output(snapshot, id),
        Place::Literal(id) => literal::literal(snapshot, id),
        Place::Operator(id) => operator::between(snapshot, id, token),
        Place::Broken => broken(snapshot, token, span),
    }?;
    Some(Hover { span, markdown })
}

/// A word of a statement that did not parse, which is what most statements are while they are written.
fn broken(snapshot: &Snapshot, token: Token, span: Span) -> Option<String> {
    let text = snapshot.source().slice(span);
    match token {
        Token::Name => {
            let bindings = &snapshot.facts().bindings;
            let called = {
                let tokens = snapshot.tokens();
                let next = tokens.spans.partition_point(|other| other.start < span.end);
                tokens.kinds.get(next) == Some(&Token::LeftParen)
            };
            let above = bindings.iter().filter(|(_, definition)| {
                definition.name.end <= span.end && snapshot.source().slice(definition.name) == text
            });
            let own = if called { None } else { above.last() };
            own.map(|(id, _)| name::defined(snapshot, id, None)).or_else(|| name::word(snapshot, text))
        }
        Token::String => literal::string(snapshot, text.get(1..text.len() - 1)?),
        Token::UnclosedString => literal::string(snapshot, text.get(1..)?.trim_end()),
        other => operator::alone(other).map(str::to_owned),
    }
}
