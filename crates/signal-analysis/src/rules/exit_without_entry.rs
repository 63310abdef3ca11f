//! An exit of a position that nothing opens.

use signal_market::excerpt;
use signal_syntax::{Expr, ExprId};
use signal_text::{Fix, Severity};

use crate::maps::{Map, Set};
use crate::{Action, ActionKind, Facts, Report, rule::rule};

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
    exit_without_entry, Group::Signals, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let orders = facts.orders();
    if orders.unmatched_exits.is_empty() {
        return;
    }
    // An entry that no signal asks for is the slip, and other rules'.
    let asked: Set<usize> = orders.orders.iter().map(|order| order.action).collect();
    let is_left_out = |(n, action): (usize, &Action)| action.kind == ActionKind::Entry && !asked.contains(&n);
    if orders.actions.iter().enumerate().any(is_left_out) {
        return;
    }
    let entries: Vec<_> = orders.of_kind(ActionKind::Entry).collect();
    let mut first = Map::default();
    for (_, action, market) in &entries {
        first.entry(*market).or_insert(*action);
    }
    // Where a ticker is not in the universe, that is probably the slip, and another rule's.
    if let Some(universe) = facts.universe()
        && orders.iter().any(|(_, action)| action.market.is_some_and(|market| !universe.holds(market)))
    {
        return;
    }
    // A single ticker that is entered and never left is what the exit was meant for.
    let left: Set<usize> = orders.of_kind(ActionKind::Exit).map(|(_, _, market)| market).collect();
    let mut open = entries.iter().filter(|(_, _, market)| !left.contains(market));
    let left_open = open.next().filter(|(_, _, first)| open.all(|(_, _, market)| market == first));
    let mut seen = Set::default();
    for order in orders.unmatched_exits.iter().map(|n| &orders.orders[*n]) {
        let action = &orders.actions[order.action];
        let Some(market) = action.market.filter(|_| seen.insert(order.action)) else { continue };
        let ticker = facts.ticker(market);
        let same_ticker = first.get(&market);
        let (span, message, label, fix) = match same_ticker {
            Some(entry) => (
                facts.span(action.side_at.unwrap_or(action.call)),
                format!("nothing opens a {} on `{ticker}` that this could close", action.side.word()),
                Some((entry.side_at.unwrap_or(entry.call), "the side that is entered")),
                replacement(facts, action.side_at, entry.side.word()),
            ),
            None => {
                let entry = left_open.or(entries.first()).map(|(_, entry, _)| *entry);
                let meant = left_open.map(|(_, _, market)| facts.tickers.markets[*market].to_string());
                (
                    facts.span(action.ticker_at.unwrap_or(action.call)),
                    format!("nothing is entered on `{ticker}`, so this exit closes nothing"),
                    entry.map(|entry| (entry.ticker_at.unwrap_or(entry.call), "this is what is entered")),
                    meant.and_then(|meant| replacement(facts, action.ticker_at, &meant)),
                )
            }
        };
        let mut finding = report.at(span, message);
        finding = match label {
            Some((id, label)) => finding.label(facts.span(id), label),
            None => finding.help("no signal of the script enters anything"),
        };
        finding.fixes.extend(fix);
        report.push(finding);
    }
}

/// The fix that names another side or ticker, where the literal stands in the exit itself.
fn replacement(facts: &Facts<'_>, at: Option<ExprId>, text: &str) -> Option<Fix> {
    let at = at.filter(|at| facts.tree().expr(*at) == Expr::String && !text.is_empty())?;
    Some(Fix::replace(format!("replace by `{}`", excerpt(text)), false, facts.span(at), format!("\"{text}\"")))
}
