//! Faults as a client sees them: cut connections, odd answers, and jobs that end as they were told to.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;
use signal_api::models::JobState;
use signal_api::{ApiError, Client, ErrorCode};
use signal_sandbox::{Options, Running};

use crate::support::{TRADER, block_on, completed, key_of, over, raw, request, start};

async fn with(faults: &[&str]) -> (Running, Client) {
    let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    start(Options { faults, ..Options::default() }).await
}

/// Submissions that reached the sandbox, and those that became a job.
async fn submissions(client: &Client) -> (u64, u64) {
    let health = client.health().await.unwrap().raw;
    let count = |name: &str| health["submissions"][name].as_u64().unwrap();
    (count("received"), count("taken"))
}

/// Every byte that comes back for a `GET`, until the connection ends.
async fn bytes(running: &Running, path: &str) -> Vec<u8> {
    let address = running.local_addr();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{}Connection: close\r\n\r\n", key_of(running));
    tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // A connection that is reset says no more.
        let _ = stream.read_to_end(&mut answer);
        answer
    })
    .await
    .unwrap()
}

#[test]
fn a_cut_connection_is_no_answer_and_the_job_is_taken_only_when_the_cut_comes_after() {
    block_on(async {
        for (when, taken) in [("sending", 0), ("before", 0), ("after", 1), ("mid", 1)] {
            let (_running, client) = with(&[&format!("drop={when};path=/backtest/execute;times=1")]).await;
            let error = client.execute(&request(TRADER)).await.unwrap_err();
            assert!(error.is_outcome_unknown(), "{when}: {error}");
            assert_eq!(submissions(&client).await, (1, taken), "{when}");
            assert!(client.execute(&request(TRADER)).await.is_ok(), "{when}: once only");
        }
    });
}

#[test]
fn not_one_byte_comes_before_a_cut_and_half_the_answer_before_one_in_the_middle() {
    block_on(async {
        for when in ["sending", "before", "after"] {
            let (running, _) = with(&[&format!("drop={when}")]).await;
            assert_eq!(bytes(&running, "/api/v1/meta/markets").await, b"", "{when}");
        }
        let (running, _) = with(&["drop=mid"]).await;
        let answer = String::from_utf8(bytes(&running, "/api/v1/meta/markets").await).unwrap();
        let (head, half) = answer.split_once("\r\n\r\n").unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
        assert_eq!(half.len(), length.parse::<usize>().unwrap() / 2, "{head}");
    });
}

#[test]
fn a_status_comes_with_its_code_its_header_and_its_body() {
    block_on(async {
        let page = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(page.path(), r#"{"success":true,"data":{"from":"a file"}}"#).unwrap();
        for (fault, status, head, body) in [
            ("status=503", 503, "", "INTERNAL_ERROR"),
            ("status=429;retry-after=7", 429, "retry-after: 7", "RATE_LIMITED"),
            ("status=403;code=FREE_QUOTA_EXCEEDED", 403, "", "FREE_QUOTA_EXCEEDED"),
            ("status=502;body=html", 502, "content-type: text/html", "<!DOCTYPE html>"),
            ("status=200;body={\"a\":1}", 200, "application/json", "{\"a\":1}"),
            (&format!("status=200;body=@{}", page.path().display()), 200, "application/json", "a file"),
            ("redirect=https://example.com/x", 302, "location: https://example.com/x", ""),
            ("redirect=/there;status=308", 308, "location: /there", ""),
        ] {
            let (running, _) = with(&[fault]).await;
            let answer = raw(running.local_addr(), "GET /api/v1/meta/markets", "", "").await;
            assert_eq!(answer.status, status, "{fault}");
            assert!(answer.head.contains(head) && answer.body.contains(body), "{fault}: {answer:?}");
        }
    });
}

#[test]
fn a_status_leaves_the_request_undone_unless_it_is_taken() {
    block_on(async {
        for (fault, taken) in [("status=500;times=1", 0), ("status=500;taken;times=1", 1)] {
            let (_running, client) = with(&[fault]).await;
            assert!(client.execute(&request(TRADER)).await.is_err());
            assert_eq!(submissions(&client).await, (1, taken), "{fault}");
        }
    });
}

#[test]
fn the_answers_body_is_changed_as_it_was_asked_for() {
    block_on(async {
        let whole = raw(with(&[]).await.0.local_addr(), "GET /api/v1/meta/markets", "", "").await.body;
        let body = |fault: &'static str| async move {
            let (running, _) = with(&[fault]).await;
            let answer = bytes(&running, "/api/v1/meta/markets").await;
            let head = answer.windows(4).position(|end| end == b"\r\n\r\n").unwrap();
            answer[head + 4..].to_vec()
        };
        assert_eq!(body("truncate=9").await, &whole.as_bytes()[..9]);
        assert_eq!(body("truncate=999999999").await.len(), whole.len());
        assert_eq!(body("drip=50b/1ms").await.len(), whole.len());
        assert!(serde_json::from_slice::<Value>(&body("drip=50b/1ms").await).is_ok());
        assert!(std::str::from_utf8(&body("garbage").await).is_err());
        assert_eq!(body("deep=3").await, br#"{"success":true,"data":[[[]]]}"#);
        let retyped: Value = serde_json::from_slice(&body("wrong-type").await).unwrap();
        assert_eq!(retyped["data"]["exchanges"], "none", "{retyped}");
        let spoilt: Value = serde_json::from_slice(&body("hostile-text").await).unwrap();
        let text = spoilt["data"]["exchanges"][0]["id"].as_str().unwrap();
        for part in ["\u{1b}[31m", "\u{202e}", "\u{1b}]8;;https://", "\u{9b}", "\0", "\r\n"] {
            assert!(text.contains(part), "{text:?} lacks {part:?}");
        }
    });
}

#[test]
fn ids_that_came_with_hostile_characters_are_known_when_they_come_back() {
    block_on(async {
        let (_running, client) = with(&["hostile-text"]).await;
        let id = completed(&client, &request(TRADER)).await;
        assert!(id.contains('\u{202e}'), "{id:?}");
        assert!(client.result(&id).await.unwrap().data.dashboard_url.unwrap().contains('\u{1b}'));
    });
}

#[test]
fn an_endless_answer_is_left_after_the_clients_limit() {
    block_on(async {
        let (_running, client) = with(&["endless;path=/backtest/execute"]).await;
        let error = client.execute(&request(TRADER)).await.unwrap_err();
        assert!(error.is_outcome_unknown() && error.to_string().contains("longer than 1 MB"), "{error}");
    });
}

#[test]
fn a_job_ends_as_it_is_told_to() {
    block_on(async {
        for (fault, state, code) in [
            ("job=fail", JobState::Failed, Some(ErrorCode::InternalError)),
            ("job=fail;code=TA_OUT_OF_RANGE", JobState::Failed, Some(ErrorCode::TaOutOfRange)),
            ("job=cancel", JobState::Cancelled, None),
            ("job=slow=10ms", JobState::Completed, None),
            ("latency=10ms", JobState::Completed, None),
        ] {
            let (_running, client) = with(&[fault]).await;
            let job = client.execute(&request(TRADER)).await.unwrap();
            let status = over(&client, &job.backtest_id).await;
            assert_eq!((status.state(), status.error.map(|error| error.code)), (state, code), "{fault}");
        }
        let (_running, client) = with(&["job=stuck;times=1"]).await;
        let stuck = client.execute(&request(TRADER)).await.unwrap().backtest_id.clone();
        completed(&client, &request(TRADER)).await;
        assert_eq!(client.status(&stuck).await.unwrap().state(), JobState::Running);
        assert_eq!(client.cancel(&stuck).await.unwrap().state(), JobState::Cancelled);
    });
}

#[test]
fn health_counts_each_faults_hits_and_is_struck_only_by_name() {
    block_on(async {
        let (_running, client) = with(&["status=404;times=1", "garbage;path=/market;method=GET"]).await;
        assert!(matches!(client.markets().await, Err(ApiError::Refused { status: 404, .. })));
        assert!(client.markets().await.is_ok());
        let health = client.health().await.unwrap().raw;
        let hits: Vec<_> = health["faults"].as_array().unwrap().iter().map(|fault| fault["hits"].as_u64()).collect();
        assert_eq!(hits, [Some(1), Some(0)], "{health}");
        assert_eq!(health["faults"][1]["fault"], "garbage;path=/market;method=GET");
        let (_running, client) = with(&["status=404;path=/meta/health"]).await;
        assert!(client.health().await.is_err());
    });
}
