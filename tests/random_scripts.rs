//! Random scripts out of all that the catalog lists, for the tests that hold prediction against computation.

use proptest::prelude::*;
use signal_catalog::{Catalog, Entry, Kind, ParamKind, Signature, ValueType};

type Function = (&'static Entry, &'static Signature);

/// Functions that return a series of numbers or booleans and whose lookback is known.
fn functions() -> Vec<Function> {
    let series = |value| matches!(value, ValueType::Number | ValueType::Boolean | ValueType::Unknown);
    Catalog::bundled()
        .entries()
        .iter()
        .filter(|entry| matches!(entry.kind, Kind::Indicator | Kind::Operator) && series(entry.value))
        .filter_map(|entry| Some((entry, entry.signatures.first()?)))
        .filter(|(_, signature)| {
            signature.lookback.is_some() && signature.inputs.iter().all(|input| series(input.value))
        })
        .collect()
}

/// A number: a column, a call, arithmetic, an index.
pub(crate) fn number() -> impl Strategy<Value = String> {
    let functions = functions();
    assert!(functions.len() > 250, "only {} functions take part", functions.len());
    let column = prop::sample::select(vec!["open", "high", "low", "close", "volume"]).prop_map(str::to_owned);
    column.prop_recursive(3, 24, 3, move |inner| {
        let series = prop::collection::vec(inner.clone(), 6);
        let dice = prop::collection::vec(0u32..1_000, 12);
        let call = (prop::sample::select(functions.clone()), series, dice)
            .prop_map(|(function, series, dice)| call(function, &series, &dice));
        let operator = prop::sample::select(vec!["+", "-", "*", "/"]);
        prop_oneof![
            6 => call,
            1 => (inner.clone(), inner.clone(), operator).prop_map(|(a, b, operator)| format!("({a} {operator} {b})")),
            1 => (inner.clone(), 1u32..6).prop_map(|(x, k)| format!("({x})[-{k}]")),
            1 => inner.prop_map(|x| format!("-({x})")),
        ]
    })
}

/// A call with parameters near the lower end of what it takes.
fn call((entry, signature): Function, series: &[String], dice: &[u32]) -> String {
    let inputs = signature.inputs.iter().zip(series.iter().cycle()).map(|(input, value)| match input.value {
        ValueType::Boolean => format!("{value} > close"),
        _ => value.clone(),
    });
    let params = signature.params.iter().zip(dice.iter().cycle()).map(|(param, &dice)| match param.kind {
        ParamKind::Integer => (param.min.unwrap_or(1.0) + f64::from(dice % 9)).min(param.max.unwrap_or(f64::MAX)),
        ParamKind::MovingAverage => f64::from(dice % 9),
        ParamKind::Real | ParamKind::Other => param.default.or(param.min).unwrap_or(1.0),
    });
    let mut params: Vec<f64> = params.collect();
    // Two functions take some combinations only: FRAMA an even period, MAVP a minimum below its maximum.
    if signature.lookback_bars(&params).is_none() {
        params = signature.params.iter().map(|param| param.default.unwrap_or(1.0)).collect();
    }
    let params = params.iter().map(f64::to_string);
    format!("{}({})", entry.name, inputs.chain(params).collect::<Vec<_>>().join(", "))
}

/// A script that emits one or two signals, some of it through names.
pub(crate) fn script() -> impl Strategy<Value = String> {
    (number(), number(), number(), any::<bool>()).prop_map(|(a, b, c, both)| {
        let mut text = format!(
            "first = {a}\nsecond = {b}\nup = first > second\nemit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n"
        );
        if both {
            text.push_str(&format!("emit_signal({c} < first, exit(\"BINANCE:BTC/USDT\", \"LONG\"))\n"));
        }
        text
    })
}
