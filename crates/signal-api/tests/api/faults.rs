//! Connections that break, servers that stall, answers that never end.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use signal_api::{ApiError, Class, Client, ErrorCode};

use crate::support::{Act, Server, against, answer, ok, options, request, run};

fn limited(header: &str, code: &str) -> Act {
    Act::Answer(
        429,
        format!("retry-after: {header}\r\n"),
        format!(r#"{{"success":false,"error":{{"code":"{code}","message":"wait"}}}}"#),
    )
}

/// An HTTP date so many seconds from now.
fn date_in(seconds: i64) -> String {
    let then = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&then).unwrap()
}

#[test]
fn a_limited_submission_is_not_repeated_and_tells_when_to_come_back() {
    for (header, low, high) in [("30".to_owned(), 30, 30), (date_in(90), 85, 91), ("0".to_owned(), 0, 0)] {
        let (server, client) = against(vec![limited(&header, "RATE_LIMITED"), ok(r#"{"backtest_id":"b1"}"#)]);
        let error = run(client.execute(&request())).unwrap_err();
        let ApiError::Refused { status: 429, code: ErrorCode::RateLimited, retry_after: Some(wait), .. } = &error
        else {
            panic!("{error:?}")
        };
        assert!((low..=high).contains(&wait.as_secs()), "{header}: {wait:?}");
        assert_eq!(error.class(), Class::Quota);
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn a_limited_question_waits_as_it_is_told() {
    for header in [|| "1".to_owned(), || date_in(2)] {
        let header = header();
        let (server, client) = against(vec![limited(&header, "RATE_LIMITED"), ok(r#"{"status":"running"}"#)]);
        let began = Instant::now();
        assert!(run(client.health()).is_ok());
        // A date has whole seconds, so two of them may be little more than one.
        assert!(began.elapsed() > Duration::from_millis(900), "{header}: {:?}", began.elapsed());
        assert_eq!(server.seen().len(), 2);
    }
}

#[test]
fn a_question_is_not_repeated_when_the_wait_is_long_or_the_quota_gone() {
    for act in [limited("3600", "RATE_LIMITED"), limited("0", "QUOTA_EXCEEDED"), limited("0", "FREE_QUOTA_EXCEEDED")] {
        let (server, client) = against(vec![act, ok("{}")]);
        assert_eq!(run(client.status("b1")).unwrap_err().class(), Class::Quota);
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn a_submission_whose_connection_breaks_is_in_doubt_and_never_repeated() {
    let truncated = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"success\":true,\"da".to_vec();
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"suc\r\n".to_vec();
    for act in [
        Act::DropUnread,
        Act::DropRead,
        Act::Raw(truncated),
        Act::Raw(chunked),
        Act::Raw(b"HTTP/1.1 2".to_vec()),
        Act::Raw(b"\x16\x03\x01 not http at all".to_vec()),
        Act::Silent(Duration::from_millis(900)),
        Act::Endless,
    ] {
        let (server, client) = against(vec![act.clone(), ok(r#"{"backtest_id":"b2"}"#)]);
        let error = run(client.execute(&request())).unwrap_err();
        assert!(error.is_outcome_unknown(), "{act:?}: {error:?}");
        assert_eq!(error.class(), Class::Server);
        std::thread::sleep(Duration::from_millis(30));
        assert_eq!(server.seen().len(), 1, "{act:?}");
        assert_eq!(client.requests(), 1);
    }
}

#[test]
fn a_question_whose_connection_breaks_is_asked_again() {
    for act in [
        Act::DropUnread,
        Act::DropRead,
        Act::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{".to_vec()),
        Act::Silent(Duration::from_millis(900)),
        answer(500, ""),
        answer(503, r#"{"success":false,"error":{"code":"INTERNAL_ERROR","message":"restarting"}}"#),
        answer(200, "garbage"),
    ] {
        let (server, client) = against(vec![act.clone(), ok(r#"{"status":"running"}"#)]);
        assert!(run(client.health()).is_ok(), "{act:?}");
        assert_eq!((server.seen().len(), client.requests()), (2, 2), "{act:?}");
    }
}

#[test]
fn a_question_is_given_up_after_its_tries() {
    let (server, client) = against(vec![Act::DropRead]);
    let error = run(client.health()).unwrap_err();
    assert!(matches!(error, ApiError::NoAnswer { .. }), "{error:?}");
    assert_eq!(server.seen().len(), 3);
}

#[test]
fn the_state_of_a_job_is_asked_once_since_its_watcher_asks_again() {
    for act in [Act::DropRead, answer(503, ""), limited("0", "RATE_LIMITED"), Act::Silent(Duration::from_millis(900))] {
        let (server, client) = against(vec![act, ok(r#"{"status":"running"}"#)]);
        assert!(run(client.status("b1")).is_err());
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn a_body_that_drips_is_given_up_once() {
    let server = Server::start(vec![Act::Dripping]);
    let mut options = options(&server.url);
    options.limits.total = Duration::from_millis(300);
    let client = signal_api::Client::new(options).unwrap();
    let error = run(client.status("b1")).unwrap_err();
    assert!(matches!(error, ApiError::NoAnswer { .. }), "{error:?}");
    assert_eq!(server.seen().len(), 1, "another try would take as long");
}

#[test]
fn a_web_page_is_called_one() {
    let (_server, client) = against(vec![answer(200, "\n<!DOCTYPE html><title>Log in</title>")]);
    let error = run(client.status("b1")).unwrap_err().to_string();
    assert!(error.contains("web page"), "{error}");
}

#[test]
fn a_refusal_is_not_asked_again() {
    for status in [400, 401, 403, 404, 422] {
        let (server, client) = against(vec![answer(status, "")]);
        assert!(matches!(run(client.status("b1")), Err(ApiError::Refused { .. })), "{status}");
        assert_eq!(server.seen().len(), 1, "{status}");
    }
}

#[test]
fn a_refusal_whose_explanation_is_lost_stays_a_refusal() {
    let (_server, client) = against(vec![Act::Raw(b"HTTP/1.1 422 X\r\ncontent-length: 500\r\n\r\n{\"succ".to_vec())]);
    assert!(matches!(run(client.execute(&request())), Err(ApiError::Refused { status: 422, .. })));
}

#[test]
fn without_a_connection_nothing_was_sent() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let client = Client::new(options(&format!("http://127.0.0.1:{port}"))).unwrap();
    let error = run(client.execute(&request())).unwrap_err();
    assert!(matches!(&error, ApiError::NotSent { host, .. } if *host == format!("127.0.0.1:{port}")), "{error:?}");
    assert!(error.to_string().contains("refused"), "{error}");
    assert!(matches!(run(client.status("b1")), Err(ApiError::NotSent { .. })));
}

#[test]
fn a_body_without_end_is_left_after_its_limit() {
    let mut long = options("");
    long.limits.body_bytes = 3 << 20;
    let server = Server::start(vec![Act::Endless]);
    long.base_url.clone_from(&server.url);
    let client = Client::new(long).unwrap();
    for (error, most) in
        [(run(client.status("b1")).unwrap_err(), "1 MB"), (run(client.result("r1")).unwrap_err(), "3 MB")]
    {
        assert!(error.to_string().contains(&format!("longer than {most}")), "{error}");
    }
    assert_eq!(server.seen().len(), 2, "it would be as long the next time");
}

#[test]
fn a_body_that_announces_too_much_is_not_read_at_all() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n{}".to_vec();
    let (_server, client) = against(vec![Act::Raw(head)]);
    assert!(run(client.status("b1")).unwrap_err().to_string().contains("longer than 1 MB"));
}

#[test]
fn a_body_that_would_blow_up_in_memory_is_refused() {
    let (_server, client) = against(vec![ok(&format!("[{}0]", "0,".repeat(20_000)))]);
    assert!(run(client.indicators()).unwrap_err().to_string().contains("more than 10000 values"));
}

#[test]
fn odd_bodies_neither_crash_nor_pass_for_an_answer() {
    for body in [
        "[".repeat(500_000),
        "{\"a\":".repeat(100_000),
        "\"\\ud800\"".to_owned(),
        "1e999999".to_owned(),
        "\u{feff}{}".to_owned(),
    ] {
        let (_server, client) = against(vec![answer(200, &body)]);
        assert!(matches!(run(client.status("b1")), Err(ApiError::Protocol(_))), "{}", &body[..6.min(body.len())]);
    }
}

#[test]
fn an_answer_of_another_form_is_described_in_plain_words() {
    let (_server, client) = against(vec![ok("[1,2]")]);
    let error = run(client.result("r1")).unwrap_err().to_string();
    assert!(error.contains("unexpected data, invalid type: sequence, expected an object"), "{error}");
}

#[test]
fn a_server_that_does_not_speak_tls_gets_nothing() {
    let server = Server::start(vec![ok("{}")]);
    match Client::new(options(&server.url.replace("http:", "https:"))) {
        // A machine without certificates can't do TLS at all.
        Err(error) => assert!(matches!(error, ApiError::Setup(_)), "{error:?}"),
        Ok(client) => {
            let error = run(client.execute(&request())).unwrap_err();
            assert!(matches!(error, ApiError::NotSent { .. }), "{error:?}");
            assert!(!server.seen().concat().contains("Bearer"));
        }
    }
}

#[test]
fn a_compressed_answer_is_not_asked_for_and_not_unpacked() {
    // Unpacked, a few kilobytes could become gigabytes.
    let head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 20\r\n\r\n";
    let body = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0";
    let (server, client) = against(vec![Act::Raw([&head[..], &body[..]].concat())]);
    let error = run(client.status("b1")).unwrap_err();
    assert!(matches!(error, ApiError::Protocol(_)), "{error:?}");
    assert!(!server.seen()[0].to_lowercase().contains("accept-encoding"), "{:?}", server.seen());
}

#[test]
fn headers_without_end_are_left() {
    for header in [format!("x: {}\r\n", "a".repeat(2_000_000)), "x: a\r\n".repeat(100_000)] {
        let answer = format!("HTTP/1.1 200 OK\r\n{header}content-length: 2\r\n\r\n{{}}");
        let (server, client) = against(vec![Act::Raw(answer.into_bytes())]);
        let error = run(client.execute(&request())).unwrap_err();
        assert!(error.is_outcome_unknown(), "{error:?}");
        assert_eq!(server.seen().len(), 1);
    }
}
