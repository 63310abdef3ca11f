//! Values, scans and rankings for people.

use serde_json::Value;
use signal_api::Answer;
use signal_api::models::{Evaluated, Ranking, Scalar, Scanned};

use super::run::SYNTHETIC;
use super::table::{Align, fitted, pairs, table};
use super::{number, style, visible, width};
use crate::market::{Answered, data_of};
use crate::output::speaks_unicode;

/// Values behind a condition that a table has columns for.
const COLUMNS: usize = 4;

/// The value of an expression.
pub(crate) fn evaluated(
    answered: &Answered<'_, Answer<Evaluated>>,
    symbol: &str,
    series: Option<&[Scalar]>,
    color: bool,
) -> String {
    let evaluated = &answered.answer.data;
    let mut text = head(answered, &answered.answer.raw, symbol, color);
    let value = match evaluated.value {
        Scalar::Number(number) => style::paint(color, style::STRONG, &number::significant(number)),
        Scalar::Boolean(true) => style::paint(color, style::GOOD.bold(), "true"),
        Scalar::Boolean(false) => style::paint(color, style::BAD.bold(), "false"),
        Scalar::Missing => style::paint(color, style::CAUTION, "none on this bar"),
    };
    let mut rows = vec![("value".to_owned(), value)];
    if let Some(time) = &evaluated.timestamp {
        rows.push(("last bar".to_owned(), format!("opened {}", moment(time))));
    }
    if let Some(bars) = evaluated.bars {
        let without = match answered.warmup {
            Some(0) | None => String::new(),
            Some(warmup) => format!(", the first {} without a value", number::whole(warmup)),
        };
        rows.push(("bars".to_owned(), format!("{}{without}", number::whole(bars))));
    }
    text.push_str(&pairs(&rows, color));
    if let Some(series) = series {
        text.push_str(&curve(series, color));
    }
    text
}

/// The symbols on which a condition holds, with the values behind it.
pub(crate) fn scanned(answered: &Answered<'_, Answer<Scanned>>, color: bool) -> String {
    let scanned = &answered.answer.data;
    let mut text = head(answered, &answered.answer.raw, &answered.target.exchange, color);
    let of = scanned.scanned_count.map(|count| format!(" of {}", number::count(count, "symbol"))).unwrap_or_default();
    if scanned.matched.is_empty() {
        text.push_str(&format!("holds on none{of}\n"));
    } else {
        text.push_str(&format!("holds on {}{of}\n\n", number::whole(scanned.matched.len() as u64)));
        text.push_str(&matches(scanned, color));
    }
    text.push_str(&left_out(&answered.answer.raw, "details", color));
    text
}

fn matches(scanned: &Scanned, color: bool) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in scanned.matched.iter().flat_map(|one| one.values.keys()) {
        if !names.contains(&name.as_str()) && names.len() < COLUMNS {
            names.push(name);
        }
    }
    // The price is there already.
    names.retain(|name| *name != "close");
    let titles: Vec<String> = names.iter().map(|name| visible::line(name).into_owned()).collect();
    let mut header = vec![("symbol", Align::Left)];
    header.extend(titles.iter().map(|title| (title.as_str(), Align::Right)));
    header.extend([("price", Align::Right), ("last bar", Align::Left)]);
    let rows: Vec<Vec<String>> = scanned
        .matched
        .iter()
        .map(|one| {
            let mut row = vec![one.symbol.clone()];
            row.extend(names.iter().map(|name| figure(one.values.get(*name))));
            row.push(amount(one.price));
            row.push(one.timestamp.as_deref().map(moment).unwrap_or_default());
            row
        })
        .collect();
    let spare: Vec<usize> = (1..header.len()).rev().collect();
    let (header, rows) = fitted(&header, &rows, &spare, width());
    table(&header, &rows, width(), color)
}

/// Symbols in their order.
pub(crate) fn ranked(answered: &Answered<'_, Answer<Ranking>>, color: bool) -> String {
    let ranking = &answered.answer.data;
    let mut text = head(answered, &answered.answer.raw, &answered.target.exchange, color);
    if ranking.ranked.is_empty() {
        text.push_str("no symbol has a value\n");
    } else {
        let rows: Vec<Vec<String>> = ranking
            .ranked
            .iter()
            .map(|one| {
                vec![
                    number::whole(one.rank),
                    one.symbol.clone(),
                    amount(one.score),
                    amount(one.price),
                    one.timestamp.as_deref().map(moment).unwrap_or_default(),
                ]
            })
            .collect();
        let header = [
            ("rank", Align::Right),
            ("symbol", Align::Left),
            ("score", Align::Right),
            ("price", Align::Right),
            ("last bar", Align::Left),
        ];
        let (header, rows) = fitted(&header, &rows, &[4, 3], width());
        text.push_str(&table(&header, &rows, width(), color));
        let shown = ranking.ranked.len() as u64;
        if let Some(count) = ranking.scanned_count.filter(|count| *count > shown) {
            let line = format!("{} of {}", number::whole(shown), number::count(count, "symbol"));
            text.push_str(&format!("{}\n", style::paint(color, style::DIM, &line)));
        }
    }
    text.push_str(&left_out(&answered.answer.raw, "skipped", color));
    text
}

/// What it is about; at its top the word that the bars are made up.
fn head<T>(answered: &Answered<'_, T>, raw: &Value, whose: &str, color: bool) -> String {
    let mut text = String::new();
    if data_of(raw).as_deref() == Some("synthetic") {
        text.push_str(&format!("{}\n", style::paint(color, style::CAUTION, SYNTHETIC)));
    }
    let expression = answered.expression.lines().collect::<Vec<_>>().join("; ");
    text.push_str(&format!(
        "{}  {}\n\n",
        style::paint(color, style::STRONG, &visible::line(&expression)),
        style::paint(color, style::PLACE, &format!("{}, {}", visible::line(whose), answered.target.timeframe))
    ));
    text
}

/// Symbols that had no value, and why.
fn left_out(raw: &Value, list: &str, color: bool) -> String {
    /// Told with their reasons; more of them are counted.
    const TOLD: usize = 5;
    let entries = raw.get(list).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let reasons: Vec<(&str, &str)> = entries
        .iter()
        .filter_map(|entry| {
            let symbol = entry.get("symbol")?.as_str()?;
            let error = entry.get("error").filter(|error| !error.is_null())?;
            Some((symbol, error.get("message").and_then(Value::as_str).or(error.as_str()).unwrap_or("no value")))
        })
        .collect();
    if reasons.is_empty() {
        return String::new();
    }
    let mut text = format!("\nwithout a value: {}\n", number::count(reasons.len() as u64, "symbol"));
    for (symbol, reason) in reasons.iter().take(TOLD) {
        let line = format!("    {}: {}", visible::line(symbol), visible::line(reason));
        text.push_str(&format!("{}\n", style::paint(color, style::DIM, &line)));
    }
    if reasons.len() > TOLD {
        text.push_str(&format!("    and {} more\n", reasons.len() - TOLD));
    }
    text
}

/// The last values in a line, with their range; of a condition, when it held.
fn curve(series: &[Scalar], color: bool) -> String {
    let columns = usize::from(width()).saturating_sub(4).min(80);
    let last = &series[series.len().saturating_sub(columns)..];
    if last.is_empty() {
        return String::new();
    }
    let known: Vec<f64> = series.iter().filter_map(|scalar| scalar.number()).collect();
    let line = style::paint(color, style::PLACE, &spark(last, speaks_unicode()));
    let words = if series.iter().any(|scalar| matches!(scalar, Scalar::Boolean(_))) {
        let held = known.iter().filter(|value| **value != 0.0).count() as u64;
        format!("held on {} of {} with a value", number::whole(held), number::count(known.len() as u64, "bar"))
    } else {
        let shown = || last.iter().filter_map(|scalar| scalar.number());
        let (low, high) = (shown().fold(f64::INFINITY, f64::min), shown().fold(f64::NEG_INFINITY, f64::max));
        format!(
            "last {}: {} to {}",
            number::count(last.len() as u64, "bar"),
            number::significant(low),
            number::significant(high)
        )
    };
    format!("\n {line}\n {}\n", style::paint(color, style::DIM, &words))
}

/// One character a value, from the least to the greatest; a blank where there is none.
fn spark(values: &[Scalar], unicode: bool) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    const PLAIN: [char; 8] = ['_', '.', ',', '-', '=', '+', '*', '#'];
    let marks = if unicode { BLOCKS } else { PLAIN };
    let known = || values.iter().filter_map(|scalar| scalar.number());
    let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let mark = |value: f64| {
        let share = if high > low { (value - low) / (high - low) } else { 0.0 };
        marks[((share * 7.0).round() as usize).min(7)]
    };
    values.iter().map(|scalar| scalar.number().map_or(' ', mark)).collect()
}

/// `2024-01-02T08:00:00Z` as `2024-01-02 08:00`, and midnight as the day alone.
fn moment(time: &str) -> String {
    let minutes: String = visible::line(time).chars().take(16).collect::<String>().replace('T', " ");
    minutes.strip_suffix(" 00:00").unwrap_or(&minutes).to_owned()
}

fn amount(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), number::significant)
}

fn figure(value: Option<&Value>) -> String {
    match value {
        Some(Value::Number(number)) => number.as_f64().map_or_else(|| "-".to_owned(), number::significant),
        Some(Value::Bool(boolean)) => boolean.to_string(),
        Some(Value::String(text)) => visible::line(text).into_owned(),
        _ => "-".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_values_rises_from_the_least_to_the_greatest() {
        let values = |numbers: &[f64]| numbers.iter().map(|number| Scalar::Number(*number)).collect::<Vec<_>>();
        let mut rising = values(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        assert_eq!(spark(&rising, true), "▁▂▃▄▅▆▇█");
        assert_eq!(spark(&rising, false), "_.,-=+*#");
        rising[0] = Scalar::Missing;
        rising[2] = Scalar::Missing;
        assert_eq!(spark(&rising, true), " ▁ ▃▅▆▇█");
        assert_eq!(spark(&values(&[5.0, 5.0]), true), "▁▁");
        assert_eq!(spark(&[Scalar::Boolean(false), Scalar::Boolean(true)], true), "▁█");
    }

    #[test]
    fn a_time_of_day_is_told_where_it_is_not_midnight() {
        for (time, told) in [
            ("2024-01-02T08:00:00Z", "2024-01-02 08:00"),
            ("2024-01-02T00:00:00Z", "2024-01-02"),
            ("soon\u{1b}", "soon\\u{1b}"),
        ] {
            assert_eq!(moment(time), told);
        }
    }
}
