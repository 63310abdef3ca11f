//! A position that is opened and closed by the very same condition.

use signal_text::Severity;

use crate::maps::Map;
use crate::{ActionKind, Facts, Report, Side, Sizing, rule::rule};

rule! {
    /// Finds positions that are entered and left under the very same condition.
    ///
    /// # Why
    /// Both signals fire on the same bars, so the position is closed as it is opened, or the other way round, and pays
    /// two fees for nothing.
    ///
    /// # Reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(oversold, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    /// # Not reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30
    /// recovered = rsi(close, 14) > 55
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(recovered, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    entry_and_exit_together, Group::Signals, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let orders = facts.orders();
    let mut entries = Map::default();
    for (order, action, market) in orders.of_kind(ActionKind::Entry).filter(|(order, ..)| !order.chosen) {
        // What never fires closes nothing.
        if facts.range(order.condition).is_never() {
            continue;
        }
        // A size that varies is a position that is brought to its size anew: closing it first is a way to do that.
        let constant = action.sizing.is_none_or(|Sizing { amount, .. }| amount.is_some());
        if constant && matches!(action.side, Side::Long | Side::Short) {
            entries.entry((market, facts.condition_of(order))).or_insert((order, action));
        }
    }
    for (order, action, market) in orders.of_kind(ActionKind::Exit).filter(|(order, ..)| !order.chosen) {
        let Some((entry, entered)) = entries.get(&(market, facts.condition_of(order))) else { continue };
        let closes_it = action.side == entered.side || action.side == Side::Absent;
        // With both sides there the exit makes room for the entry of the other one.
        if !closes_it || order.signal == entry.signal {
            continue;
        }
        let message = format!(
            "this closes the {} on `{}` on the very bars that open it",
            entered.side.word(),
            facts.ticker(market)
        );
        report.push(
            report
                .at(facts.span(facts.signals[order.signal].condition.unwrap_or(order.condition)), message)
                .label(
                    facts.span(facts.signals[entry.signal].condition.unwrap_or(entry.condition)),
                    "the same condition opens it",
                )
                .help("an exit has a condition of its own, for instance the opposite one: `not ...`"),
        );
    }
}
