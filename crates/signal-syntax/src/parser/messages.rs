//! Sentences for what did not parse.

use signal_text::{Diagnostic, Severity};

use super::builder::Broken;
use crate::lexer::Lexed;

/// One error for each broken statement.
pub(super) fn explain(_text: &str, lexed: &Lexed, broken: &[Broken]) -> Vec<Diagnostic> {
    broken
        .iter()
        .map(|broken| {
            let at = (broken.failure.at as usize).clamp(broken.start, broken.end - 1);
            Diagnostic::new("syntax-error", Severity::Error, lexed.spans[at], format!("unexpected {}", lexed.tokens[at]))
        })
        .collect()
}
