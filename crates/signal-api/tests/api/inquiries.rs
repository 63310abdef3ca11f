//! Expressions over the market and pages of documentation: every shape an answer may have, and what is sent.

use serde_json::{Value, json};
use signal_api::ApiError;
use signal_api::models::{
    DocsList, DocsPage, EvaluateRequest, Evaluated, RankRequest, Ranking, Scalar, ScanRequest, Scanned,
};

use crate::support::{Act, Server, against, answer, ok, run};

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

#[test]
fn values_are_found_in_every_shape() {
    for (data, value, bars) in [
        (json!({"value": 1.5, "bars": 366}), Scalar::Number(1.5), Some(366)),
        (json!({"result": "1.5"}), Scalar::Number(1.5), None),
        (json!({"result": {"value": 1.5, "bars": 3}}), Scalar::Number(1.5), Some(3)),
        (json!({"value": true}), Scalar::Boolean(true), None),
        (json!({"value": "false"}), Scalar::Boolean(false), None),
        (json!({"value": null, "count": 7}), Scalar::Missing, Some(7)),
        (json!({"values": [null, 1, 2.5]}), Scalar::Number(2.5), None),
        (json!({"result": [1, 2.5]}), Scalar::Number(2.5), None),
        (json!({"series": [{"time": 1, "value": 2.5}]}), Scalar::Number(2.5), None),
        (json!([1, 2.5]), Scalar::Number(2.5), None),
        (json!(2.5), Scalar::Number(2.5), None),
    ] {
        let read: Evaluated = read(data.clone());
        assert_eq!((read.value, read.bars), (value, bars), "{data}");
    }
    let whole: Evaluated = read(json!({"value": 3, "series": [null, true, 3], "time": 1704067200, "mood": "calm"}));
    assert_eq!(whole.series, Some(vec![Scalar::Missing, Scalar::Boolean(true), Scalar::Number(3.0)]));
    assert_eq!(whole.timestamp.as_deref(), Some("2024-01-01T00:00:00Z"));
    assert_eq!(whole.extra["mood"], "calm");
}

#[test]
fn matches_are_found_in_every_shape() {
    let names = |data: Value| {
        let read: Scanned = read(data);
        read.matched.into_iter().map(|one| one.symbol).collect::<Vec<_>>()
    };
    for data in [
        json!({"matched": ["BTC/USDT", "ETH/USDT"], "scanned_count": 9}),
        json!({"matches": [{"symbol": "BTC/USDT"}, {"ticker": "ETH/USDT"}]}),
        json!({"results": [{"symbol": "BTC/USDT"}, {"symbol": "ETH/USDT"}]}),
        json!(["BTC/USDT", "ETH/USDT"]),
        json!({"details": [{"symbol": "BTC/USDT", "matched": true}, {"symbol": "X/Y", "matched": false},
            {"symbol": "ETH/USDT", "value": true}]}),
    ] {
        assert_eq!(names(data.clone()), ["BTC/USDT", "ETH/USDT"], "{data}");
    }
    assert!(names(json!({"matched": []})).is_empty() && names(json!({"details": []})).is_empty());
    let detailed: Scanned = read(json!({
        "matched": ["BTC/USDT"],
        "details": [{"symbol": "BTC/USDT", "price": "64000", "values": {"rsi(close, 14)": 28.5}, "timestamp": "t"}],
        "scanned_count": 9, "took_ms": 5,
    }));
    let one = &detailed.matched[0];
    assert_eq!((one.price, one.values["rsi(close, 14)"].as_f64()), (Some(64_000.0), Some(28.5)));
    assert_eq!((detailed.scanned_count, &detailed.extra["took_ms"]), (Some(9), &json!(5)));
}

#[test]
fn rankings_are_found_in_every_shape() {
    for data in [
        json!({"ranked": [{"rank": 1, "symbol": "A", "score": 2, "price": 5}, {"rank": 2, "symbol": "B", "score": 1}]}),
        json!({"results": [{"ticker": "A", "value": "2", "close": 5}, {"ticker": "B", "value": 1}]}),
        json!([{"symbol": "A", "score": 2, "price": 5}, {"symbol": "B", "score": 1}]),
    ] {
        let read: Ranking = read(data.clone());
        let rows: Vec<_> =
            read.ranked.iter().map(|one| (one.rank, one.symbol.as_str(), one.score, one.price)).collect();
        assert_eq!(rows, [(1, "A", Some(2.0), Some(5.0)), (2, "B", Some(1.0), None)], "{data}");
    }
    assert_eq!(read::<Ranking>(json!({"ranking": ["A", "B"]})).ranked[1].rank, 2);
}

/// "Holds on none" must be the server's word, not what is left when nothing was understood.
#[test]
fn what_was_not_understood_is_no_empty_answer() {
    for data in [json!({"nothing": "known"}), json!({}), json!("later"), json!({"status": "queued"})] {
        assert!(serde_json::from_value::<Evaluated>(data.clone()).is_err(), "{data}");
        assert!(serde_json::from_value::<Scanned>(data.clone()).is_err(), "{data}");
        assert!(serde_json::from_value::<Ranking>(data.clone()).is_err(), "{data}");
    }
}

#[test]
fn lists_of_pages_are_found_in_every_shape() {
    for data in [
        json!({"documents": [{"id": "data", "description": "d"}, {"id": "operators", "description": "o"}]}),
        json!({"docs": {"data": "d", "operators": {"title": "o"}}}),
        json!([{"path": "/docs/data", "title": "d"}, {"endpoint": "/api/v1/docs/operators", "summary": "o"}]),
        json!({"data": "d", "operators": "o"}),
    ] {
        let read: DocsList = read(data.clone());
        let rows: Vec<_> = read.documents.iter().map(|one| (one.id.as_str(), one.description.as_str())).collect();
        assert_eq!(rows, [("data", "d"), ("operators", "o")], "{data}");
    }
    assert_eq!(read::<DocsList>(json!(["data", "operators"])).documents.len(), 2);
}

#[test]
fn only_what_was_asked_for_is_sent() {
    let (server, client) = against(vec![ok(r#"{"value":1,"matched":[],"ranked":[]}"#)]);
    let mut request = EvaluateRequest { expression: "close".into(), symbol: "BTC/USDT".into(), ..Default::default() };
    run(client.evaluate(&request)).unwrap();
    request.series = Some(true);
    request.exchange = Some("binance".into());
    run(client.evaluate(&request)).unwrap();
    run(client.scan(&ScanRequest { condition: "close > 1".into(), ..Default::default() })).unwrap();
    let rank = RankRequest { expression: "close".into(), limit: Some(3), ..Default::default() };
    run(client.rank(&rank)).unwrap();
    let bodies: Vec<_> = server.seen().iter().map(|seen| seen.split("\r\n\r\n").nth(1).unwrap().to_owned()).collect();
    assert_eq!(
        bodies,
        [
            r#"{"expression":"close","symbol":"BTC/USDT"}"#,
            r#"{"expression":"close","symbol":"BTC/USDT","exchange":"binance","series":true}"#,
            r#"{"condition":"close > 1"}"#,
            r#"{"expression":"close","limit":3}"#,
        ]
    );
    assert!(server.seen()[0].starts_with("POST /api/v1/market/evaluate "));
}

/// What an inquiry comes to against some acts, and how often it was sent.
fn inquire(acts: Vec<Act>) -> (Result<f64, ApiError>, usize) {
    let (server, client) = against(acts);
    let request = EvaluateRequest { expression: "close".into(), symbol: "BTC/USDT".into(), ..Default::default() };
    let answered = run(client.evaluate(&request)).map(|answer| answer.data.value.number().unwrap_or(f64::NAN));
    (answered, server.seen().len())
}

#[test]
fn an_inquiry_waits_where_it_is_asked_to_and_is_sent_once_else() {
    let limited = |seconds: u32| {
        let body = r#"{"success":false,"error":{"code":"RATE_LIMITED","message":"slow down"}}"#;
        Act::Answer(429, format!("Retry-After: {seconds}\r\n"), body.to_owned())
    };
    let good = ok(r#"{"value":2}"#);
    assert!(matches!(inquire(vec![limited(0), limited(0), good.clone()]), (Ok(value), 3) if value == 2.0));
    assert!(matches!(inquire(vec![limited(3600), good.clone()]), (Err(ApiError::Refused { .. }), 1)));
    let used = r#"{"success":false,"error":{"code":"QUOTA_EXCEEDED","message":"no more"}}"#;
    assert!(matches!(inquire(vec![answer(429, used), good.clone()]), (Err(ApiError::Refused { .. }), 1)));
    assert!(matches!(inquire(vec![Act::DropRead, good.clone()]), (Err(ApiError::NoAnswer { .. }), 1)));
    assert!(matches!(inquire(vec![answer(502, "<html>"), good.clone()]), (Err(ApiError::Refused { .. }), 1)));
    assert!(matches!(inquire(vec![answer(200, "nonsense"), good]), (Err(ApiError::Protocol(_)), 1)));
}

fn page(acts: Vec<Act>, etag: Option<&str>) -> (Result<DocsPage, ApiError>, Server) {
    let (server, client) = against(acts);
    (run(client.docs_page("signal-dsl", etag)), server)
}

fn raw(head: &str, body: &str) -> Act {
    let length = body.len();
    Act::Raw(format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}").into_bytes())
}

#[test]
fn a_page_is_markdown_whatever_it_comes_in() {
    let text = "# Title\n\nText.\n";
    let quoted = serde_json::to_string(text).unwrap();
    for act in [
        raw("200 OK\r\ncontent-type: text/markdown", text),
        raw("200 OK", text),
        raw("200 OK\r\ncontent-type: application/json", text),
        ok(&quoted),
        ok(&format!(r#"{{"id":"signal-dsl","content":{quoted}}}"#)),
        ok(&format!(r#"{{"document":{{"markdown":{quoted}}}}}"#)),
    ] {
        let (read, server) = page(vec![act.clone()], None);
        assert_eq!(read, Ok(DocsPage::Page { markdown: text.to_owned(), etag: None }), "{act:?}");
        let asked = server.seen().last().unwrap().to_lowercase();
        assert!(
            asked.starts_with("get /api/v1/docs/signal-dsl ") && asked.contains("accept: text/markdown"),
            "{asked}"
        );
    }
}

#[test]
fn a_page_that_has_not_changed_is_not_sent_again() {
    let unchanged = || raw("304 Not Modified\r\netag: \"v1\"", "");
    let (read, server) = page(vec![unchanged()], Some("\"v1\""));
    assert_eq!(read, Ok(DocsPage::NotModified));
    assert!(server.seen()[0].to_lowercase().contains("if-none-match: \"v1\""));
    let (read, _) = page(vec![raw("200 OK\r\netag: \"v2\"", "# New\n")], Some("\"v1\""));
    assert_eq!(read, Ok(DocsPage::Page { markdown: "# New\n".to_owned(), etag: Some("\"v2\"".to_owned()) }));
    assert!(page(vec![unchanged()], None).0.is_err(), "nobody asked whether it has changed");
    let (read, server) = page(vec![raw("200 OK", "# x")], Some("a\nb"));
    assert!(read.is_ok() && !server.seen()[0].to_lowercase().contains("if-none-match"));
}

#[test]
fn what_is_no_page_is_an_error() {
    for act in [
        raw("200 OK\r\ncontent-type: text/html", "<!DOCTYPE html><p>log in"),
        raw("200 OK", "<HTML>"),
        raw("200 OK\r\ncontent-type: text/markdown", &"a long book\n".repeat(400_000)),
        ok(r#"{"id":"signal-dsl"}"#),
        answer(200, r#"{"success":false,"error":{"code":"NOT_FOUND","message":"no such page"}}"#),
        answer(404, r#"{"success":false,"error":{"code":"NOT_FOUND","message":"no such page"}}"#),
        raw("302 Found\r\nlocation: https://elsewhere.example/", ""),
        Act::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\n\xff\xfe\xfd".to_vec()),
    ] {
        assert!(page(vec![act.clone()], None).0.is_err(), "{act:?}");
    }
}
