//! `/arena`: the leaderboard.

use std::sync::Arc;

use axum::extract::State;
use serde_json::{Value, json};

use super::{Body, Id, Parameters};
use crate::arena::Listed;
use crate::keys::Caller;
use crate::reply::{Refusal, Reply, answer};
use crate::report::marks;
use crate::server::App;

/// Strategies that are listed, when the query does not say, and at most.
const USUAL: usize = 50;
const MOST: usize = 200;

/// `POST /arena/strategies/register`
pub(crate) async fn register(State(app): State<Arc<App>>, caller: Caller, Body(body): Body) -> Reply {
    let Some(id) = body.get("backtest_summary_id").and_then(Value::as_str) else {
        return Err(Refusal::parameter(
            "backtest_summary_id",
            "backtest_summary_id: it is missing, or no text",
            "send the result_id that the status of a completed backtest tells",
        ));
    };
    let report = app.jobs.report(id, &caller.key_id)?;
    let listed = app.arena.register(report, &caller.key_id, &app.ids)?;
    answer(entry(&app, &listed))
}

/// `DELETE /arena/strategies/{id}/unregister`
pub(crate) async fn unregister(State(app): State<Arc<App>>, caller: Caller, Id(id): Id) -> Reply {
    let listed = app.arena.unregister(&id, &caller.key_id)?;
    answer(marks(app.market.label(), json!({ "strategy_id": listed.id, "registered": false })))
}

/// `GET /arena/leaderboard?limit=`
pub(crate) async fn leaderboard(State(app): State<Arc<App>>, query: Parameters) -> Reply {
    let limit = query.count("limit", USUAL, MOST)?.max(1);
    let strategies: Vec<Value> = app.arena.best(limit).iter().map(|listed| entry(&app, listed)).collect();
    answer(marks(app.market.label(), json!({ "strategies": strategies })))
}

fn entry(app: &App, listed: &Listed) -> Value {
    let report = &listed.report;
    let metrics = report.summary(String::new()).metrics;
    json!({
        "strategy_id": listed.id,
        "backtest_summary_id": report.result_id,
        "metrics": metrics,
        "start_date": report.settings.start_date.to_string(),
        "end_date": report.settings.end_date.to_string(),
        "dashboard_url": app.dashboard_url(&report.result_id),
        "origin": "sandbox",
        "data": app.market.label(),
    })
}
