//! The one module that knows the crate `ta-lib`: a function by name, columns in, columns out.
//!
//! The number of leading bars without a value is what TA-Lib reports of the computation itself (`OutRange::beg_idx`)
//! plus that of the inputs; no formula is consulted. Inputs that begin on different bars are cut to the latest.
//!
//! An undefined value (NaN) inside an input does to the outputs what it does in TA-Lib: functions with a running sum
//! (SMA, EMA, ...) stay NaN from there on, functions that look at a window afresh recover when it has left.

use ta_lib::abstract_api::{FuncId, InputFlags, InputType, OptInputType, OutputType, get_func_handle};
use ta_lib::{Core, RetCode};

use crate::series::{Column, Numbers};

/// A function of TA-Lib.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Function(FuncId);

/// Why TA-Lib computed nothing.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum TalibError {
    /// Too few bars for one value.
    #[error("{bars} bars are too few for one value; {needed} are needed")]
    OutOfRange {
        /// Bars there are.
        bars: usize,
        /// Bars that would give one value, those without an input value included.
        needed: usize,
    },
    /// A parameter that the function does not take.
    #[error("parameter {index} can't be {value}: {expected}")]
    BadParameter {
        /// Its index among the parameters.
        index: usize,
        /// What was given.
        value: f64,
        /// What would do.
        expected: String,
    },
    /// Parameters that do not go together.
    #[error("these parameters do not go together")]
    BadParameters,
    /// Another number of inputs or parameters than the function has.
    #[error("the function takes {inputs} inputs and {params} parameters")]
    Shape {
        /// Inputs it takes, price columns counted singly.
        inputs: usize,
        /// Parameters it takes.
        params: usize,
    },
    /// TA-Lib refused for a reason of its own.
    #[error("TA-Lib answered {0}")]
    Refused(String),
}

/// Order of the columns of a price input, which is also that of the catalog.
const PRICES: [InputFlags; 5] = [
    InputFlags::PRICE_OPEN,
    InputFlags::PRICE_HIGH,
    InputFlags::PRICE_LOW,
    InputFlags::PRICE_CLOSE,
    InputFlags::PRICE_VOLUME,
];

impl Function {
    /// The function with this name, in capitals: `RSI`.
    #[must_use]
    pub(crate) fn named(name: &str) -> Option<Self> {
        get_func_handle(name).map(Self)
    }

    /// Its name in capitals.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        self.0.name()
    }

    /// How many outputs it has.
    #[must_use]
    pub(crate) fn outputs(self) -> usize {
        self.0.info().nb_output()
    }

    /// How many series it takes, price columns counted singly.
    #[must_use]
    pub(crate) fn inputs(self) -> usize {
        let info = self.0.info();
        info.inputs
            .iter()
            .map(|input| if input.kind == InputType::Price { input.flags.bits().count_ones() as usize } else { 1 })
            .sum()
    }

    /// Leading bars without a value as TA-Lib predicts them, without computing; for messages.
    ///
    /// # Errors
    /// When the parameters are not the function's.
    pub(crate) fn lookback(self, params: &[f64]) -> Result<usize, TalibError> {
        let core = Core::new();
        let mut call = self.0.new_call(&core);
        bind_params(self.0, params, &mut call)?;
        call.lookback().map_err(|_| TalibError::BadParameters)
    }
}

/// Computes `function` over `inputs`, which follow the order of its inputs with price columns one by one.
/// Every returned column has `bars` entries; whole-number outputs come as numbers.
///
/// # Errors
/// [`TalibError`]: too few bars, or parameters that the function does not take.
pub(crate) fn compute(
    function: Function,
    inputs: &[Numbers<'_>],
    params: &[f64],
    bars: usize,
) -> Result<Vec<Column<f64>>, TalibError> {
    let info = function.0.info();
    if inputs.len() != function.inputs() || params.len() != info.nb_opt_input() {
        return Err(TalibError::Shape { inputs: function.inputs(), params: info.nb_opt_input() });
    }
    let core = Core::new();
    let mut call = function.0.new_call(&core);
    bind_params(function.0, params, &mut call)?;
    let lookback = call.lookback().map_err(|_| TalibError::BadParameters)?;
    let begin = inputs.iter().map(|input| input.start()).max().unwrap_or(0);
    let too_few = TalibError::OutOfRange { bars, needed: begin.saturating_add(lookback).saturating_add(1) };
    if begin >= bars {
        return Err(too_few);
    }
    // Constants stand in a column of their own; rare (`add(close, 1)`).
    let constants: Vec<Vec<f64>> = inputs
        .iter()
        .map(|input| if let Numbers::Scalar(number) = input { vec![*number; bars - begin] } else { Vec::new() })
        .collect();
    let columns: Vec<&[f64]> = inputs
        .iter()
        .zip(&constants)
        .map(|(input, constant)| match input {
            Numbers::Scalar(_) => constant.as_slice(),
            Numbers::Column { values, .. } => &values[begin..],
        })
        .collect();
    bind_inputs(function.0, &columns, &mut call)?;

    // TA-Lib writes its values without a gap. Where it will begin is known beforehand, so it writes in place; should it
    // begin elsewhere, what it says afterwards counts.
    let place = begin.saturating_add(lookback).min(bars - 1);
    let mut reals: Vec<Vec<f64>> = Vec::new();
    let mut integers: Vec<Vec<i32>> = Vec::new();
    for output in info.outputs {
        match output.kind {
            OutputType::Real => reals.push(blank(place, bars)),
            OutputType::Integer => integers.push(vec![0; bars - begin]),
        }
    }
    let range = {
        let (mut real, mut integer) = (reals.iter_mut(), integers.iter_mut());
        for (index, output) in info.outputs.iter().enumerate() {
            let bound = match output.kind {
                OutputType::Real => real.next().map(|values| call.set_output(index, &mut values[place..]).map(|_| ())),
                OutputType::Integer => integer.next().map(|values| call.set_int_output(index, values).map(|_| ())),
            };
            bound.unwrap_or(Err(RetCode::BadParam)).map_err(refused)?;
        }
        call.call(0, bars - begin - 1)
            .map_err(|code| if code == RetCode::BadParam { TalibError::BadParameters } else { refused(code) })?
    };
    if range.is_empty() {
        return Err(too_few);
    }
    let start = begin + range.beg_idx;
    let (mut real, mut integer) = (reals.into_iter(), integers.into_iter());
    let mut results = Vec::with_capacity(info.outputs.len());
    for output in info.outputs {
        let values = match output.kind {
            OutputType::Real => real.next().map(|mut values| {
                if start != place {
                    values.copy_within(place..(place + range.count).min(bars), start);
                    values[..start].fill(f64::NAN);
                }
                values
            }),
            OutputType::Integer => integer.next().map(|values| {
                let mut numbers = blank(start, bars);
                for (number, &value) in numbers[start..].iter_mut().zip(&values[..range.count]) {
                    *number = f64::from(value);
                }
                numbers
            }),
        };
        results.push(Column { start, values: values.unwrap_or_default() });
    }
    Ok(results)
}

/// A column of `bars` entries whose first `start` are NaN; the rest is to be written.
fn blank(start: usize, bars: usize) -> Vec<f64> {
    let mut values = vec![0.0; bars];
    values[..start].fill(f64::NAN);
    values
}

fn refused(code: RetCode) -> TalibError {
    TalibError::Refused(format!("{code:?}"))
}

fn bind_inputs<'a>(
    function: FuncId,
    columns: &[&'a [f64]],
    call: &mut ta_lib::abstract_api::ParamHolder<'a>,
) -> Result<(), TalibError> {
    let mut rest = columns.iter().copied();
    for (slot, input) in function.info().inputs.iter().enumerate() {
        if input.kind == InputType::Price {
            let [open, high, low, close, volume] =
                PRICES.map(|flag| if input.flags.contains(flag) { rest.next() } else { None });
            call.set_price_input(slot, open, high, low, close, volume, None).map_err(refused)?;
        } else {
            call.set_input(slot, rest.next().unwrap_or_default()).map_err(refused)?;
        }
    }
    Ok(())
}

/// Binds the parameters, each checked against its own bounds first: TA-Lib takes some values outside of them for
/// "use the default".
fn bind_params(
    function: FuncId,
    params: &[f64],
    call: &mut ta_lib::abstract_api::ParamHolder<'_>,
) -> Result<(), TalibError> {
    for (index, (&value, info)) in params.iter().zip(function.info().opt_inputs).enumerate() {
        let bad = |expected: String| TalibError::BadParameter { index, value, expected };
        let whole = value.fract() == 0.0 && value.abs() <= f64::from(i32::MAX);
        match info.kind {
            OptInputType::IntegerRange { min, max, .. } => {
                if !whole || value < f64::from(min) || value > f64::from(max) {
                    return Err(bad(format!("a whole number from {min} to {max} is needed")));
                }
                call.set_opt_input(index, value as i32).map_err(refused)?;
            }
            OptInputType::IntegerList { values, .. } => {
                if !whole || !values.iter().any(|&(allowed, _)| allowed as f64 == value) {
                    let names: Vec<String> = values.iter().map(|(number, name)| format!("{number} ({name})")).collect();
                    return Err(bad(format!("one of {} is needed", names.join(", "))));
                }
                call.set_opt_input(index, value as i32).map_err(refused)?;
            }
            OptInputType::RealRange { min, max, .. } => {
                if !(min..=max).contains(&value) {
                    return Err(bad(format!("a number from {min} to {max} is needed")));
                }
                call.set_opt_input(index, value).map_err(refused)?;
            }
            OptInputType::RealList { values, .. } => {
                if !values.iter().any(|&(allowed, _)| allowed == value) {
                    let names: Vec<String> = values.iter().map(|(number, _)| number.to_string()).collect();
                    return Err(bad(format!("one of {} is needed", names.join(", "))));
                }
                call.set_opt_input(index, value).map_err(refused)?;
            }
        }
    }
    Ok(())
}
