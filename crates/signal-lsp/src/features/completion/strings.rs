//! Texts in quotes: tickers, sides, outputs.

use signal_syntax::Token;
use signal_text::Span;

use super::super::cursor::{BracketKind, Cursor};
use super::snippet::Insert;
use super::values::STEP;
use super::want::{Want, want};
use super::{Completion, Item, ItemKind, open_positions, outputs, tickers};

/// The sides of a position.
const SIDES: [(&str, &str); 2] = [("LONG", "gains when the price rises"), ("SHORT", "gains when the price falls")];

/// What fits between the quotes of a string.
pub(super) fn completion(cursor: &Cursor<'_>, inside: Span) -> Completion {
    let replaced = Span::new(inside.start, end_of_text(cursor, inside));
    let written = cursor.snapshot().source().slice(Span::new(inside.start, cursor.offset));
    let previous = cursor.previous(cursor.before);
    let items = match want(cursor, previous) {
        Some(Want::Side) => sides(cursor),
        Some(Want::Ticker) => tickers::items(cursor.snapshot(), written, cursor.offset),
        Some(Want::Index(_)) => outputs::in_index(cursor),
        // A text that gets a name, by itself or in a list, is most probably a ticker.
        Some(Want::Anything(_)) if begins_value(cursor, previous) => {
            tickers::items(cursor.snapshot(), written, cursor.offset)
        }
        _ => Vec::new(),
    };
    // Behind each `:` and `/` there is more to say.
    Completion { incomplete: items.iter().any(|item| item.kind == ItemKind::Ticker), items, replaced }
}

/// Adds texts that fit, with quotes around them.
pub(super) fn add_quoted(cursor: &Cursor<'_>, want: Want<'_>, items: &mut Vec<Item>) {
    let texts = if want == Want::Side { sides(cursor) } else { tickers::likely(cursor.snapshot()) };
    items.extend(texts.into_iter().map(|mut item| {
        item.rank += STEP;
        quoted(item)
    }));
}

/// The text of an item in quotes, found by what stands between them.
pub(super) fn quoted(mut item: Item) -> Item {
    let label = format!("\"{}\"", item.label);
    item.insert = Insert::plain(&label);
    item.filter = Some(std::mem::replace(&mut item.label, label));
    item
}

/// Both sides; that of the position which an exit most probably closes comes first.
fn sides(cursor: &Cursor<'_>) -> Vec<Item> {
    let called = cursor.brackets.last().and_then(|bracket| match bracket.kind {
        BracketKind::Call(name) => Some(cursor.text(name)),
        _ => None,
    });
    let closes = called == Some("exit");
    let open = if closes { open_positions::latest(cursor.snapshot(), cursor.offset) } else { None };
    let likely = open.map_or("LONG", |open| open.side);
    let items = SIDES.into_iter().map(|(side, description)| {
        let mut item = Item::new(side, ItemKind::Value, u32::from(side != likely)).described(description);
        item.preselect = side == likely;
        item
    });
    items.collect()
}

/// Whether the string is the value of a name, or an item of a list that is.
fn begins_value(cursor: &Cursor<'_>, previous: Option<usize>) -> bool {
    let is_list = |bracket: &super::super::cursor::Bracket| bracket.kind == BracketKind::List;
    cursor.brackets.iter().all(is_list)
        && previous
            .is_some_and(|previous| matches!(cursor.kind(previous), Token::Equal | Token::LeftBracket | Token::Comma))
}

/// Where the text that is replaced ends: with the string, but where a quote is missing not beyond what may be a part of it.
fn end_of_text(cursor: &Cursor<'_>, inside: Span) -> u32 {
    let rest = cursor.snapshot().source().slice(Span::new(cursor.offset, inside.end));
    let length = rest
        .find(|c: char| c.is_whitespace() || matches!(c, ',' | ')' | '(' | '"' | '\'' | '\\'))
        .unwrap_or(rest.len());
    cursor.offset + length as u32
}
