//! The catalog against TA-Lib itself, in the shape of its official Rust port: metadata, and lookbacks over a grid.

use signal_catalog::{Catalog, Entry, OutputKind, Param, ParamKind, PriceColumn, Signature};
use ta_lib::Core;
use ta_lib::abstract_api::{self, FuncInfo, InputFlags, InputType, OptInputInfo, OptInputType, OutputType};

/// The entry of a function under its own name, and the signature that is the function as it is.
fn signature_of(info: &FuncInfo) -> (&'static Entry, &'static Signature) {
    let name = info.name.to_lowercase();
    let entry = Catalog::bundled().get(&name).unwrap_or_else(|| panic!("{name} has no entry"));
    let signature = entry.signatures.iter().find(|signature| signature.talib.as_deref() == Some(info.name));
    (entry, signature.unwrap_or_else(|| panic!("{name} has no signature of TA-Lib's")))
}

/// TA-Lib's parameter names lower-cased and without their prefix: `optInFastK_Period` is `fastk_period`.
fn stripped(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_lowercase()
}

#[test]
fn every_function_of_talib_is_there() {
    let mut functions = 0;
    for info in abstract_api::funcs() {
        let (entry, signature) = signature_of(info);
        functions += 1;
        assert_eq!(signature.talib_output, None, "{}", info.name);
        assert!(signature.talib_params.is_empty(), "{}", info.name);
        if entry.signatures.len() == 1 {
            assert_eq!(entry.group, info.group.as_str(), "{}", info.name);
            assert_eq!(entry.summary, info.hint, "{}", info.name);
        }
    }
    assert_eq!(functions, 237);
}

#[test]
fn inputs_are_talibs() {
    const COMPONENTS: [(InputFlags, PriceColumn); 5] = [
        (InputFlags::PRICE_OPEN, PriceColumn::Open),
        (InputFlags::PRICE_HIGH, PriceColumn::High),
        (InputFlags::PRICE_LOW, PriceColumn::Low),
        (InputFlags::PRICE_CLOSE, PriceColumn::Close),
        (InputFlags::PRICE_VOLUME, PriceColumn::Volume),
    ];
    for info in abstract_api::funcs() {
        let mut expected = Vec::new();
        for input in info.inputs {
            if input.kind == InputType::Price {
                let used = COMPONENTS.iter().filter(|(flag, _)| input.flags.contains(*flag));
                expected.extend(used.map(|(_, column)| (column.as_str().to_owned(), Some(*column))));
            } else {
                // The one series that has a column all the same: `obv()` is how it is called.
                let column = (info.name == "OBV").then_some(PriceColumn::Close);
                expected.push((stripped(input.param_name, "in"), column));
            }
        }
        let (_, signature) = signature_of(info);
        let ours: Vec<_> = signature.inputs.iter().map(|input| (input.name.to_string(), input.column)).collect();
        assert_eq!(ours, expected, "{}", info.name);
    }
}

#[test]
fn parameters_are_talibs() {
    for info in abstract_api::funcs() {
        let (_, signature) = signature_of(info);
        assert_eq!(signature.params.len(), info.opt_inputs.len(), "{}", info.name);
        for (ours, theirs) in signature.params.iter().zip(info.opt_inputs) {
            check_param(info.name, ours, theirs);
        }
    }
}

fn check_param(function: &str, ours: &Param, theirs: &OptInputInfo) {
    /// TA-Lib's way of saying 'no bound'.
    const UNBOUNDED: f64 = 3e37;
    let bound = |value: f64| (value.abs() < UNBOUNDED).then_some(value);
    let expected = match theirs.kind {
        OptInputType::IntegerRange { min, max, default, .. } => {
            (ParamKind::Integer, f64::from(default), Some(f64::from(min)), Some(f64::from(max)))
        }
        OptInputType::RealRange { min, max, default, .. } => (ParamKind::Real, default, bound(min), bound(max)),
        OptInputType::IntegerList { values, default } => {
            let least = values.iter().map(|(value, _)| *value as f64).fold(f64::MAX, f64::min);
            let greatest = values.iter().map(|(value, _)| *value as f64).fold(f64::MIN, f64::max);
            (ParamKind::MovingAverage, default as f64, Some(least), Some(greatest))
        }
        OptInputType::RealList { .. } => panic!("{function}: no function had a list of reals"),
    };
    assert_eq!(ours.name, stripped(theirs.param_name, "optIn"), "{function}");
    assert_eq!(
        (ours.kind, ours.default, ours.min, ours.max),
        (expected.0, Some(expected.1), expected.2, expected.3),
        "{function}: {}",
        ours.name
    );
}

#[test]
fn outputs_are_talibs() {
    for info in abstract_api::funcs() {
        let (_, signature) = signature_of(info);
        let ours: Vec<_> = signature.outputs.iter().map(|output| (output.name.to_string(), output.kind)).collect();
        let expected: Vec<_> =
            info.outputs.iter().map(|output| (output_name(output.param_name), output_kind(output.kind))).collect();
        assert_eq!(ours, expected, "{}", info.name);
    }
}

/// `outRealUpperBand` is `upperband`, while `outReal` is `real`.
fn output_name(name: &str) -> String {
    let name = stripped(name, "out");
    match name.strip_prefix("real") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => name,
    }
}

fn output_kind(kind: OutputType) -> OutputKind {
    match kind {
        OutputType::Real => OutputKind::Real,
        OutputType::Integer => OutputKind::Integer,
    }
}

/// Values worth trying for a parameter: next to its bounds, small, usual and large ones, and every kind of average.
fn candidates(param: &Param, many: bool) -> Vec<f64> {
    if param.kind == ParamKind::MovingAverage {
        return (0..=15).map(f64::from).collect();
    }
    let (min, max) = (param.min.unwrap_or(-1e6), param.max.unwrap_or(1e6));
    let default = param.default.unwrap_or(min);
    let mut values = vec![min, default, max];
    if param.kind == ParamKind::Integer {
        values.extend([min + 1.0, min + 2.0, min + 7.0, default + 1.0]);
        if many {
            values.extend([
                3.0,
                4.0,
                5.0,
                8.0,
                9.0,
                15.0,
                16.0,
                17.0,
                24.0,
                25.0,
                26.0,
                50.0,
                99.0,
                100.0,
                200.0,
                1023.0,
                max - 1.0,
            ]);
        }
    }
    values.retain(|value| (min..=max).contains(value));
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

/// All choices of one value a parameter, as long as they are few; beyond that, a choice in `step`.
fn grid(params: &[Param]) -> Vec<Vec<f64>> {
    const MOST: usize = 20_000;
    let choices: Vec<Vec<f64>> = params.iter().map(|param| candidates(param, params.len() <= 3)).collect();
    let total: usize = choices.iter().map(Vec::len).product();
    // A step without a factor in common with the counts visits all values of each parameter.
    let mut step = total.div_ceil(MOST).max(1);
    while step > 1 && choices.iter().any(|choice| common_factor(choice.len(), step) > 1) {
        step += 1;
    }
    let pick = |mut number: usize| {
        let mut point = Vec::new();
        for choice in &choices {
            point.push(choice[number % choice.len()]);
            number /= choice.len();
        }
        point
    };
    (0..total).step_by(step).map(pick).collect()
}

fn common_factor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { common_factor(b, a % b) }
}

fn talib_lookback(core: &Core, info: &FuncInfo, point: &[f64]) -> Option<u64> {
    let mut call = info.id.new_call(core);
    for (index, (value, param)) in point.iter().zip(info.opt_inputs).enumerate() {
        match param.kind {
            OptInputType::RealRange { .. } | OptInputType::RealList { .. } => call.set_opt_input(index, *value).ok()?,
            _ => call.set_opt_input(index, *value as i32).ok()?,
        };
    }
    call.lookback().ok().map(|bars| bars as u64)
}

fn check_lookback(info: &FuncInfo, signature: &Signature, point: &[f64], theirs: Option<u64>) {
    let ours = signature.lookback_bars(point);
    match info.name {
        // Refused although each value is within its bounds: an odd period, a minimum above the maximum.
        "FRAMA" | "MAVP" => assert_eq!(ours, theirs, "{}{point:?}", info.name),
        // Refused where its factors are out of order, which a formula over whole numbers can't tell.
        "SQZMOM" => assert!(theirs.is_none() || ours == theirs, "{}{point:?}: {ours:?}, not {theirs:?}", info.name),
        _ => {
            assert!(theirs.is_some(), "{} refuses {point:?}", info.name);
            assert_eq!(ours, theirs, "{}{point:?}", info.name);
        }
    }
}

#[test]
fn every_lookback_is_talibs_over_the_grid() {
    let core = Core::new();
    let mut points = 0;
    for info in abstract_api::funcs() {
        let (_, signature) = signature_of(info);
        for point in grid(&signature.params) {
            let theirs = talib_lookback(&core, info, &point);
            check_lookback(info, signature, &point, theirs);
            points += usize::from(theirs.is_some());
        }
    }
    assert!(points > 200_000, "only {points} points");
    println!("{points} points");
}

#[test]
fn a_function_under_another_name_has_the_lookback_of_what_it_calls() {
    use signal_catalog::TalibParam;
    let core = Core::new();
    let mut points = 0;
    for entry in Catalog::bundled().entries() {
        for signature in entry.signatures.iter() {
            let Some(function) = signature.talib.as_deref() else { continue };
            let info = abstract_api::get_func_handle(function).unwrap_or_else(|| panic!("{function}")).info();
            for point in grid(&signature.params).into_iter().step_by(7) {
                let passed: Vec<f64> = match &*signature.talib_params {
                    [] => point.clone(),
                    mapped => mapped
                        .iter()
                        .map(|param| match param {
                            TalibParam::Param(index) => point[usize::from(*index)],
                            TalibParam::Fixed(value) => *value,
                        })
                        .collect(),
                };
                assert_eq!(passed.len(), info.opt_inputs.len(), "{}", entry.name);
                check_lookback(info, signature, &point, talib_lookback(&core, info, &passed));
                points += 1;
            }
            if let Some(output) = signature.talib_output {
                assert!(usize::from(output) < info.outputs.len() && signature.outputs.len() == 1, "{}", entry.name);
            } else {
                assert_eq!(signature.outputs.len(), info.outputs.len(), "{}", entry.name);
            }
        }
    }
    assert!(points > 30_000, "only {points} points");
}
