//! `textDocument/hover`.

use serde_json::json;

use super::client::{Client, Manner};
use crate::scratch::{CROSSING, Scratch};

const METHOD: &str = "textDocument/hover";

#[test]
fn a_hover_tells_of_a_call_by_its_settings() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.open("a.signal", CROSSING);
    let hover = client.request_at(METHOD, "a.signal", 4, 8);
    assert_eq!(hover["range"], json!({"start": {"line": 4, "character": 7}, "end": {"line": 4, "character": 10}}));
    assert_eq!(hover["contents"]["kind"], "markdown");
    let markdown = hover["contents"]["value"].as_str().unwrap();
    for part in ["```signal\nema(real, timeperiod=30)", "**Warm-up**: 49 bars", "**First value**: 2022-02-19"] {
        assert!(markdown.contains(part), "{markdown}");
    }
    assert_eq!(client.request_at(METHOD, "a.signal", 4, 5), json!(null), "nothing stands on a sign");
    assert_eq!(client.request_at(METHOD, "other.signal", 4, 5), json!(null), "nothing is known of what is not open");
}

#[test]
fn places_behind_astral_characters_are_counted_as_agreed() {
    let text = "t = \"🚀🚀\"; up = close > open\r\nx = up\r\n";
    for (manner, column) in [(Manner::usual(), 25), (Manner::usual().utf8(), 29)] {
        let scratch = Scratch::new();
        let mut client = Client::with(&scratch, manner);
        client.open("a.signal", text);
        let hover = client.request_at(METHOD, "a.signal", 0, column);
        let range = json!({"start": {"line": 0, "character": column}, "end": {"line": 0, "character": column + 4}});
        assert_eq!(hover["range"], range);
        assert!(hover["contents"]["value"].as_str().unwrap().contains("Opening price"), "{hover}");
    }
}

#[test]
fn the_setting_of_the_project_is_what_a_directive_outranks() {
    let scratch = Scratch::new().with("signal.toml", "[run]\ntimeframe = \"4h\"\n");
    let mut client = Client::start(&scratch);
    client.open("a.signal", "#! timeframe = 1d\nx = close\n");
    let hover = client.request_at(METHOD, "a.signal", 0, 6);
    let markdown = hover["contents"]["value"].as_str().unwrap();
    assert!(
        markdown.contains("**Set** to `1d` by this line") && markdown.contains("`4h` of signal.toml"),
        "{markdown}"
    );
}

#[test]
fn a_client_without_markdown_is_sent_text() {
    let scratch = Scratch::new();
    let mut client =
        Client::with(&scratch, Manner::usual().with("/textDocument/hover", json!({"contentFormat": ["plaintext"]})));
    client.open("a.signal", "x = close\n");
    let hover = client.request_at(METHOD, "a.signal", 0, 5);
    assert_eq!(hover["contents"]["kind"], "plaintext");
}
