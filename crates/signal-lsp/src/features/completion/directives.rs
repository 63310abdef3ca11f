//! `#!` lines: keys that are not set yet, and values for each.

use signal_market::Date;
use signal_project::{Key, SETTINGS, SettingInfo, ValueKind};
use signal_text::Span;

use super::snippet::Insert;
use super::values::STEP;
use super::{About, Completion, Item, ItemKind, tickers};
use crate::snapshot::Snapshot;

/// What nearly every script sets; offered first, in this order.
const NEEDED: [Key; 4] = [Key::Universe, Key::Timeframe, Key::StartDate, Key::EndDate];

/// What fits in the `#!` line at `line`.
pub(super) fn completion(snapshot: &Snapshot, line: Span, offset: u32) -> Completion {
    let text = snapshot.source().slice(line);
    let at = (offset - line.start) as usize;
    // In the mark itself nothing fits; below the first statement a directive sets nothing.
    if at < 2 || !in_head(snapshot, line) {
        return Completion::default();
    }
    match text.find('=') {
        Some(equals) if equals < at => value(snapshot, line, offset, equals),
        equals => key(snapshot, line, offset, equals),
    }
}

/// Whole directives, where a comment in the head has just been begun with `#`.
pub(super) fn begun(snapshot: &Snapshot, comment: Span) -> Vec<Item> {
    if !in_head(snapshot, comment) {
        return Vec::new();
    }
    let items = keys(snapshot, comment).map(|(info, rank)| {
        let label = format!("#! {}", info.name);
        let insert = Insert::plain("#! ").append(with_value(snapshot, info));
        Item::new(label, ItemKind::Property, rank)
            .inserting(insert)
            .described(info.summary)
            .about(About::Setting(info.name.to_owned()))
    });
    items.collect()
}

fn in_head(snapshot: &Snapshot, line: Span) -> bool {
    snapshot.tree().statements().first().is_none_or(|first| line.start < first.span.start)
}

fn key(snapshot: &Snapshot, line: Span, offset: u32, equals: Option<usize>) -> Completion {
    let text = snapshot.source().slice(line);
    let body = &text[2..equals.unwrap_or(text.len())];
    let start = line.start + 2 + (body.len() - body.trim_start().len()) as u32;
    let end = start + body.trim().len() as u32;
    // Behind a key and a blank a `=` is missing, not a key.
    if offset > end && !body.trim().is_empty() {
        return Completion::default();
    }
    let replaced = Span::new(start.min(offset), end.max(offset));
    let blank = if replaced.start == line.start + 2 { " " } else { "" };
    let items = keys(snapshot, line).map(|(info, rank)| {
        let insert = match equals {
            Some(_) => Insert::plain(format!("{blank}{}", info.name)),
            None => Insert::plain(blank).append(with_value(snapshot, info)),
        };
        Item::new(info.name, ItemKind::Property, rank)
            .inserting(insert)
            .described(info.summary)
            .about(About::Setting(info.name.to_owned()))
    });
    Completion { items: items.collect(), replaced, incomplete: false }
}

/// `timeframe = 1h`, with a place for the value.
fn with_value(snapshot: &Snapshot, info: &SettingInfo) -> Insert {
    let insert = Insert::plain(format!("{} = ", info.name));
    insert.stop(match info.kind {
        ValueKind::Tickers => tickers::first(snapshot),
        ValueKind::Date => {
            dates(snapshot, info.key).first().map_or(info.example.to_owned(), |(day, _)| day.to_string())
        }
        _ => info.default.unwrap_or(info.example).to_owned(),
    })
}

/// Keys that no other line sets, with their ranks.
fn keys(snapshot: &Snapshot, line: Span) -> impl Iterator<Item = (&'static SettingInfo, u32)> {
    let lines = &snapshot.directives().lines;
    let set: Vec<Key> = lines.iter().filter(|other| other.line != line).filter_map(|other| other.setting).collect();
    let free = SETTINGS.iter().filter(move |info| info.directive && !set.contains(&info.key));
    free.enumerate().map(|(order, info)| {
        let needed = NEEDED.iter().position(|key| *key == info.key);
        (info, needed.map_or(STEP + order as u32, |at| at as u32))
    })
}

fn value(snapshot: &Snapshot, line: Span, offset: u32, equals: usize) -> Completion {
    let text = snapshot.source().slice(line);
    let Some(key) = Key::find(text[2..equals].trim()).filter(|key| key.info().directive) else {
        return Completion::default();
    };
    let at = (offset - line.start) as usize;
    let is_sign = |(place, _): &(usize, &str)| *place > equals && (text[..*place].ends_with([' ', '\t', '=']));
    let comment = text.match_indices('#').find(is_sign).map_or(text.len(), |(place, _)| place);
    let parts_at = |c: char| c == ',' || c == '[' || c == ']';
    let is_list = key.info().kind == ValueKind::Tickers;
    if at > comment || key.info().kind == ValueKind::Text {
        return Completion::default();
    }
    // The item of the list, or all of the value, without the blanks and quotes around it.
    let from = match text[equals + 1..at].rfind(parts_at) {
        Some(comma) if is_list => equals + 2 + comma,
        _ => equals + 1,
    };
    let to = match text[at..comment].find(parts_at) {
        Some(comma) if is_list => at + comma,
        _ => comment,
    };
    let is_edge = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
    let start = from + (text[from..at].len() - text[from..at].trim_start_matches(is_edge).len());
    let end = at + text[at..to].trim_end_matches(is_edge).len();
    // Behind a value and a blank there is no more to say.
    if text[start..at].ends_with([' ', '\t']) {
        return Completion::default();
    }
    let blank = if start == from && text[..start].ends_with(['=', ',']) { " " } else { "" };
    let replaced = Span::new(line.start + start as u32, line.start + end as u32);
    let mut items = values(snapshot, key, &text[start..at], offset);
    for item in &mut items {
        item.insert = Insert::plain(format!("{blank}{}", item.label));
    }
    Completion { incomplete: is_list, items, replaced }
}

fn values(snapshot: &Snapshot, key: Key, written: &str, offset: u32) -> Vec<Item> {
    let info = key.info();
    let item = |text: String, order: usize, description: &str| {
        let mut item = Item::new(&*text, ItemKind::Value, order as u32).about(About::Setting(info.name.to_owned()));
        let is_default = info.default == Some(&*text);
        item.preselect = is_default;
        item.described(if is_default { "default" } else { description })
    };
    match info.kind {
        ValueKind::Tickers => tickers::items(snapshot, written, offset),
        ValueKind::Date => {
            let days = dates(snapshot, key).into_iter().enumerate();
            days.map(|(order, (day, description))| item(day.to_string(), order, description)).collect()
        }
        ValueKind::Number => {
            let numbers: &[&str] = match key {
                Key::InitialCash => &["1000", "10000", "100000"],
                Key::Leverage => &["1", "2", "3", "5", "10"],
                _ => &["0", "0.0002", "0.0005", "0.001"],
            };
            numbers.iter().enumerate().map(|(order, number)| item((*number).to_owned(), order, "")).collect()
        }
        _ => {
            let choices = info.choices().into_iter().enumerate();
            let mut items: Vec<Item> =
                choices.map(|(order, choice)| item(choice.to_owned(), order + 1, described(choice))).collect();
            // The exchange of the tickers goes before the API's default.
            let tickers = snapshot.settings().settings.universe.as_ref().filter(|_| key == Key::Exchange);
            let own = tickers.and_then(|universe| universe.value.first()?.meant().known_exchange());
            if let Some(own) = own.filter(|own| items.iter().any(|item| item.label == own.id)) {
                for item in &mut items {
                    item.preselect = item.label == own.id;
                    item.rank *= u32::from(!item.preselect);
                }
            }
            items
        }
    }
}

fn described(choice: &str) -> &'static str {
    match choice {
        "isolated" => "each ticker by itself",
        "cross" => "several at once, for pair trading",
        "1m" => "a minute",
        "5m" => "five minutes",
        "15m" => "a quarter of an hour",
        "30m" => "half an hour",
        "1h" => "an hour",
        "4h" => "four hours",
        "1d" => "a day",
        "1w" => "a week from Monday",
        "1M" => "a month from the 1st",
        _ => match signal_market::exchange(choice) {
            Some(exchange) => exchange.name,
            None => "",
        },
    }
}

/// Days that a range typically begins or ends on, the likeliest first.
fn dates(snapshot: &Snapshot, key: Key) -> Vec<(Date, &'static str)> {
    let Some(today) = snapshot.today() else { return Vec::new() };
    let year = today.year();
    let day =
        |year: i16, month: i8, day: i8, description| Date::new(year, month, day).ok().map(|date| (date, description));
    let settings = snapshot.facts().settings();
    let found = if key == Key::StartDate {
        let enough = snapshot.facts().report().start_date_for.same_window;
        let ago = |years: i16| Date::new(year - years, today.month(), today.day()).ok();
        vec![
            enough.map(|date| (date, "makes every bar from the present start on usable")),
            day(year - 1, 1, 1, "the beginning of last year"),
            day(year, 1, 1, "the beginning of this year"),
            day(year - 2, 1, 1, "two years back"),
            day(year - 3, 1, 1, "three years back"),
            ago(1).map(|date| (date, "a year ago")),
            Some((today, "today")),
        ]
    } else {
        vec![
            today.yesterday().ok().map(|date| (date, "yesterday, the last day that is complete")),
            day(year - 1, 12, 31, "the end of last year"),
            day(year - 1, 6, 30, "the middle of last year"),
            day(year - 2, 12, 31, "two years back"),
            Some((today, "today")),
        ]
    };
    // A range that ends before it begins is none.
    let start = settings.start_date.as_ref().map(|start| start.value);
    let end = settings.end_date.as_ref().map(|end| end.value);
    let fits = |date: Date| match key {
        Key::StartDate => end.is_none_or(|end| date <= end),
        _ => start.is_none_or(|start| date >= start),
    };
    let mut days: Vec<(Date, &'static str)> = Vec::new();
    for (date, description) in found.into_iter().flatten() {
        if fits(date) && days.iter().all(|(known, _)| *known != date) {
            days.push((date, description));
        }
    }
    days
}
