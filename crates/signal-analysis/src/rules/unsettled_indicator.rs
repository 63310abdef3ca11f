//! A recursive indicator that a signal reads before it has settled.

use signal_text::Severity;

use crate::time::spent::{Concern, share_left};
use crate::wording::range::{bars, count, label, start_date_fix};
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds signals that read recursive indicators (EMA, RSI, ATR, MACD and their like) mostly before these have settled.
    ///
    /// # Why
    /// A recursive indicator has a value after its lookback, but that value still leans on the first bars of the range: start
    /// a month earlier and the same day has another value, and other trades. It counts as settled when its first value
    /// weighs 1% or less. A warning when hardly a bar of the range is left by then, a remark when less than half of the
    /// usable ones are.
    ///
    /// # Cure
    /// Start earlier, by the date that the message names, or use a shorter period.
    ///
    /// # Reported
    /// ```signal
    /// #! timeframe  = 1d
    /// #! start_date = 2023-01-01
    /// #! end_date   = 2024-06-30
    /// uptrend = close > ema(close, 200)
    /// emit_signal(uptrend, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// #! timeframe  = 1d
    /// #! start_date = 2021-01-01
    /// #! end_date   = 2024-06-30
    /// uptrend = close > ema(close, 200)
    /// emit_signal(uptrend, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    unsettled_indicator, Group::Time, Severity::Warning, needs_dates
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let Some(spent) = facts.spent() else { return };
    let Some((Concern::Unsettled, severity)) = spent.concern else { return };
    let Some(unsettled) = spent.unsettled else { return };
    let window = &spent.window;
    let name = facts.calls.get(unsettled.call).map_or("the indicator", |call| call.name);
    let settled = window.usable(unsettled.at);
    let weighs = |bar: u64| share_left(facts, unsettled.call, bar.saturating_sub(unsettled.lag)).map(percent);
    let first = weighs(spent.warmup);
    let message = if settled.max == 0 {
        let last = weighs(window.bars.max.saturating_sub(1));
        let weights = match (first, last) {
            (Some(first), Some(last)) => {
                format!(": its first value weighs {first} on the first usable bar and still {last} on the last")
            }
            _ => String::new(),
        };
        format!("`{name}` does not settle within the range{weights}")
    } else {
        let usable = window.usable(spent.warmup);
        let weight = first.map(|first| format!(", and its first value weighs {first} on the first of them"));
        format!(
            "`{name}` has settled on {} of {} usable bars only{}",
            count(settled.min, settled.max),
            count(usable.min, usable.max),
            weight.unwrap_or_default()
        )
    };
    let mut finding = report.at(facts.span(unsettled.call), message);
    finding.severity = severity;
    if let Some(more) = facts.warmup(unsettled.call).settle() {
        let remark = format!("settles {} after its first value", bars(more));
        finding = finding.label(facts.span(unsettled.call), remark);
    }
    finding = label(facts, finding, window);
    match spent.start_for_settled() {
        Some(date) => {
            let start = window.range.start;
            finding = finding.help(format!(
                "start on {date}: from {start} on its first value then weighs 1% or less, so the values no longer depend on \
                 the start date"
            ));
            finding = start_date_fix(facts, finding, date, "so that the whole range has settled values");
        }
        None => finding = finding.help("no start date gives that many bars: use a shorter period or timeframe"),
    }
    report.push(finding);
}

/// A share as people say it: whole percents, tenths below ten.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent >= 9.95 { format!("{percent:.0}%") } else { format!("{percent:.1}%") }
}
