//! A range that is too short for an indicator under one of the readings of its dates.

use signal_text::Severity;

use super::not_enough_bars::describe;
use crate::time::Shortage;
use crate::{Facts, Report, Verdict, rule::rule};

rule! {
    /// Finds indicator calls for which the date range holds just enough bars, or just too few.
    ///
    /// # Why
    /// The service does not say whether the end day counts, nor a week or month that the range begins inside of. Under
    /// one reading the range holds enough bars, under another the server answers `TA_OUT_OF_RANGE`.
    ///
    /// # Cure
    /// Start a little earlier: the message names the date from which it holds under every reading.
    ///
    /// # Reported
    /// ```signal
    /// #! timeframe  = 1d
    /// #! start_date = 2024-01-01
    /// #! end_date   = 2024-01-15
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// #! timeframe  = 1d
    /// #! start_date = 2023-06-01
    /// #! end_date   = 2024-01-15
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    maybe_not_enough_bars, Group::Time, Severity::Warning, needs_dates
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    // That the server might compute what no signal needs, under one reading of the dates, is not worth a word.
    let told = |shortage: &&Shortage| shortage.verdict == Verdict::Uncertain && shortage.emitted && !shortage.index;
    for shortage in facts.shortages().iter().filter(told) {
        report.push(describe(facts, report, shortage));
    }
}
