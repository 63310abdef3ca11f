//! The lines of a source that a finding is about, cut out and made printable: what ariadne gets to draw.
//!
//! Ariadne would read the whole text for each report, takes form feeds for line ends, and prints what a terminal obeys.

use std::collections::BTreeMap;
use std::ops::Range;

use signal_text::{Diagnostic, Edit, Fix, Source, Span};

use super::visible;

/// A label over more lines than this is cut to its first one.
const MOST_LINES: usize = 6;
/// A line longer than this many bytes is shown as a window around the first label on it.
const LONG_LINE: usize = 400;
/// How many bytes of a long line are shown before and behind the start of a label.
const WINDOW: (usize, usize) = (60, 120);
/// How many labels are drawn; more of them explain nothing.
const MOST_LABELS: usize = 8;
/// What is written at a place that nothing more is to say of.
pub(super) const PLAIN: &str = "here";
/// A tab goes to the next multiple of this.
const TAB: usize = 4;

/// Lines of a source with labels on them; offsets are bytes of `text`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The lines, each with its line end.
    pub(super) text: String,
    /// The number of each line in the source, from 1; `None` stands for lines that were left out.
    pub(super) numbers: Vec<Option<usize>>,
    /// What is pointed at, in the order of the text.
    pub(super) marks: Vec<Mark>,
}

/// Something to point at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Bytes of the excerpt's text.
    pub(super) range: Range<usize>,
    /// What to write at it.
    pub(super) message: String,
    /// Whether it is the finding's own place.
    pub(super) primary: bool,
}

/// A mark before it is moved into the excerpt.
struct Wanted {
    span: Span,
    lines: Range<usize>,
    message: String,
    primary: bool,
}

/// Cuts out what `finding` needs.
pub(super) fn cut(source: &Source, finding: &Diagnostic) -> Excerpt {
    let wanted = wanted(source, finding);
    let mut on_line: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, mark) in wanted.iter().enumerate() {
        for line in mark.lines.clone() {
            on_line.entry(line).or_default().push(at);
        }
    }
    let mut excerpt = Excerpt::default();
    let mut ranges: Vec<Option<Range<usize>>> = vec![None; wanted.len()];
    let mut before = None;
    for (&line, marks) in &on_line {
        if before.is_some_and(|before| before + 1 < line) {
            excerpt.text.push('\n');
            excerpt.numbers.push(None);
        }
        before = Some(line);
        let spans: Vec<Span> = marks.iter().map(|&at| wanted[at].span).collect();
        for (&at, range) in marks.iter().zip(push_line(&mut excerpt, source, line, &spans)) {
            if let Some(range) = range {
                ranges[at] = Some(ranges[at].take().map_or(range.clone(), |known| known.start..range.end));
            }
        }
    }
    excerpt.marks = wanted
        .into_iter()
        .zip(ranges)
        .filter_map(|(mark, range)| Some(Mark { range: range?, message: mark.message, primary: mark.primary }))
        .collect();
    // Ariadne draws one block where labels come in the order of their last lines.
    excerpt.marks.sort_by_key(|mark| (mark.range.end, mark.range.start));
    excerpt
}

/// The fix that is written at the place itself: a single one that changes what stands there.
pub(super) fn fix_at_place(finding: &Diagnostic) -> Option<&Fix> {
    let [fix] = finding.fixes.as_slice() else { return None };
    let is_taken = finding.labels.iter().any(|label| label.span == finding.span);
    let touches = |edit: &Edit| edit.span.start <= finding.span.end && finding.span.start <= edit.span.end;
    (!is_taken && fix.edits.iter().any(touches)).then_some(fix)
}

/// The finding's own place and those of its labels, each cut to a few lines.
fn wanted(source: &Source, finding: &Diagnostic) -> Vec<Wanted> {
    let own = source.clamp(finding.span);
    let at_own = |label: &&signal_text::Label| source.clamp(label.span) == own;
    let message = match (finding.labels.iter().find(at_own), fix_at_place(finding)) {
        (Some(label), _) => visible::line(&label.message).into_owned(),
        (None, Some(fix)) => visible::line(&fix.title).into_owned(),
        (None, None) => PLAIN.to_owned(),
    };
    let others = finding.labels.iter().filter(|label| !at_own(label)).take(MOST_LABELS);
    std::iter::once((own, message, true))
        .chain(others.map(|label| (source.clamp(label.span), visible::line(&label.message).into_owned(), false)))
        .map(|(span, message, primary)| {
            let index = source.lines();
            let first = index.line(span.start);
            let last = index.line(span.end.saturating_sub(1).max(span.start));
            let short = (first..=last).all(|line| line_range(source, line).len() <= LONG_LINE);
            let end = if last - first < MOST_LINES && short { last } else { first };
            Wanted { span, lines: first..end + 1, message, primary }
        })
        .collect()
}

/// Bytes of a line without its line end.
fn line_range(source: &Source, line: usize) -> Range<usize> {
    let start = source.lines().start(line).map_or(source.text().len(), |start| start as usize);
    let end = source.lines().start(line + 1).map_or(source.text().len(), |next| next as usize - 1);
    let text = &source.text()[start..end.max(start)];
    start..start + text.strip_suffix('\r').unwrap_or(text).len()
}

/// Appends a line of the source; returns where each of `spans` lies in it, `None` when it is cut away.
fn push_line(excerpt: &mut Excerpt, source: &Source, line: usize, spans: &[Span]) -> Vec<Option<Range<usize>>> {
    let whole = line_range(source, line);
    let shown = if whole.len() <= LONG_LINE { whole.clone() } else { window(source.text(), &whole, spans) };
    if shown.start > whole.start {
        excerpt.text.push('…');
    }
    // Where each byte of the source's line went; only ends of spans are asked for, so a search among few is enough.
    let starts: Vec<usize> = spans.iter().map(|span| (span.start as usize).clamp(shown.start, shown.end)).collect();
    let ends: Vec<usize> = spans.iter().map(|span| (span.end as usize).clamp(shown.start, shown.end)).collect();
    let mut placed = vec![(None, None); spans.len()];
    let place = |placed: &mut Vec<(Option<usize>, Option<usize>)>, from: usize, to: usize| {
        for (at, placed) in placed.iter_mut().enumerate() {
            if starts[at] == from {
                placed.0 = Some(to);
            }
            if ends[at] == from {
                placed.1 = Some(to);
            }
        }
    };
    let mut column = 0;
    for (at, character) in source.text()[shown.clone()].char_indices() {
        place(&mut placed, shown.start + at, excerpt.text.len());
        if character == '\t' {
            let width = TAB - column % TAB;
            excerpt.text.extend(std::iter::repeat_n(' ', width));
            column += width;
        } else if visible::is_unprintable(character) {
            // A byte order mark at the very start is no part of what the author sees.
            if at + shown.start > 0 || character != '\u{FEFF}' {
                let escaped = visible::escape(character);
                column += escaped.len();
                excerpt.text.push_str(&escaped);
            }
        } else {
            excerpt.text.push(character);
            column += unicode_width::UnicodeWidthChar::width(character).unwrap_or(1);
        }
    }
    place(&mut placed, shown.end, excerpt.text.len());
    if shown.end < whole.end {
        excerpt.text.push('…');
    }
    let end_of_line = excerpt.text.len();
    excerpt.text.push('\n');
    excerpt.numbers.push(Some(line + 1));
    let range = |(span, placed): (&Span, (Option<usize>, Option<usize>))| {
        let cut_away = (shown.end < whole.end && span.start as usize > shown.end)
            || (shown.start > whole.start && (span.end as usize) < shown.start);
        let (start, end) = (placed.0?, placed.1?);
        // What is missing at a place is pointed at by the character there, or by the line's end.
        let least = start + excerpt.text[start..].chars().next().map_or(0, char::len_utf8);
        let end = if end > start { end } else { least.max(start + 1) };
        (!cut_away).then_some(start..end.min(end_of_line + 1))
    };
    spans.iter().zip(placed).map(range).collect()
}

/// The part of a long line around the first span on it.
fn window(text: &str, line: &Range<usize>, spans: &[Span]) -> Range<usize> {
    let center = spans.iter().map(|span| span.start as usize).min().unwrap_or(line.start).clamp(line.start, line.end);
    let mut start = center.saturating_sub(WINDOW.0).max(line.start);
    let mut end = (center + WINDOW.1).min(line.end);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use signal_text::Severity;

    fn check(text: &str, spans: &[(u32, u32)], expected: &str, marked: &[&str]) {
        let source = Source::new("a", text);
        let mut finding = Diagnostic::new("rule", Severity::Error, Span::new(spans[0].0, spans[0].1), "m");
        for &(start, end) in &spans[1..] {
            finding = finding.label(Span::new(start, end), "l");
        }
        let excerpt = cut(&source, &finding);
        let shown: Vec<&str> = excerpt.marks.iter().map(|mark| &excerpt.text[mark.range.clone()]).collect();
        assert_eq!((excerpt.text.as_str(), shown.as_slice()), (expected, marked));
    }

    #[test]
    fn only_lines_with_labels_are_kept() {
        check("a = 1\nb = 2\nc = 3\nd = a\n", &[(22, 23), (0, 1)], "a = 1\n\nd = a\n", &["a", "a"]);
    }

    #[test]
    fn tabs_and_controls_keep_labels_in_place() {
        check("\ta = \u{1b}rsl(x)", &[(6, 9)], "    a = \\u{1b}rsl(x)\n", &["rsl"]);
    }

    #[test]
    fn a_line_ends_with_any_line_end() {
        check("a = 1\r\nb = rsl\r\n", &[(11, 14)], "b = rsl\n", &["rsl"]);
    }

    #[test]
    fn something_missing_at_the_end_of_a_line_points_behind_it() {
        check("a = \nb = 1", &[(4, 4)], "a = \n", &["\n"]);
    }

    #[test]
    fn an_endless_line_is_shown_as_a_window() {
        let text = format!("a = {}é{}", "1 + ".repeat(500), " + 2".repeat(500));
        let source = Source::new("a", text.as_str());
        let at = text.find('é').unwrap() as u32;
        let excerpt = cut(&source, &Diagnostic::new("rule", Severity::Error, Span::new(at, at + 2), "m"));
        assert!(excerpt.text.len() < 250 && excerpt.text.starts_with('…') && excerpt.text.ends_with("…\n"));
        assert_eq!(&excerpt.text[excerpt.marks[0].range.clone()], "é");
    }

    proptest! {
        #[test]
        fn marks_lie_on_characters_of_the_excerpt(text in "[a\té\n\r\u{c}\u{202e}🚀\u{2028}]{0,80}", spans in proptest::collection::vec((0u32..330, 0u32..330), 1..5)) {
            let source = Source::new("a", text.as_str());
            let span = |(a, b): (u32, u32)| Span::new(a.min(b), a.max(b));
            let mut finding = Diagnostic::new("rule", Severity::Error, span(spans[0]), "m");
            for &at in &spans[1..] {
                finding = finding.label(span(at), "l");
            }
            let excerpt = cut(&source, &finding);
            prop_assert!(excerpt.marks.iter().any(|mark| mark.primary));
            for mark in &excerpt.marks {
                prop_assert!(excerpt.text.get(mark.range.clone()).is_some());
                prop_assert!(!mark.range.is_empty());
            }
            prop_assert_eq!(excerpt.text.matches('\n').count(), excerpt.numbers.len());
        }
    }
}
