//! Draws findings under the text they are about, so that a snapshot shows what an author sees.

#![allow(dead_code, clippy::unwrap_used)] // each test target uses some of it

use std::fmt::Write;

use signal_text::{Diagnostic, Source, Span, apply_edits};

/// The lines that have findings, each finding with carets under its place, its remarks, help and fixes.
pub(crate) fn draw(source: &Source, diagnostics: &[Diagnostic]) -> String {
    let mut drawing = String::new();
    let mut shown = None;
    for diagnostic in diagnostics {
        let line = source.lines().line(diagnostic.span.start);
        if shown != Some(line) {
            writeln!(drawing, "{:>2} | {}", line + 1, text_of(source, line)).unwrap();
            shown = Some(line);
        }
        let Diagnostic { code, severity, message, span, labels, help, fixes } = diagnostic;
        let pad = carets(source, *span);
        writeln!(drawing, "   | {pad} {severity}[{code}]: {message}").unwrap();
        for label in labels {
            let at = source.line_column(label.span.start);
            writeln!(drawing, "   |   {}:{} `{}`: {}", at.line, at.column, source.slice(label.span), label.message)
                .unwrap();
        }
        if let Some(help) = help {
            writeln!(drawing, "   |   help: {help}").unwrap();
        }
        for fix in fixes {
            let fixed = apply_edits(source.text(), &fix.edits).unwrap();
            let safe = if fix.safe { "safe" } else { "unsafe" };
            writeln!(drawing, "   |   fix ({safe}): {} -> {:?}", fix.title, changed(source.text(), &fixed)).unwrap();
        }
    }
    if drawing.is_empty() { "nothing to report\n".to_owned() } else { drawing }
}

fn text_of(source: &Source, line: usize) -> &str {
    source.text().split('\n').nth(line).unwrap_or_default().trim_end_matches('\r')
}

fn carets(source: &Source, span: Span) -> String {
    let column = source.line_column(span.start).column as usize - 1;
    let first = source.slice(span).lines().next().unwrap_or_default().chars().count();
    format!("{}{}", " ".repeat(column), "^".repeat(first.max(1)))
}

/// The lines of the mended text that the old one doesn't have, or what became of a text that only lost some.
fn changed<'t>(before: &str, after: &'t str) -> Vec<&'t str> {
    let new: Vec<&str> = after.lines().filter(|line| !before.lines().any(|old| old == *line)).collect();
    if new.is_empty() { after.lines().collect() } else { new }
}

/// Asserts that every place of a finding lies in the text, on character boundaries, and that its fixes can be applied.
pub(crate) fn assert_places(source: &Source, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        let inside = |span: Span| span.start <= span.end && source.text().get(span.range()).is_some();
        assert!(inside(diagnostic.span), "{diagnostic:?} in {:?}", source.text());
        assert!(diagnostic.labels.iter().all(|label| inside(label.span)), "{diagnostic:?} in {:?}", source.text());
        for fix in &diagnostic.fixes {
            let fixed = apply_edits(source.text(), &fix.edits);
            assert!(fixed.is_ok_and(|fixed| fixed != source.text()), "{fix:?} in {:?}", source.text());
        }
        assert!(!diagnostic.message.is_empty() && !diagnostic.message.ends_with('.'), "{}", diagnostic.message);
    }
}
