//! A key that a server repeats is overwritten before anybody reads the answer.

use serde_json::Value;

/// JSON can write the key's letters as `\u0068`; then it is only found in the values.
pub(crate) fn redact_escaped(body: Vec<u8>, key: &str) -> Vec<u8> {
    if key.len() < SHORTEST_KEY || !body.windows(2).any(|pair| pair == b"\\u" || pair == b"\\/") {
        return body;
    }
    let Ok(mut value) = serde_json::from_slice::<Value>(&body) else { return body };
    // What is as it was stays byte for byte what the server sent.
    if mask(&mut value, key) { serde_json::to_vec(&value).unwrap_or_default() } else { body }
}

/// Overwrites the key in every text, names of fields included; says whether it stood somewhere. The depth of `value` is
/// bounded, since serde_json read it.
pub(crate) fn mask(value: &mut Value, key: &str) -> bool {
    match value {
        Value::String(text) => {
            let found = !key.is_empty() && text.contains(key);
            if found {
                *text = text.replace(key, "********");
            }
            found
        }
        Value::Array(items) => items.iter_mut().fold(false, |found, item| mask(item, key) | found),
        Value::Object(fields) => {
            let mut found = fields.values_mut().fold(false, |found, field| mask(field, key) | found);
            if !key.is_empty() && fields.keys().any(|name| name.contains(key)) {
                found = true;
                *fields = std::mem::take(fields)
                    .into_iter()
                    .map(|(name, field)| (name.replace(key, "********"), field))
                    .collect();
            }
            found
        }
        _ => false,
    }
}

/// Keys are longer. Overwriting a shorter one would spoil ordinary words.
const SHORTEST_KEY: usize = 8;

/// `body` with every occurrence of `key` overwritten.
pub(crate) fn redact(mut body: Vec<u8>, key: &[u8]) -> Vec<u8> {
    if key.len() < SHORTEST_KEY {
        return body;
    }
    let mut from = 0;
    while let Some(found) = body[from..].windows(key.len()).position(|window| window == key) {
        let start = from + found;
        body[start..start + key.len()].fill(b'*');
        from = start + key.len();
    }
    body
}
