//! What a client makes of the ranges and edits that it is given.

use serde_json::Value;

/// A text with the edits that the server answered with, applied as a client does it.
#[track_caller]
pub(crate) fn applied(text: &str, edits: &Value, utf8: bool) -> String {
    let mut edits: Vec<(usize, usize, &str)> = edits
        .as_array()
        .into_iter()
        .flatten()
        .map(|edit| {
            let range = &edit["range"];
            (offset(text, &range["start"], utf8), offset(text, &range["end"], utf8), edit["newText"].as_str().unwrap())
        })
        .collect();
    edits.sort_by_key(|edit| std::cmp::Reverse((edit.0, edit.1)));
    let mut text = text.to_owned();
    for (start, end, new) in edits {
        text.replace_range(start..end, new);
    }
    text
}

/// The text under a range of the server's.
#[track_caller]
pub(crate) fn under<'t>(text: &'t str, range: &Value, utf8: bool) -> &'t str {
    &text[offset(text, &range["start"], utf8)..offset(text, &range["end"], utf8)]
}

/// The byte offset of a position, counted as a client does it.
#[track_caller]
fn offset(text: &str, position: &Value, utf8: bool) -> usize {
    let line = position["line"].as_u64().unwrap() as usize;
    let column = position["character"].as_u64().unwrap() as usize;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let units = |character: char| if utf8 { character.len_utf8() } else { character.len_utf16() };
    let mut left = column;
    let passed = text[start..].chars().take_while(|&character| {
        let goes_on = left > 0;
        left = left.saturating_sub(units(character));
        goes_on
    });
    start + passed.map(char::len_utf8).sum::<usize>()
}

/// The text of the file that a URI of the server's names.
#[track_caller]
pub(crate) fn file_behind(uri: &Value) -> String {
    let path = uri.as_str().and_then(|uri| uri.strip_prefix("file://")).unwrap_or_else(|| panic!("no file: {uri}"));
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}
