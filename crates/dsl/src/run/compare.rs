//! Two runs side by side: what their scripts, settings, figures and trades differ in, as plain data.

use std::collections::{HashMap, VecDeque};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use signal_api::models::Trade;

use super::Results;
use crate::journal::{Record, State};

/// So many trades of each kind are listed; all are counted.
const LISTED: usize = 5;

/// `dsl runs diff --json`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Comparison {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// The first run.
    pub(crate) a: Compared,
    /// The second one.
    pub(crate) b: Compared,
    /// What differs in the scripts as they were sent from disk; null where one of them is not there any more.
    pub(crate) script: Option<ScriptDifference>,
    /// Settings that differ, in the order of the API's table.
    pub(crate) settings: Vec<SettingDifference>,
    /// Every figure that either has.
    pub(crate) metrics: Vec<MetricDifference>,
    /// How the trades differ; null where those of either are not known whole.
    pub(crate) trades: Option<TradesDifference>,
    /// What could not be compared, and why.
    pub(crate) lacking: Vec<String>,
}

/// One of the two runs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Compared {
    /// Its id.
    pub(crate) run: String,
    /// The script, as it was named.
    pub(crate) file: String,
    /// Base URL of the server, or `sandbox`.
    pub(crate) origin: String,
    /// How far it is.
    pub(crate) status: State,
    /// When it was submitted.
    pub(crate) submitted_at: Option<String>,
    /// The job's id at the server.
    pub(crate) backtest_id: Option<String>,
    /// The id of its results.
    pub(crate) result_id: Option<String>,
}

/// How two scripts differ.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ScriptDifference {
    /// Whether they are the same, byte for byte.
    pub(crate) same: bool,
    /// A unified diff; empty where they are the same.
    pub(crate) diff: String,
}

/// A setting that differs.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct SettingDifference {
    /// The API's name.
    pub(crate) setting: String,
    /// Its value in the first run; null where it is not set.
    pub(crate) a: Value,
    /// Its value in the second one.
    pub(crate) b: Value,
    /// Where the first run had it from.
    pub(crate) a_origin: Option<String>,
    /// Where the second one had it from.
    pub(crate) b_origin: Option<String>,
}

/// A figure of both.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct MetricDifference {
    /// The API's name.
    pub(crate) metric: String,
    /// Of the first run; null where it has none.
    pub(crate) a: Option<f64>,
    /// Of the second one.
    pub(crate) b: Option<f64>,
    /// The second less the first; of `max_drawdown`, whose sign servers see differently, the difference of the sizes.
    pub(crate) delta: Option<f64>,
    /// `a` or `b`; null where both are as good, or nobody can tell.
    pub(crate) better: Option<Better>,
}

/// Which of two runs does better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Better {
    /// The first one.
    A,
    /// The second one.
    B,
}

/// How the trades of two runs differ. Two are the same trade when ticker, side and time of entry are.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct TradesDifference {
    /// Trades that both have, closed at the same time for the same reason.
    pub(crate) same: u64,
    /// Trades that both have, closed at another time or for another reason.
    pub(crate) other_exit: u64,
    /// Trades that only the first run has.
    pub(crate) only_in_a: u64,
    /// Trades that only the second one has.
    pub(crate) only_in_b: u64,
    /// The first few of each kind but `same`.
    pub(crate) first: FirstTrades,
}

/// The first few trades that differ, as the server sent them.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct FirstTrades {
    /// Pairs with another exit.
    pub(crate) other_exit: Vec<TradePair>,
    /// Those of the first run alone.
    #[schemars(with = "Vec<Map<String, Value>>")]
    pub(crate) only_in_a: Vec<Trade>,
    /// Those of the second one alone.
    #[schemars(with = "Vec<Map<String, Value>>")]
    pub(crate) only_in_b: Vec<Trade>,
}

/// One trade as each of the runs closed it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct TradePair {
    /// In the first run.
    #[schemars(with = "Map<String, Value>")]
    pub(crate) a: Trade,
    /// In the second one.
    #[schemars(with = "Map<String, Value>")]
    pub(crate) b: Trade,
}

/// A run with what is kept of it.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// Its record.
    pub(crate) record: Record,
    /// How far it is.
    pub(crate) status: State,
    /// The script's text.
    pub(crate) script: Option<String>,
    /// Its results, or why there are none.
    pub(crate) results: Result<Results, String>,
}

impl Kept {
    /// What the journal keeps of a run.
    pub(crate) fn of(record: Record) -> Self {
        let status = record.status();
        let results = match record.result() {
            Some(stored) => Results::from_stored(stored),
            None => Err("its results are not here".to_owned()),
        };
        Self { status, script: record.script(), results, record }
    }

    fn compared(&self) -> Compared {
        let record = &self.record;
        Compared {
            run: record.run.clone(),
            file: record.file.clone(),
            origin: record.origin.clone(),
            status: self.status,
            submitted_at: record.submitted_at.clone(),
            backtest_id: record.backtest_id.clone(),
            result_id: record.result_id.clone(),
        }
    }

    /// The figures as the server sent them.
    fn metrics(&self) -> Map<String, Value> {
        let whole = self.results.as_ref().ok().and_then(|results| serde_json::to_value(&results.metrics).ok());
        match whole.or_else(|| self.record.metrics.clone()) {
            Some(Value::Object(metrics)) => metrics,
            _ => Map::new(),
        }
    }

    /// Every trade, in the order they came.
    fn trades(&self) -> Result<&[Trade], String> {
        let results = self.results.as_ref().map_err(Clone::clone)?;
        match results.lacking.iter().find(|lacking| lacking.part == "trades") {
            Some(lacking) => Err(format!("its trades {}", signal_api::sanitize(&lacking.message))),
            None => Ok(&results.trades),
        }
    }
}

/// Compares two runs. `diff` makes the unified diff of two scripts.
pub(crate) fn compare(a: &Kept, b: &Kept, diff: impl FnOnce(&str, &str) -> String) -> Comparison {
    let mut lacking = Vec::new();
    let script = match (&a.script, &b.script) {
        (Some(one), Some(other)) => Some(ScriptDifference { same: one == other, diff: diff(one, other) }),
        (one, _) => {
            let which = if one.is_none() { "a" } else { "b" };
            lacking.push(format!("{which}: its script is not kept any more"));
            None
        }
    };
    for (name, kept) in [("a", a), ("b", b)] {
        if let Err(reason) = kept.trades() {
            let status = kept.status.word();
            lacking.push(format!("{name}: {reason} ({status})"));
        }
    }
    let trades = match (a.trades(), b.trades()) {
        (Ok(one), Ok(other)) => Some(trades(one, other)),
        _ => None,
    };
    Comparison {
        schema: crate::render::json::SCHEMA,
        a: a.compared(),
        b: b.compared(),
        script,
        settings: settings(&a.record.settings, &b.record.settings),
        metrics: metrics(&a.metrics(), &b.metrics()),
        trades,
        lacking,
    }
}

/// Names of either object, those of the first one first.
fn names<'v>(a: &'v Map<String, Value>, b: &'v Map<String, Value>) -> Vec<&'v String> {
    a.keys().chain(b.keys().filter(|name| !a.contains_key(*name))).collect()
}

fn settings(a: &Value, b: &Value) -> Vec<SettingDifference> {
    let none = Map::new();
    let (one, other) = (a.as_object().unwrap_or(&none), b.as_object().unwrap_or(&none));
    let origin = |of: &Value, name: &str| of.get("origin")?.get(name)?.as_str().map(str::to_owned);
    let value = |of: &Map<String, Value>, name: &str| of.get(name).cloned().unwrap_or(Value::Null);
    let names = names(one, other).into_iter().filter(|name| *name != "origin");
    let all = names.map(|name| SettingDifference {
        setting: name.clone(),
        a: value(one, name),
        b: value(other, name),
        a_origin: origin(a, name),
        b_origin: origin(b, name),
    });
    all.filter(|setting| setting.a != setting.b).collect()
}

fn metrics(a: &Map<String, Value>, b: &Map<String, Value>) -> Vec<MetricDifference> {
    let number = |of: &Map<String, Value>, name: &str| of.get(name).and_then(Value::as_f64);
    let compared = names(a, b).into_iter().map(|name| {
        let (one, other) = (number(a, name), number(b, name));
        let size = |value: f64| if name == "max_drawdown" { value.abs() } else { value };
        let delta = one.zip(other).map(|(one, other)| size(other) - size(one));
        let gain = match name.as_str() {
            "total_return_pct" | "sharpe_ratio" | "sortino_ratio" | "calmar_ratio" | "win_rate" | "profit_factor" => {
                delta
            }
            "max_drawdown" => delta.map(|delta| -delta),
            // More trades are neither better nor worse, and what other figures mean only their server knows.
            _ => None,
        };
        let better = gain.filter(|gain| *gain != 0.0).map(|gain| if gain > 0.0 { Better::B } else { Better::A });
        MetricDifference { metric: name.clone(), a: one, b: other, delta, better }
    });
    compared.filter(|metric| metric.a.is_some() || metric.b.is_some()).collect()
}

/// What makes two trades one.
type Key = (String, String, String);

fn key(trade: &Trade) -> Key {
    let upper = |text: &Option<String>| text.as_deref().unwrap_or_default().to_uppercase();
    (upper(&trade.ticker), upper(&trade.side), moment(&trade.entry_time))
}

/// A moment in one form, whichever the server wrote it in.
fn moment(text: &Option<String>) -> String {
    let text = text.as_deref().unwrap_or_default();
    match text.parse::<jiff::Timestamp>() {
        Ok(moment) => moment.to_string(),
        Err(_) if text.parse::<jiff::civil::Date>().is_ok() => format!("{text}T00:00:00Z"),
        Err(_) => text.to_owned(),
    }
}

fn trades(a: &[Trade], b: &[Trade]) -> TradesDifference {
    let mut others: HashMap<Key, VecDeque<usize>> = HashMap::new();
    for (at, trade) in b.iter().enumerate() {
        others.entry(key(trade)).or_default().push_back(at);
    }
    let mut difference = TradesDifference::default();
    let mut met = vec![false; b.len()];
    for one in a {
        let Some(at) = others.get_mut(&key(one)).and_then(VecDeque::pop_front) else {
            difference.only_in_a += 1;
            if difference.first.only_in_a.len() < LISTED {
                difference.first.only_in_a.push(one.clone());
            }
            continue;
        };
        met[at] = true;
        let other = &b[at];
        if moment(&one.exit_time) == moment(&other.exit_time) && one.reason == other.reason {
            difference.same += 1;
        } else {
            difference.other_exit += 1;
            if difference.first.other_exit.len() < LISTED {
                difference.first.other_exit.push(TradePair { a: one.clone(), b: other.clone() });
            }
        }
    }
    let only: Vec<&Trade> = b.iter().zip(met).filter(|(_, met)| !met).map(|(trade, _)| trade).collect();
    difference.only_in_b = only.len() as u64;
    difference.first.only_in_b = only.into_iter().take(LISTED).cloned().collect();
    difference
}
