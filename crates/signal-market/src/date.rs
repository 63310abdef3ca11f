//! Reads dates the one way the API writes them, and says what to write for the others.

use std::fmt;

use jiff::civil::Date;

use crate::excerpt::excerpt;

/// A text that is no date in the form `YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateError {
    /// The text as given.
    pub text: String,
    /// What is wrong with it.
    pub problem: DateProblem,
    /// The date that was evidently meant.
    pub suggestion: Option<Date>,
}

/// What can be wrong with a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateProblem {
    /// A day that the calendar doesn't have: the month's length where the month exists.
    NoSuchDay {
        /// How many days that month has.
        days_in_month: i8,
    },
    /// A month other than 01 to 12.
    NoSuchMonth,
    /// A time of day follows the date.
    HasTime,
    /// Day and month first, and nothing tells which is which.
    Ambiguous,
    /// Written another way.
    Format,
}

/// Reads `YYYY-MM-DD`, digits and hyphens, nothing around them.
///
/// # Errors
/// [`DateError`] for everything else, with the date that was evidently meant if there is one.
pub fn parse_date(text: &str) -> Result<Date, DateError> {
    let error = |problem, suggestion| Err(DateError { text: text.to_owned(), problem, suggestion });
    if let Some((year, month, day)) = exact(text) {
        return match date(year, month, day) {
            Ok(date) => Ok(date),
            Err(problem) => error(problem, None),
        };
    }
    let trimmed = text.trim();
    if let Some((day, time)) = trimmed.split_once(['T', 't', ' '])
        && time.starts_with(|c: char| c.is_ascii_digit())
        && let Some(date) = read_loosely(day)
    {
        return error(DateProblem::HasTime, Some(date));
    }
    if let Some(date) = read_loosely(trimmed) {
        return error(DateProblem::Format, Some(date));
    }
    match day_or_month_first(trimmed) {
        Some(date) => error(date.map_or(DateProblem::Ambiguous, |_| DateProblem::Format), date),
        None => error(DateProblem::Format, None),
    }
}

/// The numbers of a text in the exact form.
fn exact(text: &str) -> Option<(u32, u32, u32)> {
    let bytes = text.as_bytes();
    let form = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !form {
        return None;
    }
    Some((text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?))
}

/// Year first, parted by whatever people part dates with or by nothing (`2024/1/5`, `2024.01.05`, `20240105`).
fn read_loosely(text: &str) -> Option<Date> {
    let (year, month, day) = match numbers(text)?[..] {
        [(year, 4), (month, 1..=2), (day, 1..=2)] => (year, month, day),
        [(all, 8)] => (all / 10_000, all / 100 % 100, all % 100),
        _ => return None,
    };
    date(year, month, day).ok()
}

/// Year last: `Some(None)` when day and month can't be told apart, else the date.
fn day_or_month_first(text: &str) -> Option<Option<Date>> {
    let [(first, 1..=2), (second, 1..=2), (year, 4)] = numbers(text)?[..] else {
        return None;
    };
    let day_first = date(year, second, first).ok();
    let month_first = date(year, first, second).ok();
    match (day_first, month_first) {
        (Some(date), None) | (None, Some(date)) => Some(Some(date)),
        (Some(date), Some(other)) if date == other => Some(Some(date)),
        (Some(_), Some(_)) => Some(None),
        (None, None) => None,
    }
}

/// The numbers of a text parted by one kind of separator, each with how many digits it has.
fn numbers(text: &str) -> Option<Vec<(u32, usize)>> {
    let mut separators = text.chars().filter(|c| !c.is_ascii_digit());
    let separator = separators.next().unwrap_or('-');
    if !matches!(separator, '-' | '/' | '.' | '_' | '–') || separators.any(|c| c != separator) {
        return None;
    }
    text.split(separator).map(|part| Some((part.parse().ok()?, part.len()))).collect()
}

/// The date, or what is wrong with its numbers.
fn date(year: u32, month: u32, day: u32) -> Result<Date, DateProblem> {
    let (Ok(year), Ok(month), Ok(day)) = (year.try_into(), month.try_into(), day.try_into()) else {
        return Err(DateProblem::Format);
    };
    let Ok(first) = Date::new(year, month, 1) else {
        return Err(DateProblem::NoSuchMonth);
    };
    Date::new(year, month, day).map_err(|_| DateProblem::NoSuchDay { days_in_month: first.days_in_month() })
}

impl DateError {
    /// What is wrong, one sentence without a full stop and without the cure.
    #[must_use]
    pub fn message(&self) -> String {
        let text = excerpt(&self.text);
        match self.problem {
            DateProblem::NoSuchDay { .. } | DateProblem::NoSuchMonth => format!("`{text}` is no day of the calendar"),
            DateProblem::HasTime => format!("`{text}` has a time of day"),
            DateProblem::Ambiguous => format!("`{text}` does not tell the day from the month"),
            DateProblem::Format => format!("`{text}` is no date of the form YYYY-MM-DD"),
        }
    }

    /// What to write instead.
    #[must_use]
    pub fn cure(&self) -> String {
        match (self.problem, self.suggestion) {
            (DateProblem::NoSuchDay { days_in_month }, _) => format!("that month has {days_in_month} days"),
            (DateProblem::NoSuchMonth, _) => "months go from 01 to 12".to_owned(),
            (DateProblem::HasTime, Some(date)) => format!("a range is made of whole UTC days: write `{date}`"),
            (_, Some(date)) => format!("write `{date}`"),
            (_, None) => "dates are written year first, such as 2024-01-31".to_owned(),
        }
    }
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message(), self.cure())
    }
}

impl std::error::Error for DateError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, message: &str) {
        assert_eq!(parse_date(text).unwrap_err().to_string(), message);
    }

    #[test]
    fn the_form_of_the_api_is_read() {
        for text in ["2024-01-05", "2024-02-29", "1999-12-31"] {
            assert_eq!(parse_date(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn other_forms_are_refused_with_the_date_they_mean() {
        let cure = "is no date of the form YYYY-MM-DD; write `2024-01-05`";
        for text in ["2024-1-5", "2024/01/05", "2024.1.5", "20240105", " 2024-01-05"] {
            check(text, &format!("`{text}` {cure}"));
        }
        check(
            "2024-01-05T00:00:00Z",
            "`2024-01-05T00:00:00Z` has a time of day; a range is made of whole UTC days: write `2024-01-05`",
        );
        check(
            "2024-01-05 12:30",
            "`2024-01-05 12:30` has a time of day; a range is made of whole UTC days: write `2024-01-05`",
        );
        check("31.01.2024", "`31.01.2024` is no date of the form YYYY-MM-DD; write `2024-01-31`");
    }

    #[test]
    fn day_and_month_are_never_guessed() {
        check(
            "05.01.2024",
            "`05.01.2024` does not tell the day from the month; dates are written year first, such as 2024-01-31",
        );
        check(
            "1/5/2024",
            "`1/5/2024` does not tell the day from the month; dates are written year first, such as 2024-01-31",
        );
        // The 5th of the 5th is the same either way.
        check("5/5/2024", "`5/5/2024` is no date of the form YYYY-MM-DD; write `2024-05-05`");
    }

    #[test]
    fn days_and_months_that_do_not_exist_are_named() {
        check("2024-02-30", "`2024-02-30` is no day of the calendar; that month has 29 days");
        check("2023-02-29", "`2023-02-29` is no day of the calendar; that month has 28 days");
        check("2024-13-01", "`2024-13-01` is no day of the calendar; months go from 01 to 12");
        check("2024-01-00", "`2024-01-00` is no day of the calendar; that month has 31 days");
    }

    #[test]
    fn what_is_no_date_at_all_gets_the_form() {
        for text in
            ["", "today", "2024", "2024-01", "-2024-01-05", "２０２４-01-05", "2024-01-05-06", "99999999999999999999"]
        {
            check(
                text,
                &format!(
                    "`{text}` is no date of the form YYYY-MM-DD; dates are written year first, such as 2024-01-31"
                ),
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[0-9T:/. –é-]{0,14}|\\PC{0,12}") {
            if let Err(error) = parse_date(&text) {
                proptest::prop_assert!(error.suggestion.is_none_or(|date| parse_date(&date.to_string()) == Ok(date)));
            }
        }
    }
}
