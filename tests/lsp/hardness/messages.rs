//! Messages that are wrong, early, late, huge or taken back: each is answered as the protocol says, and the server goes on.

use serde_json::{Value, json};

use super::super::client::{Client, Manner, framed};
use crate::scratch::{CROSSING, Scratch};

const PARSE_ERROR: i64 = -32700;
const INVALID_REQUEST: i64 = -32600;
const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;
const NOT_INITIALIZED: i64 = -32002;
const CANCELLED: i64 = -32800;

/// Every request about a text that a client may send.
const REQUESTS: [&str; 22] = [
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/diagnostic",
    "textDocument/documentHighlight",
    "textDocument/documentLink",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/formatting",
    "textDocument/hover",
    "textDocument/inlayHint",
    "textDocument/linkedEditingRange",
    "textDocument/onTypeFormatting",
    "textDocument/prepareCallHierarchy",
    "textDocument/prepareRename",
    "textDocument/rangeFormatting",
    "textDocument/references",
    "textDocument/rename",
    "textDocument/selectionRange",
    "textDocument/semanticTokens/full",
    "textDocument/signatureHelp",
];

/// That the server still answers, and answers right.
#[track_caller]
fn is_well(client: &mut Client) {
    client.open("well.signal", CROSSING);
    let params =
        json!({"textDocument": {"uri": client.uri("well.signal")}, "options": {"tabSize": 4, "insertSpaces": true}});
    let answer = client.request("textDocument/formatting", params);
    assert!(answer.is_null() || answer == json!([]), "{answer}");
    client.close("well.signal");
}

/// Sends bytes, and expects an error with this code and no id, then a server that goes on.
#[track_caller]
fn check(bytes: &[u8], code: i64) {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.send(bytes);
    let message = client.answer_without_id();
    assert_eq!(message["error"]["code"], code, "{message}");
    is_well(&mut client);
}

fn with_length(body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend(body);
    bytes
}

#[test]
fn json_that_is_none_is_an_error_of_its_own() {
    for body in ["{", "", "nonsense", "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"shutdown\"", "\u{feff}{}"] {
        check(&with_length(body.as_bytes()), PARSE_ERROR);
    }
    check(&with_length(b"{\"jsonrpc\": \"2.0\", \"method\": \"\xff\xfe\"}"), PARSE_ERROR);
}

#[test]
fn json_that_is_no_message_is_refused() {
    for body in [
        "3",
        "null",
        "[]",
        "{}",
        "\"hover\"",
        "{\"jsonrpc\": \"2.0\"}",
        "[{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"x\"}]",
        "{\"jsonrpc\": \"1.0\", \"method\": \"x\"}",
    ] {
        let scratch = Scratch::new();
        let mut client = Client::start(&scratch);
        client.send(&with_length(body.as_bytes()));
        assert_eq!(client.answer_without_id()["error"]["code"], INVALID_REQUEST, "{body}");
        is_well(&mut client);
    }
}

#[test]
fn headers_of_another_spelling_are_read() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    let body = json!({"jsonrpc": "2.0", "id": "by another name", "method": "signal/nonsense"}).to_string();
    let length = body.len();
    for head in [
        format!("Content-Length: {length}\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n"),
        format!("Content-Type: application/vscode-jsonrpc; charset=utf8\r\nContent-Length: {length}\r\n\r\n"),
        format!("content-length: {length}\r\n\r\n"),
        format!("Content-Length:{length}\r\n\r\n"),
    ] {
        client.send(format!("{head}{body}").as_bytes());
        let answer = client.answer_to(&json!("by another name"));
        assert_eq!(answer["error"]["code"], METHOD_NOT_FOUND, "{head}");
    }
    is_well(&mut client);
}

#[test]
fn headers_that_are_none_cost_their_message_and_no_more() {
    for junk in ["nonsense\r\n\r\n", "Content-Length: many\r\n\r\n", "Content-Length: -3\r\n\r\n", "\r\n\r\n"] {
        let scratch = Scratch::new();
        let mut client = Client::start(&scratch);
        client.send(junk.as_bytes());
        // Whoever reads on behind junk has to find the next header by itself.
        is_well(&mut client);
    }
}

#[test]
fn a_message_that_comes_in_pieces_is_one() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    for byte in framed(&json!({"jsonrpc": "2.0", "id": 900, "method": "signal/nonsense", "params": {"é": "🚀"}})) {
        client.send(&[byte]);
    }
    assert_eq!(client.answer(900).unwrap_err()["code"], METHOD_NOT_FOUND);
}

#[test]
fn requests_without_their_parameters_say_so() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.open("a.signal", CROSSING);
    let uri = client.uri("a.signal");
    for method in REQUESTS {
        for params in [
            Value::Null,
            json!([]),
            json!({}),
            json!({"textDocument": 7}),
            json!({"textDocument": {"uri": uri, "version": "x"}, "position": "here", "range": 5, "positions": {}, "options": 3, "context": 1,
                "ch": 1, "newName": 4}),
            json!({"textDocument": {"uri": uri}, "position": {"line": -1, "character": 1.5}, "range": {"start": {"line": 0, "character": -7}},
                "positions": [{"line": "0"}], "options": {"tabSize": "wide"}, "context": {"diagnostics": 3}, "newName": null}),
            json!({"textDocument": {"uri": "not a uri"}, "position": {"line": 0, "character": 0}}),
        ] {
            let id = client.ask(method, params.clone());
            // Requests that need less than others may be answered; a wrong one is never more than its own error.
            if let Err(error) = client.answer(id) {
                let code = error["code"].as_i64().unwrap();
                assert!([INVALID_PARAMS, METHOD_NOT_FOUND].contains(&code), "{method} {params}: {error}");
            }
        }
    }
    is_well(&mut client);
}

#[test]
fn unknown_notifications_are_let_go_and_unknown_requests_refused() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    for method in ["$/unknown", "signal/unknown", "textDocument/unknown", "exit/", "🚀"] {
        client.notify(method, json!({"a": 1}));
        let id = client.ask(method, json!({"a": 1}));
        assert_eq!(client.answer(id).unwrap_err()["code"], METHOD_NOT_FOUND, "{method:?}");
    }
    is_well(&mut client);
}

#[test]
fn nothing_is_answered_before_initialize_but_initialize() {
    let scratch = Scratch::new().with("a.signal", CROSSING);
    let mut client = Client::uninitialized(&scratch);
    for method in REQUESTS.into_iter().chain(["shutdown", "signal/status", "workspace/symbol"]) {
        let id = client.ask(method, json!({"textDocument": {"uri": client.uri("a.signal")}}));
        assert_eq!(client.answer(id).unwrap_err()["code"], NOT_INITIALIZED, "{method}");
    }
    client.open("a.signal", "x = rsl(close, 14)\n");
    let answer = client.request("initialize", json!({"capabilities": {}}));
    assert!(answer["capabilities"].is_object());
    client.notify("initialized", json!({}));
    is_well(&mut client);
}

#[test]
fn a_second_initialize_is_refused() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    let id = client.ask("initialize", json!({"capabilities": {}}));
    assert_eq!(client.answer(id).unwrap_err()["code"], INVALID_REQUEST);
    is_well(&mut client);
}

#[test]
fn nothing_is_answered_after_shutdown() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.open("a.signal", CROSSING);
    client.request("shutdown", Value::Null);
    for method in REQUESTS.into_iter().chain(["shutdown", "initialize"]) {
        let params = json!({"textDocument": {"uri": client.uri("a.signal")}, "capabilities": {}});
        let id = client.ask(method, if method == "shutdown" { Value::Null } else { params });
        assert_eq!(client.answer(id).unwrap_err()["code"], INVALID_REQUEST, "{method}");
    }
    client.notify("exit", Value::Null);
    assert_eq!(client.ended(), Some(0));
}

#[test]
fn exit_is_heeded_with_questions_under_way() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.open("a.signal", &CROSSING.repeat(200));
    for method in REQUESTS {
        let position = json!({"line": 0, "character": 0});
        let params = json!({"textDocument": {"uri": client.uri("a.signal")}, "position": position});
        client.ask(method, params);
    }
    client.notify("exit", Value::Null);
    assert_eq!(client.ended(), Some(1));
}

#[test]
fn a_request_that_is_taken_back_is_answered_all_the_same() {
    let scratch = Scratch::new();
    let mut client = Client::with(&scratch, Manner::usual().pull());
    client.open("a.signal", &"a = ema(close, 20)\n".repeat(3000));
    // Asked and taken back in one write: the second comes while the first is worked on.
    let mut bytes = Vec::new();
    for id in 500..540 {
        let params = json!({"textDocument": {"uri": client.uri("a.signal")}});
        let method = "textDocument/diagnostic";
        bytes.extend(framed(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})));
        bytes.extend(framed(&json!({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": id}})));
    }
    client.send(&bytes);
    for id in 500..540 {
        if let Err(error) = client.answer(id) {
            assert_eq!(error["code"], CANCELLED, "{error}");
        }
    }
    // What is not under way can't be taken back, and nothing comes of it.
    for id in [json!(500), json!(99_999), json!("a name"), json!(null), json!({})] {
        client.notify("$/cancelRequest", json!({"id": id}));
    }
    is_well(&mut client);
}

#[test]
fn a_huge_message_is_a_message() {
    let scratch = Scratch::new();
    let mut client = Client::with(&scratch, Manner::usual().pull());
    let comment = format!("# {}\n", "🚀 far away ".repeat(1 << 20));
    client.open("a.signal", &format!("{comment}x=rsl(close, 14)\n"));
    let found = client.request_of("textDocument/diagnostic", "a.signal");
    let unknown = found["items"].as_array().unwrap().iter().find(|found| found["code"] == "unknown-function").unwrap();
    assert_eq!(unknown["range"]["start"], json!({"line": 1, "character": 2}));
    is_well(&mut client);
}

#[test]
fn a_client_that_dies_in_the_middle_of_a_message_leaves_no_server_behind() {
    let scratch = Scratch::new();
    for cut in [3, 20, 40, 90] {
        let mut client = Client::start(&scratch);
        let message = framed(
            &json!({"jsonrpc": "2.0", "id": 1, "method": "textDocument/hover", "params": {"a": "b".repeat(100)}}),
        );
        client.send(&message[..cut]);
        client.hang_up();
        assert_eq!(client.ended(), Some(1), "{cut} bytes of a message");
    }
}
