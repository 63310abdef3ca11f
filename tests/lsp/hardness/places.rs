//! Places that are none: beyond the end, inside of a character, the wrong way round. In UTF-8 and UTF-16 alike, every request
//! has an answer, and it is about a place of the text.

use serde_json::{Value, json};

use super::super::client::{Client, Manner};
use crate::scratch::Scratch;

/// Characters of one to four bytes, of one and two UTF-16 units, joined and combined ones, and three kinds of line ends.
const TEXT: &str = "\
# 🚀 é 𝒳 👩‍👩‍👧‍👧 e\u{301} ẞ 中\r
a = ema(close, 20) # 🚀\r\
b = \"🚀𝒳é\"
emit_signal(a > rsl(close, 14), entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5))) # 𝛼
";

/// Requests that are about a place, with what they need beside it.
const AT: [(&str, &str); 13] = [
    ("textDocument/completion", "{}"),
    ("textDocument/definition", "{}"),
    ("textDocument/documentHighlight", "{}"),
    ("textDocument/hover", "{}"),
    ("textDocument/linkedEditingRange", "{}"),
    ("textDocument/onTypeFormatting", "{\"ch\": \"\\n\", \"options\": {\"tabSize\": 4, \"insertSpaces\": true}}"),
    ("textDocument/prepareCallHierarchy", "{}"),
    ("textDocument/prepareRename", "{}"),
    ("textDocument/references", "{\"context\": {\"includeDeclaration\": true}}"),
    ("textDocument/rename", "{\"newName\": \"another\"}"),
    ("textDocument/selectionRange", "{}"),
    ("textDocument/signatureHelp", "{}"),
    ("textDocument/typeDefinition", "{}"),
];

/// Requests that are about a range.
const IN: [(&str, &str); 5] = [
    ("textDocument/codeAction", "{\"context\": {\"diagnostics\": []}}"),
    ("textDocument/inlayHint", "{}"),
    ("textDocument/rangeFormatting", "{\"options\": {\"tabSize\": 4, \"insertSpaces\": true}}"),
    ("textDocument/semanticTokens/range", "{}"),
    ("textDocument/colorPresentation", "{\"color\": {\"red\": 0, \"green\": 0, \"blue\": 0, \"alpha\": 0}}"),
];

/// The lengths of the text's lines in the client's units, by the protocol's three line ends.
fn lines(is_utf8: bool) -> Vec<u64> {
    let text = TEXT.replace("\r\n", "\n").replace('\r', "\n");
    let length = |line: &str| if is_utf8 { line.len() } else { line.encode_utf16().count() };
    text.split('\n').map(|line| length(line) as u64).collect()
}

/// Every `range` of an answer lies in the text, its start before its end.
#[track_caller]
fn holds_places_of_the_text(answer: &Value, lengths: &[u64], asked: &str) {
    match answer {
        Value::Array(parts) => parts.iter().for_each(|part| holds_places_of_the_text(part, lengths, asked)),
        Value::Object(parts) => {
            if let (Some(line), Some(character)) = (parts.get("line"), parts.get("character")) {
                let (line, character) = (line.as_u64().unwrap(), character.as_u64().unwrap());
                let length = lengths.get(usize::try_from(line).unwrap());
                assert!(length.is_some_and(|length| character <= *length), "{asked}: {line}:{character} is no place");
            }
            if let (Some(start), Some(end)) = (parts.get("start"), parts.get("end")) {
                let order = |at: &Value| (at["line"].as_u64(), at["character"].as_u64());
                assert!(order(start) <= order(end), "{asked}: {start} to {end}");
            }
            parts.values().for_each(|part| holds_places_of_the_text(part, lengths, asked));
        }
        _ => {}
    }
}

/// Asks, and takes an error only if the request is not served or the place is refused; never a fault of ours.
#[track_caller]
fn ask(client: &mut Client, method: &str, mut params: Value, more: &str, lengths: &[u64]) {
    params["textDocument"] = json!({"uri": client.uri("a.signal")});
    let more: Value = serde_json::from_str(more).unwrap();
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let id = client.ask(method, params.clone());
    match client.answer(id) {
        Ok(answer) => holds_places_of_the_text(&answer, lengths, &format!("{method} {params}")),
        Err(error) => {
            assert!([-32601, -32602, -32803].contains(&error["code"].as_i64().unwrap()), "{method} {params}: {error}")
        }
    }
}

fn places() -> Vec<Value> {
    let mut places = Vec::new();
    for line in [0, 1, 2, 3, 4, 5, 6, 100, u32::MAX] {
        for character in (0..12).chain([20, 30, 79, 80, 81, 82, 1000, u32::MAX]) {
            places.push(json!({"line": line, "character": character}));
        }
    }
    places
}

#[test]
fn any_place_may_be_asked_about() {
    let scratch = Scratch::new();
    for manner in [Manner::usual(), Manner::usual().utf8()] {
        let lengths = lines(manner.is_utf8());
        let mut client = Client::with(&scratch, manner);
        client.open("a.signal", TEXT);
        for place in places() {
            for (method, more) in AT {
                let params = json!({"position": place, "positions": [place]});
                ask(&mut client, method, params, more, &lengths);
            }
        }
    }
}

#[test]
fn any_range_may_be_asked_about() {
    let scratch = Scratch::new();
    for manner in [Manner::usual(), Manner::usual().utf8()] {
        let lengths = lines(manner.is_utf8());
        let mut client = Client::with(&scratch, manner);
        client.open("a.signal", TEXT);
        let places = places();
        // Forwards, backwards and empty ones, from every place.
        for (at, start) in places.iter().enumerate() {
            for step in [0, 1, 7, 50, 151] {
                let end = &places[(at + step) % places.len()];
                for (method, more) in IN {
                    ask(&mut client, method, json!({"range": {"start": start, "end": end}}), more, &lengths);
                }
            }
        }
    }
}

#[test]
fn an_edit_beyond_the_end_or_inside_of_a_character_leaves_a_text_that_can_be_edited() {
    let scratch = Scratch::new();
    for manner in [Manner::usual(), Manner::usual().utf8()] {
        let mut client = Client::with(&scratch, manner.pull());
        client.open("a.signal", TEXT);
        let places = places();
        for (version, start) in places.iter().enumerate() {
            let end = &places[(version * 7) % places.len()];
            let change =
                json!([{"range": {"start": start, "end": end}, "text": if version % 3 == 0 { "🚀\r" } else { "" }}]);
            client.edit("a.signal", i32::try_from(version).unwrap() + 2, change);
        }
        // What such edits come to is nobody's business; the text is whole again as soon as it is sent whole.
        client.change("a.signal", 10_000, "x = rsl(close, 14)\n");
        let found = client.request_of("textDocument/diagnostic", "a.signal");
        let unknown =
            found["items"].as_array().unwrap().iter().find(|found| found["code"] == "unknown-function").unwrap();
        assert_eq!(unknown["range"]["start"], json!({"line": 0, "character": 4}));
    }
}

#[test]
fn a_place_behind_the_end_of_a_line_is_its_end() {
    let scratch = Scratch::new();
    for manner in [Manner::usual(), Manner::usual().utf8()] {
        let mut client = Client::with(&scratch, manner.pull());
        client.open("a.signal", "a = 1 # 🚀\r\nb = 2\rc = 3\n");
        // The protocol: "if the character value is greater than the line length it defaults back to the line length".
        for (line, text) in [(0, " and more"), (1, " # b"), (2, " # c")] {
            let at = json!({"line": line, "character": 999});
            client.edit("a.signal", line + 2, json!([{"range": {"start": at, "end": at}, "text": text}]));
        }
        let params =
            json!({"textDocument": {"uri": client.uri("a.signal")}, "options": {"tabSize": 4, "insertSpaces": true}});
        client.open("b.signal", "a = 1 # 🚀 and more\r\nb = 2 # b\rc = 3 # c\n");
        let mut other = params.clone();
        other["textDocument"]["uri"] = json!(client.uri("b.signal"));
        let edits = client.request("textDocument/formatting", params);
        assert_ne!(edits, json!([]));
        assert_eq!(edits, client.request("textDocument/formatting", other));
    }
}
