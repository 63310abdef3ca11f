//! What the tree says together with the text it was made from.

use std::borrow::Cow;

use signal_text::Source;

use super::{Expr, ExprId, Tree};

impl Tree {
    /// The text of a name; `None` for what is no [`Expr::Name`].
    #[must_use]
    pub fn name<'s>(&self, source: &'s Source, id: ExprId) -> Option<&'s str> {
        matches!(self.expr(id), Expr::Name).then(|| source.slice(self.span(id)))
    }

    /// The value of a string, with Python's escapes resolved; `None` for what is no [`Expr::String`].
    ///
    /// An escape that Python does not know stands for itself, backslash included.
    #[must_use]
    pub fn string<'s>(&self, source: &'s Source, id: ExprId) -> Option<Cow<'s, str>> {
        if self.expr(id) != Expr::String {
            return None;
        }
        let quoted = source.slice(self.span(id));
        let text = quoted.get(1..quoted.len() - 1)?;
        Some(if text.contains('\\') { Cow::Owned(unescaped(text)) } else { Cow::Borrowed(text) })
    }

    /// Index of the statement that an expression belongs to.
    #[must_use]
    pub fn statement_of(&self, id: ExprId) -> usize {
        self.statements.partition_point(|statement| statement.exprs_end as usize <= id.index())
    }
}

fn unescaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        value.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        let (character, length) = one_escape(escape);
        match character {
            Some(character) => value.push(character),
            None => {
                value.push('\\');
                value.push_str(&escape[..length]);
            }
        }
        rest = &escape[length..];
    }
    value.push_str(rest);
    value
}

/// What the text behind a backslash stands for, if anything, and how many bytes of it that takes.
fn one_escape(escape: &str) -> (Option<char>, usize) {
    let Some(first) = escape.chars().next() else { return (None, 0) };
    let character = match first {
        '\\' | '\'' | '"' => first,
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'a' => '\u{07}',
        'b' => '\u{08}',
        'f' => '\u{0C}',
        'v' => '\u{0B}',
        'x' => return by_number(escape, 1, 2, 16),
        'u' => return by_number(escape, 1, 4, 16),
        'U' => return by_number(escape, 1, 8, 16),
        '0'..='7' => {
            let digits = escape.bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
            return by_number(escape, 0, digits, 8);
        }
        _ => return (None, first.len_utf8()),
    };
    (Some(character), 1)
}

/// The character with the number that `digits` digits behind the first `skip` bytes give.
fn by_number(escape: &str, skip: usize, digits: usize, radix: u32) -> (Option<char>, usize) {
    let number = escape.get(skip..skip + digits).filter(|text| text.chars().all(|c| c.is_digit(radix)));
    let character = number.and_then(|text| u32::from_str_radix(text, radix).ok()).and_then(char::from_u32);
    if character.is_some() { (character, skip + digits) } else { (None, skip.max(1)) }
}
