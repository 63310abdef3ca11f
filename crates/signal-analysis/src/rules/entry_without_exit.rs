//! A position that is never closed, while others are.

use signal_text::Severity;

use crate::maps::{Map, Set};
use crate::{ActionKind, Facts, Report, Side, rule::rule};

rule! {
    /// Finds entries whose position no signal closes, in scripts that close others.
    ///
    /// # Why
    /// Such a position stays open to the end of the range. That may be meant, as in a plan that only ever buys; in a script
    /// that closes its other positions it is rather an exit that was forgotten.
    ///
    /// # Reported
    /// ```signal
    /// strength = rsi(close, 14)
    /// emit_signal(strength < 30, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(strength < 25, entry("BINANCE:ETH/USDT", "LONG", Weight(0.5)))
    /// emit_signal(strength > 55, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    /// # Not reported
    /// ```signal
    /// strength = rsi(close, 14)
    /// emit_signal(strength < 30, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(strength < 25, entry("BINANCE:ETH/USDT", "LONG", Weight(0.5)))
    /// emit_signal(strength > 55, exit("BINANCE:BTC/USDT", "LONG"))
    /// emit_signal(strength > 60, exit("BINANCE:ETH/USDT", "LONG"))
    /// ```
    entry_without_exit, Group::Signals, Severity::Hint
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let orders = facts.orders();
    let mut exits = orders.of_kind(ActionKind::Exit).peekable();
    let Some(&(_, first_exit, _)) = exits.peek() else { return };
    // An exit that closes nothing is probably the one that is missing here; that is told where it stands.
    if orders.some_hidden || !orders.unmatched_exits.is_empty() {
        return;
    }
    // Which sides of each ticker end: by an exit, or by an entry on the other side, which reverses the position.
    let mut ends: Map<usize, (bool, bool)> = Map::default();
    for (_, action, market) in exits {
        let (long, short) = ends.entry(market).or_default();
        *long |= action.side.may_be(Side::Long);
        *short |= action.side.may_be(Side::Short);
    }
    for (_, action, market) in orders.of_kind(ActionKind::Entry) {
        let (long, short) = ends.entry(market).or_default();
        *long |= action.side != Side::Long;
        *short |= action.side != Side::Short;
    }
    let mut seen = Set::default();
    for (order, action, market) in orders.of_kind(ActionKind::Entry) {
        // What is entered on every bar is a holding, or a plan that only buys.
        if facts.range(order.condition).is_always() {
            continue;
        }
        let (long, short) = ends.get(&market).copied().unwrap_or_default();
        let closed = (long && action.side.may_be(Side::Long)) || (short && action.side.may_be(Side::Short));
        if closed || !seen.insert((market, action.side)) {
            continue;
        }
        let message = format!("no signal closes this {} on `{}`", action.side.word(), facts.ticker(market));
        report.push(
            report
                .at(facts.span(action.call), message)
                .label(facts.span(first_exit.call), "another position is closed here")
                .help("if it is to be held to the end of the range, all is well"),
        );
    }
}
