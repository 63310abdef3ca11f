//! After any edits, the server's text is the client's.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::super::client::{Client, Manner};
use crate::scratch::Scratch;

const BEGIN: &str = "#! timeframe = 1h\r\na = ema(close, 20) # 🚀\nb = \"é𝒳\"\remit_signal(a > 5, exit(\"BINANCE:BTC/USDT\", \"LONG\"))\n";

/// What people and machines type: pieces of scripts, and what line indexes stumble over.
const PIECES: [&str; 22] = [
    "",
    "",
    "",
    "x",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\n\r",
    "\r\r\n",
    "🚀",
    "é",
    "𝒳",
    "e\u{301}",
    "(",
    ")",
    "\"",
    "# ",
    "rsl(close, 14)",
    "y = x\n",
    "#! start_date = 2024-01-01\n",
    "\u{2028}",
];

/// One edit: from where to where, as parts of the text's length, and what comes there.
type Stroke = (u16, u16, bool, &'static str);

fn strokes() -> impl Strategy<Value = Vec<Vec<Stroke>>> {
    let stroke = (any::<u16>(), 0u16..4000, prop::bool::weighted(0.7), prop::sample::select(PIECES.to_vec()));
    // Several edits may come in one notification; each is about the text that the one before left.
    prop::collection::vec(prop::collection::vec(stroke, 1..4), 1..40)
}

/// The nearest place at or before a byte offset that a position can name.
fn nameable(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    // Between the two characters of one line end there is no position.
    if at > 0 && text.as_bytes()[at - 1] == b'\r' && text.as_bytes().get(at) == Some(&b'\n') { at - 1 } else { at }
}

/// The position of a byte offset, by the protocol's three line ends.
fn position(text: &str, at: usize, is_utf8: bool) -> Value {
    let before = &text[..at];
    let bytes = text.as_bytes();
    let is_end = |index: usize| match bytes[index] {
        b'\n' => true,
        b'\r' => bytes.get(index + 1) != Some(&b'\n'),
        _ => false,
    };
    let ends: Vec<usize> = (0..at).filter(|&index| is_end(index)).collect();
    let start = ends.last().map_or(0, |end| end + 1);
    let line = &before[start..];
    let character = if is_utf8 { line.len() } else { line.encode_utf16().count() };
    json!({"line": ends.len(), "character": character})
}

/// Everything that the server says of a text and that depends on each of its characters.
fn portrait(client: &mut Client, name: &str) -> [Value; 4] {
    let of = |client: &Client| json!({"textDocument": {"uri": client.uri(name)}, "options": {"tabSize": 4, "insertSpaces": true}});
    let params = of(client);
    let mut findings = client.request("textDocument/diagnostic", params.clone())["items"].take();
    // Findings name their version and, in related places, their text.
    for found in findings.as_array_mut().unwrap() {
        found.as_object_mut().unwrap().retain(|key, _| !["data", "relatedInformation"].contains(&key.as_str()));
    }
    let tokens = client.request("textDocument/semanticTokens/full", params.clone())["data"].take();
    let edits = client.request("textDocument/formatting", params.clone());
    let mut symbols = client.request("textDocument/foldingRange", params);
    [findings, tokens, edits, symbols.take()]
}

#[test]
fn random_edits_lead_to_the_text_that_a_fresh_look_finds() {
    for manner in [Manner::usual().pull(), Manner::usual().pull().utf8()] {
        let is_utf8 = manner.is_utf8();
        let scratch = Scratch::new();
        let client = std::cell::RefCell::new((Client::with(&scratch, manner), 0));
        let mut runner = TestRunner::new(Config { cases: 150, failure_persistence: None, ..Config::default() });
        let result = runner.run(&strokes(), |strokes| {
            let (client, count) = &mut *client.borrow_mut();
            *count += 1;
            let (edited, fresh) = (format!("edited{count}.signal"), format!("fresh{count}.signal"));
            let mut text = BEGIN.to_owned();
            client.open(&edited, &text);
            for (version, strokes) in strokes.iter().enumerate() {
                let mut changes = Vec::new();
                for &(at, length, is_short, piece) in strokes {
                    let length = usize::from(if is_short { length % 12 } else { length });
                    let start = nameable(&text, usize::from(at) * (text.len() + 1) / (usize::from(u16::MAX) + 1));
                    let end = nameable(&text, start + length).max(start);
                    let range = json!({"start": position(&text, start, is_utf8), "end": position(&text, end, is_utf8)});
                    changes.push(json!({"range": range, "text": piece}));
                    text.replace_range(start..end, piece);
                }
                client.edit(&edited, i32::try_from(version).unwrap() + 2, Value::Array(changes));
                // Now and then a question comes between, so that the server has something to keep.
                if version % 5 == 0 {
                    client.request_of("textDocument/foldingRange", &edited);
                }
            }
            client.open(&fresh, &text);
            let (of_edited, of_fresh) = (portrait(client, &edited), portrait(client, &fresh));
            client.close(&edited);
            client.close(&fresh);
            prop_assert_eq!(of_edited, of_fresh, "{:?}", text);
            Ok(())
        });
        if let Err(error) = result {
            panic!("utf8: {is_utf8}: {error}");
        }
    }
}

#[test]
fn a_whole_text_among_edits_starts_anew() {
    let scratch = Scratch::new();
    let mut client = Client::with(&scratch, Manner::usual().pull());
    client.open("a.signal", BEGIN);
    let start = json!({"line": 0, "character": 0});
    client.edit(
        "a.signal",
        2,
        json!([{"range": {"start": start, "end": {"line": 2, "character": 3}}, "text": "🚀"}, {"text": "x = 1\n"},
            {"range": {"start": start, "end": {"line": 0, "character": 1}}, "text": "y"}]),
    );
    client.open("b.signal", "y = 1\n");
    assert_eq!(portrait(&mut client, "a.signal"), portrait(&mut client, "b.signal"));
}
