//! Names of the catalog: indicators, operators and constructors with their arguments to be filled in, and data.

use signal_analysis::Type;
use signal_catalog::{Entry, Evidence, Input, Kind, OutputKind, ParamKind, ValueType};
use signal_syntax::Token;

use super::super::called::inputs_to_write;
use super::super::cursor::Cursor;
use super::snippet::Insert;
use super::values::{CALLS, DATA, STEP, TIERS};
use super::want::{Want, fit};
use super::{About, Item, ItemKind, open_positions, tickers};
use crate::snapshot::Snapshot;
use crate::wording::on_one_line;

/// What most strategies are made of, the most usual first: of what begins alike it is what an author most probably means.
pub(super) const USUAL: &str = "rsi ema sma macd bbands atr crossover crossunder highest lowest adx stoch vwap stddev supertrend \
    donchian cross_above cross_below max min abs mfi cci obv roc stochrsi keltner wma hma plus_di minus_di aroon sar zscore \
    willr change mom vwma ichimoku linearreg barssince percentrank";

/// Parameters up to which a snippet has a place for each; of a call with more, authors write those that they want otherwise.
const PARAMS: usize = 4;

/// Longest description, in characters.
const LONGEST: usize = 80;

/// Adds the names that fit.
pub(super) fn add(cursor: &Cursor<'_>, want: Want<'_>, items: &mut Vec<Item>) {
    let exit_is_due = want == Want::Action && open_positions::latest(cursor.snapshot(), cursor.offset).is_some();
    for entry in cursor.snapshot().facts().catalog.entries() {
        let found = type_of(entry);
        let Some(fitness) = fit(want, found) else { continue };
        if entry.is_callable() {
            // As many names stand on the left as the call has outputs.
            let outputs = entry.signatures.first().map_or(1, |signature| signature.outputs.len());
            let matches = matches!(want, Want::Anything(names) if names > 1 && names == outputs);
            let tier = if matches { 0 } else { TIERS * fitness + CALLS };
            let alike = if matches { alike(cursor, entry) } else { 0 };
            let order = (500 + commonness(entry)).saturating_sub(100 * alike);
            let is_due = exit_is_due && entry.name == "exit";
            items.push(callable(cursor, entry, tier * STEP + if is_due { 0 } else { order }));
        }
        if entry.kind == Kind::Variable {
            items.push(data(entry, (TIERS * fitness + DATA) * STEP));
        }
    }
}

/// How many of the names on the left are those of the outputs: `line, signal, hist` are the MACD's.
fn alike(cursor: &Cursor<'_>, entry: &Entry) -> u32 {
    let outputs = entry.signatures.iter().flat_map(|signature| signature.outputs.iter());
    let names = (cursor.first..cursor.before).filter(|at| cursor.kind(*at) == Token::Name);
    names.zip(outputs).map(|(name, output)| u32::from(output.is_named(cursor.text(name)))).sum()
}

/// Adds the names that can be called and begin with what is written, where a statement begins.
pub(super) fn add_begun(cursor: &Cursor<'_>, tier: u32, items: &mut Vec<Item>) {
    let typed = cursor.typed();
    for entry in cursor.snapshot().facts().catalog.entries() {
        let is_value = matches!(entry.kind, Kind::Indicator | Kind::Operator) && entry.is_callable();
        if is_value && !typed.is_empty() && entry.name.starts_with(typed) {
            items.push(callable(cursor, entry, tier * STEP + commonness(entry)));
        }
    }
}

/// The item of a name that can be called, with no second pair of brackets where one stands there already.
pub(super) fn callable(cursor: &Cursor<'_>, entry: &Entry, rank: u32) -> Item {
    let bare = cursor.next_character() == Some('(');
    let is_value = matches!(entry.kind, Kind::Indicator | Kind::Operator | Kind::Variable);
    let kind = if is_value { ItemKind::Function } else { ItemKind::Constructor };
    let insert = if bare { Insert::plain(&*entry.name) } else { call(entry, cursor.snapshot()) };
    let mut item = Item::new(&*entry.name, kind, rank).inserting(insert).about(About::Entry(entry.name.to_string()));
    let text = entry.signature_text();
    item.signature = on_one_line(text.get(entry.name.len()..).unwrap_or_default(), LONGEST);
    item.described(on_one_line(&entry.summary, LONGEST))
}

fn data(entry: &Entry, tier: u32) -> Item {
    // What most conditions are about comes first.
    let order = ["close", "open", "high", "low", "volume"].iter().position(|name| *name == entry.name).unwrap_or(9);
    Item::new(&*entry.name, ItemKind::Data, tier + order as u32)
        .described(on_one_line(&entry.summary, LONGEST))
        .about(About::Entry(entry.name.to_string()))
}

/// What the service is known to have comes first, what nearly nobody looks for by name last.
fn commonness(entry: &Entry) -> u32 {
    if let Some(place) = USUAL.split(' ').position(|name| name == entry.name) {
        return place as u32;
    }
    let further = match entry.evidence {
        Evidence::Live | Evidence::Declared | Evidence::Documented => 0,
        _ if entry.group == "Pattern Recognition" => 3,
        _ if entry.kind == Kind::Indicator => 1,
        Evidence::TaLib | Evidence::Assumed => 2,
    };
    100 + further
}

/// What sort of value an entry stands for.
pub(super) fn type_of(entry: &Entry) -> Type {
    let outputs = entry.signatures.first().map_or(&[][..], |signature| &signature.outputs);
    match (entry.kind, entry.value) {
        (Kind::Signal, _) | (_, ValueType::Nothing) => Type::Nothing,
        (Kind::Action, _) | (_, ValueType::Action) => Type::Action,
        (Kind::Sizing, _) | (_, ValueType::Sizing) => Type::Sizing,
        _ if outputs.len() > 1 => Type::Outputs,
        (_, ValueType::Boolean) => Type::Boolean,
        (_, ValueType::Text) => Type::Text,
        _ if outputs.first().is_some_and(|output| output.kind == OutputKind::Boolean) => Type::Boolean,
        (_, ValueType::Number) => Type::Number,
        (_, ValueType::Unknown) => Type::Unknown,
    }
}

/// `rsi(close, 14)` with places for the arguments.
fn call(entry: &Entry, snapshot: &Snapshot) -> Insert {
    let insert = Insert::plain(format!("{}(", entry.name));
    let Some(signature) = entry.signatures.first().filter(|signature| !signature.open) else {
        return insert.stop("").then(")");
    };
    let inputs = inputs_to_write(signature).iter();
    let mut arguments: Vec<Insert> = inputs.map(|input| argument(input, entry, snapshot)).collect();
    // Behind a kind of moving average only defaults are left to most authors.
    let params: Vec<_> = signature.params.iter().take_while(|param| param.kind != ParamKind::MovingAverage).collect();
    let needed = signature.params.iter().any(|param| param.default.is_none());
    if params.len() <= PARAMS || needed {
        arguments.extend(params.iter().map(|param| {
            let least = param.min.unwrap_or(f64::NEG_INFINITY);
            let usual = if param.kind == ParamKind::Other { None } else { Some(least.max(20.0)) };
            Insert::default().stop(param.default.or(usual).map_or_else(String::new, |number| number.to_string()))
        }));
    }
    let parts = arguments.into_iter().enumerate().fold(insert, |insert, (at, argument)| {
        if at == 0 { insert.append(argument) } else { insert.then(", ").append(argument) }
    });
    parts.then(")")
}

/// A place for an input, filled with what makes sense until the author says better.
fn argument(input: &Input, entry: &Entry, snapshot: &Snapshot) -> Insert {
    let place = Insert::default();
    match input.value {
        ValueType::Boolean => place.stop("close > open"),
        ValueType::Action => {
            place.then("entry(\"").stop(tickers::first(snapshot)).then("\", \"").stop("LONG").then("\")")
        }
        ValueType::Sizing => place.then("Weight(").stop("0.5").then(")"),
        ValueType::Text if input.is_named("side") => place.then("\"").stop("LONG").then("\""),
        ValueType::Text if input.is_named("ticker") => place.then("\"").stop(tickers::first(snapshot)).then("\""),
        ValueType::Text => place.then("\"").stop("").then("\""),
        ValueType::Number | ValueType::Nothing | ValueType::Unknown => place.stop(match &*input.name {
            "weight" => "0.5",
            "amount" => "1000",
            "quantity" => "1",
            "periods" => "14",
            "high" | "upper" | "then" => "high",
            "low" | "lower" | "otherwise" => "low",
            "open" | "real1" => "open",
            "second" if entry.value == ValueType::Boolean => "sma(close, 20)",
            "second" => "open",
            "volume" => "volume",
            _ => "close",
        }),
    }
}
