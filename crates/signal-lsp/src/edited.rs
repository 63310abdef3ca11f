//! A text under edits. What is typed in one place of a long text is gathered in a window of a few lines, so that a burst of
//! edits moves the megabytes behind it once.

use signal_text::{Change, Source, Span};
use tower_lsp::ls_types::{Position, Range};

use crate::convert::{self, Encoding};

/// Bytes from which on a text is long. A window is at most half of that when it is opened.
const LONG: usize = 64 * 1024;

/// A text, and the lines of it that are being edited.
#[derive(Debug)]
pub(crate) struct Edited {
    source: Source,
    window: Option<Window>,
}

/// Whole lines of a text.
#[derive(Debug)]
struct Window {
    /// The first of them, from 0.
    first: u32,
    /// What they take the place of.
    span: Span,
    lines: Source,
    /// Nothing is behind them.
    is_last: bool,
}

impl Edited {
    /// A text that nothing was done to.
    pub(crate) const fn new(source: Source) -> Self {
        Self { source, window: None }
    }

    /// The text as it is now.
    pub(crate) fn source(&mut self) -> &Source {
        if let Some(Window { span, lines, .. }) = self.window.take() {
            self.source.replace(span, lines.text());
        }
        &self.source
    }

    /// Puts a text in the place of a range.
    pub(crate) fn replace(&mut self, range: Range, text: &str, encoding: Encoding) -> Change {
        if !self.window.as_ref().is_some_and(|window| window.holds(range)) {
            self.window = open(self.source(), range);
        }
        let Some(window) = &mut self.window else { return replace(&mut self.source, range, text, encoding) };
        let inside = |at: Position| Position::new(at.line - window.first, at.character);
        let range = Range::new(inside(range.start), inside(range.end));
        let Change { start, old_end, new_end } = replace(&mut window.lines, range, text, encoding);
        let (before, begin) = (self.source.text().as_bytes(), window.span.start);
        // A `\r` and a `\n` that meet at its edge are one line end, which neither side sees.
        let is_sound = (window.is_last || window.lines.text().ends_with('\n'))
            && !(window.lines.text().starts_with('\n') && before[..begin as usize].ends_with(b"\r"));
        if !is_sound {
            self.source();
        }
        Change { start: begin + start, old_end: begin + old_end, new_end: begin + new_end }
    }
}

impl Window {
    /// Whether a range lies inside.
    fn holds(&self, range: Range) -> bool {
        let last = self.first + self.lines.lines().count() as u32 - 1;
        [range.start, range.end].into_iter().all(|Position { line, character }| {
            line >= self.first && (self.is_last || line < last || line == last && character == 0)
        })
    }
}

/// The lines of a long text that a range touches.
fn open(source: &Source, range: Range) -> Option<Window> {
    let (text, lines) = (source.text(), source.lines());
    if text.len() < LONG {
        return None;
    }
    let (first, last) = (range.start.line.min(range.end.line), range.start.line.max(range.end.line));
    let start = lines.start(first as usize)?;
    let end = lines.start(last as usize + 1).unwrap_or(text.len() as u32);
    let is_last = end as usize == text.len();
    let span = Span::new(start, end);
    let inside = source.slice(span);
    let is_sound = inside.len() < LONG / 2 && (is_last || inside.ends_with('\n'));
    is_sound.then(|| Window { first, span, lines: Source::new("", inside), is_last })
}

fn replace(source: &mut Source, range: Range, text: &str, encoding: Encoding) -> Change {
    let span = source.clamp(convert::span(source, range, encoding));
    source.replace(span, text);
    Change { start: span.start, old_end: span.end, new_end: span.start + text.len() as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts that edits put in: line ends of all sorts, wide characters, nothing.
    const PIECES: [&str; 9] = ["", "x", "\n", "\r\n", "\r", "é🚀", "up = close > 1\n", "\n\n", "#"];

    #[test]
    fn edits_through_a_window_give_the_text_that_edits_of_all_of_it_give() {
        let mut dice = 9_u64;
        let mut below = |bound: u32| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((dice >> 33) % u64::from(bound)) as u32
        };
        for line_end in ["\n", "\r\n", "\r"] {
            let text = format!("fast = ema(close, 12) # 🚀{line_end}").repeat(3_000);
            let (mut whole, mut edited) = (Source::new("a", text.as_str()), Edited::new(Source::new("a", text)));
            for step in 0..1_500 {
                let near = [0, 40, 1_500, 2_999, 3_003][step / 60 % 5];
                let at = |line: u32, column: u32| Position::new(near + line, column);
                let start = at(below(4), below(30));
                let end = if below(3) == 0 { at(below(5), below(30)) } else { start };
                let piece = PIECES[below(PIECES.len() as u32) as usize];
                let range = Range::new(start, end);
                let change = edited.replace(range, piece, Encoding::Utf16);
                assert_eq!(change, replace(&mut whole, range, piece, Encoding::Utf16), "step {step}");
                if below(10) == 0 {
                    assert_eq!(edited.source().text(), whole.text(), "step {step}");
                }
            }
            assert!(whole.text().len() > LONG);
        }
    }
}
