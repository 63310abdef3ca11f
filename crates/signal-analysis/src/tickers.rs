//! The tickers that a script's signals name, each text read once.

use std::collections::HashMap;

use signal_catalog::Kind;
use signal_market::{Concern, Ticker, TickerError};
use signal_syntax::Tree;
use signal_text::{Source, Span};

use crate::Calls;

/// A ticker that an action names as a string literal.
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
}

/// All tickers of a script. Scripts name few of them, many times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tickers {
    /// Every place, in the order of the arena.
    pub uses: Vec<TickerUse>,
    /// Every text once.
    pub texts: Vec<TickerText>,
}

/// Reads them.
pub(crate) fn tickers(source: &Source, tree: &Tree, calls: &Calls<'_>) -> Tickers {
    let mut found = Tickers::default();
    // By what stands in the script, quotes and all.
    let mut known: HashMap<&str, usize> = HashMap::new();
    for call in calls.iter().filter(|call| call.entry.is_some_and(|entry| entry.kind == Kind::Action)) {
        let Some(id) = call.input("ticker").map(|id| tree.unparenthesized(id)) else { continue };
        let span = tree.span(id);
        let literal = source.slice(span);
        let text = match known.get(literal) {
            Some(&text) => text,
            None => {
                let Some(text) = tree.string(source, id) else { continue };
                let read = Ticker::parse(&text).map(|ticker| {
                    let concerns = ticker.concerns();
                    (ticker, concerns)
                });
                found.texts.push(TickerText { text: text.into_owned(), read });
                known.insert(literal, found.texts.len() - 1);
                found.texts.len() - 1
            }
        };
        let inside = if span.len() < 2 { span } else { Span::new(span.start + 1, span.end - 1) };
        found.uses.push(TickerUse { inside, text });
    }
    found
}
