//! Both sides of one ticker, under the very same condition.

use signal_text::Severity;

use crate::maps::Map;
use crate::{ActionKind, Facts, Report, Side, rule::rule};

rule! {
    /// Finds a LONG and a SHORT on one ticker that are entered under the very same condition.
    ///
    /// # Why
    /// Both signals fire on the same bars, so the two positions cancel out, or one closes the other as it opens: what is left
    /// are the fees. Most often a line was copied and its condition was forgotten.
    ///
    /// # Reported
    /// ```signal
    /// up = ema(close, 12) > ema(close, 48)
    /// emit_signal(up, entry("BINANCEFUTURESUSD:BTC/USDT:USDT", "LONG", Weight(0.5)))
    /// emit_signal(up, entry("BINANCEFUTURESUSD:BTC/USDT:USDT", "SHORT", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// up = ema(close, 12) > ema(close, 48)
    /// emit_signal(up, entry("BINANCEFUTURESUSD:BTC/USDT:USDT", "LONG", Weight(0.5)))
    /// emit_signal(not up, entry("BINANCEFUTURESUSD:BTC/USDT:USDT", "SHORT", Weight(0.5)))
    /// ```
    opposite_entries, Group::Signals, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let orders = facts.orders();
    // The first entry of either side for each ticker and condition.
    let mut firsts = Map::default();
    for (order, action, market) in orders.of_kind(ActionKind::Entry).filter(|(order, ..)| !order.chosen) {
        let (own, other) = match action.side {
            Side::Long => (0, 1),
            Side::Short => (1, 0),
            _ => continue,
        };
        let of_both: &mut [Option<usize>; 2] = firsts.entry((market, facts.condition_of(order))).or_default();
        let Some(first) = of_both[other] else {
            of_both[own].get_or_insert(order.action);
            continue;
        };
        // What never fires opens nothing.
        if facts.range(order.condition).is_never() {
            continue;
        }
        let entered = &orders.actions[first];
        let message = format!(
            "this opens a {} on `{}` on the very bars that open a {}",
            action.side.word(),
            facts.ticker(market),
            entered.side.word()
        );
        report.push(
            report
                .at(facts.span(action.side_at.unwrap_or(action.call)), message)
                .label(facts.span(entered.side_at.unwrap_or(entered.call)), "the other side, under the same condition")
                .help("each side has a condition of its own, for instance the opposite one: `not ...`"),
        );
    }
}
