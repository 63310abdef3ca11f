//! Counting bars, against a list of every bar that opens in the range.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use signal_market::{
    BarCount, Date, DateRange, DateTime, Reading, Timeframe, bar_open, bars, latest_start, warm_start,
};

/// Every bar as (opening time, closing time), found by walking: opens from one before `from` to the first after `to`.
fn walk(timeframe: Timeframe, from: Date, to: Date) -> Vec<(DateTime, DateTime)> {
    let opens_here = |at: DateTime| match timeframe {
        Timeframe::Month1 => at.day() == 1,
        Timeframe::W1 => at.weekday() == jiff::civil::Weekday::Monday,
        _ => true,
    };
    let step = match timeframe.minutes() {
        Some(minutes) if minutes < 1_440 => jiff::Span::new().minutes(minutes),
        _ => jiff::Span::new().days(1),
    };
    let margin = jiff::Span::new().days(match timeframe {
        Timeframe::Month1 => 32,
        Timeframe::W1 => 8,
        _ => 1,
    });
    let mut at = from.at(0, 0, 0, 0).checked_sub(margin).unwrap();
    let end = to.at(0, 0, 0, 0).checked_add(margin).unwrap();
    let mut opens = Vec::new();
    while at <= end {
        if opens_here(at) {
            opens.push(at);
        }
        at = at.checked_add(step).unwrap();
    }
    opens.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// The two counts, by their definitions.
fn brute(timeframe: Timeframe, range: DateRange, today: Option<Date>) -> BarCount {
    let DateRange { start, end } = range;
    if end < start {
        return BarCount::default();
    }
    let midnight = |date: Date| date.at(0, 0, 0, 0);
    let next = |date: Date| midnight(date.tomorrow().unwrap());
    let walked = walk(timeframe, start, end);
    let min = walked.iter().filter(|(open, close)| {
        *open >= midnight(start) && *open < midnight(end) && today.is_none_or(|today| *close <= midnight(today))
    });
    let max = walked.iter().filter(|(open, close)| {
        *close > midnight(start) && *open < next(end) && today.is_none_or(|today| *open < next(today))
    });
    BarCount { min: min.count() as u64, max: max.count() as u64 }
}

fn date(text: &str) -> Date {
    signal_market::parse_date(text).unwrap()
}

fn range(start: &str, end: &str) -> DateRange {
    DateRange { start: date(start), end: date(end) }
}

fn check(timeframe: &str, start: &str, end: &str, today: Option<&str>, min: u64, max: u64) {
    let timeframe = timeframe.parse().unwrap();
    let (range, today) = (range(start, end), today.map(date));
    let expected = BarCount { min, max };
    assert_eq!(bars(timeframe, range, today), expected, "{timeframe} {start}..{end} {today:?}");
    assert_eq!(brute(timeframe, range, today), expected, "the walk: {timeframe} {start}..{end} {today:?}");
}

#[test]
fn a_leap_year_of_days_has_366_and_the_narrow_reading_one_less() {
    check("1d", "2024-01-01", "2024-12-31", None, 365, 366);
    check("1d", "2023-01-01", "2023-12-31", None, 364, 365);
}

#[test]
fn bars_within_a_day_come_in_whole_days() {
    check("1h", "2024-01-01", "2024-06-30", None, 181 * 24, 182 * 24);
    check("4h", "2024-02-28", "2024-03-01", None, 12, 18);
    check("1m", "2024-02-29", "2024-02-29", None, 0, 1_440);
    check("30m", "2023-12-31", "2024-01-01", None, 48, 96);
}

#[test]
fn a_partial_first_week_or_month_counts_in_the_wide_reading_alone() {
    // 2024-01-01 is a Monday.
    check("1w", "2024-01-01", "2024-12-31", None, 53, 53);
    check("1w", "2024-01-02", "2024-12-31", None, 52, 53);
    check("1w", "2024-01-02", "2024-01-08", None, 0, 2);
    check("1M", "2024-01-01", "2024-12-31", None, 12, 12);
    check("1M", "2024-01-02", "2024-12-31", None, 11, 12);
    check("1M", "2024-01-31", "2024-02-01", None, 0, 2);
    check("1w", "2020-12-28", "2021-01-04", None, 1, 2);
}

#[test]
fn a_range_that_ends_before_it_starts_holds_nothing() {
    for timeframe in Timeframe::ALL {
        // Wednesday to Tuesday of one week: the wide reading must not find the week that contains both.
        check(timeframe.as_str(), "2024-01-03", "2024-01-02", None, 0, 0);
        check(timeframe.as_str(), "2024-06-03", "2020-01-02", Some("2022-01-01"), 0, 0);
    }
}

#[test]
fn bars_of_the_future_do_not_count() {
    check("1d", "2024-01-01", "2024-12-31", Some("2024-01-10"), 9, 10);
    check("1h", "2024-01-01", "2024-01-10", Some("2024-01-10"), 9 * 24, 10 * 24);
    check("1h", "2024-01-01", "2024-01-09", Some("2024-01-10"), 8 * 24, 9 * 24);
    // Wednesday the 10th: the week of the 8th is open, not closed.
    check("1w", "2024-01-01", "2024-12-31", Some("2024-01-10"), 1, 2);
    check("1M", "2023-11-01", "2024-12-31", Some("2024-01-10"), 2, 3);
    check("1d", "2024-05-01", "2024-12-31", Some("2024-01-10"), 0, 0);
}

#[test]
fn the_warm_up_of_a_window_lies_before_it() {
    let check = |timeframe: &str, warmup: u64, expected: &str| {
        let start = warm_start(timeframe.parse().unwrap(), warmup, date("2024-06-05"));
        assert_eq!(start, Some(date(expected)), "{timeframe} {warmup}");
    };
    check("1d", 0, "2024-06-05");
    check("1d", 199, "2023-11-19");
    check("1h", 200, "2024-05-27");
    check("4h", 199, "2024-05-02");
    check("5m", 14, "2024-06-04");
    // 2024-06-05 is a Wednesday: the week before it opens on the 3rd.
    check("1w", 1, "2024-06-03");
    check("1w", 2, "2024-05-27");
    check("1M", 24, "2022-07-01");
}

#[test]
fn the_edges_of_the_calendar_give_none_or_a_date_and_never_panic() {
    for timeframe in Timeframe::ALL {
        for reading in [Reading::Narrow, Reading::Wide] {
            for date in [Date::MIN, Date::MAX, Date::ZERO] {
                for count in [0, 1, 2, 1_000, u64::from(u32::MAX), i64::MAX as u64, u64::MAX] {
                    let start = latest_start(timeframe, count, date, reading);
                    assert!(start.is_none_or(|start| start <= date));
                    let _ = bar_open(timeframe, date, count, reading);
                    let _ = warm_start(timeframe, count, date);
                }
                assert_eq!(latest_start(timeframe, u64::MAX, date, reading), None);
                assert_eq!(bar_open(timeframe, date, u64::MAX, reading), None);
            }
        }
        let all = DateRange { start: Date::MIN, end: Date::MAX };
        for today in [None, Some(Date::MIN), Some(Date::MAX)] {
            let count = bars(timeframe, all, today);
            assert!(count.min <= count.max);
        }
        assert_eq!(latest_start(timeframe, 1, Date::MAX, Reading::Wide), Some(Date::MAX));
    }
    let days = bars(Timeframe::D1, DateRange { start: Date::MIN, end: Date::MAX }, None);
    assert_eq!(days.max, 7_304_484, "19,999 Gregorian years of 365.2425 days");
}

fn timeframes() -> impl Strategy<Value = Timeframe> {
    proptest::sample::select(Timeframe::ALL.to_vec())
}

fn dates() -> impl Strategy<Value = Date> {
    (0i64..11_000).prop_map(|day| jiff::civil::date(1999, 11, 20).checked_add(jiff::Span::new().days(day)).unwrap())
}

/// Lengths that fit the timeframe, so that a walk over minutes stays short.
fn length(timeframe: Timeframe, pick: i64) -> jiff::Span {
    let most = match timeframe {
        Timeframe::M1 | Timeframe::M5 => 12,
        Timeframe::M15 | Timeframe::M30 => 60,
        Timeframe::H1 | Timeframe::H4 => 200,
        _ => 1_500,
    };
    jiff::Span::new().days(pick % (most + 3) - 2)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn counting_agrees_with_walking(
        timeframe in timeframes(), start in dates(), pick in 0i64..100_000, now in proptest::option::of(-40i64..1_600),
    ) {
        let range = DateRange { start, end: start.checked_add(length(timeframe, pick)).unwrap() };
        let today = now.map(|days| start.checked_add(jiff::Span::new().days(days)).unwrap());
        let count = bars(timeframe, range, today);
        prop_assert_eq!(count, brute(timeframe, range, today));
        prop_assert!(count.min <= count.max);
    }

    #[test]
    fn the_latest_start_has_enough_bars_and_the_day_after_has_not(
        timeframe in timeframes(), end in dates(), wanted in 1u64..400, wide in any::<bool>(),
    ) {
        let reading = if wide { Reading::Wide } else { Reading::Narrow };
        let held = |start: Date| {
            let count = bars(timeframe, DateRange { start, end }, None);
            if wide { count.max } else { count.min }
        };
        let start = latest_start(timeframe, wanted, end, reading).unwrap();
        prop_assert!(start <= end);
        prop_assert!(held(start) >= wanted);
        prop_assert!(held(start.tomorrow().unwrap()) < wanted);
    }

    #[test]
    fn a_warm_start_leaves_the_warm_up_before_the_window_under_both_readings(
        timeframe in timeframes(), first in dates(), warmup in 0u64..300,
    ) {
        let start = warm_start(timeframe, warmup, first).unwrap();
        let window = first.at(0, 0, 0, 0);
        for reading in [Reading::Narrow, Reading::Wide] {
            // The bar behind the warm-up opens no later than the first one of the window.
            let usable = bar_open(timeframe, start, warmup, reading).unwrap();
            let opens = bar_open(timeframe, first, 0, Reading::Narrow).unwrap();
            prop_assert!(usable <= opens);
        }
        if warmup > 0 {
            prop_assert!(bar_open(timeframe, start, warmup - 1, Reading::Narrow).unwrap() < window);
            let later = start.tomorrow().unwrap();
            prop_assert!(bar_open(timeframe, later, warmup - 1, Reading::Narrow).unwrap() >= window);
        }
    }

    #[test]
    fn opening_times_are_those_of_the_walk(timeframe in timeframes(), start in dates(), index in 0usize..40) {
        let to = start.checked_add(jiff::Span::new().days(40 * 31)).unwrap();
        let to = if timeframe < Timeframe::D1 { start.checked_add(jiff::Span::new().days(8)).unwrap() } else { to };
        let walked = walk(timeframe, start, to);
        let midnight = start.at(0, 0, 0, 0);
        let narrow = walked.iter().filter(|(open, _)| *open >= midnight).nth(index).map(|(open, _)| *open);
        let wide = walked.iter().filter(|(_, close)| *close > midnight).nth(index).map(|(open, _)| *open);
        prop_assert_eq!(bar_open(timeframe, start, index as u64, Reading::Narrow), narrow);
        prop_assert_eq!(bar_open(timeframe, start, index as u64, Reading::Wide), wide);
    }
}
