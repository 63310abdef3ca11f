//! What a growing selection takes in, step by step: the word, its operand, argument, call, statement, section, script.

use signal_syntax::{Expr, StatementKind, Token};
use signal_text::Span;

use crate::places::{statement_at, tokens_of};
use crate::sections::{CommentLine, Sections, sections};
use crate::snapshot::Snapshot;

/// Steps that are told at most: from the inside and from the outside. Scripts that people write need some ten; a sum of a
/// hundred thousand terms would be an answer as deep as that.
const INNER: usize = 48;
const OUTER: usize = 8;

/// The steps for each of several cursors.
pub(crate) fn selections(snapshot: &Snapshot, offsets: &[u32]) -> Vec<Vec<Span>> {
    let sections = sections(snapshot);
    offsets.iter().map(|offset| steps(snapshot, &sections, *offset)).collect()
}

/// Spans around an offset from the innermost on, each of them within the next and smaller.
fn steps(snapshot: &Snapshot, sections: &Sections, offset: u32) -> Vec<Span> {
    let mut spans: Vec<Span> = sections.sections.iter().map(|section| section.span).collect();
    spans.push(Span::new(0, snapshot.source().text().len() as u32));
    let mut base = Span::empty(offset);
    if let Some(found) = in_comment(snapshot, sections, offset, &mut spans) {
        base = found;
    } else if let Some(statement) = statement_at(snapshot, offset) {
        base = anchor(snapshot, statement, offset).unwrap_or(base);
        spans.push(base);
        in_statement(snapshot, statement, offset, &mut spans);
    }
    spans.retain(|span| span.start <= base.start && base.end <= span.end && !span.is_empty());
    spans.sort_unstable_by_key(|span| (span.len(), span.start));
    let mut nested: Vec<Span> = Vec::new();
    for span in spans {
        let fits = nested
            .last()
            .is_none_or(|inner| span.start <= inner.start && inner.end <= span.end && inner.len() < span.len());
        if fits {
            nested.push(span);
        }
    }
    if nested.len() > INNER + OUTER {
        nested.drain(INNER..nested.len() - OUTER);
    }
    if nested.is_empty() {
        nested.push(base);
    }
    nested
}

/// The token that the cursor is on. Between two tokens that touch, a word goes before a sign.
fn anchor(snapshot: &Snapshot, statement: usize, offset: u32) -> Option<Span> {
    let tokens = snapshot.tokens();
    let near = tokens_of(snapshot, statement).filter(|at| tokens.spans[*at].touches(offset));
    let near = near.filter(|at| tokens.kinds[*at] != Token::LineEnd);
    let is_word =
        |at: usize| snapshot.source().slice(tokens.spans[at]).contains(|c: char| c.is_alphanumeric() || c == '_');
    let at = near.min_by_key(|at| (!is_word(*at), tokens.spans[*at].start != offset))?;
    let span = tokens.spans[at];
    // Of a string first what it says.
    let inside = Span::new(span.start + 1, span.end - 1);
    Some(if tokens.kinds[at] == Token::String && inside.touches(offset) && !inside.is_empty() { inside } else { span })
}

/// Spans of a statement that may lie around a token of it.
fn in_statement(snapshot: &Snapshot, statement: usize, offset: u32, spans: &mut Vec<Span>) {
    let tree = snapshot.tree();
    let tokens = snapshot.tokens();
    let details = &tree.statements()[statement];
    spans.push(details.span);
    if let StatementKind::Assign { targets, .. } | StatementKind::Error { targets } = details.kind
        && let [first, .., last] = tree.targets(targets)
    {
        spans.push(first.to(*last));
    }
    for id in tree.ids_of(statement) {
        let span = tree.span(id);
        if !span.touches(offset) {
            continue;
        }
        spans.push(span);
        if let Expr::Call { arguments, .. } = tree.expr(id) {
            let named = tree.arguments(arguments).iter();
            spans.extend(named.filter_map(|argument| Some(argument.name?.to(tree.span(argument.value)))));
        }
    }
    // Brackets and what they hold; of statements that do not parse, too.
    let mut open = Vec::new();
    for at in tokens_of(snapshot, statement) {
        match tokens.kinds[at] {
            Token::String if tokens.spans[at].touches(offset) => spans.push(tokens.spans[at]),
            Token::LeftParen | Token::LeftBracket => open.push(at),
            Token::RightParen | Token::RightBracket => {
                let Some(first) = open.pop() else { continue };
                let whole = tokens.spans[first].to(tokens.spans[at]);
                if whole.touches(offset) {
                    spans.push(whole);
                    // Line ends beside the brackets are no part of what they hold.
                    let inside = (first + 1..at).filter(|inner| tokens.kinds[*inner] != Token::LineEnd);
                    let (mut inside, mut behind) = (inside.clone(), inside.rev());
                    if let (Some(first), Some(last)) = (inside.next(), behind.next()) {
                        spans.push(tokens.spans[first].to(tokens.spans[last]));
                    }
                }
            }
            _ => {}
        }
    }
}

/// For an offset in a comment or directive, the word there; spans around it go to `spans`.
fn in_comment(snapshot: &Snapshot, sections: &Sections, offset: u32, spans: &mut Vec<Span>) -> Option<Span> {
    let trivia = snapshot.tree().trivia();
    let behind = trivia.partition_point(|trivia| trivia.span.start <= offset);
    let near = trivia[..behind].iter().rev().take(2).map(|trivia| trivia.span);
    let whole =
        near.into_iter().find(|span| span.touches(offset) && snapshot.source().slice(*span).starts_with('#'))?;
    spans.push(whole);
    let text = snapshot.source().slice(whole);
    let at = (offset - whole.start) as usize;
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let start = text[..at]
        .rfind(|c| !is_word(c))
        .map_or(0, |found| found + text[found..].chars().next().map_or(1, char::len_utf8));
    let end = text[at..].find(|c| !is_word(c)).map_or(text.len(), |found| at + found);
    let word = Span::new(whole.start + start as u32, whole.start + end as u32);
    spans.push(word);
    let body = text.trim_start_matches(['#', '!']).trim_start();
    let from = whole.start + (text.len() - body.len()) as u32;
    spans.push(Span::new(from, from + body.trim_end().len() as u32));
    spans.push(block_around(&sections.comments, whole));
    if let Some(line) = snapshot.directives().lines.iter().find(|line| line.line == whole) {
        spans.extend([line.key, line.value, line.key.to(line.value)]);
        let value = snapshot.source().slice(line.value);
        let mut start = line.value.start;
        for item in value.split(',') {
            let trimmed = item.trim();
            let at = start + (item.len() - item.trim_start().len()) as u32;
            spans.push(Span::new(at, at + trimmed.len() as u32));
            start += item.len() as u32 + 1;
        }
    }
    Some(if word.is_empty() { Span::empty(offset) } else { word })
}

/// The comments on lines of their own that follow each other around one of them.
fn block_around(comments: &[CommentLine], comment: Span) -> Span {
    let together = |a: &CommentLine, b: &CommentLine| a.line + 1 == b.line && a.directive == b.directive;
    let mut blocks = comments.chunk_by(together);
    let block = blocks.find(|block| block.iter().any(|line| line.span == comment));
    match block {
        Some([first, .., last]) => first.span.to(last.span),
        _ => comment,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::at_cursor;

    fn check(marked: &str, expected: &[&str]) {
        let (snapshot, offset) = at_cursor(marked);
        let found = selections(&snapshot, &[offset]).remove(0);
        let texts: Vec<&str> = found.iter().map(|span| snapshot.source().slice(*span)).collect();
        assert_eq!(texts, expected, "{marked}");
    }

    #[test]
    fn a_selection_grows_from_the_word_to_the_script() {
        let script = "x = 1\nup = cl┃ose > sma(close, 20) and x\n";
        check(
            script,
            &[
                "close",
                "close > sma(close, 20)",
                "close > sma(close, 20) and x",
                "up = close > sma(close, 20) and x",
                "x = 1\nup = close > sma(close, 20) and x\n",
            ],
        );
    }

    #[test]
    fn arguments_come_one_by_one_then_all_then_the_call() {
        check(
            "x = sma(close, period=2┃0)[-1]",
            &[
                "20",
                "period=20",
                "close, period=20",
                "(close, period=20)",
                "sma(close, period=20)",
                "sma(close, period=20)[-1]",
                "x = sma(close, period=20)[-1]",
            ],
        );
        check(
            "x = f(\n    a,\n    b┃\n)\n",
            &[
                "b",
                "a,\n    b",
                "(\n    a,\n    b\n)",
                "f(\n    a,\n    b\n)",
                "x = f(\n    a,\n    b\n)",
                "x = f(\n    a,\n    b\n)\n",
            ],
        );
    }

    #[test]
    fn a_string_comes_without_its_quotes_first() {
        check("x = f(\"A🚀┃B\")", &["A🚀B", "\"A🚀B\"", "(\"A🚀B\")", "f(\"A🚀B\")", "x = f(\"A🚀B\")"]);
    }

    #[test]
    fn a_name_grows_to_those_that_it_is_bound_with() {
        check("line, sig┃nal, _ = macd(close)", &["signal", "line, signal, _", "line, signal, _ = macd(close)"]);
    }

    #[test]
    fn a_statement_that_does_not_parse_grows_by_its_brackets() {
        check("x = f(a, g(b┃, c)", &["b", "b, c", "(b, c)", "x = f(a, g(b, c)"]);
    }

    #[test]
    fn comments_grow_by_words_and_blocks() {
        check(
            "# one tw┃o\n# three\nx = 1\n",
            &["two", "one two", "# one two", "# one two\n# three", "# one two\n# three\nx = 1\n"],
        );
        check(
            "#! universe = A:B/C, D:E/┃F\n#! mode = cross\n",
            &[
                "F",
                "D:E/F",
                "A:B/C, D:E/F",
                "universe = A:B/C, D:E/F",
                "#! universe = A:B/C, D:E/F",
                "#! universe = A:B/C, D:E/F\n#! mode = cross",
                "#! universe = A:B/C, D:E/F\n#! mode = cross\n",
            ],
        );
    }

    #[test]
    fn between_lines_there_is_only_the_script() {
        check("x = 1\n┃\ny = 2", &["x = 1\n\ny = 2"]);
        check("┃", &[""]);
        check("## A\nx = 1\n\n┃\n\ny = 2", &["## A\nx = 1\n\n\n\ny = 2"]);
    }

    #[test]
    fn a_sum_of_many_terms_is_told_in_few_steps() {
        let (snapshot, offset) = at_cursor(&format!("x = ┃1{}\n", " + 1".repeat(20_000)));
        let found = selections(&snapshot, &[offset]).remove(0);
        assert_eq!(found.len(), INNER + OUTER);
        assert!(found.windows(2).all(|pair| pair[0].start >= pair[1].start && pair[0].end <= pair[1].end));
    }
}
