//! The equity curve as the page draws it: by time, with its drawdown, thinned without losing an extreme.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use signal_api::models::EquityPoint;

/// What the account was worth at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    /// Seconds since 1970; the point's number where the server gives no times.
    pub(crate) at: i64,
    /// Worth in quote currency.
    pub(crate) equity: f64,
    /// Fall from the highest worth so far, in percent; never above 0.
    pub(crate) drawdown: f64,
}

/// A curve in order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Curve {
    /// Its points.
    pub(crate) points: Vec<Point>,
    /// Whether [`Point::at`] is a time.
    pub(crate) timed: bool,
}

impl Curve {
    /// The curve of what the server sent. The falls are the server's where it gives all of them, else they are computed.
    pub(crate) fn new(sent: &[EquityPoint]) -> Self {
        let times: Option<Vec<i64>> = sent.iter().map(|point| seconds(&point.time)).collect();
        let timed = times.is_some();
        let given = sent.iter().all(|point| point.drawdown_pct.is_some());
        let times = times.unwrap_or_else(|| (0..sent.len() as i64).collect());
        let mut points: Vec<Point> = sent
            .iter()
            .zip(times)
            .filter(|(point, _)| point.equity.is_finite())
            .map(|(point, at)| Point {
                at,
                equity: point.equity,
                drawdown: -point.drawdown_pct.filter(|fall| fall.is_finite()).unwrap_or(0.0).abs(),
            })
            .collect();
        points.sort_by_key(|point| point.at);
        if !given {
            let mut peak = f64::NEG_INFINITY;
            for point in &mut points {
                peak = peak.max(point.equity);
                point.drawdown = if peak > 0.0 { (point.equity / peak - 1.0) * 100.0 } else { 0.0 };
            }
        }
        Self { points, timed }
    }

    /// At most about four points for each of `columns` equal parts of the time: the first, the lowest, the highest and
    /// the deepest fall of each, in order; and the very last.
    pub(crate) fn thinned(&self, columns: usize) -> Vec<Point> {
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else { return Vec::new() };
        if self.points.len() <= columns * 2 {
            return self.points.clone();
        }
        let width = (last.at - first.at).max(1) as f64 / columns as f64;
        let column = |point: &Point| ((point.at - first.at) as f64 / width) as usize;
        let mut kept = Vec::with_capacity(columns * 4);
        for part in self.points.chunk_by(|one, next| column(one) == column(next)) {
            let by = |key: fn(&Point) -> f64| (0..part.len()).min_by(|a, b| key(&part[*a]).total_cmp(&key(&part[*b])));
            let extremes = [by(|point| point.equity), by(|point| -point.equity), by(|point| point.drawdown)];
            let mut numbers: Vec<usize> = std::iter::once(0).chain(extremes.into_iter().flatten()).collect();
            numbers.sort_unstable();
            numbers.dedup();
            kept.extend(numbers.into_iter().map(|number| part[number]));
        }
        if kept.last() != Some(last) {
            kept.push(*last);
        }
        kept
    }
}

/// A time as seconds since 1970: RFC 3339, or a date with or without a time of day, which is taken for UTC.
pub(crate) fn seconds(time: &str) -> Option<i64> {
    let utc = |civil: DateTime| civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    let moment = time.parse::<Timestamp>().ok();
    let moment = moment.or_else(|| utc(time.parse::<DateTime>().ok()?));
    let moment = moment.or_else(|| utc(time.parse::<Date>().ok()?.to_datetime(jiff::civil::Time::midnight())));
    moment.map(Timestamp::as_second)
}

/// The civil time of seconds since 1970, in UTC.
pub(crate) fn civil(seconds: i64) -> Option<DateTime> {
    Timestamp::from_second(seconds).ok().map(|moment| TimeZone::UTC.to_datetime(moment))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(values: &[f64]) -> Vec<EquityPoint> {
        let at = |day: usize| civil(day as i64 * 86_400).unwrap().date().to_string();
        let point = |(day, equity): (usize, &f64)| EquityPoint { time: at(day), equity: *equity, drawdown_pct: None };
        values.iter().enumerate().map(point).collect()
    }

    #[test]
    fn the_fall_is_counted_from_the_highest_worth_so_far() {
        let curve = Curve::new(&sent(&[100.0, 120.0, 90.0, 130.0, 65.0]));
        let falls: Vec<f64> = curve.points.iter().map(|point| point.drawdown).collect();
        assert_eq!(falls, [0.0, 0.0, -25.0, 0.0, -50.0]);
        assert!(curve.timed);
    }

    #[test]
    fn a_server_s_own_falls_are_taken_whatever_their_sign() {
        for sign in [-1.0, 1.0] {
            let mut sent = sent(&[100.0, 90.0]);
            sent[0].drawdown_pct = Some(0.0);
            sent[1].drawdown_pct = Some(12.5 * sign);
            assert_eq!(Curve::new(&sent).points[1].drawdown, -12.5);
        }
    }

    #[test]
    fn thinning_loses_no_extreme() {
        let mut values: Vec<f64> = (0..50_000).map(|day| 1_000.0 + f64::from(day % 97)).collect();
        (values[12_345], values[40_001]) = (5.0, 9_999.0);
        let curve = Curve::new(&sent(&values));
        let thinned = curve.thinned(500);
        assert!(thinned.len() <= 2_001, "{}", thinned.len());
        assert!(thinned.windows(2).all(|pair| pair[0].at < pair[1].at));
        for kept in [0, 12_345, 40_001, 49_999] {
            assert!(thinned.contains(&curve.points[kept]), "{kept}");
        }
        assert_eq!(Curve::new(&sent(&values[..30])).thinned(500).len(), 30, "a short curve stays whole");
    }

    #[test]
    fn times_are_read_in_every_form_and_their_lack_is_no_trouble() {
        for time in ["1970-01-02T00:00:00Z", "1970-01-02", "1970-01-02 00:00:00", "1970-01-02T01:00:00+01:00"] {
            assert_eq!(seconds(time), Some(86_400), "{time}");
        }
        let nameless = |equity| EquityPoint { time: String::new(), equity, drawdown_pct: None };
        let curve = Curve::new(&[nameless(1.0), nameless(f64::NAN), nameless(2.0)]);
        assert_eq!((curve.timed, curve.points.len(), curve.points[1].at), (false, 2, 2));
        assert_eq!(Curve::new(&[]).thinned(10), []);
    }
}
