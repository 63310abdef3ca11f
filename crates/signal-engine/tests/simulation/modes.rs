//! Several tickers: accounts of their own, or one that all share.

use super::*;

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
