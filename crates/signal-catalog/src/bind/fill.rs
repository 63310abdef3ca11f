//! One signature against one call: which argument goes where.

use super::{ArgumentShape, BindError, Binding, InputSource, ParamSource, Places, Slot};
use crate::{Formula, Signature};

/// A binding on its way, with a bit for each place that an argument has filled.
struct Draft<'c> {
    binding: Binding<'c>,
    inputs: Filled,
    params: Filled,
}

/// Places that are filled. A signature of more than 64 inputs or parameters could not be told whole; none is longer
/// than 11, and an imported one that is gets its further places unchecked for a second argument.
#[derive(Clone, Copy, Default)]
struct Filled(u64);

impl Filled {
    /// Marks a place; whether it was marked before.
    #[inline]
    fn mark(&mut self, place: usize) -> bool {
        let bit = if place < 64 { 1_u64 << place } else { 0 };
        let before = self.0 & bit != 0;
        self.0 |= bit;
        before
    }

    #[inline]
    fn has(self, place: usize) -> bool {
        place < 64 && self.0 >> place & 1 != 0
    }
}

pub(super) fn fill<'c>(signature: &'c Signature, args: &[ArgumentShape<'_>]) -> Result<Binding<'c>, BindError> {
    let binding = Binding {
        signature,
        inputs: Places::filled(InputSource::Absent, signature.inputs.len()),
        params: Places::filled(ParamSource::Default(0.0), signature.params.len()),
        ambiguous: false,
    };
    let mut draft = Draft { binding, inputs: Filled::default(), params: Filled::default() };
    place_arguments(&mut draft, args)?;
    if signature.strict && !is_strictly_met(&draft, args) {
        return Err(too_few(&draft));
    }
    fill_the_rest(&mut draft)?;
    Ok(draft.binding)
}

fn place_arguments(draft: &mut Draft<'_>, args: &[ArgumentShape<'_>]) -> Result<(), BindError> {
    let signature = draft.binding.signature;
    if signature.open {
        for argument in 0..args.len() {
            place_input(draft, argument, argument);
        }
        return Ok(());
    }
    let given = given_inputs(signature, args);
    let mut position = 0;
    for (argument, arg) in args.iter().enumerate() {
        let before = if let Some(keyword) = arg.keyword {
            if let Some(index) = signature.input_index(keyword) {
                place_input(draft, index, argument)
            } else if let Some(index) = signature.param_index(keyword) {
                place_param(draft, index, argument)
            } else {
                return Err(BindError::UnknownKeyword { argument });
            }
        } else {
            let index = position;
            position += 1;
            if index < given {
                place_input(draft, index, argument)
            } else if index - given < signature.params.len() {
                place_param(draft, index - given, argument)
            } else {
                return Err(BindError::TooMany { at_most: greatest(signature, given) });
            }
        };
        if before {
            return Err(BindError::Twice { argument });
        }
    }
    Ok(())
}

/// The place of each argument, by the rules of [`place_arguments`].
pub(super) fn slots(signature: &Signature, args: &[ArgumentShape<'_>]) -> Vec<Option<Slot>> {
    if signature.open {
        return vec![None; args.len()];
    }
    let given = given_inputs(signature, args);
    let last = signature.inputs.len().saturating_sub(1);
    let mut position = 0;
    let slot = |arg: &ArgumentShape<'_>| match arg.keyword {
        Some(keyword) => {
            let input = signature.input_index(keyword).map(Slot::Input);
            input.or_else(|| signature.param_index(keyword).map(Slot::Param))
        }
        None => {
            let index = position;
            position += 1;
            if index < given {
                Some(Slot::Input(index.min(last)))
            } else {
                (index - given < signature.params.len()).then_some(Slot::Param(index - given))
            }
        }
    };
    args.iter().map(slot).collect()
}

#[inline]
fn place_input(draft: &mut Draft<'_>, index: usize, argument: usize) -> bool {
    let source = InputSource::Argument(u32::try_from(argument).unwrap_or(u32::MAX));
    match draft.binding.inputs.as_mut_slice().get_mut(index) {
        Some(place) => *place = source,
        // A variadic signature's last input once more; nothing else has an index beyond.
        None => {
            draft.binding.inputs.push(source);
            return false;
        }
    }
    draft.inputs.mark(index)
}

#[inline]
fn place_param(draft: &mut Draft<'_>, index: usize, argument: usize) -> bool {
    if let Some(place) = draft.binding.params.as_mut_slice().get_mut(index) {
        *place = ParamSource::Argument(argument);
    }
    draft.params.mark(index)
}

/// How many of the positional arguments, which come first, are inputs.
fn given_inputs(signature: &Signature, args: &[ArgumentShape<'_>]) -> usize {
    let inputs = &signature.inputs;
    let positional = || args.iter().filter(|arg| arg.keyword.is_none());
    if signature.variadic {
        return positional().count();
    }
    if lacks_its_series(signature, args) {
        return 0;
    }
    let mut given = 0;
    for (index, arg) in positional().take(inputs.len()).enumerate() {
        // A constant is an input only where no column stands in from there on: a price is never a constant.
        if arg.constant.is_some() && inputs[index..].iter().all(|input| input.column.is_some()) {
            break;
        }
        given = index + 1;
    }
    given
}

/// `rsi(14)`: a call of a windowed function with constants alone, few enough to be its parameters. Its series was
/// forgotten; that the constant were the series would be legal and senseless.
fn lacks_its_series(signature: &Signature, args: &[ArgumentShape<'_>]) -> bool {
    !args.is_empty()
        && args.len() <= signature.params.len()
        && args.iter().all(|arg| arg.keyword.is_none() && arg.constant.is_some())
        && signature.lookback.as_ref().is_some_and(Formula::uses_params)
}

fn is_strictly_met(draft: &Draft<'_>, args: &[ArgumentShape<'_>]) -> bool {
    let varies = match draft.binding.inputs.first() {
        Some(InputSource::Argument(argument)) => args.get(*argument as usize).is_some_and(|arg| arg.constant.is_none()),
        _ => false,
    };
    let params = draft.binding.signature.params.iter().zip(&draft.binding.params);
    let mut settled = params.map(|(param, source)| match source {
        ParamSource::Argument(argument) => {
            args.get(*argument).and_then(|arg| arg.constant).is_some_and(|value| param.allows(value))
        }
        ParamSource::Default(_) => false,
    });
    varies && settled.all(|is_settled| is_settled)
}

fn fill_the_rest(draft: &mut Draft<'_>) -> Result<(), BindError> {
    let signature = draft.binding.signature;
    let (mut columns, mut lacks) = (0, false);
    let inputs = draft.binding.inputs.as_mut_slice();
    for (index, (input, place)) in signature.inputs.iter().zip(inputs).enumerate() {
        columns += usize::from(input.column.is_some());
        if draft.inputs.has(index) {
            continue;
        }
        match input.column {
            Some(column) => *place = InputSource::Column(column),
            None => lacks |= !input.optional,
        }
    }
    let params = draft.binding.params.as_mut_slice();
    for (index, (param, place)) in signature.params.iter().zip(params).enumerate() {
        if draft.params.has(index) {
            continue;
        }
        match param.default {
            Some(default) => *place = ParamSource::Default(default),
            None => lacks = true,
        }
    }
    if lacks {
        return Err(too_few(draft));
    }
    // `atr(close, 14)`: some of several price columns are given and the others left out. It may mean another source for
    // the whole, or these columns in TA-Lib's order.
    let given = draft.inputs.0.count_ones() as usize;
    draft.binding.ambiguous = given > 0 && given < signature.inputs.len() && columns == signature.inputs.len();
    Ok(())
}

#[cold]
fn too_few(draft: &Draft<'_>) -> BindError {
    let signature = draft.binding.signature;
    let mut at_least = 0;
    let mut missing = Vec::new();
    for (index, input) in signature.inputs.iter().enumerate() {
        if input.column.is_none() && !input.optional {
            at_least += 1;
            if !draft.inputs.has(index) {
                missing.push(input.name.clone().into_owned());
            }
        }
    }
    for (index, param) in signature.params.iter().enumerate() {
        if param.default.is_none() || signature.strict {
            at_least += 1;
            if !draft.params.has(index) {
                missing.push(param.name.clone().into_owned());
            }
        }
    }
    BindError::TooFew { at_least, missing }
}

/// Most arguments that a call may have whose first `given` are inputs; the columns behind them stay left out.
fn greatest(signature: &Signature, given: usize) -> usize {
    (if given == 0 { signature.inputs.len() } else { given }) + signature.params.len()
}
