//! The JSON of `dsl run --json`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use signal_analysis::WarmupReport;
use signal_api::models::ExecuteRequest;

use super::{Ending, Lacking, Outcome, Plan, Upload, origin_word};
use crate::failure::Failure;
use crate::gate::Judged;
use crate::quota::QuotaDocument;
use crate::render::warmup::{self, WarmupBody};
use crate::render::why::NoteDocument;

/// `dsl run --json`. Written whatever happens to a run once its script could be read.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RunDocument<F> {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// The run's id in the journal of this machine; where the run did not get that far, one that nothing else knows.
    pub(crate) run: String,
    /// Whether this is an earlier run of the same script with the same settings, and nothing was sent.
    pub(crate) reused: bool,
    /// The script, as it was named.
    pub(crate) file: String,
    /// The job's id at the server; null when nothing was started.
    pub(crate) backtest_id: Option<String>,
    /// The id of the results; null when there are none.
    pub(crate) result_id: Option<String>,
    /// How it ended.
    pub(crate) status: RunStatus,
    /// The page with charts and trades.
    pub(crate) dashboard_url: Option<String>,
    /// What was sent or would be, by the API's parameter names, without the script; `origin` says where each came from.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub(crate) settings: Option<Value>,
    /// The predicted warm-up, as `dsl warmup` has it.
    #[schemars(with = "Option<WarmupBody>")]
    pub(crate) warmup: Option<Value>,
    /// Findings of the check, and what a failure at the server was traced back to.
    pub(crate) diagnostics: Vec<F>,
    /// The figures; any may be null.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub(crate) metrics: Option<Value>,
    /// The summary as the server sent it.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub(crate) result: Option<Value>,
    /// Parts of the results that could not be fetched, or not wholly; `dsl runs attach` asks for them again.
    pub(crate) lacking: Vec<Lacking>,
    /// Facts that may explain why there are no trades, or fewer than 10; empty where there are enough.
    pub(crate) notes: Vec<NoteDocument>,
    /// What each condition of `--fail-if` and `[run] fail_if` came to; empty where there is none, or no result.
    pub(crate) fail_if: Vec<Judged>,
    /// Path of the report that was written.
    pub(crate) report: Option<String>,
    /// Milliseconds from submission to ending.
    pub(crate) elapsed_ms: u64,
    /// Requests sent.
    pub(crate) requests: u64,
    /// Base URL of the server, or `sandbox`.
    pub(crate) origin: String,
    /// `synthetic` when the figures rest on made-up bars.
    pub(crate) data: Option<String>,
    /// How the quota stood before it; absent where that is not known or does not matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quota: Option<QuotaDocument>,
    /// The request that would be sent (`--show-upload`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) upload: Option<Upload>,
    /// What went wrong, when something did.
    pub(crate) error: Option<RunError>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RunStatus {
    /// There are results.
    Completed,
    /// The server could not do it.
    Failed,
    /// Cancelled at the server.
    Cancelled,
    /// Not watched to its end; it may go on.
    Detached,
    /// Submitted, and nobody knows whether the server took it.
    Unknown,
    /// Nothing was started: stopped by the check, refused by the server, or not reached.
    Refused,
    /// Nothing was to be started (`--dry-run`).
    Planned,
}

impl RunStatus {
    /// The word of our JSON.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Detached => "detached",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
            Self::Planned => "planned",
        }
    }
}

/// What went wrong.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct RunError {
    /// A stable word, or the server's own code.
    pub(crate) code: String,
    /// What happened.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) suggestion: Option<String>,
}

/// What a document is put together from.
pub(crate) struct Parts<'a, F> {
    /// The run's id in the journal, or a new one where it did not get that far.
    pub(crate) run: String,
    /// Whether it is an earlier run that is shown instead of a new one.
    pub(crate) reused: bool,
    /// The script's name.
    pub(crate) file: &'a str,
    /// See [`settings`]; `None` when the run was stopped before there was a plan.
    pub(crate) settings: Option<Value>,
    /// The prediction, see [`mod@warmup`].
    pub(crate) warmup: Option<Value>,
    /// Findings, as their documents.
    pub(crate) diagnostics: Vec<F>,
    /// How it went; `None`: nothing was sent.
    pub(crate) outcome: Option<&'a Outcome>,
    /// What went wrong, see [`failure_of_ending`](super::failure_of_ending), or what stopped it before.
    pub(crate) failure: Option<&'a Failure>,
    /// Base URL, or `sandbox`.
    pub(crate) origin: &'a str,
    /// What the conditions to fail on came to.
    pub(crate) judged: &'a [Judged],
}

impl<F> RunDocument<F> {
    /// The document. Without an outcome the run was refused when there is a failure or no plan, and planned else.
    pub(crate) fn new(parts: Parts<'_, F>) -> Self {
        let results = parts.outcome.and_then(|outcome| match &outcome.ending {
            Ending::Completed(results) => Some(results),
            _ => None,
        });
        let status = match parts.outcome.map(|outcome| &outcome.ending) {
            Some(Ending::Completed(_) | Ending::Unfetched(_)) => RunStatus::Completed,
            Some(Ending::Failed(_)) => RunStatus::Failed,
            Some(Ending::Cancelled(_)) => RunStatus::Cancelled,
            Some(Ending::Detached | Ending::LostSight(_)) => RunStatus::Detached,
            Some(Ending::Unknown(_)) => RunStatus::Unknown,
            Some(Ending::Refused(_)) => RunStatus::Refused,
            None if parts.failure.is_none() && parts.settings.is_some() => RunStatus::Planned,
            None => RunStatus::Refused,
        };
        Self {
            schema: 1,
            run: parts.run,
            reused: parts.reused,
            file: parts.file.to_owned(),
            backtest_id: parts.outcome.and_then(|outcome| outcome.backtest_id.clone()),
            result_id: parts.outcome.and_then(|outcome| outcome.result_id.clone()),
            status,
            dashboard_url: results.and_then(|results| results.dashboard_url().map(str::to_owned)),
            settings: parts.settings,
            warmup: parts.warmup,
            diagnostics: parts.diagnostics,
            metrics: results.and_then(|results| serde_json::to_value(&results.metrics).ok()),
            result: results.map(|results| results.raw().clone()),
            lacking: results.map(|results| results.lacking.clone()).unwrap_or_default(),
            notes: Vec::new(),
            fail_if: parts.judged.to_vec(),
            report: None,
            elapsed_ms: parts
                .outcome
                .map_or(0, |outcome| u64::try_from(outcome.elapsed.as_millis()).unwrap_or(u64::MAX)),
            requests: parts.outcome.map_or(0, |outcome| outcome.requests),
            origin: parts.origin.to_owned(),
            data: results.filter(|results| results.is_synthetic()).map(|_| "synthetic".to_owned()),
            quota: None,
            upload: None,
            error: parts.failure.map(|failure| RunError {
                code: failure.code.clone().into_owned(),
                message: failure.message.clone(),
                suggestion: failure.suggestion.clone(),
            }),
        }
    }
}

/// A prediction, as `dsl warmup` has it.
pub(crate) fn warmup(report: &WarmupReport) -> Option<Value> {
    serde_json::to_value(warmup::body(report)).ok()
}

/// The settings by the API's names, and where each came from.
pub(crate) fn settings(plan: &Plan) -> Value {
    let request = ExecuteRequest { script: String::new(), ..plan.request.clone() };
    let mut settings = serde_json::to_value(request).unwrap_or_default();
    let origins: BTreeMap<&str, &str> =
        plan.settings.iter().map(|setting| (setting.key, origin_word(setting.origin))).collect();
    if let Value::Object(settings) = &mut settings {
        settings.remove("script");
        if origins.contains_key("strip_comments") {
            settings.insert("strip_comments".to_owned(), Value::Bool(true));
        }
        settings.insert("origin".to_owned(), json!(origins));
    }
    settings
}

/// An id for a run, unique enough on one machine, and sorted by time: `20260131-142501-7f3a`.
pub(crate) fn run_id() -> String {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let now = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now());
    let chance = RandomState::new().build_hasher().finish() & 0xffff;
    format!("{}-{chance:04x}", now.strftime("%Y%m%d-%H%M%S"))
}
