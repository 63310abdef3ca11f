//! What fits between tokens: values, words that join them, parameters by name, outputs, statements.

use std::collections::HashSet;

use signal_catalog::{Param, ParamKind};
use signal_syntax::Token;

use super::super::cursor::{BracketKind, Cursor};
use super::snippet::Insert;
use super::want::{self, Want, alternatives, want};
use super::{About, Completion, Item, ItemKind, callables, keywords, names, outputs, statements, strings};
use crate::features::vocabulary::{moving_average, parameter};
use crate::wording::number;

/// Ranks of one tier: items that fit alike and are of one source.
pub(super) const STEP: u32 = 1_000;
/// The tier of data among what fits alike. The script's own names come before it, and before what fits a little better.
pub(super) const DATA: u32 = 1;
/// The tier of calls.
pub(super) const CALLS: u32 = 2;
/// Tiers of what fits alike.
pub(super) const TIERS: u32 = 3;

/// What fits at a cursor between tokens or in a word.
pub(super) fn completion(cursor: &Cursor<'_>) -> Completion {
    let mut answer = Completion { items: Vec::new(), replaced: cursor.word, incomplete: false };
    let previous = cursor.previous(cursor.before);
    match previous.map(|previous| cursor.kind(previous)) {
        Some(Token::Dot) => outputs::add(cursor, previous, &mut answer.items),
        Some(kind) if kind.ends_operand() => words(cursor, previous, &mut answer.items),
        _ => match want(cursor, previous) {
            Some(Want::Statement) => return statements::completion(cursor),
            Some(want) => values(cursor, want, &mut answer),
            None => {}
        },
    }
    answer
}

/// Whether what fits at a cursor is a short list, and evident enough to be shown without having been asked for.
pub(super) fn is_evident(cursor: &Cursor<'_>) -> bool {
    let previous = cursor.previous(cursor.before);
    if previous.is_some_and(|previous| cursor.kind(previous) == Token::Dot) {
        return true;
    }
    match want(cursor, previous) {
        Some(Want::Ticker | Want::Side | Want::Action | Want::Sizing) => true,
        Some(Want::Constant(_)) => begins_argument(cursor) && alternatives(cursor).is_empty(),
        _ => false,
    }
}

/// What may be written where a value is to begin.
fn values(cursor: &Cursor<'_>, want: Want<'_>, answer: &mut Completion) {
    let items = &mut answer.items;
    let only_keywords = keywords::add(cursor, items);
    // A name that a `=` stands behind is a parameter's; and what begins right behind the cursor is a value already.
    let begun = cursor.word.is_empty() && cursor.next_character().is_some_and(begins_value);
    if only_keywords || begun {
        return;
    }
    let mut want = want;
    for other in alternatives(cursor) {
        match (want, other) {
            (Want::Constant(param), Want::Number) => {
                constant(param, items);
                want = other;
            }
            (Want::Number, Want::Constant(param)) => constant(param, items),
            _ => {}
        }
    }
    match want {
        Want::Index(open) => {
            outputs::add_quoted(cursor, open, items);
            return index(items);
        }
        Want::Constant(param) if begins_argument(cursor) => constant(param, items),
        Want::Amount(name) => {
            amounts(name, begins_argument(cursor), items);
            answer.incomplete = names::add(cursor, want, items);
            return;
        }
        Want::Ticker | Want::Side => strings::add_quoted(cursor, want, items),
        Want::Condition | Want::Anything(1) if !follows_not(cursor) => {
            let mut not = word("not", if want == Want::Condition { STEP } else { 3 * STEP });
            let is_parted = cursor.next_character().is_some_and(char::is_whitespace);
            not.insert = Insert::plain(if is_parted { "not" } else { "not " });
            items.push(not);
        }
        _ => {}
    }
    answer.incomplete = names::add(cursor, want, items);
    callables::add(cursor, want, items);
    // A name of the script hides the catalog's data of that name.
    let own: HashSet<String> =
        items.iter().filter(|item| item.kind == ItemKind::Name).map(|item| item.label.clone()).collect();
    items.retain(|item| item.kind != ItemKind::Data || !own.contains(&item.label));
    let beside = beside(cursor);
    for item in items.iter_mut().filter(|item| matches!(item.kind, ItemKind::Name | ItemKind::Data)) {
        if beside.contains(&&*item.label) {
            item.rank = item.rank / STEP * STEP + STEP - 1;
        }
    }
    // `atr(high, low, ` goes on with `close`.
    let column = if want == Want::Number { want::column(cursor) } else { None };
    let is_settled = items.iter().any(|item| item.preselect);
    for item in items.iter_mut().filter(|item| item.kind == ItemKind::Data && Some(&*item.label) == column) {
        item.rank = 1;
        item.preselect = !is_settled;
    }
}

/// The names that a value at the cursor is compared with, or given together with: hardly anybody writes `close > close`.
fn beside<'s>(cursor: &Cursor<'s>) -> Vec<&'s str> {
    let name = |token: Option<usize>| token.filter(|token| cursor.kind(*token) == Token::Name);
    let Some(previous) = cursor.previous(cursor.before) else { return Vec::new() };
    if cursor.kind(previous).is_operator() {
        let operand = name(cursor.previous(previous));
        let is_output = |name: usize| cursor.previous(name).is_some_and(|dot| cursor.kind(dot) == Token::Dot);
        return operand.filter(|name| !is_output(*name)).map(|name| cursor.text(name)).into_iter().collect();
    }
    let call = cursor.brackets.last().filter(|bracket| matches!(bracket.kind, BracketKind::Call(_)));
    let Some(call) = call.filter(|_| cursor.kind(previous) == Token::Comma) else { return Vec::new() };
    let arguments = cursor.arguments(call).into_iter().take(call.commas);
    let alone = arguments.filter(|argument| argument.value.len() == 1);
    alone.filter_map(|argument| name(Some(argument.value.start))).map(|name| cursor.text(name)).collect()
}

/// Whether an argument begins at the cursor, so that a whole value fits there and not only a part of one.
fn begins_argument(cursor: &Cursor<'_>) -> bool {
    let previous = cursor.previous(cursor.before);
    previous.is_some_and(|previous| matches!(cursor.kind(previous), Token::LeftParen | Token::Comma | Token::Equal))
}

fn follows_not(cursor: &Cursor<'_>) -> bool {
    cursor.previous(cursor.before).is_some_and(|previous| cursor.kind(previous) == Token::Not)
}

/// Whether a text that begins like this would grow together with what is inserted before it.
fn begins_value(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '"' | '\'' | '.')
}

/// Words that may follow a value.
fn words(cursor: &Cursor<'_>, previous: Option<usize>, items: &mut Vec<Item>) {
    // One name alone is on the way to `name = value`; on the left of a `=` stand names alone.
    let is_first = previous == Some(cursor.first) && cursor.kind(cursor.first) == Token::Name;
    let touches = previous.is_some_and(|previous| cursor.span(previous).end == cursor.word.start);
    let is_joined = cursor.word.is_empty() && cursor.kind(cursor.after).is_operator();
    if is_first || touches || is_joined || cursor.is_before(Token::Equal) {
        return;
    }
    let is_index = cursor.brackets.last().is_some_and(|bracket| bracket.kind == BracketKind::Index);
    if !is_index {
        items.extend(["and", "or"].map(|name| word(name, 0)));
    }
    if awaits_else(cursor) {
        items.push(word("else", 0));
    }
}

/// Whether an `if` in the innermost bracket still lacks its `else`.
fn awaits_else(cursor: &Cursor<'_>) -> bool {
    let start = cursor.brackets.last().map_or(cursor.first, |bracket| bracket.start);
    let (mut depth, mut open) = (0_i32, 0_i32);
    for at in start..cursor.before {
        match cursor.kind(at) {
            Token::LeftParen | Token::LeftBracket => depth += 1,
            Token::RightParen | Token::RightBracket => depth -= 1,
            Token::If if depth == 0 => open += 1,
            Token::Else if depth == 0 => open -= 1,
            _ => {}
        }
    }
    open > 0
}

fn word(name: &'static str, rank: u32) -> Item {
    let description = match name {
        "and" => "holds where both conditions hold",
        "or" => "holds where at least one of two conditions holds",
        "not" => "holds where the condition does not",
        _ => "the value where the condition does not hold",
    };
    Item::new(name, ItemKind::Keyword, rank).described(description)
}

/// Values of a parameter.
fn constant(param: &Param, items: &mut Vec<Item>) {
    if param.kind == ParamKind::MovingAverage {
        for kind in 0..=15_u32 {
            let Some(name) = moving_average(param, f64::from(kind)) else { continue };
            let mut item = Item::new(format!("{kind} ({name})"), ItemKind::Value, kind)
                .inserting(Insert::plain(kind.to_string()))
                .filtered_by(name)
                .about(About::Text(parameter(param)));
            item.preselect = param.default == Some(f64::from(kind));
            items.push(item);
        }
    } else if let Some(default) = param.default {
        let mut item = Item::new(default.to_string(), ItemKind::Value, 0)
            .described(format!("default of {}", param.name))
            .about(About::Text(parameter(param)));
        item.preselect = true;
        items.push(item);
    } else if let Some(least) = param.min.filter(|_| param.kind == ParamKind::Integer) {
        let usual = least.max(20.0);
        items.push(
            Item::new(usual.to_string(), ItemKind::Value, 0)
                .described(format!("{}: a whole number, at least {}", param.name, number(least)))
                .about(About::Text(parameter(param))),
        );
    }
}

/// Sizes that people often choose; `begins`: a whole one fits.
fn amounts(name: &str, begins: bool, items: &mut Vec<Item>) {
    let amounts: &[(&str, &str)] = match name {
        "weight" => &[("1", "all of the equity"), ("0.5", "half of it"), ("0.25", "a quarter"), ("0.1", "a tenth")],
        "amount" => &[("1000", "of the quote currency"), ("100", "of the quote currency")],
        "quantity" => &[("1", "of the base currency"), ("0.1", "of the base currency")],
        _ => &[],
    };
    for (order, (amount, description)) in amounts.iter().enumerate().filter(|_| begins) {
        items.push(Item::new(*amount, ItemKind::Value, STEP + order as u32).described(*description));
    }
}

/// Indexes that mean something: the current bar and those before it.
fn index(items: &mut Vec<Item>) {
    let bars = [("-1", "the current bar"), ("-2", "one bar before"), ("-3", "two bars before")];
    for (at, (index, description)) in bars.into_iter().enumerate() {
        items.push(Item::new(index, ItemKind::Value, STEP + at as u32).described(description));
    }
}
