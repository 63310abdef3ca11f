//! How long functions remember their first bar: what the catalog says, measured again.

#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "each test takes what it needs")]
mod measure;

use std::collections::BTreeMap;

use measure::{Market, errors, run};
use signal_catalog::{Catalog, Memory, ParamKind, Signature};
use ta_lib::Core;
use ta_lib::abstract_api::{self, FuncInfo};

const BARS: usize = 4000;

/// The class that two runs show: the same values, values that come together, or values that stay apart.
fn measured(core: &Core, info: &FuncInfo, market: &Market, params: &[f64]) -> Memory {
    let whole = run(core, info, market, 0, params);
    let mut class = Memory::Finite;
    for cut in [1, 37, 400, 1009] {
        let later = run(core, info, market, cut, params);
        for output in 0..info.outputs.len() {
            let errors = errors(&whole, &later, output);
            let greatest = errors.iter().copied().fold(0.0, f64::max);
            let late = errors[errors.len() - 300..].iter().copied().fold(0.0, f64::max);
            // Running sums leave rounding errors of this size behind.
            if greatest < 1e-7 {
                continue;
            }
            if late > 1e-3 * greatest {
                return Memory::Cumulative;
            }
            class = Memory::Recursive;
        }
    }
    class
}

fn signature_of(info: &FuncInfo) -> &'static Signature {
    let entry = Catalog::bundled().get(&info.name.to_lowercase()).unwrap();
    entry.signatures.iter().find(|signature| signature.talib.as_deref() == Some(info.name)).unwrap()
}

#[test]
fn memory_is_what_is_measured() {
    let core = Core::new();
    let market = Market::random(BARS, 7);
    let mut wrong = BTreeMap::new();
    for info in abstract_api::funcs() {
        let signature = signature_of(info);
        let mut params = signature.defaults().unwrap();
        if info.name == "CRSI" {
            // Its rank's default window of 100 bars outlasts what its two RSIs of 3 and 2 bars remember.
            params = vec![50.0, 2.0, 10.0];
        }
        let found = measured(&core, info, &market, &params);
        if signature.memory != Some(found) {
            wrong.insert(info.name, (signature.memory, found));
        }
    }
    assert!(wrong.is_empty(), "(catalog, measured): {wrong:#?}");
}

#[test]
fn a_kind_of_moving_average_decides_the_memory() {
    let core = Core::new();
    let market = Market::random(BARS, 11);
    let mut checked = 0;
    for info in abstract_api::funcs() {
        let signature = signature_of(info);
        let kinds = signature.params.iter().enumerate().filter(|(_, param)| param.kind == ParamKind::MovingAverage);
        for (index, _) in kinds {
            for kind in 0..=15 {
                if kind == 7 && ["APO", "PPO", "PVO"].contains(&info.name) {
                    // The difference of two MESA averages, which have no period, is nothing.
                    continue;
                }
                let mut params = signature.defaults().unwrap();
                params[index] = f64::from(kind);
                let found = measured(&core, info, &market, &params);
                assert_eq!(signature.memory_for(&params), Some(found), "{}{params:?}", info.name);
                checked += 1;
            }
        }
    }
    assert!(checked > 200, "{checked}");
}

/// What is left of the first bars' influence after the settling time, as a multiple of the share that was asked for.
/// The influence is how far a run that began later strays from one that began at bar 0; the greatest that any start
/// gives counts as the whole of it.
fn left_after_settling(core: &Core, info: &FuncInfo, market: &Market, params: &[f64], share: f64) -> f64 {
    let bars = signature_of(info).settle_bars(params, share).unwrap() as usize;
    let whole = run(core, info, market, 0, params);
    let mut worst = 0.0_f64;
    for output in 0..info.outputs.len() {
        let (mut greatest, mut left) = (0.0_f64, 0.0_f64);
        for start in 0..30 {
            let later = run(core, info, market, 100 + start * 23, params);
            let errors = errors(&whole, &later, output);
            greatest = errors.iter().copied().fold(greatest, f64::max);
            left = errors[bars..].iter().copied().fold(left, f64::max);
        }
        if greatest > 1e-7 {
            worst = worst.max(left / greatest / share);
        }
    }
    worst
}

/// The defaults with every period scaled; the kinds of moving averages and the factors as they are.
fn scaled(signature: &Signature, scale: f64) -> Vec<f64> {
    let scale_one = |param: &signal_catalog::Param| {
        let default = param.default.unwrap();
        if param.kind == ParamKind::Integer { (default * scale).round().max(param.min.unwrap()) } else { default }
    };
    signature.params.iter().map(scale_one).collect()
}

#[test]
fn settling_times_are_long_enough() {
    let core = Core::new();
    let market = Market::random(BARS, 23);
    let mut too_short = Vec::new();
    let mut checked = 0;
    for info in abstract_api::funcs() {
        let signature = signature_of(info);
        // Factors for what one average's formula can't know: ADX smooths what is smoothed already (its time is Wilder's
        // for one of the two, as is usual), STOCHRSI stretches small differences, HA's highs pick one value or another.
        let most = if ["ADX", "ADXR", "STOCHRSI", "HA"].contains(&info.name) { 3.0 } else { 1.8 };
        for params in [0.5, 1.0, 2.0].map(|scale| scaled(signature, scale)) {
            if signature.settling.is_none() || signature.memory_for(&params) != Some(Memory::Recursive) {
                continue;
            }
            for share in [0.01, 0.001, 1e-4] {
                let left = left_after_settling(&core, info, &market, &params, share);
                checked += 1;
                if left > most {
                    too_short.push(format!("{}{params:?} at {share}: {left:.2} times too much", info.name));
                }
            }
        }
    }
    assert!(too_short.is_empty(), "{too_short:#?}");
    assert!(checked > 300, "{checked}");
}

#[test]
fn settling_times_are_those_of_the_textbook() {
    let settle = |name: &str, params: &[f64], share: f64| {
        Catalog::bundled().get(name).unwrap().signatures[0].settle_bars(params, share)
    };
    let expected: [(&str, &[f64], f64, Option<u64>); 16] = [
        ("ema", &[200.0], 0.01, Some(461)),
        ("ema", &[200.0], 0.001, Some(691)),
        ("ema", &[1.0], 0.01, Some(0)),
        ("ema", &[20.0], 1.0, Some(0)),
        ("ema", &[20.0], 0.0, None),
        ("ema", &[20.0], f64::NAN, None),
        ("rsi", &[14.0], 0.01, Some(63)),
        ("rsi", &[14.0], 0.001, Some(94)),
        ("atr", &[14.0], 0.01, Some(63)),
        ("adx", &[14.0], 0.001, Some(94)),
        ("macd", &[12.0, 26.0, 9.0], 0.01, Some(60 + 9)),
        ("sma", &[200.0], 0.01, Some(0)),
        ("obv", &[], 0.01, None),
        ("kama", &[30.0], 0.01, None),
        ("bbands", &[20.0, 2.0, 2.0, 0.0], 0.01, Some(0)),
        ("bbands", &[20.0, 2.0, 2.0, 1.0], 0.01, Some(47)),
    ];
    for (name, params, share, bars) in expected {
        assert_eq!(settle(name, params, share), bars, "{name}{params:?} at {share}");
    }
}
