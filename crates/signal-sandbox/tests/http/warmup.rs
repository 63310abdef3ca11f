//! `TA_OUT_OF_RANGE`: refused with exactly as many bars as the warm-up, taken with one more.

use signal_api::ErrorCode;
use signal_api::models::{ExecuteRequest, JobState};
use signal_market::{DateRange, Timeframe, bars};
use signal_sandbox::Options;

use crate::support::{block_on, request, run, start};

/// Ranges and the bars that open in them.
const RANGES: [(&str, &str, &str, usize); 14] = [
    ("1m", "2024-02-29", "2024-02-29", 1440),
    ("5m", "2024-02-28", "2024-02-29", 576),
    ("15m", "2023-12-31", "2024-01-01", 192),
    ("30m", "2024-06-01", "2024-06-01", 48),
    ("1h", "2024-02-28", "2024-03-01", 72),
    ("1h", "2024-05-05", "2024-05-05", 24),
    ("4h", "2024-02-28", "2024-03-01", 18),
    ("1d", "2023-01-01", "2023-12-31", 365),
    ("1d", "2024-01-01", "2024-12-31", 366),
    ("1d", "2024-07-07", "2024-07-16", 10),
    ("1w", "2024-01-01", "2024-12-31", 53),
    ("1w", "2024-01-02", "2024-12-31", 52),
    ("1M", "2022-01-01", "2024-12-31", 36),
    ("1M", "2022-01-02", "2024-12-31", 35),
];

fn with(script: String, timeframe: &str, start: &str, end: &str) -> ExecuteRequest {
    ExecuteRequest {
        start_date: start.to_owned(),
        end_date: end.to_owned(),
        timeframe: Some(timeframe.to_owned()),
        ..request(&script)
    }
}

/// A script whose warm-up is that many bars.
fn script(warmup: usize) -> String {
    format!(
        "average = sma(close, {})\nemit_signal(close > average, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n",
        warmup + 1
    )
}

#[test]
fn the_warm_up_alone_is_too_short_and_one_bar_more_is_enough() {
    block_on(async {
        let (_running, client) = start(Options::default()).await;
        for (timeframe, start, end, count) in RANGES {
            let range = DateRange { start: start.parse().unwrap(), end: end.parse().unwrap() };
            let predicted = bars(timeframe.parse::<Timeframe>().unwrap(), range, None);
            assert!((predicted.min..=predicted.max).contains(&(count as u64)), "{timeframe} {start}: {predicted:?}");

            let short = run(&client, &with(script(count), timeframe, start, end)).await;
            assert_eq!(short.state(), JobState::Failed, "{timeframe} {start} {end}");
            assert!(short.result_id.is_none());
            let error = short.error.unwrap();
            assert_eq!(error.code, ErrorCode::TaOutOfRange);
            assert_eq!(short.message.as_ref(), Some(&error.message));
            let call = format!("sma(close, {})", count + 1);
            assert!(error.message.contains(&call) && error.message.contains("line 1, column 11"), "{}", error.message);
            let suggestion = error.suggestion.unwrap();
            assert!(suggestion.contains(&format!("{} bars of {timeframe}", count + 1)), "{suggestion}");

            let enough = run(&client, &with(script(count - 1), timeframe, start, end)).await;
            assert_eq!(enough.state(), JobState::Completed, "{timeframe} {start} {end}: {enough:?}");
            let result = client.result(&enough.result_id.unwrap()).await.unwrap().data;
            assert_eq!(result.extra["bars"], count);
            assert_eq!(result.extra["first_usable"], result.extra["last_bar"]);
        }
    });
}

#[test]
fn a_bar_that_is_not_closed_today_does_not_count() {
    block_on(async {
        // Today is 2026-01-15: the last closed day is the 14th.
        let (_running, client) = start(Options::default()).await;
        for (end, count) in [("2026-01-13", 13), ("2026-01-14", 14), ("2026-01-15", 14), ("2030-01-01", 14)] {
            let short = run(&client, &with(script(count), "1d", "2026-01-01", end)).await;
            assert_eq!(short.state(), JobState::Failed, "{end}");
            let enough = run(&client, &with(script(count - 1), "1d", "2026-01-01", end)).await;
            assert_eq!(enough.state(), JobState::Completed, "{end}: {enough:?}");
        }
    });
}

#[test]
fn a_range_without_bars_is_too_short() {
    block_on(async {
        let (_running, client) = start(Options::default()).await;
        for (timeframe, start, end) in
            [("1w", "2024-01-02", "2024-01-07"), ("1M", "2024-01-02", "2024-01-31"), ("1d", "2030-01-01", "2030-02-01")]
        {
            let status = run(&client, &with(script(3), timeframe, start, end)).await;
            assert_eq!(status.error.map(|error| error.code), Some(ErrorCode::TaOutOfRange), "{timeframe} {start}");
        }
    });
}
