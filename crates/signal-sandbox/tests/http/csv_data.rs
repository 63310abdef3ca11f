//! Bars of one's own.

use std::path::Path;

use signal_api::ErrorCode;
use signal_api::models::JobState;
use signal_sandbox::{DataSource, Options};

use crate::support::{TRADER, block_on, completed, request, run, start};

/// Writes days from 2024-01-01 on, whose close goes up and down around 100.
fn write_days(path: &Path, days: usize, fault: impl Fn(usize) -> Option<String>) {
    let first: jiff::civil::Date = "2024-01-01".parse().unwrap();
    let mut text = "timestamp,open,high,low,close,volume\n".to_owned();
    for day in 0..days {
        let date = first.checked_add(jiff::ToSpan::days(day as i64)).unwrap();
        let close = 100.0 + 10.0 * (day as f64 * 0.7).sin();
        let row = format!("{date}T00:00:00Z,100,112,88,{close},5");
        text += &fault(day).unwrap_or(row);
        text.push('\n');
    }
    std::fs::write(path, text).unwrap();
}

async fn in_folder(folder: &Path) -> (signal_sandbox::Running, signal_api::Client) {
    start(Options { data: DataSource::Csv(folder.to_owned()), ..Options::default() }).await
}

#[test]
fn a_file_of_bars_is_backtested() {
    block_on(async {
        let folder = tempfile::tempdir().unwrap();
        write_days(&folder.path().join("BINANCE_BTC_USDT_1d.csv"), 366, |_| None);
        let (_running, client) = in_folder(folder.path()).await;
        let id = completed(&client, &request(TRADER)).await;
        let result = client.result(&id).await.unwrap().data;
        assert_eq!((&result.extra["bars"], &result.extra["data"]), (&366.into(), &"csv".into()));
        let trades = client.all_trades(&id, 1_000, |_, _| {}).await.unwrap().trades;
        assert!(trades.len() > 20);
        // Every bar opens at 100; a buy pays the default slippage on top.
        assert!(trades.iter().all(|trade| (trade.entry_price.unwrap() - 100.05).abs() < 1e-9), "{:?}", trades[0]);
        let text = client.analysis(&id).await.unwrap().data.analysis.unwrap();
        assert!(text.contains("bars from csv files"), "{text}");
    });
}

#[test]
fn perpetuals_and_symbols_are_found_by_their_file_names() {
    block_on(async {
        let folder = tempfile::tempdir().unwrap();
        write_days(&folder.path().join("HYPERLIQUID_BTC_USDC_USDC_1d.csv"), 60, |_| None);
        let (_running, client) = in_folder(folder.path()).await;
        let ticker = "HYPERLIQUID:BTC/USDC:USDC";
        let mut short = request(&format!("emit_signal(close > 100, entry(\"{ticker}\", \"SHORT\", Weight(0.5)))\n"));
        short.universe = vec![ticker.to_owned()];
        let id = completed(&client, &short).await;
        assert_eq!(client.result(&id).await.unwrap().data.extra["bars"], 60);
        let text = client.analysis(&id).await.unwrap().data.analysis.unwrap();
        assert!(text.contains("1 position was still open"), "{text}");
        let symbols: signal_api::Answer<serde_json::Value> = client.get(&["market", "symbols"], &()).await.unwrap();
        assert_eq!(symbols.raw["symbols"][0]["ticker"], ticker);
    });
}

#[test]
fn a_missing_file_is_named() {
    block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let (_running, client) = in_folder(folder.path()).await;
        let status = run(&client, &request(TRADER)).await;
        assert_eq!(status.state(), JobState::Failed);
        let error = status.error.unwrap();
        assert_eq!(error.code, ErrorCode::DataUnavailable);
        assert!(error.message.contains("BINANCE_BTC_USDT_1d.csv"), "{}", error.message);
        assert!(error.suggestion.unwrap().contains("timestamp,open,high,low,close,volume"));
    });
}

#[test]
fn a_fault_in_a_file_is_named_with_row_and_column() {
    block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("BINANCE_BTC_USDT_1d.csv");
        write_days(&path, 30, |day| (day == 9).then(|| "2024-01-10,100,112,88,oops,5".to_owned()));
        let (_running, client) = in_folder(folder.path()).await;
        let error = run(&client, &request(TRADER)).await.error.unwrap();
        assert_eq!(error.code, ErrorCode::DataUnavailable);
        // The header is row 1; the timestamp is wrong as well, and comes first.
        assert!(error.message.contains("BINANCE_BTC_USDT_1d.csv, row 11, column `timestamp`"), "{}", error.message);
        write_days(&path, 30, |day| (day == 9).then(|| "2024-01-10T00:00:00Z,100,112,88,oops,5".to_owned()));
        let error = run(&client, &request(TRADER)).await.error.unwrap();
        assert!(error.message.contains("row 11, column `close`: `oops` is no number"), "{}", error.message);
        // A file that was mended is read anew.
        write_days(&path, 30, |_| None);
        completed(&client, &request(TRADER)).await;
    });
}

#[test]
fn a_range_beside_the_file_is_told_and_a_range_beyond_it_is_cut() {
    block_on(async {
        let folder = tempfile::tempdir().unwrap();
        write_days(&folder.path().join("BINANCE_BTC_USDT_1d.csv"), 100, |_| None);
        let (_running, client) = in_folder(folder.path()).await;
        let mut beside = request(TRADER);
        beside.start_date = "2025-01-01".to_owned();
        beside.end_date = "2025-06-01".to_owned();
        let error = run(&client, &beside).await.error.unwrap();
        assert_eq!(error.code, ErrorCode::DataUnavailable);
        assert!(error.message.contains("2024-01-01T00:00:00Z and 2024-04-09T00:00:00Z"), "{}", error.message);
        let id = completed(&client, &request(TRADER)).await;
        assert_eq!(client.result(&id).await.unwrap().data.extra["bars"], 100);
    });
}
