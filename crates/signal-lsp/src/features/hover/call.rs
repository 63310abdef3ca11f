//! Calls: the function that is called, with what follows from these arguments; keywords and outputs.

use signal_analysis::{ActionKind, Call, Side, Sizing, Unit};
use signal_catalog::{BindError, Binding, Evidence, InputSource, Kind, ParamSource};
use signal_syntax::{Expr, ExprId};

use super::value::{FirstValue, first_value, sort, time, time_of_call, waits};
use crate::features::vocabulary::{self, ARGUMENTS, about, evidence, heading, joined, list, moving_average, parameter};
use crate::snapshot::Snapshot;
use crate::wording::{block, code, number};

/// The name that a call calls.
pub(super) fn callee(snapshot: &Snapshot, id: ExprId) -> Option<String> {
    let facts = snapshot.facts();
    let call = facts.calls.get(id)?;
    let entry = call.entry?;
    let catalog = snapshot.project().catalog();
    let Some(binding) = call.bound() else { return Some(vocabulary::entry(entry, catalog)) };
    let signature = binding.signature;
    let head =
        if entry.signatures.len() > 1 { block(&vocabulary::signature_line(entry, signature)) } else { heading(entry) };
    let lines = match entry.kind {
        Kind::Signal => signal(snapshot, call),
        Kind::Action => action(snapshot, call).into_iter().collect(),
        Kind::Sizing => sizing(snapshot, call).into_iter().collect(),
        Kind::Indicator | Kind::Operator | Kind::Variable => series(snapshot, call, binding),
    };
    Some(joined(vec![
        head,
        about(entry),
        list(lines.into_iter()),
        format!("*{}*", evidence(entry, Some(signature), catalog)),
    ]))
}

/// What an indicator or operator gives with these arguments.
fn series(snapshot: &Snapshot, call: &Call<'_>, binding: &Binding<'_>) -> Vec<String> {
    let mut lines = vec![format!("**Value**: {}", sort(snapshot, call.id))];
    lines.extend(time_of_call(snapshot, call.id));
    lines.extend(left_out(binding));
    if binding.ambiguous {
        lines.push("Other ways to call it fit these arguments too: this reading is assumed".to_owned());
    }
    lines
}

/// What the call does not say and takes all the same.
fn left_out(binding: &Binding<'_>) -> Option<String> {
    let inputs = binding.signature.inputs.iter().zip(binding.inputs.iter()).filter_map(|(input, from)| match from {
        InputSource::Column(column) if column.as_str() == input.name => Some(code(&input.name)),
        InputSource::Column(column) => Some(code(&format!("{}={}", input.name, column.as_str()))),
        InputSource::Argument(_) | InputSource::Absent => None,
    });
    let params = binding.signature.params.iter().zip(binding.params.iter()).filter_map(|(param, from)| match from {
        ParamSource::Default(value) => Some(code(&format!("{}={}", param.name, number(*value)))),
        ParamSource::Argument(_) => None,
    });
    let parts: Vec<String> = inputs.chain(params).take(ARGUMENTS).collect();
    // Nobody but TA-Lib says what the service takes for them.
    let signature = binding.signature;
    let is_talibs = signature.talib.is_some() && signature.form <= Evidence::TaLib;
    let whose = if is_talibs { ", taken as in TA-Lib" } else { "" };
    (!parts.is_empty()).then(|| format!("**Left out**{whose}: {}", parts.join(", ")))
}

/// What a signal waits for.
fn signal(snapshot: &Snapshot, call: &Call<'_>) -> Vec<String> {
    let mut lines = waits(snapshot, call.id);
    let own = snapshot.facts().warmup(call.id);
    lines.extend(first_value(snapshot, &own).map(|first| match first {
        FirstValue::At(opens) => format!("**Can fire** from {opens} on"),
        FirstValue::Never(held) => format!("**Can fire** never, since the range holds {held}"),
        FirstValue::Perhaps(held) => format!("**Can fire** perhaps never, since the range holds {held}"),
    }));
    let condition = call.input("condition").map(|condition| snapshot.facts().range(condition));
    lines.extend(match condition {
        Some(range) if range.is_never() => Some("**Condition**: never holds".to_owned()),
        Some(range) if range.is_always() => Some("**Condition**: always holds".to_owned()),
        _ => None,
    });
    lines
}

/// What an action asks for, in words.
fn action(snapshot: &Snapshot, call: &Call<'_>) -> Option<String> {
    let facts = snapshot.facts();
    let orders = facts.orders();
    let at = orders.actions.binary_search_by_key(&call.id, |action| action.call).ok()?;
    let action = &orders.actions[at];
    let ticker = action.market.map(|market| code(&facts.tickers.markets[market].to_string()))?;
    let side = match action.side {
        Side::Long => "the LONG position",
        Side::Short => "the SHORT position",
        Side::Absent => "the position",
        Side::Other(_) | Side::Variable => return None,
    };
    match action.kind {
        ActionKind::Entry => {
            let side = side.trim_start_matches("the ");
            let size = action.sizing.as_ref().and_then(size).map_or_else(String::new, |size| format!(" of {size}"));
            Some(format!("**Opens** a {side}{size} in {ticker}"))
        }
        ActionKind::Exit => Some(format!("**Closes** {side} in {ticker}")),
        ActionKind::Other => None,
    }
}

fn sizing(snapshot: &Snapshot, call: &Call<'_>) -> Option<String> {
    let at = call.arguments.first()?.value;
    let amount = snapshot.facts().constants.number(at)?;
    let unit = match call.name {
        "Weight" => Unit::Weight,
        "Cash" => Unit::Cash,
        "Shares" => Unit::Shares,
        _ => return None,
    };
    size(&Sizing { call: call.id, unit, amount_at: Some(at), amount: Some(amount) })
        .map(|size| format!("**Here**: {size}"))
}

/// A size in words: "50 % of the equity".
fn size(sizing: &Sizing) -> Option<String> {
    let amount = sizing.amount?;
    Some(match sizing.unit {
        Unit::Weight => format!("{} % of the equity", number(amount * 100.0)),
        Unit::Cash => format!("{} of the quote currency", number(amount)),
        Unit::Shares => format!("{} of the base currency", number(amount)),
        Unit::Other => return None,
    })
}

/// The name in `name=value`.
pub(super) fn keyword(snapshot: &Snapshot, id: ExprId, argument: usize) -> Option<String> {
    let call = snapshot.facts().calls.get(id)?;
    match &call.binding {
        Some(Err(BindError::UnknownKeyword { argument: unknown })) if *unknown == argument => None,
        Some(Err(_)) => {
            // The call does not fit, but the name may be known all the same.
            let name = snapshot.source().slice(call.arguments.get(argument)?.name?);
            let signature = call.entry?.signatures.first()?;
            let param = signature.params.iter().find(|param| param.is_named(name));
            let input = signature.inputs.iter().find(|input| input.is_named(name));
            param.map(parameter).or_else(|| input.map(vocabulary::input))
        }
        _ => self::argument(snapshot, call, argument),
    }
}

/// What one of a call's arguments is there.
pub(super) fn argument(snapshot: &Snapshot, call: &Call<'_>, argument: usize) -> Option<String> {
    let facts = snapshot.facts();
    let (entry, binding) = (call.entry?, call.bound()?);
    let signature = binding.signature;
    let param = binding.params.iter().position(|from| *from == ParamSource::Argument(argument));
    let input =
        binding.inputs.iter().position(|from| matches!(from, InputSource::Argument(n) if *n as usize == argument));
    let mut page = vec![block(&vocabulary::signature_line(entry, signature))];
    match (param.and_then(|at| signature.params.get(at)), input.and_then(|at| signature.inputs.get(at))) {
        (Some(param), _) => {
            page.push(parameter(param));
            let value = facts.constants.number(call.arguments.get(argument)?.value);
            let kind = value.and_then(|value| moving_average(param, value));
            page.push(kind.map_or_else(String::new, |kind| format!("Here: {kind}")));
            if !vocabulary::is_no_series(entry) {
                page.push(list(time_of_call(snapshot, call.id).into_iter()));
            }
        }
        (None, Some(_)) if entry.kind == Kind::Sizing => page.push(list(sizing(snapshot, call).into_iter())),
        (None, Some(input)) => page.push(vocabulary::input(input)),
        (None, None) => return None,
    }
    Some(joined(page))
}

/// The name behind a dot, or the text in brackets: `bands.upper`, `bands["upper"]`.
pub(super) fn output(snapshot: &Snapshot, id: ExprId) -> Option<String> {
    let facts = snapshot.facts();
    let tree = facts.tree();
    let (base, name) = match tree.expr(id) {
        Expr::Attribute { base, name } => (base, facts.source.slice(name).into()),
        Expr::Index { base, index } => (base, tree.string(facts.source, index)?),
        _ => return None,
    };
    let call = facts.outputs_of(base)?;
    let (entry, binding) = (call.entry?, call.bound()?);
    let signature = binding.signature;
    let place = signature.output_index(&name)?;
    let output = signature.outputs.get(place)?;
    let mut lines = vec![format!("**Value**: {}", sort(snapshot, id))];
    lines.extend(time(snapshot, id));
    Some(joined(vec![
        block(&vocabulary::signature_line(entry, signature)),
        format!("{}: output {} of {}", code(&output.name), place + 1, code(&entry.name)),
        list(lines.into_iter()),
    ]))
}
