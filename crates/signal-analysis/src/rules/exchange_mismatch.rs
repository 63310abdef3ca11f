//! An exchange that none of the tickers is on.

use signal_market::exchange;
use signal_project::Origin;
use signal_text::{Fix, Severity};

use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds an `exchange` setting that none of the tickers is on.
    ///
    /// # Why
    /// A ticker names its exchange itself. Where the setting says another one, the run loads no data, or data that were not meant.
    /// The API's default, `binance`, is no one's choice and is left alone.
    ///
    /// # Reported
    /// ```signal
    /// #! exchange = upbit
    /// #! universe = BINANCE:BTC/USDT
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// #! exchange = upbit
    /// #! universe = UPBIT:BTC/KRW
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("UPBIT:BTC/KRW", "LONG", Weight(0.5)))
    /// ```
    exchange_mismatch, Group::Signals, Severity::Warning, needs_universe
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    report.take_over(&facts.resolved.script_diagnostics);
    let settings = facts.settings();
    let set = &settings.exchange;
    // With a universe the settings are held against each other where they are read.
    if settings.universe.is_some() || set.origin == Origin::Default || facts.orders().some_hidden {
        return;
    }
    let (Some(known), Some(first)) = (exchange(&set.value), facts.tickers.uses.first()) else { return };
    let mut all = facts.tickers.markets.iter().map(|ticker| ticker.known_exchange());
    let Some(Some(other)) = all.next() else { return };
    // Tickers on several exchanges have no one setting that would be right.
    if other == known || !all.all(|exchange| exchange == Some(other)) {
        return;
    }
    let message = format!("the exchange is `{}`, and every ticker is on {}", known.id, other.name);
    report.push(match set.origin {
        Origin::Directive(span) => report
            .at(span, message)
            .label(first.inside, format!("on {}", other.name))
            .fix(Fix::replace(format!("replace by `{}`", other.id), false, span, other.id)),
        origin => report.at(first.inside, message).help(format!("the exchange is set by {}", origin.describe())),
    });
}
