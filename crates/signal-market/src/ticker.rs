//! Tickers: `EXCHANGE:BASE/QUOTE`, and `EXCHANGE:BASE/QUOTE:SETTLE` for perpetuals.
//!
//! Only what can't be read as that form is an error. What merely looks wrong (an exchange that no text of the API names,
//! a perpetual without its settle currency) is a [`Concern`](crate::Concern), since the service might take it.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::exchange::{Exchange, MarketType, exchange};
use crate::ticker_error::{TickerError, TickerFault, correction};

/// A ticker, its parts as they were written. [`fmt::Display`] gives exactly the text it was read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ticker {
    /// The exchange, in capitals by rule: `BINANCE`.
    pub exchange: String,
    /// What is traded: `BTC`, or the token id of a prediction.
    pub base: String,
    /// What it is priced in: `USDT`. Empty only for a prediction market's ticker without `/`, whose form no text shows.
    pub quote: String,
    /// The currency that a perpetual is settled in.
    pub settle: Option<String>,
}

/// Parts of a ticker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TickerPart {
    /// Before the first `:`.
    Exchange,
    /// Between `:` and `/`.
    Base,
    /// Behind `/`.
    Quote,
    /// Behind the second `:`.
    Settle,
    /// All of it.
    Whole,
}

impl Ticker {
    /// Reads a ticker.
    ///
    /// # Errors
    /// [`TickerError`] when the text does not have the form; it says which part is at fault and, where evident, the cure.
    pub fn parse(text: &str) -> Result<Self, TickerError> {
        split(text).map_err(|(fault, part, range)| {
            let (suggestion, safe) = correction(text, fault).unzip();
            TickerError { text: text.to_owned(), fault, part, range, suggestion, safe: safe.unwrap_or(false) }
        })
    }

    /// What is known of its exchange; `None` where no edition of the API's text names it.
    #[must_use]
    pub fn known_exchange(&self) -> Option<&'static Exchange> {
        exchange(&self.exchange)
    }

    /// The market it is traded on: the exchange's, or perpetual where an unknown exchange's ticker has a settle currency.
    #[must_use]
    pub fn market(&self) -> Option<MarketType> {
        match self.known_exchange() {
            Some(exchange) => Some(exchange.market),
            None => self.settle.as_ref().map(|_| MarketType::Perpetual),
        }
    }

    /// The plain symbol, as the order and market endpoints take it: `BTC/USDT`.
    #[must_use]
    pub fn symbol(&self) -> String {
        if self.quote.is_empty() {
            return self.base.clone();
        }
        format!("{}/{}", self.base, self.quote)
    }

    /// Bytes of its text that a part takes; empty, where it would stand, for a part that is absent.
    #[must_use]
    pub fn range(&self, part: TickerPart) -> Range<usize> {
        let exchange = 0..self.exchange.len();
        let base = exchange.end + 1..exchange.end + 1 + self.base.len();
        // An absent quote has no `/` before it either.
        let quote = base.end + usize::from(!self.quote.is_empty());
        let quote = quote..quote + self.quote.len();
        match (part, &self.settle) {
            (TickerPart::Exchange, _) => exchange,
            (TickerPart::Base, _) => base,
            (TickerPart::Quote, _) => quote,
            (TickerPart::Settle, None) => quote.end..quote.end,
            (TickerPart::Settle, Some(settle)) => quote.end + 1..quote.end + 1 + settle.len(),
            (TickerPart::Whole, None) => 0..quote.end,
            (TickerPart::Whole, Some(settle)) => 0..quote.end + 1 + settle.len(),
        }
    }
}

type Fault = (TickerFault, TickerPart, Range<usize>);

/// The parts of a well-formed ticker, or the first thing that is wrong with it.
fn split(text: &str) -> Result<Ticker, Fault> {
    let len = text.len();
    if text.trim().is_empty() {
        return Err((TickerFault::Empty, TickerPart::Whole, 0..len));
    }
    let slash = text.find('/');
    let colon = match (text.find(':'), slash) {
        (Some(colon), Some(slash)) if slash < colon => None,
        (colon, _) => colon,
    };
    let Some(colon) = colon else {
        if exchange(text.trim()).is_some() {
            return Err((TickerFault::PairMissing, TickerPart::Whole, len..len));
        }
        return Err((TickerFault::ExchangeMissing, TickerPart::Exchange, 0..0));
    };
    let name = &text[..colon];
    let pair = colon + 1..len;
    if text[pair.clone()].trim().is_empty() {
        return Err((TickerFault::PairMissing, TickerPart::Whole, len..len));
    }
    let prediction = exchange(name.trim()).is_some_and(|e| e.market == MarketType::Prediction);
    let base_end = match slash {
        Some(slash) => slash,
        None => text[pair.clone()].find(':').map_or(len, |at| pair.start + at),
    };
    if slash.is_none() && !prediction {
        let base = pair.start..base_end;
        let wrong = text[base.clone()].rfind(['-', '_', '\\', '|', '.']);
        let range = wrong.map_or(base.clone(), |at| base.start + at..base.start + at + 1);
        return Err((TickerFault::SlashMissing, TickerPart::Base, range));
    }
    let quote_start = slash.map_or(base_end, |slash| slash + 1);
    let settle_colon = text[quote_start..].find(':').map(|at| quote_start + at);
    let quote = quote_start..settle_colon.unwrap_or(len);
    let parts = [
        (TickerPart::Exchange, Some(0..colon)),
        (TickerPart::Base, Some(colon + 1..base_end)),
        (TickerPart::Quote, slash.map(|_| quote.clone())),
        (TickerPart::Settle, settle_colon.map(|at| at + 1..len)),
    ];
    for (part, range) in parts {
        let Some(range) = range else { continue };
        check_part(text, part, range)?;
    }
    Ok(Ticker {
        exchange: name.to_owned(),
        base: text[colon + 1..base_end].to_owned(),
        quote: text[quote].to_owned(),
        settle: settle_colon.map(|at| text[at + 1..].to_owned()),
    })
}

fn check_part(text: &str, part: TickerPart, range: Range<usize>) -> Result<(), Fault> {
    let written = &text[range.clone()];
    if written.trim().is_empty() {
        return Err((TickerFault::PartEmpty, part, range));
    }
    if written.trim() != written {
        return Err((TickerFault::Blank, part, range));
    }
    if let Some(at) = written.bytes().position(|byte| matches!(byte, b':' | b'/')) {
        let at = range.start + at;
        return Err((TickerFault::TooManyParts, part, at..range.end));
    }
    Ok(())
}

impl fmt::Display for Ticker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.exchange, self.base)?;
        if !self.quote.is_empty() {
            write!(f, "/{}", self.quote)?;
        }
        match &self.settle {
            Some(settle) => write!(f, ":{settle}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Ticker {
    type Err = TickerError;

    fn from_str(text: &str) -> Result<Self, TickerError> {
        Self::parse(text)
    }
}

impl Serialize for Ticker {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Ticker {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
