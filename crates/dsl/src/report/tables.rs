//! The smaller tables: returns by month, tickers, settings, findings.

use maud::{Markup, html};
use serde_json::Value;
use signal_api::models::TickerResult;

use super::monthly::{Return, Year};
use super::{Reasons, Remark, words};
use crate::render::{number, visible};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Returns by year and month; the deeper the colour, the larger the return beside the largest of them.
pub(crate) fn months(years: &[Year]) -> Markup {
    let all = || years.iter().flat_map(|year| year.months.iter().flatten());
    let largest = all().map(|own| own.percent.abs()).fold(0.0, f64::max);
    let partial = all().any(|own| own.partial) || years.iter().filter_map(|year| year.whole).any(|own| own.partial);
    html! {
        div.scroll tabindex="0" role="group" aria-label="Returns by month" {
            table.months {
                thead {
                    tr {
                        th scope="col" { "Year" }
                        @for month in MONTHS { th scope="col" { (month) } }
                        th scope="col" { "Year in all" }
                    }
                }
                tbody {
                    @for year in years {
                        tr {
                            th scope="row" { (year.year) }
                            @for month in &year.months { (growth(month.as_ref(), largest)) }
                            (growth(year.whole.as_ref(), 0.0))
                        }
                    }
                }
            }
        }
        p.words {
            "In percent, computed from the equity curve."
            @if partial { " A star marks a month or year that the run covers only in part." }
        }
    }
}

fn growth(own: Option<&Return>, largest: f64) -> Markup {
    let Some(own) = own else { return html! { td {} } };
    let shown = number::fixed(own.percent, 1);
    let sign = if own.percent > 0.0 && shown != "0.0" { "+" } else { "" };
    html! { td class=(shade(own.percent, largest)) { (sign) (shown) @if own.partial { "*" } } }
}

/// `up-1` to `up-4`, `down-1` to `down-4`, or nothing for what is next to nothing.
fn shade(percent: f64, largest: f64) -> String {
    if percent.abs() < 0.05 {
        return String::new();
    }
    let side = if percent > 0.0 { "up" } else { "down" };
    if largest <= 0.0 {
        return side.to_owned();
    }
    format!("{side}-{}", (percent.abs() / largest * 4.0).ceil().clamp(1.0, 4.0))
}

/// How each ticker did.
pub(crate) fn tickers(tickers: &[TickerResult]) -> Markup {
    let percent = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), number::percent);
    let fixed = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| number::fixed(value, 2));
    let tone = |value: Option<f64>| match value {
        Some(value) if value > 0.0 => "number good",
        Some(value) if value < 0.0 => "number bad",
        _ => "number",
    };
    let sort = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    html! {
        div.scroll tabindex="0" role="group" aria-label="Tickers" {
            table.sortable {
                thead {
                    tr {
                        th scope="col" { "Ticker" }
                        @for head in ["Profit", "Return", "Drawdown", "Sharpe", "Win rate", "Trades"] {
                            th.number scope="col" { (head) }
                        }
                    }
                }
                tbody {
                    @for own in tickers {
                        @let metrics = &own.metrics;
                        @let fall = metrics.max_drawdown.map(|fall| -fall.abs());
                        @let trades = metrics.num_trades;
                        tr {
                            th scope="row" { (visible::line(&own.ticker)) }
                            td class=(tone(own.pnl)) data-sort=(sort(own.pnl)) { (fixed(own.pnl)) }
                            td class=(tone(metrics.total_return_pct)) data-sort=(sort(metrics.total_return_pct)) {
                                (percent(metrics.total_return_pct))
                            }
                            td.number data-sort=(sort(fall)) { (percent(fall)) }
                            td.number data-sort=(sort(metrics.sharpe_ratio)) { (fixed(metrics.sharpe_ratio)) }
                            td.number data-sort=(sort(metrics.win_rate)) {
                                (metrics.win_rate.map_or_else(|| "–".to_owned(), |share| format!("{} %", number::fixed(share, 1))))
                            }
                            td.number data-sort=(sort(trades.map(|trades| trades as f64))) {
                                (trades.map_or_else(|| "–".to_owned(), number::whole))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Every setting with its value and where it came from.
pub(crate) fn settings(settings: &Value) -> Markup {
    let empty = serde_json::Map::new();
    let all = settings.as_object().unwrap_or(&empty);
    let origins = all.get("origin").and_then(Value::as_object);
    html! {
        table.pairs {
            thead { tr { th scope="col" { "Setting" } th scope="col" { "Value" } th scope="col" { "Set by" } } }
            tbody {
                @for (key, value) in all.iter().filter(|(key, value)| *key != "origin" && !value.is_null()) {
                    tr {
                        th scope="row" { (visible::line(key)) }
                        td { (visible::line(&plain(value))) }
                        td {
                            (visible::line(origins.and_then(|origins| origins.get(key)?.as_str()).unwrap_or("–")))
                        }
                    }
                }
            }
        }
    }
}

/// A value of a setting in words.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        // 10000.0 and 1.0 read as people write them.
        Value::Number(number) if number.as_f64().is_some_and(|value| value.fract() == 0.0 && value.abs() < 1e15) => {
            format!("{}", number.as_f64().unwrap_or_default())
        }
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// What the check finds, each with a link to its line.
pub(crate) fn remarks(remarks: &[Remark]) -> Markup {
    html! {
        ul.remarks {
            @for remark in remarks {
                li class=(remark.severity.as_str()) {
                    strong { (remark.severity.as_str()) }
                    " " a href=(format!("#L{}", remark.line)) { "line " (remark.line) } " "
                    code { (visible::line(&remark.code)) }
                    br;
                    (words::said(&remark.message))
                    @if let Some(help) = &remark.help { br; span.words { (words::said(help)) } }
                }
            }
        }
    }
}

/// Characters of a piece of the script that a remark repeats.
const LONGEST_CODE: usize = 100;

/// What may explain that there are few trades.
pub(crate) fn reasons(reasons: &Reasons) -> Markup {
    let trades = match reasons.trades {
        0 => "There are no trades.".to_owned(),
        1 => "There is only 1 trade.".to_owned(),
        trades => format!("There are only {trades} trades."),
    };
    let link = |line: u32| html! { a href=(format!("#L{line}")) { "line " (line) } };
    html! {
        p { (trades) " What script and result tell of it:" }
        ul.remarks {
            @for fact in &reasons.facts {
                li {
                    @if let Some(line) = fact.line { (link(line)) ": " }
                    (words::said(&fact.message))
                    @for spot in &fact.places {
                        br;
                        span.words {
                            (link(spot.line)) ": " code { (visible::short(&spot.code, LONGEST_CODE)) } ": "
                            (words::said(&spot.remark))
                        }
                    }
                    @for help in fact.help.iter().flat_map(|help| help.lines()) { br; span.words { (words::said(help)) } }
                }
            }
        }
    }
}
