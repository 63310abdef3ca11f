//! Beginnings: signals to be filled in, and a whole strategy where there is none yet.

use signal_analysis::Type;
use signal_market::Date;
use signal_syntax::Token;

use super::super::cursor::Cursor;
use super::snippet::Insert;
use super::{About, Completion, Item, ItemKind, callables, names, open_positions, tickers};
use crate::snapshot::Snapshot;

/// What a statement may begin with.
pub(super) fn completion(cursor: &Cursor<'_>) -> Completion {
    let mut answer = Completion { items: Vec::new(), replaced: cursor.word, incomplete: false };
    // `name =` and `a, b =` make up new names; what stands behind the cursor is a statement already.
    let is_free =
        cursor.is_before(Token::LineEnd) || cursor.is_before(Token::End) || cursor.is_before(Token::Semicolon);
    let is_call = cursor.is_before(Token::LeftParen) && !cursor.word.is_empty();
    if !is_free && !is_call {
        return answer;
    }
    let snapshot = cursor.snapshot();
    let catalog = snapshot.facts().catalog;
    // The word that is being written is a statement too.
    let is_alone = snapshot.tree().statements().iter().all(|statement| statement.span == cursor.word);
    let knows = |names: &[&str]| names.iter().all(|name| catalog.get(name).is_some());
    if is_call {
        answer.items.extend(catalog.get("emit_signal").map(|entry| callables::callable(cursor, entry, 0)));
    } else if knows(&["emit_signal", "entry", "exit", "Weight"]) {
        answer.items.extend(signals(cursor));
        if is_alone && knows(&["rsi", "sma", "ema"]) {
            answer.items.extend(strategies(snapshot));
        }
    }
    // A call alone is an expression to be sent by itself; in a script of several lines a new name is being written.
    if is_alone || is_call {
        callables::add_begun(cursor, 2, &mut answer.items);
        // Which indicators fit is only known with their first letter.
        answer.incomplete = cursor.typed().is_empty();
    }
    answer
}

/// `emit_signal(...)` for an entry and for an exit, on the condition that was named last; the exit first where one is due.
fn signals(cursor: &Cursor<'_>) -> [Item; 2] {
    let snapshot = cursor.snapshot();
    let facts = snapshot.facts();
    let before = facts.bindings.definitions();
    let before = &before[..before.partition_point(|definition| definition.statement < cursor.statement)];
    let latest = before.iter().rev().take(100).find(|definition| names::type_of(facts, definition) == Type::Boolean);
    let condition = latest.map_or("close > open", |definition| facts.source.slice(definition.name));
    let open = open_positions::latest(snapshot, cursor.offset);
    let action = |name: &str, ticker: &str, side: &str| {
        let head = Insert::plain("emit_signal(").stop(condition).then(format!(", {name}(\""));
        head.stop(ticker).then("\", \"").stop(side)
    };
    let snippet = |label: &str, rank: u32, insert: Insert, description: &str| {
        Item::new(label, ItemKind::Snippet, rank)
            .filtered_by("emit_signal")
            .described(description)
            .about(About::Entry("emit_signal".to_owned()))
            .inserting(insert)
    };
    let (exit, after) = match open {
        Some(open) => (action("exit", &open.ticker, open.side), 0),
        None => (action("exit", &tickers::first(snapshot), "LONG"), 2),
    };
    [
        snippet(
            "emit_signal … entry",
            1,
            action("entry", &tickers::first(snapshot), "LONG").then("\", Weight(").stop("0.5").then(")))"),
            "opens a position where a condition holds",
        ),
        snippet("emit_signal … exit", after, exit.then("\"))"), "closes it where a condition holds"),
    ]
}

/// Small strategies that check clean and run as they are.
fn strategies(snapshot: &Snapshot) -> [Item; 2] {
    let ticker = tickers::first(snapshot);
    let signals = |head: Insert, entry: &str, exit: &str| {
        head.then(format!("\n\nemit_signal({entry}, entry(\"{ticker}\", \"LONG\", Weight("))
            .stop("0.5")
            .then(format!(")))\nemit_signal({exit}, exit(\"{ticker}\", \"LONG\"))\n"))
    };
    let rsi = head(snapshot, &ticker)
        .then("strength = rsi(close, ")
        .stop("14")
        .then(")\nuptrend = close > sma(close, ")
        .stop("200")
        .then(")\n\noversold = strength < ")
        .stop("30")
        .then(" and uptrend\nrecovered = strength > ")
        .stop("55");
    let cross = head(snapshot, &ticker)
        .then("fast = ema(close, ")
        .stop("12")
        .then(")\nslow = ema(close, ")
        .stop("26")
        .then(")");
    let snippet = |label: &str, filter: &str, rank: u32, insert: Insert, description: &str| {
        let text = format!("```signal\n{}```", insert.text());
        Item::new(label, ItemKind::Snippet, rank)
            .filtered_by(filter)
            .described(description)
            .about(About::Text(text))
            .inserting(insert)
    };
    [
        snippet(
            "strategy: RSI reversion",
            "strategy rsi reversion",
            10,
            signals(rsi, "oversold", "recovered"),
            "buys what has fallen too far",
        ),
        snippet(
            "strategy: EMA cross",
            "strategy ema cross",
            11,
            signals(cross, "fast > slow", "fast < slow"),
            "follows the trend",
        ),
    ]
}

/// The settings that a run needs and that nothing sets yet, as directives.
fn head(snapshot: &Snapshot, ticker: &str) -> Insert {
    let settings = snapshot.facts().settings();
    let year = snapshot.today().map_or(2024, |today: Date| today.year() - 1);
    let mut head = Insert::default();
    let timeframe_is_set = settings.timeframe.origin != signal_project::Origin::Default;
    let lines = [
        (settings.universe.is_some(), "universe   = ", ticker.to_owned()),
        (timeframe_is_set, "timeframe  = ", "4h".to_owned()),
        (settings.start_date.is_some(), "start_date = ", format!("{year}-01-01")),
        (settings.end_date.is_some(), "end_date   = ", format!("{year}-12-31")),
    ];
    let mut is_empty = true;
    for (is_set, key, value) in lines {
        if !is_set {
            head = head.then(format!("#! {key}")).stop(value).then("\n");
            is_empty = false;
        }
    }
    if is_empty { head } else { head.then("\n") }
}
