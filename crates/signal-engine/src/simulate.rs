//! A script over the bars of its universe: conditions to orders, orders to fills, fills to equity.
//!
//! The rules, which the service does not document and which are therefore this engine's own:
//!
//! - A condition that holds at the close of a bar is filled at the open of the **next** bar; on the last bar it is not filled.
//! - A buy pays `open * (1 + slippage)`, a sell gets `open * (1 - slippage)`; every fill costs `trading_fee` of its notional.
//! - `Weight(w)` enters with a notional of `w` of the equity (marked at that open) times the leverage, `Cash(x)` with a margin
//!   of `x` quote currency, `Shares(n)` with `n` units; without a sizing it is `Weight(1.0)`. An order that cash can't pay, fee
//!   included, is scaled down to what it can; so a weight above 1 is one of 1. A size that is not a positive number enters nothing,
//!   and neither does an account that has lost all but a billionth of its cash.
//! - One position a ticker. An entry on the side that is open already is ignored; one on the other side closes and reverses.
//!   `exit(ticker, side)` closes that side alone, `exit(ticker)` either. On one bar exits come before entries, each in the
//!   order of the script.
//! - `"SHORT"` and a leverage other than 1 need perpetual markets.
//! - A perpetual's margin is notional / leverage. When the bar's adverse extreme (or the open, in a gap) takes the loss to the margin, the position
//!   is liquidated at that price: the margin is lost, exactly, and no fee or gap beyond it is charged. Fills that close a
//!   position never cost the account more than the margin either.
//! - Isolated: every ticker has an account of its own with an equal part of the initial cash; the script's price variables
//!   are that ticker's, and only signals that name it act. Cross: one account; price variables are those of the universe's
//!   first ticker; all signals act; only times at which every ticker has a bar count.
//! - What is open at the end is closed at the last close, with slippage and fee.
//! - Signals that name a ticker outside of the universe never act.

use std::ops::ControlFlow;

use signal_market::Ticker;

use crate::align::{add_up, align};
use crate::bars::Bars;
use crate::error::EngineError;
use crate::metrics::{Metrics, metrics};
use crate::outcome::{EquityPoint, Outcome, Reason, Side, SignalOutcome, TickerOutcome, Trade};
use crate::portfolio::{Account, Amount, Closed, Entered, Market, Terms};
use crate::program::{ActionKind, Program, Signal, Sizing};
use crate::run::{Fired, fire};
use crate::settings::{MarketData, Mode, Simulation, check_markets, check_settings, is_perpetual};

/// Runs a program over the data of its universe.
///
/// # Errors
/// [`EngineError`]: settings out of bounds, bars missing or unsound, a market that can't do what is asked, or an expression
/// without a value on any bar ([`EngineError::OutOfRange`]).
pub fn simulate(program: &Program, data: &MarketData, simulation: &Simulation) -> Result<Outcome, EngineError> {
    simulate_watched(program, data, simulation, &mut |_| ControlFlow::Continue(()))
}

/// As [`simulate`]; `watch` hears now and then how much is done (0 to 1) and can stop the run.
///
/// # Errors
/// As [`simulate`], and [`EngineError::Cancelled`] when `watch` broke off.
pub fn simulate_watched(
    program: &Program,
    data: &MarketData,
    simulation: &Simulation,
    watch: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Outcome, EngineError> {
    check_settings(simulation)?;
    check_markets(program, simulation)?;
    let tickers: Vec<String> = simulation.universe.iter().map(Ticker::to_string).collect();
    let mut bars = Vec::with_capacity(tickers.len());
    for ticker in &tickers {
        let missing = || EngineError::Ticker {
            ticker: ticker.clone(),
            span: None,
            message: "there are no bars for it".to_owned(),
        };
        let sound = data.sound(ticker).ok_or_else(missing)?;
        bars.push(sound.map_err(|error| EngineError::Bars { ticker: ticker.clone(), error })?);
    }
    match simulation.mode {
        Mode::Isolated => isolated(program, simulation, &tickers, &bars, watch),
        Mode::Cross => cross(program, simulation, &tickers, &bars, watch),
    }
}

fn terms(simulation: &Simulation) -> Terms {
    Terms { fee: simulation.trading_fee, slippage: simulation.slippage, leverage: simulation.leverage }
}

/// Which of `universe` each signal acts on.
fn places(program: &Program, universe: &[Ticker]) -> Vec<Option<usize>> {
    program.signals().iter().map(|signal| universe.iter().position(|ticker| *ticker == signal.ticker)).collect()
}

fn isolated(
    program: &Program,
    simulation: &Simulation,
    tickers: &[String],
    bars: &[&Bars],
    watch: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Outcome, EngineError> {
    let places = places(program, &simulation.universe);
    let cash = simulation.initial_cash / tickers.len() as f64;
    let mut curves = Vec::with_capacity(tickers.len());
    let mut per_ticker = Vec::with_capacity(tickers.len());
    let mut trades = Vec::new();
    let mut told = vec![SignalOutcome::default(); places.len()];
    let mut usable_from = None;
    for (index, (ticker, &bars)) in tickers.iter().zip(bars).enumerate() {
        if watch(index as f64 / tickers.len() as f64).is_break() {
            return Err(EngineError::Cancelled);
        }
        let fired = fire(program, bars, |signal| places[signal].unwrap_or(0) == index)?;
        if let Some(first) = fired.first_usable {
            usable_from = usable_from.max(bars.open_time.get(first).copied());
        }
        for (signal, place) in places.iter().enumerate() {
            if place.unwrap_or(0) == index {
                told[signal] = fired.told(signal, bars);
            }
        }
        let acting: Vec<Option<usize>> = places.iter().map(|&place| (place == Some(index)).then_some(0)).collect();
        let market = Market { ticker, bars, perpetual: is_perpetual(&simulation.universe[index]) };
        let account = Account::new(cash, terms(simulation), vec![market]);
        let (curve, closed) = trade(program.signals(), &fired, &acting, account, &mut told, watch)?;
        let profits: Vec<f64> = closed.iter().map(|closed| closed.trade.pnl).collect();
        per_ticker.push(TickerOutcome {
            ticker: ticker.clone(),
            trades: closed.len(),
            pnl: profits.iter().sum(),
            metrics: metrics(cash, &curve, &profits, simulation.timeframe.bars_per_year()),
        });
        trades.extend(closed.into_iter().map(|closed| closed.trade));
        curves.push((bars.open_time.as_slice(), curve));
    }
    // Stable: trades that end at one time stay in the universe's order.
    trades.sort_by_key(|trade: &Trade| trade.exit_time);
    let (times, equity) = add_up(cash, curves);
    // One account is the whole: its figures are not worked out twice.
    let known = if let [only] = per_ticker.as_slice() { Some(only.metrics) } else { None };
    let mut outcome = sum_up(simulation, &times, &equity, trades, per_ticker, known);
    outcome.first_usable = usable_from.map(|time| times.partition_point(|&at| at < time));
    outcome.condition_counts = told.iter().map(|signal| signal.held).collect();
    outcome.signals = told;
    Ok(outcome)
}

fn cross(
    program: &Program,
    simulation: &Simulation,
    tickers: &[String],
    bars: &[&Bars],
    watch: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Outcome, EngineError> {
    let aligned = align(bars);
    let markets: Vec<Market<'_>> = (0..tickers.len())
        .map(|index| Market {
            ticker: &tickers[index],
            bars: aligned.as_ref().map_or(bars[index], |aligned| &aligned[index]),
            perpetual: is_perpetual(&simulation.universe[index]),
        })
        .collect();
    let first = markets[0].bars;
    let fired = fire(program, first, |_| true)?;
    let mut told: Vec<_> = (0..program.signals().len()).map(|signal| fired.told(signal, first)).collect();
    let account = Account::new(simulation.initial_cash, terms(simulation), markets.clone());
    let (curve, closed) =
        trade(program.signals(), &fired, &places(program, &simulation.universe), account, &mut told, watch)?;
    let per_ticker =
        markets.iter().enumerate().map(|(index, market)| contribution(simulation, index, market, &closed)).collect();
    let trades = closed.into_iter().map(|closed| closed.trade).collect();
    let mut outcome = sum_up(simulation, &first.open_time, &curve, trades, per_ticker, None);
    outcome.first_usable = fired.first_usable;
    outcome.condition_counts = told.iter().map(|signal| signal.held).collect();
    outcome.signals = told;
    Ok(outcome)
}

/// A signal that acts on a ticker of the account.
struct Order {
    signal: usize,
    market: usize,
    action: ActionKind,
    side: Option<Side>,
}

/// Takes an account through its bars. `acting` says which of the account's tickers a signal acts on.
/// Returns the equity at each close and the closed trades; `told` hears what became of the signals.
fn trade(
    signals: &[Signal],
    fired: &Fired<'_>,
    acting: &[Option<usize>],
    mut account: Account<'_>,
    told: &mut [SignalOutcome],
    watch: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<(Vec<f64>, Vec<Closed>), EngineError> {
    /// Fills between two looks at whether the run is still wanted.
    const PATIENCE: usize = 1 << 14;
    let bars = account.bars();
    let mut curve = vec![0.0; bars];
    let orders: Vec<Order> = signals
        .iter()
        .enumerate()
        .zip(acting)
        .filter_map(|((signal, Signal { action, side, .. }), market)| {
            Some(Order { signal, market: (*market)?, action: *action, side: *side })
        })
        .collect();
    let (exits, entries): (Vec<_>, Vec<_>) = orders.iter().partition(|order| order.action == ActionKind::Exit);
    // A signal on the last bar finds no bar to be filled on.
    let end = bars.saturating_sub(1);
    let (mut marked, mut bar) = (0, 0);
    let mut upcoming = vec![Some(0); orders.len()];
    for nth in 1usize.. {
        // Bars on which only signals hold that would do nothing (an entry into what is open already) are passed over,
        // unless the market itself may close a position on the way.
        let all = account.can_be_liquidated();
        let next = orders
            .iter()
            .zip(&mut upcoming)
            .filter(|(order, _)| all || account.matters(order.market, order.action, order.side))
            .filter_map(|(order, known)| {
                if known.is_some_and(|known| known <= bar) {
                    *known = fired.next(order.signal, bar, end);
                }
                *known
            })
            .min();
        let Some(next) = next else { break };
        if nth % PATIENCE == 0 && watch(next as f64 / bars as f64).is_break() {
            return Err(EngineError::Cancelled);
        }
        let fill = next + 1;
        account.mark(marked..fill, &mut curve);
        account.liquidate_at_open(fill);
        for order in exits.iter().filter(|order| fired.holds(order.signal, next)) {
            told[order.signal].fired += usize::from(account.exit(order.market, fill, order.side, Reason::Exit));
        }
        for order in entries.iter().filter(|order| fired.holds(order.signal, next)) {
            if let Some(side) = order.side {
                let amount = amount(&signals[order.signal], fired.size(order.signal, next));
                match account.enter(order.market, fill, side, amount) {
                    Entered::Opened => told[order.signal].fired += 1,
                    Entered::Declined => told[order.signal].declined += 1,
                    Entered::Already => {}
                }
            }
        }
        (marked, bar) = (fill, fill);
    }
    account.mark(marked..bars, &mut curve);
    if let Some(last) = bars.checked_sub(1) {
        account.close_all(last);
        curve[last] = account.cash();
    }
    Ok((curve, account.into_closed()))
}

fn amount(signal: &Signal, size: f64) -> Amount {
    match signal.sizing {
        Sizing::Weight => Amount::Weight(size),
        Sizing::Cash => Amount::Cash(size),
        Sizing::Shares => Amount::Shares(size),
    }
}

/// What one ticker made of a shared account: the initial cash and its own profits.
fn contribution(simulation: &Simulation, index: usize, market: &Market<'_>, closed: &[Closed]) -> TickerOutcome {
    let own: Vec<&Closed> = closed.iter().filter(|closed| closed.market == index).collect();
    let mut curve = vec![simulation.initial_cash; market.bars.len()];
    let (mut cash, mut from) = (simulation.initial_cash, 0);
    for Closed { trade, entry_bar, exit_bar, entry_fee, .. } in own.iter().copied() {
        curve[from..*entry_bar].fill(cash);
        let held = *entry_bar..*exit_bar;
        for (value, close) in curve[held.clone()].iter_mut().zip(&market.bars.close[held]) {
            *value = cash - entry_fee + trade.side.sign() * trade.quantity * (close - trade.entry_price);
        }
        cash += trade.pnl;
        from = *exit_bar;
    }
    curve[from..].fill(cash);
    let profits: Vec<f64> = own.iter().map(|closed| closed.trade.pnl).collect();
    TickerOutcome {
        ticker: market.ticker.to_owned(),
        trades: own.len(),
        pnl: profits.iter().sum(),
        metrics: metrics(simulation.initial_cash, &curve, &profits, simulation.timeframe.bars_per_year()),
    }
}

fn sum_up(
    simulation: &Simulation,
    times: &[i64],
    equity: &[f64],
    trades: Vec<Trade>,
    per_ticker: Vec<TickerOutcome>,
    known: Option<Metrics>,
) -> Outcome {
    let profits: Vec<f64> = trades.iter().map(|trade| trade.pnl).collect();
    Outcome {
        equity: points(simulation.initial_cash, times, equity),
        metrics: known.unwrap_or_else(|| {
            metrics(simulation.initial_cash, equity, &profits, simulation.timeframe.bars_per_year())
        }),
        trades,
        per_ticker,
        bars: equity.len(),
        first_usable: None,
        condition_counts: Vec::new(),
        signals: Vec::new(),
    }
}

/// The curve with its drawdowns. A stretch that sets no peak has one peak throughout, so its points don't wait for each other.
fn points(initial_cash: f64, times: &[i64], equity: &[f64]) -> Vec<EquityPoint> {
    const STRETCH: usize = 64;
    let mut peak = initial_cash;
    let mut points = Vec::with_capacity(equity.len());
    for (times, stretch) in times.chunks(STRETCH).zip(equity.chunks(STRETCH)) {
        let highest =
            stretch.iter().fold(f64::NEG_INFINITY, |highest, &value| if value > highest { value } else { highest });
        let rising = highest > peak;
        points.extend(times.iter().zip(stretch).map(|(&time, &equity)| {
            if rising && equity > peak {
                peak = equity;
            }
            EquityPoint { time, equity, drawdown_pct: (peak - equity) / peak * 100.0 }
        }));
    }
    points
}
