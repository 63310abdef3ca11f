//! How long a server may be silent: `HEYTRADERS_TIMEOUT`, for slow networks and for the impatient.

use std::time::Duration;

use signal_api::{Limits, Patience};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::service::variable;

/// Where it is set.
const TIMEOUT: &str = "HEYTRADERS_TIMEOUT";

/// What can be set. Less than the least fails in any network; an hour of silence is no network at all.
const LEAST: Duration = Duration::from_millis(50);
const MOST: Duration = Duration::from_secs(3600);

/// The limits of a client: the usual ones, or with the silence that the user puts up with. A whole answer may take six
/// times as long, as it may by default.
///
/// # Errors
/// A `HEYTRADERS_TIMEOUT` that is no time.
pub(crate) fn limits() -> Result<Limits, Failure> {
    let usual = Limits::default();
    let Some(text) = variable(TIMEOUT) else { return Ok(usual) };
    match time(&text).filter(|time| (LEAST..=MOST).contains(time)) {
        Some(silence) => Ok(Limits { silence, total: silence * 6, connect: usual.connect.min(silence), ..usual }),
        None => Err(Failure::new(
            Exit::Usage,
            "bad-timeout",
            format!("{TIMEOUT} is `{}`, which is no time that can be waited", crate::render::visible::line(&text)),
        )
        .suggest("write seconds, as in 10, or 500ms, 45s, 2m; from 50ms to an hour; unset, it is 30 seconds")),
    }
}

/// How often a question is repeated: as usual, and with shorter pauses for who waits for less.
pub(crate) fn patience(limits: &Limits) -> Patience {
    let usual = Patience::default();
    Patience { first_pause: usual.first_pause.min(limits.silence / 10), ..usual }
}

/// Reads `10`, `45s`, `500ms`, `2m`.
fn time(text: &str) -> Option<Duration> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[number.len()..] {
        "" | "s" => 1.0,
        "ms" => 0.001,
        "m" => 60.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(number.trim().parse::<f64>().ok()? * unit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_read_with_and_without_a_unit() {
        for (text, milliseconds) in [
            ("10", Some(10_000)),
            ("45s", Some(45_000)),
            ("500ms", Some(500)),
            ("2m", Some(120_000)),
            ("0.5", Some(500)),
        ] {
            assert_eq!(time(text), milliseconds.map(Duration::from_millis), "{text}");
        }
        for text in ["", "s", "soon", "-1", "NaN", "1e400", "5h", "5 s s"] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
