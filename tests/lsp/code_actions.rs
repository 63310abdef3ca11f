//! Code actions by the real binary: offered, resolved, applied.

use serde_json::{Value, json};

use super::client::{Client, Manner};
use crate::scratch::Scratch;

const SCRIPT: &str = "#! timeframe = 1h\r\nfast = emma(close, 12) # 🚀\r\n\
    emit_signal(\"🚀\" == \"\" and close > ema(close, 50), entry(\"BINANCE:BTC/USDT\", \"LONG\"))\r\n";

/// A client that takes edits later.
fn resolving() -> Manner {
    Manner::usual().with(
        "/textDocument/codeAction",
        json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor", "source"]}},
            "isPreferredSupport": true, "dataSupport": true, "resolveSupport": {"properties": ["edit"]}}),
    )
}

/// The actions at a place: line, column and length in the units of the client.
fn actions(client: &mut Client, name: &str, place: (u32, u32, u32), context: Value) -> Vec<Value> {
    let (line, column, length) = place;
    let range =
        json!({"start": {"line": line, "character": column}, "end": {"line": line, "character": column + length}});
    let params = json!({"textDocument": {"uri": client.uri(name)}, "range": range, "context": context});
    serde_json::from_value(client.request("textDocument/codeAction", params)).unwrap()
}

#[track_caller]
fn titled(actions: &[Value], title: &str) -> Value {
    let titles: Vec<_> = actions.iter().map(|action| &action["title"]).collect();
    let found = actions.iter().find(|action| action["title"].as_str().unwrap().starts_with(title));
    found.unwrap_or_else(|| panic!("no {title:?} among {titles:#?}")).clone()
}

/// The text after an action's edits, places counted in UTF-16.
#[track_caller]
fn applied(text: &str, edits: &Value) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let offset = |position: &Value| {
        let (line, column) = (position["line"].as_u64().unwrap() as usize, position["character"].as_u64().unwrap());
        let before: usize = lines[..line].iter().map(|line| line.len()).sum();
        let mut units = 0;
        let inside = lines.get(line).unwrap_or(&"").char_indices().find(|(_, c)| {
            units += c.len_utf16() as u64;
            units > column
        });
        before + inside.map_or(lines.get(line).map_or(0, |line| line.len()), |(at, _)| at)
    };
    let mut edits: Vec<_> = edits.as_array().unwrap().iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(offset(&edit["range"]["start"])));
    let mut after = text.to_owned();
    for edit in edits {
        let range = offset(&edit["range"]["start"])..offset(&edit["range"]["end"]);
        after.replace_range(range, edit["newText"].as_str().unwrap());
    }
    after
}

#[test]
fn a_fix_is_offered_with_the_finding_that_it_settles() {
    let scratch = Scratch::new();
    let mut client = Client::with(&scratch, resolving());
    client.open("a.signal", SCRIPT);
    let found = client.diagnostics_of("a.signal", 1);
    let unknown = found.iter().find(|found| found["code"] == "unknown-function").unwrap();
    let actions = actions(&mut client, "a.signal", (1, 8, 0), json!({"diagnostics": [unknown]}));
    let fix = titled(&actions, "Replace by `ema`");
    assert_eq!((&fix["kind"], &fix["diagnostics"]), (&json!("quickfix"), &json!([unknown])));
    let edit = &fix["edit"]["documentChanges"][0];
    assert_eq!(edit["textDocument"], json!({"uri": client.uri("a.signal"), "version": 1}));
    assert_eq!(applied(SCRIPT, &edit["edits"]), SCRIPT.replace("emma", "ema"));
    let preferred: Vec<_> = actions.iter().filter(|action| action["isPreferred"] == true).collect();
    assert_eq!(preferred.len(), 0, "a guess is nothing that anybody would do: {preferred:#?}");
    // An editor that asks about the findings of a line, with the cursor elsewhere on it.
    let elsewhere = self::actions(&mut client, "a.signal", (1, 0, 0), json!({"diagnostics": [unknown]}));
    assert_eq!(titled(&elsewhere, "Replace by `ema`"), fix);
    let explain = titled(&actions, "Explain");
    assert_eq!(explain["command"]["command"], "signal.explain");
    assert_eq!(explain["command"]["arguments"], json!([{"rule": "unknown-function"}]));
    let pull = titled(&actions, "Pull");
    assert_eq!(pull["command"]["arguments"], json!([{"uri": client.uri("a.signal"), "lock": false}]));
}

#[test]
fn edits_are_worked_out_when_an_action_is_picked() {
    let scratch = Scratch::new();
    let mut client = Client::with(&scratch, resolving());
    client.open("a.signal", SCRIPT);
    let column = SCRIPT.lines().nth(2).unwrap().split("ema").next().unwrap().encode_utf16().count() as u32;
    let actions = actions(&mut client, "a.signal", (2, column + 1, 0), json!({"diagnostics": []}));
    let extract = titled(&actions, "Extract `ema(close, 50)` as `ema_50`");
    assert_eq!((&extract["kind"], &extract["edit"]), (&json!("refactor.extract"), &Value::Null));
    let resolved = client.request("codeAction/resolve", extract.clone());
    let after = applied(SCRIPT, &resolved["edit"]["documentChanges"][0]["edits"]);
    let expected = SCRIPT
        .replace("emit_signal(", "ema_50 = ema(close, 50)\r\nemit_signal(")
        .replace("> ema(close, 50)", "> ema_50");
    assert_eq!(after, expected);
    client.change("a.signal", 2, "a = 1\n");
    let id = client.ask("codeAction/resolve", extract);
    assert_eq!(client.answer(id).unwrap_err()["code"], -32801, "the text has changed meanwhile");
}

#[test]
fn a_client_is_offered_what_it_asks_for_and_understands() {
    let scratch = Scratch::new();
    let mut client = Client::with(&scratch, resolving());
    client.open("a.signal", SCRIPT);
    let only = |only: Value| json!({"diagnostics": [], "only": only});
    let kinds = |actions: &[Value]| {
        let mut kinds: Vec<_> = actions.iter().map(|action| action["kind"].as_str().unwrap().to_owned()).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    };
    for (place, asked, expected) in [
        ((1, 8, 0), json!(["quickfix"]), vec!["quickfix"]),
        ((2, 40, 0), json!(["refactor"]), vec!["refactor.extract"]),
        ((0, 3, 0), json!(["refactor.rewrite"]), vec!["refactor.rewrite"]),
        ((1, 8, 0), json!(["source.organizeImports"]), vec![]),
        ((2, 0, 0), json!(["source"]), vec!["source.signal"]),
    ] {
        let found = actions(&mut client, "a.signal", place, only(asked.clone()));
        assert_eq!(kinds(&found), expected, "{asked} {found:#?}");
    }
    // A lamp is for cures alone, as long as nothing is selected.
    let lamp = json!({"diagnostics": [], "triggerKind": 2});
    assert_eq!(kinds(&actions(&mut client, "a.signal", (2, 40, 0), lamp)), Vec::<String>::new());

    // One that knows no resolving gets the edits at once, by the older word for them.
    let scratch = Scratch::new();
    let manner = Manner::usual()
        .with("/textDocument/codeAction", json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}))
        .with("/workspace/workspaceEdit", json!({}));
    let mut client = Client::with(&scratch, manner);
    client.open("a.signal", SCRIPT);
    let all = actions(&mut client, "a.signal", (1, 8, 0), json!({"diagnostics": []}));
    let allow = titled(&all, "Allow `unknown-function` on this line");
    let after = applied(SCRIPT, &allow["edit"]["changes"][client.uri("a.signal")]);
    assert!(after.contains("# signal: allow unknown-function because reason"), "{after}");

    // And the oldest know commands alone.
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.open("a.signal", SCRIPT);
    let all = actions(&mut client, "a.signal", (1, 8, 0), json!({"diagnostics": []}));
    assert!(all.iter().any(|action| action["command"] == "signal.explain"), "{all:#?}");
    assert!(all.iter().all(|action| action["command"].is_string()), "{all:#?}");
}

#[test]
fn all_safe_fixes_are_those_of_the_check() {
    let scratch = Scratch::new().with("b.signal", "x = RSI(close, 14)\ny = x <> 3\nz = SMA(y)\n");
    let text = std::fs::read_to_string(scratch.path("b.signal")).unwrap();
    let mut client = Client::with(&scratch, resolving());
    client.open("b.signal", &text);
    let all = actions(&mut client, "b.signal", (0, 0, 0), json!({"diagnostics": [], "only": ["source.fixAll"]}));
    let fix = client.request("codeAction/resolve", titled(&all, "Apply all safe fixes"));
    let after = applied(&text, &fix["edit"]["documentChanges"][0]["edits"]);
    assert_ne!(after, text);
    scratch.dsl("check --fix b.signal");
    assert_eq!(after, std::fs::read_to_string(scratch.path("b.signal")).unwrap());
}

#[test]
fn settings_are_mended_too() {
    let scratch = Scratch::new();
    let mut client = Client::with(&scratch, resolving());
    let text = "[run]\ntimeframe = \"1H\"\ntimefram = \"1h\"\n";
    client.open("signal.toml", text);
    let found = client.diagnostics_of("signal.toml", 1);
    assert!(!found.is_empty());
    for found in found {
        let (line, column) = (&found["range"]["start"]["line"], &found["range"]["start"]["character"]);
        let place = (line.as_u64().unwrap() as u32, column.as_u64().unwrap() as u32, 0);
        let fix = titled(&actions(&mut client, "signal.toml", place, json!({"diagnostics": []})), "Replace");
        assert_eq!(fix["diagnostics"][0]["message"], found["message"]);
        assert_ne!(applied(text, &fix["edit"]["documentChanges"][0]["edits"]), text);
    }
}
