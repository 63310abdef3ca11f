//! Completion, as a client asks for it, chooses, and asks for more.

use serde_json::{Value, json};

use super::client::{Client, Manner, applied};
use crate::scratch::Scratch;

const SCRIPT: &str = "t = \"🚀\"; up = close > open\nx = rs\nemit_signal(up, entry(\"BIN\", \"LONG\"))\n";

fn labelled<'a>(list: &'a Value, label: &str) -> &'a Value {
    let items = list["items"].as_array().unwrap();
    items.iter().find(|item| item["label"] == label).unwrap_or_else(|| panic!("no {label} in {list:#}"))
}

/// The text after an item was chosen, its places to be filled left as the snippet has them.
#[track_caller]
fn check(manner: Manner, (line, character): (u32, u32), label: &str, expected: &str) {
    let scratch = Scratch::new();
    let is_utf8 = manner.is_utf8();
    let mut client = Client::with(&scratch, manner);
    client.open("a.signal", SCRIPT);
    let list = client.request_at("textDocument/completion", "a.signal", line, character);
    let edit = &labelled(&list, label)["textEdit"];
    let chosen = applied(SCRIPT, &json!([edit]), is_utf8);
    assert_eq!(chosen.lines().nth(line as usize), Some(expected), "{edit:#}");
}

#[test]
fn what_is_chosen_stands_where_the_word_was() {
    check(Manner::usual(), (1, 6), "rsi", "x = rsi(${1:close}, ${2:14})$0");
    check(Manner::usual(), (2, 26), "BINANCE:", "emit_signal(up, entry(\"BINANCE:\", \"LONG\"))");
    // The rocket takes four bytes and two units of UTF-16.
    check(Manner::usual(), (0, 17), "close", "t = \"🚀\"; up = close > open");
    check(Manner::usual().utf8(), (0, 19), "close", "t = \"🚀\"; up = close > open");
}

#[test]
fn a_client_without_snippets_is_given_names() {
    let plain = Manner::usual().with("/textDocument/completion", json!({}));
    check(plain, (1, 6), "rsi", "x = rsi");
}

#[test]
fn a_client_that_sorts_has_what_fits_best_on_top() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.open("a.signal", SCRIPT);
    let list = client.request_at("textDocument/completion", "a.signal", 2, 12);
    let mut items: Vec<&Value> = list["items"].as_array().unwrap().iter().collect();
    items.sort_by_key(|item| item["sortText"].as_str().unwrap());
    // A signal wants a condition; by their letters others would come first.
    assert_eq!(items[0]["label"], "up");
    assert!(items.iter().any(|item| item["label"].as_str() < Some("up")));
    let ema = labelled(&list, "ema");
    assert_eq!(ema["insertTextFormat"], 2, "its parts are to be filled in");
    assert_eq!(items[0]["insertTextFormat"], Value::Null, "`$` means nothing in a name");
    let sides = client.request_at("textDocument/completion", "a.signal", 2, 30);
    let chosen: Vec<_> = sides["items"].as_array().unwrap().iter().filter(|item| item["preselect"] == true).collect();
    assert_eq!(chosen.iter().map(|item| &item["label"]).collect::<Vec<_>>(), ["LONG"]);
}

#[test]
fn an_item_that_is_looked_at_is_documented() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.open("a.signal", SCRIPT);
    let list = client.request_at("textDocument/completion", "a.signal", 1, 4);
    for (label, expected) in [("rsi", "Relative Strength Index"), ("up", "a condition"), ("close", "Closing price")] {
        let item = labelled(&list, label).clone();
        assert_eq!(item["documentation"], Value::Null, "it comes when it is asked for");
        let resolved = client.request("completionItem/resolve", item);
        let text = resolved["documentation"]["value"].as_str().unwrap();
        assert!(text.contains(expected), "{label}: {text}");
    }
    let unknown = json!({"label": "foreign", "data": {"of": "another server"}});
    assert_eq!(client.request("completionItem/resolve", unknown.clone()), unknown);
}

#[test]
fn names_of_the_project_are_offered() {
    let scratch = Scratch::new()
        .with("signal.toml", "[catalog]\ndeclare = [\"my_slope(series, period=14) lookback period-1\"]\n");
    let mut client = Client::start(&scratch);
    client.open("a.signal", SCRIPT);
    let list = client.request_at("textDocument/completion", "a.signal", 1, 4);
    assert_eq!(labelled(&list, "my_slope")["textEdit"]["newText"], "my_slope(${1:close}, ${2:14})$0");
}

#[test]
fn what_a_client_asks_by_itself_is_answered_only_if_it_is_evident() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    assert!(client.capabilities()["completionProvider"]["triggerCharacters"].as_array().unwrap().contains(&json!(":")));
    client.open("a.signal", "x = rsi(close, )\ny = \n");
    let mut count = |line: u32, character: u32, context: Value| {
        let params = json!({"textDocument": {"uri": client.uri("a.signal")}, "context": context,
            "position": {"line": line, "character": character}});
        client.request("textDocument/completion", params)["items"].as_array().unwrap().len()
    };
    let blank = json!({"triggerKind": 2, "triggerCharacter": " "});
    assert_eq!(count(0, 15, blank.clone()), 2);
    assert_eq!(count(1, 4, blank), 0);
    assert!(count(1, 4, json!({"triggerKind": 1})) > 300);
}

#[test]
fn an_editor_that_can_shows_the_parameters_of_what_was_chosen() {
    let command_of = |manner: Manner| {
        let scratch = Scratch::new();
        let mut client = Client::with(&scratch, manner);
        client.open("a.signal", SCRIPT);
        let list = client.request_at("textDocument/completion", "a.signal", 1, 6);
        labelled(&list, "rsi")["command"]["command"].clone()
    };
    let hints = "editor.action.triggerParameterHints";
    assert_eq!(command_of(Manner::usual().with("/experimental/commands/commands", json!([hints]))), hints);
    assert!(command_of(Manner::usual()).is_null());
}
