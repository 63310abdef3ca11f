//! A ticker on an exchange that nobody has heard of.

use signal_market::{ConcernKind, Ticker};
use signal_text::Severity;

use super::malformed_ticker::tickers;
use crate::{Facts, Report, rule::rule};

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
    unknown_exchange, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    report.take_over(&facts.resolved.script_diagnostics);
    for literal in tickers(facts) {
        let Ok(ticker) = Ticker::parse(&literal.text) else { continue };
        for concern in ticker.concerns() {
            if matches!(concern.kind, ConcernKind::UnknownExchange | ConcernKind::OlderExchange) {
                report.push(literal.finding(&concern, report));
            }
        }
    }
}
