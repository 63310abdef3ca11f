//! Why a backtest traded seldom or never: what the script, the range and the result tell together, as notes with places.
//!
//! Every note is a fact: from the analysis (`script.rs`), from the counts that our sandbox adds to its summary (`counts.rs`,
//! the service has none), or from trades and equity (`history.rs`). Which of them is the reason is left to the reader.

mod counts;
mod history;
mod script;
#[cfg(test)]
mod tests;

use signal_analysis::Facts;
use signal_text::{Diagnostic, Label, Span};

use super::Results;

/// Fewer trades than this are few: the leaderboard takes no fewer.
pub(crate) const ENOUGH: u64 = 10;

/// What there is to say of a result with few trades.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Why {
    /// How many trades there are.
    pub(crate) trades: u64,
    /// What may explain it, the weightiest first.
    pub(crate) notes: Vec<Note>,
}

/// One fact.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Note {
    /// A stable word for programs.
    pub(crate) code: &'static str,
    /// The fact, as a sentence without a full stop.
    pub(crate) message: String,
    /// The place in the script that it is about.
    pub(crate) span: Option<Span>,
    /// Remarks on places.
    pub(crate) labels: Vec<Label>,
    /// What else is known of it.
    pub(crate) help: Option<String>,
}

impl Note {
    fn new(code: &'static str, span: Option<Span>, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span, labels: Vec::new(), help: None }
    }
}

/// Why `results` have few trades; `None` where they have enough, or where nobody knows how many. `found` are the findings of
/// the check.
pub(crate) fn why(facts: &Facts<'_>, found: &[Diagnostic], results: &Results) -> Option<Why> {
    let trades = trades(results)?;
    if trades >= ENOUGH {
        return None;
    }
    let signals = counts::read(facts.source, results.raw());
    let warmup = script::warmup(facts, results.raw());
    let mut notes = Vec::new();
    // A warm-up that takes most of the range is the first thing to know, any other the last.
    notes.extend(warmup.iter().filter(|warmup| warmup.is_heavy).map(|warmup| warmup.note.clone()));
    notes.extend(script::findings(found, &signals));
    notes.extend(script::no_entry(facts));
    notes.extend(counts::notes(&signals));
    notes.extend(script::tiny_sizes(facts));
    notes.extend(history::notes(facts, results, !signals.is_empty()));
    notes.extend(warmup.filter(|warmup| !warmup.is_heavy).map(|warmup| warmup.note));
    Some(Why { trades, notes })
}

/// How many trades a result has, as far as the server tells.
fn trades(results: &Results) -> Option<u64> {
    let listed = || results.lacking.iter().all(|lacking| lacking.part != "trades").then_some(results.total_trades);
    results.metrics.num_trades.or_else(listed)
}
