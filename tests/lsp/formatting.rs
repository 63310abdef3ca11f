//! Formatting, by edits that a client applies.

use serde_json::{Value, json};

use super::client::{Client, Manner, applied};
use crate::scratch::Scratch;

const UNTIDY: &str = "#! timeframe=1h\na=ema( close,5 ) # 🚀\nb = = 2\nc=\"é\"\n";

#[track_caller]
fn check(method: &str, rest: Value, expected: &str) {
    let scratch = Scratch::new();
    for manner in [Manner::usual(), Manner::usual().utf8()] {
        let is_utf8 = manner.is_utf8();
        let mut client = Client::with(&scratch, manner);
        client.open("a.signal", UNTIDY);
        let mut params =
            json!({"textDocument": {"uri": client.uri("a.signal")}, "options": {"tabSize": 8, "insertSpaces": false}});
        params.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        let edits = client.request(method, params);
        assert_eq!(applied(UNTIDY, &edits, is_utf8), expected, "{edits:#}");
    }
}

#[test]
fn a_script_is_laid_out_but_for_what_does_not_parse() {
    check("textDocument/formatting", json!({}), "#! timeframe = 1h\na = ema(close, 5)  # 🚀\nb = = 2\nc = \"é\"\n");
}

#[test]
fn only_the_selected_lines_are() {
    let range = json!({"start": {"line": 3, "character": 0}, "end": {"line": 3, "character": 1}});
    check(
        "textDocument/rangeFormatting",
        json!({"range": range}),
        "#! timeframe=1h\na=ema( close,5 ) # 🚀\nb = = 2\nc = \"é\"\n",
    );
}

#[test]
fn a_line_is_when_it_is_ended() {
    let rest = json!({"position": {"line": 2, "character": 0}, "ch": "\n"});
    check("textDocument/onTypeFormatting", rest, "#! timeframe=1h\na = ema(close, 5)  # 🚀\nb = = 2\nc=\"é\"\n");
}

#[test]
fn the_width_is_the_projects() {
    let scratch = Scratch::new().with("signal.toml", "[format]\nline_width = 40\n");
    let mut client = Client::start(&scratch);
    client.open("a.signal", "a = ema(close, 5) + ema(close, 10) + ema(close, 20)\n");
    let params =
        json!({"textDocument": {"uri": client.uri("a.signal")}, "options": {"tabSize": 4, "insertSpaces": true}});
    let edits = client.request("textDocument/formatting", params);
    let expected = "a = (\n    ema(close, 5)\n    + ema(close, 10)\n    + ema(close, 20)\n)\n";
    assert_eq!(applied("a = ema(close, 5) + ema(close, 10) + ema(close, 20)\n", &edits, false), expected);
}
