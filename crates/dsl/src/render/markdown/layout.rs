//! Words laid out in lines that fit the terminal.

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::JOINT;
use crate::render::style;

/// Words of one style; a line break is one of its own.
pub(super) enum Piece {
    /// Blanks part words.
    Words(String, Style),
    /// The next word begins a line.
    Break,
}

/// Words laid out in lines of at most `room` columns; a longer word has a line to itself.
pub(super) fn wrapped(pieces: Vec<Piece>, room: usize, color: bool) -> Vec<String> {
    let mut layout = Layout { lines: vec![String::new()], used: 0, blank: false, word: Vec::new(), room, color };
    for piece in pieces {
        match piece {
            Piece::Break => {
                layout.end_word();
                layout.lines.push(String::new());
                (layout.used, layout.blank) = (0, false);
            }
            Piece::Words(text, style) => {
                // Pieces without a blank between them are parts of one word: `a`, then a comma.
                for part in text.split_inclusive(' ') {
                    let bare = part.trim_end_matches(' ');
                    if !bare.is_empty() {
                        layout.word.push((bare.to_owned(), style));
                    }
                    if bare.len() < part.len() {
                        layout.end_word();
                        layout.blank = true;
                    }
                }
            }
        }
    }
    layout.end_word();
    layout.lines
}

/// Lines as far as they are laid out.
struct Layout {
    lines: Vec<String>,
    /// Columns of the last line.
    used: usize,
    /// A blank is due before the next word.
    blank: bool,
    /// The word that is being read, in parts of one style.
    word: Vec<(String, Style)>,
    room: usize,
    color: bool,
}

impl Layout {
    /// Puts the word on the last line, or on a new one where there is no room.
    fn end_word(&mut self) {
        let wide: usize = self.word.iter().map(|(text, _)| text.width()).sum();
        if wide == 0 {
            return;
        }
        if self.used > 0 && self.used + usize::from(self.blank) + wide > self.room {
            self.lines.push(String::new());
            self.used = 0;
        }
        let mut painted = String::new();
        if self.blank && self.used > 0 {
            painted.push(' ');
            self.used += 1;
        }
        for (text, style) in self.word.drain(..) {
            let text = text.replace(JOINT, " ");
            painted.push_str(&if style == Style::new() { text } else { style::paint(self.color, style, &text) });
        }
        if let Some(line) = self.lines.last_mut() {
            line.push_str(&painted);
        }
        self.used += wide;
        self.blank = false;
    }
}
