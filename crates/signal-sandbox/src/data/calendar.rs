//! Which bars a range holds: those that open inside it and are closed.

use jiff::civil::{Date, Weekday, date};
use signal_market::Timeframe;

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// One bar's time: from its opening (included) to its close (excluded), in epoch seconds UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub open: i64,
    pub close: i64,
}

/// The days of a run: bars that open in `start 00:00 .. end + 1 day 00:00` UTC and close by `closed_by`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Opening of the first day.
    pub from: i64,
    /// End of the last day (excluded).
    pub until: i64,
    /// Bars that close later are not closed yet.
    pub closed_by: i64,
}

impl Window {
    /// The days `start..=end` as seen on `today`: a day counts as over once the next one begins.
    pub(crate) fn new(start: Date, end: Date, today: Date) -> Self {
        Self { from: epoch_day(start) * DAY, until: (epoch_day(end) + 1) * DAY, closed_by: epoch_day(today) * DAY }
    }

    /// All days before `today`.
    pub(crate) fn until(today: Date) -> Self {
        let end = epoch_day(today) * DAY;
        Self { from: epoch_day(Date::MIN) * DAY, until: end, closed_by: end }
    }

    /// Whether a bar belongs to the range.
    pub(crate) fn holds(&self, slot: Slot) -> bool {
        self.from <= slot.open && slot.open < self.until && slot.close <= self.closed_by
    }

    /// No fewer bars than the range holds; exact to one week or month, without walking over them.
    pub(crate) fn bars_at_most(&self, timeframe: Timeframe) -> i64 {
        let seconds = (self.until.min(self.closed_by) - self.from).max(0);
        match step(timeframe) {
            Step::Seconds(length) => seconds / length,
            Step::Week => seconds / (7 * DAY) + 1,
            Step::Month => seconds / (28 * DAY) + 1,
        }
    }

    /// The part of the window that holds at least its last `bars` bars, and few more.
    pub(crate) fn last(self, timeframe: Timeframe, bars: usize) -> Self {
        let until = self.until.min(self.closed_by);
        let reach = longest(timeframe).saturating_mul(bars as i64 + 1);
        Self { from: self.from.max(until.saturating_sub(reach)), ..self }
    }

    /// A day early enough for `bars` bars up to `end`.
    pub(crate) fn days_before(end: Date, timeframe: Timeframe, bars: usize) -> Date {
        let seconds = longest(timeframe).saturating_mul(bars as i64 + 1);
        let days = (seconds / DAY + 1).min(365_000);
        end.checked_sub(jiff::ToSpan::days(days)).unwrap_or(Date::MIN)
    }

    /// The bars of the range in order.
    pub(crate) fn slots(&self, timeframe: Timeframe) -> impl Iterator<Item = Slot> + use<> {
        let window = *self;
        let first = first_slot(timeframe, window.from);
        std::iter::successors(first, move |slot| following(timeframe, *slot))
            .take_while(move |slot| window.holds(*slot))
    }
}

/// How bars follow each other.
enum Step {
    Seconds(i64),
    Week,
    Month,
}

fn step(timeframe: Timeframe) -> Step {
    match timeframe {
        Timeframe::M1 => Step::Seconds(60),
        Timeframe::M5 => Step::Seconds(300),
        Timeframe::M15 => Step::Seconds(900),
        Timeframe::M30 => Step::Seconds(1800),
        Timeframe::H1 => Step::Seconds(3600),
        Timeframe::H4 => Step::Seconds(4 * 3600),
        Timeframe::D1 => Step::Seconds(DAY),
        Timeframe::W1 => Step::Week,
        Timeframe::Month1 => Step::Month,
    }
}

/// The longest that a bar can be, in seconds.
fn longest(timeframe: Timeframe) -> i64 {
    match step(timeframe) {
        Step::Seconds(length) => length,
        Step::Week => 7 * DAY,
        Step::Month => 31 * DAY,
    }
}

/// The first bar that opens at or after `from`. `None` beyond the calendar's years.
fn first_slot(timeframe: Timeframe, from: i64) -> Option<Slot> {
    let up = |length: i64, offset: i64| {
        let ahead = (offset - from).rem_euclid(length);
        let open = from + ahead;
        Some(Slot { open, close: open + length })
    };
    match step(timeframe) {
        Step::Seconds(length) => up(length, 0),
        // 1970-01-05 was a Monday.
        Step::Week => up(7 * DAY, 4 * DAY),
        Step::Month => {
            let day = date_of(from)?;
            let month = day.first_of_month();
            let first = if from == epoch_day(month) * DAY { month } else { next_month(month)? };
            month_slot(first)
        }
    }
}

/// When the bar that opens at `open` closes; a month is over when the next one begins.
pub(crate) fn close_of(timeframe: Timeframe, open: i64) -> i64 {
    match step(timeframe) {
        Step::Seconds(length) => open + length,
        Step::Week => open + 7 * DAY,
        Step::Month => {
            let next = date_of(open).and_then(|day| next_month(day.first_of_month()));
            next.map_or(i64::MAX, |first| epoch_day(first) * DAY)
        }
    }
}

fn following(timeframe: Timeframe, slot: Slot) -> Option<Slot> {
    match step(timeframe) {
        Step::Seconds(length) => Some(Slot { open: slot.close, close: slot.close + length }),
        Step::Week => Some(Slot { open: slot.close, close: slot.close + 7 * DAY }),
        Step::Month => month_slot(date_of(slot.close)?),
    }
}

fn month_slot(first: Date) -> Option<Slot> {
    Some(Slot { open: epoch_day(first) * DAY, close: epoch_day(next_month(first)?) * DAY })
}

fn next_month(first: Date) -> Option<Date> {
    let (year, month) = (first.year(), first.month());
    if month == 12 { Date::new(year + 1, 1, 1).ok() } else { Date::new(year, month + 1, 1).ok() }
}

/// Days since 1970-01-01.
pub(crate) fn epoch_day(day: Date) -> i64 {
    let epoch = date(1970, 1, 1);
    i64::from(epoch.until(day).map_or(0, |span| span.get_days()))
}

/// The day that an epoch second lies on; `None` beyond the calendar's years.
pub(crate) fn date_of(second: i64) -> Option<Date> {
    let days = i32::try_from(second.div_euclid(DAY)).ok()?;
    date(1970, 1, 1).checked_add(jiff::ToSpan::days(days)).ok()
}

/// Days since the week's Monday.
pub(crate) fn weekday(day: Date) -> usize {
    day.weekday().since(Weekday::Monday) as usize
}

/// An epoch second as RFC 3339, UTC.
pub(crate) fn rfc3339(second: i64) -> String {
    jiff::Timestamp::from_second(second).map_or_else(|_| second.to_string(), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(timeframe: Timeframe, start: Date, end: Date, today: Date) -> usize {
        let window = Window::new(start, end, today);
        let slots: Vec<Slot> = window.slots(timeframe).collect();
        assert!(slots.iter().all(|slot| window.holds(*slot)));
        assert!(slots.windows(2).all(|pair| pair[0].close == pair[1].open));
        assert!(slots.len() as i64 <= window.bars_at_most(timeframe));
        slots.len()
    }

    #[test]
    fn a_range_holds_the_bars_that_open_in_it() {
        let later = date(2030, 1, 1);
        let (start, end) = (date(2024, 1, 1), date(2024, 12, 31));
        for (timeframe, expected) in [
            (Timeframe::M30, 366 * 48),
            (Timeframe::H1, 366 * 24),
            (Timeframe::H4, 366 * 6),
            (Timeframe::D1, 366),
            (Timeframe::W1, 53),
            (Timeframe::Month1, 12),
        ] {
            assert_eq!(count(timeframe, start, end, later), expected, "{timeframe:?}");
        }
        let start = date(2024, 1, 2);
        assert_eq!(count(Timeframe::W1, start, end, later), 52);
        assert_eq!(count(Timeframe::Month1, start, end, later), 11);
    }

    #[test]
    fn bars_that_are_not_closed_are_left_out() {
        let (start, today) = (date(2024, 1, 1), date(2024, 3, 13));
        assert_eq!(count(Timeframe::D1, start, today, today), 72);
        assert_eq!(count(Timeframe::H1, start, today, today), 72 * 24);
        assert_eq!(count(Timeframe::W1, start, today, today), 10);
        assert_eq!(count(Timeframe::Month1, start, today, today), 2);
        assert_eq!(count(Timeframe::D1, today, today, today), 0);
        assert_eq!(count(Timeframe::D1, date(2025, 1, 1), date(2025, 2, 1), today), 0);
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_trouble() {
        for timeframe in Timeframe::ALL {
            let window = Window::new(date(9999, 12, 30), date(9999, 12, 31), Date::MAX);
            assert!(window.slots(timeframe).count() <= 2 * 1440);
            let window = Window::new(Date::MIN, Date::MIN, date(2024, 1, 1));
            assert!(window.slots(timeframe).count() <= 1440);
        }
    }
}
