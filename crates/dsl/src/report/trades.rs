//! The table of trades: the first of them as plain HTML, all of them as data for the page's script.

use std::collections::HashMap;

use maud::{Markup, html};
use serde_json::{Value, json};
use signal_api::models::Trade;

use super::curve::{civil, seconds};
use crate::render::{number, visible};

/// So many trades stand in the page itself, for those who read it without a script.
const PLAIN: usize = 200;

/// How a column is shown, which the page's script does alike.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A word out of a list.
    Word,
    /// A moment.
    Time,
    /// A price or an amount: about six digits that count.
    Price,
    /// Money, two decimals, red and green.
    Money,
    /// A percentage, red and green.
    Percent,
    /// Money, two decimals.
    Cost,
    /// A whole number.
    Count,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Time => "time",
            Self::Price => "price",
            Self::Money => "money",
            Self::Percent => "percent",
            Self::Cost => "cost",
            Self::Count => "count",
        }
    }
}

/// A column: its head, how it is shown, and what it holds of a trade.
struct Column {
    head: &'static str,
    kind: Kind,
    value: fn(&Trade) -> Cell<'_>,
}

/// What a cell holds.
enum Cell<'a> {
    Nothing,
    Text(&'a str),
    Number(f64),
}

fn text(value: &Option<String>) -> Cell<'_> {
    value.as_deref().filter(|text| !text.is_empty()).map_or(Cell::Nothing, Cell::Text)
}

fn amount(value: Option<f64>) -> Cell<'static> {
    value.filter(|value| value.is_finite()).map_or(Cell::Nothing, Cell::Number)
}

const COLUMNS: [Column; 12] = [
    Column { head: "Ticker", kind: Kind::Word, value: |trade| text(&trade.ticker) },
    Column { head: "Side", kind: Kind::Word, value: |trade| text(&trade.side) },
    Column { head: "Opened", kind: Kind::Time, value: |trade| text(&trade.entry_time) },
    Column { head: "Entry price", kind: Kind::Price, value: |trade| amount(trade.entry_price) },
    Column { head: "Closed", kind: Kind::Time, value: |trade| text(&trade.exit_time) },
    Column { head: "Exit price", kind: Kind::Price, value: |trade| amount(trade.exit_price) },
    Column { head: "Quantity", kind: Kind::Price, value: |trade| amount(trade.quantity) },
    Column { head: "Profit", kind: Kind::Money, value: |trade| amount(trade.pnl) },
    Column { head: "Profit %", kind: Kind::Percent, value: |trade| amount(trade.pnl_pct) },
    Column { head: "Fees", kind: Kind::Cost, value: |trade| amount(trade.fees) },
    Column { head: "Bars", kind: Kind::Count, value: |trade| amount(trade.bars_held.map(|bars| bars as f64)) },
    Column { head: "Closed by", kind: Kind::Word, value: |trade| text(&trade.reason) },
];

/// The columns in which some trade has something.
fn filled(trades: &[Trade]) -> Vec<&'static Column> {
    COLUMNS.iter().filter(|column| trades.iter().any(|trade| !matches!((column.value)(trade), Cell::Nothing))).collect()
}

/// Whether every moment is a midnight, so that the hour tells nothing.
fn only_days(trades: &[Trade]) -> bool {
    let midnight = |time: &Option<String>| time.as_deref().and_then(seconds).is_none_or(|at| at % 86_400 == 0);
    trades.iter().all(|trade| midnight(&trade.entry_time) && midnight(&trade.exit_time))
}

/// The table; `total`: how many trades there are at the server.
pub(crate) fn markup(trades: &[Trade], total: u64) -> Markup {
    let columns = filled(trades);
    if trades.is_empty() || columns.is_empty() {
        return html! { p { @if total == 0 { "No position was closed." } @else { "They could not be fetched." } } };
    }
    let days = only_days(trades);
    html! {
        div #trade-tools hidden {}
        div.scroll tabindex="0" role="group" aria-label="Trades" {
            table #trades {
                thead {
                    tr { @for column in &columns { th scope="col" class=(column.kind.name()) { (column.head) } } }
                }
                tbody {
                    @for trade in trades.iter().take(PLAIN) {
                        tr { @for column in &columns { (cell(column.kind, &(column.value)(trade), days)) } }
                    }
                }
            }
        }
        @if trades.len() > PLAIN {
            p.without-script {
                "These are the first " (PLAIN) " of " (number::whole(trades.len() as u64))
                " trades; a browser with JavaScript shows all of them."
            }
        }
        @if total > trades.len() as u64 {
            p { "The server has " (number::whole(total)) " trades; " (number::whole(trades.len() as u64)) " were fetched." }
        }
    }
}

fn cell(kind: Kind, cell: &Cell<'_>, days: bool) -> Markup {
    let tone = match (kind, cell) {
        (Kind::Money | Kind::Percent, Cell::Number(value)) if *value > 0.0 => " good",
        (Kind::Money | Kind::Percent, Cell::Number(value)) if *value < 0.0 => " bad",
        _ => "",
    };
    html! { td class=(format!("{}{tone}", kind.name())) { (shown(kind, cell, days)) } }
}

fn shown(kind: Kind, cell: &Cell<'_>, days: bool) -> String {
    match (kind, cell) {
        (_, Cell::Nothing) => "–".to_owned(),
        (Kind::Time, Cell::Text(text)) => {
            let form = if days { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" };
            let civil = seconds(text).and_then(civil).map(|time| time.strftime(form).to_string());
            civil.unwrap_or_else(|| visible::line(text).into_owned())
        }
        (_, Cell::Text(text)) => visible::line(text).into_owned(),
        (Kind::Money | Kind::Cost, Cell::Number(value)) => number::fixed(*value, 2),
        (Kind::Percent, Cell::Number(value)) => number::percent(*value),
        (Kind::Count, Cell::Number(value)) => number::fixed(*value, 0),
        (_, Cell::Number(value)) => number::significant(*value),
    }
}

/// A number to ten digits that count, which is more than is shown and half as long as all of them.
fn short(value: f64) -> f64 {
    format!("{value:.9e}").parse().unwrap_or(value)
}

/// All trades for the page's script: `{"columns": [{"head", "kind"}], "words": [...], "days": bool, "rows": [[...]]}`. A
/// word is its number in `words`, a moment its seconds since 1970, or a word where it is none.
pub(crate) fn data(trades: &[Trade]) -> Value {
    let columns = filled(trades);
    let mut words: Vec<String> = Vec::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut word = |text: &str| {
        let text = visible::line(text).into_owned();
        *numbers.entry(text).or_insert_with_key(|text| {
            words.push(text.clone());
            words.len() - 1
        })
    };
    let rows: Vec<Value> = trades
        .iter()
        .map(|trade| {
            let cell = |column: &&Column| match (column.kind, (column.value)(trade)) {
                (_, Cell::Nothing) => Value::Null,
                (Kind::Time, Cell::Text(text)) => match seconds(text) {
                    Some(at) => json!(at),
                    None => json!([word(text)]),
                },
                (_, Cell::Text(text)) => json!(word(text)),
                (Kind::Count, Cell::Number(value)) => json!(value as i64),
                (_, Cell::Number(value)) => json!(short(value)),
            };
            columns.iter().map(cell).collect()
        })
        .collect();
    let heads: Vec<_> = columns.iter().map(|column| json!({"head": column.head, "kind": column.kind.name()})).collect();
    json!({ "columns": heads, "words": words, "days": only_days(trades), "rows": rows })
}
