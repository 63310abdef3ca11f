//! Models read what servers of this kind may send, and write what they read.

use serde_json::{Value, json};
use signal_api::models::{
    Analysis, BacktestResult, Equity, EquityPoint, Executed, JobState, JobStatus, Markets, Metrics, PerTicker,
    TickerResult, Trade, TradesPage,
};

use crate::support::{Act, against, answer, ok, run};

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// What a model writes, it reads back unchanged.
fn round_trip<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(model: T) {
    let written = serde_json::to_value(&model).unwrap();
    assert_eq!(read::<T>(written.clone()), model, "{written}");
}

fn metrics() -> Metrics {
    Metrics {
        total_return_pct: Some(12.5),
        num_trades: Some(7),
        extra: json!({"expectancy": 1.5}).as_object().unwrap().clone(),
        ..Metrics::default()
    }
}

#[test]
fn what_the_sandbox_writes_the_client_reads() {
    let synthetic = json!({"data": "synthetic", "origin": "sandbox"}).as_object().unwrap().clone();
    let mut status = JobStatus::new(JobState::Running);
    (status.progress, status.backtest_id) = (Some(0.25), Some("b1".to_owned()));
    round_trip(status);
    round_trip(metrics());
    round_trip(BacktestResult {
        result_id: Some("r1".to_owned()),
        metrics: Some(metrics()),
        dashboard_url: Some("http://127.0.0.1:1/d".to_owned()),
        extra: synthetic.clone(),
    });
    round_trip(PerTicker {
        tickers: vec![TickerResult { ticker: "BINANCE:BTC/USDT".to_owned(), pnl: Some(-1.5), metrics: metrics() }],
        extra: synthetic.clone(),
    });
    let trade = Trade {
        ticker: Some("X".to_owned()),
        pnl: Some(2.0),
        bars_held: Some(3),
        entry_time: Some("2024-01-01T00:00:00Z".to_owned()),
        ..Trade::default()
    };
    round_trip(TradesPage {
        trades: vec![trade],
        total: Some(1),
        limit: Some(500),
        offset: Some(0),
        extra: synthetic.clone(),
        ..TradesPage::default()
    });
    let point = EquityPoint { time: "2024-01-01T00:00:00Z".to_owned(), equity: 10_000.0, drawdown_pct: Some(0.0) };
    round_trip(Equity { points: vec![point], extra: synthetic.clone() });
    round_trip(Analysis { analysis: Some("fine\nindeed".to_owned()), extra: synthetic });
    round_trip(Executed {
        backtest_id: "b1".to_owned(),
        status: Some(JobState::Queued),
        message: None,
        extra: serde_json::Map::new(),
    });
}

#[test]
fn figures_come_as_numbers_texts_and_nothing() {
    let metrics: Metrics =
        read(json!({"total_return_pct": "12.5", "sharpe_ratio": null, "win_rate": "NaN", "max_drawdown": [1],
        "num_trades": 3.0, "profit_factor": "Infinity", "mystery": {"a": 1}}));
    assert_eq!((metrics.total_return_pct, metrics.num_trades), (Some(12.5), Some(3)));
    assert_eq!(
        (metrics.sharpe_ratio, metrics.win_rate, metrics.max_drawdown, metrics.profit_factor),
        (None, None, None, None)
    );
    assert_eq!(metrics.extra["mystery"]["a"], 1);
    let result: BacktestResult = read(json!({"metrics": "soon", "dashboard_url": 5, "note": "kept"}));
    assert_eq!(
        (result.metrics, result.dashboard_url.as_deref(), &result.extra["note"]),
        (None, Some("5"), &json!("kept"))
    );
}

#[test]
fn lists_are_found_in_every_shape() {
    let ids = |value| read::<Markets>(value).exchanges.into_iter().map(|market| market.id).collect::<Vec<_>>();
    for value in [
        json!(["binance", "upbit"]),
        json!([{"id": "binance"}, {"name": "upbit"}]),
        json!({"exchanges": [{"id": "binance", "name": "Binance"}, {"id": "upbit"}]}),
        json!({"markets": {"binance": {"type": "spot"}, "upbit": {}}}),
        json!({"binance": {}, "upbit": {"market": "spot"}}),
    ] {
        assert_eq!(ids(value.clone()), ["binance", "upbit"], "{value}");
    }
    let tickers = |value| {
        read::<PerTicker>(value).tickers.into_iter().map(|row| (row.ticker, row.metrics.win_rate)).collect::<Vec<_>>()
    };
    for value in [
        json!([{"ticker": "A", "win_rate": 50}]),
        json!({"per_ticker": [{"symbol": "A", "metrics": {"win_rate": 50}}]}),
        json!({"A": {"win_rate": "50"}}),
        json!({"per_ticker": {"A": {"win_rate": 50}}, "data": "synthetic"}),
    ] {
        assert_eq!(tickers(value.clone()), [("A".to_owned(), Some(50.0))], "{value}");
    }
    let points =
        |value| read::<Equity>(value).points.into_iter().map(|point| (point.time, point.equity)).collect::<Vec<_>>();
    let time = || "2024-01-01T00:00:00Z".to_owned();
    for value in [
        json!([{"timestamp": 1_704_067_200, "equity": 5}]),
        json!([{"time": 1_704_067_200_000_i64, "value": "5"}]),
        json!({"equity_curve": [["2024-01-01T00:00:00Z", 5]]}),
        json!({"timestamps": ["2024-01-01T00:00:00Z"], "equity": [5]}),
        json!({"points": [{"date": "2024-01-01T00:00:00Z", "portfolio_value": 5, "x": 1}, {"broken": true}, null]}),
    ] {
        assert_eq!(points(value.clone()), [(time(), 5.0)], "{value}");
    }
    for value in [json!(null), json!(5), json!("text"), json!({"equity": null}), json!([[]])] {
        assert_eq!(points(value.clone()), [], "{value}");
        assert!(read::<PerTicker>(value.clone()).tickers.is_empty() && read::<TradesPage>(value).trades.is_empty());
    }
}

fn page(numbers: std::ops::Range<u64>, rest: &str) -> Act {
    let trades: Vec<String> = numbers.map(|number| format!(r#"{{"ticker":"T","pnl":{number}}}"#)).collect();
    ok(&format!(r#"{{"trades":[{}]{rest}}}"#, trades.join(",")))
}

/// All trades of a server that sends these pages: how many, whether these are all, and what was asked.
fn pages(acts: Vec<Act>, most: usize) -> (usize, bool, Vec<String>) {
    let (server, client) = against(acts);
    let mut told = Vec::new();
    let all = run(client.all_trades("r1", most, |done, _| told.push(done))).unwrap();
    let distinct: std::collections::BTreeSet<u64> = all.trades.iter().map(|trade| trade.pnl.unwrap() as u64).collect();
    assert_eq!(distinct.len(), all.trades.len(), "no trade comes twice");
    assert_eq!(all.raw.len(), all.trades.len());
    assert!(told.is_sorted(), "{told:?}");
    let asked = server
        .seen()
        .iter()
        .map(|request| request.split(' ').nth(1).unwrap().split_once('?').map_or("", |(_, query)| query).to_owned())
        .collect();
    (all.trades.len(), all.whole, asked)
}

#[test]
fn trades_are_collected_page_by_page() {
    let by_offset = pages(vec![page(0..3, r#","total":5"#), page(3..5, r#","total":5"#)], 100);
    assert_eq!(by_offset, (5, true, vec!["limit=500".to_owned(), "limit=500&offset=3".to_owned()]));
    let by_cursor =
        pages(vec![page(0..3, r#","next_cursor":"c/1&","has_more":true"#), page(3..4, r#","next_cursor":null"#)], 100);
    assert_eq!(by_cursor, (4, true, vec!["limit=500".to_owned(), "limit=500&cursor=c%2F1%26".to_owned()]));
    let nested =
        pages(vec![page(0..2, r#","pagination":{"total":3}"#), page(2..3, r#","pagination":{"total":3}"#)], 100);
    assert_eq!((nested.0, nested.1), (3, true));
    assert_eq!(pages(vec![page(0..3, "")], 100).0, 3, "a page shorter than asked for is the last");
    assert_eq!(pages(vec![page(0..0, r#","total":0"#)], 100).0, 0);
}

#[test]
fn collecting_trades_ends_whatever_the_server_does() {
    let stubborn = pages(vec![page(0..3, r#","total":9"#)], 100);
    assert_eq!((stubborn.0, stubborn.1), (3, false), "the same page again and again");
    let endless = pages(
        vec![page(0..3, r#","has_more":true"#), page(3..6, r#","has_more":true"#), page(6..9, r#","has_more":true"#)],
        5,
    );
    assert_eq!((endless.0, endless.1), (5, false), "no more than asked for");
    let empty = pages(vec![page(0..3, r#","has_more":true"#), page(0..0, r#","has_more":true"#)], 100);
    assert_eq!(empty.0, 3, "an empty page that promises more");
}

#[test]
fn a_page_size_that_is_refused_is_left_to_the_server() {
    let refused =
        answer(422, r#"{"success":false,"error":{"code":"VALIDATION_ERROR","message":"limit: at most 100"}}"#);
    let (number, all, asked) = pages(vec![refused, page(0..3, r#","total":5"#), page(3..5, r#","total":5"#)], 100);
    assert_eq!((number, all, asked.last().map(String::as_str)), (5, true, Some("offset=3")));
}

#[test]
fn trades_keep_the_fields_that_no_model_names() {
    let body = r#"{"trades":[{"pnl":1,"mood":"bold"},"odd",{"pnl":2}],"total":3}"#;
    let (_server, client) = against(vec![ok(body)]);
    let all = run(client.all_trades("r1", 10, |_, _| {})).unwrap();
    assert_eq!(Value::from(all.raw), json!([{"pnl": 1, "mood": "bold"}, "odd", {"pnl": 2}]));
    assert_eq!((all.trades.len(), all.total, all.whole), (2, Some(3), true));
}

#[test]
fn pages_that_came_are_not_lost_when_a_later_one_does_not() {
    let (_server, client) = against(vec![page(0..3, r#","total":5"#), Act::DropRead]);
    let all = run(client.all_trades("r1", 10, |_, _| {})).unwrap();
    assert_eq!((all.trades.len(), all.total, all.whole), (3, Some(5), false));
    assert!(matches!(all.trouble, Some(signal_api::ApiError::NoAnswer { .. })), "{:?}", all.trouble);
    let (_server, client) = against(vec![Act::DropRead]);
    assert!(run(client.all_trades("r1", 10, |_, _| {})).is_err(), "not even the first");
}

#[test]
fn metrics_are_found_bare_and_wrapped() {
    for data in [r#"{"sharpe_ratio":1.5}"#, r#"{"metrics":{"sharpe_ratio":1.5}}"#] {
        let (_server, client) = against(vec![ok(data)]);
        assert_eq!(run(client.result_metrics("r1")).unwrap().sharpe_ratio, Some(1.5));
    }
}

#[test]
fn raw_answers_keep_what_no_model_names_in_order() {
    let (_server, client) = against(vec![ok(r#"{"zeta":1,"metrics":{"new_ratio":2},"alpha":3}"#)]);
    let answer = run(client.result("r1")).unwrap();
    assert_eq!(answer.raw.to_string(), r#"{"zeta":1,"metrics":{"new_ratio":2},"alpha":3}"#);
    assert_eq!(answer.meta["timestamp"], "2026-01-01T00:00:00Z");
    assert_eq!(answer.metrics.as_ref().unwrap().extra["new_ratio"], 2);
}
