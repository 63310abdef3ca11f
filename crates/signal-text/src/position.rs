//! Byte offsets to lines and columns and back.

use serde::{Deserialize, Serialize};

use crate::Span;

/// A place as people count: line and column from 1, columns in Unicode characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A place as the language server protocol counts by default: from 0, columns in UTF-16 code units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Utf16Position {
    /// Line, from 0.
    pub line: u32,
    /// Column in UTF-16 code units, from 0.
    pub column: u32,
}

/// Offsets at which lines begin. A line ends with `\n`, `\r\n` or a lone `\r`, as editors and the parser count.
#[derive(Clone, Debug, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let mut starts = vec![0];
        starts
            .extend(ends.filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n')).map(|at| at as u32 + 1));
        Self { starts }
    }

    /// Keeps up with an edit: `text` is the text as it is now, in which `inserted` bytes stand where those of `replaced` were.
    pub(crate) fn replace(&mut self, text: &str, replaced: Span, inserted: u32) {
        let bytes = text.as_bytes();
        let end = replaced.start + inserted;
        // Whether a line begins at a byte is said by that byte and the one before it.
        let is_start = |at: &u32| {
            let at = *at as usize;
            bytes[at - 1] == b'\n' || (bytes[at - 1] == b'\r' && bytes.get(at) != Some(&b'\n'))
        };
        let first = self.starts.partition_point(|&start| start < replaced.start).max(1);
        let last = self.starts.partition_point(|&start| start <= replaced.end).max(first);
        for start in &mut self.starts[last..] {
            *start = *start - replaced.end + end;
        }
        self.starts.splice(first..last, (replaced.start.max(1)..=end).filter(is_start));
    }

    /// How many lines there are; a text that ends with a line end has an empty last line.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line, from 0, that `offset` is on.
    #[must_use]
    pub fn line(&self, offset: u32) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// Offset at which `line` (from 0) begins, `None` past the last one.
    #[must_use]
    pub fn start(&self, line: usize) -> Option<u32> {
        self.starts.get(line).copied()
    }

    pub(crate) fn line_column(&self, text: &str, offset: u32) -> LineColumn {
        let (line, before) = self.before(text, offset);
        // Editors show no byte order mark and count no column for it.
        let before = if line == 0 { before.strip_prefix('\u{FEFF}').unwrap_or(before) } else { before };
        LineColumn { line: line as u32 + 1, column: before.chars().count() as u32 + 1 }
    }

    pub(crate) fn utf16(&self, text: &str, offset: u32) -> Utf16Position {
        let (line, before) = self.before(text, offset);
        // Most lines are: then nothing need be decoded.
        let column = if before.is_ascii() { before.len() } else { before.encode_utf16().count() };
        Utf16Position { line: line as u32, column: column as u32 }
    }

    pub(crate) fn offset_of_utf16(&self, text: &str, position: Utf16Position) -> u32 {
        let line = position.line as usize;
        let Some(start) = self.start(line) else { return text.len() as u32 };
        let end = self.start(line + 1).map_or(text.len(), |next| next as usize - 1);
        let mut units = 0;
        for (at, character) in text[start as usize..end].char_indices() {
            if units >= position.column || character == '\r' {
                return start + at as u32;
            }
            units += character.len_utf16() as u32;
        }
        end as u32
    }

    /// The line of `offset` and the part of it that lies before `offset`.
    fn before<'t>(&self, text: &'t str, offset: u32) -> (usize, &'t str) {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line(offset as u32);
        (line, &text[self.starts[line] as usize..offset])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;
    use proptest::prelude::*;

    #[test]
    fn columns_count_characters_for_people_and_utf16_units_for_editors() {
        let source = Source::new("a", "a = 1\nb = \"🚀é\" # x");
        let offset = source.text().find('#').unwrap() as u32;
        assert_eq!(source.line_column(offset), LineColumn { line: 2, column: 10 });
        assert_eq!(source.utf16(offset), Utf16Position { line: 1, column: 10 });
    }

    #[test]
    fn a_byte_order_mark_has_no_column() {
        let source = Source::new("a", "\u{FEFF}x = $\ny");
        let offset = source.text().find('$').unwrap() as u32;
        assert_eq!(source.line_column(offset), LineColumn { line: 1, column: 5 });
        assert_eq!(source.line_column(0), LineColumn { line: 1, column: 1 });
    }

    #[test]
    fn a_lone_carriage_return_ends_a_line_and_one_before_a_line_feed_does_not() {
        let source = Source::new("a", "a\rb\r\nc");
        assert_eq!(source.lines().count(), 3);
        assert_eq!(source.line_column(2), LineColumn { line: 2, column: 1 });
        assert_eq!(source.offset_of_utf16(Utf16Position { line: 0, column: 9 }), 1);
        assert_eq!(source.offset_of_utf16(Utf16Position { line: 1, column: 9 }), 3);
    }

    #[test]
    fn a_column_past_the_end_of_a_line_is_its_end() {
        let source = Source::new("a", "ab\r\ncd\n");
        assert_eq!(source.offset_of_utf16(Utf16Position { line: 0, column: 99 }), 2);
        assert_eq!(source.offset_of_utf16(Utf16Position { line: 1, column: 99 }), 6);
        assert_eq!(source.offset_of_utf16(Utf16Position { line: 9, column: 0 }), 7);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn edits_keep_the_lines_as_a_look_at_the_whole_text_finds_them(
            text in "[aé🚀\n\r]{0,12}",
            edits in prop::collection::vec((0u32..40, 0u32..10, "[aé\n\r]{0,5}"), 1..6),
        ) {
            let mut source = Source::new("a", text.as_str());
            let _ = source.lines();
            for (start, length, inserted) in edits {
                let span = source.clamp(crate::Span::new(start, start + length));
                let mut expected = source.text().to_owned();
                expected.replace_range(span.range(), &inserted);
                source.replace(crate::Span::new(start, start + length), &inserted);
                prop_assert_eq!(source.text(), &expected);
                prop_assert_eq!(&source.lines().starts, &LineIndex::new(&expected).starts);
            }
        }

        #[test]
        fn an_offset_survives_the_way_to_an_editor_and_back(text in "[a-zé🚀\n\r ]{0,60}", at in 0usize..240) {
            let source = Source::new("a", text.as_str());
            let offset = source.clamp((at.min(text.len())..at.min(text.len())).into()).start;
            // Within a line end there is no column of its own.
            prop_assume!(!(text[..offset as usize].ends_with('\r') && text[offset as usize..].starts_with('\n')));
            prop_assert_eq!(source.offset_of_utf16(source.utf16(offset)), offset);
        }
    }
}
