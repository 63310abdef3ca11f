//! Tickers: those of the universe and of the script, then what the exchanges typically have.

use signal_market::{EXCHANGES, Exchange, ExchangeEvidence, MarketType, Ticker, exchange};
use signal_project::Origin;
use signal_text::Span;

use super::values::STEP;
use super::{Item, ItemKind};
use crate::snapshot::Snapshot;

/// What is most traded nearly everywhere.
const BASES: [&str; 8] = ["BTC", "ETH", "SOL", "XRP", "BNB", "DOGE", "ADA", "LINK"];

/// Tickers of one exchange that are offered before its name is written.
const FEW: usize = 4;

/// Tickers that continue what is written of one, with the cursor at `offset`.
pub(super) fn items(snapshot: &Snapshot, written: &str, offset: u32) -> Vec<Item> {
    let mut items = known(snapshot);
    if let Some(begun) = begun(snapshot, offset) {
        items.retain(|item| item.label != begun);
    }
    match written.split_once(':') {
        None => {
            for (order, exchange) in offered().enumerate() {
                let label = format!("{}:", exchange.id.to_uppercase());
                let item = Item::new(label, ItemKind::Ticker, 2 * STEP + order as u32);
                items.push(item.described(format!("{}, {}", exchange.name, exchange.market)));
            }
            let usual = exchange(&snapshot.facts().settings().exchange.value);
            add_typical(usual.into_iter().flat_map(|usual| typical(usual, None)).take(FEW), &mut items);
            // Before anything is written, whole tickers say more than the names of exchanges.
            if written.is_empty() {
                items.iter_mut().filter(|item| item.rank >= 3 * STEP).for_each(|item| item.rank -= STEP + STEP / 2);
            }
        }
        Some((name, rest)) => {
            items.retain(|item| item.label.split(':').next().is_some_and(|of| of.eq_ignore_ascii_case(name)));
            let base = rest.split_once('/').map(|(base, _)| base).filter(|base| !base.is_empty());
            add_typical(exchange(name).into_iter().flat_map(|exchange| typical(exchange, base)), &mut items);
        }
    }
    items
}

/// Tickers that need no further word: the script's and the universe's, or else a few of the exchange.
pub(super) fn likely(snapshot: &Snapshot) -> Vec<Item> {
    let mut items = known(snapshot);
    if items.is_empty() {
        let usual = exchange(&snapshot.facts().settings().exchange.value);
        add_typical(usual.into_iter().flat_map(|usual| typical(usual, None)).take(FEW), &mut items);
    }
    items
}

/// The ticker that a new signal is most probably about.
pub(super) fn first(snapshot: &Snapshot) -> String {
    likely(snapshot).into_iter().next().map_or_else(|| "BINANCE:BTC/USDT".to_owned(), |item| item.label)
}

/// Tickers of the universe, then further ones of the script.
fn known(snapshot: &Snapshot) -> Vec<Item> {
    let facts = snapshot.facts();
    let universe = facts.settings().universe.iter().flat_map(|universe| &universe.value);
    let universe = universe.map(|ticker| (ticker.to_string(), "in the universe", 0));
    let script = facts.tickers.markets.iter().map(|ticker| (ticker.to_string(), "in this script", STEP));
    let mut items: Vec<Item> = Vec::new();
    for (order, (ticker, description, tier)) in universe.chain(script).enumerate().take(STEP as usize) {
        // What breaks the string that it is put into is no ticker that anybody trades.
        let is_plain = !ticker.contains(['"', '\'', '\\']) && !ticker.chars().any(char::is_control);
        if is_plain && items.iter().all(|item| item.label != ticker) {
            items.push(Item::new(ticker, ItemKind::Ticker, tier + order as u32).described(description));
        }
    }
    items
}

/// The ticker at the cursor, if the script names it nowhere else: half a ticker is one of the script's, too.
fn begun(snapshot: &Snapshot, offset: u32) -> Option<&str> {
    let facts = snapshot.facts();
    let set = facts.universe().into_iter().flat_map(|universe| &universe.tickers).filter_map(|ticker| ticker.place);
    let places: Vec<Span> = facts.tickers.uses.iter().map(|used| used.inside).chain(set).collect();
    let text = facts.source.slice(*places.iter().find(|place| place.touches(offset))?);
    let is_alone = places.iter().filter(|place| facts.source.slice(**place) == text).count() == 1;
    let is_settled = facts.settings().universe.as_ref().is_some_and(|universe| {
        !matches!(universe.origin, Origin::Directive(_))
            && universe.value.iter().any(|ticker| ticker.to_string() == text)
    });
    (is_alone && !is_settled).then_some(text)
}

fn add_typical(tickers: impl Iterator<Item = Ticker>, items: &mut Vec<Item>) {
    for (order, ticker) in tickers.enumerate() {
        let label = ticker.to_string();
        if items.iter().all(|item| item.label != label) {
            items.push(Item::new(label, ItemKind::Ticker, 3 * STEP + order as u32).described("typical"));
        }
    }
}

/// Exchanges that the API names today.
fn offered() -> impl Iterator<Item = &'static Exchange> {
    EXCHANGES.iter().filter(|exchange| exchange.evidence == ExchangeEvidence::Documented)
}

/// What an exchange typically has, or of one base all quotes.
fn typical(exchange: &'static Exchange, base: Option<&str>) -> Vec<Ticker> {
    // The ids of predictions can't be guessed.
    if exchange.market == MarketType::Prediction {
        return Vec::new();
    }
    let (bases, quotes) = match base {
        Some(base) => (vec![base], exchange.quotes),
        None => (BASES.to_vec(), &exchange.quotes[..1.min(exchange.quotes.len())]),
    };
    let pairs = bases.into_iter().flat_map(|base| quotes.iter().map(move |quote| (base, *quote)));
    let tickers = pairs.filter(|(base, quote)| base != quote).map(|(base, quote)| Ticker {
        exchange: exchange.id.to_uppercase(),
        base: base.to_owned(),
        quote: quote.to_owned(),
        settle: (exchange.market == MarketType::Perpetual).then(|| quote.to_owned()),
    });
    tickers.collect()
}
