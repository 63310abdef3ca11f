//! Results as CSV (RFC 4180): a header, a record a line, lines ended by CR LF.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, also when it came from a server: such a
//! text gets a `'` before it. Numbers are numbers, written in full.

use csv::{Terminator, WriterBuilder};
use serde::Serialize;
use serde_json::{Map, Value};

use super::visible;
use crate::run::Results;

/// The columns that every trade has, in the order of the API's model.
const TRADE: [&str; 12] = [
    "ticker",
    "side",
    "entry_time",
    "entry_price",
    "exit_time",
    "exit_price",
    "quantity",
    "pnl",
    "pnl_pct",
    "fees",
    "reason",
    "bars_held",
];

/// The columns that every ticker has.
const TICKER: [&str; 10] = [
    "ticker",
    "pnl",
    "total_return_pct",
    "max_drawdown",
    "sharpe_ratio",
    "sortino_ratio",
    "calmar_ratio",
    "win_rate",
    "num_trades",
    "profit_factor",
];

/// Every trade; fields that only this server has follow the usual ones.
pub(crate) fn trades(results: &Results) -> String {
    of(&TRADE, &results.trades, object)
}

/// The equity curve.
pub(crate) fn equity(results: &Results) -> String {
    of(&["time", "equity", "drawdown_pct"], &results.equity, object)
}

/// How each ticker did.
pub(crate) fn per_ticker(results: &Results) -> String {
    of(&TICKER, &results.per_ticker, |own| {
        let mut row = Map::new();
        row.insert("ticker".to_owned(), Value::from(own.ticker.as_str()));
        row.insert("pnl".to_owned(), Value::from(own.pnl));
        row.extend(object(&own.metrics));
        row
    })
}

/// The figures, one a line.
pub(crate) fn metrics(results: &Results) -> String {
    let figures: Vec<_> = object(&results.metrics).into_iter().collect();
    of(&["metric", "value"], &figures, |(name, value)| {
        Map::from_iter([("metric".to_owned(), Value::from(name.as_str())), ("value".to_owned(), value.clone())])
    })
}

fn object<T: Serialize>(model: &T) -> Map<String, Value> {
    match serde_json::to_value(model) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    }
}

/// Rows under the `usual` columns and whatever others the rows have, in the order in which they come up.
fn of<T>(usual: &[&str], items: &[T], row: impl Fn(&T) -> Map<String, Value>) -> String {
    let mut columns: Vec<String> = usual.iter().map(|&name| name.to_owned()).collect();
    // Rows are made twice rather than kept: there may be half a million of them.
    for name in items.iter().flat_map(|item| row(item).into_iter().map(|(name, _)| name)) {
        if !columns.contains(&name) {
            columns.push(name);
        }
    }
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory can't fail, and every record has the header's length.
    let _ = writer.write_record(columns.iter().map(|name| guarded(name)));
    for item in items {
        let row = row(item);
        let _ = writer.write_record(columns.iter().map(|name| row.get(name).map(cell).unwrap_or_default()));
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => guarded(text),
        Value::Array(_) | Value::Object(_) => guarded(&value.to_string()),
        plain => plain.to_string(),
    }
}

/// A text that no spreadsheet runs and no terminal obeys.
fn guarded(text: &str) -> String {
    let shown = visible::line(text);
    // Spreadsheets skip blanks, and some read full-width signs as the plain ones.
    let first = shown.trim_start().chars().next();
    match first {
        Some('=' | '+' | '-' | '@' | '|' | '%' | '＝' | '＋' | '－' | '＠') => format!("'{shown}"),
        _ => shown.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn results(stored: Value) -> Results {
        Results::from_stored(stored).unwrap()
    }

    #[test]
    fn parts_are_tables_with_the_server_s_own_fields_behind_ours() {
        let results = results(json!({
            "summary": {"metrics": {"sharpe_ratio": null, "total_return_pct": -1.25}},
            "metrics": {"volatility": 3},
            "per_ticker": [{"ticker": "A:B/C", "pnl": 5, "num_trades": 2, "mood": "good"}],
            "trades": [{"ticker": "A:B/C", "pnl": 0.1, "note": "x, \"y\"\nz"}, {"ticker": "D", "fees": 1, "tag": [1]}],
            "equity": [["2024-01-01T00:00:00Z", 10], ["2024-01-02T00:00:00Z", 12.5]],
        }));
        let trades = trades(&results);
        let lines: Vec<_> = trades.split("\r\n").collect();
        assert_eq!(lines[0], format!("{},note,tag", TRADE.join(",")));
        assert_eq!(lines[1], "A:B/C,,,,,,,0.1,,,,,\"x, \"\"y\"\"\\u{a}z\",");
        assert_eq!(lines[2], "D,,,,,,,,,1.0,,,,[1]");
        assert_eq!(lines[3..], [""], "ended by CR LF");
        assert_eq!(
            equity(&results),
            "time,equity,drawdown_pct\r\n2024-01-01T00:00:00Z,10.0,\r\n2024-01-02T00:00:00Z,12.5,\r\n"
        );
        assert_eq!(per_ticker(&results), format!("{},mood\r\nA:B/C,5.0,,,,,,,2,,good\r\n", TICKER.join(",")));
        let metrics = metrics(&results);
        assert!(metrics.starts_with("metric,value\r\ntotal_return_pct,-1.25\r\n"), "{metrics}");
        assert!(metrics.contains("\r\nsharpe_ratio,\r\n") && metrics.ends_with("\r\nvolatility,3\r\n"), "{metrics}");
    }

    #[test]
    fn a_text_that_a_spreadsheet_would_run_is_told_to_be_text() {
        for (text, cell) in [
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("@SUM(1)", "'@SUM(1)"),
            (" +1", "' +1"),
            ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
            ("\t=1", "\\u{9}=1"),
            ("＝1", "'＝1"),
            ("BINANCE:BTC/USDT", "BINANCE:BTC/USDT"),
            ("", ""),
        ] {
            assert_eq!(guarded(text), cell);
        }
        let results = results(json!({"summary": {}, "trades": [{"ticker": "=1+1", "pnl": -3.5, "=x": "@y"}]}));
        let text = trades(&results);
        assert!(
            text.contains(",'=x\r\n") && text.contains("'=1+1,") && text.contains(",-3.5,") && text.contains(",'@y"),
            "{text}"
        );
    }
}
