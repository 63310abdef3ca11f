//! What the analysis says of scripts, driven from text to diagnostics.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod conditions;
mod fixes;
mod levels;
mod messages;
mod names;
mod nesting;
mod periods;
mod ranges;
mod rules;
mod scales;
mod signals;
mod suppressions;
mod types;
mod values;
mod warmup;

use signal_analysis::{Analysis, Input, Levels, analyze};
use signal_catalog::Catalog;
use signal_market::Date;
use signal_project::{Flags, directives, resolve};
use signal_syntax::parse;
use signal_text::{Diagnostic, Source};

/// Analyses a script under the bundled catalog and hands the analysis, which borrows all else, to `read`.
fn analysed<R>(script: &str, flags: &Flags, today: Option<Date>, read: impl FnOnce(&Analysis<'_>) -> R) -> R {
    analysed_at(&Levels::default(), script, flags, today, read)
}

/// The same where a project sets levels for rules.
fn analysed_at<R>(
    levels: &Levels,
    script: &str,
    flags: &Flags,
    today: Option<Date>,
    read: impl FnOnce(&Analysis<'_>) -> R,
) -> R {
    let source = Source::new("example.signal", script);
    let parsed = parse(&source);
    let settings = resolve(None, &directives(&source, &parsed.tree), flags);
    let catalog = Catalog::bundled();
    let input = Input { source: &source, parsed: &parsed, catalog, settings: &settings, levels, today };
    read(&analyze(input))
}

/// The findings in an excerpt of a script, which may have left the signal out.
fn check(script: &str) -> Vec<Diagnostic> {
    let mut found = check_whole(script);
    found.retain(|finding| finding.code != "no-signal");
    found
}

/// The findings in a script.
fn check_whole(script: &str) -> Vec<Diagnostic> {
    analysed(script, &Flags::default(), None, |analysis| analysis.diagnostics.clone())
}
