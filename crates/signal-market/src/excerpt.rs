//! Texts as messages show them.

use std::borrow::Cow;

/// The text, or its beginning where it is too long for a line: nobody reads a megabyte between two quotes.
#[must_use]
pub fn excerpt(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(100) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}
