//! What warm-up and settling leave of a date range, and which of the two is worth a word.

use signal_catalog::{Memory, Signature};
use signal_market::{Date, Reading, latest_start};
use signal_syntax::ExprId;
use signal_text::Severity;

use crate::{Call, Facts, Verdict, Window};

/// How the bars of a range that holds enough of them are spent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    /// The range.
    pub(crate) window: Window,
    /// The signal with the longest warm-up.
    pub(crate) widest: ExprId,
    /// Its warm-up in bars.
    pub(crate) warmup: u64,
    /// The recursive call that settles last, of those that signals read.
    pub(crate) unsettled: Option<Unsettled>,
    /// What is worth a word, at most one of the two: both have one cause, a range that is short for its periods.
    pub(crate) concern: Option<(Concern, Severity)>,
}

/// A value that still depends on where the data began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unsettled {
    /// The call.
    pub(crate) call: ExprId,
    /// Bars from the start of the range until all that signals read has settled.
    pub(crate) at: u64,
    /// Bars by which that lies behind the call's own settling: what is made of the call looks back, too.
    pub(crate) lag: u64,
}

/// What a range is too short for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Concern {
    /// The warm-up eats most of it.
    LittleData,
    /// Recursive values settle late in it, or behind its end.
    Unsettled,
}

/// Shares the bars out; `None` without dates or signals, and where the range holds too few bars for a signal, for certain
/// or perhaps: that is the first thing to mend.
pub(crate) fn spent(facts: &Facts<'_>) -> Option<Spent> {
    let window = facts.window.filter(|window| window.range.start <= window.range.end)?;
    let mut widest: Option<(u64, ExprId)> = None;
    for signal in &facts.signals {
        let own = facts.warmup(signal.id);
        match window.verdict(&own) {
            Verdict::NotEnoughBars | Verdict::Uncertain => return None,
            Verdict::Ok if widest.is_none_or(|(bars, _)| own.bars > bars) => widest = Some((own.bars, signal.id)),
            Verdict::Ok | Verdict::Unknown => {}
        }
    }
    let (warmup, widest) = widest?;
    let at = settled_at(facts);
    // Of two readings the kinder one counts.
    let held = window.bars.max;
    let little = match warmup {
        bars if bars.saturating_mul(4) >= held.saturating_mul(3) => Some(Severity::Warning),
        bars if bars.saturating_mul(2) > held => Some(Severity::Info),
        _ => None,
    };
    let (settled, usable) = (held.saturating_sub(at), held.saturating_sub(warmup));
    let late = match settled {
        _ if at <= warmup => None,
        bars if bars.saturating_mul(10) < usable => Some(Severity::Warning),
        bars if bars.saturating_mul(2) < usable => Some(Severity::Info),
        _ => None,
    };
    let unsettled = late.and_then(|_| unsettled(facts, at));
    let late = late.filter(|_| unsettled.is_some());
    let concern = match (little, late) {
        (None, None) => None,
        (little, Some(late)) if little.is_none_or(|little| late > little) => Some((Concern::Unsettled, late)),
        (little, _) => little.map(|little| (Concern::LittleData, little)),
    };
    Some(Spent { window, widest, warmup, unsettled, concern })
}

impl Spent {
    /// The latest start date from which the warm-up is over when the range of now begins and eats at most half of all.
    pub(crate) fn start_for_usable(&self) -> Option<Date> {
        self.start(self.warmup, self.warmup.saturating_mul(2))
    }

    /// The latest start date from which all has settled when the range of now begins, and half of what is usable is.
    pub(crate) fn start_for_settled(&self) -> Option<Date> {
        let at = self.unsettled?.at;
        self.start(at, at.saturating_mul(2).saturating_sub(self.warmup))
    }

    /// With at least `before` bars before the range of now, and `all` in all.
    fn start(&self, before: u64, all: u64) -> Option<Date> {
        let Window { timeframe, closed_until, .. } = self.window;
        let all = latest_start(timeframe, all, closed_until, Reading::Narrow)?;
        Some(self.window.start_for_same_window(before)?.min(all))
    }
}

/// Bars from the start of the range until all that signals read has settled, as far as that is known.
fn settled_at(facts: &Facts<'_>) -> u64 {
    let whole = facts.signals.iter().map(|signal| facts.warmup(signal.id).settled_at);
    // Nearly always the signals themselves say it; one that reads a sum, or what nobody knows, does not.
    whole
        .collect::<Option<Vec<_>>>()
        .map_or_else(
            || {
                let read = facts.read_by_signals();
                let parts = facts.tree().ids().filter(|id| read[id.index()]);
                parts.filter_map(|id| facts.warmup(id).settled_at).max()
            },
            |whole| whole.into_iter().max(),
        )
        .unwrap_or(0)
}

/// The recursive call that settles last, of those that signals read and whose settling is known.
fn unsettled(facts: &Facts<'_>, at: u64) -> Option<Unsettled> {
    let read = facts.read_by_signals();
    let mut last: Option<(u64, ExprId)> = None;
    for call in facts.calls.iter().filter(|call| read[call.id.index()]) {
        let Some(at) = facts.warmup(call.id).settled_at else { continue };
        if last.is_none_or(|(latest, _)| at > latest) && recursive(facts, call).is_some() {
            last = Some((at, call.id));
        }
    }
    last.map(|(own, call)| Unsettled { call, at, lag: at.saturating_sub(own) })
}

/// The signature and parameters of a recursive call.
fn recursive<'a>(facts: &Facts<'a>, call: &Call<'a>) -> Option<(&'a Signature, Vec<f64>)> {
    let signature = call.bound()?.signature;
    // Most calls need no look at their parameters.
    if signature.memory == Some(Memory::Finite) && signature.settling.is_none() {
        return None;
    }
    let params: Vec<f64> = call.params(&facts.constants).map(|(_, value, _)| value).collect::<Option<_>>()?;
    (signature.memory_for(&params) == Some(Memory::Recursive)).then_some((signature, params))
}

/// The share of a recursive call's first value that is left on a bar of the range (from 0): 1 at first, then less and less.
/// `None` before the call has a value and where there is no formula.
pub(crate) fn share_left(facts: &Facts<'_>, id: ExprId, bar: u64) -> Option<f64> {
    let (signature, params) = recursive(facts, facts.calls.get(id)?)?;
    let passed = bar.checked_sub(facts.warmup(id).bars)?;
    // The formulas tell the bars for a share; the share for the bars lies where they cross.
    let (mut low, mut high) = (f64::ln(1e-6), 0.0);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if signature.settle_bars(&params, middle.exp())? <= passed { high = middle } else { low = middle }
    }
    Some(high.exp())
}
