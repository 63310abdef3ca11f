//! The one clock of the command: a range that reaches today holds only closed bars.

use jiff::civil::Date;

/// The current day in UTC, in which bars are counted.
pub(crate) fn today() -> Date {
    jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date()
}
