//! A ticker that the run has no data for.

use signal_market::{Ticker, excerpt};
use signal_project::{Origin, directive_edit};
use signal_text::{Diagnostic, Edit, Fix, Severity, Span};

use crate::maps::Set;
use crate::{Facts, Report, Universe, UniverseTicker, rule::rule};

rule! {
    /// Finds signals on tickers that are not in the universe of the run.
    ///
    /// # Why
    /// The universe is what the service loads data for. A signal on another ticker finds no bars to be filled on.
    ///
    /// # Cure
    /// Add the ticker to the universe, or name one that is in it.
    ///
    /// # Reported
    /// ```signal
    /// #! universe = BINANCE:BTC/USDT
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:ETH/USDT", "LONG", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// #! universe = BINANCE:BTC/USDT, BINANCE:ETH/USDT
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:ETH/USDT", "LONG", Weight(0.25)))
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.25)))
    /// ```
    ticker_not_in_universe, Group::Signals, Severity::Warning, needs_universe
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let Some(universe) = facts.universe() else { return };
    let mut seen = Set::default();
    for one in &facts.tickers.uses {
        let text = &facts.tickers.texts[one.text];
        // How it is written is another rule's; mended, it may be in the universe.
        let Some(market) = text.market.filter(|_| !text.is_doubtful()) else { continue };
        if universe.holds(market) || !seen.insert(market) {
            continue;
        }
        report.push(describe(facts, report, universe, one.inside, market));
    }
}

fn describe(facts: &Facts<'_>, report: &Report, universe: &Universe, place: Span, market: usize) -> Diagnostic {
    let ticker = facts.tickers.markets[market].to_string();
    let shown = excerpt(&ticker);
    let message = format!("`{shown}` is not in the universe, so nothing of it is traded");
    let mut finding = report.at(place, message);
    let held: Vec<String> = universe.tickers.iter().map(|ticker| ticker.ticker.to_string()).collect();
    match universe.origin {
        Origin::Directive(span) => finding = finding.label(span, "the universe"),
        Origin::Config(_) => {
            finding = finding.help(format!("signal.toml sets the universe: {}", listed(&held)));
        }
        Origin::Flag | Origin::Default => {
            finding = finding.help(format!("a flag sets the universe: {}", listed(&held)));
        }
    }
    // What stands in a string as it is; a universe can hold a `\` that was to go on in the next line.
    let plain = |ticker: &String| !ticker.contains(['"', '\'', '\\']);
    if let Some(meant) = transposed(facts, universe, market).map(ToString::to_string).filter(plain) {
        let title = format!("replace by `{}`", excerpt(&meant));
        finding = finding.fix(Fix::replace(title, false, place, meant));
    }
    let near = nearest(facts, universe, market).map(ToString::to_string).filter(plain);
    if let Some(edit) = addition(facts, universe, held, &ticker) {
        let title = match universe.origin {
            Origin::Config(_) => format!("set a universe of its own, with `{shown}` in it"),
            _ => format!("add `{shown}` to the universe"),
        };
        finding = finding.fix(Fix { title, safe: false, edits: vec![edit] });
    }
    match near {
        Some(near) => finding.fix(Fix::replace(format!("replace by `{}`", excerpt(&near)), false, place, near)),
        None => finding,
    }
}

/// The same pair on another exchange or in another quote, as long as no signal names it: what was probably meant.
fn nearest<'u>(facts: &Facts<'_>, universe: &'u Universe, market: usize) -> Option<&'u Ticker> {
    let missing = &facts.tickers.markets[market];
    let same_pair = |ticker: &&UniverseTicker| ticker.market.is_none() && ticker.ticker.base == missing.base;
    let mut near = universe.tickers.iter().filter(same_pair);
    match (near.next(), near.next()) {
        (Some(only), None) => Some(&only.ticker),
        _ => None,
    }
}

/// The ticker of the universe of which this one has the letters in another order: `BCT` for `BTC`.
fn transposed<'u>(facts: &Facts<'_>, universe: &'u Universe, market: usize) -> Option<&'u Ticker> {
    let letters = |ticker: &Ticker| {
        let mut letters = ticker.base.clone().into_bytes();
        letters.sort_unstable();
        letters
    };
    let missing = &facts.tickers.markets[market];
    let same_place = |ticker: &Ticker| {
        (&ticker.exchange, &ticker.quote, &ticker.settle) == (&missing.exchange, &missing.quote, &missing.settle)
    };
    // A prediction is a long row of digits: the same ones in another order are another prediction.
    let short = missing.base.len() <= 10;
    let held = universe.tickers.iter().map(|held| &held.ticker).filter(|_| short);
    let mut alike = held.filter(|ticker| ticker.base.len() == missing.base.len() && same_place(ticker));
    let sorted = letters(missing);
    alike.find(|ticker| ticker.base != missing.base && letters(ticker) == sorted)
}

/// The edit that makes the universe hold the ticker too; `None` where no directive could: flags outrank them.
fn addition(facts: &Facts<'_>, universe: &Universe, mut held: Vec<String>, ticker: &str) -> Option<Edit> {
    match universe.origin {
        Origin::Flag | Origin::Default => None,
        Origin::Directive(span) if !facts.source.slice(span).ends_with([']', '"', '\'', ',']) => {
            Some(Edit { span: Span::empty(span.end), text: format!(", {ticker}") })
        }
        Origin::Directive(_) | Origin::Config(_) => {
            held.push(ticker.to_owned());
            Some(directive_edit(facts.source, facts.tree(), "universe", &held.join(", ")))
        }
    }
}

/// The first few of them.
fn listed(tickers: &[String]) -> String {
    const FEW: usize = 5;
    let mut text =
        tickers.iter().take(FEW).map(|ticker| format!("`{}`", excerpt(ticker))).collect::<Vec<_>>().join(", ");
    if tickers.len() > FEW {
        text.push_str(&format!(" and {} more", tickers.len() - FEW));
    }
    text
}
