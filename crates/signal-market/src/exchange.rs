//! The exchanges that the service names.

/// An exchange of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Its id, lower case, as the API's `exchange` parameter takes it. Tickers write it in capitals.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// What is traded there.
    pub market: MarketType,
    /// Currencies that its prices are usually in, the usual one first. For suggestions only: nothing is judged by them.
    pub quotes: &'static [&'static str],
    /// Which edition of the API's texts names it.
    pub evidence: ExchangeEvidence,
}

/// Kinds of markets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarketType {
    /// The thing itself is bought and sold. No leverage.
    Spot,
    /// Futures without expiry, settled in a currency that the ticker names.
    Perpetual,
    /// Shares in the outcome of an event.
    Prediction,
}

/// Where an exchange was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExchangeEvidence {
    /// In the API's current text.
    Documented,
    /// In older editions of it only: it may be gone.
    OlderEdition,
}

impl MarketType {
    /// The word that the API's `market_type` takes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Spot => "spot",
            Self::Perpetual => "perpetual",
            Self::Prediction => "prediction",
        }
    }
}

impl std::fmt::Display for MarketType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// Quote currencies of the large crypto exchanges, most used first; those that end alike longest first (`FDUSD`, `USD`).
const CRYPTO_QUOTES: &[&str] =
    &["USDT", "USDC", "FDUSD", "TUSD", "BUSD", "BTC", "ETH", "BNB", "EUR", "TRY", "BRL", "USD"];

/// Every exchange that an edition of the API's texts names.
pub const EXCHANGES: [Exchange; 8] = [
    documented("binance", "Binance", MarketType::Spot, CRYPTO_QUOTES),
    documented("binancefuturesusd", "Binance USD-M", MarketType::Perpetual, &["USDT", "USDC"]),
    documented("upbit", "Upbit", MarketType::Spot, &["KRW", "USDT", "BTC"]),
    documented("hyperliquid", "Hyperliquid", MarketType::Perpetual, &["USDC"]),
    documented("lighter", "Lighter", MarketType::Perpetual, &["USDC"]),
    documented("polymarket", "Polymarket", MarketType::Prediction, &["USDC"]),
    older("gate", "Gate", MarketType::Spot, CRYPTO_QUOTES),
    older("gatefutures", "Gate Futures", MarketType::Perpetual, &["USDT"]),
];

/// The exchange with this id, whatever its case.
#[must_use]
pub fn exchange(id: &str) -> Option<&'static Exchange> {
    EXCHANGES.iter().find(|exchange| exchange.id.eq_ignore_ascii_case(id))
}

/// The exchange that a misspelt id or another name for it most probably means: `binanse`, `Binance USD-M`, `binanceusdm`.
#[must_use]
pub fn closest_exchange(id: &str) -> Option<&'static Exchange> {
    let plain = letters(id);
    if let Some(known) = exchange(&plain) {
        return Some(known);
    }
    let named = EXCHANGES.iter().find(|exchange| letters(exchange.name) == plain).or_else(|| {
        let (_, id) = OTHER_NAMES.iter().find(|(other, _)| *other == plain)?;
        exchange(id)
    });
    if named.is_some() {
        return named;
    }
    // A third of the letters may be wrong; short ids are near to everything.
    let limit = (plain.len() / 3).clamp(1, 3);
    EXCHANGES
        .iter()
        .map(|exchange| (strsim::osa_distance(exchange.id, &plain), exchange))
        .filter(|(distance, exchange)| *distance <= limit && *distance < exchange.id.len() / 2)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, exchange)| exchange)
}

/// The exchange where the same house trades perpetuals.
pub(crate) fn perpetual_of(id: &str) -> Option<&'static str> {
    match id {
        "binance" => Some("binancefuturesusd"),
        "gate" => Some("gatefutures"),
        _ => None,
    }
}

/// What other tools call these exchanges.
const OTHER_NAMES: [(&str, &str); 8] = [
    ("binanceusdm", "binancefuturesusd"),
    ("binancefutures", "binancefuturesusd"),
    ("binanceperp", "binancefuturesusd"),
    ("binancespot", "binance"),
    ("gateio", "gate"),
    ("gateiofutures", "gatefutures"),
    ("hl", "hyperliquid"),
    ("poly", "polymarket"),
];

/// A name without its spaces and punctuation, lower case.
fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

const fn documented(
    id: &'static str,
    name: &'static str,
    market: MarketType,
    quotes: &'static [&'static str],
) -> Exchange {
    Exchange { id, name, market, quotes, evidence: ExchangeEvidence::Documented }
}

const fn older(id: &'static str, name: &'static str, market: MarketType, quotes: &'static [&'static str]) -> Exchange {
    Exchange { evidence: ExchangeEvidence::OlderEdition, ..documented(id, name, market, quotes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_is_found_whatever_its_case() {
        assert_eq!(exchange("BINANCE").map(|e| e.name), Some("Binance"));
        assert_eq!(exchange("Upbit").map(|e| e.market), Some(MarketType::Spot));
        assert_eq!(exchange("binanse"), None);
        assert_eq!(exchange("gate").map(|e| e.evidence), Some(ExchangeEvidence::OlderEdition));
    }

    #[test]
    fn misspelt_and_foreign_names_find_their_exchange() {
        let cases = [
            ("BINANSE", Some("binance")),
            ("binnance", Some("binance")),
            ("Binance USD-M", Some("binancefuturesusd")),
            ("BINANCEUSDM", Some("binancefuturesusd")),
            ("BINANCEFUTURES", Some("binancefuturesusd")),
            ("binancefutureusd", Some("binancefuturesusd")),
            ("hyperliquit", Some("hyperliquid")),
            ("polymarkt", Some("polymarket")),
            ("GATEIO", Some("gate")),
            ("kraken", None),
            ("x", None),
            ("", None),
        ];
        for (id, expected) in cases {
            assert_eq!(closest_exchange(id).map(|e| e.id), expected, "{id}");
        }
    }
}
