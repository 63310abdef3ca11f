//! Two runs side by side, for people.

use anstyle::Style;
use serde_json::Value;
use signal_api::models::Trade;

use super::table::{Align, fitted, pairs, table};
use super::{number, style, visible, width};
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
    (name.to_owned(), format!("{named}  {}", style::paint(color, style::DIM, &visible::line(&beside))))
}

fn settings(comparison: &Comparison, color: bool) -> String {
    let word = |value: &Value, origin: &Option<String>| {
        let text = match value {
            Value::Null => return "-".to_owned(),
            Value::String(text) => text.clone(),
            Value::Array(items) => {
                let items = items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned));
                items.collect::<Vec<_>>().join(", ")
            }
            other => other.to_string(),
        };
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
    let is_count = |metric: &str| metric == "num_trades";
    let figure = |metric: &str, value: Option<f64>| match value {
        None => "-".to_owned(),
        Some(value) if is_count(metric) => number::fixed(value, 0),
        Some(value) if metric == "max_drawdown" => format!("{}{}", number::fixed(-value.abs(), 2), unit(metric)),
        Some(value) => format!("{}{}", number::fixed(value, 2), unit(metric)),
    };
    let delta = |one: &MetricDifference| {
        let Some(delta) = one.delta else { return "-".to_owned() };
        // A drawdown is shown as a fall: a deeper one is a change downwards.
        let shown = if one.metric == "max_drawdown" { -delta } else { delta };
        let text = number::fixed(shown, if is_count(&one.metric) { 0 } else { 2 });
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
            let name = &one.metric;
            vec![name.clone(), figure(name, one.a), figure(name, one.b), delta(one), word(one.better).to_owned()]
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
    let mut rows: Vec<Vec<String>> = Vec::new();
    for pair in &first.other_exit {
        rows.push(trade("a, other exit", &pair.a));
        rows.push(trade("b, other exit", &pair.b));
    }
    rows.extend(first.only_in_a.iter().map(|one| trade("only in a", one)));
    rows.extend(first.only_in_b.iter().map(|one| trade("only in b", one)));
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
    let listed = first.other_exit.len() + first.only_in_a.len() + first.only_in_b.len();
    let all = difference.other_exit + difference.only_in_a + difference.only_in_b;
    if all > listed as u64 {
        text.push_str(&format!(" ... and {} more that differ\n", count(all - listed as u64)));
    }
    text
}

fn trade(kind: &str, trade: &Trade) -> Vec<String> {
    let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let moment = |text: &Option<String>| {
        let text = word(text).chars().take(16).collect::<String>().replace('T', " ");
        text.strip_suffix(" 00:00").map_or_else(|| text.clone(), str::to_owned)
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
