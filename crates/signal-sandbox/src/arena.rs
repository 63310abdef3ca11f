//! The leaderboard: strategies that were registered, as long as the sandbox runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::civil::Date;
use signal_api::ErrorCode;

use crate::ids::Ids;
use crate::reply::Refusal;
use crate::report::Report;

/// What a strategy needs to be listed: trades, and days of the range.
const LEAST_TRADES: usize = 10;
const LEAST_DAYS: i32 = 30;

/// Strategies that are remembered; the oldest are forgotten.
const MOST: usize = 1_000;

/// Everything that is registered.
#[derive(Debug, Default)]
pub(crate) struct Arena(Mutex<Vec<Listed>>);

/// A registered strategy.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    /// Its id on the leaderboard.
    pub id: String,
    /// Id of the key that registered it.
    pub owner: String,
    /// What it came to.
    pub report: Arc<Report>,
}

impl Arena {
    /// Lists a result.
    pub(crate) fn register(&self, report: Arc<Report>, owner: &str, ids: &Ids) -> Result<Listed, Refusal> {
        let trades = report.outcome.metrics.num_trades;
        let days = days(report.settings.start_date, report.settings.end_date);
        if trades < LEAST_TRADES || days < LEAST_DAYS {
            return Err(Refusal::new(
                ErrorCode::QualityGate,
                format!(
                    "the backtest has {trades} trades in {days} days; {LEAST_TRADES} trades and {LEAST_DAYS} days are required"
                ),
                "register a backtest over a longer range",
            ));
        }
        let mut listed = self.listed();
        if let Some(same) = listed.iter().find(|one| one.report.result_id == report.result_id) {
            return Err(Refusal::new(
                ErrorCode::AlreadyRegistered,
                format!("this backtest is on the leaderboard already, as {}", same.id),
                "",
            ));
        }
        let new = Listed { id: ids.draw("strat_"), owner: owner.to_owned(), report };
        listed.push(new.clone());
        if listed.len() > MOST {
            listed.remove(0);
        }
        Ok(new)
    }

    /// Takes a strategy off, by its own id or its result's.
    pub(crate) fn unregister(&self, id: &str, owner: &str) -> Result<Listed, Refusal> {
        let mut listed = self.listed();
        let Some(at) = listed.iter().position(|one| one.id == id || one.report.result_id == id) else {
            return Err(Refusal::new(
                ErrorCode::NotRegistered,
                "this strategy is not on the leaderboard",
                "GET /arena/leaderboard lists what is",
            ));
        };
        if listed[at].owner != owner {
            return Err(Refusal::new(ErrorCode::NotOwner, "another agent has registered this strategy", ""));
        }
        Ok(listed.remove(at))
    }

    /// The best ones by their return.
    pub(crate) fn best(&self, limit: usize) -> Vec<Listed> {
        let mut best = self.listed().clone();
        let gain = |one: &Listed| one.report.outcome.metrics.total_return_pct.unwrap_or(f64::NEG_INFINITY);
        best.sort_by(|one, other| gain(other).total_cmp(&gain(one)));
        best.truncate(limit);
        best
    }

    fn listed(&self) -> MutexGuard<'_, Vec<Listed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Days of a range, its end day included.
fn days(start: Date, end: Date) -> i32 {
    start.until(end).map_or(0, |span| span.get_days() + 1)
}
