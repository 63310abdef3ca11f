//! One named text and the positions in it.

use std::sync::OnceLock;

use crate::{LineColumn, LineIndex, Span, Utf16Position};

/// The longest text a [`Source`] takes, in bytes. Spans are 32 bits wide.
pub const MAX_SOURCE_BYTES: usize = u32::MAX as usize - 1;

/// A text with the name users know it by. A byte order mark stays in it: offsets are those of the file.
#[derive(Clone, Debug, Default)]
pub struct Source {
    name: String,
    text: String,
    lines: OnceLock<LineIndex>,
}

/// Why bytes are no source text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes are not UTF-8.
    #[error("byte {offset} (line {line}) is not valid UTF-8")]
    InvalidUtf8 {
        /// Offset of the first byte that does not decode.
        offset: usize,
        /// Line it is on, from 1.
        line: usize,
    },
    /// The bytes start with a UTF-16 byte order mark.
    #[error("the text is UTF-16")]
    Utf16,
    /// There are more than [`MAX_SOURCE_BYTES`].
    #[error("the text has {bytes} bytes; at most {MAX_SOURCE_BYTES} can be read")]
    TooLong {
        /// How many there are.
        bytes: usize,
    },
}

impl Source {
    /// A source from text in memory. What lies beyond [`MAX_SOURCE_BYTES`] is cut; files go through [`Source::decode`].
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let mut text = text.into();
        if text.len() > MAX_SOURCE_BYTES {
            let mut end = MAX_SOURCE_BYTES;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.truncate(end);
        }
        Self { name: name.into(), text, lines: OnceLock::new() }
    }

    /// A source from the bytes of a file.
    ///
    /// # Errors
    /// [`DecodeError`] when the bytes are not UTF-8 text or too many.
    pub fn decode(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, DecodeError> {
        if bytes.len() > MAX_SOURCE_BYTES {
            return Err(DecodeError::TooLong { bytes: bytes.len() });
        }
        if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
            return Err(DecodeError::Utf16);
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(name, text)),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                let line = LineIndex::new(&String::from_utf8_lossy(&error.as_bytes()[..offset])).count();
                Err(DecodeError::InvalidUtf8 { offset, line })
            }
        }
    }

    /// The name: a path as the user gave it, or `<stdin>`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text under `span`, clamped to the source and to character boundaries.
    #[must_use]
    #[inline]
    pub fn slice(&self, span: Span) -> &str {
        match self.text.get(span.range()) {
            Some(text) => text,
            None => &self.text[self.clamp(span).range()],
        }
    }

    /// Replaces the text under `span`, clamped as by [`Source::clamp`]. Where lines begin is kept up with, so that the next
    /// position costs no look at the whole text.
    pub fn replace(&mut self, span: Span, text: &str) {
        let span = self.clamp(span);
        if self.text.len() - span.len() as usize + text.len() > MAX_SOURCE_BYTES {
            return;
        }
        self.text.replace_range(span.range(), text);
        if let Some(lines) = self.lines.get_mut() {
            lines.replace(&self.text, span, text.len() as u32);
        }
    }

    /// `span` moved inside the text and outwards onto character boundaries.
    #[must_use]
    pub fn clamp(&self, span: Span) -> Span {
        let mut start = (span.start as usize).min(self.text.len());
        let mut end = (span.end as usize).clamp(start, self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        Span::from(start..end)
    }

    /// Where lines begin; computed on first use.
    #[must_use]
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and column of a byte offset, for people: both from 1, columns in characters.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> LineColumn {
        self.lines().line_column(&self.text, offset)
    }

    /// Line and column of a byte offset, for editors: both from 0, columns in UTF-16 units.
    #[must_use]
    pub fn utf16(&self, offset: u32) -> Utf16Position {
        self.lines().utf16(&self.text, offset)
    }

    /// Byte offset of an editor's position; a column past the line's end is its end.
    #[must_use]
    pub fn offset_of_utf16(&self, position: Utf16Position) -> u32 {
        self.lines().offset_of_utf16(&self.text, position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_utf8_names_the_byte_and_the_line() {
        let error = Source::decode("a", b"ok = 1\nbad = \xFF".to_vec()).unwrap_err();
        assert_eq!(error, DecodeError::InvalidUtf8 { offset: 13, line: 2 });
        let error = Source::decode("a", b"ok = 1\rbad = \xFF".to_vec()).unwrap_err();
        assert_eq!(error, DecodeError::InvalidUtf8 { offset: 13, line: 2 });
    }

    #[test]
    fn utf16_is_told_apart_from_broken_utf8() {
        assert_eq!(Source::decode("a", b"\xFF\xFEa\0".to_vec()).unwrap_err(), DecodeError::Utf16);
    }

    #[test]
    fn a_span_inside_a_character_grows_to_its_boundaries() {
        let source = Source::new("a", "é=1");
        assert_eq!(source.slice(Span::new(1, 2)), "é");
        assert_eq!(source.slice(Span::new(90, 91)), "");
    }
}
