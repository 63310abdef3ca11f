//! A range that the leaderboard does not take.

use signal_market::Date;
use signal_text::Severity;

use crate::wording::range::{directive, start_date_fix};
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds ranges of less than 30 days.
    ///
    /// # Why
    /// The leaderboard refuses results of less than 30 days (`QUALITY_GATE`), and so few days say little about a strategy.
    /// The backtest itself runs.
    ///
    /// # Reported
    /// ```signal
    /// #! timeframe  = 1h
    /// #! start_date = 2024-06-10
    /// #! end_date   = 2024-06-30
    /// emit_signal(rsi(close, 14) < 30, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// #! timeframe  = 1h
    /// #! start_date = 2024-05-01
    /// #! end_date   = 2024-06-30
    /// emit_signal(rsi(close, 14) < 30, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    short_range, Group::Time, Severity::Hint, needs_dates
}

/// Days that the leaderboard asks for.
const LEAST: i32 = 30;

fn check(facts: &Facts<'_>, report: &mut Report) {
    // A script without a signal is not on its way to the leaderboard.
    let Some(window) = facts.window.filter(|_| !facts.signals.is_empty()) else { return };
    let (start, end) = (window.range.start, window.range.end);
    let days = (end - start).get_days();
    // Whether the last day counts is not documented: the kinder reading does. A range that ends first is another rule's.
    if days < 0 || days + 1 >= LEAST {
        return;
    }
    // One cause, one remark: too few bars weigh more.
    if !facts.shortages().is_empty() || facts.spent().is_some_and(|spent| spent.concern.is_some()) {
        return;
    }
    let Some(span) = directive(facts) else { return };
    let days = if days == 0 { "1 day".to_owned() } else { format!("{} days", days + 1) };
    let mut finding =
        report.at(span, format!("the range is {days} long; the leaderboard takes results of 30 days and more"));
    if let Some(date) = thirty_days_before(end) {
        finding = finding.help(format!("start on {date} or earlier"));
        finding = start_date_fix(facts, finding, date, "for a range of 30 days");
    }
    report.push(finding);
}

fn thirty_days_before(end: Date) -> Option<Date> {
    (0..LEAST).try_fold(end, |date, _| date.yesterday().ok())
}
