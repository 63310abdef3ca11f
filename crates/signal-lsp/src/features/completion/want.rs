//! What sort of thing fits at a cursor between tokens.

use signal_analysis::Type;
use signal_catalog::{Kind, Param, Signature, Slot, ValueType};
use signal_syntax::Token;

use super::super::called::{Called, called, inputs_to_write};
use super::super::cursor::{BracketKind, Cursor};

/// What fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Want<'s> {
    /// A statement begins.
    Statement,
    /// Any value, which so many names at once are bound to.
    Anything(usize),
    /// A series of numbers.
    Number,
    /// A condition.
    Condition,
    /// The constant number of a parameter.
    Constant(&'s Param),
    /// The number of a sizing, by the name of its input.
    Amount(&'s str),
    /// A ticker.
    Ticker,
    /// `"LONG"` or `"SHORT"`.
    Side,
    /// `entry(...)` or `exit(...)`.
    Action,
    /// `Weight(...)` and its like.
    Sizing,
    /// An index: of the bracket that stands behind this token.
    Index(usize),
}

/// What fits where a value is to begin behind the token `previous`; `None` where none can begin.
pub(super) fn want<'s>(cursor: &Cursor<'s>, previous: Option<usize>) -> Option<Want<'s>> {
    let Some(previous) = previous else { return Some(Want::Statement) };
    match cursor.kind(previous) {
        Token::And | Token::Or | Token::Not | Token::If => Some(Want::Condition),
        Token::Else => around(cursor),
        Token::Less
        | Token::LessEqual
        | Token::Greater
        | Token::GreaterEqual
        | Token::EqualEqual
        | Token::BangEqual => Some(Want::Number),
        Token::Ampersand | Token::Pipe | Token::Tilde => Some(Want::Condition),
        kind if kind.is_operator() => match around(cursor) {
            Some(constant @ (Want::Constant(_) | Want::Amount(_))) => Some(constant),
            // Behind the sign of `x[-` stands a number.
            Some(Want::Index(open)) if open + 1 == previous => None,
            _ => Some(Want::Number),
        },
        Token::Equal | Token::LeftParen | Token::LeftBracket | Token::Comma => around(cursor),
        _ => None,
    }
}

/// What the innermost bracket takes as a whole.
fn around<'s>(cursor: &Cursor<'s>) -> Option<Want<'s>> {
    for bracket in cursor.brackets.iter().rev() {
        match bracket.kind {
            BracketKind::Call(_) => {
                return Some(called(cursor, bracket).map_or(Want::Anything(1), |called| of_argument(&called)));
            }
            BracketKind::Index => return Some(Want::Index(bracket.open)),
            // In parentheses and lists stands what could stand in their place.
            BracketKind::Group | BracketKind::List => match cursor.previous(bracket.open).map(|at| cursor.kind(at)) {
                Some(Token::LeftParen | Token::LeftBracket | Token::Comma | Token::Equal | Token::Else) => {}
                Some(Token::And | Token::Or | Token::Not | Token::If) => return Some(Want::Condition),
                Some(kind) if kind.is_operator() => return Some(Want::Number),
                _ => return Some(Want::Anything(1)),
            },
        }
    }
    outside(cursor)
}

/// What a statement takes that no bracket is open in.
fn outside<'s>(cursor: &Cursor<'s>) -> Option<Want<'s>> {
    let equals = (cursor.first..cursor.before).find(|at| cursor.kind(*at) == Token::Equal);
    match equals {
        Some(equals) => {
            let names = (cursor.first..equals).filter(|at| cursor.kind(*at) == Token::Name).count();
            let values = (equals..cursor.before).filter(|at| cursor.kind(*at) == Token::Comma).count();
            Some(Want::Anything(if values == 0 { names } else { 1 }))
        }
        // `line, signal`: names that a `=` will stand behind.
        None => None,
    }
}

/// What the argument at the cursor is to be.
fn of_argument<'s>(called: &Called<'s>) -> Want<'s> {
    match of_slot(called.signature(), called.slot()) {
        Want::Number if called.entry.kind == Kind::Sizing => {
            called.signature().inputs.first().map_or(Want::Number, |input| Want::Amount(&input.name))
        }
        want => want,
    }
}

/// What the argument at the cursor may be as well, where it has only just begun: `max(close, ` goes on with a period or with
/// another series, and `atr(` with a period if the price columns are left out.
pub(super) fn alternatives<'s>(cursor: &Cursor<'s>) -> Vec<Want<'s>> {
    let Some(bracket) = cursor.brackets.last() else { return Vec::new() };
    let begins = cursor.previous(cursor.before).is_some_and(|previous| previous + 1 == bracket.start);
    let Some(called) = called(cursor, bracket).filter(|_| begins) else { return Vec::new() };
    let others = called.otherwise.iter();
    let mut wants: Vec<Want<'s>> =
        others.map(|(index, slot)| of_slot(&called.entry.signatures[*index], Some(*slot))).collect();
    let signature = called.signature();
    let written = inputs_to_write(signature).len();
    let is_column = matches!(called.slot(), Some(Slot::Input(index)) if index >= written);
    let is_first = called.active <= written && !called.slots.contains(&Some(Slot::Param(0)));
    if is_column && is_first {
        wants.extend(signature.params.first().map(Want::Constant));
    }
    wants
}

/// The price column that is left out at the cursor and may be written there.
pub(super) fn column(cursor: &Cursor<'_>) -> Option<&'static str> {
    let bracket = cursor.brackets.last()?;
    let called = called(cursor, bracket)?;
    let Some(Slot::Input(index)) = called.slot() else { return None };
    Some(called.signature().inputs.get(index)?.column?.as_str())
}

fn of_slot(signature: &Signature, slot: Option<Slot>) -> Want<'_> {
    match slot {
        Some(Slot::Param(index)) => signature.params.get(index).map_or(Want::Anything(1), Want::Constant),
        Some(Slot::Input(index)) => match signature.inputs.get(index) {
            Some(input) => match input.value {
                ValueType::Number => Want::Number,
                ValueType::Boolean => Want::Condition,
                ValueType::Action => Want::Action,
                ValueType::Sizing => Want::Sizing,
                ValueType::Text if input.is_named("side") => Want::Side,
                ValueType::Text if input.is_named("ticker") => Want::Ticker,
                ValueType::Text | ValueType::Nothing | ValueType::Unknown => Want::Anything(1),
            },
            None => Want::Anything(1),
        },
        None => Want::Anything(1),
    }
}

/// How well a value fits, the least best; `None`: not at all. Names of the script come before data, data before calls.
pub(super) fn fit(want: Want<'_>, found: Type) -> Option<u32> {
    use Type as T;
    match want {
        Want::Statement => None,
        // One number can't be taken apart.
        Want::Anything(names) if names > 1 && matches!(found, T::Number | T::Boolean) => Some(5),
        Want::Anything(_) => match found {
            T::Number | T::Boolean | T::Unknown | T::Outputs | T::Items => Some(0),
            T::Text | T::Action | T::Sizing => Some(5),
            T::None | T::Nothing | T::Function => None,
        },
        Want::Number | Want::Index(_) => match found {
            T::Number => Some(0),
            T::Unknown => Some(1),
            T::Outputs | T::Items => Some(3),
            T::Boolean => Some(4),
            _ => None,
        },
        // What is compared makes a condition too.
        Want::Condition => match found {
            T::Boolean => Some(0),
            T::Unknown => Some(1),
            T::Number => Some(2),
            T::Outputs | T::Items => Some(4),
            _ => None,
        },
        Want::Amount(_) => match found {
            T::Number => Some(0),
            T::Unknown => Some(1),
            _ => None,
        },
        Want::Constant(_) => match found {
            T::Unknown => Some(3),
            _ => None,
        },
        Want::Ticker | Want::Side => match found {
            T::Text => Some(0),
            T::Unknown => Some(3),
            _ => None,
        },
        Want::Action => match found {
            T::Action => Some(0),
            T::Unknown | T::Items => Some(3),
            _ => None,
        },
        Want::Sizing => match found {
            T::Sizing => Some(0),
            T::Unknown => Some(3),
            _ => None,
        },
    }
}
