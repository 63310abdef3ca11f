//! One signature against one call: which argument goes where.

use super::{ArgumentShape, BindError, Binding, InputSource, ParamSource, Places};
use crate::Signature;

/// A place of the signature.
#[derive(Clone, Copy)]
enum Place {
    Input(usize),
    Param(usize),
}

pub(super) fn fill<'c>(signature: &'c Signature, args: &[ArgumentShape<'_>]) -> Result<Binding<'c>, BindError> {
    let mut inputs: Places<Option<usize>> = Places::filled(None, signature.inputs.len());
    let mut params: Places<Option<usize>> = Places::filled(None, signature.params.len());

    let given = given_inputs(signature, args);
    let mut position = 0;
    for (argument, arg) in args.iter().enumerate() {
        let slot = match arg.keyword {
            Some(keyword) => match named(signature, keyword).ok_or(BindError::UnknownKeyword { argument })? {
                Place::Input(index) => &mut inputs.as_mut_slice()[index],
                Place::Param(index) => &mut params.as_mut_slice()[index],
            },
            None => {
                position += 1;
                if position <= given {
                    if position > inputs.len() {
                        inputs.push(Some(argument));
                        continue;
                    }
                    &mut inputs.as_mut_slice()[position - 1]
                } else {
                    match params.as_mut_slice().get_mut(position - 1 - given) {
                        Some(slot) => slot,
                        None => return Err(BindError::TooMany { at_most: greatest(signature, given) }),
                    }
                }
            }
        };
        if slot.replace(argument).is_some() {
            return Err(BindError::Twice { argument });
        }
    }
    if signature.strict && !is_strictly_met(&inputs, &params, signature, args) {
        return Err(too_few(signature, &inputs, &params));
    }
    finish(signature, &inputs, &params)
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
        let rest_stands_in = inputs[index..].iter().all(|input| input.column.is_some());
        if arg.constant.is_some() && rest_stands_in {
            break;
        }
        given = index + 1;
    }
    given
}

/// `rsi(14)`: a call of a windowed function with constants alone, few enough to be its parameters. Its series was
/// forgotten; that the constant were the series would be legal and senseless.
fn lacks_its_series(signature: &Signature, args: &[ArgumentShape<'_>]) -> bool {
    let windowed = signature.lookback.as_ref().is_some_and(crate::Formula::uses_params);
    windowed
        && !args.is_empty()
        && args.len() <= signature.params.len()
        && args.iter().all(|arg| arg.keyword.is_none() && arg.constant.is_some())
}

fn named(signature: &Signature, keyword: &str) -> Option<Place> {
    if let Some(index) = signature.input_index(keyword) {
        return Some(Place::Input(index));
    }
    signature.param_index(keyword).map(Place::Param)
}

fn is_strictly_met(
    inputs: &[Option<usize>],
    params: &[Option<usize>],
    signature: &Signature,
    args: &[ArgumentShape<'_>],
) -> bool {
    let constant = |slot: &Option<usize>| slot.and_then(|argument| args.get(argument)?.constant);
    let varies = inputs.first().is_some_and(|slot| slot.is_some() && constant(slot).is_none());
    varies
        && params
            .iter()
            .zip(signature.params.iter())
            .all(|(slot, param)| constant(slot).is_some_and(|value| param.allows(value)))
}

fn finish<'c>(
    signature: &'c Signature,
    inputs: &[Option<usize>],
    params: &[Option<usize>],
) -> Result<Binding<'c>, BindError> {
    let mut binding = Binding {
        signature,
        inputs: Places::filled(InputSource::Absent, 0),
        params: Places::filled(ParamSource::Default(0.0), 0),
        ambiguous: is_partial(signature, inputs),
    };
    for (index, slot) in inputs.iter().enumerate() {
        binding.inputs.push(match (slot, signature.inputs.get(index)) {
            (Some(argument), _) => InputSource::Argument(*argument),
            (None, Some(input)) if input.column.is_some() || input.optional => {
                input.column.map_or(InputSource::Absent, InputSource::Column)
            }
            (None, _) => return Err(too_few(signature, inputs, params)),
        });
    }
    for (slot, param) in params.iter().zip(signature.params.iter()) {
        binding.params.push(match (slot, param.default) {
            (Some(argument), _) => ParamSource::Argument(*argument),
            (None, Some(default)) => ParamSource::Default(default),
            (None, None) => return Err(too_few(signature, inputs, params)),
        });
    }
    Ok(binding)
}

/// `atr(close, 14)`: some of several price columns are given and the others left out. It may mean another source
/// for the whole, or these columns in TA-Lib's order.
fn is_partial(signature: &Signature, inputs: &[Option<usize>]) -> bool {
    let given = inputs.iter().filter(|slot| slot.is_some()).count();
    given > 0 && given < inputs.len() && signature.inputs.iter().all(|input| input.column.is_some())
}

#[cold]
fn too_few(signature: &Signature, inputs: &[Option<usize>], params: &[Option<usize>]) -> BindError {
    let needed_inputs =
        signature.inputs.iter().enumerate().filter(|(_, input)| input.column.is_none() && !input.optional);
    let needed_params =
        signature.params.iter().enumerate().filter(|(_, param)| param.default.is_none() || signature.strict);
    let at_least = needed_inputs.clone().count() + needed_params.clone().count();
    let missing_inputs =
        needed_inputs.filter(|(index, _)| inputs.get(*index).is_none_or(Option::is_none)).map(|(_, input)| &input.name);
    let missing_params =
        needed_params.filter(|(index, _)| params.get(*index).is_none_or(Option::is_none)).map(|(_, param)| &param.name);
    let missing = missing_inputs.chain(missing_params).map(|name| name.clone().into_owned()).collect();
    BindError::TooFew { at_least, missing }
}

/// Most arguments that a call may have whose first `given` are inputs; the columns behind them stay left out.
fn greatest(signature: &Signature, given: usize) -> usize {
    given.max(if given == 0 { signature.inputs.len() } else { given }) + signature.params.len()
}
