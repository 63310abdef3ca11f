//! Simulations worked by hand, bar by bar.
//!
//! Scripts trigger on closes (`close == 12`), so that a row's close tells what is signalled there; the fill is on the next
//! row's open.
#![allow(clippy::unwrap_used, clippy::expect_used)]

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
fn a_long_is_liquidated_where_its_margin_is_gone() {
    let bars = bars(&[
        [100.0, 100.0, 100.0, 100.0],
        [100.0, 104.0, 96.0, 101.0],
        [101.0, 102.0, 89.0, 95.0],
        [95.0, 95.0, 95.0, 95.0],
    ]);
    let outcome = one("emit_signal(close == 100, entry(TICKER, \"LONG\", Cash(200)))", PERP, &bars, |settings| {
        settings.leverage = 10.0;
        settings.trading_fee = 0.001;
    });
    // A margin of 200 carries 2000: 20 units, 2 fee. Gone at 90, which the third bar's low of 89 passes.
    check_trades(
        &outcome,
        &[Expected {
            side: Side::Long,
            entry: 100.0,
            exit: 90.0,
            quantity: 20.0,
            pnl: -202.0,
            reason: Reason::Liquidation,
            bars: 1,
        }],
    );
    check_equity(&outcome, &[1000.0, 998.0 + 20.0, 798.0, 798.0]);
    close_to(outcome.trades[0].pnl_pct, -101.0, "pnl_pct");
}

#[test]
fn a_gap_takes_no_more_than_the_margin() {
    let bars = bars(&[
        [100.0, 100.0, 100.0, 100.0],
        [100.0, 104.0, 96.0, 101.0],
        // Opens beyond the liquidation price of 120, on the very bar on which the exit would be filled.
        [150.0, 150.0, 140.0, 140.0],
        [140.0, 140.0, 140.0, 140.0],
    ]);
    let script = "emit_signal(close == 100, entry(TICKER, \"SHORT\", Weight(1)))\nemit_signal(close == 101, exit(TICKER, \"SHORT\"))";
    let outcome = one(script, PERP, &bars, |settings| settings.leverage = 5.0);
    check_trades(
        &outcome,
        &[Expected {
            side: Side::Short,
            entry: 100.0,
            exit: 120.0,
            quantity: 50.0,
            pnl: -1000.0,
            reason: Reason::Liquidation,
            bars: 1,
        }],
    );
    check_equity(&outcome, &[1000.0, 950.0, 0.0, 0.0]);
}

#[test]
fn a_position_can_be_liquidated_on_the_bar_it_was_entered_on() {
    let bars = bars(&[[10.0, 10.0, 10.0, 10.0], [10.0, 13.0, 10.0, 10.0], [10.0, 11.0, 10.0, 11.0]]);
    let outcome = one("emit_signal(close == 10, entry(TICKER, \"SHORT\", Cash(100)))", PERP, &bars, |settings| {
        settings.leverage = 4.0
    });
    assert_eq!((outcome.trades[0].reason, outcome.trades[0].bars_held), (Reason::Liquidation, 0));
    close_to(outcome.trades[0].exit_price, 12.5, "liquidation price");
    // The signal still held at the close of that bar, so the next open enters again.
    assert_eq!(outcome.trades.len(), 2);
}

#[test]
fn spot_is_never_liquidated() {
    let bars = bars(&[[10.0, 10.0, 10.0, 10.0], [10.0, 10.0, 0.0, 1.0], [1.0, 20.0, 1.0, 20.0]]);
    let outcome = one("emit_signal(close == 10, entry(TICKER, \"LONG\"))", SPOT, &bars, |_| {});
    check_equity(&outcome, &[1000.0, 100.0, 2000.0]);
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

#[test]
fn isolated_accounts_split_the_cash_and_see_their_own_prices() {
    let script = format!(
        "emit_signal(close == 10, entry(\"{PERP}\", \"LONG\"))\nemit_signal(close == 10, entry(\"{OTHER_PERP}\", \"SHORT\"))"
    );
    let (first, second) = (from_closes(&[10.0, 12.0, 15.0]), from_closes(&[9.0, 10.0, 8.0]));
    let outcome = run(&script, &[(PERP, &first), (OTHER_PERP, &second)], &settings(&[PERP, OTHER_PERP])).unwrap();
    // 500 each: +50% over two bars, and short from the open of the third bar at 10 to 8.
    check_equity(&outcome, &[1000.0, 1100.0, 750.0 + 600.0]);
    assert_eq!(outcome.condition_counts, [1, 1]);
    let [a, b] = &outcome.per_ticker[..] else { panic!() };
    assert_eq!((a.ticker.as_str(), a.trades, b.ticker.as_str(), b.trades), (PERP, 1, OTHER_PERP, 1));
    close_to(a.pnl, 250.0, "pnl");
    close_to(a.metrics.total_return_pct.unwrap(), 50.0, "return");
    close_to(b.metrics.total_return_pct.unwrap(), 20.0, "return");
}

#[test]
fn isolated_accounts_of_different_times_add_up_over_all_of_them() {
    let script = format!("emit_signal(close == 10, entry(\"{SPOT}\", \"LONG\"))");
    let first = from_closes(&[10.0, 12.0, 15.0]);
    let mut second = from_closes(&[5.0, 5.0]);
    second.open_time = vec![FIRST + DAY, FIRST + 5 * DAY];
    let outcome = run(&script, &[(SPOT, &first), (PERP, &second)], &settings(&[SPOT, PERP])).unwrap();
    let times: Vec<i64> = outcome.equity.iter().map(|point| (point.time - FIRST) / DAY).collect();
    assert_eq!(times, [0, 1, 2, 5]);
    check_equity(&outcome, &[1000.0, 1100.0, 1250.0, 1250.0]);
    assert_eq!((outcome.bars, outcome.first_usable), (4, Some(1)));
}

#[test]
fn cross_mode_shares_margin_and_reads_the_first_tickers_prices() {
    let script = format!(
        "emit_signal(close == 10, entry(\"{PERP}\", \"LONG\", Weight(0.5)))\nemit_signal(close == 10, entry(\"{OTHER_PERP}\", \"SHORT\", Weight(0.5)))\nemit_signal(close == 14, exit(\"{OTHER_PERP}\", \"SHORT\"))"
    );
    let (first, second) = (from_closes(&[10.0, 12.0, 14.0, 15.0]), from_closes(&[50.0, 40.0, 25.0, 30.0]));
    let mut settings = settings(&[PERP, OTHER_PERP]);
    settings.mode = Mode::Cross;
    settings.leverage = 2.0;
    let outcome = run(&script, &[(PERP, &first), (OTHER_PERP, &second)], &settings).unwrap();
    // Notional 1000 each: 100 long at 10, 20 short at 50. The short is bought back at 25, the open of the last bar.
    check_equity(&outcome, &[1000.0, 1000.0 + 200.0 + 200.0, 1000.0 + 400.0 + 500.0, 1000.0 + 500.0 + 500.0]);
    check_trades(
        &outcome,
        &[
            Expected {
                side: Side::Short,
                entry: 50.0,
                exit: 25.0,
                quantity: 20.0,
                pnl: 500.0,
                reason: Reason::Exit,
                bars: 2,
            },
            Expected {
                side: Side::Long,
                entry: 10.0,
                exit: 15.0,
                quantity: 100.0,
                pnl: 500.0,
                reason: Reason::EndOfData,
                bars: 2,
            },
        ],
    );
    assert_eq!(outcome.condition_counts, [1, 1, 1]);
    close_to(outcome.per_ticker[1].metrics.total_return_pct.unwrap(), 50.0, "what the short made of the whole cash");
}

#[test]
fn cross_mode_refuses_what_the_shared_cash_no_longer_pays() {
    let script = format!(
        "emit_signal(close == 10, entry(\"{PERP}\", \"LONG\", Weight(0.75)))\nemit_signal(close == 10, entry(\"{OTHER_PERP}\", \"LONG\", Weight(0.75)))"
    );
    let (first, second) = (from_closes(&[10.0, 10.5, 11.0]), from_closes(&[50.0, 50.0, 50.0]));
    let mut settings = settings(&[PERP, OTHER_PERP]);
    settings.mode = Mode::Cross;
    let outcome = run(&script, &[(PERP, &first), (OTHER_PERP, &second)], &settings).unwrap();
    let quantity = |ticker: &str| outcome.trades.iter().find(|trade| trade.ticker == ticker).unwrap().quantity;
    close_to(quantity(PERP), 75.0, "first come");
    close_to(quantity(OTHER_PERP), 5.0, "the rest");
}

#[test]
fn cross_mode_counts_only_times_that_all_tickers_have() {
    let script = format!("emit_signal(sma(close, 2) > 0, entry(\"{OTHER_PERP}\", \"LONG\"))");
    let first = from_closes(&[10.0, 11.0, 12.0, 13.0, 14.0]);
    let mut second = from_closes(&[50.0, 60.0, 70.0, 80.0]);
    second.open_time = [0, 2, 3, 9].map(|day| FIRST + day * DAY).to_vec();
    let mut settings = settings(&[PERP, OTHER_PERP]);
    settings.mode = Mode::Cross;
    let outcome = run(&script, &[(PERP, &first), (OTHER_PERP, &second)], &settings).unwrap();
    let times: Vec<i64> = outcome.equity.iter().map(|point| (point.time - FIRST) / DAY).collect();
    assert_eq!(times, [0, 2, 3]);
    assert_eq!((outcome.bars, outcome.first_usable), (3, Some(1)));
    // Signalled on the second common bar, filled on the third's open (60), closed on its close (70).
    close_to(outcome.trades[0].entry_price, 60.0, "entry price");
}

#[test]
fn a_range_that_is_too_short_is_refused_in_both_modes() {
    let script = format!("x = sma(close, 4)\nemit_signal(x > 0, entry(\"{SPOT}\", \"LONG\"))");
    for mode in [Mode::Isolated, Mode::Cross] {
        let mut settings = settings(&[SPOT]);
        settings.mode = mode;
        let error = run(&script, &[(SPOT, &from_closes(&[1.0, 2.0, 3.0]))], &settings).unwrap_err();
        assert!(matches!(error, EngineError::OutOfRange { bars: 3, needed: Some(4), .. }), "{error:?}");
        assert_eq!(error.code(), "TA_OUT_OF_RANGE");
        let message = "the range has 1 bar, and this expression has no value on any of them; it takes 4 bars";
        assert_eq!(run(&script, &[(SPOT, &from_closes(&[1.0]))], &settings).unwrap_err().to_string(), message);
        let outcome = run(&script, &[(SPOT, &from_closes(&[1.0, 2.0, 3.0, 4.0]))], &settings).unwrap();
        assert_eq!((outcome.first_usable, outcome.condition_counts), (Some(3), vec![1]));
    }
}

#[test]
fn a_signal_for_another_ticker_never_acts_but_must_have_values() {
    let script = "emit_signal(sma(close, 3) > 0, entry(\"UPBIT:BTC/KRW\", \"SHORT\"))";
    let outcome = run(script, &[(SPOT, &from_closes(&[1.0; 5]))], &settings(&[SPOT])).unwrap();
    assert_eq!((outcome.trades.len(), outcome.condition_counts), (0, vec![3]));
    assert!(run(script, &[(SPOT, &from_closes(&[1.0; 2]))], &settings(&[SPOT])).is_err());
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

/// What became of the first signal: usable, held, fired, declined, unfilled, first and last day, parts as (held, alone).
#[track_caller]
fn check_signal(
    script: &str,
    closes: &[f64],
    counts: [usize; 5],
    days: (Option<i64>, Option<i64>),
    parts: &[(usize, usize)],
) {
    let outcome = one(script, SPOT, &from_closes(closes), |_| {});
    let signal = &outcome.signals[0];
    assert_eq!([signal.usable, signal.held, signal.fired, signal.declined, signal.unfilled], counts);
    let day = |time: Option<i64>| time.map(|time| (time - FIRST) / DAY);
    assert_eq!((day(signal.first), day(signal.last)), days);
    assert_eq!(signal.parts.iter().map(|part| (part.held, part.alone)).collect::<Vec<_>>(), parts);
}

#[test]
fn a_signal_tells_how_often_it_held_and_what_became_of_it() {
    let entry = |condition: &str, size: &str| format!("emit_signal({condition}, entry(TICKER, \"LONG\"{size}))");
    let closes = [5.0, 3.0, 4.0, 6.0, 7.0, 2.0];
    check_signal(&entry("close > 3", ""), &closes, [6, 4, 1, 0, 0], (Some(0), Some(4)), &[]);
    check_signal(&entry("close == 2", ""), &closes, [6, 1, 0, 0, 1], (Some(5), Some(5)), &[]);
    check_signal(&entry("close > 3", ", Cash(close - 10)"), &closes, [6, 4, 0, 4, 0], (Some(0), Some(4)), &[]);
    check_signal(&entry("close > 9", ""), &closes, [6, 0, 0, 0, 0], (None, None), &[]);
    check_signal(&entry("sma(close, 3) > 4", ""), &closes, [4, 3, 1, 0, 1], (Some(3), Some(5)), &[]);
}

#[test]
fn the_parts_of_an_and_tell_which_of_them_failed() {
    let entry = |lines: &str, condition: &str| format!("{lines}emit_signal({condition}, entry(TICKER, \"LONG\"))");
    let closes = [5.0, 3.0, 4.0, 6.0, 7.0, 2.0];
    // Above 3: 5, 4, 6, 7. Below 4: 3, 2. Never both.
    check_signal(&entry("", "close > 3 and close < 4"), &closes, [6, 0, 0, 0, 0], (None, None), &[(4, 2), (2, 4)]);
    // Through names and parentheses, and a chain of comparisons.
    let lines = "high_enough = (close > 3)\nboth = high_enough and 2 < close < 6\n";
    check_signal(&entry(lines, "both"), &closes, [6, 2, 1, 0, 0], (Some(0), Some(2)), &[(4, 1), (5, 0), (4, 2)]);
    // Only bars count on which the whole has a value: 4, 6, 7, 2 with averages 4, 4.3, 5.7, 5.
    check_signal(
        &entry("", "close > 3 and sma(close, 3) > 5"),
        &closes,
        [4, 1, 1, 0, 0],
        (Some(4), Some(4)),
        &[(3, 0), (1, 2)],
    );
    // No chain: nothing to tell.
    check_signal(&entry("", "close > 6 or close < 3"), &closes, [6, 2, 1, 0, 1], (Some(4), Some(5)), &[]);
}

#[test]
fn very_long_chains_are_taken_apart_as_far_as_is_useful() {
    let chain = (0..40).map(|n| format!("close > {n}")).collect::<Vec<_>>().join(" and ");
    let outcome =
        one(&format!("emit_signal({chain}, entry(TICKER, \"LONG\"))"), SPOT, &from_closes(&[50.0; 3]), |_| {});
    let parts = &outcome.signals[0].parts;
    assert!(parts.len() <= 12 && parts.iter().all(|part| part.held == 3), "{parts:?}");
}
