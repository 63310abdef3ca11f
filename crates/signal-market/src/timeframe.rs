//! The lengths of a bar that the service offers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::excerpt::excerpt;

/// The length of a bar. Ordered from the shortest to the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timeframe {
    /// One minute, `1m`.
    M1,
    /// Five minutes, `5m`.
    M5,
    /// A quarter of an hour, `15m`.
    M15,
    /// Half an hour, `30m`.
    M30,
    /// One hour, `1h`: the API's default.
    H1,
    /// Four hours, `4h`.
    H4,
    /// One day, `1d`.
    D1,
    /// One week from Monday, `1w`.
    W1,
    /// One month from the 1st, `1M`. Only the capital tells it from a minute.
    Month1,
}

/// A text that names no timeframe of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeframeError {
    /// The text as given.
    pub text: String,
    /// The timeframe that was evidently meant: `1h` for `60m`.
    pub suggestion: Option<Timeframe>,
}

impl Timeframe {
    /// All of them, shortest first.
    pub const ALL: [Self; 9] =
        [Self::M1, Self::M5, Self::M15, Self::M30, Self::H1, Self::H4, Self::D1, Self::W1, Self::Month1];

    /// The text that the API takes: `1m`, `4h`, `1M`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::M1 => "1m",
            Self::M5 => "5m",
            Self::M15 => "15m",
            Self::M30 => "30m",
            Self::H1 => "1h",
            Self::H4 => "4h",
            Self::D1 => "1d",
            Self::W1 => "1w",
            Self::Month1 => "1M",
        }
    }

    /// Its name for people: `1 minute`, `4 hours`.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::M1 => "1 minute",
            Self::M5 => "5 minutes",
            Self::M15 => "15 minutes",
            Self::M30 => "30 minutes",
            Self::H1 => "1 hour",
            Self::H4 => "4 hours",
            Self::D1 => "1 day",
            Self::W1 => "1 week",
            Self::Month1 => "1 month",
        }
    }

    /// Length in minutes where all its bars are equally long; `None` for a month alone (a week always has 10,080).
    #[must_use]
    pub const fn minutes(self) -> Option<u32> {
        match self {
            Self::M1 => Some(1),
            Self::M5 => Some(5),
            Self::M15 => Some(15),
            Self::M30 => Some(30),
            Self::H1 => Some(60),
            Self::H4 => Some(240),
            Self::D1 => Some(1_440),
            Self::W1 => Some(10_080),
            Self::Month1 => None,
        }
    }

    /// How many bars open in a day; `None` where a bar is longer than a day.
    #[must_use]
    pub const fn bars_per_day(self) -> Option<u32> {
        match self.minutes() {
            Some(minutes) if minutes <= 1_440 => Some(1_440 / minutes),
            _ => None,
        }
    }

    /// Bars in a year of 365 days of round-the-clock trading, which is how crypto returns are annualised: 8,760 of `1h`,
    /// 365/7 of `1w`, 12 of `1M`.
    #[must_use]
    pub fn bars_per_year(self) -> f64 {
        self.minutes().map_or(12.0, |minutes| 365.0 * 1_440.0 / f64::from(minutes))
    }
}

impl fmt::Display for Timeframe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Timeframe {
    type Err = TimeframeError;

    /// Takes the API's texts and nothing else; what others write for the same length becomes the error's suggestion.
    fn from_str(text: &str) -> Result<Self, TimeframeError> {
        Self::ALL
            .into_iter()
            .find(|timeframe| timeframe.as_str() == text)
            .ok_or_else(|| TimeframeError { text: text.to_owned(), suggestion: suggest(text) })
    }
}

impl TimeframeError {
    /// What is wrong, one sentence without a full stop and without the cure.
    #[must_use]
    pub fn message(&self) -> String {
        format!("`{}` is no timeframe", excerpt(&self.text))
    }

    /// What to write instead.
    #[must_use]
    pub fn cure(&self) -> String {
        match self.suggestion {
            Some(timeframe) => format!("write `{timeframe}` ({})", timeframe.describe()),
            None => {
                let [most @ .., last] = Timeframe::ALL.map(|timeframe| format!("`{timeframe}`"));
                format!("there are {} and {last}", most.join(", "))
            }
        }
    }
}

impl fmt::Display for TimeframeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message(), self.cure())
    }
}

impl std::error::Error for TimeframeError {}

impl Serialize for Timeframe {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Timeframe {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// The timeframe as long as what exchanges, charting sites and libraries write for it: `60m`, `1H`, `60`, `H1`, `1 day`, `1mo`, `daily`.
fn suggest(text: &str) -> Option<Timeframe> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (before, count, after) = split_number(&text)?;
    let (count, unit) = match (before, after) {
        // A bare number counts minutes, as on charting sites.
        ("", "") => (count?, "m"),
        ("", unit) => (count.unwrap_or(1), unit),
        // Unit first (`H4`, `MN1`): there `M` is the minute and `MN` the month.
        ("M", "") if count.is_some() => (count?, "m"),
        (unit, "") => (count.unwrap_or(1), unit),
        _ => return None,
    };
    let length = match unit_minutes(unit)? {
        Some(minutes) => Some(count.checked_mul(minutes)?),
        None if count == 1 => None,
        None => return None,
    };
    Timeframe::ALL.into_iter().find(|timeframe| timeframe.minutes().map(u64::from) == length)
}

/// What stands before, in and behind the first run of digits; `None` when they make no number that counts anything.
fn split_number(text: &str) -> Option<(&str, Option<u64>, &str)> {
    let Some(start) = text.find(|c: char| c.is_ascii_digit()) else {
        // No number at all: the whole text is the unit.
        return Some(("", None, text));
    };
    let digits = text[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - start);
    let (before, rest) = text.split_at(start);
    let (number, after) = rest.split_at(digits);
    Some((before, Some(number.parse().ok()?), after))
}

/// Minutes in a unit; `Some(None)` for the month, which has no fixed length; `None` for what is no unit.
fn unit_minutes(unit: &str) -> Option<Option<u64>> {
    // Case tells the minute from the month here, and nowhere else.
    match unit {
        "m" => return Some(Some(1)),
        "M" => return Some(None),
        _ => {}
    }
    match unit.to_lowercase().as_str() {
        "min" | "mins" | "minute" | "minutes" | "minutely" | "t" => Some(Some(1)),
        "h" | "hr" | "hrs" | "hour" | "hours" | "hourly" => Some(Some(60)),
        "d" | "day" | "days" | "daily" => Some(Some(1_440)),
        "w" | "wk" | "week" | "weeks" | "weekly" => Some(Some(10_080)),
        "mn" | "mo" | "mon" | "month" | "months" | "monthly" => Some(None),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_the_api_and_nothing_else_are_taken() {
        let texts: Vec<&str> = Timeframe::ALL.map(Timeframe::as_str).to_vec();
        assert_eq!(texts, ["1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w", "1M"]);
        for timeframe in Timeframe::ALL {
            assert_eq!(timeframe.as_str().parse(), Ok(timeframe));
        }
        for text in ["", " 1h", "1h ", "1H", "60m", "1mo", "1min", "m1", "１h"] {
            assert!(text.parse::<Timeframe>().is_err(), "{text}");
        }
    }

    #[test]
    fn other_ways_to_write_a_length_are_understood_as_suggestions() {
        let cases = [
            ("60m", "1h"),
            ("60", "1h"),
            ("1H", "1h"),
            (" 1h ", "1h"),
            ("240", "4h"),
            ("4 hours", "4h"),
            ("H4", "4h"),
            ("M15", "15m"),
            ("M1", "1m"),
            ("MN1", "1M"),
            ("1D", "1d"),
            ("24h", "1d"),
            ("D", "1d"),
            ("daily", "1d"),
            ("7d", "1w"),
            ("weekly", "1w"),
            ("1mo", "1M"),
            ("1month", "1M"),
            ("M", "1M"),
            ("m", "1m"),
            ("5min", "5m"),
            ("15T", "15m"),
        ];
        for (text, meant) in cases {
            let error = text.parse::<Timeframe>().unwrap_err();
            assert_eq!(error.suggestion.map(Timeframe::as_str), Some(meant), "{text}");
        }
        for text in ["2h", "3M", "", "fast", "1x", "99999999999999999999m", "h1h"] {
            assert_eq!(text.parse::<Timeframe>().unwrap_err().suggestion, None, "{text}");
        }
    }

    #[test]
    fn the_error_names_the_cure_or_all_there_is() {
        let message = |text: &str| text.parse::<Timeframe>().unwrap_err().to_string();
        assert_eq!(message("60m"), "`60m` is no timeframe; write `1h` (1 hour)");
        assert_eq!(
            message("2h"),
            "`2h` is no timeframe; there are `1m`, `5m`, `15m`, `30m`, `1h`, `4h`, `1d`, `1w` and `1M`"
        );
    }

    #[test]
    fn a_year_of_hours_and_the_order_of_lengths() {
        assert_eq!(Timeframe::H1.bars_per_year(), 8_760.0);
        assert_eq!(Timeframe::D1.bars_per_year(), 365.0);
        assert_eq!(Timeframe::Month1.bars_per_year(), 12.0);
        assert_eq!(Timeframe::M30.bars_per_day(), Some(48));
        assert_eq!(Timeframe::W1.bars_per_day(), None);
        assert!(Timeframe::ALL.is_sorted());
    }

    #[test]
    fn json_holds_the_text() {
        assert_eq!(serde_json::to_string(&Timeframe::Month1).unwrap(), "\"1M\"");
        assert_eq!(serde_json::from_str::<Timeframe>("\"1m\"").unwrap(), Timeframe::M1);
        assert!(serde_json::from_str::<Timeframe>("\"60m\"").is_err());
    }
}
