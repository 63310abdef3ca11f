//! The hours of one year of one ticker.
//!
//! Each year has draws of its own and runs from one fixed point to the next: the price at every New Year is known without
//! the years before it. So a range costs only its own years, there is no first day, and prices never run away.

use super::asset::Profile;
use super::chance::Chance;

/// One bar in whole ticks and lots: sums and comparisons are exact, so bars of any length agree with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TickBar {
    pub open: u32,
    pub high: u32,
    pub low: u32,
    pub close: u32,
    pub volume: u64,
}

impl TickBar {
    /// Takes in the bar that follows.
    pub(crate) fn extend(&mut self, next: TickBar) {
        self.high = self.high.max(next.high);
        self.low = self.low.min(next.low);
        self.close = next.close;
        self.volume += next.volume;
    }
}

/// Share of the market's moves in an asset's moves; with [`OWN`] the variances add up to 1.
const SHARED: f64 = 0.7;
const OWN: f64 = 0.714_142_842_854_285;

/// Deviation of the logarithm of the price from its long-run middle at a New Year.
const YEARLY_SPREAD: f64 = 0.45;

/// GARCH(1,1) with long-run variance 1 (Bollerslev 1986): weights of the constant, the last shock and the last variance.
const GARCH: [f64; 3] = [0.02, 0.10, 0.88];

/// Mean length of a regime in hours.
const REGIME_HOURS: f64 = 240.0;

/// Volume by hour of the day (UTC), in percent: quiet in the Asian night, busy when New York opens.
const HOUR_VOLUME: [f64; 24] = [
    95.0, 90.0, 85.0, 80.0, 75.0, 72.0, 75.0, 85.0, 95.0, 100.0, 100.0, 98.0, 105.0, 125.0, 145.0, 150.0, 140.0, 125.0,
    115.0, 110.0, 105.0, 100.0, 95.0, 95.0,
];

/// Volume by day of the week from Monday, in percent.
const DAY_VOLUME: [f64; 7] = [102.0, 108.0, 110.0, 110.0, 106.0, 84.0, 80.0];

/// What the price does for some days.
struct Regime {
    drift: f64,
    pull: f64,
    center: f64,
}

/// The hours of `year`, of which there are `hours`; `weekday` is that of 1 January, 0 for Monday.
pub(crate) fn hours(seed: u64, profile: &Profile, year: i64, hours: usize, weekday: usize) -> Vec<TickBar> {
    let stream = year as u64;
    let mut market = Chance::new(seed, "market", stream);
    let mut asset = Chance::new(seed, &profile.asset, stream);
    let mut own = Chance::new(seed, &profile.ticker, stream);
    let first = new_year(seed, profile, year);
    let last = new_year(seed, profile, year + 1);

    let path = path(&mut market, &mut asset, hours, profile.volatility);
    let missed = last - first - path.last().map_or(0.0, |step| step.level);

    let mut bars = Vec::with_capacity(hours);
    let mut level = first;
    let mut open = profile.ticks(first);
    let mut basis = 0.0;
    for (hour, step) in path.iter().enumerate() {
        // The exchange's own small deviation, which fades towards both ends of the year.
        basis = 0.95 * basis + 0.03 * profile.volatility * own.normal();
        let fade = (hour.min(hours - 1 - hour) as f64 / 24.0).min(1.0);
        let next = first + step.level + missed * (hour + 1) as f64 / hours as f64 + basis * fade;
        let close = if hour + 1 == hours { profile.ticks(last) } else { profile.ticks(next) };
        let reach = 0.5 * profile.volatility * step.deviation;
        let high = profile.ticks(level.max(next) + reach * own.normal().abs());
        let low = profile.ticks(level.min(next) - reach * own.normal().abs());
        let season = HOUR_VOLUME[hour % 24] * DAY_VOLUME[(weekday + hour / 24) % 7] * (65_536.0 / 10_000.0);
        let excitement = (0.3 + 0.4 * step.deviation + 0.4 * step.shock.abs()).min(8.0);
        let volume = season * excitement * (0.5 + own.uniform());
        bars.push(TickBar {
            open,
            high: high.max(open).max(close),
            low: low.min(open).min(close),
            close,
            volume: volume as u64,
        });
        open = close;
        level = next;
    }
    bars
}

/// One hour of the path that starts at level 0.
struct Step {
    /// Level at its end.
    level: f64,
    /// Volatility in it, as a multiple of the usual one.
    deviation: f64,
    /// The move in it, in usual deviations.
    shock: f64,
}

fn path(market: &mut Chance, asset: &mut Chance, hours: usize, volatility: f64) -> Vec<Step> {
    let mut regime = draw_regime(asset, 0.0);
    let (mut level, mut variance) = (0.0_f64, 1.0_f64);
    (0..hours)
        .map(|_| {
            if asset.uniform() * REGIME_HOURS < 1.0 {
                regime = draw_regime(asset, level);
            }
            let deviation = variance.sqrt();
            let shock = deviation * (SHARED * market.normal() + OWN * asset.normal());
            variance = (GARCH[0] + GARCH[1] * shock * shock + GARCH[2] * variance).clamp(0.05, 30.0);
            level += volatility * (shock + regime.drift) - regime.pull * (level - regime.center);
            Step { level, deviation, shock }
        })
        .collect()
}

fn draw_regime(chance: &mut Chance, center: f64) -> Regime {
    let draw = chance.uniform();
    let (drift, pull) = if draw < 0.3 {
        (0.07, 0.0)
    } else if draw < 0.6 {
        (-0.07, 0.0)
    } else {
        (0.0, 0.02)
    };
    Regime { drift, pull, center }
}

/// The level at the first moment of a year.
fn new_year(seed: u64, profile: &Profile, year: i64) -> f64 {
    let stream = year as u64;
    let shared = Chance::new(seed, "new year", stream).normal();
    let own = Chance::new(seed, &format!("new year of {}", profile.asset), stream).normal();
    // An asset that hardly moves in an hour hardly moves in a year.
    let spread = YEARLY_SPREAD * (profile.volatility / 0.006).min(1.5);
    spread * (SHARED * shared + OWN * own)
}
