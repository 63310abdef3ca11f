//! Text from outside made harmless for a terminal: control and bidirectional characters are shown, not obeyed.

use std::borrow::Cow;

/// Whether a terminal would obey `character` instead of showing it: controls, and the marks that reorder text.
pub(crate) fn is_unprintable(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}'
        | '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}')
}

/// What stands for an unprintable character: `\u{202e}`, a form that Rust and many editors know.
pub(crate) fn escape(character: char) -> String {
    format!("\\u{{{:x}}}", u32::from(character))
}

/// `text` with every unprintable character escaped, line ends included: safe on one line of a terminal.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false)
}

/// As [`line()`], but line ends stay.
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    escaped(text, |character| character == '\n')
}

fn escaped(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    let unprintable = |character| is_unprintable(character) && !keep(character);
    if !text.chars().any(unprintable) {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if unprintable(character) { result.push_str(&escape(character)) } else { result.push(character) }
    }
    Cow::Owned(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_a_terminal_obeys_are_escaped() {
        assert_eq!(line("a\u{1b}[2Jb\nc\u{202e}d"), "a\\u{1b}[2Jb\\u{a}c\\u{202e}d");
        assert_eq!(text("a\tb\nc\u{7}"), "a\\u{9}b\nc\\u{7}");
    }

    #[test]
    fn ordinary_text_is_left_as_it_is() {
        assert!(matches!(line("größer als 20 % · 日本 🚀"), Cow::Borrowed(_)));
    }
}
