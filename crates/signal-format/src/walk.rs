//! Goes over a text from its first byte to its last: lines of code, comments, and what lies between them. Each is written
//! in style beside the text, and where the two differ there is a change.

use signal_syntax::{StatementKind, Token, TokenList, Tree, Trivia, TriviaKind};
use signal_text::{Edit, Source, Span};

use crate::Style;
use crate::comments;
use crate::layout::Layout;

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Blanks, line ends and semicolons.
    Space,
    /// A comment or a directive on a line of its own or behind code.
    Comment,
    /// The statements of a line.
    Code,
}

/// Something that is not in style.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) part: Part,
    /// All of the line of code, the comment or the space.
    pub(crate) whole: Span,
    /// What of it changes.
    pub(crate) edit: Edit,
}

/// What is not in style, and how many statements do not parse.
pub(crate) fn changes(source: &Source, tree: &Tree, tokens: &TokenList, style: Style) -> (Vec<Change>, usize) {
    let mut walk = Walk::new(source, tree, tokens, style);
    walk.go(false);
    (walk.changes, walk.left)
}

/// Whether all is in style.
pub(crate) fn is_in_style(source: &Source, tree: &Tree, tokens: &TokenList, style: Style) -> bool {
    let mut walk = Walk::new(source, tree, tokens, style);
    walk.go(true);
    walk.changes.is_empty()
}

/// How the lines of a text end: as the first line does that holds something, `\r\n` or else `\n`. Line ends inside of
/// statements count only where there is no other, since those of a broken one stay whatever the others are.
fn line_end(source: &Source, tree: &Tree) -> &'static str {
    let trivia = tree.trivia();
    let mut statements = tree.statements().iter().peekable();
    let mut is_first = true;
    let between = trivia.iter().find(|trivia| {
        while let Some(statement) = statements.next_if(|statement| statement.span.end <= trivia.span.start) {
            is_first &= statement.span.is_empty();
        }
        is_first &= !is_comment(trivia);
        let is_inside = statements.peek().is_some_and(|statement| statement.span.start < trivia.span.start);
        trivia.kind == TriviaKind::LineEnd && !is_first && !is_inside
    });
    let end = between.or_else(|| trivia.iter().find(|trivia| trivia.kind == TriviaKind::LineEnd));
    if end.is_some_and(|end| source.slice(end.span) == "\r\n") { "\r\n" } else { "\n" }
}

const fn is_comment(trivia: &Trivia) -> bool {
    matches!(trivia.kind, TriviaKind::Comment | TriviaKind::Directive)
}

/// How many lines end in a piece of text.
fn line_ends(text: &str) -> usize {
    let bytes = text.as_bytes();
    let ends = |at: &usize| bytes[*at] == b'\n' || bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    (0..bytes.len()).filter(ends).count()
}

struct Walk<'a> {
    source: &'a Source,
    text: &'a str,
    tree: &'a Tree,
    tokens: &'a TokenList,
    line_end: &'static str,
    layout: Layout<'a>,
    /// What is written in place of the next piece.
    draft: String,
    changes: Vec<Change>,
    left: usize,
    /// Up to where the text was gone over.
    at: usize,
    /// Whether nothing but space was seen.
    is_first: bool,
    /// Whether the last thing was left as it is.
    is_raw: bool,
    /// Whether the last line of code, or the broken one that it is indented below, does not parse.
    below_broken: bool,
    /// Whether the last comment may speak for the next line of code.
    is_spoken_for: bool,
    /// Where the `=` of the directives stand up to a place.
    column: Option<usize>,
    column_until: u32,
    next_token: usize,
    next_trivia: usize,
}

impl<'a> Walk<'a> {
    fn new(source: &'a Source, tree: &'a Tree, tokens: &'a TokenList, style: Style) -> Self {
        let text = source.text();
        Self {
            source,
            text,
            tree,
            tokens,
            line_end: line_end(source, tree),
            layout: Layout::new(source, style),
            draft: String::new(),
            changes: Vec::new(),
            left: 0,
            at: if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 },
            is_first: true,
            is_raw: false,
            below_broken: false,
            is_spoken_for: false,
            column: None,
            column_until: 0,
            next_token: 0,
            next_trivia: 0,
        }
    }

    /// Goes over the text, or up to the first line with a change.
    fn go(&mut self, stops: bool) {
        let statements = self.tree.statements();
        let mut next = 0;
        while next < statements.len() {
            if stops && !self.changes.is_empty() {
                return;
            }
            let end = self.line_of_code(next);
            self.comments_before(statements[next].span.start);
            self.code(next, end);
            next = end;
        }
        self.comments_before(u32::MAX);
        self.last_line_end();
    }

    /// The statement behind those that stand on one line with the statement `first`.
    fn line_of_code(&self, first: usize) -> usize {
        let statements = self.tree.statements();
        let mut next = first + 1;
        while let Some(statement) = statements.get(next) {
            let between = &self.text[statements[next - 1].span.end as usize..statement.span.start as usize];
            if between.contains(['\n', '\r']) {
                break;
            }
            next += 1;
        }
        next
    }

    /// Writes the comments up to `end`.
    fn comments_before(&mut self, end: u32) {
        while let Some(trivia) = self.tree.trivia().get(self.next_trivia)
            && trivia.span.start < end
        {
            if is_comment(trivia) {
                self.comment(*trivia, end);
            }
            self.next_trivia += 1;
        }
    }

    fn comment(&mut self, trivia: Trivia, end: u32) {
        let own_line = self.is_first || line_ends(&self.text[self.at..trivia.span.start as usize]) > 0;
        self.space(trivia.span.start as usize);
        let text = self.source.slice(trivia.span);
        self.draft.clear();
        if trivia.kind == TriviaKind::Directive && own_line {
            if self.column_until <= trivia.span.start {
                let rest = &self.tree.trivia()[self.next_trivia..];
                let block = rest.iter().take_while(|trivia| trivia.span.start < end).count();
                self.column = comments::equals_column(self.source, &rest[..block]);
                self.column_until = end;
            }
            comments::directive(text, self.column, &mut self.draft);
        } else {
            comments::comment(text, &mut self.draft);
        }
        self.put(Part::Comment, trivia.span);
        self.is_spoken_for = own_line && comments::speaks(text);
        self.is_raw = false;
    }

    /// Writes the space up to `end`, where a comment or code begins.
    fn space(&mut self, end: usize) {
        let between = &self.text[self.at..end];
        let lines = line_ends(between);
        self.draft.clear();
        let indent = between.rsplit(['\n', '\r']).next().unwrap_or_default();
        if self.is_first {
            // Nothing goes before the first line, but for the indent of one that is broken.
            if self.text[end..].starts_with('\u{FEFF}') {
                // At the very start it would be a byte order mark.
                self.draft.push_str(between);
            } else if self.below_broken {
                self.draft.push_str(indent);
            }
        } else if self.is_raw && (lines == 0 || between.contains('\\')) {
            self.draft.push_str(between);
        } else if lines == 0 {
            self.draft.push_str("  ");
        } else {
            if self.is_raw {
                self.rest_of_line(between);
            }
            for _ in 0..lines.min(2) {
                self.draft.push_str(self.line_end);
            }
            if self.below_broken {
                // The indent is a part of the mistake.
                self.draft.push_str(indent);
            }
        }
        self.put(Part::Space, Span::from(self.at..end));
        self.is_first = false;
    }

    /// What follows a broken statement on its line, a `;` for instance, belongs to the mistake; blanks don't.
    fn rest_of_line(&mut self, between: &str) {
        let rest = between.split(['\n', '\r']).next().unwrap_or_default();
        self.draft.push_str(rest.trim_end_matches([' ', '\t', '\x0C']));
    }

    /// Writes the statements `first..end`, which stand on one line.
    fn code(&mut self, first: usize, end: usize) {
        let statements = &self.tree.statements()[first..end];
        let whole = Span::new(statements[0].span.start, statements[end - first - 1].span.end);
        let broken = statements.iter().filter(|one| matches!(one.kind, StatementKind::Error { .. })).count();
        let indented = self.text[..whole.start as usize].ends_with([' ', '\t', '\x0C']);
        self.below_broken = broken > 0 || self.below_broken && indented;
        self.left += broken;
        self.space(whole.start as usize);
        // Comments inside of the code, and whether one stands behind it.
        let trivia = self.tree.trivia();
        let inside = self.next_trivia;
        while trivia.get(self.next_trivia).is_some_and(|trivia| trivia.span.start < whole.end) {
            self.next_trivia += 1;
        }
        let inside = &trivia[inside..self.next_trivia];
        // A comment that allows something speaks for the line that it stands on: inside of a statement lines must not move.
        let is_fixed = inside
            .iter()
            .any(|trivia| is_comment(trivia) && (trivia.kind == TriviaKind::Directive || self.speaks(trivia)));
        if self.below_broken || is_fixed {
            self.at = whole.end as usize;
            self.is_raw = broken > 0;
            self.is_spoken_for = false;
            return;
        }
        self.is_raw = false;
        if let [statement] = statements
            && inside.is_empty()
        {
            let (start, tokens) = (self.next_token, self.tokens_of(statement.span));
            if self.layout.is_settled(tokens) {
                self.at = whole.end as usize;
                self.is_spoken_for = false;
                return;
            }
            self.next_token = start;
        }
        self.draft.clear();
        // Comments at the end of a line or above it speak for all of its statements.
        let stays = self.is_spoken_for || trivia.get(self.next_trivia).is_some_and(is_comment);
        let between = if stays { "; " } else { self.line_end };
        let mut inside = inside;
        for (n, statement) in statements.iter().enumerate() {
            if n > 0 {
                self.draft.push_str(between);
            }
            let tokens = self.tokens_of(statement.span);
            let count = inside.iter().take_while(|trivia| trivia.span.start < statement.span.end).count();
            let (own, rest) = inside.split_at(count);
            inside = rest;
            self.layout.statement(tokens, own, self.line_end, &mut self.draft);
        }
        self.put(Part::Code, whole);
        self.is_spoken_for = false;
    }

    fn speaks(&self, trivia: &Trivia) -> bool {
        comments::speaks(self.source.slice(trivia.span))
    }

    /// The tokens under a span that lies behind those asked for before.
    fn tokens_of(&mut self, span: Span) -> (&'a [Token], &'a [Span]) {
        let spans = &self.tokens.spans;
        while spans[self.next_token].start < span.start {
            self.next_token += 1;
        }
        let start = self.next_token;
        while spans[self.next_token].start < span.end {
            self.next_token += 1;
        }
        (&self.tokens.kinds[start..self.next_token], &spans[start..self.next_token])
    }

    /// Writes one line end behind the last line, and none where there is no line.
    fn last_line_end(&mut self) {
        let rest = &self.text[self.at..];
        self.draft.clear();
        if self.is_first {
        } else if self.is_raw && line_ends(rest) == 0 {
            self.draft.push_str(rest);
        } else {
            if self.is_raw {
                self.rest_of_line(rest);
            }
            self.draft.push_str(self.line_end);
        }
        self.put(Part::Space, Span::from(self.at..self.text.len()));
    }

    /// Puts the draft in the place of a piece of text; where they differ it is a change, as small as can be.
    fn put(&mut self, part: Part, whole: Span) {
        let old = &self.text[whole.range()];
        self.at = whole.end as usize;
        if old == self.draft {
            return;
        }
        let same = |(a, b): &(char, char)| a == b;
        let head: usize = old.chars().zip(self.draft.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
        let (old, new) = (&old[head..], &self.draft[head..]);
        let tail: usize = old.chars().rev().zip(new.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
        let span = Span::new(whole.start + head as u32, whole.end - tail as u32);
        let edit = Edit { span, text: new[..new.len() - tail].to_owned() };
        self.changes.push(Change { part, whole, edit });
    }
}
