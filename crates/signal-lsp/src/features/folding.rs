//! What can be folded: statements and brackets over several lines, blocks of comments and directives, sections, regions.

use signal_syntax::Token;

use crate::sections::{CommentLine, sections};
use crate::snapshot::Snapshot;

/// Lines that fold into the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fold {
    /// The line that stays, from 0.
    pub(crate) first: u32,
    /// The last line that goes.
    pub(crate) last: u32,
    /// What folds.
    pub(crate) kind: FoldKind,
}

/// What folds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FoldKind {
    /// A statement or a pair of brackets.
    Code,
    /// Lines of comment.
    Comment,
    /// Directives.
    Settings,
    /// A section or a region.
    Section,
}

/// All folds by their first lines, of which no two are the same. Two folds are apart, or one lies within the other.
pub(crate) fn folds(snapshot: &Snapshot) -> Vec<Fold> {
    let found = sections(snapshot);
    let line = |offset: u32| snapshot.source().lines().line(offset) as u32;
    let mut folds: Vec<Fold> = Vec::new();
    for section in &found.sections {
        // Of a heading between two rules the text stays in sight.
        let heading = if section.title.is_empty() { section.span.start } else { section.title.start };
        folds.push(Fold { first: line(heading), last: line(section.span.end), kind: FoldKind::Section });
    }
    blocks(&found.comments, &mut folds);
    of_statements(snapshot, &mut folds);
    folds.retain(|fold| fold.first < fold.last);
    apart_or_within(folds)
}

/// Comments, or directives, on lines that follow each other.
fn blocks(comments: &[CommentLine], folds: &mut Vec<Fold>) {
    let together =
        |a: &CommentLine, b: &CommentLine| a.line + 1 == b.line && a.directive == b.directive && !a.marks && !b.marks;
    for block in comments.chunk_by(together) {
        if let [first, .., last] = block {
            let kind = if first.directive { FoldKind::Settings } else { FoldKind::Comment };
            folds.push(Fold { first: first.line, last: last.line, kind });
        }
    }
}

/// Statements and brackets over several lines, in one pass over the tokens.
fn of_statements(snapshot: &Snapshot, folds: &mut Vec<Fold>) {
    let line = |offset: u32| snapshot.source().lines().line(offset) as u32;
    let tokens = snapshot.tokens();
    let mut at = 0;
    let mut open: Vec<u32> = Vec::new();
    for statement in snapshot.tree().statements() {
        let (first, last) = (line(statement.span.start), line(statement.span.end));
        if first == last {
            continue;
        }
        open.clear();
        at += tokens.spans[at..].partition_point(|span| span.start < statement.span.start);
        // The line of the token before, and the last line that begins with a closing bracket, which stays in sight.
        let (mut above, mut closing) = (first, None);
        let mut end = last;
        while let Some(span) = tokens.spans.get(at).filter(|span| span.start < statement.span.end) {
            let here = line(span.start);
            match tokens.kinds[at] {
                Token::LeftParen | Token::LeftBracket => open.push(here),
                Token::RightParen | Token::RightBracket => {
                    if above < here {
                        closing = Some(here);
                    }
                    let last = if closing == Some(here) { here - 1 } else { here };
                    if here == end {
                        end = last;
                    }
                    folds.extend(open.pop().map(|first| Fold { first, last, kind: FoldKind::Code }));
                }
                _ => {}
            }
            if tokens.kinds[at] != Token::LineEnd {
                above = here;
            }
            at += 1;
        }
        folds.push(Fold { first, last: end, kind: FoldKind::Code });
    }
}

/// Of folds with one first line the longest; and where two overlap, the upper one ends above the lower one.
fn apart_or_within(mut folds: Vec<Fold>) -> Vec<Fold> {
    folds.sort_by_key(|fold| (fold.first, std::cmp::Reverse(fold.last)));
    folds.dedup_by_key(|fold| fold.first);
    // Those that the next one may lie within, as indexes.
    let mut around: Vec<usize> = Vec::new();
    for at in 0..folds.len() {
        let Fold { first, last, .. } = folds[at];
        while let Some(&outer) = around.last() {
            if folds[outer].last >= last {
                break;
            }
            folds[outer].last = folds[outer].last.min(first - 1);
            around.pop();
        }
        around.push(at);
    }
    folds.retain(|fold| fold.first < fold.last);
    folds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::snapshot;

    /// Folds as `first-last`, lines from 1, with the first letter of what folds.
    fn check(text: &str, expected: &str) {
        let shown = |fold: &Fold| format!("{}-{}{:?}", fold.first + 1, fold.last + 1, fold.kind);
        let found: Vec<String> = folds(&snapshot(text)).iter().map(shown).collect();
        assert_eq!(found.join(" "), expected, "{text}");
    }

    #[test]
    fn a_call_over_several_lines_folds_and_its_bracket_stays() {
        check("x = max(\n    a,\n    b,\n)\n", "1-3Code");
        check("x = max(a,\n        b)\n", "1-2Code");
        check("x = 1 + \\\n  2\n", "1-2Code");
        check("x = max(a, b)\n", "");
    }

    #[test]
    fn brackets_within_brackets_fold_within_them() {
        check(
            "emit_signal(\n    a\n    and b,\n    entry(\n        \"X\",\n        \"LONG\",\n    ),\n)\n",
            "1-7Code 4-6Code",
        );
        check("emit_signal(max(\n    a,\n), entry(\n    \"X\",\n))\n", "1-4Code 3-4Code");
    }

    #[test]
    fn a_fold_ends_above_one_that_begins_on_its_last_line() {
        check("x = f(\n    a(1,\n        2,\n        3), b(\n        4),\n)\n", "1-5Code 2-3Code 4-5Code");
    }

    #[test]
    fn an_unclosed_bracket_folds_with_its_statement() {
        check("x = max(\n    a,\n    b\ny = 1\n", "1-3Code");
    }

    #[test]
    fn comments_and_directives_fold_by_blocks() {
        check(
            "# a\n# b\n#! timeframe = 1h\n#! mode = cross\n\n# c\n\n# d\n# e\nx = 1",
            "1-2Comment 3-4Settings 8-9Comment",
        );
    }

    #[test]
    fn sections_fold_around_what_they_hold() {
        check(
            "# --- A ---\n# one\n# two\nx = max(\n  1)\n\n# region B\ny = 1\n# endregion\n# --- C ---\n",
            "1-9Section 2-3Comment 4-5Code 7-9Section",
        );
        check("# ======\n# Exits\n# ======\nx = 1\n\ny = 2\n", "2-6Section");
    }

    #[test]
    fn line_ends_of_any_kind_count() {
        check("x = max(\r\n  1,\r\n)\r\n# a\r# b\r", "1-2Code 4-5Comment");
    }
}
