//! A range of which the warm-up takes most.

use signal_text::Severity;

use crate::time::spent::Concern;
use crate::wording::range::{bars, count, label, start_date_fix};
use crate::{Facts, Report, chain, rule::rule};

rule! {
    /// Finds ranges of which the warm-up takes more than half.
    ///
    /// # Why
    /// The backtest runs, but on the few bars that are left: no trade can happen before the indicators have their first
    /// value. Its return, drawdown and Sharpe ratio then say little. From three quarters on it is a warning.
    ///
    /// # Cure
    /// Start earlier: the message names the date from which on the range of now is usable as a whole. Or use a shorter
    /// period.
    ///
    /// # Reported
    /// ```signal
    /// #! timeframe  = 1d
    /// #! start_date = 2024-01-01
    /// #! end_date   = 2024-06-30
    /// uptrend = close > sma(close, 150)
    /// emit_signal(uptrend, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// #! timeframe  = 1d
    /// #! start_date = 2023-01-01
    /// #! end_date   = 2024-06-30
    /// uptrend = close > sma(close, 150)
    /// emit_signal(uptrend, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    little_data_left, Group::Time, Severity::Warning, needs_dates
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let Some(spent) = facts.spent() else { return };
    let Some((Concern::LittleData, severity)) = spent.concern else { return };
    let (window, warmup) = (&spent.window, spent.warmup);
    let links = || chain(facts.warmups(), spent.widest);
    let culprit = links().max_by_key(|link| link.adds).map_or(spent.widest, |link| link.id);
    let left = window.usable(warmup);
    let from = window.first_usable(warmup).map(|date| format!(", from {date} on")).unwrap_or_default();
    let held = count(window.bars.min, window.bars.max);
    let are = if left.max == 1 { "is" } else { "are" };
    let message = format!(
        "the warm-up takes {warmup} of {held} bars: {} {are} left for the signal{from}",
        count(left.min, left.max)
    );
    let mut finding = report.at(facts.span(culprit), message);
    finding.severity = severity;
    let single = links().nth(1).is_none();
    for link in links() {
        let remark = if single { "has no value on the first" } else { "adds" };
        finding = finding.label(facts.span(link.id), format!("{remark} {}", bars(link.adds)));
    }
    finding = label(facts, finding, window);
    if let Some(date) = spent.start_for_usable() {
        let start = window.range.start;
        finding = finding.help(format!("start on {date}: every bar from {start} on is then usable"));
        finding = start_date_fix(facts, finding, date, "so that the whole range is usable");
    }
    report.push(finding);
}
