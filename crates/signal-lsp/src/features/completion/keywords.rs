//! Parameters by their names, inside of a call.

use signal_catalog::{Entry, Input, Kind, Slot};
use signal_syntax::Token;

use super::super::called::called;
use super::super::cursor::Cursor;
use super::values::STEP;
use super::{About, Item, ItemKind};
use crate::features::vocabulary;

/// Adds the parameters that are not given yet, where an argument begins. Tells whether nothing else may stand there: the
/// word is a parameter's name already, or such a one stands before it.
pub(super) fn add(cursor: &Cursor<'_>, items: &mut Vec<Item>) -> bool {
    let Some(bracket) = cursor.brackets.last() else { return false };
    // Right behind the bracket or a comma, line ends aside.
    let begins = cursor.previous(cursor.before).is_some_and(|previous| previous + 1 == bracket.start);
    if !begins {
        return false;
    }
    let Some(called) = called(cursor, bracket) else { return false };
    let named = cursor.is_before(Token::Equal);
    let behind_keyword = called.arguments.iter().take(called.active).any(|argument| argument.keyword.is_some());
    let only = named || behind_keyword;
    let signature = called.signature();
    let tier = if only { 0 } else { 12 };
    let mut offer = |name: &str, order: usize, documentation: String| {
        let label = if named { name.to_owned() } else { format!("{name}=") };
        let item = Item::new(label, ItemKind::Property, tier * STEP + order as u32);
        items.push(item.filtered_by(name).about(About::Text(documentation)));
    };
    // A parameter is worth its name; an input only where it stands behind others that have theirs.
    for (index, param) in signature.params.iter().enumerate() {
        if !called.is_given(Slot::Param(index)) {
            offer(&param.name, index, vocabulary::parameter(param));
        }
    }
    for (index, input) in signature.inputs.iter().enumerate() {
        if !called.is_given(Slot::Input(index)) && is_worth_a_name(called.entry, input, only) {
            offer(&input.name, 20 + index, vocabulary::input(input));
        }
    }
    only
}

fn is_worth_a_name(entry: &Entry, input: &Input, only: bool) -> bool {
    only || matches!(entry.kind, Kind::Action | Kind::Signal) || input.optional
}
