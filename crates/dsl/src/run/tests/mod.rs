//! Runs against a server that a test writes the lines for.

mod data;
mod server;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use signal_api::models::ExecuteRequest;
use signal_api::{ApiError, Client, ErrorCode};

use super::{Ending, Event, Outcome, Pace, Results, Sender, Watcher, Way, carry, watch};
use crate::journal::{Draft, Entry};
use server::{Reply, Server, data, failure, service};

/// Writes down what it is told.
#[derive(Clone, Default)]
struct Notes(Rc<RefCell<Vec<String>>>);

impl Watcher for Notes {
    fn tell(&mut self, event: &Event<'_>) {
        self.0.borrow_mut().push(match event {
            // As many as there are answers, and pauses make of them.
            Event::Asking => return,
            Event::Waiting { length, .. } => format!("waiting {length:?}"),
            Event::Submitting => "submitting".to_owned(),
            Event::Leaving => "leaving".to_owned(),
            Event::Elsewhere { state } => format!("elsewhere {}", state.word()),
            Event::Submitted { backtest_id } => format!("submitted {backtest_id}"),
            Event::Status { state, fraction, .. } => {
                format!("{state} {}", fraction.map_or("-".to_owned(), |f| f.to_string()))
            }
            Event::Trouble { .. } => "trouble".to_owned(),
            Event::Fetching => "fetching".to_owned(),
            Event::Trades { done, total } => format!("trades {done} of {total:?}"),
        });
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    super::block_on(future).unwrap()
}

/// Carries a run that no journal holds.
async fn execute(
    client: &Client,
    request: &ExecuteRequest,
    watcher: &mut dyn Watcher,
    stop: impl Future<Output = ()>,
) -> Outcome {
    let draft = Draft {
        file: "a.signal",
        path: None,
        script: "",
        request,
        origin: client.base_url(),
        account: None,
        settings: serde_json::Value::Null,
        warmup: None,
        diagnostics_count: 0,
        data: None,
        resubmits: None,
        fail_if: Vec::new(),
    };
    let mut entry = Entry::unwritten(&draft).unwrap();
    carry(
        &mut entry,
        &Way { client: client.clone(), sender: Sender::Here, turn: super::Turn::default() },
        watcher,
        stop,
    )
    .await
    .unwrap()
}

/// A run that nobody leaves: how it went, and what its watcher was told.
fn run(server: &Server) -> (Outcome, Vec<String>) {
    let mut notes = Notes::default();
    let request = ExecuteRequest::default();
    let outcome = block_on(execute(&server.client(), &request, &mut notes, std::future::pending()));
    let told = notes.0.take();
    (outcome, told)
}

/// The ending of a job that is already submitted, watched at a brisk pace.
fn watched(server: &Server, pace: Pace) -> Result<String, Ending> {
    block_on(watch::watch(&server.client(), "b1", pace, &mut (), std::future::pending()))
}

const BRISK: Pace = Pace {
    first: Duration::from_millis(2),
    growth: 1.5,
    longest: Duration::from_millis(20),
    out_of_sight: Duration::from_millis(300),
    unknown_for: Duration::from_millis(100),
};

#[test]
fn a_run_is_submitted_once_watched_and_fetched() {
    let server = Server::start(service(&[
        r#"{"status":"queued"}"#,
        r#"{"status":"running","progress":40}"#,
        r#"{"status":"running","progress":20}"#,
        r#"{"status":"polishing"}"#,
        r#"{"status":"completed","result_id":"r1"}"#,
    ]));
    let (outcome, told) = run(&server);
    let Ending::Completed(results) = &outcome.ending else { panic!("{outcome:?}") };
    assert_eq!((outcome.backtest_id.as_deref(), outcome.result_id.as_deref()), (Some("b1"), Some("r1")));
    assert_eq!(results.metrics.sharpe_ratio, Some(1.5));
    assert_eq!(
        (results.per_ticker.len(), results.trades.len(), results.equity.len(), results.total_trades),
        (1, 1, 2, 1)
    );
    assert_eq!(
        (results.dashboard_url(), results.is_synthetic(), results.lacking.len()),
        (Some("https://d/1"), true, 0)
    );
    assert_eq!(server.asked("POST"), 1);
    assert_eq!(outcome.requests, 12);
    assert_eq!(
        told,
        [
            "submitting",
            "submitted b1",
            "queued -",
            "running 0.4",
            "running 0.4",
            "polishing 0.4",
            "completed 1",
            "fetching",
            "trades 1 of Some(1)"
        ],
        "progress never falls"
    );
    assert_eq!(
        results.stored(),
        &serde_json::json!({
            "summary": {"metrics": {"sharpe_ratio": 1.5}, "dashboard_url": "https://d/1", "data": "synthetic"},
            "metrics": {"sharpe_ratio": 2, "volatility": 7, "bars": "some"},
            "per_ticker": [{"ticker": "T", "pnl": 3}],
            "trades": [{"pnl": 1, "note": "n"}],
            "trades_total": 1,
            "equity": [[0, 1], [1, 2]],
            "analysis": {"analysis": "fine", "mood": "good"},
            "lacking": [],
        }),
        "kept as it was sent"
    );
    assert_eq!(results.metrics.extra["volatility"], 7);
    assert_eq!((results.metrics.extra.len(), results.analysis.as_deref()), (1, Some("fine")));
    let again = Results::from_stored(results.stored().clone()).unwrap();
    assert_eq!(format!("{again:?}"), format!("{results:?}"), "read back from what was kept");
}

#[test]
fn a_failure_names_its_code_wherever_the_server_puts_it() {
    for status in [
        r#"{"status":"failed","error":{"code":"TA_OUT_OF_RANGE","message":"too short"}}"#,
        r#"{"status":"failed","message":"TA_OUT_OF_RANGE: too short"}"#,
        r#"{"status":"failed","error":"TA_OUT_OF_RANGE","message":"too short"}"#,
        r#"{"status":"failed","error_code":"TA_OUT_OF_RANGE","message":"too short"}"#,
    ] {
        let statuses: &'static [&'static str] = vec![status].leak();
        let (outcome, _) = run(&Server::start(service(statuses)));
        let Ending::Failed(error) = &outcome.ending else { panic!("{outcome:?}") };
        assert_eq!(error.code, ErrorCode::TaOutOfRange, "{status}");
        assert!(!error.message.is_empty(), "{status}");
    }
    let (outcome, _) = run(&Server::start(service(&[r#"{"status":"failed"}"#])));
    assert!(
        matches!(&outcome.ending, Ending::Failed(error) if error.code.as_str() == "BACKTEST_FAILED"),
        "{outcome:?}"
    );
    let (outcome, _) = run(&Server::start(service(&[r#"{"status":"cancelled","message":"by you"}"#])));
    assert!(matches!(&outcome.ending, Ending::Cancelled(Some(_))), "{outcome:?}");
}

#[test]
fn a_submission_in_doubt_is_not_repeated() {
    for reply in [None, Some((500, String::new())), Some((200, "garbage".to_owned())), data("{}")] {
        let server = Server::start(move |_, _| reply.clone());
        let (outcome, told) = run(&server);
        assert!(matches!(outcome.ending, Ending::Unknown(_)), "{outcome:?}");
        assert_eq!((server.asked("POST"), server.asked("GET"), told.len()), (1, 0, 1));
    }
}

#[test]
fn a_refused_submission_starts_nothing() {
    for (status, code) in
        [(401, "INVALID_API_KEY"), (429, "FREE_QUOTA_EXCEEDED"), (400, "VALIDATION_ERROR"), (200, "TA_OUT_OF_RANGE")]
    {
        let server = Server::start(move |_, _| failure(status, code));
        let (outcome, _) = run(&server);
        assert!(
            matches!(&outcome.ending, Ending::Refused(error) if error.code().unwrap().as_str() == code),
            "{outcome:?}"
        );
        assert_eq!((server.asked("POST"), server.asked("GET")), (1, 0));
    }
}

#[test]
fn trouble_on_the_way_does_not_lose_a_run() {
    let troubles: [fn() -> Reply; 5] = [
        || None,
        || Some((503, String::new())),
        || Some((200, "garbage".to_owned())),
        || failure(429, "RATE_LIMITED"),
        || failure(404, "BACKTEST_NOT_FOUND"),
    ];
    for trouble in troubles {
        let server =
            Server::start(
                move |_, before| {
                    if before < 6 { trouble() } else { data(r#"{"status":"completed","result_id":"r1"}"#) }
                },
            );
        let pace = Pace { unknown_for: Duration::from_secs(5), ..BRISK };
        assert!(matches!(watched(&server, pace).as_deref(), Ok("r1")), "{:?}", trouble());
    }
}

#[test]
fn a_job_or_its_results_may_be_missing_for_a_moment() {
    // Long after the job has become known.
    let server = Server::start(move |_, before| match before {
        20 => failure(404, "BACKTEST_NOT_FOUND"),
        21.. => data(r#"{"status":"completed","result_id":"r1"}"#),
        _ => data(r#"{"status":"running"}"#),
    });
    assert!(matches!(watched(&server, BRISK).as_deref(), Ok("r1")));
    let service = service(&[r#"{"status":"completed","result_id":"r1"}"#]);
    let server = Server::start(move |line, before| match line {
        "GET /backtest/results/r1" if before < 3 => failure(404, "BACKTEST_NOT_FOUND"),
        _ => service(line, before),
    });
    let (outcome, _) = run(&server);
    assert!(matches!(outcome.ending, Ending::Completed(_)), "{outcome:?}");
}

#[test]
fn a_job_that_cannot_be_seen_any_more_is_given_up_but_not_called_failed() {
    for trouble in [
        None,
        failure(404, "BACKTEST_NOT_FOUND"),
        failure(401, "EXPIRED_API_KEY"),
        failure(403, "INSUFFICIENT_PERMISSIONS"),
    ] {
        let server = Server::start(move |_, _| trouble.clone());
        let ending = watched(&server, BRISK);
        assert!(matches!(ending, Err(Ending::LostSight(_))), "{ending:?}");
    }
}

#[test]
fn a_completed_job_without_a_result_id_is_said_to_be_completed() {
    let (outcome, _) = run(&Server::start(service(&[r#"{"status":"completed"}"#])));
    assert!(matches!(outcome.ending, Ending::Unfetched(ApiError::Protocol(_))), "{outcome:?}");
}

#[test]
fn results_that_are_partly_missing_are_results() {
    let whole = service(&[r#"{"status":"completed","result_id":"r1"}"#]);
    let server = Server::start(
        move |line, before| if line.contains("r1/") { failure(500, "INTERNAL_ERROR") } else { whole(line, before) },
    );
    let (outcome, _) = run(&server);
    let Ending::Completed(results) = &outcome.ending else { panic!("{outcome:?}") };
    let lacking: Vec<&str> = results.lacking.iter().map(|lacking| lacking.part.as_str()).collect();
    assert_eq!(lacking, ["metrics", "per-ticker", "equity", "analysis", "trades"]);
    assert!(results.lacking[0].message.starts_with("could not be fetched: the server refused"), "{results:?}");
    let again = Results::from_stored(results.stored().clone()).unwrap();
    assert_eq!(again.lacking, results.lacking);
    assert_eq!(results.metrics.sharpe_ratio, Some(1.5));
}

#[test]
fn figures_come_from_their_own_page_when_the_summary_has_none() {
    let server = Server::start(|line, _| match line {
        "GET /backtest/results/r1" => data(r#"{"dashboard_url":"https://d/1"}"#),
        "GET /backtest/results/r1/metrics" => data(r#"{"metrics":{"win_rate":60}}"#),
        _ => failure(404, "BACKTEST_NOT_FOUND"),
    });
    let results = block_on(super::results::fetch(&server.client(), "r1", &mut ())).unwrap();
    assert_eq!((results.metrics.win_rate, results.lacking.len(), server.asked("GET")), (Some(60.0), 4, 6));
}

#[test]
fn whoever_leaves_while_watching_keeps_the_id() {
    let server = Server::start(service(&[r#"{"status":"running"}"#]));
    let stop = tokio_sleep(200);
    let outcome = block_on(execute(&server.client(), &ExecuteRequest::default(), &mut (), stop));
    assert!(matches!(outcome.ending, Ending::Detached), "{outcome:?}");
    assert_eq!(outcome.backtest_id.as_deref(), Some("b1"));
    assert!(outcome.elapsed < Duration::from_secs(2), "{:?}", outcome.elapsed);
}

#[test]
fn whoever_leaves_while_submitting_gets_the_id_first() {
    let running = service(&[r#"{"status":"running"}"#]);
    let server = Server::start(move |line, before| {
        if line.starts_with("POST") {
            std::thread::sleep(Duration::from_millis(300));
        }
        running(line, before)
    });
    let outcome = block_on(execute(&server.client(), &ExecuteRequest::default(), &mut (), tokio_sleep(20)));
    assert!(matches!(outcome.ending, Ending::Detached), "{outcome:?}");
    assert_eq!((outcome.backtest_id.as_deref(), server.asked("POST"), server.asked("GET")), (Some("b1"), 1, 0));
}

async fn tokio_sleep(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}
