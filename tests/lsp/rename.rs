//! Renaming a name of the script, or hearing why that can't be done.

use serde_json::{Value, json};

use super::client::{Client, Manner, applied, under};
use crate::scratch::Scratch;

const SCRIPT: &str = "slow = ema(close, 20) # 🚀\nup = f(\"é🚀\", slow) > slow\ny = sma(slow, \n";

fn renaming() -> Manner {
    Manner::usual().with("/textDocument/rename", json!({"prepareSupport": true}))
}

fn asked(client: &Client, line: u32, character: u32, name: &str) -> Value {
    let position = json!({"line": line, "character": character});
    json!({"textDocument": {"uri": client.uri("a.signal")}, "position": position, "newName": name})
}

#[test]
fn a_name_is_renamed_in_every_line_of_that_version() {
    let scratch = Scratch::new();
    for manner in [renaming(), renaming().utf8()] {
        let utf8 = manner.is_utf8();
        let mut client = Client::with(&scratch, manner);
        assert_eq!(client.capabilities()["renameProvider"], json!({"prepareProvider": true}));
        client.open("a.signal", SCRIPT);
        let range = client.request_at("textDocument/prepareRename", "a.signal", 0, 4);
        assert_eq!(under(SCRIPT, &range, utf8), "slow");
        let edit = client.request("textDocument/rename", asked(&client, 0, 1, "träge"));
        let change = &edit["documentChanges"][0];
        assert_eq!(change["textDocument"], json!({"uri": client.uri("a.signal"), "version": 1}));
        assert_eq!(applied(SCRIPT, &change["edits"], utf8), SCRIPT.replace("slow", "träge"));
    }
}

#[test]
fn a_client_that_knows_no_versions_gets_plain_changes() {
    let scratch = Scratch::new();
    let mut client = Client::with(&scratch, Manner::usual().with("/workspace/workspaceEdit", json!({})));
    assert_eq!(client.capabilities()["renameProvider"], true);
    client.open("a.signal", SCRIPT);
    let edit = client.request("textDocument/rename", asked(&client, 0, 1, "lazy"));
    let uri = client.uri("a.signal");
    assert_eq!(applied(SCRIPT, &edit["changes"][uri], false), SCRIPT.replace("slow", "lazy"));
}

#[test]
fn a_rename_that_would_change_the_meaning_is_refused_with_the_line() {
    let scratch = Scratch::new();
    let mut client = Client::with(&scratch, renaming());
    client.open("a.signal", SCRIPT);
    let mut refused = |method: &str, params: Value, expected: &str| {
        let id = client.ask(method, params);
        let error = client.answer(id).unwrap_err();
        assert_eq!((&error["code"], &error["message"]), (&json!(-32803), &json!(expected)));
    };
    let uri = json!({"uri": format!("file://{}", scratch.path("a.signal").to_str().unwrap())});
    let at = |line, character, name| json!({"textDocument": uri, "position": {"line": line, "character": character}, "newName": name});
    refused("textDocument/rename", at(0, 1, "up"), "line 2 defines `up` already");
    refused(
        "textDocument/rename",
        at(0, 1, "rsi"),
        "`rsi` is an indicator of the catalog: one word would mean two things",
    );
    refused("textDocument/rename", at(0, 1, "not"), "`not` is a word of the language");
    let ema = "`ema` is an indicator of the catalog, not a name that the script defines";
    refused("textDocument/prepareRename", at(0, 8, ""), ema);
}

#[test]
fn places_of_a_name_are_edited_together() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.open("a.signal", SCRIPT);
    let linked = client.request_at("textDocument/linkedEditingRange", "a.signal", 0, 2);
    let ranges = linked["ranges"].as_array().unwrap();
    assert_eq!(ranges.iter().map(|range| under(SCRIPT, range, false)).collect::<Vec<_>>(), ["slow"; 4], "{linked:#}");
    assert_eq!(client.request_at("textDocument/linkedEditingRange", "a.signal", 0, 8), Value::Null);
}
