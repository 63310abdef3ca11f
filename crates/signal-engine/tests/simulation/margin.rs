//! Liquidation: where the margin of a position is gone.

use super::*;

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
