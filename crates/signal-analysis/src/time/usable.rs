//! From which start date on a given stretch of time is usable as a whole.

use signal_catalog::Memory;
use signal_market::{BarCount, Date, DateRange, Timeframe, bars, warm_start};

use crate::time::report::whole_script;
use crate::wording::one_line;
use crate::{Call, Facts};

/// What it takes to make all bars of a range usable.
#[derive(Clone, Debug, PartialEq)]
pub struct UsableRange {
    /// The range that is to be usable.
    pub range: DateRange,
    /// Length of a bar.
    pub timeframe: Timeframe,
    /// Bars of that range.
    pub bars: BarCount,
    /// Whether values are to have settled, too.
    pub settled: bool,
    /// Bars that are needed before it.
    pub before: Option<u64>,
    /// The latest start date that puts them there, for certain.
    pub start_date: Option<Date>,
    /// Why it can't be told.
    pub because: Option<String>,
}

/// The start date from which on every bar of `range` has its warm-up behind it, or has settled.
#[must_use]
pub fn usable_range(facts: &Facts<'_>, range: DateRange, settled: bool) -> UsableRange {
    let timeframe = facts.settings().timeframe.value;
    let before = if settled { settled_at(facts) } else { warmup(facts) };
    let start_date = before.as_ref().ok().and_then(|&before| warm_start(timeframe, before, range.start));
    let because = match (&before, start_date) {
        (Err(because), _) => Some(because.clone()),
        (Ok(_), None) => Some("no date lies that far back".to_owned()),
        (Ok(_), Some(_)) => None,
    };
    let bars = bars(timeframe, range, None);
    UsableRange { range, timeframe, bars, settled, before: before.ok(), start_date, because }
}

fn warmup(facts: &Facts<'_>) -> Result<u64, String> {
    let all = whole_script(facts, facts.warmups()).1;
    match all.unknown {
        Some((reason, at)) => Err(format!("`{}` {}", one_line(facts.text(at)), reason.reason())),
        None => Ok(all.bars),
    }
}

/// Bars from the start of a range until all that the script needs has settled.
fn settled_at(facts: &Facts<'_>) -> Result<u64, String> {
    warmup(facts)?;
    facts.report().settled_at.ok_or_else(|| never(facts))
}

/// The call that does not settle, or of which nobody knows when, in words.
fn never(facts: &Facts<'_>) -> String {
    let read = facts.read_by_signals();
    let all = facts.signals.is_empty();
    let mut calls = facts.calls.iter().filter(|call| all || read[call.id.index()]);
    let Some(call) = calls.find(|call| facts.warmup(call.id).settled_at.is_none()) else {
        return "when the values settle is not known".to_owned();
    };
    let text = one_line(facts.text(call.id));
    if memory(call) == Some(Memory::Cumulative) {
        format!("`{text}` adds up from the first bar on and never settles")
    } else {
        format!("how long `{text}` takes to settle is not known")
    }
}

fn memory(call: &Call<'_>) -> Option<Memory> {
    call.bound()?.signature.memory
}
