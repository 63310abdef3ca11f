//! The tickers that a script names: in its actions and in its universe.

use signal_project::Origin;
use signal_text::Span;

use crate::snapshot::Snapshot;

/// A ticker in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TickerPlace {
    /// Where it stands, without quotes.
    pub(crate) span: Span,
    /// Which one it is, as an index into [`signal_analysis::Tickers::markets`].
    pub(crate) market: usize,
}

/// The ticker at an offset: in a string that an action takes, or in the directive that sets the universe.
pub(crate) fn ticker_at(snapshot: &Snapshot, offset: u32) -> Option<TickerPlace> {
    places(snapshot).find(|place| place.span.touches(offset))
}

/// All places of a ticker in the script, however it is spelt, in the order of the text.
pub(crate) fn places_of(snapshot: &Snapshot, market: usize) -> Vec<Span> {
    let mut spans: Vec<Span> =
        places(snapshot).filter(|place| place.market == market).map(|place| place.span).collect();
    spans.sort_unstable();
    spans
}

/// Where the universe names a ticker (`None`: the place in it can't be told), and where it is set. `None` where it doesn't.
pub(crate) fn in_universe(snapshot: &Snapshot, market: usize) -> Option<(Option<Span>, Origin)> {
    let universe = snapshot.facts().universe()?;
    let ticker = universe.tickers.iter().find(|ticker| ticker.market == Some(market))?;
    Some((ticker.place, universe.origin))
}

fn places(snapshot: &Snapshot) -> impl Iterator<Item = TickerPlace> {
    let facts = snapshot.facts();
    let named = facts.tickers.uses.iter().filter_map(|used| {
        let market = facts.tickers.texts.get(used.text)?.market?;
        Some(TickerPlace { span: used.inside, market })
    });
    let universe = facts.universe().into_iter().flat_map(|universe| &universe.tickers);
    named.chain(universe.filter_map(|ticker| Some(TickerPlace { span: ticker.place?, market: ticker.market? })))
}
