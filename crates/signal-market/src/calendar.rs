//! How many bars a date range holds, and the inverse: where a range must start to hold so many.
//!
//! All bars of a timeframe are numbered along the whole calendar, so that counting is subtracting two numbers: bars of up
//! to a day by `day * bars a day`, weeks by Mondays, months by `year * 12 + month`. Day 0 is 1970-01-01, a Thursday.

use jiff::civil::{Date, DateTime};

use crate::Timeframe;

/// Days from `start` to `end`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateRange {
    /// The first day.
    pub start: Date,
    /// The last day.
    pub end: Date,
}

/// How many bars a range holds under the two readings; `min <= max` always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct BarCount {
    /// [`Reading::Narrow`]: the end day and a partial first week or month don't count.
    pub min: u64,
    /// [`Reading::Wide`]: both count.
    pub max: u64,
}

/// The two ways to read a date range. Which one is the service's is not documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// Bars that open at or after the start day's 00:00 and before the end day's 00:00.
    Narrow,
    /// Bars from the one that contains the start day's 00:00 to the last that opens on the end day.
    Wide,
}

/// The bars of `timeframe` in `range`, counted by their opening times.
///
/// With `today` (the UTC day of the question) bars of the future are left out: `max` counts those that open before the end
/// of today, `min` those that are closed at today's 00:00. A range that ends before it starts holds none.
#[must_use]
pub fn bars(timeframe: Timeframe, range: DateRange, today: Option<Date>) -> BarCount {
    let DateRange { start, end } = range;
    if end < start {
        return BarCount::default();
    }
    // A bar is closed once the next one is open, so the bar that contains today's 00:00 is the first that is not.
    let closed = today.map_or(i64::MAX, |today| containing(timeframe, today));
    let narrow = from(timeframe, end).min(closed) - from(timeframe, start);
    let last = today.map_or(end, |today| end.min(today));
    let wide = after(timeframe, last) - containing(timeframe, start);
    BarCount { min: u64::try_from(narrow).unwrap_or(0), max: u64::try_from(wide).unwrap_or(0) }
}

/// The latest start date from which a range to `end` holds at least `bars` bars under `reading`.
///
/// Never later than `end`; `None` when it would lie before the year -9999.
#[must_use]
pub fn latest_start(timeframe: Timeframe, bars: u64, end: Date, reading: Reading) -> Option<Date> {
    if bars == 0 {
        return Some(end);
    }
    let bars = i64::try_from(bars).ok()?;
    match reading {
        Reading::Narrow => {
            let first = from(timeframe, end).checked_sub(bars)?;
            // The whole day of an intraday bar: a range can't start within a day.
            Some(bar_at(timeframe, first)?.date())
        }
        Reading::Wide => {
            let first = after(timeframe, end).checked_sub(bars)?;
            Some(last_day(timeframe, first)?.min(end))
        }
    }
}

/// The latest start date that puts at least `warmup` bars before `first`'s 00:00 under the narrow reading, hence under both:
/// every bar that opens from `first` on then has its warm-up behind it.
///
/// `first` itself when `warmup` is 0; `None` when it would lie before the year -9999.
#[must_use]
pub fn warm_start(timeframe: Timeframe, warmup: u64, first: Date) -> Option<Date> {
    // The narrow reading leaves its end day out, which is what 'before first' says.
    latest_start(timeframe, warmup, first, Reading::Narrow)
}

/// When the bar with `index` (from 0) of a range that starts at `start` opens, UTC. `None` outside the years -9999 to 9999.
///
/// Narrow: bar 0 is the first that opens at or after `start`. Wide: the one that contains `start`'s 00:00.
#[must_use]
pub fn bar_open(timeframe: Timeframe, start: Date, index: u64, reading: Reading) -> Option<DateTime> {
    let first = match reading {
        Reading::Narrow => from(timeframe, start),
        Reading::Wide => containing(timeframe, start),
    };
    bar_at(timeframe, first.checked_add(i64::try_from(index).ok()?)?)
}

/// Number of the bar that contains a day's 00:00.
fn containing(timeframe: Timeframe, date: Date) -> i64 {
    match (timeframe, timeframe.bars_per_day()) {
        (_, Some(per_day)) => day_number(date) * i64::from(per_day),
        (Timeframe::Month1, None) => i64::from(date.year()) * 12 + i64::from(date.month()) - 1,
        // Monday 1969-12-29 is day -3 and opens week 0.
        (_, None) => (day_number(date) + 3).div_euclid(7),
    }
}

/// Number of the first bar that opens at or after a day's 00:00.
fn from(timeframe: Timeframe, date: Date) -> i64 {
    let number = containing(timeframe, date);
    match bar_at(timeframe, number) {
        Some(open) if open.date() == date => number,
        _ => number + 1,
    }
}

/// Number of the first bar that opens after the end of a day.
fn after(timeframe: Timeframe, date: Date) -> i64 {
    containing(timeframe, date) + i64::from(timeframe.bars_per_day().unwrap_or(1))
}

/// When the bar with this number opens.
fn bar_at(timeframe: Timeframe, number: i64) -> Option<DateTime> {
    match (timeframe, timeframe.bars_per_day()) {
        (_, Some(per_day)) => {
            let per_day = i64::from(per_day);
            let minute = number.rem_euclid(per_day) * (1_440 / per_day);
            let date = date_of(number.div_euclid(per_day))?;
            Some(date.at((minute / 60) as i8, (minute % 60) as i8, 0, 0))
        }
        (Timeframe::Month1, None) => {
            let year = i16::try_from(number.div_euclid(12)).ok()?;
            let month = number.rem_euclid(12) + 1;
            Some(Date::new(year, month as i8, 1).ok()?.at(0, 0, 0, 0))
        }
        (_, None) => Some(date_of(number.checked_mul(7)?.checked_sub(3)?)?.at(0, 0, 0, 0)),
    }
}

/// The last day whose 00:00 the bar with this number, or one on the same day, contains.
fn last_day(timeframe: Timeframe, number: i64) -> Option<Date> {
    match timeframe {
        Timeframe::Month1 => Some(bar_at(timeframe, number)?.date().last_of_month()),
        // Counted from the Sunday: the calendar's first week has no Monday in it, and its last one no Sunday.
        Timeframe::W1 => date_of(number.checked_mul(7)?.checked_add(3)?.min(day_number(Date::MAX))),
        _ => Some(bar_at(timeframe, number)?.date()),
    }
}

/// Days since 1970-01-01.
fn day_number(date: Date) -> i64 {
    // Both are dates, so the span is in days alone.
    i64::from((date - EPOCH).get_days())
}

/// The day so many days after 1970-01-01.
fn date_of(day: i64) -> Option<Date> {
    let span = jiff::Span::new().try_days(day).ok()?;
    EPOCH.checked_add(span).ok()
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);
