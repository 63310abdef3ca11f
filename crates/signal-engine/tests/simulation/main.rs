//! Simulations worked by hand, bar by bar.
//!
//! Scripts trigger on closes (`close == 12`), so that a row's close tells what is signalled there; the fill is on the next
//! row's open.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod margin;
mod modes;
mod signals;
#[path = "../support/mod.rs"]
mod support;

use signal_engine::{Bars, EngineError, Mode, Outcome, Reason, Side, Simulation, Trade};
use support::{DAY, FIRST, OTHER_PERP, PERP, SPOT, bars, from_closes, run, settings};

#[track_caller]
fn close_to(actual: f64, expected: f64, what: &str) {
    assert!((actual - expected).abs() < 1e-9 * expected.abs().max(1.0), "{what} is {actual}, not {expected}");
}

/// What a trade is expected to be.
struct Expected {
    side: Side,
    entry: f64,
    exit: f64,
    quantity: f64,
    pnl: f64,
    reason: Reason,
    bars: usize,
}

#[track_caller]
fn check_trades(outcome: &Outcome, expected: &[Expected]) {
    assert_eq!(outcome.trades.len(), expected.len(), "{:#?}", outcome.trades);
    for (trade, expected) in outcome.trades.iter().zip(expected) {
        close_to(trade.entry_price, expected.entry, "entry price");
        close_to(trade.exit_price, expected.exit, "exit price");
        close_to(trade.quantity, expected.quantity, "quantity");
        close_to(trade.pnl, expected.pnl, "pnl");
        assert_eq!(
            (trade.side, trade.reason, trade.bars_held),
            (expected.side, expected.reason, expected.bars),
            "{trade:?}"
        );
    }
}

#[track_caller]
fn check_equity(outcome: &Outcome, expected: &[f64]) {
    assert_eq!(outcome.equity.len(), expected.len());
    for (bar, (point, expected)) in outcome.equity.iter().zip(expected).enumerate() {
        close_to(point.equity, *expected, &format!("equity on bar {bar}"));
    }
}

#[track_caller]
fn one(script: &str, ticker: &str, bars: &Bars, change: impl Fn(&mut Simulation)) -> Outcome {
    let mut settings = settings(&[ticker]);
    change(&mut settings);
    let script = script.replace("TICKER", &format!("\"{ticker}\""));
    run(&script, &[(ticker, bars)], &settings).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_long_trade_pays_slippage_and_fees_both_ways() {
    let bars =
        bars(&[[9.0, 10.0, 9.0, 10.0], [10.0, 12.0, 10.0, 12.0], [12.0, 12.0, 11.0, 11.0], [11.0, 13.0, 11.0, 13.0]]);
    let script = "emit_signal(close == 10, entry(TICKER, \"LONG\", Cash(500)))\nemit_signal(close == 12, exit(TICKER, \"LONG\"))";
    let outcome = one(script, SPOT, &bars, |settings| {
        settings.trading_fee = 0.01;
        settings.slippage = 0.02;
    });
    // Bought at 10.2 for 500 and 5 fee; sold at 11.76 less 1%.
    let quantity = 500.0 / 10.2;
    let cash = 1000.0 - 505.0 + quantity * 11.76 * 0.99;
    check_trades(
        &outcome,
        &[Expected {
            side: Side::Long,
            entry: 10.2,
            exit: 11.76,
            quantity,
            pnl: cash - 1000.0,
            reason: Reason::Exit,
            bars: 1,
        }],
    );
    check_equity(&outcome, &[1000.0, 495.0 + quantity * 12.0, cash, cash]);
    let Trade { entry_time, exit_time, fees, pnl_pct, .. } = outcome.trades[0];
    assert_eq!((entry_time, exit_time), (FIRST + DAY, FIRST + 2 * DAY));
    close_to(fees, 5.0 + quantity * 11.76 * 0.01, "fees");
    close_to(pnl_pct, (cash - 1000.0) / 500.0 * 100.0, "pnl_pct");
    assert_eq!((outcome.bars, outcome.first_usable, outcome.condition_counts.clone()), (4, Some(0), vec![1, 1]));
    assert_eq!(outcome.metrics.num_trades, 1);
    close_to(outcome.metrics.total_return_pct.unwrap(), (cash / 1000.0 - 1.0) * 100.0, "return");
}

#[test]
fn a_signal_on_the_last_bar_is_not_filled() {
    let outcome = one("emit_signal(close == 5, entry(TICKER, \"LONG\"))", SPOT, &from_closes(&[3.0, 4.0, 5.0]), |_| {});
    check_trades(&outcome, &[]);
    check_equity(&outcome, &[1000.0; 3]);
    assert_eq!(outcome.condition_counts, [1]);
}

#[test]
fn what_is_open_at_the_end_is_closed_at_the_last_close() {
    let outcome =
        one("emit_signal(close == 4, entry(TICKER, \"LONG\"))", SPOT, &from_closes(&[4.0, 5.0, 8.0]), |settings| {
            settings.slippage = 0.25;
            settings.trading_fee = 0.1;
        });
    // All of the cash at 4 * 1.25, the fee on top: 1000 = notional * 1.1. Sold at 8 * 0.75.
    let quantity = 1000.0 / 1.1 / 5.0;
    let last = quantity * 6.0 * 0.9;
    check_trades(
        &outcome,
        &[Expected {
            side: Side::Long,
            entry: 5.0,
            exit: 6.0,
            quantity,
            pnl: last - 1000.0,
            reason: Reason::EndOfData,
            bars: 1,
        }],
    );
    check_equity(&outcome, &[1000.0, quantity * 5.0, last]);
}

#[test]
fn a_short_earns_when_the_price_falls() {
    let outcome = one(
        "emit_signal(close == 10, entry(TICKER, \"SHORT\", Weight(0.5)))\nemit_signal(close == 6, exit(TICKER, \"SHORT\"))",
        PERP,
        &from_closes(&[10.0, 8.0, 6.0, 7.0]),
        |settings| settings.trading_fee = 0.01,
    );
    // 50 sold at 10 (fee 5), bought back at 6 (fee 3).
    check_trades(
        &outcome,
        &[Expected {
            side: Side::Short,
            entry: 10.0,
            exit: 6.0,
            quantity: 50.0,
            pnl: 200.0 - 8.0,
            reason: Reason::Exit,
            bars: 2,
        }],
    );
    check_equity(&outcome, &[1000.0, 1095.0, 1195.0, 1192.0]);
}

#[test]
fn a_short_is_sold_lower_and_bought_back_higher() {
    let outcome = one(
        "emit_signal(close == 10, entry(TICKER, \"SHORT\", Shares(10)))\nemit_signal(close == 8, exit(TICKER))",
        PERP,
        &from_closes(&[10.0, 8.0, 9.0]),
        |settings| settings.slippage = 0.1,
    );
    check_trades(
        &outcome,
        &[Expected {
            side: Side::Short,
            entry: 9.0,
            exit: 8.8,
            quantity: 10.0,
            pnl: 2.0,
            reason: Reason::Exit,
            bars: 1,
        }],
    );
}

#[test]
fn an_entry_on_the_other_side_reverses_and_one_on_the_same_side_is_ignored() {
    let outcome = one(
        "emit_signal(close < 20, entry(TICKER, \"LONG\", Weight(1)))\nemit_signal(close == 20, entry(TICKER, \"SHORT\", Weight(1)))",
        PERP,
        &from_closes(&[10.0, 16.0, 20.0, 25.0, 25.0]),
        |_| {},
    );
    // 100 at 10; on the open after the 20 reversed into 100 short at 20 (equity 2000); closed at the last 25.
    check_trades(
        &outcome,
        &[
            Expected {
                side: Side::Long,
                entry: 10.0,
                exit: 20.0,
                quantity: 100.0,
                pnl: 1000.0,
                reason: Reason::Reversal,
                bars: 2,
            },
            Expected {
                side: Side::Short,
                entry: 20.0,
                exit: 25.0,
                quantity: 100.0,
                pnl: -500.0,
                reason: Reason::EndOfData,
                bars: 1,
            },
        ],
    );
    check_equity(&outcome, &[1000.0, 1600.0, 2000.0, 1500.0, 1500.0]);
    assert_eq!(outcome.condition_counts, [2, 1]);
}

#[test]
fn an_exit_closes_its_own_side_alone() {
    let closes = from_closes(&[10.0, 11.0, 12.0, 13.0]);
    let script = "emit_signal(close == 10, entry(TICKER, \"LONG\"))\nemit_signal(close == 11, exit(TICKER, \"SHORT\"))";
    let outcome = one(script, PERP, &closes, |_| {});
    assert_eq!(outcome.trades[0].reason, Reason::EndOfData);
    let outcome = one(&script.replace(", \"SHORT\"", ""), PERP, &closes, |_| {});
    assert_eq!((outcome.trades[0].reason, outcome.trades[0].bars_held), (Reason::Exit, 1));
}

#[test]
fn on_one_bar_exits_come_before_entries() {
    // Written the other way round; the position is closed and opened anew on the same open.
    let outcome = one(
        "emit_signal(close > 0, entry(TICKER, \"LONG\", Cash(100)))\nemit_signal(close == 11, exit(TICKER, \"LONG\"))",
        SPOT,
        &from_closes(&[10.0, 11.0, 11.5, 12.0]),
        |_| {},
    );
    check_trades(
        &outcome,
        &[
            Expected {
                side: Side::Long,
                entry: 10.0,
                exit: 11.0,
                quantity: 10.0,
                pnl: 10.0,
                reason: Reason::Exit,
                bars: 1,
            },
            Expected {
                side: Side::Long,
                entry: 11.0,
                exit: 12.0,
                quantity: 100.0 / 11.0,
                pnl: 100.0 / 11.0,
                reason: Reason::EndOfData,
                bars: 1,
            },
        ],
    );
}

#[test]
fn an_order_is_scaled_down_to_what_the_cash_pays() {
    for size in ["Weight(1)", "Weight(3)", "Cash(5000)", "Shares(5000)"] {
        let outcome = one(
            &format!("emit_signal(close == 10, entry(TICKER, \"LONG\", {size}))"),
            SPOT,
            &from_closes(&[10.0, 10.0, 20.0]),
            |settings| {
                settings.trading_fee = 0.25;
            },
        );
        // 800 for the units, 200 for the fee.
        close_to(outcome.trades[0].quantity, 80.0, size);
        close_to(outcome.equity[1].equity, 800.0, size);
    }
    let outcome = one(
        "emit_signal(close == 10, entry(TICKER, \"LONG\", Weight(1)))",
        PERP,
        &from_closes(&[10.0, 10.0, 11.0]),
        |settings| {
            settings.trading_fee = 0.05;
            settings.leverage = 5.0;
        },
    );
    // Margin a fifth of the notional and fee a twentieth: 1000 carries 4000.
    close_to(outcome.trades[0].quantity, 400.0, "quantity");
    close_to(outcome.equity[1].equity, 800.0, "equity after the fee of 200");
}

#[test]
fn a_size_may_change_from_bar_to_bar() {
    let script =
        "emit_signal(close > 0, entry(TICKER, \"LONG\", Shares(close - 11)))\nemit_signal(close > 0, exit(TICKER))";
    let outcome = one(script, SPOT, &from_closes(&[10.0, 11.0, 12.0, 14.0, 15.0]), |_| {});
    // -1 and 0 enter nothing, then 1 and 3.
    let quantities: Vec<f64> = outcome.trades.iter().map(|trade| trade.quantity).collect();
    assert_eq!(quantities, [1.0, 3.0]);
    let script = "size = sma(close, 3) * 0 + 1\nemit_signal(close > 0, entry(TICKER, \"LONG\", Shares(size)))";
    let outcome = one(script, SPOT, &from_closes(&[1.0, 1.0, 1.0, 1.0, 1.0]), |_| {});
    assert_eq!((outcome.first_usable, outcome.trades[0].bars_held), (Some(2), 1));
    assert_eq!(outcome.condition_counts, [3]);
}

#[test]
fn weight_is_of_the_equity_at_the_open_of_the_fill() {
    // In at 10; the price gaps to 30 on the open of the re-entry, when the account is worth 3000.
    let bars =
        bars(&[[10.0, 10.0, 10.0, 10.0], [10.0, 12.0, 10.0, 12.0], [30.0, 30.0, 30.0, 30.0], [30.0, 30.0, 30.0, 30.0]]);
    let script = "emit_signal(close == 10, entry(TICKER, \"LONG\", Weight(1)))\nemit_signal(close == 12, entry(TICKER, \"SHORT\", Weight(0.5)))";
    let outcome = one(script, PERP, &bars, |_| {});
    close_to(outcome.trades[1].quantity, 0.5 * 3000.0 / 30.0, "quantity");
}

#[track_caller]
fn check_refused(change: impl Fn(&mut Simulation), script: &str, expected: &str) {
    let mut settings = settings(&[SPOT]);
    change(&mut settings);
    let error = run(script, &[(SPOT, &from_closes(&[1.0, 2.0]))], &settings).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn settings_and_markets_that_do_not_go_together_are_refused() {
    let none = "x = 1";
    check_refused(|settings| settings.universe.clear(), none, "universe: name at least one ticker");
    check_refused(|settings| settings.initial_cash = 0.0, none, "initial_cash: must be greater than 0");
    check_refused(
        |settings| settings.trading_fee = 1.0,
        none,
        "trading_fee: must be a fraction from 0 to below 1, such as 0.0005",
    );
    check_refused(
        |settings| settings.slippage = f64::NAN,
        none,
        "slippage: must be a fraction from 0 to below 1, such as 0.0005",
    );
    check_refused(|settings| settings.leverage = 0.5, none, "leverage: must be 1 or more");
    check_refused(
        |settings| settings.leverage = 3.0,
        none,
        "BINANCE:BTC/USDT: a leverage of 3 needs a perpetual market, such as HYPERLIQUID:BTC/USDC:USDC; set leverage to 1",
    );
    check_refused(
        |_| {},
        "emit_signal(True, entry(\"BINANCE:BTC/USDT\", \"SHORT\"))",
        "BINANCE:BTC/USDT: \"SHORT\" needs a perpetual market, such as HYPERLIQUID:BTC/USDC:USDC; only \"LONG\" works here",
    );
    let again = |settings: &mut Simulation| settings.universe.push(settings.universe[0].clone());
    check_refused(again, none, "universe: BINANCE:BTC/USDT is named twice; name it once");
    let error = run(none, &[], &settings(&[SPOT])).unwrap_err();
    assert_eq!(error.to_string(), "BINANCE:BTC/USDT: there are no bars for it");
    let mut broken = from_closes(&[1.0, 2.0]);
    broken.close[1] = 3.0;
    let error = run(none, &[(SPOT, &broken)], &settings(&[SPOT])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "BINANCE:BTC/USDT: row 1: column `close` is 3, but a bar needs 0 <= low <= open, close <= high; correct or drop the bar"
    );
}

#[test]
fn a_run_can_be_cancelled() {
    let bars = support::walk(1, 100);
    let data = [(SPOT, bars)].into_iter().collect();
    let program = support::compile("emit_signal(True, entry(\"BINANCE:BTC/USDT\", \"LONG\"))");
    let stop = &mut |_| std::ops::ControlFlow::Break(());
    assert_eq!(signal_engine::simulate_watched(&program, &data, &settings(&[SPOT]), stop), Err(EngineError::Cancelled));
}

#[test]
fn a_script_without_signals_keeps_its_cash() {
    let outcome = one("x = close > 1", SPOT, &from_closes(&[1.0, 2.0]), |_| {});
    check_equity(&outcome, &[1000.0, 1000.0]);
    assert_eq!((outcome.first_usable, outcome.condition_counts.len(), outcome.metrics.num_trades), (None, 0, 0));
}
