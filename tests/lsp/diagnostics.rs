//! Findings: sent and asked for, of the text as it is.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Client, Manner, file_behind, framed};
use crate::scratch::{CROSSING, Scratch};

const UNKNOWN: &str = "a = rsl(close, 14)\nemit_signal(a > 50, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n";

/// The rules of findings, in their order.
fn rules(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().filter_map(|found| found["code"].as_str()).collect()
}

#[test]
fn findings_come_with_the_version_that_they_are_of_and_go_when_the_text_is_closed() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.open("a.signal", UNKNOWN);
    let found = client.diagnostics_of("a.signal", 1);
    assert!(rules(&found).contains(&"unknown-function"), "{found:#?}");
    let first = found.iter().find(|found| found["code"] == "unknown-function").unwrap();
    assert_eq!(first["source"], "dsl");
    assert_eq!(first["range"], json!({"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 7}}));
    assert_eq!(first["data"], json!({"version": 1, "fixable": true}));
    assert!(file_behind(&first["codeDescription"]["href"]).starts_with("# unknown-function\n"), "{first:#}");
    client.edit(
        "a.signal",
        2,
        json!([{"range": {"start": {"line": 0, "character": 6}, "end": {"line": 0, "character": 7}}, "text": "i"}]),
    );
    assert!(!rules(&client.diagnostics_of("a.signal", 2)).contains(&"unknown-function"));
    client.close("a.signal");
    let uri = client.uri("a.signal");
    let cleared = client.notification_where("textDocument/publishDiagnostics", |params| params["uri"] == *uri);
    assert_eq!(cleared["diagnostics"], json!([]));
}

#[test]
fn places_are_right_behind_characters_of_any_width() {
    let scratch = Scratch::new();
    let text = "a = 1 # 🚀\r\nemit_signal(\"é🚀𝒳\" > rsl(close, 14), exit(\"BINANCE:BTC/USDT\", \"LONG\"))\r\n";
    for (manner, expected) in [(Manner::usual(), 22), (Manner::usual().utf8(), 27)] {
        let mut client = Client::with(&scratch, manner);
        client.open("a.signal", text);
        let found = client.diagnostics_of("a.signal", 1);
        let unknown = found.iter().find(|found| found["code"] == "unknown-function").unwrap();
        assert_eq!(unknown["range"]["start"], json!({"line": 1, "character": expected}));
    }
}

#[test]
fn a_client_that_asks_is_not_sent_anything() {
    let scratch = Scratch::new();
    let mut client = Client::with(&scratch, Manner::usual().pull());
    assert_eq!(client.capabilities()["diagnosticProvider"]["interFileDependencies"], true);
    client.open("a.signal", UNKNOWN);
    let first = client.request_of("textDocument/diagnostic", "a.signal");
    assert_eq!(first["kind"], "full");
    assert!(rules(first["items"].as_array().unwrap()).contains(&"unknown-function"));
    let again = json!({"textDocument": {"uri": client.uri("a.signal")}, "previousResultId": first["resultId"]});
    assert_eq!(client.request("textDocument/diagnostic", again.clone())["kind"], "unchanged");
    client.change("a.signal", 2, CROSSING);
    let changed = client.request("textDocument/diagnostic", again);
    assert_eq!((&changed["kind"], &changed["items"]), (&json!("full"), &json!([])));
    assert_eq!(client.all_within("textDocument/publishDiagnostics", Duration::from_millis(200)), Vec::<Value>::new());
}

#[test]
fn what_is_no_script_is_left_alone() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    let item = json!({"uri": client.uri("a.py"), "languageId": "python", "version": 1, "text": "import os\n"});
    client.notify("textDocument/didOpen", json!({"textDocument": item}));
    client.edit("a.py", 2, json!([{"text": "import sys\n"}]));
    let item = json!({"uri": "untitled:Untitled-1", "languageId": "signal", "version": 1, "text": UNKNOWN});
    client.notify("textDocument/didOpen", json!({"textDocument": item}));
    let first = client.notification("textDocument/publishDiagnostics");
    assert_eq!(first["uri"], "untitled:Untitled-1", "a text without a file is a script by its language");
}

/// The client's edits as they come when it was busy: all in one write, and its question right behind them. The last one
/// writes `last` where the others wrote `ema`.
fn burst(client: &Client, edits: i32, last: &str, question: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    for version in 2..=edits + 1 {
        let name = if version == edits + 1 { last } else { "ema" };
        let start = json!({"line": 0, "character": 4});
        let change = json!({"range": {"start": start, "end": {"line": 0, "character": 7}}, "text": name});
        let document = json!({"uri": client.uri("a.signal"), "version": version});
        let params = json!({"textDocument": document, "contentChanges": [change]});
        bytes.extend(framed(&json!({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params})));
    }
    bytes.extend(framed(question));
    bytes
}

const EDITS: i32 = 5000;

/// A client after a burst of edits, with the answer to the question behind them.
fn after_burst(manner: Manner, last: &str, method: &str) -> (Client, Value) {
    let scratch = Scratch::new();
    let mut client = Client::with(&scratch, manner);
    client.open("a.signal", &UNKNOWN.replace("rsl", "ema"));
    let about = json!({"textDocument": {"uri": client.uri("a.signal")}, "position": {"line": 0, "character": 5}});
    let question = json!({"jsonrpc": "2.0", "id": 777, "method": method, "params": about});
    client.send(&burst(&client, EDITS, last, &question));
    let answer = client.answer(777).unwrap();
    (client, answer)
}

#[test]
fn after_a_burst_of_edits_a_hover_is_of_the_last_text() {
    for run in 0..20 {
        let (mut client, hover) = after_burst(Manner::usual(), "rsi", "textDocument/hover");
        let told = hover["contents"]["value"].as_str().unwrap_or_else(|| panic!("run {run}: {hover}"));
        assert!(told.contains("rsi(") && !told.contains("ema("), "run {run}: {told}");
        assert!(!rules(&client.diagnostics_of("a.signal", EDITS + 1)).contains(&"unknown-function"), "run {run}");
        let later = client.all_within("textDocument/publishDiagnostics", Duration::from_millis(50));
        // The world around the text may have changed meanwhile, and then its findings are told again.
        assert!(later.iter().all(|sent| sent["version"] == EDITS + 1), "nothing older comes behind: {later:#?}");
    }
}

#[test]
fn after_a_burst_of_edits_findings_are_of_the_last_text() {
    for run in 0..5 {
        let (_, answer) = after_burst(Manner::usual().pull(), "rsl", "textDocument/diagnostic");
        assert!(rules(answer["items"].as_array().unwrap()).contains(&"unknown-function"), "run {run}");
    }
}
