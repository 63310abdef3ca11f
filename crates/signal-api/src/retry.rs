//! How long to wait before the next try, and when to give up.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use jiff::Timestamp;

/// How often a `GET` is tried and how long it waits in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Tries in all, at least one.
    pub tries: u32,
    /// Pause before the second try; doubles from try to try.
    pub first_pause: Duration,
    /// No pause is longer. A server that asks for more with `Retry-After` is not asked again.
    pub longest_pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { tries: 4, first_pause: Duration::from_millis(300), longest_pause: Duration::from_secs(20) }
    }
}

impl Patience {
    /// The pause before try number `tried + 1`; `None`: give up.
    pub(crate) fn pause(self, tried: u32, retry_after: Option<Duration>) -> Option<Duration> {
        if tried >= self.tries {
            return None;
        }
        let doubled = self.first_pause.saturating_mul(1 << tried.saturating_sub(1).min(16)).min(self.longest_pause);
        // Between half and all of it, so that clients that failed together don't come back together.
        let pause = doubled.mul_f64(0.5 + 0.5 * random_fraction());
        match retry_after {
            Some(asked) if asked > self.longest_pause => None,
            Some(asked) => Some(asked.max(pause)),
            None => Some(pause),
        }
    }
}

/// A number in 0..1. The standard library seeds each hasher by chance, which is chance enough for jitter.
fn random_fraction() -> f64 {
    let bits = RandomState::new().build_hasher().finish() >> 11;
    bits as f64 / (1_u64 << 53) as f64
}

/// Reads a `Retry-After` header: seconds, or an HTTP date (RFC 9110, 10.2.3), which is counted from `now`.
pub(crate) fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(header).ok()?;
    // A date that has passed means: now.
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        for (header, seconds) in [
            ("7", Some(7)),
            (" 120 ", Some(120)),
            ("0", Some(0)),
            ("Thu, 01 Jan 2026 00:00:30 GMT", Some(30)),
            ("Wed, 31 Dec 2025 23:00:00 GMT", Some(0)),
            ("soon", None),
            ("-5", None),
            ("NaN", None),
            ("1e300", None),
            ("", None),
        ] {
            assert_eq!(retry_after(header, now), seconds.map(Duration::from_secs), "{header}");
        }
    }

    #[test]
    fn pauses_double_within_their_bounds_and_end() {
        let patience =
            Patience { tries: 4, first_pause: Duration::from_millis(100), longest_pause: Duration::from_millis(300) };
        for (tried, low, high) in [(1, 50, 100), (2, 100, 200), (3, 150, 300)] {
            let pause = patience.pause(tried, None).unwrap();
            assert!(pause >= Duration::from_millis(low) && pause <= Duration::from_millis(high), "{tried}: {pause:?}");
        }
        assert_eq!(patience.pause(4, None), None);
    }

    #[test]
    fn a_server_that_asks_for_a_long_wait_is_not_asked_again() {
        let patience = Patience::default();
        assert_eq!(patience.pause(1, Some(Duration::from_secs(3600))), None);
        assert_eq!(patience.pause(1, Some(Duration::from_secs(9))), Some(Duration::from_secs(9)));
    }
}
