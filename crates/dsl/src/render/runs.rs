//! Past runs for people: the list, and one of them in full.

use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;
use signal_api::models::Metrics;

use super::table::{Align, pairs, table, unbroken};
use super::{moment, number, run, style, visible, width};
use crate::journal::{Record, State};

/// Runs as a table, in the order given.
pub(crate) fn list(records: &[Record], now: Timestamp, color: bool) -> String {
    let rows: Vec<Vec<String>> = records
        .iter()
        .map(|record| {
            let metrics = metrics(record);
            let figure = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
            vec![
                record.run.clone(),
                record.status().word().to_owned(),
                when(record, now),
                record.file.clone(),
                figure(metrics.total_return_pct.map(number::percent)),
                figure(metrics.num_trades.map(number::whole)),
            ]
        })
        .collect();
    let header = [
        ("run", Align::Left),
        ("status", Align::Left),
        ("when", Align::Left),
        ("file", Align::Left),
        ("return", Align::Right),
        ("trades", Align::Right),
    ];
    unbroken(&header, &rows, &[2], width(), Some(of_status), color)
}

/// One run in full; `files` are those that there are, by name.
pub(crate) fn show(record: &Record, status: State, files: &[(&str, &Path)], now: Timestamp, color: bool) -> String {
    let line = |text: &str| visible::line(text).into_owned();
    let mut text =
        format!("{}\n", style::paint(color, style::STRONG, &format!("Run {} of {}", record.run, line(&record.file))));
    let mut rows = vec![("status".to_owned(), style::paint(color, of_status(status.word()), status.word()))];
    let mut row = |name: &str, value: Option<String>| rows.extend(value.map(|value| (name.to_owned(), value)));
    row("on", Some(if record.is_local() { "the sandbox of its command".to_owned() } else { line(&record.origin) }));
    let time = |text: Option<&str>| {
        let moment: Timestamp = text?.parse().ok()?;
        Some(format!("{} UTC, {}", moment::stamp(moment), moment::ago(moment, now)))
    };
    row("planned", time(Some(&record.planned_at)));
    row("submitted", time(record.submitted_at.as_deref()));
    row("finished", time(record.finished_at.as_deref()));
    row("backtest", record.backtest_id.as_deref().map(line));
    row("result", record.result_id.as_deref().map(line));
    row("repeats", record.resubmits.as_deref().map(line));
    row("findings", (record.diagnostics_count > 0).then(|| number::count(record.diagnostics_count, "finding")));
    row("fails if", (!record.fail_if.is_empty()).then(|| line(&record.fail_if.join(", or "))));
    if let Some(fault) = &record.error {
        let said = [fault.code.as_str(), fault.message.as_str()].map(line);
        row("trouble", Some(said.iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join(": ")));
        row("advice", fault.suggestion.as_deref().map(line));
    }
    row("dashboard", record.dashboard_url.as_deref().map(|url| style::paint(color, style::PLACE, &line(url))));
    text.push_str(&pairs(&rows, color));
    let settings = settings(&record.settings);
    if !settings.is_empty() {
        let header = [("setting", Align::Left), ("value", Align::Left), ("set by", Align::Left)];
        text.push_str(&format!("\n{}", table(&header, &settings, width(), color)));
    }
    if record.metrics.is_some() {
        text.push_str(&format!("\n{}", run::metrics(&metrics(record), color)));
    }
    let paths: Vec<_> = files.iter().map(|(name, path)| ((*name).to_owned(), line(&path.to_string_lossy()))).collect();
    text.push_str(&format!("\n{}\n{}", style::paint(color, style::STRONG, "Files"), pairs(&paths, color)));
    text
}

/// What to do next with a run that is not over, or whose fate is not known.
pub(crate) fn advice(record: &Record, status: State) -> Option<String> {
    let run = &record.run;
    match status {
        State::Planned => Some(format!("nothing was sent yet: dsl runs attach {run}")),
        State::Submitting | State::Submitted | State::Running => Some(format!("to go on: dsl runs attach {run}")),
        State::Completed if record.result().is_none() => {
            Some(format!("its results were not fetched: dsl runs attach {run}"))
        }
        State::Unknown => Some(
            "nobody knows whether the server took it; look at the dashboard before you submit it once more".to_owned(),
        ),
        _ => None,
    }
}

/// The settings as rows of name, value and origin.
fn settings(settings: &Value) -> Vec<Vec<String>> {
    let Value::Object(settings) = settings else { return Vec::new() };
    let origins = settings.get("origin");
    settings
        .iter()
        .filter(|(name, value)| *name != "origin" && !value.is_null())
        .map(|(name, value)| {
            let origin = origins.and_then(|origins| origins.get(name)).and_then(Value::as_str).unwrap_or_default();
            vec![name.clone(), setting(value), origin.to_owned()]
        })
        .collect()
}

/// A setting's value as people write it: a list with commas, and 10000 for 10000.0.
pub(super) fn setting(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(setting).collect::<Vec<_>>().join(", "),
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), |number| number.to_string()),
        other => other.to_string(),
    }
}

/// The figures, as far as they can be read.
fn metrics(record: &Record) -> Metrics {
    record.metrics.clone().and_then(|metrics| serde_json::from_value(metrics).ok()).unwrap_or_default()
}

/// When a run was submitted, or else written down.
fn moment_of(record: &Record) -> Option<Timestamp> {
    record.submitted_at.as_deref().unwrap_or(&record.planned_at).parse().ok()
}

fn when(record: &Record, now: Timestamp) -> String {
    let Some(then) = moment_of(record) else { return "-".to_owned() };
    let stamp = moment::stamp(then);
    format!("{}, {}", stamp.split(' ').next().unwrap_or_default(), moment::ago(then, now))
}

/// The style of a status.
pub(super) fn of_status(word: &str) -> anstyle::Style {
    match word {
        "completed" => style::GOOD,
        "failed" | "refused" => style::BAD,
        "unknown" | "cancelled" => style::CAUTION,
        "planned" | "not" => style::DIM,
        _ => style::PLACE,
    }
}
