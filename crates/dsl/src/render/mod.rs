//! Findings, tables and plots as text: one file an output form. Data in, `String` out; nothing here reads or prints.

pub(crate) mod auth;
pub(crate) mod body;
pub(crate) mod catalog;
pub(crate) mod comparison;
pub(crate) mod concise;
pub(crate) mod csv;
pub(crate) mod diff;
mod excerpt;
pub(crate) mod findings;
mod fingerprint;
pub(crate) mod full;
mod github;
mod gitlab;
pub(crate) mod json;
pub(crate) mod json_lines;
mod junit;
pub(crate) mod link;
pub(crate) mod markdown;
pub(crate) mod market;
pub(crate) mod moment;
pub(crate) mod number;
pub(crate) mod place;
pub(crate) mod plot;
mod rdjson;
pub(crate) mod rule;
pub(crate) mod run;
pub(crate) mod runs;
mod sarif;
pub(crate) mod several;
pub(crate) mod style;
pub(crate) mod table;
pub(crate) mod visible;
pub(crate) mod warmup;
pub(crate) mod why;

#[cfg(test)]
#[path = "../../../../tests/readers.rs"]
mod readers;
#[cfg(test)]
mod tests;

use crate::failure::Failure;

/// Characters of a failure that people read; what a server says may be longer, and stands in JSON whole.
const LONGEST: usize = 4_000;

/// A failure as people read it: what happened, then the cure.
pub(crate) fn failure(failure: &Failure, color: bool) -> String {
    let mut text = format!(
        "{} {}",
        style::paint(color, style::BAD.bold(), "error:"),
        visible::short_text(&failure.message, LONGEST)
    );
    if let Some(suggestion) = &failure.suggestion {
        for (at, line) in visible::short_text(suggestion, LONGEST).lines().enumerate() {
            let head = if at == 0 { style::paint(color, style::GOOD, " help:") } else { "      ".to_owned() };
            text.push_str(&format!("\n{head} {line}"));
        }
    }
    text
}

/// Columns that the terminal of stdout (or stderr) has; 100 where there is none.
pub(crate) fn width() -> u16 {
    terminal_size::terminal_size().map_or(100, |(width, _)| width.0).clamp(40, 160)
}
