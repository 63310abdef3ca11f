//! Returns by month and year, computed from the equity curve.

use jiff::civil::Date;

use super::curve::{Curve, civil};

/// A calendar year of returns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Year {
    /// The year.
    pub(crate) year: i16,
    /// January to December; `None`: the curve has no point in it, or nothing to compare with.
    pub(crate) months: [Option<Return>; 12],
    /// From the end of the year before, or from the start, to the last point of the year.
    pub(crate) whole: Option<Return>,
}

/// Growth of the equity over a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Return {
    /// In percent.
    pub(crate) percent: f64,
    /// Whether the curve covers only a part of the time.
    pub(crate) partial: bool,
}

/// The returns of every year that the curve touches, oldest first: last equity of a month over the last one of the month
/// before, and `start` or else the first point before the first month. Empty where the curve has no times.
///
/// A point stands for the bar that opens at its time, as the sandbox has it: a month is whole when its first point lies on
/// its first day and no further bar would fit behind its last.
pub(crate) fn monthly(curve: &Curve, start: Option<f64>) -> Vec<Year> {
    let (Some(first), Some(last)) = (curve.points.first(), curve.points.last()) else { return Vec::new() };
    if !curve.timed {
        return Vec::new();
    }
    let bar = usual_gap(curve);
    let mut years: Vec<Year> = Vec::new();
    let mut before = start.filter(|start| *start > 0.0).unwrap_or(first.equity);
    let mut year_before = before;
    let of = |at: i64| civil(at).map(|time| (time.year(), time.month()));
    for month in curve.points.chunk_by(|one, next| of(one.at) == of(next.at)) {
        let ends = (month.first().and_then(|point| civil(point.at)), month.last());
        let (Some(opened), Some(closing)) = ends else { continue };
        let lacks_start = month.first() == Some(first) && opened.day() > 1;
        let next = civil(closing.at.saturating_add(bar)).map(|time| (time.year(), time.month()));
        let lacks_end = closing == last && next == Some((opened.year(), opened.month()));
        let partial = lacks_start || lacks_end;
        if years.last().is_none_or(|year| year.year != opened.year()) {
            years.push(Year { year: opened.year(), months: [None; 12], whole: None });
            year_before = before;
        }
        let Some(year) = years.last_mut() else { continue };
        let month_number = usize::from(opened.month().unsigned_abs()).saturating_sub(1);
        year.months[month_number] = grown(before, closing.equity, partial);
        let starts_late = opened.year() == of(first.at).unwrap_or_default().0 && !is_new_year(first.at);
        let ends_early = next.is_some_and(|(later, _)| later == opened.year());
        year.whole = grown(year_before, closing.equity, starts_late || ends_early);
        before = closing.equity;
    }
    years
}

fn grown(before: f64, after: f64, partial: bool) -> Option<Return> {
    (before > 0.0).then(|| Return { percent: (after / before - 1.0) * 100.0, partial })
}

fn is_new_year(at: i64) -> bool {
    civil(at).is_some_and(|time| time.date() == Date::constant(time.year(), 1, 1))
}

/// The gap between two neighbours that most of them have, in seconds; a few may lie further apart.
fn usual_gap(curve: &Curve) -> i64 {
    let mut gaps: Vec<i64> = curve.points.windows(2).map(|pair| pair[1].at - pair[0].at).collect();
    gaps.sort_unstable();
    gaps.get(gaps.len() / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::curve::Curve;
    use super::*;
    use signal_api::models::EquityPoint;

    /// Daily points between two days, with the worth that `worth` gives each.
    fn daily(from: &str, until: &str, worth: impl Fn(Date) -> f64) -> Curve {
        let (from, until): (Date, Date) = (from.parse().unwrap(), until.parse().unwrap());
        let points: Vec<_> = from
            .series(jiff::Span::new().days(1))
            .take_while(|date| *date <= until)
            .map(|date| EquityPoint { time: date.to_string(), equity: worth(date), drawdown_pct: None })
            .collect();
        Curve::new(&points)
    }

    /// A year as text: `2024 1 +10.00, 2 -5.00* | +4.50*`.
    fn shown(years: &[Year]) -> Vec<String> {
        let word = |own: &Return| format!("{:+.2}{}", own.percent, if own.partial { "*" } else { "" });
        let months = |year: &Year| {
            let of = |(at, own): (usize, &Option<Return>)| own.as_ref().map(|own| format!("{} {}", at + 1, word(own)));
            year.months.iter().enumerate().filter_map(of).collect::<Vec<_>>().join(", ")
        };
        years
            .iter()
            .map(|year| format!("{} {} | {}", year.year, months(year), year.whole.as_ref().map_or("-".into(), word)))
            .collect()
    }

    #[test]
    fn returns_are_those_of_an_example_by_hand() {
        // 1,000 at the start; 1,100 at the end of November, 1,045 of December, 1,149.50 of January, 1,149.50 on 10 February.
        let worth = |date: Date| match (date.year(), date.month()) {
            (2023, 11) if date.day() < 30 => 1_000.0,
            (2023, 11) => 1_100.0,
            (2023, 12) => 1_045.0,
            _ => 1_149.5,
        };
        // +10 %, then 1045/1100 = -5 %, then 1149.5/1045 = +10 %, then nothing; 2023 in all 1045/1000 = +4.5 %.
        assert_eq!(
            shown(&monthly(&daily("2023-11-01", "2024-02-10", worth), None)),
            ["2023 11 +10.00, 12 -5.00 | +4.50*", "2024 1 +10.00, 2 +0.00* | +10.00*"]
        );
    }

    #[test]
    fn months_that_are_cut_are_marked() {
        let flat = |_| 10.0;
        let marks = |from, until| shown(&monthly(&daily(from, until, flat), None));
        assert_eq!(marks("2023-01-01", "2023-01-31"), ["2023 1 +0.00 | +0.00*"], "a year of one month");
        assert_eq!(marks("2023-01-02", "2023-01-31"), ["2023 1 +0.00* | +0.00*"]);
        assert_eq!(marks("2023-01-01", "2023-01-30"), ["2023 1 +0.00* | +0.00*"]);
        let whole = marks("2023-01-01", "2023-12-31");
        assert!(whole[0].ends_with("12 +0.00 | +0.00") && !whole[0].contains('*'), "{whole:?}");
    }

    #[test]
    fn the_first_month_is_measured_from_the_starting_capital() {
        let curve = daily("2023-01-01", "2023-01-31", |_| 11_000.0);
        assert_eq!(shown(&monthly(&curve, Some(10_000.0))), ["2023 1 +10.00 | +10.00*"]);
        assert_eq!(shown(&monthly(&curve, Some(0.0))), ["2023 1 +0.00 | +0.00*"], "a capital that can't be");
    }

    #[test]
    fn a_curve_that_tells_no_returns_gives_none() {
        assert_eq!(monthly(&Curve::default(), None), []);
        let nameless = EquityPoint { time: String::new(), equity: 1.0, drawdown_pct: None };
        assert_eq!(monthly(&Curve::new(&[nameless]), None), []);
        // Ruined: there is nothing to grow from.
        let ruined = daily("2023-01-01", "2023-02-28", |date| if date.month() == 1 { 0.0 } else { 5.0 });
        assert_eq!(shown(&monthly(&ruined, Some(10.0))), ["2023 1 -100.00 | -50.00*"]);
    }
}
