//! `textDocument/inlayHint` and what a hint says when it is pointed at.

use serde_json::{Value, json};

use super::client::{Client, Manner};
use crate::scratch::{CROSSING, Scratch};

/// The hints of some lines: line, character, label.
#[track_caller]
fn hints(client: &mut Client, name: &str, lines: std::ops::Range<u32>) -> Vec<Value> {
    let params = json!({
        "textDocument": {"uri": client.uri(name)},
        "range": {"start": {"line": lines.start, "character": 0}, "end": {"line": lines.end, "character": 0}},
    });
    match client.request("textDocument/inlayHint", params) {
        Value::Array(hints) => hints,
        other => panic!("{other}"),
    }
}

fn told(hints: &[Value]) -> Vec<(u64, u64, &str)> {
    let number = |hint: &Value, of: &str| hint["position"][of].as_u64().unwrap();
    hints
        .iter()
        .map(|hint| (number(hint, "line"), number(hint, "character"), hint["label"].as_str().unwrap()))
        .collect()
}

#[test]
fn hints_are_those_of_the_lines_that_are_asked_for() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.open("a.signal", CROSSING);
    let all = hints(&mut client, "a.signal", 0..7);
    let expected =
        [(4, 18, "timeperiod:"), (4, 21, "⟨49 bars⟩"), (5, 73, "from 2022-02-19"), (6, 59, "from 2022-02-19")];
    assert_eq!(told(&all), expected);
    assert_eq!(told(&hints(&mut client, "a.signal", 5..6)), expected[2..3]);
    assert_eq!(all[0]["kind"], 2, "a parameter's name");
    assert_eq!((&all[0]["paddingRight"], &all[1]["paddingLeft"]), (&json!(true), &json!(true)));
}

#[test]
fn a_hint_tells_more_when_it_is_pointed_at_unless_the_text_has_changed() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    assert_eq!(client.capabilities()["inlayHintProvider"]["resolveProvider"], true);
    client.open("a.signal", CROSSING);
    let hint = hints(&mut client, "a.signal", 4..5).pop().unwrap();
    assert_eq!(hint["tooltip"], Value::Null);
    let resolved = client.request("inlayHint/resolve", hint.clone());
    let tooltip = resolved["tooltip"]["value"].as_str().unwrap();
    assert!(tooltip.contains("Exponential Moving Average"), "{tooltip}");
    client.change("a.signal", 2, "x = 1\n");
    assert_eq!(client.request("inlayHint/resolve", hint)["tooltip"], Value::Null);
}

#[test]
fn people_choose_which_hints_they_see() {
    let scratch = Scratch::new();
    let options = json!({"inlayHints": {"warmup": false, "parameterNames": "all", "firstUsableDate": false}});
    let mut client = Client::with(&scratch, Manner::usual().options(options.clone()));
    // The client is asked for its settings, too, as most are.
    client.settings = options;
    client.open("a.signal", "slow = ema(close, 50)\n");
    let labels: Vec<Value> = hints(&mut client, "a.signal", 0..1).iter().map(|hint| hint["label"].clone()).collect();
    assert_eq!(labels, ["real:", "timeperiod:"]);
}

#[test]
fn hints_stand_in_their_places_behind_astral_characters() {
    let text = "t = \"🚀\"; x = sma(close, 3)\r\n";
    for (manner, column) in [(Manner::usual(), 27), (Manner::usual().utf8(), 29)] {
        let scratch = Scratch::new();
        let mut client = Client::with(&scratch, manner);
        client.open("a.signal", text);
        let hints = hints(&mut client, "a.signal", 0..1);
        assert_eq!(told(&hints).last(), Some(&(0, column, "⟨2 bars⟩")));
    }
}
