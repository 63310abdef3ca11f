//! Writes one statement: on one line where it fits, else broken at its brackets and operators.
//!
//! What is still to be written lies on a stack of our own, so that depth costs memory and not the call stack. How a statement
//! is broken follows from its words, its comments and the commas at the ends of lines, never from where lines ended; that
//! makes a second run find nothing to do.

use signal_syntax::{Token, Trivia};
use signal_text::{Source, Span};

use crate::Style;
use crate::words::{DEEPEST, Word, Words, is_spaced, looseness, makes_sign, push_text, width};
use crate::{comments, thousands};

/// What a broken list or group is indented by.
const INDENT: u32 = 4;
/// Brackets around fewer columns than this are not broken: nothing would be gained.
const LEAST_GAIN: u32 = 8;

/// Something that is still to be written.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Words that hold one value, with what has to follow on its last line, in columns.
    Value { start: usize, end: usize, tail: u32, in_brackets: bool },
    /// One word.
    Word(usize),
    /// A closing bracket on a line of its own, with the indents of the lines above and of its own.
    Close { word: usize, inner: u32, outer: u32 },
    /// A new line.
    Line(u32),
    /// The value of the statement, which the words from here on are.
    Bare(usize),
    /// A bracket that the statement had not.
    Bracket(&'static str),
}

/// The writer of statements, with what it uses again and again.
pub(crate) struct Layout<'a> {
    source: &'a Source,
    widest: u32,
    words: Words,
    steps: Vec<Step>,
    /// Steps in the order of the text, before they go on the stack.
    ahead: Vec<Step>,
    /// Open brackets of the short way: whether one groups, and its commas.
    open: Vec<(bool, u32)>,
}

/// The text being written and where its end stands.
struct Page<'o> {
    out: &'o mut String,
    line_end: &'static str,
    column: u32,
    /// The line that begins with the next word, by its indent.
    next_line: Option<u32>,
    /// The indent of the innermost list that is broken.
    indent: u32,
    /// Whether a comment stands on the line, so that no other can.
    has_comment: bool,
}

impl<'a> Layout<'a> {
    pub(crate) fn new(source: &'a Source, style: Style) -> Self {
        let (words, steps, ahead, open) = Default::default();
        Self { source, widest: style.line_width, words, steps, ahead, open }
    }

    /// Appends the statement of `tokens`, with the comments among the `trivia` inside of it.
    pub(crate) fn statement(
        &mut self,
        tokens: (&[Token], &[Span]),
        trivia: &[Trivia],
        line_end: &'static str,
        out: &mut String,
    ) {
        let length = out.len();
        if !trivia.iter().any(|trivia| trivia.kind == signal_syntax::TriviaKind::Comment)
            && self.on_one_line(tokens, out)
        {
            return;
        }
        out.truncate(length);
        self.words.read(self.source, tokens, trivia);
        let mut page = Page { out, line_end, column: 0, next_line: None, indent: 0, has_comment: false };
        self.begin();
        while let Some(step) = self.steps.pop() {
            match step {
                Step::Value { start, end, tail, in_brackets } => self.value(start, end, tail, in_brackets, &mut page),
                Step::Word(at) => self.word(at, &mut page),
                Step::Close { word, inner, outer } => {
                    page.next_line = Some(inner);
                    self.comments(word, &mut page);
                    page.indent = outer;
                    page.next_line = Some(outer);
                    self.word(word, &mut page);
                }
                Step::Line(indent) => {
                    page.indent = indent;
                    page.next_line = Some(indent);
                }
                Step::Bare(start) => self.bare(start, &mut page),
                Step::Bracket(bracket) => page.push(bracket),
            }
        }
    }

    /// The shortest way, of most statements: whether one that stands on a line is in style as it is. It writes nothing; where
    /// it can't tell, it says no.
    pub(crate) fn is_settled(&self, (kinds, spans): (&[Token], &[Span])) -> bool {
        let text = self.source.text().as_bytes();
        let (Some(first), Some(last)) = (spans.first(), spans.last()) else { return false };
        if last.end - first.start > self.widest {
            return false;
        }
        let (mut before, mut before_is_sign, mut end, mut depth) = (Token::End, false, first.start, 0_u32);
        for (kind, span) in kinds.iter().zip(spans) {
            let kind = *kind;
            let spaced = end > first.start && is_spaced(before, before_is_sign, kind, depth > 0);
            let as_it_is = match span.start - end {
                0 => !spaced,
                1 => spaced && text[end as usize] == b' ',
                _ => false,
            };
            if !as_it_is {
                return false;
            }
            match kind {
                Token::LineEnd => return false,
                Token::LeftParen | Token::LeftBracket => depth += 1,
                Token::RightParen | Token::RightBracket if before == Token::Comma => return false,
                Token::RightParen | Token::RightBracket => depth = depth.saturating_sub(1),
                Token::String if text[span.start as usize] == b'\'' => return false,
                _ => {}
            }
            before_is_sign = makes_sign((end > first.start).then_some(before), kind);
            (before, end) = (kind, span.end);
        }
        true
    }

    /// The short way of the others: `false` where they do not fit on a line, or hold a list that is to stay broken.
    fn on_one_line(&mut self, (kinds, spans): (&[Token], &[Span]), out: &mut String) -> bool {
        let begin = out.len();
        self.open.clear();
        let (mut before, mut before_is_sign) = (None, false);
        for (at, (kind, span)) in kinds.iter().zip(spans).enumerate() {
            let kind = *kind;
            let in_brackets = !self.open.is_empty();
            match kind {
                Token::LineEnd => continue,
                Token::LeftParen | Token::LeftBracket => {
                    self.open.push((!before.is_some_and(Token::ends_operand), 0));
                }
                Token::RightParen | Token::RightBracket => {
                    self.open.pop();
                }
                // It takes a look at the whole statement to tell.
                Token::Comma if thousands::looks_like_one(self.source, kinds, spans, at) => return false,
                Token::Comma => {
                    let next = kinds[at + 1..].iter().position(|kind| *kind != Token::LineEnd);
                    let next = next.map(|ahead| kinds[at + 1 + ahead]);
                    if let Some((groups, commas)) = self.open.last_mut() {
                        *commas += 1;
                        let is_last = matches!(next, Some(Token::RightParen | Token::RightBracket));
                        let is_needed = *groups && *commas == 1 && next == Some(Token::RightParen);
                        if is_last && !is_needed {
                            if kinds[at + 1] == Token::LineEnd && self.open.len() as u32 <= DEEPEST {
                                return false;
                            }
                            // Not written, and for what follows not there.
                            before = Some(Token::Comma);
                            continue;
                        }
                    }
                }
                _ => {}
            }
            if before.is_some_and(|before| is_spaced(before, before_is_sign, kind, in_brackets)) {
                out.push(' ');
            }
            push_text(kind, self.source.slice(*span), out);
            if out.len() - begin > self.widest as usize && width(&out[begin..]) > self.widest {
                return false;
            }
            before_is_sign = makes_sign(before, kind);
            before = Some(kind);
        }
        true
    }

    /// Lays down a whole statement: its names and the `=`, then its value.
    fn begin(&mut self) {
        let count = self.words.list.len();
        let equal = self.words.outer(0, count).find(|at| self.words.list[*at].kind == Token::Equal);
        self.steps.push(Step::Bare(equal.map_or(0, |equal| equal + 1)));
        if let Some(equal) = equal {
            self.steps.push(Step::Word(equal));
            self.steps.push(Step::Value { start: 0, end: equal, tail: 2, in_brackets: false });
        }
    }

    /// Lays down the value that the words from `start` on are, which no brackets hold. Only inside of some may it go on on the
    /// next line, so a chain of operators that does not fit gets them.
    fn bare(&mut self, start: usize, page: &mut Page<'_>) {
        let list = &self.words.list;
        let end = list.len();
        let width = self.words.width(start, end);
        let fits = page.column + u32::from(start > 0) + width <= self.widest || width <= LEAST_GAIN;
        let is_chain = self.words.outer(start, end).any(|at| looseness(&list[at]).is_some());
        let is_tuple = self.words.outer(start, end).any(|at| list[at].kind == Token::Comma);
        if fits || !is_chain || is_tuple || self.words.is_broken(start, end) {
            self.steps.push(Step::Value { start, end, tail: 0, in_brackets: false });
            return;
        }
        self.words.list[start..].iter_mut().for_each(|word| word.depth += 1);
        page.push(if start > 0 { " (" } else { "(" });
        self.steps.extend([
            Step::Bracket(")"),
            Step::Line(0),
            Step::Value { start, end, tail: 0, in_brackets: true },
            Step::Line(INDENT),
        ]);
    }

    fn value(&mut self, start: usize, end: usize, tail: u32, in_brackets: bool, page: &mut Page<'_>) {
        if start >= end {
            return;
        }
        self.comments(start, page);
        let column = page.next_line.unwrap_or(page.column + u32::from(self.words.list[start].spaced));
        let fits = column + self.words.width(start, end) + tail <= self.widest;
        let is_broken = self.words.is_broken(start, end);
        if fits && !is_broken {
            (start..end).for_each(|at| self.word(at, page));
            return;
        }
        if in_brackets {
            let list = &self.words.list;
            let loosest = self.words.outer(start, end).filter_map(|at| looseness(&list[at])).min();
            if let Some(loosest) = loosest {
                self.chain(start, end, tail, loosest, page);
                return;
            }
        }
        self.brackets(start, end, fits, page);
    }

    /// Puts the operands of the loosest operator on a line each, the operator first.
    fn chain(&mut self, start: usize, end: usize, tail: u32, loosest: u8, page: &Page<'_>) {
        let list = &self.words.list;
        // Behind `name=` the other lines are indented, lest they look like arguments of their own.
        let is_named = list.get(start + 1).is_some_and(|word| word.kind == Token::Equal);
        let indent = page.indent + if is_named { INDENT } else { 0 };
        self.ahead.clear();
        let mut from = start;
        for at in self.words.outer(start, end) {
            if looseness(&list[at]) == Some(loosest) {
                self.ahead.push(Step::Value { start: from, end: at, tail: 0, in_brackets: true });
                self.ahead.push(Step::Line(indent));
                self.ahead.push(Step::Word(at));
                from = at + 1;
            }
        }
        self.ahead.push(Step::Value { start: from, end, tail, in_brackets: true });
        self.steps.extend(self.ahead.drain(..).rev());
    }

    /// Breaks brackets: those that have to be, or else the widest.
    fn brackets(&mut self, start: usize, end: usize, fits: bool, page: &Page<'_>) {
        let words = &self.words;
        let opens = |at: &usize| words.list[*at].close as usize > *at && words.list[*at].depth < DEEPEST;
        let has_break = |at: usize| words.is_broken(at, words.list[at].close as usize + 1);
        let gain = |at: usize| words.width(at + 1, words.list[at].close as usize);
        let widest = words.outer(start, end).filter(opens).max_by_key(|at| (gain(*at), usize::MAX - at));
        let any_break = words.outer(start, end).filter(opens).any(has_break);
        let widest = widest.filter(|at| !fits && !any_break && gain(*at) > LEAST_GAIN);
        self.ahead.clear();
        for at in words.outer(start, end) {
            if opens(&at) && (has_break(at) || widest == Some(at)) {
                list_by_line(words, at, page.indent, &mut self.ahead);
            } else {
                self.ahead.extend((at..=words.list[at].close as usize).map(Step::Word));
            }
        }
        self.steps.extend(self.ahead.drain(..).rev());
    }

    /// Writes the comments before a word, each of which ends its line.
    fn comments(&mut self, at: usize, page: &mut Page<'_>) {
        let (from, to) = std::mem::take(&mut self.words.list[at].comments);
        for comment in &self.words.comments[from as usize..to as usize] {
            if comment.is_trailing && !page.has_comment {
                page.out.push_str("  ");
            } else {
                page.begin_line(page.next_line.unwrap_or(page.indent));
            }
            comments::comment(self.source.slice(comment.span), page.out);
            page.has_comment = true;
            page.next_line.get_or_insert(page.indent);
        }
    }

    fn word(&mut self, at: usize, page: &mut Page<'_>) {
        self.comments(at, page);
        let word = self.words.list[at];
        if let Some(indent) = page.next_line.take() {
            page.begin_line(indent);
        } else if word.spaced {
            page.out.push(' ');
            page.column += 1;
        }
        push_text(word.kind, self.source.slice(word.span), page.out);
        page.column += word.end - word.start;
    }
}

/// Lays down the brackets that open at `at`, their items on a line each. Brackets that hold nothing but brackets are broken
/// as one.
fn list_by_line(words: &Words, at: usize, outer: u32, ahead: &mut Vec<Step>) {
    let (mut open, mut close) = (at, words.list[at].close as usize);
    ahead.push(Step::Word(open));
    let has_comments = |at: usize| words.list[at].comments.0 < words.list[at].comments.1;
    while words.list[open + 1].close as usize == close - 1
        && open + 2 < close
        && !has_comments(open + 1)
        && !has_comments(close)
    {
        (open, close) = (open + 1, close - 1);
        ahead.push(Step::Word(open));
    }
    let is_comma = |word: &Word| word.kind == Token::Comma && !word.is_tight;
    let inner = outer + INDENT;
    let mut from = open + 1;
    let item = |from: usize, end: usize, tail: u32, ahead: &mut Vec<Step>| {
        ahead.push(Step::Line(inner));
        ahead.push(Step::Value { start: from, end, tail, in_brackets: true });
    };
    for comma in words.outer(open + 1, close).filter(|at| is_comma(&words.list[*at])) {
        item(from, comma, 1, ahead);
        ahead.push(Step::Word(comma));
        from = comma + 1;
    }
    if from < close {
        item(from, close, 0, ahead);
    }
    ahead.push(Step::Close { word: close, inner, outer });
    ahead.extend((close + 1..=words.list[at].close as usize).map(Step::Word));
}

impl Page<'_> {
    fn begin_line(&mut self, indent: u32) {
        self.out.push_str(self.line_end);
        self.out.extend(std::iter::repeat_n(' ', indent as usize));
        self.column = indent;
        self.has_comment = false;
    }

    /// A bracket or a blank that is no word of the statement.
    fn push(&mut self, text: &str) {
        if let Some(indent) = self.next_line.take() {
            self.begin_line(indent);
        }
        self.out.push_str(text);
        self.column += text.len() as u32;
    }
}
