//! Warm-up, settling, verdicts and start dates against figures worked out by hand.

use signal_analysis::{Verdict, WarmupReport};
use signal_market::{Date, Timeframe};
use signal_project::Flags;

use crate::analysed;

fn report(script: &str) -> WarmupReport {
    analysed(script, &Flags::default(), None, |analysis| analysis.facts.report().clone())
}

/// Asserts warm-up, settling and chain of the last name of a script.
#[track_caller]
fn check(script: &str, warmup: Option<u64>, settle: Option<u64>, because: &[&str]) {
    let report = report(script);
    let last = &report.names.last().unwrap().value;
    assert_eq!((last.warmup, last.settle), (warmup, settle), "{script}");
    assert_eq!(last.because, because, "{script}");
}

#[test]
fn warm_up_follows_the_table_of_the_language() {
    check("x = 5", Some(0), Some(0), &[]);
    check("x = close", Some(0), Some(0), &[]);
    check("x = sma(close, 20)", Some(19), Some(0), &["sma(close, 20)"]);
    check("x = close > sma(close, 20) and sma(close, 50) > 1", Some(49), Some(0), &["sma(close, 50)"]);
    check("x = sma(close, 20)[-1]", Some(19), Some(0), &["sma(close, 20)"]);
    check("x = sma(close, 20)[-3]", Some(21), Some(0), &["sma(close, 20)[-3]", "sma(close, 20)"]);
    check("x = sma(sma(close, 20), 10)", Some(28), Some(0), &["sma(sma(close, 20), 10)", "sma(close, 20)"]);
    check("x = not (close > sma(close, 7))", Some(6), Some(0), &["sma(close, 7)"]);
    check("x = sma(close, 3) if close > 1 else sma(close, 9)", Some(8), Some(0), &["sma(close, 9)"]);
}

#[test]
fn warm_up_goes_through_names_constants_and_parts_of_results() {
    check("n = 7\nx = sma(close, n * 2)", Some(13), Some(0), &["sma(close, n * 2)"]);
    check("fast, slow = 12, (26)\nx = sma(close, slow)", Some(25), Some(0), &["sma(close, slow)"]);
    check("slow = sma(close, 50)\nx = slow", Some(49), Some(0), &["sma(close, 50)"]);
    check("a, b, c = macd(close, 12, 26, 9)\nx = b", Some(33), Some(69), &["macd(close, 12, 26, 9)"]);
    check("a, b = sma(close, 5), sma(close, 9)\nx = a", Some(4), Some(0), &["sma(close, 5)"]);
    check("x = bbands(close, 20, 2, 2).upper", Some(19), Some(0), &["bbands(close, 20, 2, 2)"]);
    check("x = sma(close, 5)\nx = sma(x, 5)", Some(8), Some(0), &["sma(x, 5)", "sma(close, 5)"]);
}

#[test]
fn recursive_indicators_settle_later_and_cumulative_ones_never() {
    check("x = ema(close, 200)", Some(199), Some(461), &["ema(close, 200)"]);
    check("x = rsi(close, 14)", Some(14), Some(63), &["rsi(close, 14)"]);
    check("x = sma(ema(close, 200), 15)", Some(213), Some(461), &["sma(ema(close, 200), 15)", "ema(close, 200)"]);
    check("x = ema(close, 200) + sma(close, 700)", Some(699), Some(0), &["sma(close, 700)"]);
    check("x = obv(close, volume)", Some(0), None, &[]);
}

#[test]
fn what_never_settles_is_told_from_what_nobody_knows() {
    let never =
        |script: &str| report(script).names.last().map(|last| (last.value.settle, last.value.never_settles)).unwrap();
    assert_eq!(never("x = sma(obv(close, volume), 5)"), (None, true));
    assert_eq!(never("x = kama(close, 10)"), (None, false));
    assert_eq!(never("x = ema(close, 10)"), (Some(23), false));
}

#[test]
fn what_can_t_be_predicted_says_why() {
    check("x = wobble(close, 5)", None, None, &["wobble(close, 5) is not in the catalog"]);
    check(
        "x = sma(close, volume)",
        None,
        None,
        &["sma(close, volume) has a period that is not a constant within its bounds"],
    );
    check("x = sma(close, 0)", None, None, &["sma(close, 0) has a period that is not a constant within its bounds"]);
    check("x = close[0]", None, None, &["close[0] counts from the first bar of the range"]);
    check("x = nothing", None, None, &["nothing is not defined"]);
}

/// A daily script with a warm-up of 14 bars over a range.
fn rsi_over(start: &str, end: &str) -> String {
    format!(
        "#! timeframe = 1d\n#! start_date = {start}\n#! end_date = {end}\nlow = rsi(close, 14) < 30\n\
         emit_signal(low, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n"
    )
}

#[test]
fn the_verdict_has_three_values_around_the_limit() {
    let verdict = |start, end| report(&rsi_over(start, end)).verdict;
    // 13 or 14 bars, 14 or 15, 15 or 16, for a warm-up of 14.
    assert_eq!(verdict("2024-01-01", "2024-01-14"), Verdict::NotEnoughBars);
    assert_eq!(verdict("2024-01-01", "2024-01-15"), Verdict::Uncertain);
    assert_eq!(verdict("2024-01-01", "2024-01-16"), Verdict::Ok);
}

#[test]
fn start_dates_make_the_range_just_long_enough() {
    let found = report(&rsi_over("2024-01-01", "2024-01-10"));
    // Fourteen bars before January 1st; fifteen before the 10th, whose own bar may not count.
    assert_eq!(found.start_date_for.same_window, Some(Date::constant(2023, 12, 18)));
    assert_eq!(found.start_date_for.one_bar, Some(Date::constant(2023, 12, 26)));
    assert_eq!(report(&rsi_over("2023-12-26", "2024-01-10")).verdict, Verdict::Ok);
    assert_ne!(report(&rsi_over("2023-12-27", "2024-01-10")).verdict, Verdict::Ok);
}

#[test]
fn the_first_usable_day_is_that_of_the_first_bar_behind_the_warm_up() {
    let found = report(&rsi_over("2024-01-01", "2024-12-31"));
    assert_eq!(found.first_usable, Some(Date::constant(2024, 1, 15)));
    assert_eq!(found.usable.map(|usable| (usable.min, usable.max)), Some((351, 352)));
}

#[test]
fn a_lower_bound_that_the_range_can_t_meet_settles_the_verdict() {
    let script = |first: &str| {
        format!(
            "#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-02-01\nx = {first}\n\
             emit_signal(x > wobble(close), entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n"
        )
    };
    assert_eq!(report(&script("sma(close, 200)")).verdict, Verdict::NotEnoughBars);
    assert_eq!(report(&script("sma(close, 20)")).verdict, Verdict::Unknown);
}

#[test]
fn today_leaves_out_bars_that_are_not_closed() {
    let script = rsi_over("2024-01-01", "2024-12-31");
    let report = analysed(&script, &Flags::default(), Some(Date::constant(2024, 1, 11)), |analysis| {
        analysis.facts.report().clone()
    });
    let bars = report.window.unwrap().bars;
    assert_eq!((bars.min, bars.max), (10, 11));
    assert_eq!(report.verdict, Verdict::NotEnoughBars);
}

#[test]
fn start_dates_leave_out_the_bar_that_is_not_closed() {
    // Thursday, March 21st, in every timeframe; the range ends on, before and after it.
    let today = Date::constant(2024, 3, 21);
    for timeframe in Timeframe::ALL {
        for end in ["2024-03-19", "2024-03-20", "2024-03-21", "2024-03-24", "2024-12-31"] {
            let verdict = |start: Date| {
                let script = format!(
                    "#! timeframe = {timeframe}\n#! start_date = {start}\n#! end_date = {end}\nx = rsi(close, 14)\n"
                );
                analysed(&script, &Flags::default(), Some(today), |analysis| {
                    let report = analysis.facts.report();
                    (report.verdict, report.start_date_for.one_bar.unwrap())
                })
            };
            let (_, one_bar) = verdict(Date::constant(2024, 1, 1));
            assert_eq!(verdict(one_bar).0, Verdict::Ok, "{timeframe} from {one_bar} to {end}");
            let later = one_bar.tomorrow().unwrap();
            assert_ne!(verdict(later).0, Verdict::Ok, "{timeframe} from {later} to {end}");
        }
    }
}

#[test]
fn a_long_chain_of_names_is_told_in_part() {
    let mut script = "x0 = sma(close, 2)\n".to_owned();
    for n in 1..20_000 {
        script.push_str(&format!("x{n} = sma(x{}, 2)\n", n - 1));
    }
    let report = report(&script);
    let last = &report.names.last().unwrap().value;
    assert_eq!(last.warmup, Some(20_000));
    assert_eq!(last.because.len(), 32);
}

#[test]
fn findings_cost_no_more_in_a_script_of_many_directives() {
    let mut script = "#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-01-31\n".to_owned();
    script.push_str(&"#! mode = cross\n".repeat(8_000));
    for n in 0..8_000 {
        script.push_str(&format!("x{n} = sma(close, {})\n", 100 + n));
    }
    let began = std::time::Instant::now();
    let found = crate::check(&script);
    assert_eq!(found.iter().filter(|finding| finding.code == "not-enough-bars").count(), 8_000);
    // Their product would take minutes.
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
}
