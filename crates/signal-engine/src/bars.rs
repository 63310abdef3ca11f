//! The bars of one ticker, column by column.

use signal_catalog::PriceColumn;

/// Open, high, low, close and volume of one ticker, one entry a bar, oldest first.
///
/// Columns rather than rows: indicators read one column from end to end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bars {
    /// When each bar opens, in seconds since 1970-01-01 00:00 UTC, strictly increasing.
    pub open_time: Vec<i64>,
    /// Price of the first trade, in quote currency.
    pub open: Vec<f64>,
    /// Highest price.
    pub high: Vec<f64>,
    /// Lowest price.
    pub low: Vec<f64>,
    /// Price of the last trade.
    pub close: Vec<f64>,
    /// Traded amount, in base currency.
    pub volume: Vec<f64>,
}

/// Why bars can't be computed with. Rows count from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BarsError {
    /// A column has another length than `open_time`.
    #[error("column `{column}` has {length} values for {bars} bars; every column needs one value a bar")]
    Length {
        /// The column.
        column: &'static str,
        /// Values it has.
        length: usize,
        /// Bars there are.
        bars: usize,
    },
    /// A bar does not open after the one before it.
    #[error("row {row}: column `open_time` does not increase; sort the bars by time and drop repeated ones")]
    Order {
        /// The later row.
        row: usize,
    },
    /// A value is NaN or infinite.
    #[error("row {row}: column `{column}` is {value}, not a finite number; fill or drop the bar")]
    NotFinite {
        /// The row.
        row: usize,
        /// The column.
        column: &'static str,
        /// What stands there.
        value: f64,
    },
    /// A price lies outside of what high and low allow, or below 0.
    #[error(
        "row {row}: column `{column}` is {value}, but a bar needs 0 <= low <= open, close <= high; correct or drop the bar"
    )]
    Range {
        /// The row.
        row: usize,
        /// The column.
        column: &'static str,
        /// What stands there.
        value: f64,
    },
    /// A negative volume.
    #[error("row {row}: column `volume` is {value}; a traded amount is 0 or more")]
    Volume {
        /// The row.
        row: usize,
        /// What stands there.
        value: f64,
    },
}

impl Bars {
    /// How many bars there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.open_time.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open_time.is_empty()
    }

    /// The values of one column.
    #[must_use]
    pub fn column(&self, column: PriceColumn) -> &[f64] {
        match column {
            PriceColumn::Open => &self.open,
            PriceColumn::High => &self.high,
            PriceColumn::Low => &self.low,
            PriceColumn::Close => &self.close,
            PriceColumn::Volume => &self.volume,
        }
    }

    /// The bars at `rows`, in that order.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        let pick = |column: &[f64]| rows.iter().map(|&row| column[row]).collect();
        Self {
            open_time: rows.iter().map(|&row| self.open_time[row]).collect(),
            open: pick(&self.open),
            high: pick(&self.high),
            low: pick(&self.low),
            close: pick(&self.close),
            volume: pick(&self.volume),
        }
    }

    /// Checks that the columns are of one length, times increase, values are finite, `0 <= low <= open, close <= high`,
    /// and no volume is negative.
    ///
    /// # Errors
    /// [`BarsError`] with the first row and column that is wrong.
    pub fn validate(&self) -> Result<(), BarsError> {
        let bars = self.len();
        let columns: [(&'static str, &[f64]); 5] = [
            ("open", &self.open),
            ("high", &self.high),
            ("low", &self.low),
            ("close", &self.close),
            ("volume", &self.volume),
        ];
        for (column, values) in columns {
            if values.len() != bars {
                return Err(BarsError::Length { column, length: values.len(), bars });
            }
        }
        if let Some(row) = self.open_time.windows(2).position(|pair| pair[0] >= pair[1]) {
            return Err(BarsError::Order { row: row + 1 });
        }
        // One branch-free pass says whether all is well; only then is the culprit looked for.
        let sound = (0..bars).fold(true, |sound, row| {
            let (open, high, low, close, volume) =
                (self.open[row], self.high[row], self.low[row], self.close[row], self.volume[row]);
            sound
                & (0.0 <= low)
                & (low <= open)
                & (low <= close)
                & (open <= high)
                & (close <= high)
                & (high < f64::INFINITY)
                & (0.0..f64::INFINITY).contains(&volume)
        });
        if sound { Ok(()) } else { Err(self.first_fault(&columns)) }
    }

    fn first_fault(&self, columns: &[(&'static str, &[f64]); 5]) -> BarsError {
        for row in 0..self.len() {
            for &(column, values) in columns {
                if !values[row].is_finite() {
                    return BarsError::NotFinite { row, column, value: values[row] };
                }
            }
            let (low, high) = (self.low[row], self.high[row]);
            if low < 0.0 {
                return BarsError::Range { row, column: "low", value: low };
            }
            if high < low {
                return BarsError::Range { row, column: "high", value: high };
            }
            for (column, value) in [("open", self.open[row]), ("close", self.close[row])] {
                if value < low || value > high {
                    return BarsError::Range { row, column, value };
                }
            }
            if self.volume[row] < 0.0 {
                return BarsError::Volume { row, value: self.volume[row] };
            }
        }
        // Only asked after a fault was seen, so the loop above has returned.
        BarsError::Order { row: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Bars {
        Bars {
            open_time: vec![0, 60, 120],
            open: vec![1.0, 2.0, 3.0],
            high: vec![2.0, 3.0, 4.0],
            low: vec![0.5, 1.5, 2.5],
            close: vec![1.5, 2.5, 3.5],
            volume: vec![10.0, 0.0, 5.0],
        }
    }

    #[track_caller]
    fn check(change: impl Fn(&mut Bars), expected: Result<(), BarsError>) {
        let mut bars = three();
        change(&mut bars);
        assert_eq!(bars.validate(), expected);
    }

    #[test]
    fn sound_bars_pass() {
        check(|_| {}, Ok(()));
        check(|bars| *bars = Bars::default(), Ok(()));
    }

    #[test]
    fn a_fault_names_its_row_and_column() {
        check(|bars| bars.high.truncate(2), Err(BarsError::Length { column: "high", length: 2, bars: 3 }));
        check(|bars| bars.open_time[2] = 60, Err(BarsError::Order { row: 2 }));
        check(
            |bars| bars.close[1] = f64::INFINITY,
            Err(BarsError::NotFinite { row: 1, column: "close", value: f64::INFINITY }),
        );
        check(|bars| bars.open[1] = 3.5, Err(BarsError::Range { row: 1, column: "open", value: 3.5 }));
        check(|bars| bars.low[0] = 1.2, Err(BarsError::Range { row: 0, column: "open", value: 1.0 }));
        check(|bars| bars.low[0] = -1.0, Err(BarsError::Range { row: 0, column: "low", value: -1.0 }));
        check(|bars| bars.high[2] = 2.0, Err(BarsError::Range { row: 2, column: "high", value: 2.0 }));
        check(|bars| bars.volume[2] = -5.0, Err(BarsError::Volume { row: 2, value: -5.0 }));
    }

    #[test]
    fn every_value_that_is_not_a_number_is_found() {
        let mut bars = three();
        bars.volume[2] = f64::NAN;
        assert!(matches!(bars.validate(), Err(BarsError::NotFinite { row: 2, column: "volume", .. })));
    }
}
