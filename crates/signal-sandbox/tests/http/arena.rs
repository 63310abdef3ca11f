//! The leaderboard: what gets on it, and off.

use serde_json::json;
use signal_api::models::ExecuteRequest;
use signal_sandbox::{Options, Running};

use crate::support::{TRADER, block_on, completed, key_of, raw, request, start};

/// Registers a result; the error's code, or the strategy's id.
async fn register(running: &Running, key: &str, result_id: &str) -> Result<String, String> {
    let body = json!({ "backtest_summary_id": result_id }).to_string();
    let answer = raw(running.local_addr(), "POST /api/v1/arena/strategies/register", key, &body).await;
    match answer.status {
        200 => Ok(answer.json()["data"]["strategy_id"].as_str().unwrap().to_owned()),
        _ => Err(answer.code()),
    }
}

#[test]
fn a_result_is_listed_once_and_taken_off_by_its_owner() {
    block_on(async {
        let (running, client) = start(Options::default()).await;
        let key = key_of(&running);
        let result = completed(&client, &request(TRADER)).await;
        let id = register(&running, &key, &result).await.unwrap();
        assert_eq!(register(&running, &key, &result).await, Err("ALREADY_REGISTERED".to_owned()));

        let board = raw(running.local_addr(), "GET /api/v1/arena/leaderboard?limit=5", "", "").await.json();
        let listed = &board["data"]["strategies"][0];
        assert_eq!(listed["backtest_summary_id"], result.as_str(), "{board}");
        assert!(listed["metrics"]["num_trades"].as_u64().unwrap() >= 10, "{board}");

        let stranger = raw(running.local_addr(), "POST /api/v1/meta/register", "", r#"{"display_name":"x"}"#).await;
        let stranger = format!("Authorization: Bearer {}\r\n", stranger.json()["data"]["api_key"].as_str().unwrap());
        assert_eq!(register(&running, &stranger, &result).await, Err("BACKTEST_NOT_FOUND".to_owned()));
        let path = format!("DELETE /api/v1/arena/strategies/{id}/unregister");
        assert_eq!(raw(running.local_addr(), &path, &stranger, "").await.code(), "NOT_OWNER");
        assert_eq!(raw(running.local_addr(), &path, &key, "").await.status, 200);
        assert_eq!(raw(running.local_addr(), &path, &key, "").await.code(), "NOT_REGISTERED");
    });
}

#[test]
fn few_trades_and_short_ranges_do_not_pass_the_gate() {
    block_on(async {
        let (running, client) = start(Options::default()).await;
        let key = key_of(&running);
        let idle = "emit_signal(close < 0, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n";
        let few = completed(&client, &request(idle)).await;
        assert_eq!(register(&running, &key, &few).await, Err("QUALITY_GATE".to_owned()));
        let dates = |end: &str| ExecuteRequest {
            start_date: "2024-01-01".to_owned(),
            end_date: end.to_owned(),
            timeframe: Some("1h".to_owned()),
            ..request(TRADER)
        };
        let short = completed(&client, &dates("2024-01-29")).await;
        assert_eq!(register(&running, &key, &short).await, Err("QUALITY_GATE".to_owned()));
        let enough = completed(&client, &dates("2024-01-30")).await;
        assert!(register(&running, &key, &enough).await.is_ok());
        assert_eq!(register(&running, &key, "res_none").await, Err("BACKTEST_NOT_FOUND".to_owned()));
        let empty = raw(running.local_addr(), "POST /api/v1/arena/strategies/register", &key, "{}").await;
        assert_eq!(empty.code(), "VALIDATION_ERROR");
    });
}
