//! What holds for every script and market: money is neither made nor lost by the books, scale does not matter, the future is unknown.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use signal_engine::{Bars, Mode, Outcome, Reason, Simulation};
use support::{OTHER_PERP, PERP, Random, run, settings, walk};

const CONDITIONS: [&str; 8] = [
    "rsi(close, 7) < 45",
    "rsi(close, 5) > 60",
    "crossover(close, sma(close, 6))",
    "crossunder(ema(close, 4), ema(close, 9))",
    "close > highest(high, 5)[-2]",
    "close < lowest(low, 4)[-2]",
    "rising(close, 2) and volume > sma(volume, 5)",
    "macd(close, 4, 9, 3).hist > 0",
];
const SIZES: [&str; 5] = ["", ", Weight(0.3)", ", Weight(1.5)", ", Weight(0.9)", ", Cash(150)"];

/// A script of random signals on two perpetuals.
fn script(random: &mut Random) -> String {
    let mut script = String::new();
    for _ in 0..2 + random.below(4) {
        let (ticker, side) = (*random.pick(&[PERP, OTHER_PERP]), *random.pick(&["LONG", "SHORT"]));
        let condition = random.pick(&CONDITIONS);
        let action = if random.below(3) == 0 {
            format!("exit(\"{ticker}\", \"{side}\")")
        } else {
            format!("entry(\"{ticker}\", \"{side}\"{})", random.pick(&SIZES))
        };
        script.push_str(&format!("emit_signal({condition}, {action})\n"));
    }
    script
}

fn conditions(random: &mut Random) -> Simulation {
    let mut settings = settings(&[PERP, OTHER_PERP]);
    settings.mode = if random.below(2) == 0 { Mode::Isolated } else { Mode::Cross };
    settings.leverage = *random.pick(&[1.0, 1.0, 3.0, 20.0]);
    settings.trading_fee = *random.pick(&[0.0, 0.0005, 0.02]);
    settings.slippage = *random.pick(&[0.0, 0.0005, 0.03]);
    settings
}

fn simulate(script: &str, first: &Bars, second: &Bars, settings: &Simulation) -> Outcome {
    run(script, &[(PERP, first), (OTHER_PERP, second)], settings).unwrap_or_else(|error| panic!("{error}\n{script}"))
}

/// Runs `check` over many random scripts, settings and markets.
fn for_many(check: impl Fn(&str, &Bars, &Bars, &Simulation, &Outcome)) {
    for seed in 0..400 {
        let mut random = Random(seed);
        let (first, second) = (walk(seed * 2, 150), walk(seed * 2 + 1, 150));
        let (script, settings) = (script(&mut random), conditions(&mut random));
        let outcome = simulate(&script, &first, &second, &settings);
        check(&script, &first, &second, &settings, &outcome);
    }
}

#[test]
fn the_books_balance() {
    let (trades, liquidations) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    for_many(|script, _, _, settings, outcome| {
        assert_eq!(outcome.equity.len(), 150);
        for point in &outcome.equity {
            assert!(point.equity.is_finite() && point.equity >= -1e-9, "{point:?}\n{script}{settings:?}");
            assert!((0.0..=100.0 + 1e-9).contains(&point.drawdown_pct), "{point:?}");
        }
        let made: f64 = outcome.trades.iter().map(|trade| trade.pnl).sum();
        let last = outcome.equity[149].equity;
        assert!(
            (last - 1000.0 - made).abs() < 1e-6 * last.abs().max(1000.0),
            "{last} against {made}\n{script}{settings:?}"
        );
        let by_ticker: f64 = outcome.per_ticker.iter().map(|ticker| ticker.pnl).sum();
        assert!((by_ticker - made).abs() < 1e-6 * made.abs().max(1000.0));
        let deepest = outcome.equity.iter().map(|point| point.drawdown_pct).fold(0.0, f64::max);
        assert!((outcome.metrics.max_drawdown.unwrap() - deepest).abs() < 1e-9);
        for trade in &outcome.trades {
            let sign = if trade.side.as_str() == "LONG" { 1.0 } else { -1.0 };
            let gain = sign * trade.quantity * (trade.exit_price - trade.entry_price);
            assert!((gain - trade.fees - trade.pnl).abs() < 1e-6 * trade.pnl.abs().max(1.0), "{trade:?}");
            assert!(trade.exit_time >= trade.entry_time && trade.quantity > 0.0 && trade.fees >= 0.0, "{trade:?}");
        }
        assert!(outcome.trades.is_sorted_by_key(|trade| trade.exit_time));
        trades.set(trades.get() + outcome.trades.len());
        liquidations.set(
            liquidations.get() + outcome.trades.iter().filter(|trade| trade.reason == Reason::Liquidation).count(),
        );
    });
    assert!(
        trades.get() > 3000 && liquidations.get() > 100,
        "{} trades, {} liquidations",
        trades.get(),
        liquidations.get()
    );
}

#[test]
fn prices_in_another_unit_leave_the_equity_as_it_is() {
    // A power of two scales without rounding, so that no crossing can tip over.
    let scaled = |bars: &Bars| {
        let scale = |column: &[f64]| column.iter().map(|price| price * 4.0).collect();
        Bars {
            open: scale(&bars.open),
            high: scale(&bars.high),
            low: scale(&bars.low),
            close: scale(&bars.close),
            ..bars.clone()
        }
    };
    for_many(|script, first, second, settings, outcome| {
        let other = simulate(script, &scaled(first), &scaled(second), settings);
        assert_eq!(outcome.trades.len(), other.trades.len(), "{script}");
        for (a, b) in outcome.equity.iter().zip(&other.equity) {
            assert!((a.equity - b.equity).abs() < 1e-6, "{a:?} against {b:?}\n{script}");
        }
    });
}

#[test]
fn what_comes_later_changes_nothing_before() {
    for_many(|script, first, second, settings, outcome| {
        for cut in [60, 100, 149] {
            let altered = |bars: &Bars, seed: u64| {
                let other = walk(seed, 150);
                let mut bars = bars.clone();
                bars.open[cut..].copy_from_slice(&other.open[cut..]);
                bars.high[cut..].copy_from_slice(&other.high[cut..]);
                bars.low[cut..].copy_from_slice(&other.low[cut..]);
                bars.close[cut..].copy_from_slice(&other.close[cut..]);
                bars.volume[cut..].copy_from_slice(&other.volume[cut..]);
                bars
            };
            let other = simulate(script, &altered(first, 9001), &altered(second, 9002), settings);
            assert_eq!(outcome.equity[..cut], other.equity[..cut], "{script}");
        }
    });
}

#[test]
fn cash_and_weights_scale_with_the_account() {
    for_many(|script, first, second, settings, outcome| {
        if script.contains("Cash") {
            return;
        }
        let richer = Simulation { initial_cash: 8000.0, ..settings.clone() };
        let other = simulate(script, first, second, &richer);
        for (a, b) in outcome.equity.iter().zip(&other.equity) {
            assert!((a.equity * 8.0 - b.equity).abs() < 1e-9 * b.equity.max(1.0), "{a:?} {b:?}\n{script}");
        }
        assert_eq!(outcome.trades.len(), other.trades.len());
        let (a, b) = (outcome.metrics.sharpe_ratio, other.metrics.sharpe_ratio);
        assert!((a.unwrap_or(0.0) - b.unwrap_or(0.0)).abs() < 1e-6, "{a:?} {b:?}");
    });
}

#[test]
fn one_ticker_is_the_same_in_both_modes() {
    for seed in 0..100 {
        let mut random = Random(seed);
        let bars = walk(seed, 150);
        let script = script(&mut random);
        let mut settings = settings(&[PERP]);
        settings.leverage = 5.0;
        settings.trading_fee = 0.001;
        let isolated = run(&script, &[(PERP, &bars)], &settings).unwrap();
        settings.mode = Mode::Cross;
        let cross = run(&script, &[(PERP, &bars)], &settings).unwrap();
        assert_eq!(isolated.equity, cross.equity, "{script}");
        assert_eq!(isolated.trades, cross.trades, "{script}");
        let (a, b) = (&isolated.per_ticker[0].metrics, &cross.per_ticker[0].metrics);
        assert_eq!(a.num_trades, b.num_trades);
        assert!((a.sharpe_ratio.unwrap_or(0.0) - b.sharpe_ratio.unwrap_or(0.0)).abs() < 1e-6, "{a:?} {b:?}");
    }
}

#[test]
fn equal_inputs_give_equal_results() {
    for_many(|script, first, second, settings, outcome| {
        assert_eq!(&simulate(script, first, second, settings), outcome)
    });
}
