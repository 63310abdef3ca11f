//! A made-up market that is the same for everybody who names the same seed.
//!
//! Every ticker has a price at every minute of every year. Hours are drawn (trends and ranges, clustered volatility,
//! daily and weekly rhythm of volume, tickers of one asset moving together), minutes subdivide them, and longer bars add
//! them up, all in whole ticks and lots: the same day shows the same prices in any range and any timeframe.

mod asset;
mod chance;
mod minutes;
#[cfg(test)]
mod tests;
mod year;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use signal_engine::Bars;
use signal_market::{Ticker, Timeframe};

use self::asset::{Profile, profile};
use self::chance::Chance;
use self::minutes::{MINUTES, minutes};
use self::year::{TickBar, hours};
use super::calendar::{self, DAY, Slot, Window};

const HOUR: i64 = 3600;
const MINUTE: i64 = 60;

/// After how many bars the reader looks whether they are still wanted.
const BARS_BETWEEN_LOOKS: usize = 1024;

/// Years kept in memory; one takes about 210 kB.
const YEARS_KEPT: usize = 120;

/// The market of one seed.
#[derive(Debug)]
pub(crate) struct Synthetic {
    seed: u64,
    years: Mutex<Years>,
}

#[derive(Debug, Default)]
struct Years {
    drawn: HashMap<(String, i16), Arc<Year>>,
    oldest_first: VecDeque<(String, i16)>,
}

/// The hours of a calendar year.
#[derive(Debug)]
struct Year {
    from: i64,
    until: i64,
    hours: Vec<TickBar>,
}

impl Synthetic {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, years: Mutex::default() }
    }

    /// The bars of a ticker in a window; none of them is missing. Once `wanted` says no, those so far.
    pub(crate) fn bars(
        &self,
        ticker: &Ticker,
        timeframe: Timeframe,
        window: &Window,
        wanted: &dyn Fn() -> bool,
    ) -> Bars {
        let profile = profile(self.seed, ticker);
        let mut reader = Reader { market: self, profile: &profile, year: None, minutes: None };
        let mut bars = Bars::default();
        for slot in window.slots(timeframe) {
            if bars.len() % BARS_BETWEEN_LOOKS == 0 && !wanted() {
                break;
            }
            let Some(bar) = reader.sum(slot) else { break };
            bars.open_time.push(slot.open);
            bars.open.push(profile.price(bar.open));
            bars.high.push(profile.price(bar.high));
            bars.low.push(profile.price(bar.low));
            bars.close.push(profile.price(bar.close));
            bars.volume.push(bar.volume as f64 * profile.lot);
        }
        bars
    }

    /// The hours of a year, drawn once. Two threads that ask at the same time may both draw them; they get the same.
    fn year(&self, profile: &Profile, year: i16) -> Option<Arc<Year>> {
        let key = (profile.ticker.clone(), year);
        let lock = || self.years.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(drawn) = lock().drawn.get(&key) {
            return Some(Arc::clone(drawn));
        }
        let first = Date::new(year, 1, 1).ok()?;
        let from = calendar::epoch_day(first) * DAY;
        let until = from + i64::from(first.days_in_year()) * DAY;
        let drawn = Arc::new(Year {
            from,
            until,
            hours: hours(
                self.seed,
                profile,
                i64::from(year),
                ((until - from) / HOUR) as usize,
                calendar::weekday(first),
            ),
        });
        let mut years = lock();
        if years.drawn.insert(key.clone(), Arc::clone(&drawn)).is_none() {
            years.oldest_first.push_back(key);
        }
        if years.oldest_first.len() > YEARS_KEPT
            && let Some(oldest) = years.oldest_first.pop_front()
        {
            years.drawn.remove(&oldest);
        }
        Some(drawn)
    }
}

/// Reads one ticker forwards and keeps the year and the hour it is in.
struct Reader<'m> {
    market: &'m Synthetic,
    profile: &'m Profile,
    year: Option<Arc<Year>>,
    minutes: Option<(i64, [TickBar; MINUTES])>,
}

impl Reader<'_> {
    /// The bar of a slot: the sum of its hours, or of its minutes where it is shorter than an hour.
    fn sum(&mut self, slot: Slot) -> Option<TickBar> {
        let whole_hours = slot.close - slot.open >= HOUR;
        let step = if whole_hours { HOUR } else { MINUTE };
        let mut sum: Option<TickBar> = None;
        for at in (slot.open..slot.close).step_by(step as usize) {
            let next = if whole_hours { self.hour(at)? } else { self.minute(at)? };
            match &mut sum {
                Some(bar) => bar.extend(next),
                None => sum = Some(next),
            }
        }
        sum
    }

    fn hour(&mut self, at: i64) -> Option<TickBar> {
        let year = match &self.year {
            Some(year) if year.from <= at && at < year.until => year,
            _ => {
                let number = calendar::date_of(at)?.year();
                self.year.insert(self.market.year(self.profile, number)?)
            }
        };
        year.hours.get(((at - year.from) / HOUR) as usize).copied()
    }

    fn minute(&mut self, at: i64) -> Option<TickBar> {
        let hour = at.div_euclid(HOUR);
        if self.minutes.as_ref().is_none_or(|(kept, _)| *kept != hour) {
            let whole = self.hour(hour * HOUR)?;
            let mut chance = Chance::new(self.market.seed, &self.profile.ticker, (1 << 63) ^ hour as u64);
            self.minutes = Some((hour, minutes(whole, &mut chance)));
        }
        let (_, minutes) = self.minutes.as_ref()?;
        minutes.get((at.rem_euclid(HOUR) / MINUTE) as usize).copied()
    }
}

/// Tickers that the sandbox lists; any other well-formed ticker has a market too.
pub(crate) const LISTED: [&str; 18] = [
    "BINANCE:BTC/USDT",
    "BINANCE:ETH/USDT",
    "BINANCE:SOL/USDT",
    "BINANCE:BNB/USDT",
    "BINANCE:XRP/USDT",
    "BINANCE:DOGE/USDT",
    "BINANCEFUTURESUSD:BTC/USDT:USDT",
    "BINANCEFUTURESUSD:ETH/USDT:USDT",
    "BINANCEFUTURESUSD:SOL/USDT:USDT",
    "UPBIT:BTC/KRW",
    "UPBIT:ETH/KRW",
    "UPBIT:XRP/KRW",
    "HYPERLIQUID:BTC/USDC:USDC",
    "HYPERLIQUID:ETH/USDC:USDC",
    "HYPERLIQUID:HYPE/USDC:USDC",
    "LIGHTER:BTC/USDC:USDC",
    "LIGHTER:ETH/USDC:USDC",
    "POLYMARKET:SANDBOX-YES/USDC",
];
