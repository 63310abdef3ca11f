//! The largest period that fits, against writing it into the script.

use signal_analysis::{LargestPeriod, largest_periods};
use signal_project::Flags;
use signal_text::Edit;

use crate::analysed;

const RANGE: &str = "#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-06-30\n";

fn periods(script: &str, usable: u64) -> Vec<LargestPeriod> {
    analysed(script, &Flags::default(), None, |analysis| largest_periods(&analysis.facts, usable)).unwrap()
}

/// Bars that are left for certain; `None` where the warm-up is not known.
fn left(script: &str) -> Option<u64> {
    analysed(script, &Flags::default(), None, |analysis| Some(analysis.facts.report().usable?.min))
}

/// Asserts which numbers are found, and that each is the largest: written into the script it leaves enough, and nothing
/// larger does.
#[track_caller]
fn check(script: &str, usable: u64, expected: &[(&str, u64, Option<u64>)]) {
    let script = format!("{RANGE}{script}\n");
    let found = periods(&script, usable);
    let told: Vec<_> =
        found.iter().map(|own| (own.name.as_deref().unwrap_or(&own.parameter), own.value, own.largest)).collect();
    assert_eq!(told, expected, "{script}");
    for period in &found {
        let with = |value: u64| {
            let edit = Edit { span: period.span, text: value.to_string() };
            left(&signal_text::apply_edits(&script, &[edit]).unwrap())
        };
        if let Some(largest) = period.largest {
            assert!(with(largest).is_some_and(|left| left >= usable), "{largest} in {script}");
        }
        let next = period.largest.unwrap_or(1) + 1;
        assert!((next..next + 400).all(|value| with(value).is_none_or(|left| left < usable)), "{script}");
    }
}

#[test]
fn the_largest_period_is_exact() {
    // 181 bars for certain.
    check("x = sma(close, 20)", 1, &[("timeperiod", 20, Some(181))]);
    check("x = sma(close, 20)", 100, &[("timeperiod", 20, Some(82))]);
    check("x = rsi(close, 14)", 1, &[("timeperiod", 14, Some(180))]);
    check("x = sma(ema(close, 50), 10)", 1, &[("timeperiod", 10, Some(132)), ("timeperiod", 50, Some(172))]);
    check("x = sma(close, 20)[-5]", 1, &[("index", 5, Some(162)), ("timeperiod", 20, Some(177))]);
    check("x = macd(close, 12, 26, 9)", 1, &[("slowperiod", 26, Some(173)), ("signalperiod", 9, Some(156))]);
    // Even periods alone.
    check("x = frama(close, 16)", 1, &[("timeperiod", 16, Some(180))]);
    // Too much already.
    check("x = sma(close, 500)", 1, &[("timeperiod", 500, Some(181))]);
    check("x = sma(close, 500) + sma(close, 600)[-3]", 1, &[("index", 3, None), ("timeperiod", 600, None)]);
}

#[test]
fn a_period_that_a_name_holds_is_the_line_to_change() {
    check("n = 10\nfast = sma(close, n)\nslow = sma(close, 3 * n)", 1, &[("n", 10, Some(60))]);
    check("n = 10\nm = n\nx = sma(sma(close, m), n)", 1, &[("n", 10, Some(91))]);
    let found = periods(&format!("{RANGE}n = 10\nx = sma(close, n)\n"), 1);
    assert_eq!((found[0].line, found[0].call.as_str()), (4, "sma(close, n)"));
}

#[test]
fn without_dates_or_a_known_warm_up_there_is_no_answer() {
    for script in ["x = sma(close, 20)".to_owned(), format!("{RANGE}x = wobble(sma(close, 20))\n")] {
        let found = analysed(&script, &Flags::default(), None, |analysis| largest_periods(&analysis.facts, 1));
        assert_eq!(found, None);
    }
}
