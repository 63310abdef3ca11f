//! The parts of scripts: outlines, symbols of a folder, folds, growing selections, links.

use serde_json::{Value, json};

use super::client::{Client, Manner, file_behind, under};
use crate::scratch::{CROSSING, Scratch};
use crate::server::Served;

const SCRIPT: &str = "#! timeframe = 1h\n#! mode = cross\n# --- Entries 🚀 ---\nslow = ema(\n    close,\n    20,\n)\n\
                      emit_signal(close > slow, entry(\"BINANCE:BTC/USDT\", \"LONG\")) # https://example.com/🚀\n";

/// Names of symbols with those within in brackets.
fn names(symbols: &Value) -> String {
    let shown = |symbol: &Value| match &symbol["children"] {
        Value::Null => symbol["name"].as_str().unwrap().to_owned(),
        children => format!("{} [{}]", symbol["name"].as_str().unwrap(), names(children)),
    };
    symbols.as_array().unwrap().iter().map(shown).collect::<Vec<_>>().join(", ")
}

#[test]
fn an_outline_nests_where_the_client_can_show_it() {
    let scratch = Scratch::new();
    let nests = json!({"hierarchicalDocumentSymbolSupport": true});
    let mut client = Client::with(&scratch, Manner::usual().with("/textDocument/documentSymbol", nests));
    client.open("a.signal", SCRIPT);
    let found = client.request_of("textDocument/documentSymbol", "a.signal");
    assert_eq!(names(&found), "settings [timeframe, mode], Entries 🚀 [slow, entry LONG BINANCE:BTC/USDT]");
    let slow = &found[1]["children"][0];
    assert_eq!((&slow["detail"], &slow["kind"]), (&json!("number · 19 bars"), &json!(13)));
    assert_eq!(under(SCRIPT, &slow["selectionRange"], false), "slow");
    assert_eq!(under(SCRIPT, &slow["range"], false), "slow = ema(\n    close,\n    20,\n)");

    let mut client = Client::start(&scratch);
    client.open("a.signal", SCRIPT);
    let found = client.request_of("textDocument/documentSymbol", "a.signal");
    assert_eq!(names(&found), "settings, timeframe, mode, Entries 🚀, slow, entry LONG BINANCE:BTC/USDT");
    assert_eq!(found[4]["containerName"], "Entries 🚀");
    assert_eq!(under(SCRIPT, &found[4]["location"]["range"], false), "slow = ema(\n    close,\n    20,\n)");
}

#[test]
fn symbols_are_found_in_open_texts_as_they_are_and_in_files() {
    let scratch = Scratch::new()
        .with("a.signal", "old = 1\n")
        .with("deep/b.signal", "é = 1 ; slower = 2\n")
        .with("c.txt", "slow = 3\n")
        .with(".gitignore", "ignored\n")
        .with("ignored/d.signal", "slow = 4\n");
    let mut client = Client::start(&scratch);
    client.open("a.signal", SCRIPT);
    client.open("untitled.signal", "slowest = 1\n");
    let found = client.request("workspace/symbol", json!({"query": "slow"}));
    let shown = |one: &Value| {
        let range = &one["location"]["range"];
        let uri = one["location"]["uri"].as_str().unwrap().rsplit_once('/').unwrap().1.to_owned();
        format!(
            "{} in {} of {uri} at {}:{}",
            one["name"].as_str().unwrap(),
            one["containerName"].as_str().unwrap(),
            range["start"]["line"],
            range["start"]["character"]
        )
    };
    assert_eq!(
        found.as_array().unwrap().iter().map(shown).collect::<Vec<_>>(),
        [
            "slow in a.signal, Entries 🚀 of a.signal at 3:0",
            "slowest in untitled.signal of untitled.signal at 0:0",
            "slower in b.signal of b.signal at 0:8",
        ]
    );
    let signals = client.request("workspace/symbol", json!({"query": "btc long"}));
    assert_eq!(names(&signals), "entry LONG BINANCE:BTC/USDT");
    assert_eq!(client.request("workspace/symbol", json!({"query": "old"})), json!([]), "it is not in the open text");
}

#[test]
fn statements_sections_and_settings_fold() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.open("a.signal", SCRIPT);
    let found = client.request_of("textDocument/foldingRange", "a.signal");
    assert_eq!(
        found,
        json!([
            {"startLine": 0, "endLine": 1},
            {"startLine": 2, "endLine": 7, "kind": "region"},
            {"startLine": 3, "endLine": 5},
        ])
    );
}

#[test]
fn a_selection_grows_from_each_cursor() {
    let scratch = Scratch::new();
    for manner in [Manner::usual(), Manner::usual().utf8()] {
        let utf8 = manner.is_utf8();
        let mut client = Client::with(&scratch, manner);
        client.open("a.signal", SCRIPT);
        let positions = json!([{"line": 4, "character": 6}, {"line": 7, "character": 20}]);
        let params = json!({"textDocument": {"uri": client.uri("a.signal")}, "positions": positions});
        let found = client.request("textDocument/selectionRange", params);
        let steps = |mut step: &Value| {
            let mut texts = Vec::new();
            while !step.is_null() {
                texts.push(under(SCRIPT, &step["range"], utf8));
                step = &step["parent"];
            }
            texts
        };
        let inner = ["close", "close,\n    20,", "(\n    close,\n    20,\n)", "ema(\n    close,\n    20,\n)"];
        assert_eq!(steps(&found[0])[..4], inner);
        assert_eq!(steps(&found[1])[..2], ["slow", "close > slow"]);
        assert_eq!(steps(&found[1]).last(), Some(&SCRIPT));
    }
}

#[test]
fn addresses_in_comments_are_links() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.open("a.signal", &SCRIPT.replace("/🚀", "/a?b=c"));
    let found = client.request_of("textDocument/documentLink", "a.signal");
    assert_eq!(found[0]["target"], "https://example.com/a?b=c", "{found:#}");
    assert_eq!(found.as_array().map(Vec::len), Some(1));
}

#[test]
fn a_rule_that_a_comment_allows_leads_to_its_page() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    let text = "a = 1  # signal: allow unused-name, no-such-rule because it is a test\n";
    client.open("a.signal", text);
    let found = client.request_of("textDocument/documentLink", "a.signal");
    assert_eq!(under(text, &found[0]["range"], false), "unused-name");
    assert!(file_behind(&found[0]["target"]).starts_with("# unused-name\n"), "{found:#}");
    assert_eq!(found.as_array().map(Vec::len), Some(1), "what is no rule has no page");
}

#[test]
fn the_first_directive_links_to_the_last_run() {
    let server = Served::start(&Scratch::new(), "sandbox --port 0 --json");
    let scratch = server.client().with("a.signal", CROSSING);
    let mut client = Client::start(&scratch);
    client.open("a.signal", CROSSING);
    let link = |client: &mut Client| {
        let found = client.request_of("textDocument/documentLink", "a.signal");
        found.get(0).cloned().unwrap_or_default()
    };
    assert_eq!(link(&mut client), Value::Null, "nothing was run yet");
    scratch.dsl("run --sandbox a.signal").check(0, &[], &[]);
    assert_eq!(link(&mut client), Value::Null, "the pages of that sandbox are gone with it");
    let ran = scratch.dsl("run --json a.signal").json();
    let found = link(&mut client);
    assert!(ran["dashboard_url"].is_string() && found["target"] == ran["dashboard_url"], "{found:#} {ran:#}");
    assert_eq!(under(CROSSING, &found["range"], false), "#!");
    assert!(found["tooltip"].as_str().unwrap().starts_with("The last run on the dashboard, sent 2"), "{found:#}");
}
