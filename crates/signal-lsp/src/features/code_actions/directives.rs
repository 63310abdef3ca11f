//! Settings of a run that the script's head can hold: those that are missing, and dates that leave enough bars.

use signal_analysis::usable_range;
use signal_market::{Date, DateRange};
use signal_project::{Origin, directive_edit, directive_place};
use signal_text::Edit;

use super::{Action, Does, Kind, Wanted, place};
use crate::snapshot::Snapshot;

/// So many years of usable bars are offered.
const YEARS: [i16; 3] = [1, 2, 5];

/// In the script's head at the cursor, elsewhere where actions about the whole file are asked for by name.
pub(super) fn actions(snapshot: &Snapshot, wanted: &Wanted<'_>, actions: &mut Vec<Action>) {
    let head = snapshot.tree().statements().first().map_or(u32::MAX, |first| first.span.start);
    let is_in_head = wanted.span.start <= head;
    let kind = if wanted.wants(Kind::Rewrite) && is_in_head { Kind::Rewrite } else { Kind::Source };
    if !wanted.wants(kind) {
        return;
    }
    let mut offer = |title: String, edits: Vec<Edit>| {
        if !edits.is_empty() {
            actions.push(Action::new(kind, title, Does::Edits(edits)));
        }
    };
    let missing = missing(snapshot);
    if !missing.is_empty() {
        let keys: Vec<&str> = missing.iter().map(|(key, _)| *key).collect();
        offer(format!("Add directives: {}", keys.join(", ")), add(snapshot, &missing));
    }
    if !is_in_head && wanted.only.is_none() {
        return;
    }
    for (title, key, value) in dates(snapshot) {
        offer(title, vec![directive_edit(snapshot.source(), snapshot.tree(), key, &value)]);
    }
}

/// What a run needs and nothing sets, with a value that makes sense.
fn missing(snapshot: &Snapshot) -> Vec<(&'static str, String)> {
    let (facts, settings) = (snapshot.facts(), snapshot.facts().settings());
    let has_line = |key: &str| {
        // A line whose value can't be read is to be mended, not written again.
        snapshot.directives().lines.iter().any(|line| snapshot.source().slice(line.key) == key)
    };
    let mut missing = Vec::new();
    let tickers: Vec<String> = facts.tickers.markets.iter().map(ToString::to_string).collect();
    if settings.universe.is_none() && !tickers.is_empty() && !has_line("universe") {
        missing.push(("universe", tickers.join(", ")));
    }
    if settings.timeframe.origin == Origin::Default && !has_line("timeframe") {
        missing.push(("timeframe", settings.timeframe.value.to_string()));
    }
    let end = settings.end_date.as_ref().map(|end| end.value).or_else(|| snapshot.today());
    if settings.start_date.is_none()
        && !has_line("start_date")
        && let Some(start) = end.and_then(|end| {
            // A year by itself where nobody knows the warm-up.
            start_for(snapshot, end, YEARS[0]).or_else(|| Some(years(end, YEARS[0])?.start))
        })
    {
        missing.push(("start_date", start.to_string()));
    }
    if settings.end_date.is_none()
        && !has_line("end_date")
        && let Some(end) = end
    {
        missing.push(("end_date", end.to_string()));
    }
    missing
}

/// The edit that writes directives below those that are there.
fn add(snapshot: &Snapshot, missing: &[(&'static str, String)]) -> Vec<Edit> {
    let (source, tree) = (snapshot.source(), snapshot.tree());
    let first = directive_place(source, tree, missing[0].0).edit(&missing[0].1);
    let width = missing.iter().map(|(key, _)| key.len()).max().unwrap_or_default();
    let line = |(key, value): &(&'static str, String)| format!("#! {key:width$} = {value}");
    let end = place::line_end(source);
    let lines = missing.iter().map(line).collect::<Vec<_>>().join(end);
    // Above the first line, or behind one.
    let text = if first.text.starts_with(['\n', '\r']) { format!("{end}{lines}") } else { format!("{lines}{end}") };
    vec![Edit { span: first.span, text }]
}

/// Dates that leave enough bars: what it says, the key, its value.
fn dates(snapshot: &Snapshot) -> Vec<(String, &'static str, String)> {
    let settings = snapshot.facts().settings();
    let mut offers: Vec<(String, &'static str, String)> = Vec::new();
    let start = settings.start_date.as_ref().map(|start| start.value);
    let end = settings.end_date.as_ref().map(|end| end.value);
    if let (Some(start), Some(end)) = (start, end)
        && let Some(earlier) = snapshot.facts().report().start_date_for.same_window
        && earlier < start
        && start <= end
    {
        offers.push((
            format!("Set start_date to {earlier}, so that all bars from {start} on are usable"),
            "start_date",
            earlier.to_string(),
        ));
    }
    if let Some(end) = end.or_else(|| snapshot.today()) {
        for years in YEARS {
            let date = start_for(snapshot, end, years).filter(|date| Some(*date) != start);
            let Some(date) = date.filter(|date| offers.iter().all(|(_, _, value)| *value != date.to_string())) else {
                continue;
            };
            let years = if years == 1 { "1 year is".to_owned() } else { format!("{years} years are") };
            let title = format!("Set start_date to {date}, so that {years} usable");
            offers.push((title, "start_date", date.to_string()));
        }
    }
    if let Some(today) =
        snapshot.today().filter(|today| end != Some(*today) && start.is_none_or(|start| start <= *today))
    {
        offers.push((format!("Set end_date to today, {today}"), "end_date", today.to_string()));
    }
    offers
}

/// So many years up to a day, that day included.
fn years(end: Date, years: i16) -> Option<DateRange> {
    let year = end.year().checked_sub(years)?;
    // The 29th of February has the 28th before it in other years.
    let day = end.with().year(year).build().or_else(|_| end.with().year(year).day(28).build()).ok()?;
    Some(DateRange { start: day.tomorrow().ok()?, end })
}

/// The start date that makes so many years up to a day usable.
fn start_for(snapshot: &Snapshot, end: Date, count: i16) -> Option<Date> {
    usable_range(snapshot.facts(), years(end, count)?, false).start_date
}
