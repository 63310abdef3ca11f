//! Commas that look as if they stood between the digits of a number: `Cash(2,500)`.
//!
//! They make two numbers of it, which is a mistake that the check finds by the missing blank. A blank would hide it.

use signal_syntax::Token;
use signal_text::{Source, Span};

/// Whether the comma at `at` has up to three digits before it and three behind it, and nothing else.
pub(crate) fn looks_like_one(source: &Source, kinds: &[Token], spans: &[Span], at: usize) -> bool {
    if at == 0 || kinds[at - 1] != Token::Number || kinds.get(at + 1) != Some(&Token::Number) {
        return false;
    }
    let (before, comma, behind) = (spans[at - 1], spans[at], spans[at + 1]);
    let digits = |span: Span| source.slice(span).bytes().all(|byte| byte.is_ascii_digit());
    before.end == comma.start
        && comma.end == behind.start
        && before.len() <= 3
        && behind.len() == 3
        && digits(before)
        && digits(behind)
}

/// The commas that stay without a blank. Where other commas of the same brackets have none either, that is how their author
/// writes lists, and so it is in a list in `[ ]`.
pub(crate) fn commas(source: &Source, kinds: &[Token], spans: &[Span]) -> Vec<usize> {
    let mut kept = Vec::new();
    if !(0..kinds.len()).any(|at| kinds[at] == Token::Comma && looks_like_one(source, kinds, spans, at)) {
        return kept;
    }
    // For each pair of brackets that is open, and for all of the statement: the commas in question, and whether another has
    // no blank behind it.
    let mut open = vec![(Vec::new(), false)];
    let settle = |(found, has_tight): (Vec<usize>, bool), kept: &mut Vec<usize>| {
        if !has_tight {
            kept.extend(found);
        }
    };
    for (at, kind) in kinds.iter().enumerate() {
        match kind {
            Token::LeftParen => open.push((Vec::new(), false)),
            Token::LeftBracket => open.push((Vec::new(), true)),
            // Behind the names begins the value.
            Token::Equal if open.len() == 1 => open = vec![(Vec::new(), false)],
            Token::RightParen | Token::RightBracket => {
                if let Some(inner) = open.pop() {
                    settle(inner, &mut kept);
                }
            }
            Token::Comma => {
                if let Some((found, has_tight)) = open.last_mut() {
                    if looks_like_one(source, kinds, spans, at) {
                        found.push(at);
                    } else {
                        let ends_line = matches!(kinds.get(at + 1), None | Some(Token::LineEnd));
                        *has_tight |= !ends_line && spans[at + 1].start == spans[at].end;
                    }
                }
            }
            _ => {}
        }
    }
    for inner in open {
        settle(inner, &mut kept);
    }
    kept.sort_unstable();
    kept
}
