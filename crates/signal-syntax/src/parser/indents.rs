//! Statements that are indented: Python would refuse them, so a server that reads like Python may.

use signal_text::{Diagnostic, Fix, Severity, Span};

use crate::tree::{StatementKind, Tree, Trivia, TriviaKind};

/// A warning for each indented statement, but for those below a broken one: the indent is a part of that mistake, be it
/// the body of an `if` or a line that was meant to go on.
pub(super) fn warnings(text: &str, tree: &Tree, trivia: &[Trivia]) -> Vec<Diagnostic> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut below_broken = false;
    for statement in tree.statements() {
        let start = statement.span.start as usize;
        let is_error = matches!(statement.kind, StatementKind::Error { .. });
        let follows_space = start > 0 && matches!(bytes[start - 1], b' ' | b'\t' | 0x0C);
        below_broken = is_error || below_broken && follows_space;
        if below_broken || !follows_space {
            continue;
        }
        let margin = bytes[..start].iter().rev().take_while(|&&byte| matches!(byte, b' ' | b'\t' | 0x0C)).count();
        let line = start - margin;
        // A form feed alone is a page break.
        if bytes[line..start].iter().all(|&byte| byte == 0x0C) || !begins_line(text, line, trivia) {
            continue;
        }
        let span = Span::from(line..start);
        found.push(
            Diagnostic::new("unexpected-indent", Severity::Warning, span, "this statement is indented")
                .help(
                    "a script has no blocks: every statement begins at the start of its line, \
                     and a server that reads like Python refuses others",
                )
                .fix(Fix::replace("remove the indent", true, span, "")),
        );
    }
    found
}

/// Whether a line of its own begins at `at`: not behind a `;`, and not a line that a `\` joins to the one before.
fn begins_line(text: &str, at: usize, trivia: &[Trivia]) -> bool {
    let before = &text[..at];
    let Some(line_before) = before.strip_suffix("\r\n").or_else(|| before.strip_suffix(['\n', '\r'])) else {
        return before.is_empty() || before == "\u{FEFF}";
    };
    let joined = line_before.trim_end_matches([' ', '\t', '\u{0C}']);
    // At the end of a comment a `\` is only a character.
    let in_comment = || {
        let next = trivia.partition_point(|trivia| (trivia.span.end as usize) < joined.len());
        trivia.get(next).is_some_and(|trivia| {
            matches!(trivia.kind, TriviaKind::Comment | TriviaKind::Directive)
                && (trivia.span.start as usize) < joined.len()
        })
    };
    !joined.ends_with('\\') || in_comment()
}
