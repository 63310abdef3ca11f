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

/// As [`line()`], at most about `most` characters of it: what a server sends may be megabytes long, and no reader's screen is.
pub(crate) fn short(text: &str, most: usize) -> Cow<'_, str> {
    // Looked at no further than what may be shown.
    match text.char_indices().nth(most) {
        None => line(text),
        Some((cut, _)) => Cow::Owned(format!("{}... ({} bytes more)", line(&text[..cut]), text.len() - cut)),
    }
}

/// As [`text()`], at most about `most` characters of it.
pub(crate) fn short_text(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        None => self::text(text),
        Some((cut, _)) => Cow::Owned(format!("{}... ({} bytes more)", self::text(&text[..cut]), text.len() - cut)),
    }
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
    fn what_is_too_long_is_cut_between_characters() {
        assert_eq!(short("größer", 3), "grö... (4 bytes more)");
        assert_eq!(short("größer\u{7}", 99), "größer\\u{7}");
        assert_eq!(short_text("a\nb\u{7}c", 3), "a\nb... (2 bytes more)");
    }

    #[test]
    fn ordinary_text_is_left_as_it_is() {
        assert!(matches!(line("größer als 20 % · 日本 🚀"), Cow::Borrowed(_)));
    }
}
