//! The key goes where it belongs and shows up nowhere else.

use signal_api::models::RegisterRequest;
use signal_api::{ApiError, Client};

use crate::support::{Act, KEY, Server, against, answer, ok, options, request, run};

#[test]
fn a_request_carries_the_key_and_exactly_the_documented_fields() {
    let (server, client) = against(vec![ok(r#"{"backtest_id":"b1"}"#)]);
    run(client.execute(&request())).unwrap();
    let seen = server.seen().remove(0);
    let (head, body) = seen.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /api/v1/backtest/execute HTTP/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("authorization: Bearer {KEY}")), "{head}");
    assert_eq!(
        body,
        r#"{"start_date":"2024-01-01","end_date":"2024-12-31","script":"a = close > sma(close, 20)\nb = 2","universe":["BINANCE:BTC/USDT"]}"#
    );
}

#[test]
fn a_redirect_is_not_followed_and_takes_the_key_nowhere() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Server::start(vec![ok(r#"{"backtest_id":"stolen","status":"completed"}"#)]);
        let redirect = Act::Answer(status, format!("location: {}/x?key={KEY}\r\n", elsewhere.url), String::new());
        let (server, client) = against(vec![redirect]);
        let asked = run(client.status("b1")).unwrap_err();
        let posted = run(client.execute(&request())).unwrap_err();
        assert!(matches!(asked, ApiError::Redirected { .. }), "{asked:?}");
        // `303 See Other` is what a server says after it has acted.
        assert_eq!(posted.is_outcome_unknown(), status == 303, "{posted:?}");
        assert!(!format!("{asked}{asked:?}{posted}{posted:?}").contains(KEY));
        assert_eq!((server.seen().len(), elsewhere.seen().len()), (2, 0));
    }
}

#[test]
fn plain_http_to_another_machine_is_refused_before_anything_is_sent() {
    for url in ["http://hey-traders.com/api/v1", "http://192.168.1.7:8080", "http://127.0.0.1.nip.io/"] {
        for key in [Some(KEY.into()), None] {
            let mut options = options(url);
            options.key = key;
            assert!(matches!(Client::new(options), Err(ApiError::KeyNotAllowed { .. })), "{url}");
        }
    }
}

#[test]
fn a_key_that_the_server_repeats_is_masked() {
    let echo = format!(
        r#"{{"success":false,"error":{{"code":"INVALID_API_KEY","message":"key {KEY} is not known","suggestion":"{KEY}"}}}}"#
    );
    for act in [
        answer(401, &echo),
        answer(500, &echo),
        answer(200, KEY),
        answer(404, KEY),
        answer(401, &escaped(&echo)),
        ok(&escaped(&format!(r#"{{"{KEY}":[{{"a":"b{KEY}c"}}]}}"#))),
        ok(&format!("\"{KEY}\"")),
        Act::Raw(format!("{KEY} is no HTTP").into_bytes()),
    ] {
        let (_server, client) = against(vec![act.clone()]);
        let posted = run(client.execute(&request()));
        let asked = run(client.indicators());
        assert!(!format!("{posted:?} {asked:?}").contains(KEY), "{act:?}: {posted:?} {asked:?}");
        if let Err(error) = posted {
            assert!(!error.to_string().contains(KEY), "{error}");
        }
    }
}

/// The same JSON, with the key's letters written as escapes.
fn escaped(json: &str) -> String {
    let letters: String = KEY.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
    json.replace(KEY, &letters)
}

#[test]
fn neither_options_nor_client_nor_answer_show_the_key() {
    let options = options("http://127.0.0.1:1");
    let shown = format!("{options:?} {:?}", Client::new(options.clone()).unwrap());
    assert!(!shown.contains(KEY), "{shown}");

    let (_server, client) = against(vec![ok(
        r#"{"api_key":"ht_prov_brand_new_key","key_id":"of ht_prov_brand_new_key","quota":{"of":"ht_prov_brand_new_key"},"scopes":["research"],"note":["keep ht_prov_brand_new_key"]}"#,
    )]);
    let request = RegisterRequest { display_name: "me".to_owned(), description: None };
    let registered = run(client.register(&request)).unwrap();
    assert!(!format!("{registered:?}").contains("brand_new"), "{registered:?}");
    let written = serde_json::to_value(&registered.data).unwrap();
    assert_eq!(written["api_key"], "ht_prov_brand_new_key");
    assert_eq!(written.to_string().matches("brand_new").count(), 1, "{written}");
    assert_eq!(registered.scopes, ["research"]);
}

#[test]
fn a_key_that_is_no_key_is_refused_without_showing_it() {
    for key in ["", "ht prov", "ht_prov\r\nx-evil: 1", "schlüssel", "tab\tbed"] {
        let mut options = options("http://127.0.0.1:1");
        options.key = Some(key.into());
        let error = Client::new(options).unwrap_err();
        assert_eq!(error, ApiError::KeyMalformed);
        assert!(key.is_empty() || !error.to_string().contains(key));
    }
}

#[test]
fn an_id_from_a_server_cannot_climb_to_another_endpoint() {
    let (server, client) = against(vec![ok("{}")]);
    assert!(matches!(run(client.status("..")), Err(ApiError::BadId(_))));
    assert!(matches!(run(client.result("")), Err(ApiError::BadId(_))));
    run(client.status("../../orders?x=1#y\r\nevil: 1")).unwrap();
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].starts_with("GET /api/v1/backtest/status/..%2F..%2Forders%3Fx=1%23y"), "{}", seen[0]);
    assert!(!seen[0].contains("\r\nevil"));
}
