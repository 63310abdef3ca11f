//! What looks wrong about a well-formed ticker.

use std::ops::Range;

use crate::exchange::{ExchangeEvidence, MarketType, closest_exchange, perpetual_of};
use crate::ticker::{Ticker, TickerPart};

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
    /// Everything about it that is probably not what was meant.
    #[must_use]
    pub fn concerns(&self) -> Vec<Concern> {
        let mut found = Vec::new();
        found.extend(self.concern_about_exchange());
        found.extend(self.concern_about_case());
        found.extend(self.concern_about_settle());
        found.extend(self.concern_about_quote());
        found.extend(self.concern_about_blanks());
        found
    }

    /// The ticker that it probably means: itself with every evident slip mended (`binance:btc/usdt` is `BINANCE:BTC/USDT`), so
    /// that two spellings of one market can be held against each other.
    #[must_use]
    pub fn meant(&self) -> Self {
        let mut meant = self.clone();
        // Each way of being wrong is mended once; what is mended then is no concern any more.
        for _ in 0..4 {
            match meant.concerns().into_iter().find_map(|concern| concern.suggestion) {
                Some(mended) if mended != meant => meant = mended,
                _ => break,
            }
        }
        meant
    }

    /// The perpetual of the same pair that the same house trades; `None` where the house has none, and for what is one.
    #[must_use]
    pub fn perpetual(&self) -> Option<Self> {
        let exchange = perpetual_of(self.known_exchange()?.id)?.to_uppercase();
        let settle = self.settle.clone().unwrap_or_else(|| self.quote.clone());
        Some(Self { exchange, settle: Some(settle), ..self.clone() })
    }

    fn concern_about_exchange(&self) -> Option<Concern> {
        let written = &self.exchange;
        match self.known_exchange() {
            Some(known) if known.evidence == ExchangeEvidence::OlderEdition => Some(Concern {
                message: format!("`{written}` is in older editions of the API's text only and may be gone"),
                ..self.concern(ConcernKind::OlderExchange, Grade::Info, TickerPart::Exchange)
            }),
            Some(_) => None,
            None => {
                let near = closest_exchange(written).map(|near| near.id.to_uppercase());
                let hint = near.as_ref().map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                Some(Concern {
                    message: format!("`{written}` is no exchange that the API names{hint}"),
                    suggestion: near.map(|exchange| Self { exchange, ..self.clone() }),
                    ..self.concern(ConcernKind::UnknownExchange, Grade::Warning, TickerPart::Exchange)
                })
            }
        }
    }

    fn concern_about_case(&self) -> Option<Concern> {
        let lower = |text: &str| text.bytes().any(|byte| byte.is_ascii_lowercase());
        // Token ids of predictions are hexadecimal or words: their case is nobody's business.
        let prediction = self.market() == Some(MarketType::Prediction);
        let pair = !prediction
            && (lower(&self.quote) || self.settle.as_deref().is_some_and(lower) || {
                // `kPEPE` is a name of Hyperliquid's; `btc` is not.
                lower(&self.base) && !self.base.bytes().any(|byte| byte.is_ascii_uppercase())
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
            if !self.base.bytes().any(|byte| byte.is_ascii_uppercase()) {
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
                let mended = Self { settle: Some(self.quote.clone()), ..self.clone() };
                Some(Concern {
                    message: format!("{name} trades perpetuals, whose tickers name the settle currency: `{mended}`"),
                    suggestion: Some(mended),
                    ..self.concern(ConcernKind::SettleMissing, Grade::Warning, TickerPart::Settle)
                })
            }
            (MarketType::Spot, Some(_)) => {
                let mended = Self { settle: None, ..self.clone() };
                let other = perpetual_of(exchange.id).map_or_else(String::new, |id| {
                    let exchange = id.to_uppercase();
                    let perpetual = Self { exchange, ..self.clone() };
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
        let parts = [Some(&self.exchange), Some(&self.base), Some(&self.quote), self.settle.as_ref()];
        let has_blanks = parts.into_iter().flatten().any(|part| part.chars().any(char::is_whitespace));
        if !has_blanks || self.market() == Some(MarketType::Prediction) {
            return None;
        }
        let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let mended = Self {
            exchange: solid(&self.exchange),
            base: solid(&self.base),
            quote: solid(&self.quote),
            settle: self.settle.as_deref().map(solid),
        };
        Some(Concern {
            message: "a ticker has no blanks in it".to_owned(),
            suggestion: Some(mended),
            ..self.concern(ConcernKind::Blank, Grade::Warning, TickerPart::Whole)
        })
    }

    fn concern(&self, kind: ConcernKind, grade: Grade, part: TickerPart) -> Concern {
        Concern { kind, grade, part, range: self.range(part), message: String::new(), suggestion: None }
    }
}

#[cfg(test)]
mod tests {
    use super::Ticker;

    fn check(text: &str, read: impl Fn(&Ticker) -> Option<Ticker>, expected: Option<&str>) {
        let ticker: Ticker = text.parse().unwrap();
        assert_eq!(read(&ticker).map(|found| found.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn two_spellings_of_a_market_mean_one_ticker() {
        let cases = [
            ("BINANCE:BTC/USDT", "BINANCE:BTC/USDT"),
            ("binance:btc/usdt", "BINANCE:BTC/USDT"),
            ("BINNANCE:btc/usdt", "BINANCE:BTC/USDT"),
            ("BINANCEFUTURESUSD:BTC/USDT", "BINANCEFUTURESUSD:BTC/USDT:USDT"),
            ("hyperliquid:kPEPE/usdc", "HYPERLIQUID:kPEPE/USDC:USDC"),
            ("KRAKEN:BTC/EUR", "KRAKEN:BTC/EUR"),
        ];
        for (text, expected) in cases {
            check(text, |ticker| Some(ticker.meant()), Some(expected));
        }
    }

    #[test]
    fn a_spot_ticker_knows_the_perpetual_of_its_house() {
        check("BINANCE:BTC/USDT", Ticker::perpetual, Some("BINANCEFUTURESUSD:BTC/USDT:USDT"));
        check("GATE:ETH/USDT", Ticker::perpetual, Some("GATEFUTURES:ETH/USDT:USDT"));
        check("UPBIT:BTC/KRW", Ticker::perpetual, None);
        check("BINANCEFUTURESUSD:BTC/USDT:USDT", Ticker::perpetual, None);
    }
}
