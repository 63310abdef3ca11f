//! Brackets without a partner.

use signal_text::{Diagnostic, Fix, Span};

use super::{Place, error, insert, remove};
use crate::Token;
use crate::parser::failure::Expected;

/// Explains a bracket that is not closed, closed by another, or closes nothing.
pub(super) fn explain(place: Place<'_>) -> Option<Diagnostic> {
    let found = place.found();
    match (found, place.open) {
        (Token::RightParen | Token::RightBracket, None) => Some(closes_nothing(place)),
        // `and b` below brackets that were closed too early, with the line of the bracket that was meant to close them.
        (found, None) if found.is_operator() && place.at == place.start => {
            let stray = stray_closer(place)?;
            closed_too_early(place, stray).map(|(opener, early)| one_too_many(place, opener, early, stray))
        }
        (Token::RightParen | Token::RightBracket, Some(open)) if closer_of(place.tokens[open]) != found => {
            Some(mismatch(place, open))
        }
        (Token::Semicolon, Some(open)) => Some(semicolon(place, open)),
        (Token::LineEnd, Some(open)) => Some(never_closed(place, open)),
        (Token::Equal, Some(open)) if begins_targets(place, open) => Some(never_closed(place, open)),
        (_, Some(open)) if ends_in_a_later_line(place, open) => Some(never_closed(place, open)),
        _ => None,
    }
}

const fn closer_of(open: Token) -> Token {
    if matches!(open, Token::LeftParen) { Token::RightParen } else { Token::RightBracket }
}

const fn sign(token: Token) -> &'static str {
    match token {
        Token::LeftParen => "(",
        Token::RightParen => ")",
        Token::LeftBracket => "[",
        _ => "]",
    }
}

/// Whether what did not fit begins a line, and the bracket has no partner anyway.
fn ends_in_a_later_line(place: Place<'_>, open: usize) -> bool {
    let Some(before) = place.before(place.at) else { return false };
    place.line_between(before, place.at) && partner(place, open).is_none()
}

/// `(a, b = f()`: whether the bracket begins the statement, and only names stand between it and what did not fit.
fn begins_targets(place: Place<'_>, open: usize) -> bool {
    let mut inside = place.tokens[open + 1..place.at].iter();
    open == place.start && inside.all(|token| matches!(token, Token::Name | Token::Comma | Token::LineEnd))
}

/// The token that closes the bracket, if the statement has it.
fn partner(place: Place<'_>, open: usize) -> Option<usize> {
    let mut depth = 0_u32;
    (open..place.end).find(|&at| {
        match place.tokens[at] {
            Token::LeftParen | Token::LeftBracket => depth += 1,
            Token::RightParen | Token::RightBracket => depth -= 1,
            _ => {}
        }
        depth == 0
    })
}

fn semicolon(place: Place<'_>, open: usize) -> Diagnostic {
    let span = place.span(place.at);
    error(span, format!("a `;` ends the statement, but a `{}` is still open", sign(place.tokens[open])))
        .label(place.span(open), "this one")
        .fix(Fix::replace("replace by `,`", false, span, ","))
}

/// The opening bracket that lacks its partner, and the token behind which that is missed at the latest.
///
/// Counting brackets blames the outermost one. Where a closing bracket begins a line that is indented like the line of an
/// outer bracket, it was written for that one, and what it closed by count is the one that lacks a partner.
fn unclosed(place: Place<'_>, open: usize) -> (usize, usize) {
    // Each open bracket with its token and the margin of its line.
    let mut stack: Vec<(usize, usize)> = Vec::new();
    let mut margin = 0;
    for at in place.start..place.end {
        let begins_line = at == place.start || place.tokens[at - 1] == Token::LineEnd;
        if begins_line {
            margin = margin_of(place, at);
        }
        match place.tokens[at] {
            Token::LeftParen | Token::LeftBracket => stack.push((at, margin)),
            Token::RightParen | Token::RightBracket => {
                let Some((inner, inner_margin)) = stack.pop() else { break };
                if begins_line && margin < inner_margin && stack.iter().any(|&(_, outer)| outer == margin) {
                    return (inner, place.before(at).unwrap_or(inner));
                }
            }
            _ => {}
        }
    }
    // Where the reading stopped is where the closing one is missed at the latest.
    (open, place.before(place.at.min(place.end)).unwrap_or(open))
}

/// Bytes of white space before the token.
fn margin_of(place: Place<'_>, token: usize) -> usize {
    let before = &place.text.as_bytes()[..place.span(token).start as usize];
    before.iter().rev().take_while(|&&byte| matches!(byte, b' ' | b'\t' | 0x0C)).count()
}

fn never_closed(place: Place<'_>, open: usize) -> Diagnostic {
    let (open, last) = unclosed(place, open);
    let (opener, closer) = (sign(place.tokens[open]), sign(closer_of(place.tokens[open])));
    let found = error(place.span(open), format!("this `{opener}` is never closed"));
    match place.tokens[last] {
        token if last == open => found.help(match token {
            Token::LeftParen => "a `)` has to follow, on this line or a later one",
            _ => "a `]` has to follow, on this line or a later one",
        }),
        token if token.ends_operand() => {
            let end = place.span(last).end;
            found.label(Span::empty(end), format!("a `{closer}` is missing here at the latest")).fix(insert(
                &format!("insert `{closer}`"),
                end,
                closer,
            ))
        }
        token => found.help(format!("behind {token} a value and a `{closer}` have to follow")),
    }
}

fn mismatch(place: Place<'_>, open: usize) -> Diagnostic {
    let (opener, closer) = (sign(place.tokens[open]), sign(closer_of(place.tokens[open])));
    let wrong = place.span(place.at);
    let found = sign(place.found());
    // With the right one missing before it, the wrong one closes a bracket further out.
    let outer_fits = (place.start..open).any(|at| {
        closer_of(place.tokens[at]) == place.found()
            && matches!(place.tokens[at], Token::LeftParen | Token::LeftBracket)
    });
    let end = place.before(place.at).map_or(wrong.start, |before| place.span(before).end);
    let report = error(wrong, format!("`{opener}` is closed by `{found}`"))
        .label(place.span(open), format!("this `{opener}` needs a `{closer}`"));
    match place.expected {
        Expected::Operand | Expected::OperandOrClose => report,
        _ if closes_behind(place, open) => report.fix(remove(&format!("remove `{found}`"), wrong, false)),
        _ if outer_fits => report.fix(insert(&format!("insert `{closer}`"), end, closer)),
        _ => report.fix(Fix::replace(format!("replace by `{closer}`"), false, wrong, closer)),
    }
}

/// Whether a partner of the bracket stands behind the wrong one.
fn closes_behind(place: Place<'_>, open: usize) -> bool {
    let mut depth = 0_u32;
    for &token in place.tokens[..place.end].iter().skip(place.at + 1) {
        match token {
            Token::LeftParen | Token::LeftBracket => depth += 1,
            Token::RightParen | Token::RightBracket if depth == 0 => return token == closer_of(place.tokens[open]),
            Token::RightParen | Token::RightBracket => depth -= 1,
            _ => {}
        }
    }
    false
}

fn closes_nothing(place: Place<'_>) -> Diagnostic {
    let span = place.span(place.at);
    let closer = sign(place.found());
    if place.at == place.start
        && let Some((opener, early)) = closed_too_early(place, place.at)
    {
        return one_too_many(place, opener, early, place.at);
    }
    let opener = if place.found() == Token::RightParen { "(" } else { "[" };
    error(span, format!("this `{closer}` closes nothing"))
        .help(format!("there is no `{opener}` before it that is still open"))
        .fix(remove(&format!("remove `{closer}`"), span, false))
}

fn one_too_many(place: Place<'_>, opener: usize, early: usize, stray: usize) -> Diagnostic {
    let closer = sign(place.tokens[early]);
    error(place.span(early), format!("this `{closer}` is one too many"))
        .label(place.span(opener), "it closes this bracket")
        .label(place.span(stray), "which seems to be meant by this one")
        .fix(remove(&format!("remove `{closer}`"), place.span(early), false))
}

/// The first closing bracket of the statement that closes nothing in it, where it begins a line.
fn stray_closer(place: Place<'_>) -> Option<usize> {
    let mut depth = 0_u32;
    let stray = (place.start..place.end).find(|&at| {
        match place.tokens[at] {
            Token::LeftParen | Token::LeftBracket => depth += 1,
            Token::RightParen | Token::RightBracket if depth == 0 => return true,
            Token::RightParen | Token::RightBracket => depth -= 1,
            _ => {}
        }
        false
    })?;
    (place.tokens[stray - 1] == Token::LineEnd).then_some(stray)
}

/// Where a stray closing bracket begins a line: a bracket above that ends a line with the same margin, which this one seems
/// to be meant for, and what closes it in the middle of a line in between.
fn closed_too_early(place: Place<'_>, stray: usize) -> Option<(usize, usize)> {
    let margin = margin_of(place, stray);
    let mut closers = Vec::new();
    for at in (0..place.start.checked_sub(1)?).rev() {
        match place.tokens[at] {
            Token::RightParen | Token::RightBracket => closers.push(at),
            Token::LeftParen | Token::LeftBracket => {
                let closer = closers.pop()?;
                let ends_line = place.tokens[at + 1] == Token::LineEnd;
                if ends_line
                    && place.tokens[closer] == place.tokens[stray]
                    && place.tokens[closer - 1] != Token::LineEnd
                {
                    let first =
                        (0..at).rev().find(|&token| place.tokens[token] == Token::LineEnd).map_or(0, |end| end + 1);
                    return (margin_of(place, first) == margin).then_some((at, closer));
                }
            }
            // Lines with a greater margin lie inside the brackets; the first other one is where they begin.
            Token::LineEnd if margin_of(place, at + 1) <= margin => return None,
            _ => {}
        }
    }
    None
}
