//! What a run counts of each signal.

use super::*;

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
