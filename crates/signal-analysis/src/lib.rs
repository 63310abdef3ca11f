//! What a script means and what is wrong with it: facts are computed once, then one file per rule reads them.
//!
//! The way of a script: `calls.rs` (which argument is which parameter) -> `warmup.rs` (leading bars without a value, for
//! every expression) -> `window.rs` (does the date range hold enough) -> `facts.rs` -> `rules/`.

mod calls;
mod chain;
mod conditions;
mod definitions;
mod facts;
mod largest;
mod level;
mod numbers;
mod periods;
mod range;
mod ranges;
mod reach;
mod report;
mod rule;
pub mod rules;
mod signals;
mod spent;
mod suppressions;
mod tickers;
mod types;
mod unresolved;
mod usable;
mod uses;
mod values;
mod warmup;
mod window;
mod wording;

use signal_catalog::Catalog;
use signal_market::Date;
use signal_project::Resolved;
use signal_syntax::Parsed;
use signal_text::{Diagnostic, Source};

pub use calls::{Call, Calls};
pub use chain::{Link, chain};
pub use conditions::Comparison;
pub use definitions::value_of;
pub use facts::Facts;
pub use largest::{LargestPeriod, largest_periods};
pub use ranges::{Conflict, Demand, Range, Ranges};
pub use report::{NameWarmup, SettingOrigins, StartDates, ValueWarmup, WarmupReport, WindowReport};
pub use rule::{Docs, Level, Levels, Report, Rule};
pub use rules::{RULES, rule};
pub use signals::{Action, ActionKind, Order, Orders, Side, Signal, Sizing, Unit};
pub use suppressions::{Suppressed, SuppressionScope, suppression_edits};
pub use tickers::{TickerText, TickerUse, Tickers, Universe, UniverseTicker};
pub use types::{Type, Types};
pub use unresolved::{Near, Unresolved};
pub use usable::{UsableRange, usable_range};
pub use uses::{Unread, Uses};
pub use values::{Node, Symbol, ValueId, Values};
pub use warmup::{SETTLED_SHARE, Unknown, Warmup, Warmups};
pub use window::{Usable, Verdict, Window};

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
