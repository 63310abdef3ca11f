//! Tickers: `EXCHANGE:BASE/QUOTE`, and `EXCHANGE:BASE/QUOTE:SETTLE` for perpetuals.
//!
//! Only what can't be read as that form is an error. What merely looks wrong (an exchange that no text of the API names,
//! a perpetual without its settle currency) is a [`Concern`], since the service might take it.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::exchange::{Exchange, ExchangeEvidence, MarketType, closest_exchange, exchange};
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

/// Something about a well-formed ticker that is probably not what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concern {
    /// What it is.
    pub kind: ConcernKind,
    /// How much it matters.
    pub grade: Grade,
    /// Which part it is about.
    pub part: TickerPart,
    /// Bytes of the ticker's text that it is about; empty where something is missing.
    pub range: Range<usize>,
    /// One sentence without a full stop.
    pub message: String,
    /// The ticker with this mended, where there is an evident way.
    pub suggestion: Option<Ticker>,
}

/// Kinds of concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConcernKind {
    /// No text of the API names this exchange.
    UnknownExchange,
    /// Only older editions of the API's text name this exchange.
    OlderExchange,
    /// Lower-case letters where the documented form has capitals.
    LowerCase,
    /// A perpetual without its settle currency.
    SettleMissing,
    /// A settle currency on a spot exchange.
    SettleExtra,
    /// A prediction market's ticker without a quote.
    QuoteMissing,
    /// White space inside a part.
    Blank,
}

/// How much a [`Concern`] matters. None is an error: that would need evidence that the service refuses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Worth knowing.
    Info,
    /// Probably wrong.
    Warning,
}

impl Ticker {
    /// Reads a ticker.
    ///
    /// # Errors
    /// [`TickerError`] when the text does not have the form; it says which part is at fault and, where evident, the cure.
    pub fn parse(text: &str) -> Result<Self, TickerError> {
        split(text).map_err(|(fault, part, range)| {
            let (suggestion, safe) = correction(text, fault).unzip();
            TickerError {
                text: text.to_owned(),
                fault,
                part,
                range,
                suggestion,
                safe: safe.unwrap_or(false),
            }
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

    /// Everything about it that is probably not what was meant.
    #[must_use]
    pub fn concerns(&self) -> Vec<Concern> {
        let found = [
            self.concern_about_exchange(),
            self.concern_about_case(),
            self.concern_about_settle(),
            self.concern_about_quote(),
            self.concern_about_blanks(),
        ];
        found.into_iter().flatten().collect()
    }

    fn concern_about_exchange(&self) -> Option<Concern> {
        let written = &self.exchange;
        match self.known_exchange() {
            Some(known) if known.evidence == ExchangeEvidence::OlderEdition => Some(Concern {
                message: format!(
                    "`{written}` is in older editions of the API's text only and may be gone"
                ),
                ..self.concern(
                    ConcernKind::OlderExchange,
                    Grade::Info,
                    TickerPart::Exchange,
                )
            }),
            Some(_) => None,
            None => {
                let near = closest_exchange(written).map(|near| near.id.to_uppercase());
                let hint = near
                    .as_ref()
                    .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                Some(Concern {
                    message: format!("`{written}` is no exchange that the API names{hint}"),
                    suggestion: near.map(|exchange| Self {
                        exchange,
                        ..self.clone()
                    }),
                    ..self.concern(
                        ConcernKind::UnknownExchange,
                        Grade::Warning,
                        TickerPart::Exchange,
                    )
                })
            }
        }
    }

    fn concern_about_case(&self) -> Option<Concern> {
        let lower = |text: &str| text.chars().any(|c| c.is_ascii_lowercase());
        // Token ids of predictions are hexadecimal or words: their case is nobody's business.
        let prediction = self.market() == Some(MarketType::Prediction);
        let pair = !prediction
            && (lower(&self.quote) || self.settle.as_deref().is_some_and(lower) || {
                // `kPEPE` is a name of Hyperliquid's; `btc` is not.
                lower(&self.base) && !self.base.chars().any(|c| c.is_ascii_uppercase())
            });
        let part = match (lower(&self.exchange), pair) {
            (false, false) => return None,
            (true, false) => TickerPart::Exchange,
            (false, true) => TickerPart::Base,
            (true, true) => TickerPart::Whole,
        };
        let mut mended = self.clone();
        mended.exchange = self.exchange.to_ascii_uppercase();
        if pair {
            if !self.base.chars().any(|c| c.is_ascii_uppercase()) {
                mended.base = self.base.to_ascii_uppercase();
            }
            mended.quote = self.quote.to_ascii_uppercase();
            mended.settle = self.settle.as_deref().map(str::to_ascii_uppercase);
        }
        let mut concern = Concern {
            message: format!("tickers are written in capitals: `{mended}`"),
            suggestion: Some(mended),
            ..self.concern(ConcernKind::LowerCase, Grade::Warning, part)
        };
        if part == TickerPart::Base {
            concern.range.end = self.range(TickerPart::Whole).end;
        }
        Some(concern)
    }

    fn concern_about_settle(&self) -> Option<Concern> {
        let exchange = self.known_exchange()?;
        let name = exchange.name;
        match (exchange.market, &self.settle) {
            (MarketType::Perpetual, None) => {
                let mended = Self {
                    settle: Some(self.quote.clone()),
                    ..self.clone()
                };
                Some(Concern {
                    message: format!(
                        "{name} trades perpetuals, whose tickers name the settle currency: `{mended}`"
                    ),
                    suggestion: Some(mended),
                    ..self.concern(
                        ConcernKind::SettleMissing,
                        Grade::Warning,
                        TickerPart::Settle,
                    )
                })
            }
            (MarketType::Spot, Some(_)) => {
                let mended = Self {
                    settle: None,
                    ..self.clone()
                };
                let other = perpetual_of(exchange.id).map_or_else(String::new, |id| {
                    let exchange = id.to_uppercase();
                    let perpetual = Self {
                        exchange,
                        ..self.clone()
                    };
                    format!(", or `{perpetual}` for the perpetual")
                });
                Some(Concern {
                    message: format!(
                        "{name} is a spot market, whose tickers have no settle currency: `{mended}`{other}"
                    ),
                    suggestion: Some(mended),
                    ..self.concern(ConcernKind::SettleExtra, Grade::Warning, TickerPart::Settle)
                })
            }
            _ => None,
        }
    }

    fn concern_about_quote(&self) -> Option<Concern> {
        self.quote.is_empty().then(|| Concern {
            message: format!("`{self}` has no quote; the documented form is `EXCHANGE:BASE/QUOTE`"),
            ..self.concern(ConcernKind::QuoteMissing, Grade::Info, TickerPart::Quote)
        })
    }

    fn concern_about_blanks(&self) -> Option<Concern> {
        // The question of a prediction market may stand where its token does.
        if self.market() == Some(MarketType::Prediction) {
            return None;
        }
        let solid = |text: &str| {
            text.chars()
                .filter(|c| !c.is_whitespace())
                .collect::<String>()
        };
        let mended = Self {
            exchange: solid(&self.exchange),
            base: solid(&self.base),
            quote: solid(&self.quote),
            settle: self.settle.as_deref().map(solid),
        };
        (mended != *self).then(|| Concern {
            message: "a ticker has no blanks in it".to_owned(),
            suggestion: Some(mended),
            ..self.concern(ConcernKind::Blank, Grade::Warning, TickerPart::Whole)
        })
    }

    fn concern(&self, kind: ConcernKind, grade: Grade, part: TickerPart) -> Concern {
        Concern {
            kind,
            grade,
            part,
            range: self.range(part),
            message: String::new(),
            suggestion: None,
        }
    }
}

/// The exchange where the same house trades perpetuals.
pub(crate) fn perpetual_of(id: &str) -> Option<&'static str> {
    match id {
        "binance" => Some("binancefuturesusd"),
        "gate" => Some("gatefutures"),
        _ => None,
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
        None => text[pair.clone()]
            .find(':')
            .map_or(len, |at| pair.start + at),
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
    if let Some(at) = written.find([':', '/']) {
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
