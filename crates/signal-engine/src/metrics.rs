//! The eight figures that sum up a run.
//!
//! Returns are those of the equity at the close of each bar against the bar before, the first bar against the initial
//! cash; once the equity has fallen to a billionth of the initial cash or less, they count as 0. Annual figures scale by
//! the timeframe's bars a year (24/7). The risk-free rate is 0.

use serde::{Deserialize, Serialize};

use crate::portfolio::DUST;

/// Figures of a run. `None`: not defined for it (no trades, no losses, no variation).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// `(final / initial - 1) * 100`.
    pub total_return_pct: Option<f64>,
    /// Deepest fall of the equity below its highest value so far (the initial cash included), in percent of that value; positive.
    pub max_drawdown: Option<f64>,
    /// Mean return over its sample standard deviation (n - 1), times the square root of the bars a year (Sharpe 1994).
    pub sharpe_ratio: Option<f64>,
    /// Mean return over the downside deviation `sqrt(sum(min(r, 0)^2) / n)`, taken over all `n` bars (Sortino & Price 1994,
    /// target 0), times the square root of the bars a year.
    pub sortino_ratio: Option<f64>,
    /// Compound annual growth in percent, `((final / initial)^(bars a year / n) - 1) * 100`, over `max_drawdown` (Young 1991,
    /// over the whole run). What ends below 0, as one ticker's part of a shared account may, counts as ending at 0.
    pub calmar_ratio: Option<f64>,
    /// Percentage of closed trades that made money after fees.
    pub win_rate: Option<f64>,
    /// Closed trades.
    pub num_trades: usize,
    /// Sum of the gains over the sum of the losses of closed trades, after fees. `None` without a losing trade.
    pub profit_factor: Option<f64>,
}

/// The figures of an equity curve (one value a bar, in quote currency) and of the profits of closed trades.
#[must_use]
pub fn metrics(initial_cash: f64, equity: &[f64], profits: &[f64], bars_per_year: f64) -> Metrics {
    let curve = Curve::of(initial_cash, equity);
    let scale = bars_per_year.sqrt();
    let max_drawdown = (!equity.is_empty()).then_some(curve.max_drawdown);
    let gains: f64 = profits.iter().filter(|&&profit| profit > 0.0).sum();
    let losses: f64 = -profits.iter().filter(|&&profit| profit < 0.0).sum::<f64>();
    let wins = profits.iter().filter(|&&profit| profit > 0.0).count();
    Metrics {
        total_return_pct: equity.last().map(|last| (last / initial_cash - 1.0) * 100.0),
        max_drawdown,
        sharpe_ratio: curve.deviation.and_then(|deviation| ratio(curve.mean * scale, deviation)),
        sortino_ratio: ratio(curve.mean * scale, curve.downside),
        calmar_ratio: equity.last().zip(max_drawdown).and_then(|(last, drawdown)| {
            let growth = (last / initial_cash).max(0.0).powf(bars_per_year / equity.len() as f64) - 1.0;
            ratio(growth * 100.0, drawdown)
        }),
        win_rate: (!profits.is_empty()).then(|| wins as f64 / profits.len() as f64 * 100.0),
        num_trades: profits.len(),
        profit_factor: ratio(gains, losses),
    }
}

/// `None` where the ratio is not a finite number, as over a deviation of 0.
fn ratio(value: f64, over: f64) -> Option<f64> {
    let ratio = value / over;
    (over > 0.0 && ratio.is_finite()).then_some(ratio)
}

/// What the equity curve alone tells.
struct Curve {
    max_drawdown: f64,
    mean: f64,
    deviation: Option<f64>,
    downside: f64,
}

impl Curve {
    fn of(initial_cash: f64, equity: &[f64]) -> Self {
        let count = equity.len() as f64;
        let sums = Sums::of(initial_cash, equity);
        let mean = if equity.is_empty() { 0.0 } else { sums.change / count };
        // Sum of squares less that of the mean: returns lie around 0, so nothing cancels that matters.
        let squares = (sums.square - sums.change * mean).max(0.0);
        Self {
            max_drawdown: max_drawdown(initial_cash, equity),
            mean,
            deviation: (equity.len() > 1).then(|| (squares / (count - 1.0)).sqrt()),
            downside: if equity.is_empty() { 0.0 } else { (sums.below / count).sqrt() },
        }
    }
}

/// Sums over the returns of a curve.
#[derive(Default)]
struct Sums {
    /// Of the returns.
    change: f64,
    /// Of their squares.
    square: f64,
    /// Of the squares of the negative ones.
    below: f64,
}

/// Sums are taken in this many lanes side by side, which the processor does at once.
const LANES: usize = 8;

impl Sums {
    /// A curve that has fallen to 0 (or to the rounding that is left of it) has no more returns.
    fn of(initial_cash: f64, equity: &[f64]) -> Self {
        let ruin = initial_cash * DUST;
        let change = |before: f64, value: f64| if before > ruin { value / before - 1.0 } else { 0.0 };
        let mut sums = Self::default();
        let Some(&first) = equity.first() else { return sums };
        sums.add(change(initial_cash, first));
        let (before, after) = (equity[..equity.len() - 1].chunks_exact(LANES), equity[1..].chunks_exact(LANES));
        for (before, value) in before.remainder().iter().zip(after.remainder()) {
            sums.add(change(*before, *value));
        }
        let mut lanes: [[f64; LANES]; 3] = Default::default();
        for (before, value) in before.zip(after) {
            for lane in 0..LANES {
                let change = change(before[lane], value[lane]);
                let loss = change.min(0.0);
                lanes[0][lane] += change;
                lanes[1][lane] += change * change;
                lanes[2][lane] += loss * loss;
            }
        }
        let [change, square, below] = lanes.map(|lanes| lanes.iter().sum::<f64>());
        Self { change: sums.change + change, square: sums.square + square, below: sums.below + below }
    }

    fn add(&mut self, change: f64) {
        self.change += change;
        self.square += change * change;
        self.below += change.min(0.0) * change.min(0.0);
    }
}

/// Deepest fall below the peak so far, in percent of it. Stretches that set no peak are looked at by their lowest value alone.
fn max_drawdown(initial_cash: f64, equity: &[f64]) -> f64 {
    const STRETCH: usize = 64;
    let (mut peak, mut deepest) = (initial_cash, 0.0_f64);
    for stretch in equity.chunks(STRETCH) {
        let highest =
            stretch.iter().fold(f64::NEG_INFINITY, |highest, &value| if value > highest { value } else { highest });
        if highest <= peak {
            let lowest =
                stretch.iter().fold(f64::INFINITY, |lowest, &value| if value < lowest { value } else { lowest });
            deepest = deepest.max((peak - lowest) / peak * 100.0);
        } else {
            for &value in stretch {
                peak = peak.max(value);
                deepest = deepest.max((peak - value) / peak * 100.0);
            }
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(actual: Option<f64>, expected: Option<f64>) {
        match (actual, expected) {
            (Some(actual), Some(expected)) => assert!((actual - expected).abs() < 1e-9, "{actual} is not {expected}"),
            _ => assert_eq!(actual, expected),
        }
    }

    #[test]
    fn a_curve_worked_by_hand() {
        // Returns 0, +0.1, -0.2, +0.25; mean 0.0375; squared deviations 0.0014063, 0.0039063, 0.0564063, 0.0451563, sum 0.106875.
        let figures = metrics(100.0, &[100.0, 110.0, 88.0, 110.0], &[10.0, -22.0, 22.0], 4.0);
        check(figures.total_return_pct, Some(10.0));
        check(figures.max_drawdown, Some(20.0));
        check(figures.sharpe_ratio, Some(0.0375 / (0.106875f64 / 3.0).sqrt() * 2.0));
        check(figures.sortino_ratio, Some(0.0375 / (0.04f64 / 4.0).sqrt() * 2.0));
        // Four bars are a year of four: the growth is 10%.
        check(figures.calmar_ratio, Some(0.5));
        check(figures.win_rate, Some(200.0 / 3.0));
        assert_eq!(figures.num_trades, 3);
        check(figures.profit_factor, Some(32.0 / 22.0));
    }

    #[test]
    fn half_a_year_compounds_to_a_year() {
        let figures = metrics(100.0, &[90.0, 120.0], &[], 4.0);
        check(figures.calmar_ratio, Some(44.0 / 10.0));
    }

    #[test]
    fn what_is_not_defined_is_none() {
        let flat = metrics(100.0, &[100.0; 5], &[], 365.0);
        assert_eq!(flat, Metrics { total_return_pct: Some(0.0), max_drawdown: Some(0.0), ..Metrics::default() });
        let nothing = metrics(100.0, &[], &[], 365.0);
        assert_eq!(nothing, Metrics::default());
        let winner = metrics(100.0, &[100.0, 101.0], &[1.0], 365.0);
        check(winner.profit_factor, None);
        check(winner.sortino_ratio, None);
        check(winner.calmar_ratio, None);
        check(winner.win_rate, Some(100.0));
    }

    #[test]
    fn a_ruined_account_stays_finite() {
        let figures = metrics(100.0, &[50.0, 0.0, 0.0], &[-100.0], 365.0);
        check(figures.total_return_pct, Some(-100.0));
        check(figures.max_drawdown, Some(100.0));
        check(figures.calmar_ratio, Some(-1.0));
        assert!(figures.sharpe_ratio.is_some_and(f64::is_finite));
    }
}
