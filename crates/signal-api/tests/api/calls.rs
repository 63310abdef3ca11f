//! Calls to any endpoint: what came is handed on whole, and nothing that changes something is sent twice.

use signal_api::endpoints::Verb;
use signal_api::{ApiError, Call, Class, Received};

use crate::support::{Act, KEY, against, answer, run};

fn call(verb: Verb, path: &str) -> Call {
    Call {
        verb,
        segments: path.split('/').map(str::to_owned).collect(),
        query: Vec::new(),
        headers: Vec::new(),
        body: None,
    }
}

/// Plays `acts`, calls, and checks how many requests that took.
fn check(verb: Verb, acts: Vec<Act>, requests: usize) -> Result<Received, ApiError> {
    let (server, client) = against(acts);
    let received = run(client.call(&call(verb, "some/where")));
    assert_eq!(server.seen().len(), requests, "{verb}: {received:?}");
    received
}

fn text(kind: &str, body: &str) -> Act {
    let length = body.len();
    Act::Raw(format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}").into())
}

#[test]
fn a_call_is_sent_as_it_is_written() {
    let (server, client) = against(vec![answer(201, r#"{"success": true, "data": {"n": 1.50}}"#)]);
    let mut call = call(Verb::Patch, "a b/c?d");
    call.query = [("k", "v&w"), ("k", "2")].map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    call.headers = vec![("Accept".to_owned(), "text/markdown".to_owned())];
    call.body = Some(br#"{"amount": "0.010"}"#.to_vec());
    let received = run(client.call(&call)).unwrap();
    assert_eq!((received.status, received.reason, received.fault), (201, "Created", None));
    assert_eq!(received.body, br#"{"success": true, "data": {"n": 1.50}}"#, "as it came");
    let seen = server.seen().remove(0);
    assert!(seen.starts_with("PATCH /api/v1/a%20b/c%3Fd?k=v%26w&k=2 HTTP/1.1\r\n"), "{seen}");
    assert!(seen.ends_with("\r\n\r\n{\"amount\": \"0.010\"}"), "{seen}");
    let accepted = seen.lines().filter(|line| line.starts_with("accept:")).collect::<Vec<_>>();
    assert_eq!(accepted, ["accept: text/markdown"]);
}

#[test]
fn a_refusal_is_an_answer_with_its_body() {
    let body = r#"{"success":false,"error":{"code":"ORDER_NOT_FOUND","message":"no"}}"#;
    let received = check(Verb::Delete, vec![answer(404, body)], 1).unwrap();
    assert_eq!((received.status, received.body.as_slice()), (404, body.as_bytes()));
    assert_eq!(received.fault.unwrap().class(), Class::NotFound);
    let received = check(Verb::Get, vec![answer(200, body)], 1).unwrap();
    assert_eq!(received.fault.unwrap().class(), Class::NotFound, "the envelope decides");
}

#[test]
fn only_what_reads_is_sent_again() {
    let good = answer(200, r#"{"success":true,"data":[]}"#);
    for bad in [answer(503, "{}"), Act::DropRead, answer(200, "{\"success\": tr")] {
        assert!(check(Verb::Get, vec![bad.clone(), good.clone()], 2).unwrap().fault.is_none());
        for verb in [Verb::Post, Verb::Put, Verb::Patch, Verb::Delete] {
            let fault = match check(verb, vec![bad.clone(), good.clone()], 1) {
                Ok(received) => received.fault.unwrap(),
                Err(error) => error,
            };
            assert!(fault.is_outcome_unknown(), "{verb}: {fault:?}");
        }
    }
}

#[test]
fn text_is_an_answer_and_a_web_page_is_none() {
    let received = check(Verb::Get, vec![text("text/markdown; charset=utf-8", "# Title\n")], 1).unwrap();
    assert_eq!((received.fault.as_ref(), received.body.as_slice()), (None, b"# Title\n".as_slice()));
    assert_eq!(received.header("content-type"), Some("text/markdown; charset=utf-8"));
    let empty = Act::Raw(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec());
    assert_eq!(check(Verb::Delete, vec![empty], 1).unwrap().fault, None);
    let page = check(Verb::Get, vec![text("text/html", "<html>log in</html>")], 3).unwrap();
    assert_eq!(page.fault.unwrap().class(), Class::Server);
}

#[test]
fn the_key_comes_back_neither_in_the_body_nor_in_a_header() {
    let act = Act::Answer(200, format!("x-echo: Bearer {KEY}\r\n"), format!("{{\"said\":\"{KEY}\"}}"));
    let received = check(Verb::Get, vec![act], 1).unwrap();
    assert!(!format!("{received:?} {}", String::from_utf8_lossy(&received.body)).contains(KEY), "{received:?}");
}

#[test]
fn a_redirect_is_not_followed() {
    let act = Act::Answer(302, "location: https://elsewhere.example/\r\n".to_owned(), String::new());
    let error = check(Verb::Get, vec![act], 1).unwrap_err();
    assert!(matches!(&error, ApiError::Redirected { location, .. } if location.contains("elsewhere")), "{error:?}");
}
