//! Colours of words by the real binary: all of them, those of a range, and what changed.

use serde_json::{Value, json};

use super::client::{Client, Manner};
use crate::scratch::{CROSSING, Scratch};

/// Kinds of the words of a text, from the numbers of an answer.
fn words(client: &Client, text: &str, data: &[u64]) -> Vec<(String, String)> {
    let legend = &client.capabilities()["semanticTokensProvider"]["legend"]["tokenTypes"];
    let lines: Vec<&str> = text.lines().collect();
    let (mut line, mut column) = (0, 0);
    data.chunks(5)
        .map(|numbers| {
            column = if numbers[0] == 0 { column + numbers[1] } else { numbers[1] };
            line += numbers[0];
            let units: Vec<u16> = lines[line as usize].encode_utf16().collect();
            let word = String::from_utf16(&units[column as usize..(column + numbers[2]) as usize]).unwrap();
            (word, legend[numbers[3] as usize].as_str().unwrap().to_owned())
        })
        .collect()
}

fn numbers(data: &Value) -> Vec<u64> {
    serde_json::from_value(data.clone()).unwrap()
}

#[test]
fn words_are_coloured_by_what_they_are() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    let text = "a = \"🚀\"; b = rsi(close, n) # 🚀\r\nrsl(b)";
    client.open("a.signal", text);
    let all = client.request_of("textDocument/semanticTokens/full", "a.signal");
    let told = words(&client, text, &numbers(&all["data"]));
    let told: Vec<_> = told.iter().map(|(word, kind)| format!("{word} {kind}")).collect();
    let expected = "a variable|= operator|\"🚀\" string|b variable|= operator|rsi function|close variable|n variable|# 🚀 comment|\
        rsl function|b variable";
    assert_eq!(told.join("|"), expected);
    let range = json!({"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 3}});
    let params = json!({"textDocument": {"uri": client.uri("a.signal")}, "range": range});
    let part = client.request("textDocument/semanticTokens/range", params);
    assert_eq!(words(&client, text, &numbers(&part["data"])), [("rsl".to_owned(), "function".to_owned())]);
}

#[test]
fn a_delta_leads_to_what_all_of_it_says() {
    let scratch = Scratch::new();
    let mut client = Client::with(&scratch, Manner::usual().utf8());
    client.open("a.signal", CROSSING);
    let first = client.request_of("textDocument/semanticTokens/full", "a.signal");
    let (mut data, mut id) = (numbers(&first["data"]), first["resultId"].clone());
    for (version, text) in [
        (2, format!("# é🚀\n{CROSSING}")),
        (3, format!("# é🚀\n{CROSSING}x = 1")),
        (4, format!("# é🚀\n{CROSSING}x = 1")),
        (5, String::new()),
        (6, CROSSING.replace("ema", "sma")),
    ] {
        client.change("a.signal", version, &text);
        let params = json!({"textDocument": {"uri": client.uri("a.signal")}, "previousResultId": id});
        let delta = client.request("textDocument/semanticTokens/full/delta", params);
        for edit in delta["edits"].as_array().unwrap() {
            let start = edit["start"].as_u64().unwrap() as usize;
            let end = start + edit["deleteCount"].as_u64().unwrap() as usize;
            data.splice(start..end, numbers(&edit["data"]));
        }
        id = delta["resultId"].clone();
        client.open("b.signal", &text);
        let all = client.request_of("textDocument/semanticTokens/full", "b.signal");
        assert_eq!(data, numbers(&all["data"]), "{text}");
    }
    let params = json!({"textDocument": {"uri": client.uri("a.signal")}, "previousResultId": "unheard-of"});
    let all = client.request("textDocument/semanticTokens/full/delta", params);
    assert_eq!(numbers(&all["data"]), data, "who has lost the last answer gets all of it");
}
