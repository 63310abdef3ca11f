//! Values of TA-Lib's functions: a script's chain against TA-Lib called by hand, and no look into the future.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use signal_catalog::{Catalog, Kind};
use signal_engine::{Bars, Values};
use support::{Random, numbers, value, walk};
use ta_lib::Core;

/// The valid part of the last statement's numbers.
fn valid(script: &str, bars: &Bars) -> Vec<f64> {
    let series = value(script, bars).unwrap_or_else(|error| panic!("{error}: {script}"));
    match series.values {
        Values::Numbers(values) => values[series.start..].to_vec(),
        Values::Booleans(_) => panic!("booleans: {script}"),
    }
}

#[track_caller]
fn check(script: &str, bars: &Bars, expected: &[f64]) {
    assert_eq!(valid(script, bars), expected, "{script}");
}

/// TA-Lib's moving averages and their like, called by hand on a slice.
fn by_hand(name: &str, input: &[f64], period: i32) -> Vec<f64> {
    let core = Core::new();
    let mut out = vec![0.0; input.len()];
    let end = input.len() - 1;
    let range = match name {
        "sma" => core.sma(0, end, input, period, &mut out),
        "ema" => core.ema(0, end, input, period, &mut out),
        "rsi" => core.rsi(0, end, input, period, &mut out),
        "wma" => core.wma(0, end, input, period, &mut out),
        "roc" => core.roc(0, end, input, period, &mut out),
        "highest" => core.max(0, end, input, period, &mut out),
        "linreg" => core.linearreg(0, end, input, period, &mut out),
        other => panic!("{other}"),
    };
    out.truncate(range.unwrap().count);
    out
}

#[test]
fn a_chain_is_talib_on_the_values_of_the_inner_call() {
    let names = ["sma", "ema", "rsi", "wma", "roc", "highest", "linreg"];
    for seed in 0..300 {
        let bars = walk(seed, 300);
        let mut random = Random(seed);
        let mut script = "close".to_owned();
        let mut expected = bars.close.clone();
        for _ in 0..1 + random.below(4) {
            let (name, period) = (*random.pick(&names), 2 + random.below(20));
            script = format!("{name}({script}, {period})");
            expected = by_hand(name, &expected, period as i32);
        }
        check(&script, &bars, &expected);
    }
}

#[test]
fn inputs_that_begin_on_different_bars_are_cut_to_the_latest() {
    let bars = walk(4, 120);
    let (high, low) = (by_hand("sma", &bars.high, 3), by_hand("sma", &bars.low, 9));
    let mut out = vec![0.0; 120];
    let cut = bars.close.len() - low.len();
    let range =
        Core::new().atr(0, low.len() - 1, &high[high.len() - low.len()..], &low, &bars.close[cut..], 5, &mut out);
    check("atr(sma(high, 3), sma(low, 9), close, 5)", &bars, &out[..range.unwrap().count]);
}

#[test]
fn outputs_come_in_talibs_order_and_whole_numbers_as_numbers() {
    let bars = walk(8, 200);
    let core = Core::new();
    let (mut line, mut signal, mut hist) = (vec![0.0; 200], vec![0.0; 200], vec![0.0; 200]);
    let count = core.macd(0, 199, &bars.close, 5, 11, 4, &mut line, &mut signal, &mut hist).unwrap().count;
    check("a, b, c = macd(close, 5, 11, 4)\na", &bars, &line[..count]);
    check("macd_signal(close, 5, 11, 4)", &bars, &signal[..count]);
    check("macd(close, 5, 11, 4).hist", &bars, &hist[..count]);
    let mut pattern = vec![0; 200];
    let count = core.cdldoji(0, 199, &bars.open, &bars.high, &bars.low, &bars.close, &mut pattern).unwrap().count;
    let expected: Vec<f64> = pattern[..count].iter().map(|&value| f64::from(value)).collect();
    assert!(expected.contains(&100.0));
    check("cdldoji()", &bars, &expected);
    check("cdldoji(open, high, low, close)", &bars, &expected);
}

#[test]
fn columns_stand_in_for_what_is_left_out() {
    let bars = walk(8, 90);
    for (short, long) in [
        ("atr(14)", "atr(high, low, close, 14)"),
        ("adx(7)", "adx(high, low, close, timeperiod=7)"),
        ("obv()", "obv(close, volume)"),
        ("vwap()", "vwap(high, low, close, volume)"),
        ("rsi(close)", "rsi(close, 14)"),
        ("rsi(close, period=9)", "rsi(close, 9)"),
        ("n = 3\nsma(close, n * 2 + 1)", "sma(close, 7)"),
        ("stoch_k(14, 3)", "stoch(high, low, close, 14, 3, 0, 1).k"),
        ("bbands_upper(close, 20, 1.5)", "bbands(close, 20, 1.5, 1.5).upper"),
        ("stdev(close, 10)", "stddev(close, 10)"),
        ("change(close)", "mom(close, 1)"),
    ] {
        assert_eq!(numbers(short, &bars), numbers(long, &bars), "{short}");
    }
}

#[test]
fn an_undefined_value_does_what_it_does_in_talib() {
    let bars = walk(2, 60);
    let undefined = "x = close / (close != close[10])\n";
    // Dividing by 0 on one bar makes an infinite value there; the difference of two of them is undefined.
    let script = format!("{undefined}y = x - x\n");
    let hole = numbers(&format!("{script}y"), &bars);
    assert!(hole[10].unwrap().is_nan() && hole[11] == Some(0.0));
    let highest = numbers(&format!("{script}sma(y, 3)"), &bars);
    let mut input: Vec<f64> = vec![0.0; 60];
    input[10] = f64::NAN;
    let by_hand = by_hand("sma", &input, 3);
    for (bar, value) in highest.iter().enumerate().skip(2) {
        assert_eq!(value.unwrap().is_nan(), by_hand[bar - 2].is_nan(), "bar {bar}");
    }
}

#[test]
fn no_function_looks_into_the_future() {
    let bars = walk(21, 320);
    let prefix = bars.select(&(0..250).collect::<Vec<_>>());
    let mut functions = 0;
    for entry in Catalog::bundled().entries() {
        if !matches!(entry.kind, Kind::Indicator | Kind::Operator) {
            continue;
        }
        for signature in entry.signatures.iter() {
            let mut arguments: Vec<String> = Vec::new();
            for (index, input) in signature.inputs.iter().enumerate() {
                let boolean = input.value == signal_catalog::ValueType::Boolean;
                let stand_in = if boolean { "close > open" } else { ["close", "high", "low"][index % 3] };
                arguments.push(input.column.map_or(stand_in, |column| column.as_str()).to_owned());
            }
            arguments.extend(signature.params.iter().map(|param| param.default.unwrap_or(5.0).to_string()));
            let call = format!("{}({})", entry.name, arguments.join(", "));
            for output in 0..signature.outputs.len().max(1) {
                let script = if signature.outputs.len() > 1 { format!("{call}[{output}]") } else { call.clone() };
                let (whole, part) = (value(&script, &bars).unwrap(), value(&script, &prefix).unwrap());
                assert_eq!(whole.start, part.start, "{script}");
                let equal = (0..250).all(|bar| match (whole.number(bar), part.number(bar)) {
                    (Some(a), Some(b)) => a.to_bits() == b.to_bits() || a == b,
                    (a, b) => a == b,
                });
                assert!(equal, "{script} rewrites earlier values when later bars come");
                functions += 1;
            }
        }
    }
    assert!(functions > 300, "{functions}");
}
