//! An exit of a position that nothing opens.

use std::collections::HashSet;

use signal_text::Severity;

use crate::{ActionKind, Facts, Report, rule::rule};

rule! {
    /// Finds exits of a ticker and side that no entry of the script opens.
    ///
    /// # Why
    /// There is never a position for it to close. Mostly the entry names another side or another ticker.
    ///
    /// # Reported
    /// ```signal
    /// strength = rsi(close, 14)
    /// emit_signal(strength < 30, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(strength > 55, exit("BINANCE:BTC/USDT", "SHORT"))
    /// ```
    /// # Not reported
    /// ```signal
    /// strength = rsi(close, 14)
    /// emit_signal(strength < 30, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(strength > 55, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    exit_without_entry, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let orders = facts.orders();
    if orders.unmatched_exits.is_empty() {
        return;
    }
    let entries: Vec<_> = orders.of_kind(ActionKind::Entry).collect();
    // Where a ticker is not in the universe, that is probably the slip, and another rule's.
    if let Some(universe) = facts.universe()
        && orders.iter().any(|(_, action)| action.market.is_some_and(|market| !universe.holds(market)))
    {
        return;
    }
    let mut seen = HashSet::new();
    for order in orders.unmatched_exits.iter().map(|n| &orders.orders[*n]) {
        let action = &orders.actions[order.action];
        let Some(market) = action.market.filter(|_| seen.insert(order.action)) else { continue };
        let ticker = facts.ticker(market);
        let same_ticker = entries.iter().find(|(_, _, entered)| *entered == market);
        let finding = match same_ticker {
            Some((_, entry, _)) => report
                .at(
                    facts.span(action.side_at.unwrap_or(action.call)),
                    format!("nothing opens a {} on `{ticker}` that this could close", action.side.word()),
                )
                .label(facts.span(entry.side_at.unwrap_or(entry.call)), "the side that is entered"),
            None => {
                let finding = report.at(
                    facts.span(action.ticker_at.unwrap_or(action.call)),
                    format!("nothing is entered on `{ticker}`, so this exit closes nothing"),
                );
                match entries.first() {
                    Some((_, entry, _)) => {
                        finding.label(facts.span(entry.ticker_at.unwrap_or(entry.call)), "the ticker that is entered")
                    }
                    None => finding.help("no signal of the script enters anything"),
                }
            }
        };
        report.push(finding);
    }
}
