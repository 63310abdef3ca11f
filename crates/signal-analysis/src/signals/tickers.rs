//! The tickers of a script: those that its signals name, each text read once, and those of its universe.

use signal_catalog::Kind;
use signal_market::{Concern, Grade, Ticker, TickerError};
use signal_project::{Origin, RunSettings};
use signal_syntax::{Bindings, ExprId, Tree};
use signal_text::{Source, Span};

use crate::Calls;
use crate::maps::{Map, Set};
use crate::names::behind_names;

/// A ticker that an action names, by a string literal or a name that is bound to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TickerUse {
    /// The string without its quotes.
    pub inside: Span,
    /// Index into [`Tickers::texts`].
    pub text: usize,
}

/// A ticker's text and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TickerText {
    /// The text, escapes resolved.
    pub text: String,
    /// The ticker and what is odd about it, or why it is none.
    pub read: Result<(Ticker, Vec<Concern>), TickerError>,
    /// Index into [`Tickers::markets`]: two spellings of one ticker (`binance:btc/usdt`) have one. `None` where nobody can
    /// tell what the text means.
    pub market: Option<usize>,
}

/// All tickers of a script. Scripts name few of them, many times.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tickers {
    /// Every literal once, in the order of the actions.
    pub uses: Vec<TickerUse>,
    /// Every text once.
    pub texts: Vec<TickerText>,
    /// Every ticker that is meant once, however it is spelt.
    pub markets: Vec<Ticker>,
    /// For each call of an action, in the order of the arena: the text of the ticker it names, as an index into `texts`.
    /// `None` where it names none, or one that is no constant.
    pub of_actions: Vec<(ExprId, Option<usize>)>,
}

/// The universe of the run, held against the tickers that signals name.
#[derive(Clone, Debug, PartialEq)]
pub struct Universe {
    /// Where it is set.
    pub origin: Origin,
    /// Its tickers, in order.
    pub tickers: Vec<UniverseTicker>,
    /// For each of [`Tickers::markets`], whether it is in the universe.
    held: Vec<bool>,
}

/// A ticker of the universe.
#[derive(Clone, Debug, PartialEq)]
pub struct UniverseTicker {
    /// What it means, its slips mended.
    pub ticker: Ticker,
    /// Where it stands in the directive that sets the universe; `None` where something else does, or where it is spelt
    /// otherwise.
    pub place: Option<Span>,
    /// Index into [`Tickers::markets`], where an action names it.
    pub market: Option<usize>,
}

impl TickerText {
    /// Whether a warning or an error is due about how it is written.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        match &self.read {
            Ok((_, concerns)) => concerns.iter().any(|concern| concern.grade >= Grade::Warning),
            Err(_) => true,
        }
    }
}

impl Universe {
    /// Whether a ticker of [`Tickers::markets`] is in it.
    #[must_use]
    pub fn holds(&self, market: usize) -> bool {
        self.held.get(market).is_some_and(|held| *held)
    }

    /// The universe that the settings name, if any does.
    pub(crate) fn new(source: &Source, settings: &RunSettings, tickers: &Tickers) -> Option<Self> {
        let universe = settings.universe.as_ref()?;
        let mut rest = match universe.origin {
            Origin::Directive(span) => Some(span),
            _ => None,
        };
        let mut misses = 0;
        let of_signals: Map<&Ticker, usize> = tickers.markets.iter().zip(0..).collect();
        let mut held = vec![false; tickers.markets.len()];
        let read = universe.value.iter().map(|written| {
            // In order, so that finding them all goes over the value once.
            let place = rest.and_then(|span| word(source, span, &written.to_string()));
            match (place, rest) {
                (Some(place), Some(span)) => rest = Some(Span::new(place.end, span.end)),
                _ => misses += 1,
            }
            rest = rest.filter(|_| misses < MISSES);
            let ticker = written.meant();
            let market = of_signals.get(&ticker).copied();
            if let Some(market) = market {
                held[market] = true;
            }
            UniverseTicker { market, ticker, place }
        });
        let tickers = read.collect();
        Some(Self { origin: universe.origin, tickers, held })
    }
}

/// Tickers that are looked for in vain in the directive's value: each costs a look at all of the rest.
const MISSES: usize = 64;

/// Where a ticker stands by itself in a directive's value: not as the beginning of a longer one.
fn word(source: &Source, within: Span, ticker: &str) -> Option<Span> {
    let text = source.slice(within);
    let part = |c: char| !(c.is_whitespace() || matches!(c, ',' | ';' | '[' | ']' | '"' | '\''));
    let at = text
        .match_indices(ticker)
        .map(|(at, _)| at)
        .find(|at| !text[..*at].ends_with(part) && !text[at + ticker.len()..].starts_with(part))?;
    Some(Span::new(within.start + at as u32, within.start + (at + ticker.len()) as u32))
}

/// Reads them.
pub(crate) fn tickers(source: &Source, tree: &Tree, bindings: &Bindings, calls: &Calls<'_>) -> Tickers {
    let mut found = Tickers::default();
    let mut used = Set::default();
    // By what stands in the script, quotes and all.
    let mut known: Map<&str, usize> = Map::default();
    let mut meant: Map<Ticker, usize> = Map::default();
    for call in calls.iter().filter(|call| call.entry.is_some_and(|entry| entry.kind == Kind::Action)) {
        found.of_actions.push((call.id, None));
        let Some(given) = call.input("ticker").map(|id| tree.unparenthesized(id)) else { continue };
        let id = behind_names(tree, bindings, given);
        let span = tree.span(id);
        let literal = source.slice(span);
        let text = match known.get(literal) {
            Some(&text) => text,
            None => {
                let Some(text) = tree.string(source, id) else { continue };
                let text = read(text.into_owned(), &mut meant);
                found.texts.push(text);
                known.insert(literal, found.texts.len() - 1);
                found.texts.len() - 1
            }
        };
        if let Some((_, of_action)) = found.of_actions.last_mut() {
            *of_action = Some(text);
        }
        // One that has a name may be read many times.
        if id == given || used.insert(id) {
            let inside = if span.len() < 2 { span } else { Span::new(span.start + 1, span.end - 1) };
            found.uses.push(TickerUse { inside, text });
        }
    }
    let mut markets: Vec<(Ticker, usize)> = meant.into_iter().collect();
    markets.sort_by_key(|(_, market)| *market);
    found.markets = markets.into_iter().map(|(ticker, _)| ticker).collect();
    found
}

/// What a text says, and which of the tickers that are `meant` so far it means.
fn read(text: String, meant: &mut Map<Ticker, usize>) -> TickerText {
    let read = Ticker::parse(&text).map(|ticker| {
        let concerns = ticker.concerns();
        (ticker, concerns)
    });
    let ticker = match &read {
        Ok((ticker, concerns)) if concerns.is_empty() => Some(ticker.clone()),
        Ok((ticker, _)) => Some(ticker.meant()),
        Err(error) => error.suggestion.as_deref().and_then(|ticker| Ticker::parse(ticker).ok()),
    };
    let market = ticker.map(|ticker| {
        let next = meant.len();
        *meant.entry(ticker).or_insert(next)
    });
    TickerText { text, read, market }
}
