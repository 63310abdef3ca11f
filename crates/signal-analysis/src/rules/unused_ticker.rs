//! A ticker of the universe that nothing is traded on.

use signal_market::excerpt;
use signal_project::{Mode, Origin, directive_edit};
use signal_text::{Edit, Fix, Severity, Span};

use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds tickers of the script's universe that no signal names.
    ///
    /// # Why
    /// Its bars are loaded and nothing is traded on them. Where each ticker is run by itself, its share of the cash lies
    /// idle. In cross mode the first ticker is left alone, since the script may look at its prices to trade another one.
    ///
    /// # Reported
    /// ```signal
    /// #! universe = BINANCE:BTC/USDT, BINANCE:ETH/USDT
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// #! universe = BINANCE:BTC/USDT
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    unused_ticker, Group::Signals, Severity::Info, needs_universe
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let Some(universe) = facts.universe() else { return };
    let Origin::Directive(whole) = universe.origin else { return };
    let tickers = &facts.tickers;
    // A ticker outside of the universe is the same slip seen from the other side, and another rule's.
    let all_known = tickers.texts.iter().all(|text| text.market.is_some_and(|market| universe.holds(market)));
    if facts.orders().some_hidden || facts.orders().orders.is_empty() || !all_known {
        return;
    }
    let watched = usize::from(facts.settings().mode.value == Mode::Cross);
    for ticker in universe.tickers.iter().skip(watched).filter(|ticker| ticker.market.is_none()) {
        let message = format!("`{}` is in the universe, and no signal names it", excerpt(&ticker.ticker.to_string()));
        let finding = report.at(ticker.place.unwrap_or(whole), message);
        let edit = match ticker.place.and_then(|place| with_comma(facts, whole, place)) {
            Some(span) => Edit { span, text: String::new() },
            None => {
                let others = universe.tickers.iter().filter(|other| other.ticker != ticker.ticker);
                let others: Vec<String> = others.map(|other| other.ticker.to_string()).collect();
                directive_edit(facts.source, facts.tree(), "universe", &others.join(", "))
            }
        };
        let title = "take it out of the universe".to_owned();
        report.push(finding.fix(Fix { title, safe: false, edits: vec![edit] }));
    }
}

/// The ticker with the comma that parts it from its neighbour; `None` where it stands in quotes or alone.
fn with_comma(facts: &Facts<'_>, whole: Span, place: Span) -> Option<Span> {
    let before = facts.source.slice(Span::new(whole.start, place.start));
    let after = facts.source.slice(Span::new(place.end, whole.end));
    if let Some(before) = before.trim_end().strip_suffix(',') {
        return Some(Span::new(whole.start + before.len() as u32, place.end));
    }
    let blanks = after.len() - after.trim_start().len();
    let rest = after.trim_start().strip_prefix(',').filter(|_| before.trim().is_empty() || before.trim() == "[")?;
    let behind = blanks + 1 + (rest.len() - rest.trim_start().len());
    Some(Span::new(place.start, place.end + behind as u32))
}
