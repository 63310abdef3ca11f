//! The words of one statement: which blanks stand between them, how wide they are, which comments stand before them.

use signal_syntax::{Token, Trivia};
use signal_text::{Source, Span};

use crate::thousands;

/// Brackets deeper than this are not broken: the indent would leave no room, and the text would grow with the square of
/// their depth.
pub(crate) const DEEPEST: u32 = 20;

/// A token with all that the layout asks about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    pub(crate) kind: Token,
    pub(crate) span: Span,
    /// A sign before its operand: `-x`, `+x`, `~x`.
    pub(crate) is_sign: bool,
    /// Whether a blank stands before it, where it does not begin a line.
    pub(crate) spaced: bool,
    /// A comma that looks like a part of a number, and no blank and no line end follows it.
    pub(crate) is_tight: bool,
    /// Columns from the statement's beginning if all of it stood on one line.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Of an opening bracket, the word that closes it.
    pub(crate) close: u32,
    /// How many brackets are open before it.
    pub(crate) depth: u32,
    /// Comments before it: a range of [`Words::comments`].
    pub(crate) comments: (u32, u32),
    /// How many things up to and including this word need a line end.
    pub(crate) breaks: u32,
}

/// A comment inside of a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comment {
    pub(crate) span: Span,
    /// Whether it stands behind code.
    pub(crate) is_trailing: bool,
}

/// A statement in words. The vectors are used again for the next one.
#[derive(Debug, Default)]
pub(crate) struct Words {
    pub(crate) list: Vec<Word>,
    pub(crate) comments: Vec<Comment>,
    /// The words of the comments, while they are being found.
    homes: Vec<u32>,
    /// Open brackets: the word, whether it groups (and does not call or index), how many commas it has.
    open: Vec<(u32, bool, u32)>,
}

/// Whether a blank stands between two words; `is_sign` is about the first one.
pub(crate) const fn is_spaced(before: Token, is_sign: bool, word: Token, in_brackets: bool) -> bool {
    use Token as T;
    match (before, word) {
        (T::LeftParen | T::LeftBracket, _) | (_, T::RightParen | T::RightBracket | T::Comma) => false,
        // `2 .x` without the blank would be a number.
        (T::Number, T::Dot) => true,
        (T::Dot, _) | (_, T::Dot) => false,
        (_, T::LeftParen | T::LeftBracket) if before.ends_operand() => false,
        (T::Equal, _) | (_, T::Equal) => !in_brackets,
        _ => !is_sign,
    }
}

/// Whether a `+` or `-` behind this token stands before its operand, as a `~` always does.
pub(crate) const fn makes_sign(before: Option<Token>, word: Token) -> bool {
    match word {
        Token::Tilde => true,
        Token::Plus | Token::Minus => match before {
            Some(before) => !before.ends_operand(),
            None => true,
        },
        _ => false,
    }
}

/// The text of a word, and the same in double quotes where that is safe: an author of the service's pages writes `"LONG"`.
pub(crate) fn push_text(kind: Token, text: &str, out: &mut String) {
    if kind == Token::String
        && let Some(inner) = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''))
        && !inner.contains(['"', '\\'])
    {
        out.push('"');
        out.push_str(inner);
        out.push('"');
    } else {
        out.push_str(text);
    }
}

/// How many characters a text has.
pub(crate) fn width(text: &str) -> u32 {
    if text.is_ascii() { text.len() as u32 } else { text.chars().count() as u32 }
}

impl Words {
    /// Reads a statement of `tokens`, which may hold line ends, and the `trivia` inside of it.
    pub(crate) fn read(&mut self, source: &Source, (kinds, spans): (&[Token], &[Span]), trivia: &[Trivia]) {
        self.list.clear();
        self.open.clear();
        let mut tight = thousands::commas(source, kinds, spans).into_iter().peekable();
        for (at, (kind, span)) in kinds.iter().zip(spans).enumerate() {
            if *kind != Token::LineEnd {
                let is_tight = tight.next_if_eq(&at).is_some();
                self.push(source, *kind, *span, is_tight);
            }
        }
        self.read_comments(source, trivia);
        let mut breaks = 0;
        for word in &mut self.list {
            // So far 1 for a comma that keeps its list broken.
            breaks += word.breaks + word.comments.1 - word.comments.0;
            word.breaks = breaks;
        }
    }

    fn push(&mut self, source: &Source, kind: Token, span: Span, is_tight: bool) {
        if matches!(kind, Token::RightParen | Token::RightBracket) {
            self.last_comma(source, kind, span);
        }
        let before = self.list.last().copied();
        let depth = self.open.len() as u32;
        let at = self.list.len() as u32;
        let mut word = Word {
            kind,
            span,
            is_sign: makes_sign(before.map(|word| word.kind), kind),
            spaced: before
                .is_some_and(|before| is_spaced(before.kind, before.is_sign, kind, depth > 0) && !before.is_tight),
            is_tight,
            start: 0,
            end: 0,
            close: at,
            depth,
            comments: (0, 0),
            breaks: 0,
        };
        match kind {
            Token::LeftParen | Token::LeftBracket => {
                self.open.push((at, !before.is_some_and(|before| before.kind.ends_operand()), 0));
            }
            Token::RightParen | Token::RightBracket => {
                if let Some((open, ..)) = self.open.pop() {
                    self.list[open as usize].close = at;
                    word.depth -= 1;
                }
            }
            Token::Comma => {
                if let Some((_, _, commas)) = self.open.last_mut() {
                    *commas += 1;
                }
            }
            _ => {}
        }
        let column = self.list.last().map_or(0, |last| last.end);
        word.start = column + u32::from(word.spaced);
        word.end = word.start + width(source.slice(span));
        self.list.push(word);
    }

    /// Settles what becomes of a comma before a closing bracket. One at the end of a line keeps its list at one item a line,
    /// as Python's formatters have it; any other goes. None is added: whether the service takes it is not documented.
    fn last_comma(&mut self, source: &Source, closer: Token, span: Span) {
        let Some(comma) = self.list.last_mut().filter(|last| last.kind == Token::Comma) else { return };
        // The comma makes `(a,)` a tuple.
        if closer == Token::RightParen && matches!(self.open.last(), Some((_, true, 1))) {
            return;
        }
        let ends_line = source.slice(Span::new(comma.span.end, span.start)).contains(['\n', '\r']);
        if ends_line && comma.depth <= DEEPEST {
            comma.breaks = 1;
        } else {
            self.list.pop();
        }
    }

    /// Finds for each comment the word that it stands before.
    fn read_comments(&mut self, source: &Source, trivia: &[Trivia]) {
        self.comments.clear();
        self.homes.clear();
        let mut home = 0;
        for trivia in trivia.iter().filter(|trivia| trivia.kind == signal_syntax::TriviaKind::Comment) {
            while self.list.get(home).is_some_and(|word| word.span.start < trivia.span.start) {
                home += 1;
            }
            if home == 0 || home == self.list.len() {
                continue;
            }
            let before = self.list[home - 1];
            let between = source.slice(Span::new(before.span.end, trivia.span.start));
            let mut own = home;
            // A comment before a comma goes behind it, one behind an operator before it: lines end with the one and begin
            // with the other.
            if self.list[own].kind == Token::Comma && own + 1 < self.list.len() {
                own += 1;
            } else if before.kind != Token::Comma && is_operator(&before) {
                own -= 1;
            }
            self.comments.push(Comment { span: trivia.span, is_trailing: !between.contains(['\n', '\r']) });
            self.homes.push(own as u32);
        }
        for (at, home) in self.homes.iter().enumerate() {
            let range = &mut self.list[*home as usize].comments;
            let at = at as u32;
            *range = if range.1 == 0 { (at, at + 1) } else { (range.0, at + 1) };
        }
    }

    /// Whether something in `start..end`, behind its first word, needs a line end.
    pub(crate) fn is_broken(&self, start: usize, end: usize) -> bool {
        start < end && self.list[end - 1].breaks > self.list[start].breaks
    }

    /// How wide the words `start..end` are on one line.
    pub(crate) fn width(&self, start: usize, end: usize) -> u32 {
        if start < end { self.list[end - 1].end - self.list[start].start } else { 0 }
    }

    /// The words of `start..end` that no bracket in it holds, without what closes them.
    pub(crate) fn outer(&self, start: usize, end: usize) -> impl Iterator<Item = usize> {
        let mut next = start;
        std::iter::from_fn(move || {
            let at = next;
            if at >= end {
                return None;
            }
            next = self.list[at].close as usize + 1;
            Some(at)
        })
    }
}

/// How loosely an operator binds, the loosest first; `None` for what joins no two values.
pub(crate) const fn looseness(word: &Word) -> Option<u8> {
    use Token as T;
    match word.kind {
        T::If | T::Else => Some(0),
        T::Or => Some(1),
        T::And => Some(2),
        T::Less | T::LessEqual | T::Greater | T::GreaterEqual | T::EqualEqual | T::BangEqual => Some(3),
        T::Pipe => Some(4),
        T::Ampersand => Some(5),
        T::Plus | T::Minus if !word.is_sign => Some(6),
        T::Star | T::Slash | T::DoubleSlash | T::Percent => Some(7),
        T::DoubleStar => Some(8),
        _ => None,
    }
}

const fn is_operator(word: &Word) -> bool {
    looseness(word).is_some()
}
