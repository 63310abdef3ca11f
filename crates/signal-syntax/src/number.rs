//! The value of a number as it is written.

/// Powers of ten that `f64` holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// The value of `text`, a number of the language (`14`, `1_000`, `.5`, `2.`, `1e-3`); too large a one is infinite.
pub(crate) fn value(text: &str) -> f64 {
    plain(text.as_bytes()).unwrap_or_else(|| {
        let digits: String = text.chars().filter(|&c| c != '_').collect();
        // The lexer lets nothing through that `f64` does not read.
        digits.parse().unwrap_or(f64::NAN)
    })
}

/// The value of up to 15 digits with at most one point: one exact division, hence correctly rounded (Clinger 1990).
fn plain(text: &[u8]) -> Option<f64> {
    if text.len() > 16 {
        return None;
    }
    let mut digits: u64 = 0;
    let mut decimals = None;
    for (at, &byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' => digits = digits * 10 + u64::from(byte - b'0'),
            b'.' => decimals = Some(text.len() - at - 1),
            _ => return None,
        }
    }
    if digits >= 1 << 53 {
        return None;
    }
    match decimals {
        None => Some(digits as f64),
        Some(decimals) => Some(digits as f64 / POWERS.get(decimals)?),
    }
}

#[cfg(test)]
mod tests {
    use super::value;
    use proptest::prelude::*;

    #[test]
    fn numbers_have_the_value_they_show() {
        for (text, expected) in
            [("14", 14.0), ("1_000", 1000.0), (".5", 0.5), ("2.", 2.0), ("1e-3", 0.001), ("1_0.2_5E+1", 102.5)]
        {
            assert_eq!(value(text), expected, "{text}");
        }
        assert_eq!(value("1e999"), f64::INFINITY);
    }

    proptest! {
        #[test]
        fn the_short_way_rounds_as_the_long_one(text in "[0-9]{1,17}(\\.[0-9]{0,9})?") {
            prop_assert_eq!(value(&text), text.parse::<f64>().unwrap());
        }
    }
}
