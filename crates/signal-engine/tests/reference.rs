//! The simulation against a plain one: one loop over bars, one over signals, every rule in the order in which it is written down.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fmt::Write as _;

use signal_engine::{Bars, Mode, Simulation, Values};
use support::{OTHER_PERP, PERP, Random, SPOT, run, settings, value, walk};

const CONDITIONS: [&str; 9] = [
    "close > 0",
    "rsi(close, 7) < 45",
    "rsi(close, 5) > 60",
    "close > sma(close, 6)",
    "close < ema(close, 9)",
    "crossover(close, sma(close, 6))",
    "close < lowest(low, 4)[-2]",
    "rising(close, 2)",
    "barssince(close > open) > 1",
];

/// A signal as the reference reads it.
struct Signal {
    entry: bool,
    market: usize,
    /// 1 long, -1 short, 0 either.
    side: f64,
    weight: f64,
    condition: &'static str,
}

#[derive(Clone, Copy)]
struct Position {
    side: f64,
    quantity: f64,
    price: f64,
    margin: f64,
    liquidation: f64,
}

/// Whether `condition` holds on each bar.
fn holds(condition: &str, bars: &Bars) -> Vec<bool> {
    let series = value(condition, bars).unwrap();
    let Values::Booleans(values) = series.values else { panic!("{condition}") };
    values.iter().enumerate().map(|(bar, &holds)| holds && bar >= series.start).collect()
}

/// Equity at each close and the number of fills that closed something.
fn simulate(signals: &[Signal], markets: &[&Bars], perpetual: bool, settings: &Simulation) -> (Vec<f64>, usize) {
    let count = markets[0].len();
    let conditions: Vec<Vec<bool>> = signals.iter().map(|signal| holds(signal.condition, markets[0])).collect();
    let (fee, slippage, leverage) = (settings.trading_fee, settings.slippage, settings.leverage);
    let mut cash = settings.initial_cash;
    let mut positions: Vec<Option<Position>> = vec![None; markets.len()];
    let mut closings = 0;
    let mut curve = Vec::new();
    let worth = |position: &Position, price: f64| {
        position.margin + position.side * position.quantity * (price - position.price)
    };
    let close = |position: Position, price: f64| {
        let price = price * (1.0 - position.side * slippage);
        let ruined = perpetual && position.side * (price - position.liquidation) <= 0.0;
        let (price, back) = if ruined { (position.liquidation, 0.0) } else { (price, worth(&position, price)) };
        back - (fee * position.quantity * price).min(back).max(0.0)
    };
    for bar in 0..count {
        if bar > 0 {
            for market in 0..markets.len() {
                let open = markets[market].open[bar];
                if perpetual && positions[market].is_some_and(|p| p.side * (open - p.liquidation) <= 0.0) {
                    positions[market] = None;
                    closings += 1;
                }
            }
            for entry in [false, true] {
                for (signal, condition) in signals.iter().zip(&conditions) {
                    if signal.entry != entry || !condition[bar - 1] {
                        continue;
                    }
                    let open = markets[signal.market].open[bar];
                    let held = positions[signal.market];
                    if !entry {
                        if let Some(position) = held.filter(|p| signal.side == 0.0 || p.side == signal.side) {
                            cash += close(position, open);
                            positions[signal.market] = None;
                            closings += 1;
                        }
                        continue;
                    }
                    if held.is_some_and(|position| position.side == signal.side) {
                        continue;
                    }
                    if let Some(position) = held {
                        cash += close(position, open);
                        positions[signal.market] = None;
                        closings += 1;
                    }
                    let equity = cash
                        + positions
                            .iter()
                            .zip(markets)
                            .map(|(p, m)| p.map_or(0.0, |p| worth(&p, m.open[bar])))
                            .sum::<f64>();
                    let price = open * (1.0 + signal.side * slippage);
                    let affordable = cash / (1.0 / leverage + fee);
                    let notional = (signal.weight * equity * leverage).min(affordable);
                    if cash <= settings.initial_cash * 1e-9 || notional <= 0.0 {
                        continue;
                    }
                    let margin = notional / leverage;
                    cash = if notional < affordable { cash - margin - notional * fee } else { 0.0 };
                    let liquidation = price * (1.0 - signal.side / leverage);
                    positions[signal.market] =
                        Some(Position { side: signal.side, quantity: notional / price, price, margin, liquidation });
                }
            }
        }
        for market in 0..markets.len() {
            let Some(position) = positions[market].filter(|_| perpetual) else { continue };
            let extreme = if position.side > 0.0 { markets[market].low[bar] } else { markets[market].high[bar] };
            if position.side * (extreme - position.liquidation) <= 0.0 {
                positions[market] = None;
                closings += 1;
            }
        }
        curve.push(
            cash + positions.iter().zip(markets).map(|(p, m)| p.map_or(0.0, |p| worth(&p, m.close[bar]))).sum::<f64>(),
        );
    }
    for (position, bars) in positions.iter().zip(markets) {
        if let Some(position) = position {
            cash += close(*position, bars.close[count - 1]);
            closings += 1;
        }
    }
    curve[count - 1] = cash;
    (curve, closings)
}

fn signals(random: &mut Random, markets: usize, perpetual: bool) -> Vec<Signal> {
    let count = 1 + random.below(5);
    (0..count)
        .map(|_| {
            let side = if perpetual && random.below(2) == 0 { -1.0 } else { 1.0 };
            let entry = random.below(3) > 0;
            Signal {
                entry,
                market: random.below(markets),
                side: if !entry && random.below(3) == 0 { 0.0 } else { side },
                weight: *random.pick(&[0.2, 0.5, 1.0, 2.0]),
                condition: CONDITIONS[random.below(CONDITIONS.len())],
            }
        })
        .collect()
}

fn script(signals: &[Signal], tickers: &[&str]) -> String {
    let mut script = String::new();
    for signal in signals {
        let side = if signal.side > 0.0 { "\"LONG\"" } else { "\"SHORT\"" };
        let ticker = tickers[signal.market];
        let action = match (signal.entry, signal.side == 0.0) {
            (true, _) => format!("entry(\"{ticker}\", {side}, Weight({}))", signal.weight),
            (false, true) => format!("exit(\"{ticker}\")"),
            (false, false) => format!("exit(\"{ticker}\", {side})"),
        };
        let _ = writeln!(script, "emit_signal({}, {action})", signal.condition);
    }
    script
}

#[test]
fn the_simulation_is_the_plain_one() {
    let mut closings = 0;
    for seed in 0..1500 {
        let mut random = Random(seed);
        let perpetual = random.below(3) > 0;
        let tickers: &[&str] = if perpetual { &[PERP, OTHER_PERP][..1 + random.below(2)] } else { &[SPOT] };
        let data: Vec<Bars> = (0..tickers.len() as u64).map(|market| walk(seed * 2 + market, 90)).collect();
        let markets: Vec<&Bars> = data.iter().collect();
        let mut settings = settings(tickers);
        settings.mode = if tickers.len() > 1 || random.below(2) == 0 { Mode::Cross } else { Mode::Isolated };
        settings.leverage = if perpetual { *random.pick(&[1.0, 2.0, 12.0, 40.0]) } else { 1.0 };
        settings.trading_fee = *random.pick(&[0.0, 0.001, 0.03]);
        settings.slippage = *random.pick(&[0.0, 0.001, 0.04]);
        let signals = signals(&mut random, tickers.len(), perpetual);
        let script = script(&signals, tickers);
        let pairs: Vec<(&str, &Bars)> = tickers.iter().copied().zip(markets.iter().copied()).collect();
        let outcome = run(&script, &pairs, &settings).unwrap_or_else(|error| panic!("{error}\n{script}"));
        let (curve, closed) = simulate(&signals, &markets, perpetual, &settings);
        assert_eq!(outcome.trades.len(), closed, "seed {seed}\n{script}{settings:?}");
        for (bar, (point, plain)) in outcome.equity.iter().zip(&curve).enumerate() {
            assert!(
                (point.equity - plain).abs() < 1e-7 * plain.max(1.0),
                "seed {seed}, bar {bar}: {} is not {plain}\n{script}{settings:?}",
                point.equity
            );
        }
        closings += closed;
    }
    assert!(closings > 10_000, "{closings}");
}
