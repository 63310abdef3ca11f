//! One account: cash, at most one position a ticker, and what a fill does to them.
//!
//! Spot and perpetual go by one rule. A position ties up a margin of notional / leverage (all of it at leverage 1);
//! closing gives the margin back with what the price has made of the quantity. Only a perpetual can be liquidated.

use std::ops::Range;

use crate::bars::Bars;
use crate::outcome::{Reason, Side, Trade};
use crate::program::ActionKind;

/// Share of the initial cash below which an account is ruined.
pub(crate) const DUST: f64 = 1e-9;

/// What a fill costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// Fee a fill as a fraction of its notional.
    pub(crate) fee: f64,
    /// Price given away a fill as a fraction.
    pub(crate) slippage: f64,
    /// Notional over margin; 1 on spot.
    pub(crate) leverage: f64,
}

/// A ticker that the account trades.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Market<'a> {
    /// The ticker as text.
    pub(crate) ticker: &'a str,
    /// Its bars.
    pub(crate) bars: &'a Bars,
    /// Whether a loss of the whole margin liquidates.
    pub(crate) perpetual: bool,
}

/// How much to enter with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Amount {
    /// Fraction of the equity, times the leverage, as notional.
    Weight(f64),
    /// Margin in quote currency.
    Cash(f64),
    /// Units of the base currency.
    Shares(f64),
}

/// What became of an order to enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entered {
    /// A position was opened.
    Opened,
    /// One of this side was open.
    Already,
    /// The amount was none, or could not be paid; a position of the other side is closed all the same.
    Declined,
}

/// An open position.
#[derive(Clone, Copy, Debug)]
struct Position {
    side: Side,
    quantity: f64,
    price: f64,
    margin: f64,
    fee: f64,
    bar: usize,
    /// Price at which the loss has eaten the margin; `None` where nothing is liquidated.
    liquidation: Option<f64>,
}

/// A closed trade with what a curve of its ticker needs.
#[derive(Clone, Debug)]
pub(crate) struct Closed {
    /// The trade as users see it.
    pub(crate) trade: Trade,
    /// Which of the account's tickers.
    pub(crate) market: usize,
    /// Bar at whose open it was entered.
    pub(crate) entry_bar: usize,
    /// First bar whose close does not hold it.
    pub(crate) exit_bar: usize,
    /// Fee of the entry alone.
    pub(crate) entry_fee: f64,
}

/// An account in the course of a run.
#[derive(Debug)]
pub(crate) struct Account<'a> {
    terms: Terms,
    markets: Vec<Market<'a>>,
    cash: f64,
    /// Cash that is nothing but rounding: what a ruined account is left with enters no more positions.
    dust: f64,
    positions: Vec<Option<Position>>,
    closed: Vec<Closed>,
}

impl Position {
    /// What the price has made of it so far, in quote currency.
    fn gain(&self, price: f64) -> f64 {
        self.side.sign() * self.quantity * (price - self.price)
    }

    /// What it is worth to the account.
    fn value(&self, price: f64) -> f64 {
        self.margin + self.gain(price)
    }

    /// Whether a price takes the loss to the margin.
    fn is_liquidated_at(&self, price: f64) -> bool {
        self.liquidation.is_some_and(|limit| match self.side {
            Side::Long => price <= limit,
            Side::Short => price >= limit,
        })
    }
}

impl<'a> Account<'a> {
    /// An account that holds nothing but cash. The bars of all markets are of one length.
    pub(crate) fn new(cash: f64, terms: Terms, markets: Vec<Market<'a>>) -> Self {
        let positions = vec![None; markets.len()];
        Self { terms, markets, cash, dust: cash * DUST, positions, closed: Vec::new() }
    }

    /// Bars of the range.
    pub(crate) fn bars(&self) -> usize {
        self.markets.first().map_or(0, |market| market.bars.len())
    }

    /// Enters `side` at the open of `bar`: reverses a position of the other side, leaves one of the same side alone.
    /// An amount that is no positive number, or that the cash can't pay any of, enters nothing.
    pub(crate) fn enter(&mut self, market: usize, bar: usize, side: Side, amount: Amount) -> Entered {
        match self.positions[market] {
            Some(position) if position.side == side => return Entered::Already,
            Some(_) => {
                self.exit(market, bar, None, Reason::Reversal);
            }
            None => {}
        }
        let Terms { fee, slippage, leverage } = self.terms;
        let Market { bars, perpetual, .. } = self.markets[market];
        let price = bars.open[bar] * (1.0 + side.sign() * slippage);
        let wanted = match amount {
            Amount::Weight(weight) => weight * self.equity_at_open(bar) * leverage,
            Amount::Cash(cash) => cash * leverage,
            Amount::Shares(shares) => shares * price,
        };
        let affordable = self.cash / (1.0 / leverage + fee);
        let notional = wanted.min(affordable);
        let quantity = match amount {
            Amount::Shares(shares) if wanted <= affordable => shares,
            _ => notional / price,
        };
        // `wanted` is NaN where the size is undefined; `min` would have dropped that.
        if !(wanted > 0.0 && self.cash > self.dust && price > 0.0 && quantity.is_finite()) {
            return Entered::Declined;
        }
        let margin = notional / leverage;
        let fee = notional * fee;
        // All of it is all of it: no residue of rounding stays behind.
        self.cash = if wanted < affordable { (self.cash - margin - fee).max(0.0) } else { 0.0 };
        // A long position without leverage is worth something at any price above 0.
        let limit = price * (1.0 - side.sign() / leverage);
        let liquidation = (perpetual && limit > 0.0).then_some(limit);
        self.positions[market] = Some(Position { side, quantity, price, margin, fee, bar, liquidation });
        Entered::Opened
    }

    /// Closes the position in `market` at the open of `bar`, if there is one, and on `side` where one is named. Returns
    /// whether there was.
    pub(crate) fn exit(&mut self, market: usize, bar: usize, side: Option<Side>, reason: Reason) -> bool {
        let open = self.positions[market].is_some_and(|position| side.is_none_or(|side| side == position.side));
        if open {
            let price = self.markets[market].bars.open[bar];
            self.close(market, bar, price, reason);
        }
        open
    }

    /// Liquidates what the open of `bar` has already ruined, before any order of that open is filled.
    pub(crate) fn liquidate_at_open(&mut self, bar: usize) {
        for market in 0..self.markets.len() {
            let price = self.markets[market].bars.open[bar];
            if self.positions[market].is_some_and(|position| position.is_liquidated_at(price)) {
                self.liquidate(market, bar);
            }
        }
    }

    /// Closes everything at the close of the last bar.
    pub(crate) fn close_all(&mut self, bar: usize) {
        for market in 0..self.markets.len() {
            let price = self.markets[market].bars.close[bar];
            self.close(market, bar, price, Reason::EndOfData);
        }
    }

    /// Writes the equity at the close of each of `bars` to `curve`, liquidating on the way what a bar's extreme ruins.
    pub(crate) fn mark(&mut self, bars: Range<usize>, curve: &mut [f64]) {
        let mut from = bars.start;
        while from < bars.end {
            let ruined = (0..self.markets.len())
                .filter_map(|market| Some((self.first_ruin(market, from..bars.end)?, market)))
                .min();
            let until = ruined.map_or(bars.end, |(bar, _)| bar);
            self.mark_steady(from..until, curve);
            if let Some((bar, market)) = ruined {
                self.liquidate(market, bar);
            }
            from = until;
        }
    }

    /// Whether an entry on `side`, or an exit of `side`, would do anything in `market` as things stand.
    pub(crate) fn matters(&self, market: usize, action: ActionKind, side: Option<Side>) -> bool {
        let open = self.positions[market].map(|position| position.side);
        match action {
            ActionKind::Entry => open.is_none() || open != side,
            ActionKind::Exit => open.is_some() && (side.is_none() || open == side),
        }
    }

    /// Whether the market alone may close a position.
    pub(crate) fn can_be_liquidated(&self) -> bool {
        self.positions.iter().flatten().any(|position| position.liquidation.is_some())
    }

    /// Equity when nothing is open, or when every position is worth its margin.
    pub(crate) fn cash(&self) -> f64 {
        self.cash
    }

    /// The trades, in the order in which they were closed.
    pub(crate) fn into_closed(self) -> Vec<Closed> {
        self.closed
    }

    fn equity_at_open(&self, bar: usize) -> f64 {
        self.markets.iter().zip(&self.positions).fold(self.cash, |equity, (market, position)| {
            equity + position.map_or(0.0, |position| position.value(market.bars.open[bar]))
        })
    }

    /// First of `bars` whose adverse extreme liquidates the position in `market`.
    fn first_ruin(&self, market: usize, bars: Range<usize>) -> Option<usize> {
        let position = self.positions[market]?;
        let limit = position.liquidation?;
        let begin = bars.start;
        let columns = self.markets[market].bars;
        let found = match position.side {
            Side::Long => columns.low[bars].iter().position(|&low| low <= limit),
            Side::Short => columns.high[bars].iter().position(|&high| high >= limit),
        };
        found.map(|offset| begin + offset)
    }

    /// Marks bars during which nothing is filled.
    fn mark_steady(&self, bars: Range<usize>, curve: &mut [f64]) {
        let curve = &mut curve[bars.clone()];
        curve.fill(self.cash);
        for (market, position) in self.markets.iter().zip(&self.positions) {
            if let Some(position) = position {
                for (equity, &close) in curve.iter_mut().zip(&market.bars.close[bars.clone()]) {
                    *equity += position.value(close);
                }
            }
        }
    }

    /// The margin is lost, exactly: what a gap takes beyond it, and the fee, are not the account's to pay.
    fn liquidate(&mut self, market: usize, bar: usize) {
        if let Some(position) = self.positions[market].take() {
            let price = position.liquidation.unwrap_or(position.price);
            self.record(market, &position, bar, price, -position.margin, 0.0, Reason::Liquidation);
        }
    }

    /// Fills the closing order at `price` less slippage and fee. The account never pays more than the margin.
    fn close(&mut self, market: usize, bar: usize, price: f64, reason: Reason) {
        let Some(position) = self.positions[market].take() else { return };
        let mut price = price * (1.0 - position.side.sign() * self.terms.slippage);
        let mut gain = position.gain(price);
        if position.is_liquidated_at(price) {
            price = position.liquidation.unwrap_or(price);
            gain = -position.margin;
        }
        let fee = (self.terms.fee * position.quantity * price).min(position.margin + gain).max(0.0);
        self.cash += position.margin + gain - fee;
        self.record(market, &position, bar, price, gain, fee, reason);
    }

    #[allow(clippy::too_many_arguments)]
    fn record(
        &mut self,
        market: usize,
        position: &Position,
        bar: usize,
        price: f64,
        gain: f64,
        fee: f64,
        reason: Reason,
    ) {
        let Market { ticker, bars, .. } = self.markets[market];
        let profit = gain - position.fee - fee;
        let trade = Trade {
            ticker: ticker.to_owned(),
            side: position.side,
            entry_time: bars.open_time[position.bar],
            entry_price: position.price,
            exit_time: bars.open_time[bar],
            exit_price: price,
            quantity: position.quantity,
            pnl: profit,
            pnl_pct: profit / position.margin * 100.0,
            fees: position.fee + fee,
            reason,
            bars_held: bar - position.bar,
        };
        self.closed.push(Closed { trade, market, entry_bar: position.bar, exit_bar: bar, entry_fee: position.fee });
    }
}
