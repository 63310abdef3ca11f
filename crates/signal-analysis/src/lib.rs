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
mod threads;
mod time;
mod wording;

use signal_catalog::Catalog;
use signal_market::Date;
use signal_project::Resolved;
use signal_syntax::Parsed;
use signal_text::{Diagnostic, Source};

pub use facts::Facts;
pub use logic::{
    Comparison, Conflict, Demand, Node, Range, Ranges, Scale, Scales, Symbol, Type, Types, ValueId, Values,
};
pub use names::{Call, Calls, Kinds, Near, Unread, Unresolved, Uses, value_of};
pub use rule::{Docs, Group, Level, Levels, Need, Report, Rule};
pub use rules::{RULES, rule};
pub use signals::{
    Action, ActionKind, Order, Orders, Side, Signal, Sizing, TickerText, TickerUse, Tickers, Unit, Universe,
    UniverseTicker,
};
pub use suppressions::{
    Allowed, Comment as SuppressionComment, Suppressed, SuppressionScope, Suppressions, harmless_comments,
    suppression_edits,
};
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

/// What the rules find in a script.
#[derive(Debug)]
pub struct Findings {
    /// Findings in the script, by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Findings that a comment of the script allows.
    pub suppressed: Vec<Suppressed>,
}

/// Computes the facts of a script and runs every rule over them.
#[must_use]
pub fn analyze(input: Input<'_>) -> Analysis<'_> {
    let facts = Facts::new(input);
    let Findings { diagnostics, suppressed } = findings(&facts, input.levels);
    Analysis { facts, diagnostics, suppressed }
}

/// Runs every rule over the facts of a script.
#[must_use]
pub fn findings(facts: &Facts<'_>, levels: &Levels) -> Findings {
    let by_rule: Vec<_> = levels.of(RULES).collect();
    let is_long = threads::is_long(facts.tree());
    let mut diagnostics = if is_long { threads::at_once(facts, &by_rule) } else { one_by_one(facts, &by_rule) };
    by_place(&mut diagnostics);
    let (mut diagnostics, suppressed) = suppressions::suppress(facts, levels, diagnostics);
    if !facts.unused_suppressions().is_empty() {
        by_place(&mut diagnostics);
    }
    Findings { diagnostics, suppressed }
}

type Levelled<'l> = (&'l Rule, Option<Level>);

fn one_by_one(facts: &Facts<'_>, rules: &[Levelled<'_>]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (rule, level) in rules {
        rule.run(facts, *level, &mut found);
    }
    found
}

fn by_place(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| {
        (a.span, std::cmp::Reverse(a.severity), &a.code).cmp(&(b.span, std::cmp::Reverse(b.severity), &b.code))
    });
}
