//! Scales of a chart: where a value lies between the lowest and the highest, and which values are worth a line.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::curve::civil;

/// A range of values and how it is spread over a height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    logarithmic: bool,
}

impl Scale {
    /// A scale that holds everything from `low` to `high`, with a little air.
    pub(crate) fn linear(low: f64, high: f64) -> Self {
        let air = if high > low { (high - low) * 0.04 } else { high.abs().max(1.0) * 0.01 };
        Self { low: low - air, high: high + air, logarithmic: false }
    }

    /// A scale from the deepest fall to zero.
    pub(crate) fn falls(deepest: f64) -> Self {
        // Where nothing fell, the scale is one that shows it: to -1 %.
        let low = if deepest > -0.005 { -1.0 } else { deepest * 1.04 };
        Self { low, high: 0.0, logarithmic: false }
    }

    /// As [`Scale::linear`], equal ratios equally high; `None` where a value is not above zero, or all are the same.
    pub(crate) fn logarithmic(low: f64, high: f64) -> Option<Self> {
        (low > 0.0 && high > low && high.is_finite()).then(|| {
            let air = (high / low).ln().max(0.02) * 0.04;
            Self { low: low * (-air).exp(), high: high * air.exp(), logarithmic: true }
        })
    }

    /// How far below the top a value lies: 0 at the top, 1 at the bottom.
    pub(crate) fn place(self, value: f64) -> f64 {
        let of = |value: f64| if self.logarithmic { value.ln() } else { value };
        (of(self.high) - of(value)) / (of(self.high) - of(self.low))
    }

    /// Lowest and highest value, and whether equal ratios are equally high: what a script needs to do the same.
    pub(crate) const fn ends(self) -> (f64, f64, bool) {
        (self.low, self.high, self.logarithmic)
    }

    /// Round values inside it, lowest first: about `count`, for lines and their labels.
    pub(crate) fn lines(self, count: usize) -> Vec<f64> {
        let step = nice((self.high - self.low) / count.max(1) as f64);
        let even = || -> Vec<f64> {
            let first = (self.low / step).ceil();
            (0..=count * 3).map(|n| (first + n as f64) * step).take_while(|value| *value <= self.high).collect()
        };
        if !self.logarithmic {
            return even();
        }
        let decades = self.low.log10().floor() as i32..=self.high.log10().ceil() as i32;
        let round: Vec<f64> = decades
            .flat_map(|power| [1.0, 2.0, 5.0].map(|factor| factor * 10f64.powi(power)))
            .filter(|value| (self.low..=self.high).contains(value))
            .collect();
        // Within less than a decade, round steps tell more than 1, 2 and 5.
        if round.len() < 3 { even() } else { thin(round, count) }
    }
}

fn thin(values: Vec<f64>, count: usize) -> Vec<f64> {
    let every = values.len().div_ceil(count.max(1) + 2).max(1);
    values.into_iter().step_by(every).collect()
}

/// The round number at or above a step: 1, 2, 2.5 or 5 times a power of ten.
fn nice(step: f64) -> f64 {
    if !(step > 0.0 && step.is_finite()) {
        return 1.0;
    }
    let power = 10f64.powf(step.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|nice| *nice >= step).unwrap_or(step)
}

/// How many decimals tell values with such a step apart.
pub(crate) fn decimals(values: &[f64]) -> usize {
    let step = values.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
    (0..8)
        .find(|places| {
            let scaled = step * 10f64.powi(*places);
            scaled >= 0.99 && (scaled - scaled.round()).abs() < 1e-6
        })
        .map_or(0, |places| places as usize)
}

/// The distance between two marks on the axis of time.
#[derive(Clone, Copy)]
enum Step {
    Hours(i32),
    /// So many days, counted anew from the first of each month.
    Days(i8),
    Months(i8),
    Years(i16),
}

const STEPS: [Step; 19] = [
    Step::Hours(1),
    Step::Hours(3),
    Step::Hours(6),
    Step::Hours(12),
    Step::Days(1),
    Step::Days(2),
    Step::Days(4),
    Step::Days(8),
    Step::Days(16),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Years(1),
    Step::Years(2),
    Step::Years(5),
    Step::Years(10),
    Step::Years(20),
    Step::Years(50),
];

impl Step {
    /// Its length in seconds, on average.
    fn seconds(self) -> f64 {
        match self {
            Self::Hours(hours) => f64::from(hours) * 3_600.0,
            Self::Days(days) => f64::from(days) * 86_400.0,
            Self::Months(months) => f64::from(months) * 30.44 * 86_400.0,
            Self::Years(years) => f64::from(years) * 365.25 * 86_400.0,
        }
    }

    /// A mark at or before a moment.
    fn origin(self, moment: DateTime) -> Option<DateTime> {
        let date = moment.date();
        let date = match self {
            Self::Hours(_) => Some(date),
            Self::Days(_) => Some(date.first_of_month()),
            Self::Months(_) => Date::new(date.year(), 1, 1).ok(),
            Self::Years(years) => Date::new(date.year() - date.year().rem_euclid(years), 1, 1).ok(),
        };
        date.map(|date| date.to_datetime(Time::midnight()))
    }

    /// The mark after another one.
    fn next(self, mark: DateTime) -> Option<DateTime> {
        match self {
            Self::Hours(hours) => mark.checked_add(hours.hours()).ok(),
            Self::Months(months) => mark.checked_add(months.months()).ok(),
            Self::Years(years) => mark.checked_add(years.years()).ok(),
            Self::Days(days) => {
                let next = mark.checked_add(days.days()).ok()?;
                // One that comes close to the next first of a month gives way to it.
                let crowded = next.month() != mark.month() || next.date().last_of_month().day() - next.day() < days / 2;
                if !crowded {
                    return Some(next);
                }
                let first = mark.date().last_of_month().tomorrow().ok()?;
                Some(first.to_datetime(Time::midnight()))
            }
        }
    }

    const fn form(self) -> &'static str {
        match self {
            Self::Hours(_) => "%d %b %H:%M",
            Self::Days(_) => "%d %b",
            Self::Months(_) => "%b %Y",
            Self::Years(_) => "%Y",
        }
    }
}

/// Round moments between two, as seconds since 1970 with their words: years, months, days or hours, at most `most`.
pub(crate) fn moments(from: i64, to: i64, most: usize) -> Vec<(i64, String)> {
    let span = to.saturating_sub(from) as f64;
    let fits = |step: &Step| span / step.seconds() <= most as f64 - 0.5;
    let Some(step) = STEPS.into_iter().find(fits) else { return Vec::new() };
    let mut mark = civil(from).and_then(|moment| step.origin(moment));
    let mut found = Vec::new();
    while let Some(time) = mark {
        let Ok(at) = TimeZone::UTC.to_timestamp(time).map(Timestamp::as_second) else { break };
        if at > to || found.len() >= most {
            break;
        }
        if at >= from {
            found.push((at, time.strftime(step.form()).to_string()));
        }
        mark = step.next(time);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::curve::seconds;
    use super::*;

    #[test]
    fn values_lie_between_top_and_bottom() {
        let scale = Scale::linear(0.0, 100.0);
        assert!(scale.place(100.0) > 0.0 && scale.place(0.0) < 1.0 && (scale.place(50.0) - 0.5).abs() < 1e-12);
        let scale = Scale::logarithmic(1.0, 100.0).unwrap();
        assert!((scale.place(10.0) - 0.5).abs() < 1e-12);
        assert_eq!(Scale::logarithmic(0.0, 100.0), None);
        assert_eq!(Scale::falls(-20.0).place(0.0), 0.0);
        let flat = Scale::linear(5.0, 5.0);
        assert!((flat.place(5.0) - 0.5).abs() < 1e-12, "a flat curve lies in the middle");
    }

    #[test]
    fn lines_are_round_and_inside() {
        let check = |scale: Scale, expected: &[f64]| assert_eq!(scale.lines(4), expected);
        check(Scale::linear(0.0, 100.0), &[0.0, 50.0, 100.0]);
        check(Scale::linear(9_900.0, 10_450.0), &[10_000.0, 10_200.0, 10_400.0]);
        check(Scale::falls(-20.0), &[-20.0, -10.0, 0.0]);
        check(Scale::logarithmic(10.0, 1_000.0).unwrap(), &[10.0, 50.0, 200.0, 1_000.0]);
        check(Scale::logarithmic(10_000.0, 14_000.0).unwrap(), &[10_000.0, 12_000.0, 14_000.0]);
        for (low, high) in [(0.0, 0.0), (-1e300, 1e300), (1e-12, 2e-12), (3.0, 3.0)] {
            let lines = Scale::linear(low, high).lines(4);
            assert!(lines.len() <= 13 && lines.is_sorted(), "{low} {high}: {lines:?}");
        }
    }

    #[test]
    fn labels_have_the_decimals_that_tell_them_apart() {
        assert_eq!(decimals(&[10.0, 20.0]), 0);
        assert_eq!(decimals(&[2.5, 5.0]), 1);
        assert_eq!(decimals(&[0.01, 0.02]), 2);
        assert_eq!(decimals(&[]), 0);
    }

    #[test]
    fn moments_are_round_whatever_the_span() {
        let check = |from: &str, to: &str, expected: &[&str]| {
            let found = moments(seconds(from).unwrap(), seconds(to).unwrap(), 5);
            assert_eq!(found.iter().map(|(_, word)| word.as_str()).collect::<Vec<_>>(), expected, "{from} {to}");
        };
        check("2020-06-01", "2024-02-01", &["2021", "2022", "2023", "2024"]);
        check("2024-01-01", "2024-12-31", &["Jan 2024", "Apr 2024", "Jul 2024", "Oct 2024"]);
        check("2024-01-01", "2024-01-30", &["01 Jan", "09 Jan", "17 Jan", "25 Jan"]);
        check(
            "2024-01-01",
            "2024-01-02",
            &["01 Jan 00:00", "01 Jan 06:00", "01 Jan 12:00", "01 Jan 18:00", "02 Jan 00:00"],
        );
        check("1900-01-01", "2024-01-01", &["1900", "1950", "2000"]);
        assert!(moments(0, 60, 5).len() <= 5);
        assert!(moments(i64::MIN, i64::MAX, 5).is_empty(), "no calendar reaches so far");
    }
}
