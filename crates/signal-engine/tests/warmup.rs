//! The warm-up as the engine computes it, against the catalog's prediction and against the rule of the language.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fmt::Write as _;

use signal_catalog::{Catalog, Entry, Kind, ParamKind, Signature};
use signal_engine::{Bars, EngineError};
use support::{Random, compile, value, walk};

/// Values of a parameter worth trying: the bounds, the default, and some between.
fn grid(signature: &Signature, index: usize) -> Vec<f64> {
    let param = &signature.params[index];
    let (min, max) = (param.min.unwrap_or(-10.0), param.max.unwrap_or(1e9));
    let mut values = match param.kind {
        ParamKind::MovingAverage => (0..=15).map(f64::from).collect(),
        ParamKind::Integer => vec![min, min + 1.0, min + 2.0, 3.0, 7.0, 14.0, 40.0],
        ParamKind::Real | ParamKind::Other => vec![min.max(0.05), 0.5, 1.0, 2.5],
    };
    values.extend(param.default);
    values.retain(|value| (min..=max).contains(value));
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

/// Parameter sets: the defaults with one or two parameters moved through their grids.
fn parameter_sets(signature: &Signature) -> Vec<Vec<f64>> {
    let base: Vec<f64> = signature.params.iter().map(|param| param.default.unwrap_or(20.0)).collect();
    let mut sets = vec![base.clone()];
    for a in 0..base.len() {
        for &value in &grid(signature, a) {
            let mut set = base.clone();
            set[a] = value;
            sets.push(set.clone());
            for b in a + 1..base.len() {
                for &value in grid(signature, b).iter().step_by(2) {
                    set[b] = value;
                    sets.push(set.clone());
                }
                set[b] = base[b];
            }
        }
    }
    sets.sort_by(|a, b| a.partial_cmp(b).unwrap());
    sets.dedup();
    sets
}

fn first(bars: &Bars, count: usize) -> Bars {
    bars.select(&(0..count).collect::<Vec<_>>())
}

/// The call as a script: inputs without a column get the price, parameters are written out.
fn call(entry: &Entry, signature: &Signature, params: &[f64]) -> String {
    let mut text = format!("{}(", entry.name);
    let stand_ins = ["close", "high", "low", "open"];
    for (index, input) in signature.inputs.iter().enumerate() {
        let column = input.column.map_or(stand_ins[index % 4], |column| column.as_str());
        let _ = write!(text, "{}{column}", if index > 0 { ", " } else { "" });
    }
    for param in params {
        let _ = write!(text, ", {param}");
    }
    text.replace("(, ", "(") + ")"
}

#[test]
fn every_talib_function_begins_where_the_catalog_says() {
    let bars = walk(7, 400);
    let (mut functions, mut points, mut refused) = (0, 0, 0);
    for entry in Catalog::bundled().entries().iter().filter(|entry| entry.kind == Kind::Indicator) {
        for signature in entry.signatures.iter().filter(|signature| signature.talib.is_some()) {
            functions += 1;
            let mut computed = false;
            for params in parameter_sets(signature) {
                let script = call(entry, signature, &params);
                let predicted = signature.lookback_bars(&params);
                let result = value(&script, &bars);
                if let Err(EngineError::BadParameter { .. }) = result {
                    refused += 1;
                    continue;
                }
                let predicted = predicted.unwrap_or_else(|| panic!("no prediction: {script}"));
                match result {
                    Ok(series) => {
                        computed = true;
                        assert_eq!(series.start as u64, predicted, "{script}");
                        let lookback = series.start;
                        // Exactly the lookback: no value. One bar more: one value.
                        match value(&script, &first(&bars, lookback)) {
                            Err(EngineError::OutOfRange { bars, needed, .. }) => {
                                assert_eq!((bars, needed), (lookback, Some(lookback as u64 + 1)), "{script}");
                            }
                            other => panic!("{script}: {other:?} over {lookback} bars"),
                        }
                        let one = value(&script, &first(&bars, lookback + 1)).unwrap();
                        assert_eq!((one.start, one.len()), (lookback, lookback + 1), "{script}");
                        points += 3;
                    }
                    Err(EngineError::OutOfRange { needed, .. }) => {
                        assert!(predicted >= 400, "{script}: predicted {predicted}");
                        assert_eq!(needed, Some(predicted + 1), "{script}");
                        points += 1;
                    }
                    Err(other) => panic!("{script}: {other}"),
                }
            }
            assert!(computed, "nothing computed for {}", entry.name);
        }
    }
    println!("{functions} functions, {points} points, {refused} parameter sets refused");
    assert!(functions >= 237 && points > 15_000, "{functions} functions, {points} points");
    assert!(refused * 20 < points, "{refused} of {points} refused");
}

/// A random expression as text with the warm-up that the language's rule gives it.
struct Chain {
    text: String,
    warmup: usize,
}

fn number(random: &mut Random, depth: usize) -> Chain {
    if depth == 0 {
        let name = *random.pick(&["close", "open", "high", "low", "volume", "hl2", "hlc3", "3.5", "-2"]);
        return Chain { text: name.to_owned(), warmup: 0 };
    }
    let n = 2 + random.below(12);
    match random.below(16) {
        kind @ 0..=6 => {
            let (name, lookback) = [
                ("sma", n - 1),
                ("ema", n - 1),
                ("rsi", n),
                ("wma", n - 1),
                ("roc", n),
                ("highest", n - 1),
                ("stddev", n - 1),
            ][kind];
            let inner = series(random, depth - 1);
            Chain { text: format!("{name}({}, {n})", inner.text), warmup: inner.warmup + lookback }
        }
        7 => {
            let (m, k) = (n + 1 + random.below(9), 1 + random.below(9));
            let inner = series(random, depth - 1);
            let output = *random.pick(&[".macd", ".signal", "[2]", "[\"hist\"]", ""]);
            Chain { text: format!("macd({}, {n}, {m}, {k}){output}", inner.text), warmup: inner.warmup + m + k - 2 }
        }
        8 => {
            let (high, low, close) = (series(random, depth - 1), series(random, depth - 1), series(random, depth - 1));
            let warmup = high.warmup.max(low.warmup).max(close.warmup) + n;
            Chain { text: format!("atr({}, {}, {}, {n})", high.text, low.text, close.text), warmup }
        }
        9 => {
            let (a, b) = (series(random, depth - 1), series(random, depth - 1));
            Chain { text: format!("correlation({}, {}, {n})", a.text, b.text), warmup: a.warmup.max(b.warmup) + n - 1 }
        }
        10 => {
            let inner = series(random, depth - 1);
            Chain { text: format!("({})[-{n}]", inner.text), warmup: inner.warmup + n - 1 }
        }
        11 => {
            let inner = series(random, depth - 1);
            let (name, lookback) =
                *random.pick(&[("shift", n), ("change", n), ("zscore", n - 1), ("log_return", n), ("volatility", n)]);
            Chain { text: format!("{name}({}, {n})", inner.text), warmup: inner.warmup + lookback }
        }
        12 => {
            let (condition, a, b) = (boolean(random, depth - 1), number(random, depth - 1), number(random, depth - 1));
            let warmup = condition.warmup.max(a.warmup).max(b.warmup);
            Chain { text: format!("({} if {} else {})", a.text, condition.text, b.text), warmup }
        }
        13 => {
            let condition = boolean_series(random, depth - 1);
            Chain { text: format!("count({}, {n})", condition.text), warmup: condition.warmup + n - 1 }
        }
        14 => {
            let inner = number(random, depth - 1);
            Chain { text: format!("-abs({})", inner.text), warmup: inner.warmup }
        }
        _ => {
            let (a, b) = (number(random, depth - 1), number(random, depth - 1));
            let op = *random.pick(&["+", "-", "*", "/", "//", "%"]);
            Chain { text: format!("({} {op} {})", a.text, b.text), warmup: a.warmup.max(b.warmup) }
        }
    }
}

/// As [`number`], but certainly a series: functions refuse a constant where a column could stand in.
fn series(random: &mut Random, depth: usize) -> Chain {
    let inner = number(random, depth);
    Chain { text: format!("({} + close)", inner.text), warmup: inner.warmup }
}

fn boolean(random: &mut Random, depth: usize) -> Chain {
    if depth == 0 {
        return Chain { text: (*random.pick(&["close > open", "True", "volume < 400"])).to_owned(), warmup: 0 };
    }
    match random.below(6) {
        0 => {
            let (a, b) = (boolean(random, depth - 1), boolean(random, depth - 1));
            let op = *random.pick(&["and", "or", "&", "|"]);
            Chain { text: format!("(({}) {op} ({}))", a.text, b.text), warmup: a.warmup.max(b.warmup) }
        }
        1 => {
            let inner = boolean(random, depth - 1);
            Chain { text: format!("(not ({}))", inner.text), warmup: inner.warmup }
        }
        2 => {
            let (a, b) = (series(random, depth - 1), number(random, depth - 1));
            let name = *random.pick(&["crossover", "crossunder", "cross"]);
            Chain { text: format!("{name}({}, {})", a.text, b.text), warmup: a.warmup.max(b.warmup) + 1 }
        }
        3 => {
            let (inner, n) = (series(random, depth - 1), 1 + random.below(9));
            Chain { text: format!("rising({}, {n})", inner.text), warmup: inner.warmup + n }
        }
        _ => {
            let (a, b, c) = (number(random, depth - 1), series(random, depth - 1), number(random, depth - 1));
            Chain {
                text: format!("({} < {} <= {})", a.text, b.text, c.text),
                warmup: a.warmup.max(b.warmup).max(c.warmup),
            }
        }
    }
}

fn boolean_series(random: &mut Random, depth: usize) -> Chain {
    let inner = boolean(random, depth);
    Chain { text: format!("(({}) and close > 0)", inner.text), warmup: inner.warmup }
}

#[test]
fn a_random_chain_begins_where_the_rule_says() {
    let all = walk(11, 260);
    let (mut in_range, mut out_of_range) = (0, 0);
    for seed in 0..4000 {
        let mut random = Random(seed);
        let bars = first(&all, 5 + random.below(255));
        let depth = 1 + random.below(4);
        let chain = if random.below(3) == 0 { boolean_series(&mut random, depth) } else { series(&mut random, depth) };
        // Half of them by way of a name.
        let script = if seed % 2 == 0 { format!("x = {}\nx", chain.text) } else { chain.text.clone() };
        match value(&script, &bars) {
            Ok(series) => {
                in_range += 1;
                assert_eq!(series.start, chain.warmup, "{script}");
                let enough = value(&script, &first(&bars, chain.warmup + 1));
                assert_eq!(enough.map(|series| series.start), Ok(chain.warmup), "{script}");
                if chain.warmup > 0 {
                    let error = value(&script, &first(&bars, chain.warmup)).unwrap_err();
                    let EngineError::OutOfRange { needed, .. } = error else { panic!("{error}: {script}") };
                    assert_eq!(needed, Some(chain.warmup as u64 + 1), "{script}");
                }
            }
            Err(EngineError::OutOfRange { needed, .. }) => {
                out_of_range += 1;
                assert!(chain.warmup >= bars.len(), "{script}: {}", chain.warmup);
                assert_eq!(needed, Some(chain.warmup as u64 + 1), "{script}");
            }
            Err(other) => panic!("{other}: {script}"),
        }
    }
    println!("{in_range} in range, {out_of_range} out of range");
    assert!(in_range > 3000 && out_of_range > 100, "{in_range} in range, {out_of_range} out of range");
}

#[test]
fn the_error_points_at_the_call_that_forces_it() {
    let script = "slow = ema(close, 200)\nx = sma(slow, 15) > close\nx";
    let error = value(script, &walk(1, 150)).unwrap_err();
    let span = error.span().unwrap();
    assert_eq!(&script[span.range()], "ema(close, 200)");
    assert!(matches!(error, EngineError::OutOfRange { bars: 150, needed: Some(214), .. }), "{error:?}");
    let error = value(script, &walk(1, 213)).unwrap_err();
    assert_eq!(&script[error.span().unwrap().range()], "sma(slow, 15)");
}

#[test]
fn what_no_signal_needs_is_not_computed() {
    let program = compile("unused = ema(close, 5000)\nemit_signal(close > 0, exit(\"BINANCE:BTC/USDT\", \"LONG\"))");
    assert!(signal_engine::evaluate(&program, None, &walk(1, 10)).is_ok());
}

#[test]
fn no_bars_at_all_are_out_of_range_even_for_a_constant() {
    for script in ["close", "3 > 2", "5"] {
        assert!(
            matches!(value(script, &Bars::default()), Err(EngineError::OutOfRange { bars: 0, needed: Some(1), .. })),
            "{script}"
        );
    }
}
