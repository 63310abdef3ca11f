//! What a ticker is like: where its price lies, how it moves, how much of it is traded.

use signal_market::Ticker;

use super::chance::{Chance, exp};

/// Traits of one ticker's market.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    /// Name of the stream that tickers of the same asset share, so that they move together.
    pub asset: String,
    /// Name of the ticker's own stream.
    pub ticker: String,
    /// Deviation of an hour's log return (of its log odds for a prediction market).
    pub volatility: f64,
    /// Size of one lot in units of the base asset: a power of two, so that sums of volumes are exact.
    pub lot: f64,
    scale: Scale,
}

/// From a level (a logarithm) to a price in whole ticks.
#[derive(Clone, Debug)]
enum Scale {
    /// Price = `center` * e^level. One tick is `10^exponent`.
    Price { center: f64, exponent: i32 },
    /// Price = 1 / (1 + e^-(level + center)), in ten-thousandths.
    Probability { center: f64 },
}

/// Prices in ticks stay inside these: the product of a price and 60 minutes of lots must not overflow.
const MAX_TICKS: f64 = 2_000_000_000.0;

/// Ticks of a prediction market: 0.0001.
const PROBABILITY_TICKS: f64 = 10_000.0;

/// Long-run middles of the prices of well-known assets, in US dollars; magnitudes of 2024. Others get one by their name.
const KNOWN: [(&str, f64); 26] = [
    ("BTC", 40_000.0),
    ("ETH", 2_500.0),
    ("BNB", 400.0),
    ("SOL", 100.0),
    ("XRP", 0.6),
    ("DOGE", 0.12),
    ("ADA", 0.45),
    ("AVAX", 30.0),
    ("LINK", 15.0),
    ("DOT", 6.0),
    ("LTC", 80.0),
    ("BCH", 350.0),
    ("TRX", 0.12),
    ("ATOM", 8.0),
    ("UNI", 8.0),
    ("NEAR", 5.0),
    ("ARB", 0.9),
    ("OP", 1.9),
    ("SUI", 1.5),
    ("APT", 9.0),
    ("HYPE", 20.0),
    ("PEPE", 0.00001),
    ("SHIB", 0.00002),
    ("USDT", 1.0),
    ("USDC", 1.0),
    ("DAI", 1.0),
];

/// Won a dollar, for Upbit's prices.
const KRW_PER_USD: f64 = 1_350.0;

pub(crate) fn profile(seed: u64, ticker: &Ticker) -> Profile {
    let asset = ticker.base.to_ascii_uppercase();
    let name = ticker.to_string().to_ascii_uppercase();
    let mut chance = Chance::new(seed, &format!("profile of {asset}"), 0);
    let (calm, spread) = (chance.uniform(), chance.uniform());
    if ticker.exchange.eq_ignore_ascii_case("polymarket") {
        return Profile {
            asset,
            ticker: name,
            volatility: 0.02 + 0.03 * calm,
            lot: 0.125,
            scale: Scale::Probability { center: 2.0 * spread - 1.0 },
        };
    }
    let usd = usd_price(&asset, spread);
    let center = usd / usd_price(&ticker.quote.to_ascii_uppercase(), 0.5);
    // About 30 million dollars an hour for the big ones; 65,536 lots are an hour's usual volume.
    let hourly_units = (2e6 + 28e6 * calm) / usd;
    Profile {
        volatility: if is_stable(&asset) {
            0.0002
        } else if asset == "BTC" {
            0.005
        } else {
            0.006 + 0.004 * calm
        },
        asset,
        ticker: name,
        lot: power_of_two(hourly_units / 65_536.0),
        scale: Scale::Price { center, exponent: decade(center) - 5 },
    }
}

impl Profile {
    /// The price in ticks at a level; level 0 is the long-run middle.
    pub(crate) fn ticks(&self, level: f64) -> u32 {
        match self.scale {
            Scale::Price { center, exponent } => {
                let price = center * exp(level);
                let ticks = if exponent < 0 { price * power_of_ten(-exponent) } else { price / power_of_ten(exponent) };
                ticks.round().clamp(1.0, MAX_TICKS) as u32
            }
            Scale::Probability { center } => {
                let probability = 1.0 / (1.0 + exp(-(level + center)));
                (probability * PROBABILITY_TICKS).round().clamp(1.0, PROBABILITY_TICKS - 1.0) as u32
            }
        }
    }

    /// The price of a number of ticks: the nearest double of a short decimal number.
    pub(crate) fn price(&self, ticks: u32) -> f64 {
        let ticks = f64::from(ticks);
        match self.scale {
            Scale::Price { exponent, .. } if exponent < 0 => ticks / power_of_ten(-exponent),
            Scale::Price { exponent, .. } => ticks * power_of_ten(exponent),
            Scale::Probability { .. } => ticks / PROBABILITY_TICKS,
        }
    }
}

fn usd_price(asset: &str, spread: f64) -> f64 {
    match asset {
        "USD" | "FDUSD" | "BUSD" | "TUSD" => 1.0,
        "KRW" => 1.0 / KRW_PER_USD,
        "EUR" => 1.1,
        "GBP" => 1.27,
        _ => KNOWN
            .iter()
            .find(|(name, _)| *name == asset)
            // One to a hundred dollars for a name that nobody knows.
            .map_or_else(|| exp(4.6 * spread), |(_, price)| *price),
    }
}

fn is_stable(asset: &str) -> bool {
    matches!(asset, "USDT" | "USDC" | "DAI" | "FDUSD" | "BUSD" | "TUSD" | "USD")
}

/// The greatest whole n with 10^n <= x.
fn decade(x: f64) -> i32 {
    let mut n = 0;
    while n < 15 && power_of_ten(n + 1) <= x {
        n += 1;
    }
    while n > -15 && x * power_of_ten(-n) < 1.0 {
        n -= 1;
    }
    n
}

/// 10^n for n >= 0; exact up to 10^22.
fn power_of_ten(n: i32) -> f64 {
    (0..n).fold(1.0, |power, _| power * 10.0)
}

/// The greatest power of two that is not above x.
fn power_of_two(x: f64) -> f64 {
    let mut power = 1.0;
    while power > x {
        power /= 2.0;
    }
    while power * 2.0 <= x {
        power *= 2.0;
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decades_and_powers_bracket_their_number() {
        for x in [1e-9, 0.00001, 0.12, 0.6, 1.0, 9.99, 10.0, 40_000.0, 5.4e7] {
            let n = decade(x);
            let low = if n < 0 { 1.0 / power_of_ten(-n) } else { power_of_ten(n) };
            assert!(low <= x * 1.000_000_1 && x < low * 10.000_001, "{x} {n}");
            let two = power_of_two(x);
            assert!(two <= x && x < two * 2.0, "{x} {two}");
        }
    }

    #[test]
    fn prices_are_short_decimals_of_the_right_size() {
        let ticker: Ticker = "BINANCE:BTC/USDT".parse().unwrap();
        let profile = profile(1, &ticker);
        assert_eq!(profile.price(profile.ticks(0.0)), 40_000.0);
        assert_eq!(profile.price(432_512), 43_251.2);
    }
}
