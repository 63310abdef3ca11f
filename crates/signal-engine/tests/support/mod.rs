//! Scripts, bars and settings for the tests of the engine.
#![allow(dead_code, unreachable_pub, missing_docs, clippy::unwrap_used, clippy::expect_used)]

use signal_catalog::Catalog;
use signal_engine::{
    Bars, EngineError, MarketData, Mode, Outcome, Program, Series, Simulation, Values, evaluate, simulate,
};
use signal_market::{Ticker, Timeframe};
use signal_syntax::parse;
use signal_text::Source;

/// Days from 2024-01-01 on.
pub const DAY: i64 = 86_400;
pub const FIRST: i64 = 1_704_067_200;

pub fn compile(script: &str) -> Program {
    try_compile(script).unwrap_or_else(|message| panic!("{message}\n{script}"))
}

pub fn try_compile(script: &str) -> Result<Program, String> {
    let source = Source::new("test", script);
    let parsed = parse(&source);
    assert!(parsed.diagnostics.is_empty(), "{:?}\n{script}", parsed.diagnostics);
    Program::compile(&source, &parsed.tree, Catalog::bundled())
        .map_err(|error| format!("{}: {}", source.slice(error.span), error.message))
}

/// The last statement's value.
pub fn value(script: &str, bars: &Bars) -> Result<Series, EngineError> {
    evaluate(&compile(script), None, bars)
}

/// The last statement's numbers with `None` in the warm-up.
pub fn numbers(script: &str, bars: &Bars) -> Vec<Option<f64>> {
    let series = value(script, bars).unwrap_or_else(|error| panic!("{error}\n{script}"));
    (0..series.len()).map(|bar| series.number(bar)).collect()
}

/// The last statement's booleans.
pub fn booleans(script: &str, bars: &Bars) -> Vec<Option<bool>> {
    let series = value(script, bars).unwrap_or_else(|error| panic!("{error}\n{script}"));
    assert!(matches!(series.values, Values::Booleans(_)), "no booleans: {script}");
    (0..series.len()).map(|bar| series.holds(bar)).collect()
}

/// Bars of one day whose open is the close before.
pub fn from_closes(closes: &[f64]) -> Bars {
    let opens: Vec<f64> = std::iter::once(closes[0]).chain(closes.iter().copied()).take(closes.len()).collect();
    bars(&opens.iter().zip(closes).map(|(&o, &c)| [o, o.max(c), o.min(c), c]).collect::<Vec<_>>())
}

/// Bars of one day from open, high, low, close.
pub fn bars(rows: &[[f64; 4]]) -> Bars {
    Bars {
        open_time: (0..rows.len() as i64).map(|day| FIRST + day * DAY).collect(),
        open: rows.iter().map(|row| row[0]).collect(),
        high: rows.iter().map(|row| row[1]).collect(),
        low: rows.iter().map(|row| row[2]).collect(),
        close: rows.iter().map(|row| row[3]).collect(),
        volume: (0..rows.len()).map(|row| 100.0 + (row * 37 % 50) as f64).collect(),
    }
}

/// A stream of numbers that is the same everywhere (SplitMix64).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to below 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From 0 to below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// A random walk with sound bars.
pub fn walk(seed: u64, count: usize) -> Bars {
    let mut random = Random(seed);
    let mut price = 100.0;
    let rows: Vec<[f64; 4]> = (0..count)
        .map(|_| {
            let open: f64 = price * (1.0 + (random.unit() - 0.5) * 0.004);
            let close = open * (1.0 + (random.unit() - 0.5) * 0.06);
            let high = open.max(close) * (1.0 + random.unit() * 0.01);
            let low = open.min(close) * (1.0 - random.unit() * 0.01);
            price = close;
            [open, high, low, close]
        })
        .collect();
    let mut walk = bars(&rows);
    walk.volume = (0..count).map(|_| 50.0 + random.unit() * 1000.0).collect();
    walk
}

pub const SPOT: &str = "BINANCE:BTC/USDT";
pub const PERP: &str = "HYPERLIQUID:BTC/USDC:USDC";
pub const OTHER_PERP: &str = "HYPERLIQUID:ETH/USDC:USDC";

/// Free of costs, 1,000 in cash, daily.
pub fn settings(tickers: &[&str]) -> Simulation {
    Simulation {
        universe: tickers.iter().map(|ticker| Ticker::parse(ticker).unwrap()).collect(),
        mode: Mode::Isolated,
        initial_cash: 1000.0,
        trading_fee: 0.0,
        slippage: 0.0,
        leverage: 1.0,
        timeframe: Timeframe::D1,
    }
}

pub fn run(script: &str, data: &[(&str, &Bars)], settings: &Simulation) -> Result<Outcome, EngineError> {
    let data: MarketData = data.iter().map(|(ticker, bars)| (*ticker, (*bars).clone())).collect();
    simulate(&compile(script), &data, settings)
}
