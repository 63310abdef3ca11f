//! Writes scripts in the one style: [`format()`] takes a parsed text and returns the edits that bring it there.
//!
//! The way of a text: `walk.rs` goes over statements, comments and what lies between them; `words.rs` sets the blanks between
//! the words of a statement; `thousands.rs` spares commas that look
//! like a part of a number; `layout.rs` breaks what is too wide; `comments.rs` tidies comments and directives; and before
//! anything is returned, `same.rs` reads the result again and compares the trees.

mod comments;
mod layout;
mod same;
mod thousands;
mod walk;
mod words;

use signal_syntax::{Parsed, Statement, StatementKind, TokenList, parse, token_list};
use signal_text::{Edit, Source, Span, apply_edits};

use walk::{Change, Part};

/// The width that lines are kept to where nothing else is set: what `black` and `ruff format` taught the people who write
/// scripts to expect.
pub const LINE_WIDTH: u32 = 88;

/// What may be chosen about the style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The widest that a line of code may be, in characters, where breaking it helps. Comments behind code don't count.
    pub line_width: u32,
}

impl Default for Style {
    fn default() -> Self {
        Self { line_width: LINE_WIDTH }
    }
}

/// What formatting a text comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Formatted {
    /// What changes, in the order of the text and as small as can be. Empty: the text is in style.
    pub edits: Vec<Edit>,
    /// Statements that do not parse, and so were left as they are.
    pub left: usize,
    /// The formatter's own mistake: what it wrote would have been another script, from this byte of the old text on. Then
    /// there are no edits.
    pub fault: Option<u32>,
}

/// Formats a whole text.
///
/// Statements that do not parse, and lines indented below one, stay byte for byte. What is returned was parsed again: it
/// has the same statements, comments and directives.
#[must_use]
pub fn format(source: &Source, parsed: &Parsed, style: Style) -> Formatted {
    format_tokens(source, parsed, &token_list(source), style)
}

/// As [`format()`], with the tokens that [`parse_with_tokens`](signal_syntax::parse_with_tokens) returned beside the tree.
#[must_use]
pub fn format_tokens(source: &Source, parsed: &Parsed, tokens: &TokenList, style: Style) -> Formatted {
    let (changes, left) = walk::changes(source, &parsed.tree, tokens, style);
    checked(source, parsed, changes, left)
}

/// Whether a text is in style, and how many of its statements do not parse. Stops at the first place that is not.
#[must_use]
pub fn is_in_style(source: &Source, parsed: &Parsed, tokens: &TokenList, style: Style) -> (bool, usize) {
    let broken = broken(parsed).count();
    if broken > 0 {
        // How far a mistake reaches is only known afterwards.
        return (format_tokens(source, parsed, tokens, style).edits.is_empty(), broken);
    }
    (walk::is_in_style(source, &parsed.tree, tokens, style), 0)
}

/// The statements that do not parse.
fn broken(parsed: &Parsed) -> impl Iterator<Item = &Statement> {
    parsed.tree.statements().iter().filter(|statement| matches!(statement.kind, StatementKind::Error { .. }))
}

/// Formats what `range` touches: whole statements, comments and the space around them.
#[must_use]
pub fn format_range(source: &Source, parsed: &Parsed, style: Style, range: Span) -> Vec<Edit> {
    let (mut changes, _) = walk::changes(source, &parsed.tree, &token_list(source), style);
    changes.retain(|change| change.whole.start <= range.end && range.start <= change.whole.end);
    checked(source, parsed, changes, 0).edits
}

/// Formats what was completed by a line end typed at `offset`: the statement and the comment that end on the line above.
///
/// Blank lines stay, and so does the line of the cursor, since its author is not done there.
#[must_use]
pub fn format_line_above(source: &Source, parsed: &Parsed, style: Style, offset: u32) -> Vec<Edit> {
    let lines = source.lines();
    let Some(above) = lines.line(offset).checked_sub(1) else { return Vec::new() };
    let (mut changes, _) = walk::changes(source, &parsed.tree, &token_list(source), style);
    changes.retain(|change| match change.part {
        // Only what stands on that line, such as the blanks before a comment.
        Part::Space => lines.line(change.whole.start) == above && lines.line(change.whole.end) == above,
        Part::Code | Part::Comment => lines.line(change.whole.end) == above,
    });
    checked(source, parsed, changes, 0).edits
}

/// The text with all edits.
#[must_use]
pub fn formatted_text(source: &Source, formatted: &Formatted) -> String {
    // Edits of one walk never overlap; if they did, the text as it is would be the safe answer.
    apply_edits(source.text(), &formatted.edits).unwrap_or_else(|_| source.text().to_owned())
}

/// The edits, if the text that they make is the same script.
///
/// Where a bracket was never closed, the lines below it are read by their shape, which formatting changes; there everything
/// from the first mistake on stays as it is.
fn checked(source: &Source, parsed: &Parsed, mut changes: Vec<Change>, left: usize) -> Formatted {
    let mut fault = difference(source, parsed, &changes);
    if fault.is_some()
        && let Some(first) = broken(parsed).next()
    {
        changes.retain(|change| change.whole.end < first.span.start);
        fault = difference(source, parsed, &changes);
    }
    let changes = if fault.is_some() { Vec::new() } else { changes };
    Formatted { edits: changes.into_iter().map(|change| change.edit).collect(), left, fault }
}

/// From where on the text with the changes is another script; `None`: it is the same.
fn difference(source: &Source, parsed: &Parsed, changes: &[Change]) -> Option<u32> {
    let first = changes.first()?;
    let edits: Vec<Edit> = changes.iter().map(|change| change.edit.clone()).collect();
    let Ok(text) = apply_edits(source.text(), &edits) else { return Some(first.edit.span.start) };
    let after = Source::new(source.name(), text);
    let again = parse(&after);
    same::difference((source, &parsed.tree), (&after, &again.tree))
}
