//! `/backtest`: start, watch, cancel, results.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use serde_json::{Value, json};
use signal_api::ErrorCode;
use signal_api::models::{Analysis, Executed, Extra, JobState, JobStatus};

use super::meta::quota;
use super::{Body, Id, Parameters};
use crate::analysis;
use crate::data::calendar::Window;
use crate::faults::Fate;
use crate::jobs::{Job, State as Progress};
use crate::keys::Caller;
use crate::reply::{Refusal, Reply, answer};
use crate::report::{Page, marks};
use crate::run::{Work, check_size};
use crate::server::App;
use crate::validate;

/// Trades on a page, when the query does not say, and at most.
const USUAL_PAGE: usize = 100;
const LARGEST_PAGE: usize = 1_000;

/// `POST /backtest/execute`
pub(crate) async fn execute(
    State(app): State<Arc<App>>,
    caller: Caller,
    fate: Option<Extension<Fate>>,
    Body(body): Body,
) -> Reply {
    let (settings, script) = validate::execute(&body)?;
    let window = Window::new(settings.start_date, settings.end_date, app.today());
    check_size(&settings, &window, app.limits.bars)?;
    // A long script takes a while; other requests need not wait for it.
    let preparing = tokio::task::spawn_blocking(move || Work::prepare(settings, window, script));
    let work = preparing.await.unwrap_or_else(|_| {
        Err(Refusal::new(
            ErrorCode::InternalError,
            "the sandbox failed at reading this script; that is a defect of the sandbox",
            "please report it with the script",
        ))
    })?;
    app.keys.take_backtest(&caller, &app.limits)?;
    let fate = fate.map(|Extension(fate)| fate);
    let job = Job::new(app.ids.draw("bt_"), app.ids.draw("res_"), caller.key_id.clone(), fate);
    let shared = Arc::clone(&app);
    app.jobs.submit(&job, move |job| work.perform(&shared.market, job))?;
    answer(Executed {
        backtest_id: job.id.clone(),
        status: Some(JobState::Queued),
        message: None,
        extra: marks(app.market.label(), json!({ "quota": quota(&app) })),
    })
}

/// `GET /backtest/status/{id}`
pub(crate) async fn status(State(app): State<Arc<App>>, caller: Caller, Id(id): Id) -> Reply {
    let job = app.jobs.job(&id, &caller.key_id)?;
    answer(status_of(&app, &job, job.state()))
}

/// `POST /backtest/cancel/{id}`: what is over already stays as it is, and the answer says so.
pub(crate) async fn cancel(State(app): State<Arc<App>>, caller: Caller, Id(id): Id) -> Reply {
    let job = app.jobs.job(&id, &caller.key_id)?;
    let state = job.cancel();
    answer(status_of(&app, &job, state))
}

fn status_of(app: &App, job: &Job, state: Progress) -> JobStatus {
    let mut status = JobStatus::new(JobState::from(state.as_str()));
    status.backtest_id = Some(job.id.clone());
    status.progress = Some(job.progress());
    status.extra = marks(app.market.label(), json!({}));
    match state {
        Progress::Completed(_) => status.result_id = Some(job.result_id.clone()),
        Progress::Failed(error) => {
            status.message = Some(error.message.clone());
            status.error = Some(error);
        }
        Progress::Queued | Progress::Running | Progress::Cancelled => {}
    }
    status
}

/// `GET /backtest/results/{id}`
pub(crate) async fn summary(State(app): State<Arc<App>>, caller: Caller, Id(id): Id) -> Reply {
    let report = app.jobs.report(&id, &caller.key_id)?;
    answer(report.summary(app.dashboard_url(&report.result_id)))
}

/// `GET /backtest/results/{id}/metrics`
pub(crate) async fn metrics(State(app): State<Arc<App>>, caller: Caller, Id(id): Id) -> Reply {
    answer(app.jobs.report(&id, &caller.key_id)?.metrics())
}

/// `GET /backtest/results/{id}/per-ticker`
pub(crate) async fn per_ticker(State(app): State<Arc<App>>, caller: Caller, Id(id): Id) -> Reply {
    answer(app.jobs.report(&id, &caller.key_id)?.per_ticker())
}

/// `GET /backtest/results/{id}/trades?limit=&offset=`
pub(crate) async fn trades(State(app): State<Arc<App>>, caller: Caller, Id(id): Id, query: Parameters) -> Reply {
    let page = Page {
        limit: query.count("limit", USUAL_PAGE, LARGEST_PAGE)?.max(1),
        offset: query.count("offset", 0, usize::MAX)?,
    };
    answer(app.jobs.report(&id, &caller.key_id)?.trades(page))
}

/// `GET /backtest/results/{id}/equity`
pub(crate) async fn equity(State(app): State<Arc<App>>, caller: Caller, Id(id): Id) -> Reply {
    answer(app.jobs.report(&id, &caller.key_id)?.equity())
}

/// `GET /backtest/results/{id}/analysis`
pub(crate) async fn analysis(State(app): State<Arc<App>>, caller: Caller, Id(id): Id) -> Reply {
    let report = app.jobs.report(&id, &caller.key_id)?;
    let extra: Extra = report.marks(Value::Null);
    answer(Analysis { analysis: Some(analysis::text(&report)), extra })
}
