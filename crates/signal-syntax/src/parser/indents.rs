//! Statements that are indented: Python would refuse them, so a server that reads like Python may.

use signal_text::{Diagnostic, Fix, Severity, Span};

use crate::tree::{StatementKind, Tree};

/// A warning for each indented statement.
pub(super) fn warnings(text: &str, tree: &Tree) -> Vec<Diagnostic> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for statement in tree.statements() {
        let start = statement.span.start as usize;
        if start == 0
            || !matches!(bytes[start - 1], b' ' | b'\t' | 0x0C)
            || matches!(statement.kind, StatementKind::Error { .. })
        {
            continue;
        }
        let margin = bytes[..start].iter().rev().take_while(|&&byte| matches!(byte, b' ' | b'\t' | 0x0C)).count();
        let line = start - margin;
        // Behind a `;` a space is no indent; a form feed alone is a page break.
        let begins_line = line == 0 || matches!(bytes[line - 1], b'\n' | b'\r') || text[..line] == *"\u{FEFF}";
        if begins_line && bytes[line..start].iter().any(|&byte| byte != 0x0C) {
            let span = Span::from(line..start);
            found.push(
                Diagnostic::new("unexpected-indent", Severity::Warning, span, "this statement is indented")
                    .help("a script has no blocks: every statement begins at the start of its line, and a server that reads like Python refuses others")
                    .fix(Fix::replace("remove the indent", true, span, "")),
            );
        }
    }
    found
}
