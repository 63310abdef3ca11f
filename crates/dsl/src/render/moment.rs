//! Moments and spans of time as people say them. Clock times are UTC, in which bars are counted too.

use jiff::{SignedDuration, Timestamp};

use super::number::count;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How long ago a moment was: `just now`, `12 minutes ago`, `3 days ago`.
pub(crate) fn ago(moment: Timestamp, now: Timestamp) -> String {
    match now.duration_since(moment).as_secs() {
        // Another machine's clock may be ahead a little.
        seconds if seconds < MINUTE => "just now".to_owned(),
        seconds => format!("{} ago", span(seconds)),
    }
}

/// A wait in words, never shorter than it is: `40 s`, `12 minutes`, `2 hours 5 minutes`.
pub(crate) fn wait(wait: SignedDuration) -> String {
    let seconds = wait.as_secs() + i64::from(wait.subsec_nanos() > 0);
    if seconds < 2 * MINUTE {
        return format!("{} s", seconds.max(0));
    }
    let minutes = (seconds + MINUTE - 1) / MINUTE;
    let (hours, rest) = (minutes / 60, minutes % 60);
    match (hours, rest) {
        (0, _) => unit(minutes, "minute"),
        (_, 0) => unit(hours, "hour"),
        _ => format!("{} {}", unit(hours, "hour"), unit(rest, "minute")),
    }
}

/// What is left, for a countdown that ticks: `4:09`, `1:00:00`.
pub(crate) fn countdown(left: SignedDuration) -> String {
    let seconds = (left.as_secs() + i64::from(left.subsec_nanos() > 0)).max(0);
    let (hours, minutes, seconds) = (seconds / HOUR, seconds % HOUR / MINUTE, seconds % MINUTE);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// The time of day, rounded up to the minute, and the day where it is another than today: `14:32 UTC`.
pub(crate) fn at(moment: Timestamp, now: Timestamp) -> String {
    let seconds = moment.as_second() + i64::from(moment.subsec_nanosecond() > 0);
    let minute = Timestamp::from_second((seconds + MINUTE - 1).div_euclid(MINUTE) * MINUTE).unwrap_or(moment);
    let day = |moment: Timestamp| jiff::tz::TimeZone::UTC.to_datetime(moment);
    let form = if day(minute).date() == day(now).date() { "%H:%M UTC" } else { "%Y-%m-%d %H:%M UTC" };
    day(minute).strftime(form).to_string()
}

/// Day and minute: `2026-11-22 13:21`.
pub(crate) fn stamp(moment: Timestamp) -> String {
    jiff::tz::TimeZone::UTC.to_datetime(moment).strftime("%Y-%m-%d %H:%M").to_string()
}

/// The largest unit of which there is a whole one.
fn span(seconds: i64) -> String {
    match seconds {
        s if s < HOUR => unit(s / MINUTE, "minute"),
        s if s < DAY => unit(s / HOUR, "hour"),
        s => unit(s / DAY, "day"),
    }
}

fn unit(number: i64, word: &str) -> String {
    count(u64::try_from(number).unwrap_or(0), word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_past_is_told_in_its_largest_unit() {
        let now = moment("2026-01-10T12:00:00Z");
        for (then, expected) in [
            ("2026-01-10T12:00:30Z", "just now"),
            ("2026-01-10T11:59:01Z", "just now"),
            ("2026-01-10T11:59:00Z", "1 minute ago"),
            ("2026-01-10T11:00:01Z", "59 minutes ago"),
            ("2026-01-10T10:00:00Z", "2 hours ago"),
            ("2026-01-09T11:59:59Z", "1 day ago"),
            ("2025-01-10T12:00:00Z", "365 days ago"),
        ] {
            assert_eq!(ago(moment(then), now), expected, "{then}");
        }
    }

    #[test]
    fn waits_are_rounded_up_so_that_nobody_comes_too_early() {
        for (milliseconds, words, clock) in [
            (-5_000, "0 s", "0:00"),
            (0, "0 s", "0:00"),
            (1, "1 s", "0:01"),
            (119_000, "119 s", "1:59"),
            (120_000, "2 minutes", "2:00"),
            (120_001, "3 minutes", "2:01"),
            (3_600_000, "1 hour", "1:00:00"),
            (7_500_000, "2 hours 5 minutes", "2:05:00"),
        ] {
            let left = SignedDuration::from_millis(milliseconds);
            assert_eq!((wait(left).as_str(), countdown(left).as_str()), (words, clock), "{milliseconds}");
        }
    }

    #[test]
    fn a_time_of_day_names_the_day_only_when_it_is_another() {
        let now = moment("2026-01-10T23:50:00Z");
        assert_eq!(at(moment("2026-01-10T23:58:00Z"), now), "23:58 UTC");
        assert_eq!(at(moment("2026-01-10T23:58:00.001Z"), now), "23:59 UTC");
        assert_eq!(at(moment("2026-01-10T23:59:30Z"), now), "2026-01-11 00:00 UTC");
        assert_eq!(stamp(now), "2026-01-10 23:50");
    }
}
