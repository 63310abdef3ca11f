//! What people write by mistake, and what the parser says to it.
//!
//! `mistakes.txt` holds one mistake a paragraph; the snapshot shows each with its message, place, help and fix, as plain text
//! to be read by people. Every fix is applied: a safe one has to leave a script without errors.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write as _;

use signal_syntax::{Parsed, StatementKind, parse};
use signal_text::{Diagnostic, Severity, Source, Span, apply_edits};

/// One mistake a paragraph. `\t`, `\r`, `\u{...}` and `\0` stand for characters that can't be seen.
fn mistakes() -> Vec<String> {
    include_str!("mistakes.txt")
        .split("\n\n")
        .map(|paragraph| paragraph.lines().filter(|line| !line.starts_with("##")).collect::<Vec<_>>().join("\n"))
        .filter(|paragraph| !paragraph.trim().is_empty())
        .map(|paragraph| unescaped(&paragraph))
        .collect()
}

fn unescaped(text: &str) -> String {
    let mut result = text.replace("<TAB>", "\t").replace("<CR>", "\r");
    while let Some(at) = result.find("<U+") {
        let end = at + result[at..].find('>').unwrap();
        let code = u32::from_str_radix(&result[at + 3..end], 16).unwrap();
        result.replace_range(at..=end, &char::from_u32(code).unwrap().to_string());
    }
    result
}

fn check(text: &str) -> (Source, Parsed) {
    let source = Source::new("mistake", text);
    let parsed = parse(&source);
    (source, parsed)
}

/// The lines a diagnostic is about, with carets below.
fn render(source: &Source, diagnostic: &Diagnostic) -> String {
    let mut out = format!("{}[{}]: {}\n", diagnostic.severity, diagnostic.code, diagnostic.message);
    underline(&mut out, source, diagnostic.span, "");
    for label in &diagnostic.labels {
        underline(&mut out, source, label.span, &label.message);
    }
    if let Some(help) = &diagnostic.help {
        writeln!(out, "  help: {help}").unwrap();
    }
    for fix in &diagnostic.fixes {
        let fixed = apply_edits(source.text(), &fix.edits).unwrap();
        writeln!(out, "  {}: {}", if fix.safe { "fix" } else { "fix (unsafe)" }, fix.title).unwrap();
        for line in fixed.split('\n') {
            writeln!(out, "    > {}", visible(line)).unwrap();
        }
    }
    out
}

fn underline(out: &mut String, source: &Source, span: Span, remark: &str) {
    let start = source.line_column(span.start);
    let line = source.text().split('\n').nth(start.line as usize - 1).unwrap();
    let before: String = line.chars().take(start.column as usize - 1).collect();
    let width = visible(source.slice(span).split('\n').next().unwrap()).chars().count().max(1);
    writeln!(out, "  {:>2} | {}", start.line, visible(line)).unwrap();
    writeln!(out, "     | {}{} {remark}", " ".repeat(visible(&before).chars().count()), "^".repeat(width)).unwrap();
    let trimmed = out.trim_end().len();
    out.truncate(trimmed);
    out.push('\n');
}

fn visible(text: &str) -> String {
    let shown = text.chars().map(|c| match c {
        '\t' => "→".to_owned(),
        c if c.is_control()
            || matches!(c, '\u{A0}' | '\u{AD}' | '\u{2000}'..='\u{200F}' | '\u{2028}'..='\u{202F}' | '\u{3000}') =>
        {
            format!("<U+{:04X}>", c as u32)
        }
        c => c.to_string(),
    });
    shown.collect()
}

#[test]
fn every_mistake_has_a_message_of_its_own() {
    let mut report = String::new();
    for text in mistakes() {
        let (source, parsed) = check(&text);
        for line in text.split('\n') {
            writeln!(report, "{}", visible(line)).unwrap();
        }
        for diagnostic in &parsed.diagnostics {
            report.push_str(&render(&source, diagnostic));
        }
        report.push_str("----\n");
    }
    insta::assert_snapshot!(report);
}

#[test]
fn every_mistake_is_reported_once() {
    for text in mistakes() {
        let (_, parsed) = check(&text);
        let errors = parsed.diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
        let broken =
            parsed.tree.statements().iter().filter(|found| matches!(found.kind, StatementKind::Error { .. })).count();
        assert_eq!(errors, broken, "{text}");
        assert!(!parsed.diagnostics.is_empty(), "nothing is said about {text:?}");
    }
}

#[test]
fn the_statements_around_a_mistake_are_understood() {
    for text in mistakes() {
        // A `\` at the end takes in whatever comes next.
        if text.ends_with('\\') {
            continue;
        }
        let (_, alone) = check(&text);
        let (source, parsed) = check(&format!(
            "first = 1\n{text}\nlast = first + 2\nemit_signal(last > 0, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n"
        ));
        let names: Vec<&str> = parsed
            .tree
            .statements()
            .iter()
            .filter_map(|statement| match statement.kind {
                StatementKind::Assign { targets, .. } => Some(source.slice(parsed.tree.targets(targets)[0])),
                _ => None,
            })
            .collect();
        assert_eq!(names.first(), Some(&"first"), "{text}");
        assert_eq!(names.last(), Some(&"last"), "{text}");
        assert_eq!(parsed.diagnostics.len(), alone.diagnostics.len(), "{text}: {:#?}", parsed.diagnostics);
        let last = parsed.tree.statements().last().unwrap();
        assert!(matches!(last.kind, StatementKind::Expr(_)), "{text}");
    }
}

#[test]
fn a_safe_fix_mends_the_statement() {
    let mut safe = 0;
    for text in mistakes() {
        let (mut source, mut parsed) = check(&text);
        let before = parsed.diagnostics.len();
        let place = parsed.diagnostics[0].span.start;
        let Some(fix) = parsed.diagnostics.iter().flat_map(|found| &found.fixes).find(|fix| fix.safe) else { continue };
        safe += 1;
        let fixed = apply_edits(source.text(), &fix.edits).unwrap();
        (source, parsed) = check(&fixed);
        // Two mistakes in a statement are mended one after the other.
        let further = text.ends_with('\\') || parsed.diagnostics.first().is_none_or(|found| found.span.start > place);
        assert!(
            parsed.diagnostics.len() < before || further,
            "{text}\nbecame\n{}\n{:#?}",
            source.text(),
            parsed.diagnostics
        );
    }
    assert!(safe > 40, "only {safe} mistakes have a safe fix");
}
