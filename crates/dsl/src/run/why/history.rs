//! What trades and equity explain, whichever server they come from.

use jiff::Timestamp;
use signal_analysis::{ActionKind, Facts};
use signal_api::models::Trade;

use super::super::Results;
use super::Note;
use crate::render::number::count;

/// A position that was open for this share of the range kept the script from entering.
const LONG: f64 = 0.5;
/// An account with less than this share of its initial cash can hardly trade.
const RUINED: f64 = 0.01;

/// A trade's times, in seconds.
struct Held {
    from: i64,
    until: i64,
}

/// The notes; `counted`: the server told of each signal how often it held, so that what follows from that is not told again.
pub(super) fn notes(facts: &Facts<'_>, results: &Results, counted: bool) -> Vec<Note> {
    let mut notes = Vec::new();
    notes.extend(ruined(facts, results));
    let trades = &results.trades;
    let whole = !trades.is_empty() && trades.len() as u64 == results.total_trades;
    if !whole {
        return notes;
    }
    notes.extend(liquidated(trades));
    let times = (results.equity.first(), results.equity.last());
    let (Some(begin), Some(end)) =
        (times.0.and_then(|point| seconds(&point.time)), times.1.and_then(|point| seconds(&point.time)))
    else {
        return notes;
    };
    let held: Option<Vec<Held>> = trades.iter().map(held).collect();
    let Some(mut held) = held.filter(|_| end > begin) else { return notes };
    held.sort_by_key(|trade| trade.from);
    notes.extend(open_long(&held, begin, end));
    notes.extend(open_at_the_end(facts, trades, &held, end));
    if !counted {
        notes.extend(late(&held, begin, end));
    }
    notes
}

fn held(trade: &Trade) -> Option<Held> {
    let (from, until) = (seconds(trade.entry_time.as_deref()?)?, seconds(trade.exit_time.as_deref()?)?);
    (from <= until).then_some(Held { from, until })
}

/// A moment as servers write it: RFC 3339, or a bare day.
fn seconds(text: &str) -> Option<i64> {
    let day =
        || text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|day| day.timestamp());
    text.parse::<Timestamp>().ok().or_else(day).map(Timestamp::as_second)
}

fn day(seconds: i64) -> String {
    Timestamp::from_second(seconds)
        .map(|moment| moment.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
        .unwrap_or_default()
}

/// An account that has lost all but nothing.
fn ruined(facts: &Facts<'_>, results: &Results) -> Option<Note> {
    let cash = facts.settings().initial_cash.value;
    let least = cash * RUINED;
    let since = results.equity.iter().rposition(|point| point.equity >= least).map_or(0, |last| last + 1);
    let point = results.equity.get(since).filter(|_| cash > 0.0)?;
    let moment = seconds(&point.time).map(|time| format!(" from {} on", day(time))).unwrap_or_default();
    Some(Note::new("ruined", None, format!("less than 1 % of the initial cash was left{moment}")))
}

fn liquidated(trades: &[Trade]) -> Option<Note> {
    let is_one =
        |trade: &&Trade| trade.reason.as_deref().is_some_and(|reason| reason.to_lowercase().contains("liquidat"));
    let number = trades.iter().filter(is_one).count();
    let message = match number {
        0 => return None,
        number if number == trades.len() => {
            format!("every trade ended by liquidation: {}", count(number as u64, "trade"))
        }
        number => format!("{number} of {} ended by liquidation", count(trades.len() as u64, "trade")),
    };
    Some(Note::new("liquidated", None, message))
}

/// For how much of the range something was open; overlaps count once.
fn open_long(held: &[Held], begin: i64, end: i64) -> Option<Note> {
    let (mut open, mut reached) = (0, begin);
    for trade in held {
        let from = trade.from.clamp(reached, end);
        let until = trade.until.clamp(from, end);
        open += until - from;
        reached = until;
    }
    let share = open as f64 / (end - begin) as f64;
    (share >= LONG).then(|| {
        let percent = (share * 100.0).floor();
        Note::new("long-open", None, format!("a position was open for {percent} % of the range"))
    })
}

fn open_at_the_end(facts: &Facts<'_>, trades: &[Trade], held: &[Held], end: i64) -> Option<Note> {
    let said = trades.iter().filter(|trade| trade.reason.as_deref() == Some("end-of-data")).count();
    let reached = held.iter().filter(|trade| trade.until >= end).count();
    // Where the server gives reasons they count; a time tells of those that reach the last bar.
    let number = if trades.iter().any(|trade| trade.reason.is_some()) { said } else { reached };
    let message = match (number, trades.len()) {
        (0, _) => return None,
        (1, 1) => "the only position was still open when the range ended".to_owned(),
        (number, all) if number == all => format!("all {all} positions were still open when the range ended"),
        (1, all) => format!("1 of {all} positions was still open when the range ended"),
        (number, all) => format!("{number} of {all} positions were still open when the range ended"),
    };
    let mut note = Note::new("open-at-the-end", None, message);
    let orders = facts.orders();
    let closes = orders.iter().any(|(_, action)| action.kind != ActionKind::Entry);
    if !closes && !orders.some_hidden {
        note.help = Some("the script has no exit".to_owned());
    }
    Some(note)
}

/// A first entry in the second half of the range.
fn late(held: &[Held], begin: i64, end: i64) -> Option<Note> {
    let first = held.first()?.from;
    let share = (first - begin) as f64 / (end - begin) as f64;
    (share >= LONG).then(|| {
        let message = format!("the first position was opened on {}, {:.0} % into the range", day(first), share * 100.0);
        Note::new("late-entry", None, message)
    })
}
