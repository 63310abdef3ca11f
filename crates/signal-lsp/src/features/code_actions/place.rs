//! Where new text goes, and what lies around text that is replaced.

use signal_syntax::{Tree, TriviaKind};
use signal_text::{Edit, Source, Span};
use similar::{Algorithm, capture_diff_slices};

/// The line end that a text uses.
pub(super) fn line_end(source: &Source) -> &'static str {
    let text = source.text();
    match text.find(['\n', '\r']).map(|at| &text[at..]) {
        Some(rest) if rest.starts_with("\r\n") => "\r\n",
        Some(rest) if rest.starts_with('\r') => "\r",
        _ => "\n",
    }
}

/// What stands on a place's line before it, a byte order mark aside.
fn before_on_line(source: &Source, at: u32) -> &str {
    let line = source.lines().start(source.lines().line(at)).unwrap_or_default();
    let text = source.slice(Span::new(line, at));
    if line == 0 { text.strip_prefix('\u{FEFF}').unwrap_or(text) } else { text }
}

/// The edit that puts statements before one. Comments right above it stay with it.
pub(super) fn insert_before(source: &Source, tree: &Tree, statement: usize, lines: &[String]) -> Option<Edit> {
    let statements = tree.statements();
    let start = statements.get(statement)?.span.start;
    let before = before_on_line(source, start);
    if !before.trim().is_empty() {
        // Behind a `;`.
        let text = lines.iter().map(|line| format!("{line}; ")).collect();
        return Some(Edit { span: Span::empty(start), text });
    }
    let end = line_end(source);
    let text = lines.iter().map(|line| format!("{line}{end}")).collect();
    let above = statement.checked_sub(1).map_or(0, |above| statements[above].span.end);
    let mut at = start - before.len() as u32;
    let mut line = source.lines().line(start);
    while let Some(over) = line.checked_sub(1)
        && let Some(from) = source.lines().start(over)
        && from >= above
        && is_comment(source, tree, from)
    {
        (line, at) = (over, from);
    }
    if at == 0 && source.text().starts_with('\u{FEFF}') {
        at = 3;
    }
    Some(Edit { span: Span::empty(at), text })
}

/// Whether a line holds a comment that sets nothing, and nothing else.
fn is_comment(source: &Source, tree: &Tree, line: u32) -> bool {
    let trivia = tree.trivia();
    let next = trivia.partition_point(|trivia| trivia.span.start < line);
    trivia[next..].first().is_some_and(|first| {
        first.kind == TriviaKind::Comment && before_on_line(source, first.span.start).trim().is_empty()
    })
}

/// Whether a comment stands in a place: a name instead of it would say less.
pub(super) fn holds_comment(tree: &Tree, span: Span) -> bool {
    let trivia = tree.trivia();
    let first = trivia.partition_point(|trivia| trivia.span.start < span.start);
    let mut within = trivia[first..].iter().take_while(|trivia| trivia.span.start < span.end);
    within.any(|trivia| matches!(trivia.kind, TriviaKind::Comment | TriviaKind::Directive))
}

/// The edit that puts a name or a text like one in place of another, with blanks where it would grow together with a word.
pub(super) fn replace(source: &Source, span: Span, text: &str) -> Edit {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let glued =
        |outside: Option<char>, inside: Option<char>| outside.is_some_and(is_word) && inside.is_some_and(is_word);
    let (before, behind) = (&source.text()[..span.start as usize], &source.text()[span.end as usize..]);
    let left = if glued(before.chars().next_back(), text.chars().next()) { " " } else { "" };
    let right = if glued(behind.chars().next(), text.chars().next_back()) { " " } else { "" };
    Edit { span, text: format!("{left}{text}{right}") }
}

/// The edit that takes a statement out, with its line where nothing else stands there.
pub(super) fn remove_statement(source: &Source, statement: Span) -> Edit {
    let text = source.text();
    let blanks = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
    let end = statement.end as usize;
    let rest = &text[end..];
    let behind = end + blanks(rest);
    let before = before_on_line(source, statement.start);
    let gone = |span: std::ops::Range<usize>| Edit { span: Span::from(span), text: String::new() };
    if text[behind..].starts_with(';') {
        let next = behind + 1 + blanks(&text[behind + 1..]);
        if !text[next..].starts_with(['\n', '\r', '#']) && next < text.len() {
            return gone(statement.start as usize..next);
        }
        if before.trim().is_empty() {
            return gone(statement.start as usize..next);
        }
    }
    if !before.trim().is_empty() {
        // With the `;` before it.
        let kept = before.trim_end_matches([' ', '\t', ';']);
        return gone(statement.start as usize - (before.len() - kept.len())..end);
    }
    let line = statement.start as usize - before.len();
    let line_end = ["\r\n", "\n", "\r"].iter().find(|end| text[behind..].starts_with(**end));
    match line_end {
        Some(line_end) => gone(line..behind + line_end.len()),
        None if behind == text.len() => gone(line..behind),
        // A comment stays where it is.
        None => gone(statement.start as usize..behind),
    }
}

/// The edits that make one text of another, line by line; `None` where they are equal.
pub(super) fn changed_lines(before: &str, after: &str) -> Option<Vec<Edit>> {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let (mut at, mut edits) = (0, Vec::new());
    let mut change = |old: &[&str], new: &[&str]| {
        let length: usize = old.iter().map(|line| line.len()).sum();
        if old != new {
            edits.push(Edit { span: Span::from(at..at + length), text: new.concat() });
        }
        at += length;
    };
    if old.len() == new.len() {
        // As fixes leave most texts. Looking for what stayed takes long where much is changed.
        old.chunks(1).zip(new.chunks(1)).for_each(|(old, new)| change(old, new));
    } else {
        let ops = capture_diff_slices(Algorithm::Patience, &old, &new);
        ops.iter().for_each(|op| change(&old[op.old_range()], &new[op.new_range()]));
    }
    (!edits.is_empty()).then_some(edits)
}
