//! What a script means and what is wrong with it: facts are computed once, then one file per rule reads them.
//!
//! The way of a script to its findings: `names/` (what calls and names mean) -> `logic/` (what values are, what conditions
//! come to), `time/` (bars without a value, bars in the range), `signals/` (what is asked for, of which ticker) -> `facts.rs`
//! (all of it, computed once) -> `rules/` (one fault each), with `wording/` for what several of them say -> `suppressions/` (what
//! the script allows).

mod facts;
mod logic;
mod maps;
mod names;
mod rule;
pub mod rules;
mod signals;
mod suppressions;
mod time;
mod wording;

use signal_catalog::Catalog;
use signal_market::Date;
use signal_project::Resolved;
use signal_syntax::Parsed;
use signal_text::{Diagnostic, Source};

pub use facts::Facts;
pub use logic::{Comparison, Conflict, Demand, Node, Range, Ranges, Symbol, Type, Types, ValueId, Values};
pub use names::{Call, Calls, Kinds, Near, Unread, Unresolved, Uses, value_of};
pub use rule::{Docs, Group, Level, Levels, Need, Report, Rule};
pub use rules::{RULES, rule};
pub use signals::{
    Action, ActionKind, Order, Orders, Side, Signal, Sizing, TickerText, TickerUse, Tickers, Unit, Universe,
    UniverseTicker,
};
pub use suppressions::{Suppressed, SuppressionScope, suppression_edits};
pub use time::{
    LargestPeriod, Link, NameWarmup, SETTLED_SHARE, SettingOrigins, StartDates, Unknown, Usable, UsableRange,
    ValueWarmup, Verdict, Warmup, WarmupReport, Warmups, Window, WindowReport, chain, largest_periods, usable_range,
};

/// Everything an analysis reads. Nothing else: no file, no clock, no network.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The script.
    pub source: &'a Source,
    /// Its tree and syntax errors.
    pub parsed: &'a Parsed,
    /// The names it may use.
    pub catalog: &'a Catalog,
    /// Settings from every origin, with what was wrong with them.
    pub settings: &'a Resolved,
    /// Severities that the project sets for rules.
    pub levels: &'a Levels,
    /// The current day in UTC, if it matters: a range that reaches it holds only closed bars.
    pub today: Option<Date>,
}

/// What is known of a script.
#[derive(Debug)]
pub struct Analysis<'a> {
    /// The facts that rules read.
    pub facts: Facts<'a>,
    /// Findings in the script, by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Findings that a comment of the script allows.
    pub suppressed: Vec<Suppressed>,
}

/// Computes the facts of a script and runs every rule over them.
#[must_use]
pub fn analyze(input: Input<'_>) -> Analysis<'_> {
    let facts = Facts::new(input);
    let mut diagnostics = Vec::new();
    for rule in RULES {
        rule.run(&facts, input.levels, &mut diagnostics);
    }
    by_place(&mut diagnostics);
    let (mut diagnostics, suppressed) = suppressions::suppress(&facts, input.levels, diagnostics);
    if !facts.unused_suppressions().is_empty() {
        by_place(&mut diagnostics);
    }
    Analysis { facts, diagnostics, suppressed }
}

fn by_place(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| {
        (a.span, std::cmp::Reverse(a.severity), &a.code).cmp(&(b.span, std::cmp::Reverse(b.severity), &b.code))
    });
}
