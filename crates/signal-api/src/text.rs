//! Text from a server is data: made harmless before a terminal shows it.

use std::fmt::Write;

/// `text` on one line: control characters, line breaks and characters that reorder or hide text become `\u001b`-like escapes.
#[must_use]
pub fn sanitize(text: &str) -> String {
    escape(text, |_| false)
}

/// Like [`sanitize`], for text of several lines: line feeds and tabs stay, a carriage return before a line feed goes.
#[must_use]
pub fn sanitize_lines(text: &str) -> String {
    escape(&text.replace("\r\n", "\n"), |c| matches!(c, '\n' | '\t'))
}

fn escape(text: &str, keep: impl Fn(char) -> bool) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if keep(c) || !is_treacherous(c) {
            safe.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                // Writing to a String can't fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        }
    }
    safe
}

/// Control characters (C0, DEL, C1), line and paragraph separators, bidi controls, zero-width characters and tags:
/// what moves the cursor, ends a line, or makes text look like another text.
fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_bidi_overrides_lose_their_power() {
        for (text, safe) in [
            ("plain, with Ümläute and 東京", "plain, with Ümläute and 東京"),
            ("\x1b[2Jgone", "\\u001b[2Jgone"),
            ("a\nb\tc", "a\\u000ab\\u0009c"),
            ("abc\u{202e}fed", "abc\\u202efed"),
            ("\u{9b}31m", "\\u009b31m"),
            ("\u{e0041}", "\\udb40\\udc41"),
        ] {
            assert_eq!(sanitize(text), safe);
        }
    }

    #[test]
    fn lines_stay_lines_where_they_are_wanted() {
        assert_eq!(sanitize_lines("a\r\nb\tc\rd\x07"), "a\nb\tc\\u000dd\\u0007");
    }
}
