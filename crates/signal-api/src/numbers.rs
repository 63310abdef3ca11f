//! Numbers that JSON does not have: `NaN`, `Infinity`, `1e999`. Some servers write them all the same (Python's own `json` does
//! by default, for a Sharpe ratio of no trades), and for one such figure nobody should lose the whole result.

/// `body` with `null` for every number that JSON does not have or that is beyond all bounds; `None`: there is none of them.
pub(crate) fn mended(body: &[u8]) -> Option<Vec<u8>> {
    let mut mended: Option<Vec<u8>> = None;
    // Where what is in `mended` already came from ends.
    let mut taken = 0;
    let mut at = 0;
    while at < body.len() {
        match body[at] {
            b'"' => at = after_text(body, at),
            b'-' | b'+' | b'.' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                let length = body[at..].iter().take_while(|byte| is_of_a_word(**byte)).count();
                if is_no_number(&body[at..at + length]) {
                    let mended = mended.get_or_insert_with(Vec::new);
                    mended.extend_from_slice(&body[taken..at]);
                    mended.extend_from_slice(b"null");
                    taken = at + length;
                }
                at += length;
            }
            _ => at += 1,
        }
    }
    let mut mended = mended?;
    mended.extend_from_slice(&body[taken..]);
    Some(mended)
}

/// The place behind the text that begins at `at`.
fn after_text(body: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while at < body.len() {
        match body[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    body.len()
}

fn is_of_a_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')
}

/// Whether a word stands for a number that JSON can't hold.
fn is_no_number(word: &[u8]) -> bool {
    let Ok(word) = std::str::from_utf8(word) else { return false };
    let bare = word.trim_start_matches(['-', '+']).to_ascii_lowercase();
    match bare.as_str() {
        "nan" | "inf" | "infinity" => true,
        // A digit first, so that `true`, `false` and `null` are left alone.
        number if number.starts_with(|c: char| c.is_ascii_digit()) => number.parse::<f64>().is_ok_and(f64::is_infinite),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_becomes_null_and_nothing_else_changes() {
        for (body, expected) in [
            (
                r#"{"a":NaN,"b":-Infinity , "c":[1e999,-1E+400,inf]}"#,
                Some(r#"{"a":null,"b":null , "c":[null,null,null]}"#),
            ),
            (r#"[NaN]"#, Some("[null]")),
            (r#"{"NaN":"NaN \" NaN","x":Infinity}"#, Some(r#"{"NaN":"NaN \" NaN","x":null}"#)),
            (r#"{"a":1e308,"b":-0.0,"c":true,"d":null,"e":"\\","f":12}"#, None),
            ("", None),
            ("\"NaN", None),
            ("\"\\", None),
            ("nonsense", None),
        ] {
            let mended = mended(body.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap());
            assert_eq!(mended.as_deref(), expected, "{body}");
        }
    }
}
