//! The tickers that a script's signals name, each text read once.

use std::collections::{HashMap, HashSet};

use signal_catalog::Kind;
use signal_market::{Concern, Ticker, TickerError};
use signal_syntax::{Bindings, ExprId, Tree};
use signal_text::{Source, Span};

use crate::Calls;

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
}

/// All tickers of a script. Scripts name few of them, many times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tickers {
    /// Every literal once, in the order of the actions.
    pub uses: Vec<TickerUse>,
    /// Every text once.
    pub texts: Vec<TickerText>,
}

/// Names between an action and its literal that are followed. People write one; a chain as long as a hostile script would
/// be walked for each of its signals.
const HOPS: usize = 8;

/// The expression behind names and parentheses.
fn behind_names(tree: &Tree, bindings: &Bindings, mut id: ExprId) -> ExprId {
    for _ in 0..HOPS {
        let Some(value) = bindings.of(id).and_then(|definition| bindings.definition(definition).value) else { break };
        id = tree.unparenthesized(value);
    }
    id
}

/// Reads them.
pub(crate) fn tickers(source: &Source, tree: &Tree, bindings: &Bindings, calls: &Calls<'_>) -> Tickers {
    let mut found = Tickers::default();
    let mut used = HashSet::new();
    // By what stands in the script, quotes and all.
    let mut known: HashMap<&str, usize> = HashMap::new();
    for call in calls.iter().filter(|call| call.entry.is_some_and(|entry| entry.kind == Kind::Action)) {
        let Some(given) = call.input("ticker").map(|id| tree.unparenthesized(id)) else { continue };
        let id = behind_names(tree, bindings, given);
        // One that has a name may be read many times.
        if id != given && !used.insert(id) {
            continue;
        }
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
