//! From a name to where it is defined, read, and what depends on it.

use serde_json::{Value, json};

use super::client::{Client, Manner, under};
use crate::scratch::Scratch;

const SCRIPT: &str = "#! universe = BINANCE:BTC/USDT # 🚀\r\nslow = ema(close, 20)\r\nx = \"é🚀\" # slow\r\nup = close > slow and f(\"𝒳\", slow)\r\n\
                      emit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\r\n";

/// `line: text` of ranges, lines from 1.
fn places<'v>(ranges: impl IntoIterator<Item = &'v Value>, utf8: bool) -> Vec<String> {
    let shown =
        |range: &Value| format!("{}: {}", range["start"]["line"].as_u64().unwrap() + 1, under(SCRIPT, range, utf8));
    ranges.into_iter().map(shown).collect()
}

/// Asks at the second `slow` of the line that defines `up`, which lies behind an astral character; for the ranges in the answer.
#[track_caller]
fn check(method: &str, rest: Value, ranges: fn(&Value) -> Vec<&Value>, expected: &[&str]) {
    let scratch = Scratch::new();
    for (manner, character) in [(Manner::usual(), 30), (Manner::usual().utf8(), 32)] {
        let utf8 = manner.is_utf8();
        let mut client = Client::with(&scratch, manner);
        client.open("a.signal", SCRIPT);
        let mut params =
            json!({"textDocument": {"uri": client.uri("a.signal")}, "position": {"line": 3, "character": character}});
        params.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        let answer = client.request(method, params);
        assert_eq!(places(ranges(&answer), utf8), expected, "{answer:#}");
    }
}

fn each_range(answer: &Value) -> Vec<&Value> {
    answer.as_array().unwrap().iter().map(|one| &one["range"]).collect()
}

#[test]
fn a_name_leads_to_its_definition() {
    check("textDocument/definition", json!({}), |answer| vec![&answer["range"]], &["2: slow"]);
    check("textDocument/declaration", json!({}), |answer| vec![&answer["range"]], &["2: slow"]);
}

#[test]
fn all_places_of_a_name_are_told() {
    let with = json!({"context": {"includeDeclaration": true}});
    check("textDocument/references", with, each_range, &["2: slow", "4: slow", "4: slow"]);
    let without = json!({"context": {"includeDeclaration": false}});
    check("textDocument/references", without, each_range, &["4: slow", "4: slow"]);
    check("textDocument/documentHighlight", json!({}), each_range, &["2: slow", "4: slow", "4: slow"]);
}

#[test]
fn a_highlight_tells_writes_from_reads() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.open("a.signal", SCRIPT);
    let found = client.request_at("textDocument/documentHighlight", "a.signal", 1, 0);
    let kinds: Vec<u64> = found.as_array().unwrap().iter().filter_map(|one| one["kind"].as_u64()).collect();
    assert_eq!(kinds, [3, 2, 2], "{found:#}");
}

#[test]
fn what_the_project_says_leads_to_its_settings_file() {
    let settings = "[run]\ntimeframe = \"4h\"\n\n[catalog]\ndeclare = [\"slope(series, period=3)\"]\n";
    let scratch = Scratch::new().with("signal.toml", settings);
    let link_support = json!({"linkSupport": true});
    let mut client = Client::with(&scratch, Manner::usual().with("/textDocument/definition", link_support));
    client.open("deep/a.signal", "#! timeframe = 1h\nx = slope(close)\n");
    for (line, character, asked, target) in [(1, 6, "slope", "slope(series, period=3)"), (0, 15, "1h", "\"4h\"")] {
        let found = client.request_at("textDocument/definition", "deep/a.signal", line, character);
        let link = &found[0];
        assert_eq!(link["targetUri"], *client.uri("signal.toml"), "{found:#}");
        assert_eq!(under(settings, &link["targetSelectionRange"], false), target);
        assert_eq!(under("#! timeframe = 1h\nx = slope(close)\n", &link["originSelectionRange"], false), asked);
    }
    let nowhere = client.request_at("textDocument/definition", "deep/a.signal", 1, 12);
    assert_eq!(nowhere, Value::Null, "`close` is no name of the script");
}

#[test]
fn dependences_go_from_names_down_to_signals_and_back() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.open("a.signal", SCRIPT);
    let items = client.request_at("textDocument/prepareCallHierarchy", "a.signal", 1, 2);
    assert_eq!((&items[0]["name"], &items[0]["detail"]), (&json!("slow"), &json!("number · 19 bars")), "{items:#}");
    let up = client.request("callHierarchy/incomingCalls", json!({"item": items[0]}));
    assert_eq!(up[0]["from"]["name"], "up", "{up:#}");
    assert_eq!(places(up[0]["fromRanges"].as_array().unwrap(), false), ["4: slow", "4: slow"]);
    let signal = client.request("callHierarchy/incomingCalls", json!({"item": up[0]["from"]}));
    assert_eq!(signal[0]["from"]["name"], "entry LONG BINANCE:BTC/USDT", "{signal:#}");
    let back = client.request("callHierarchy/outgoingCalls", json!({"item": signal[0]["from"]}));
    assert_eq!(back[0]["to"]["name"], "up", "{back:#}");
    assert_eq!(places(back[0]["fromRanges"].as_array().unwrap(), false), ["5: up"]);
    let end = client.request("callHierarchy/incomingCalls", json!({"item": signal[0]["from"]}));
    assert_eq!(end, json!([]));
}
