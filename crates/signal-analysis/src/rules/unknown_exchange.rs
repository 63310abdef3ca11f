//! A ticker on an exchange that nobody has heard of.

use signal_text::Severity;

use super::malformed_ticker::{concerned, is_about_the_exchange};
use crate::{Facts, Report, TickerText, rule::rule};

rule! {
    /// Finds exchanges that the service does not list.
    ///
    /// # Why
    /// The server has no data for a market on an exchange that it does not support. A warning: the service adds
    /// exchanges from time to time.
    ///
    /// # Reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCEE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    unknown_exchange, Group::Signals, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    report.take_over(&facts.resolved.script_diagnostics);
    for one in &facts.tickers.uses {
        let TickerText { text, read, .. } = &facts.tickers.texts[one.text];
        let Ok((_, concerns)) = read else { continue };
        for concern in concerns.iter().filter(|concern| is_about_the_exchange(concern)) {
            report.push(concerned(one, text, concern, report));
        }
    }
}
