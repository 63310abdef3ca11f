//! Numbers as people read them: grouped, rounded to what matters, never `-0`.

/// A whole number with thin grouping: `525,600`.
pub(crate) fn whole(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// From here on nobody counts digits: `1.000e15`.
const LARGE: f64 = 1e15;

/// A number with `decimals` places, grouped: `-12,345.68`. What is not finite reads `-`.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "-".to_owned();
    }
    if value.abs() >= LARGE {
        return format!("{value:.3e}");
    }
    let text = format!("{:.decimals$}", value.abs());
    let (integer, fraction) = text.split_once('.').unwrap_or((&text, ""));
    // Beyond 64 bits nobody counts groups.
    let grouped = integer.parse().map_or_else(|_| integer.to_owned(), whole);
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let sign = if value < 0.0 && !is_zero { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{fraction}") }
}

/// A price or an amount: about six significant digits, so that 0.00001234 and 64,250.5 both read well.
pub(crate) fn significant(value: f64) -> String {
    if !value.is_finite() || value == 0.0 {
        return fixed(value, 2);
    }
    let magnitude = value.abs().log10().floor() as i32;
    let decimals = (5 - magnitude).clamp(2, 12) as usize;
    let text = fixed(value, decimals);
    if text.contains('.') && decimals > 2 {
        let trimmed = text.trim_end_matches('0');
        let fraction = trimmed.len() - trimmed.find('.').unwrap_or(0) - 1;
        return if fraction >= 2 { trimmed.to_owned() } else { text[..trimmed.len() + 2 - fraction].to_owned() };
    }
    text
}

/// A percentage with its sign: `+12.3 %`.
pub(crate) fn percent(value: f64) -> String {
    let text = fixed(value, 2);
    let sign = if value > 0.0 && text != "0.00" { "+" } else { "" };
    if value.is_finite() { format!("{sign}{text} %") } else { text }
}

/// A span of bars that is only known within bounds: `366`, or `365 to 366`.
pub(crate) fn between(min: u64, max: u64) -> String {
    if min == max { whole(min) } else { format!("{} to {}", whole(min), whole(max)) }
}

/// A span of time in its two largest units, rounded down: `23 h 59 min`, `4 min`, `12 s`.
pub(crate) fn span(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let two = |large: i64, unit: &str, small: i64, rest: &str| match small {
        0 => format!("{large} {unit}"),
        _ => format!("{large} {unit} {small} {rest}"),
    };
    match () {
        () if days == 1 => two(days, "day", hours, "h"),
        () if days > 1 => two(days, "days", hours, "h"),
        () if hours > 0 => two(hours, "h", minutes, "min"),
        () if minutes > 0 => format!("{minutes} min"),
        () => format!("{seconds} s"),
    }
}

/// `1 error`, `2 errors`, `1,000 errors`.
pub(crate) fn count(number: u64, word: &str) -> String {
    format!("{} {word}{}", whole(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cases: &[(String, &str)]) {
        for (text, expected) in cases {
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn spans_of_time_have_two_units_at_most() {
        let texts = [-5, 0, 59, 60, 3_599, 3_600, 86_399, 86_400, 180_000].map(span);
        assert_eq!(texts, ["0 s", "0 s", "59 s", "1 min", "59 min", "1 h", "23 h 59 min", "1 day", "2 days 2 h"]);
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        check(&[
            (whole(0), "0"),
            (whole(999), "999"),
            (whole(525_600), "525,600"),
            (fixed(-12_345.678, 2), "-12,345.68"),
            (fixed(-0.001, 2), "0.00"),
            (fixed(f64::NAN, 2), "-"),
            (significant(64_250.5), "64,250.50"),
            (significant(0.000_012_34), "0.00001234"),
            (significant(1.5), "1.50"),
            (significant(0.0), "0.00"),
            (percent(12.345), "+12.35 %"),
            (percent(-3.0), "-3.00 %"),
            (percent(0.0), "0.00 %"),
            (between(365, 366), "365 to 366"),
            (between(8, 8), "8"),
            (count(1, "error"), "1 error"),
            (count(1_000, "error"), "1,000 errors"),
        ]);
    }
}
