//! Splits a text into tokens and trivia.

use logos::Logos;
use signal_text::{Source, Span};

use crate::Token;
use crate::tree::{Trivia, TriviaKind};

/// A text in pieces. Kinds and places are kept apart, so that the parser reads one byte a token.
#[derive(Debug, Default)]
pub(crate) struct Lexed {
    /// Tokens without comments and without repeated line ends. The last one is always [`Token::End`].
    pub(crate) tokens: Vec<Token>,
    /// Where each of them stands.
    pub(crate) spans: Vec<Span>,
    /// Comments, directives and all line ends.
    pub(crate) trivia: Vec<Trivia>,
}

/// The tokens of a text as the parser reads them: without comments, without line ends behind blank lines, and closed by a
/// [`Token::End`]. Kinds and places are of one length.
#[derive(Clone, Debug, Default)]
pub struct TokenList {
    /// What each of them is.
    pub kinds: Vec<Token>,
    /// Where each of them stands.
    pub spans: Vec<Span>,
}

/// The tokens of a text without its tree; [`parse_with_tokens`](crate::parse_with_tokens) has both from one reading.
#[must_use]
pub fn token_list(source: &Source) -> TokenList {
    let Lexed { tokens, spans, .. } = lex(source.text());
    TokenList { kinds: tokens, spans }
}

/// Every token of a text with its place, for those who colour or count: comments and line ends included, white space not.
///
/// The [`Token::End`] that closes the list is left out.
#[must_use]
pub fn tokens(source: &Source) -> Vec<(Token, Span)> {
    let (skip, text) = without_byte_order_mark(source.text());
    let mut found = Vec::with_capacity(text.len() / 4 + 8);
    let mut lexer = Token::lexer(text);
    while let Some(token) = lexer.next() {
        let range = lexer.span();
        found.push((token.unwrap_or(Token::Unknown), Span::new(range.start as u32 + skip, range.end as u32 + skip)));
    }
    found
}

/// The pieces the parser works on.
pub(crate) fn lex(text: &str) -> Lexed {
    // About what scripts need (a token is 4 bytes with the space before it); far fewer would mean copies while growing.
    let estimate = text.len() / 4 + 8;
    let mut lexed = Lexed {
        tokens: Vec::with_capacity(estimate),
        spans: Vec::with_capacity(estimate),
        trivia: Vec::with_capacity(text.len() / 40 + 4),
    };
    lex_until(text, 0, &mut lexed, |_| false);
    lexed
}

/// Reads on from a place where a line begins, behind a [`Token::LineEnd`] or at 0, up to the first such token that `enough`
/// is said of, and says whether there was one. If not, the pieces end with [`Token::End`].
pub(crate) fn lex_until(text: &str, from: u32, lexed: &mut Lexed, mut enough: impl FnMut(Span) -> bool) -> bool {
    let (mark, body) = if from == 0 { without_byte_order_mark(text) } else { (0, &text[from as usize..]) };
    let skip = from + mark;
    if mark > 0 {
        lexed.trivia.push(Trivia { kind: TriviaKind::ByteOrderMark, span: Span::new(0, mark) });
    }
    let mut lexer = Token::lexer(body);
    // Whether the line so far is blank: a line end after it says nothing new.
    let mut blank = true;
    while let Some(token) = lexer.next() {
        let range = lexer.span();
        let span = Span::new(range.start as u32 + skip, range.end as u32 + skip);
        match token.unwrap_or(Token::Unknown) {
            Token::Comment => lexed.trivia.push(Trivia { kind: TriviaKind::Comment, span }),
            Token::Directive => lexed.trivia.push(Trivia { kind: TriviaKind::Directive, span }),
            Token::Continuation => {
                let length = if lexer.slice().ends_with("\r\n") { 2 } else { 1 };
                lexed.trivia.push(Trivia { kind: TriviaKind::LineEnd, span: Span::new(span.end - length, span.end) });
            }
            Token::LineEnd => {
                lexed.trivia.push(Trivia { kind: TriviaKind::LineEnd, span });
                if !blank {
                    lexed.tokens.push(Token::LineEnd);
                    lexed.spans.push(span);
                    blank = true;
                    if enough(span) {
                        return true;
                    }
                }
            }
            token => {
                lexed.tokens.push(token);
                lexed.spans.push(span);
                blank = false;
            }
        }
    }
    lexed.tokens.push(Token::End);
    lexed.spans.push(Span::empty(text.len() as u32));
    false
}

fn without_byte_order_mark(text: &str) -> (u32, &str) {
    text.strip_prefix('\u{FEFF}').map_or((0, text), |body| (3, body))
}
