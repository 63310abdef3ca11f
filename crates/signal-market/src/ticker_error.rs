//! What is wrong with a text that is no ticker, and the ticker it was meant to be.

use std::fmt;
use std::ops::Range;

use crate::excerpt::excerpt;
use crate::exchange::{EXCHANGES, MarketType, exchange, perpetual_of};
use crate::ticker::{Ticker, TickerPart};

/// A text that does not have the form of a ticker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TickerError {
    /// The text as given.
    pub text: String,
    /// What is wrong with it.
    pub fault: TickerFault,
    /// Which part is wrong.
    pub part: TickerPart,
    /// Bytes of `text` that are wrong; empty where something is missing.
    pub range: Range<usize>,
    /// A well-formed ticker that was probably meant.
    pub suggestion: Option<String>,
    /// Whether `suggestion` adds nothing that the text did not say (`BINANCE:BTC-USDT`); one that had to make up an
    /// exchange or a quote is an example.
    pub safe: bool,
}

/// What can be wrong with a ticker's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TickerFault {
    /// There is nothing.
    Empty,
    /// There is no `EXCHANGE:` in front.
    ExchangeMissing,
    /// There is an exchange and nothing else.
    PairMissing,
    /// There is no `/` between base and quote.
    SlashMissing,
    /// A part is there, with nothing in it.
    PartEmpty,
    /// White space around a part.
    Blank,
    /// More `:` or `/` than the form has.
    TooManyParts,
}

impl TickerPart {
    /// Its name for people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exchange => "exchange",
            Self::Base => "base",
            Self::Quote => "quote",
            Self::Settle => "settle currency",
            Self::Whole => "ticker",
        }
    }
}

impl TickerError {
    /// What is wrong, one sentence without a full stop and without the cure.
    #[must_use]
    pub fn message(&self) -> String {
        let text = excerpt(&self.text);
        let part = self.part.as_str();
        match self.fault {
            TickerFault::Empty => "the ticker is empty".to_owned(),
            TickerFault::ExchangeMissing => format!("`{text}` does not name its exchange"),
            TickerFault::PairMissing => format!("`{text}` names no pair"),
            TickerFault::SlashMissing => {
                format!("`{text}` has no `/` between its base and its quote")
            }
            TickerFault::PartEmpty => format!("the {part} of `{text}` is empty"),
            TickerFault::Blank => format!("there is a blank around the {part} of `{text}`"),
            TickerFault::TooManyParts => format!("`{text}` has too many parts"),
        }
    }

    /// What to write instead.
    #[must_use]
    pub fn cure(&self) -> String {
        match (&self.suggestion, self.safe) {
            (Some(ticker), true) => format!("write `{ticker}`"),
            (Some(ticker), false) => format!("write it in full, for instance `{ticker}`"),
            (None, _) => {
                "the form is `EXCHANGE:BASE/QUOTE`, and `EXCHANGE:BASE/QUOTE:SETTLE` for a perpetual".to_owned()
            }
        }
    }
}

impl fmt::Display for TickerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message(), self.cure())
    }
}

impl std::error::Error for TickerError {}

/// Marks of a perpetual in the symbols of exchanges and charting sites.
const PERPETUAL_MARKS: [&str; 5] = [".P", "-PERP", "_PERP", "-SWAP", "PERP"];

/// Characters that other tools put between the parts of a symbol.
const SEPARATORS: [char; 8] = ['/', ':', '-', '_', '.', '|', '\\', '@'];

/// The ticker that a malformed text was meant to be, and whether it says nothing that the text did not.
pub(crate) fn correction(text: &str, fault: TickerFault) -> Option<(String, bool)> {
    if fault == TickerFault::TooManyParts {
        return None;
    }
    let solid: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '`' | '$')).collect();
    // A ticker of that length is none; splitting it again and again would cost.
    if solid.len() > 200 {
        return None;
    }
    // Each way to find the exchange may leave a rest that is no pair (`GATE-USDT` is a coin).
    let ways = [leading_exchange(&solid), trailing_exchange(&solid), None];
    ways.into_iter()
        .flatten()
        .map(|(name, rest)| (Some(name), rest))
        .chain(std::iter::once((None, solid.as_str())))
        .find_map(|(name, rest)| {
            let (ticker, safe) = assemble(name, rest)?;
            let written = ticker.to_string();
            (written != text && Ticker::parse(&written) == Ok(ticker)).then_some((written, safe))
        })
}

/// An exchange in front, and what follows it: anything before the first `:`, or a known id before another separator.
fn leading_exchange(text: &str) -> Option<(&str, &str)> {
    let at = text.find(SEPARATORS)?;
    let (name, rest) = text.split_at(at);
    let known = exchange(name).is_some();
    let named = rest.starts_with(':') && !name.is_empty();
    (known || named).then(|| (name, rest.trim_start_matches(SEPARATORS)))
}

/// A known exchange at the end (`BTC/USDT@BINANCE`), and what stands before it.
fn trailing_exchange(text: &str) -> Option<(&str, &str)> {
    let at = text.rfind(SEPARATORS)?;
    let name = &text[at + 1..];
    exchange(name).map(|_| (name, text[..at].trim_end_matches(SEPARATORS)))
}

fn assemble(name: Option<&str>, rest: &str) -> Option<(Ticker, bool)> {
    let rest = capitals(rest);
    let unmarked =
        PERPETUAL_MARKS.iter().find_map(|mark| rest.strip_suffix(mark)).filter(|unmarked| !unmarked.is_empty());
    let known = name.and_then(exchange);
    let (base, quote, settle, mut safe) = pair(unmarked.unwrap_or(&rest), known.map(|e| e.quotes))?;
    if exchange(&base).is_some() && name.is_none() {
        return None;
    }
    let perpetual = unmarked.is_some() || settle.is_some();
    let id = match (name, known) {
        (Some(_), Some(spot)) if unmarked.is_some() && spot.market == MarketType::Spot => {
            perpetual_of(spot.id).unwrap_or(spot.id)
        }
        (Some(name), _) => name,
        (None, _) => {
            // Nothing said where: the API's default exchange, or the one whose quote or kind it is.
            safe = false;
            match quote.as_str() {
                _ if perpetual => "binancefuturesusd",
                "KRW" => "upbit",
                _ => "binance",
            }
        }
    };
    let settled = exchange(id).is_some_and(|e| e.market == MarketType::Perpetual);
    let settle = settle.or_else(|| settled.then(|| quote.clone()));
    let ticker = Ticker { exchange: id.to_ascii_uppercase(), base, quote, settle };
    Some((ticker, safe))
}

/// Base, quote and settle of a symbol that parts them in another way or not at all, and whether the text said them all.
fn pair(symbol: &str, quotes: Option<&'static [&'static str]>) -> Option<(String, String, Option<String>, bool)> {
    let parts: Vec<&str> = symbol.split(SEPARATORS).filter(|p| !p.is_empty()).collect();
    let owned = |text: &str| text.to_owned();
    match parts[..] {
        // Upbit's own symbols put the quote first: `KRW-BTC`.
        ["KRW", base] => Some((owned(base), owned("KRW"), None, true)),
        [base, quote] => Some((owned(base), owned(quote), None, true)),
        [base, quote, settle] => Some((owned(base), owned(quote), Some(owned(settle)), true)),
        [one] => {
            let all = || EXCHANGES.iter().flat_map(|e| e.quotes).copied();
            let ending = match quotes {
                Some(quotes) => quotes.iter().copied().find(|q| has_base(one, q)),
                None => None,
            };
            let ending = ending.or_else(|| all().find(|quote| has_base(one, quote)));
            match (ending, quotes) {
                (Some(quote), _) => Some((owned(one.strip_suffix(quote)?), owned(quote), None, true)),
                // `BINANCE:BTC`: the exchange's usual quote, as an example. A currency alone is no base.
                (None, Some([usual, ..])) if !one.ends_with(usual) => Some((owned(one), owned(usual), None, false)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether `symbol` is a base directly followed by `quote`.
fn has_base(symbol: &str, quote: &str) -> bool {
    symbol.strip_suffix(quote).is_some_and(|base| base.len() >= 2)
}

/// In capitals, unless it has some already: `kPEPE/USDC` means what it says.
fn capitals(text: &str) -> String {
    if text.chars().any(|c| c.is_ascii_uppercase()) {
        return text.to_owned();
    }
    text.to_ascii_uppercase()
}
