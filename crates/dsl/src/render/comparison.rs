//! Two runs side by side, for people.

use anstyle::Style;
use serde_json::Value;
use signal_api::models::Trade;
use unicode_width::UnicodeWidthStr as _;

use super::table::{Align, fitted, pairs, table};
use super::{number, runs, style, visible, width};
use crate::run::compare::{Better, Compared, Comparison, MetricDifference, TradesDifference};

/// The whole comparison.
pub(crate) fn comparison(comparison: &Comparison, color: bool) -> String {
    let head = |title: &str| format!("\n{}\n", style::paint(color, style::STRONG, title));
    let mut text = pairs(&[row("a", &comparison.a, color), row("b", &comparison.b, color)], color);
    match &comparison.script {
        Some(script) if script.same => text.push_str("\nThe scripts are the same.\n"),
        Some(script) => {
            text.push_str(&head("Script"));
            // With colours every line is harmless already.
            text.push_str(&if color { script.diff.clone() } else { visible::text(&script.diff).into_owned() });
        }
        None => {}
    }
    if comparison.settings.is_empty() {
        text.push_str("\nThe settings are the same.\n");
    } else {
        text.push_str(&head("Settings"));
        text.push_str(&settings(comparison, color));
    }
    if !comparison.metrics.is_empty() {
        text.push_str(&head("Figures"));
        text.push_str(&metrics(&comparison.metrics, color));
    }
    if let Some(difference) = &comparison.trades {
        text.push_str(&head("Trades"));
        text.push_str(&trades(difference, color));
    }
    for lacking in &comparison.lacking {
        text.push_str(&format!("\nnot compared: {}\n", visible::line(lacking)));
    }
    text
}

fn row(name: &str, run: &Compared, color: bool) -> (String, String) {
    let place = if run.origin == "sandbox" { "sandbox".into() } else { visible::line(&run.origin) };
    let when = run.submitted_at.as_deref().map(|time| time.chars().take(16).collect::<String>().replace('T', " "));
    let beside = [Some(run.status.word().to_owned()), when.map(|when| format!("{when} UTC")), Some(place.into_owned())];
    let beside = beside.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let named = format!("{} {}", run.run, visible::line(&run.file));
    let beside = visible::line(&beside);
    let fits = named.width() + beside.width() + 6 <= usize::from(width());
    let gap = if fits { "  " } else { "\n    " };
    (name.to_owned(), format!("{named}{gap}{}", style::paint(color, style::DIM, &beside)))
}

fn settings(comparison: &Comparison, color: bool) -> String {
    let word = |value: &Value, origin: &Option<String>| {
        if value.is_null() {
            return "-".to_owned();
        }
        let text = runs::setting(value);
        origin.as_ref().map_or_else(|| text.clone(), |origin| format!("{text} ({origin})"))
    };
    let rows: Vec<Vec<String>> = comparison
        .settings
        .iter()
        .map(|one| vec![one.setting.clone(), word(&one.a, &one.a_origin), word(&one.b, &one.b_origin)])
        .collect();
    table(&[("setting", Align::Left), ("a", Align::Left), ("b", Align::Left)], &rows, width(), color)
}

/// What a figure is shown with.
fn unit(metric: &str) -> &'static str {
    if metric.ends_with("_pct") || matches!(metric, "max_drawdown" | "win_rate") { " %" } else { "" }
}

fn metrics(metrics: &[MetricDifference], color: bool) -> String {
    // What counts something has no places behind the point; what else a server sends is shown as what it looks like.
    let places = |one: &MetricDifference| {
        let is_ratio = one.metric.ends_with("_ratio") || one.metric == "profit_factor" || !unit(&one.metric).is_empty();
        let is_whole = [one.a, one.b].into_iter().flatten().all(|value| value.fract() == 0.0);
        if is_whole && !is_ratio { 0 } else { 2 }
    };
    let figure = |one: &MetricDifference, value: Option<f64>| match value {
        None => "-".to_owned(),
        Some(value) => {
            let value = if one.metric == "max_drawdown" { -value.abs() } else { value };
            format!("{}{}", number::fixed(value, places(one)), unit(&one.metric))
        }
    };
    let delta = |one: &MetricDifference| {
        let Some(delta) = one.delta else { return "-".to_owned() };
        // A drawdown is shown as a fall: a deeper one is a change downwards.
        let shown = if one.metric == "max_drawdown" { -delta } else { delta };
        let text = number::fixed(shown, places(one));
        let sign = if shown > 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) { "+" } else { "" };
        format!("{sign}{text}{}", unit(&one.metric))
    };
    let word = |better: Option<Better>| match better {
        Some(Better::A) => "worse",
        Some(Better::B) => "better",
        None => "",
    };
    let rows: Vec<Vec<String>> = metrics
        .iter()
        .map(|one| {
            vec![one.metric.clone(), figure(one, one.a), figure(one, one.b), delta(one), word(one.better).to_owned()]
        })
        .collect();
    let header =
        [("figure", Align::Left), ("a", Align::Right), ("b", Align::Right), ("b - a", Align::Right), ("", Align::Left)];
    let text = table(&header, &rows, width(), color);
    if !color {
        return text;
    }
    let styled = |line: &str, one: Option<&MetricDifference>| match one.and_then(|one| one.better) {
        Some(better) => {
            let word = word(Some(better));
            let paint: Style = if better == Better::B { style::GOOD } else { style::BAD };
            // The last word of the row; a figure's name could hold the same letters.
            line.rfind(word).map_or_else(
                || line.to_owned(),
                |at| format!("{}{}{}", &line[..at], style::paint(true, paint, word), &line[at + word.len()..]),
            )
        }
        None => line.to_owned(),
    };
    // Two lines of header come first.
    let lines =
        text.lines().enumerate().map(|(at, line)| styled(line, at.checked_sub(2).and_then(|at| metrics.get(at))));
    lines.map(|line| line + "\n").collect()
}

fn trades(difference: &TradesDifference, color: bool) -> String {
    let count = |number: u64| number::whole(number);
    let mut text = pairs(
        &[
            ("the same".to_owned(), count(difference.same)),
            ("same entry, other exit".to_owned(), count(difference.other_exit)),
            ("only in a".to_owned(), count(difference.only_in_a)),
            ("only in b".to_owned(), count(difference.only_in_b)),
        ],
        color,
    );
    let first = &difference.first;
    let pairs = first.other_exit.iter().flat_map(|pair| [("exit in a", &pair.a), ("exit in b", &pair.b)]);
    let only_in_a = first.only_in_a.iter().map(|one| ("only in a", one));
    let only_in_b = first.only_in_b.iter().map(|one| ("only in b", one));
    let listed: Vec<(&str, &Trade)> = pairs.chain(only_in_a).chain(only_in_b).collect();
    let midnight = |time: &Option<String>| {
        time.as_deref().is_none_or(|time| time.get(10..16).is_none_or(|hour| hour.ends_with("00:00")))
    };
    // Bars of days open at midnight: the hour tells nothing.
    let days = listed.iter().all(|(_, one)| midnight(&one.entry_time) && midnight(&one.exit_time));
    let rows: Vec<Vec<String>> = listed.iter().map(|(kind, one)| trade(kind, one, days)).collect();
    if rows.is_empty() {
        return text;
    }
    let header = [
        ("", Align::Left),
        ("ticker", Align::Left),
        ("side", Align::Left),
        ("opened", Align::Left),
        ("closed", Align::Left),
        ("profit", Align::Right),
        ("closed by", Align::Left),
    ];
    let (header, rows) = fitted(&header, &rows, &[6, 2, 1], width());
    text.push('\n');
    text.push_str(&table(&header, &rows, width(), color));
    let listed = (first.other_exit.len() + first.only_in_a.len() + first.only_in_b.len()) as u64;
    let all = difference.other_exit + difference.only_in_a + difference.only_in_b;
    if all > listed {
        text.push_str(&format!(" ... and {} more that differ\n", count(all - listed)));
    }
    text
}

fn trade(kind: &str, trade: &Trade, days: bool) -> Vec<String> {
    let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let moment = |text: &Option<String>| {
        word(text).chars().take(if days { 10 } else { 16 }).collect::<String>().replace('T', " ")
    };
    vec![
        kind.to_owned(),
        word(&trade.ticker),
        word(&trade.side),
        moment(&trade.entry_time),
        moment(&trade.exit_time),
        trade.pnl.map_or_else(|| "-".to_owned(), |pnl| number::fixed(pnl, 2)),
        word(&trade.reason),
    ]
}
