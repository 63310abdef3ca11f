//! Whether the date range of a run holds enough bars for a warm-up.

use signal_market::{BarCount, Date, DateRange, Reading, Timeframe, bar_open, bars, latest_start, warm_start};
use signal_project::RunSettings;

use crate::Warmup;

/// The bars of a run: where dates and timeframe are set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// First and last day.
    pub range: DateRange,
    /// Length of a bar.
    pub timeframe: Timeframe,
    /// The day whose 00:00 every bar that counts for certain lies before: the range's last, or the one on which the bar
    /// of the present opened, where that comes first.
    pub closed_until: Date,
    /// How many bars it holds: least and most, as the readings of the range differ.
    pub bars: BarCount,
}

/// Bars that are left behind the warm-up: least and most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usable {
    /// Under the reading that gives the range the fewest bars.
    pub min: u64,
    /// Under the one that gives it the most.
    pub max: u64,
}

/// Whether a range holds enough bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Under every reading of the range at least one bar is usable.
    Ok,
    /// Under one reading there is none.
    Uncertain,
    /// Under every reading there is none: the server answers TA_OUT_OF_RANGE.
    NotEnoughBars,
    /// The warm-up or the range is not known.
    Unknown,
}

impl Verdict {
    /// The word for it: `ok`, `uncertain`, `not-enough-bars` or `unknown`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Uncertain => "uncertain",
            Self::NotEnoughBars => "not-enough-bars",
            Self::Unknown => "unknown",
        }
    }
}

impl Window {
    /// The window that the settings ask for, `None` where a date is missing.
    #[must_use]
    pub fn new(settings: &RunSettings, today: Option<Date>) -> Option<Self> {
        let range = DateRange { start: settings.start_date.as_ref()?.value, end: settings.end_date.as_ref()?.value };
        let timeframe = settings.timeframe.value;
        // The week or month that today lies in is not closed; of shorter bars all that opened before today are.
        let present = today.and_then(|today| bar_open(timeframe, today, 0, Reading::Wide));
        let closed_until = present.map_or(range.end, |present| range.end.min(present.date()));
        Some(Self { range, timeframe, closed_until, bars: bars(timeframe, range, today) })
    }

    /// Whether it holds more bars than a value needs before it is there.
    #[must_use]
    pub fn verdict(&self, warmup: &Warmup) -> Verdict {
        // A lower bound that the range can't meet settles it; one that it meets settles nothing.
        match warmup.exact() {
            _ if self.bars.max <= warmup.bars => Verdict::NotEnoughBars,
            None => Verdict::Unknown,
            Some(bars) if self.bars.min <= bars => Verdict::Uncertain,
            Some(_) => Verdict::Ok,
        }
    }

    /// Bars left behind a warm-up.
    #[must_use]
    pub fn usable(&self, warmup: u64) -> Usable {
        Usable { min: self.bars.min.saturating_sub(warmup), max: self.bars.max.saturating_sub(warmup) }
    }

    /// The day on which the first usable bar opens, under the narrow reading; `None` where there is none for certain.
    #[must_use]
    pub fn first_usable(&self, warmup: u64) -> Option<Date> {
        if self.usable(warmup).min == 0 {
            return None;
        }
        bar_open(self.timeframe, self.range.start, warmup, Reading::Narrow).map(|time| time.date())
    }

    /// The latest start date that leaves one usable bar for certain.
    #[must_use]
    pub fn start_for_one_bar(&self, warmup: u64) -> Option<Date> {
        latest_start(self.timeframe, warmup.checked_add(1)?, self.closed_until, Reading::Narrow)
    }

    /// The latest start date that makes every bar of this window usable.
    #[must_use]
    pub fn start_for_same_window(&self, warmup: u64) -> Option<Date> {
        warm_start(self.timeframe, warmup, self.range.start)
    }
}
