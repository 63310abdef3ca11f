//! Values of expressions: a column with one entry a bar and an explicit warm-up, or a scalar.

/// One entry a bar. The first `start` of them are no values (the warm-up) and hold filler; what lies behind is meant,
/// NaN included: that is an undefined result such as `0 / 0`.
#[derive(Clone, Debug, PartialEq)]
pub struct Column<T> {
    /// Leading bars without a value.
    pub start: usize,
    /// As many entries as there are bars.
    pub values: Vec<T>,
}

impl<T: Copy> Column<T> {
    /// A column whose entry at bar `i >= start` is `at(i)`; before that it holds `filler`.
    pub(crate) fn from_fn(start: usize, bars: usize, filler: T, at: impl FnMut(usize) -> T) -> Self {
        let start = start.min(bars);
        let mut values = Vec::with_capacity(bars);
        values.resize(start, filler);
        values.extend((start..bars).map(at));
        Self { start, values }
    }

    /// The entries that are values.
    #[must_use]
    pub fn valid(&self) -> &[T] {
        &self.values[self.start.min(self.values.len())..]
    }
}

/// What [`evaluate`](crate::evaluate) returns: a column of numbers or booleans. A scalar comes as a column that is the same on every bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Leading bars without a value.
    pub start: usize,
    /// One entry a bar; the first `start` are filler (NaN or false).
    pub values: Values,
}

/// Entries of a [`Series`].
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbers; NaN behind the warm-up is an undefined result.
    Numbers(Vec<f64>),
    /// Booleans.
    Booleans(Vec<bool>),
}

impl Series {
    /// How many bars it covers, warm-up included.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.values {
            Values::Numbers(values) => values.len(),
            Values::Booleans(values) => values.len(),
        }
    }

    /// Whether it covers no bar.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number at `bar`, `None` in the warm-up and past the end. Booleans read as 1 and 0.
    #[must_use]
    pub fn number(&self, bar: usize) -> Option<f64> {
        if bar < self.start {
            return None;
        }
        match &self.values {
            Values::Numbers(values) => values.get(bar).copied(),
            Values::Booleans(values) => values.get(bar).map(|&value| f64::from(u8::from(value))),
        }
    }

    /// Whether it holds at `bar`, `None` in the warm-up and past the end. A number holds when it is neither 0 nor NaN.
    #[must_use]
    pub fn holds(&self, bar: usize) -> Option<bool> {
        if bar < self.start {
            return None;
        }
        match &self.values {
            Values::Numbers(values) => values.get(bar).map(|&value| truth(value)),
            Values::Booleans(values) => values.get(bar).copied(),
        }
    }

    /// The value on the last bar as a number.
    #[must_use]
    pub fn last(&self) -> Option<f64> {
        self.len().checked_sub(1).and_then(|bar| self.number(bar))
    }
}

/// Whether a number counts as true: neither 0 nor NaN.
pub(crate) fn truth(value: f64) -> bool {
    value != 0.0 && !value.is_nan()
}

/// A value in the course of an evaluation. Price columns are borrowed from the bars, so that `close` costs nothing.
#[derive(Clone, Debug)]
pub(crate) enum Value<'b> {
    /// A number that is the same on every bar.
    Number(f64),
    /// A boolean that is the same on every bar.
    Boolean(bool),
    /// A column of the bars.
    Price(&'b [f64]),
    /// Computed numbers.
    Numbers(Column<f64>),
    /// Computed booleans.
    Booleans(Column<bool>),
    /// Outputs of a call that has several.
    Outputs(Vec<Column<f64>>),
}

impl Value<'_> {
    /// Leading bars without a value; 0 for scalars.
    pub(crate) fn start(&self) -> usize {
        match self {
            Self::Number(_) | Self::Boolean(_) | Self::Price(_) => 0,
            Self::Numbers(column) => column.start,
            Self::Booleans(column) => column.start,
            Self::Outputs(columns) => columns.iter().map(|column| column.start).max().unwrap_or(0),
        }
    }

    /// As numbers. The compiler has put conversions where they are needed, so nothing else arrives here.
    pub(crate) fn numbers(&self) -> Numbers<'_> {
        match self {
            Self::Number(number) => Numbers::Scalar(*number),
            Self::Boolean(boolean) => Numbers::Scalar(f64::from(u8::from(*boolean))),
            Self::Price(values) => Numbers::Column { start: 0, values },
            Self::Numbers(column) => Numbers::Column { start: column.start, values: &column.values },
            Self::Outputs(columns) => columns.first().map_or(Numbers::Scalar(f64::NAN), |column| Numbers::Column {
                start: column.start,
                values: &column.values,
            }),
            Self::Booleans(_) => Numbers::Scalar(f64::NAN),
        }
    }

    /// As booleans, likewise.
    pub(crate) fn booleans(&self) -> Booleans<'_> {
        match self {
            Self::Boolean(boolean) => Booleans::Scalar(*boolean),
            Self::Booleans(column) => Booleans::Column { start: column.start, values: &column.values },
            _ => Booleans::Scalar(false),
        }
    }
}

/// Numbers as an operator reads them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Numbers<'v> {
    /// The same on every bar.
    Scalar(f64),
    /// One entry a bar, the first `start` being filler.
    Column {
        /// Leading bars without a value.
        start: usize,
        /// Entries.
        values: &'v [f64],
    },
}

impl Numbers<'_> {
    /// Leading bars without a value.
    pub(crate) fn start(self) -> usize {
        match self {
            Self::Scalar(_) => 0,
            Self::Column { start, .. } => start,
        }
    }

    /// The entry at `bar`; for loops whose cost is elsewhere.
    pub(crate) fn at(self, bar: usize) -> f64 {
        match self {
            Self::Scalar(number) => number,
            Self::Column { values, .. } => values[bar],
        }
    }
}

/// Booleans as an operator reads them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Booleans<'v> {
    /// The same on every bar.
    Scalar(bool),
    /// One entry a bar, the first `start` being filler.
    Column {
        /// Leading bars without a value.
        start: usize,
        /// Entries.
        values: &'v [bool],
    },
}

impl Booleans<'_> {
    /// Leading bars without a value.
    pub(crate) fn start(self) -> usize {
        match self {
            Self::Scalar(_) => 0,
            Self::Column { start, .. } => start,
        }
    }

    /// The entry at `bar`.
    pub(crate) fn at(self, bar: usize) -> bool {
        match self {
            Self::Scalar(boolean) => boolean,
            Self::Column { values, .. } => values[bar],
        }
    }
}
