//! Lines and columns of many offsets in one source, fast even where one line is 50 MB long.

use signal_text::{LineColumn, Source};

/// Characters are counted in blocks of this many bytes, so that a column costs at most one block.
const BLOCK: usize = 4096;

/// Turns offsets into lines and columns. [`Source::line_column`] counts from the line's start each time, which is
/// quadratic for many findings on one endless line; this counts such a text once.
#[derive(Debug)]
pub(crate) struct Places<'s> {
    source: &'s Source,
    /// Characters before each block; empty until a long line asks for it.
    counts: Vec<u32>,
}

impl<'s> Places<'s> {
    /// Places in `source`.
    pub(crate) const fn new(source: &'s Source) -> Self {
        Self { source, counts: Vec::new() }
    }

    /// Line and column of `offset`, both from 1, columns in characters.
    pub(crate) fn of(&mut self, offset: u32) -> LineColumn {
        let offset = self.source.clamp(signal_text::Span::empty(offset)).start;
        let lines = self.source.lines();
        let line = lines.line(offset);
        let start = lines.start(line).unwrap_or(0);
        if offset as usize - start as usize <= BLOCK {
            return self.source.line_column(offset);
        }
        // A byte order mark has no column.
        let start = if line == 0 && self.source.text().starts_with('\u{FEFF}') { 3 } else { start };
        let column = self.characters_before(offset) - self.characters_before(start) + 1;
        LineColumn { line: line as u32 + 1, column }
    }

    /// Characters before `offset` in the whole text; a byte order mark is none.
    pub(crate) fn characters(&mut self, offset: u32) -> u32 {
        let offset = self.source.clamp(signal_text::Span::empty(offset)).start;
        let mark = u32::from(offset > 0 && self.source.text().starts_with('\u{FEFF}'));
        self.characters_before(offset) - mark
    }

    fn characters_before(&mut self, offset: u32) -> u32 {
        let bytes = self.source.text().as_bytes();
        if self.counts.is_empty() {
            let mut total = 0;
            for block in bytes.chunks(BLOCK) {
                self.counts.push(total);
                total += characters(block);
            }
            self.counts.push(total);
        }
        let block = offset as usize / BLOCK;
        self.counts.get(block).copied().unwrap_or(0) + characters(&bytes[block * BLOCK..offset as usize])
    }
}

/// How many characters begin in `bytes`: all but the continuation bytes of UTF-8.
fn characters(bytes: &[u8]) -> u32 {
    bytes.iter().map(|&byte| u32::from(byte as i8 >= -0x40)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_on_an_endless_line_equal_those_counted_one_by_one() {
        for before in ["short é\n", "\u{FEFF}"] {
            let source = Source::new("a", format!("{before}{}\nlast", "aé🚀 ".repeat(5_000)));
            let mut places = Places::new(&source);
            let text = source.text();
            for offset in (0..=text.len()).step_by(97).filter(|&at| text.is_char_boundary(at)) {
                assert_eq!(places.of(offset as u32), source.line_column(offset as u32), "offset {offset}");
            }
        }
    }
}
