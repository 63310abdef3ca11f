//! The ranges of outputs against TA-Lib itself: random bars, and bars that are hard on running sums.

#![allow(clippy::unwrap_used, missing_docs)]

use signal_catalog::{FunctionRanges, OutputRange, Rounding, all_function_ranges, keeps_the_hull};
use ta_lib::Core;
use ta_lib::abstract_api::{self, FuncInfo, InputType, OptInputType, OutputType};

const BARS: usize = 400;
const MOODS: u64 = 9;
const SEEDS: u64 = 4;

/// Numbers in 0..1 that are the same on every machine (a 64-bit linear congruence).
fn random(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[derive(Default)]
struct Market {
    open: Vec<f64>,
    high: Vec<f64>,
    low: Vec<f64>,
    close: Vec<f64>,
    volume: Vec<f64>,
}

impl Market {
    /// Bars of a kind: calm, flat with spikes, only up, only down, constant, in coarse ticks, wild, nearly constant, with
    /// gaps. Volume has spikes, and stretches of zeros.
    fn new(mood: u64, seed: u64) -> Self {
        let mut random = random(seed * 31 + mood);
        let mut market = Self::default();
        let mut price = 100.0_f64;
        for bar in 0..BARS {
            let quiet = (bar / 60) % 3 == 1;
            let tick = |price: f64| (price * 4.0).round() / 4.0;
            let mut walk = |open: f64, width: f64| {
                price = (open * (width * (random() - 0.5)).exp()).clamp(1e-6, 1e8);
                (open, price, random(), random())
            };
            let (open, close, up, down) = match mood {
                0 => walk(market.close.last().copied().unwrap_or(100.0), 0.05),
                1 if quiet => {
                    let close = market.close.last().copied().unwrap_or(100.0);
                    (close, close, 0.0, 0.0)
                }
                1 => walk(market.close.last().copied().unwrap_or(100.0), 0.3),
                2 => (100.0 + bar as f64, 101.0 + bar as f64, 0.0, 0.0),
                3 => (1001.0 - bar as f64, 1000.0 - bar as f64, 0.0, 0.0),
                4 => (100.0, 100.0, 0.0, 0.0),
                5 => {
                    let (open, close, up, _) = walk(100.0, 0.04);
                    (tick(open), tick(close), if up > 0.5 { 0.25 } else { 0.0 }, 0.0)
                }
                6 => walk(market.close.last().copied().unwrap_or(100.0), 3.0),
                7 => walk(market.close.last().copied().unwrap_or(100.0), 1e-6),
                _ => {
                    let before = market.close.last().copied().unwrap_or(100.0);
                    let gap = walk(before, 0.4).1;
                    let (open, close, up, down) = walk(gap, 0.02);
                    (open, close, up * 0.01, down * 0.01)
                }
            };
            let spike = if mood == 1 && random() < 0.03 { 1000.0 } else { 0.01 };
            market.open.push(open);
            market.close.push(close);
            market.high.push(open.max(close) * (1.0 + up * spike));
            market.low.push(open.min(close) / (1.0 + down * spike));
            market.volume.push(match random() {
                _ if quiet => 0.0,
                rare if rare < 0.02 => 1e9 * rare,
                usual => (1e4 * usual).round() / 7.0,
            });
        }
        market
    }

    /// A series of numbers of some kind: a price, volume, changes, a square wave.
    fn series(mood: u64, seed: u64) -> Vec<f64> {
        let market = Self::new(mood % MOODS, seed);
        let Self { open, close, volume, .. } = market;
        match mood / MOODS {
            0 => close,
            1 => volume,
            2 => close.iter().zip(&open).map(|(close, open)| close - open).collect(),
            _ => (0..BARS).map(|bar| ((bar / 3) % 2) as f64).collect(),
        }
    }
}

/// Parameters to try: defaults, small ones, halved ones; every average that keeps the hull.
fn params(info: &FuncInfo, variant: usize) -> Vec<f64> {
    let averages: Vec<f64> = (0..=15).map(f64::from).filter(|&kind| keeps_the_hull(kind)).collect();
    let choose = |(place, param): (usize, &abstract_api::OptInputInfo)| match param.kind {
        OptInputType::IntegerRange { min, default, .. } => f64::from(match variant % 3 {
            0 => default,
            1 => min + place as i32,
            _ => (default / 2 + 1).max(min),
        }),
        OptInputType::IntegerList { default, .. } if variant == 0 => default as f64,
        OptInputType::IntegerList { .. } => averages[variant % averages.len()],
        OptInputType::RealRange { default, .. } | OptInputType::RealList { default, .. } => default,
    };
    info.opt_inputs.iter().enumerate().map(choose).collect()
}

/// Runs a function over one market and gives every value to `see`, with its output and the least and greatest input.
fn run(core: &Core, info: &FuncInfo, mood: u64, seed: u64, params: &[f64], mut see: impl FnMut(usize, f64, f64, f64)) {
    let market = Market::new(mood % MOODS, seed);
    let series: Vec<Vec<f64>> =
        (0..info.inputs.len() as u64).map(|slot| Market::series(mood, seed + 100 * slot)).collect();
    let mut call = info.id.new_call(core);
    let (mut least, mut greatest) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut hull = |values: &[f64]| {
        least = values.iter().copied().fold(least, f64::min);
        greatest = values.iter().copied().fold(greatest, f64::max);
    };
    for (slot, input) in info.inputs.iter().enumerate() {
        let Market { open, high, low, close, volume } = &market;
        if input.kind == InputType::Price {
            call.set_price_input(slot, Some(open), Some(high), Some(low), Some(close), Some(volume), None).unwrap();
            hull(low);
            hull(high);
        } else {
            call.set_input(slot, &series[slot]).unwrap();
            hull(&series[slot]);
        }
    }
    for (index, (&value, param)) in params.iter().zip(info.opt_inputs).enumerate() {
        match param.kind {
            OptInputType::RealRange { .. } | OptInputType::RealList { .. } => call.set_opt_input(index, value).unwrap(),
            _ => call.set_opt_input(index, value as i32).unwrap(),
        };
    }
    let mut reals = vec![vec![f64::NAN; BARS]; info.outputs.len()];
    let mut integers = vec![vec![0; BARS]; info.outputs.len()];
    for (index, (real, integer)) in reals.iter_mut().zip(&mut integers).enumerate() {
        match info.outputs[index].kind {
            OutputType::Real => call.set_output(index, real).unwrap(),
            OutputType::Integer => call.set_int_output(index, integer).unwrap(),
        };
    }
    let range = call.call(0, BARS - 1).unwrap_or_else(|error| panic!("{}{params:?}: {error:?}", info.name));
    for (index, output) in info.outputs.iter().enumerate() {
        for bar in 0..range.count {
            let value = match output.kind {
                OutputType::Real => reals[index][bar],
                OutputType::Integer => f64::from(integers[index][bar]),
            };
            if !value.is_nan() {
                see(index, value, least, greatest);
            }
        }
    }
}

/// Whether a value lies in a range, given the least and greatest input.
fn holds(range: OutputRange, value: f64, least: f64, greatest: f64) -> bool {
    let error = 1e-9 * least.abs().max(greatest.abs());
    match range {
        OutputRange::Any => true,
        OutputRange::Fixed { low, high, slack, step } => {
            (low - slack..=high + slack).contains(&value) && (step == 0.0 || value % step == 0.0)
        }
        OutputRange::Within(Rounding::Exact) => (least..=greatest).contains(&value),
        OutputRange::Within(Rounding::Rounded) => {
            (least - error..=greatest + error).contains(&value) && !(least >= 0.0 && value < 0.0)
        }
        OutputRange::Within(Rounding::Running) => (least - error..=greatest + error).contains(&value),
    }
}

fn info_of(row: &FunctionRanges) -> &'static FuncInfo {
    abstract_api::get_func_handle(row.name).unwrap_or_else(|| panic!("{}", row.name)).info()
}

#[test]
fn every_output_stays_in_its_range() {
    let core = Core::new();
    let (mut values, mut wrong) = (0_u64, Vec::new());
    for row in all_function_ranges().iter().filter(|row| !row.outputs.is_empty()) {
        let info = info_of(row);
        let prices_only = info.inputs.iter().all(|input| input.kind == InputType::Price);
        let moods = if prices_only { MOODS } else { 4 * MOODS };
        for (mood, seed, variant) in (0..moods).flat_map(|mood| (0..SEEDS).map(move |seed| (mood, seed, seed as usize)))
        {
            let params = params(info, variant);
            run(&core, info, mood, seed, &params, |output, value, least, greatest| {
                values += 1;
                if !holds(row.outputs[output], value, least, greatest) {
                    wrong.push(format!("{}{params:?} output {output}: {value:?} in mood {mood}", row.name));
                }
            });
        }
    }
    wrong.dedup_by_key(|line| line.split(':').next().map(str::to_owned));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(values > 1_000_000, "only {values} values");
}

#[test]
fn no_range_is_much_wider_than_it_has_to_be() {
    // A bound that nothing comes near to is a slip; these functions are shy of theirs.
    const SHY: [&str; 9] =
        ["ACOS", "ASIN", "COSH", "HT_SINE", "LINEARREG_ANGLE", "SQZMOM", "MINMAXINDEX", "MAXINDEX", "MININDEX"];
    let core = Core::new();
    let bounded = |row: &&FunctionRanges| {
        row.outputs.iter().any(|output| matches!(output, OutputRange::Fixed { .. }))
            && !row.name.starts_with("CDL")
            && !SHY.contains(&row.name)
    };
    for row in all_function_ranges().iter().filter(bounded) {
        let info = info_of(row);
        let mut seen = vec![(f64::INFINITY, f64::NEG_INFINITY); info.outputs.len()];
        for (mood, seed) in (0..4 * MOODS).flat_map(|mood| (0..SEEDS).map(move |seed| (mood, seed))) {
            run(&core, info, mood, seed, &params(info, seed as usize), |output, value, _, _| {
                let (least, greatest) = seen[output];
                seen[output] = (least.min(value), greatest.max(value));
            });
        }
        for (range, (least, greatest)) in row.outputs.iter().zip(seen) {
            let OutputRange::Fixed { low, high, .. } = *range else { continue };
            let width = if high.is_finite() && low.is_finite() { high - low } else { 1.0 };
            assert!(low.is_infinite() || least - low < 0.2 * width, "{}: {least} is far above {low}", row.name);
            assert!(
                high.is_infinite() || high - greatest < 0.2 * width,
                "{}: {greatest} is far below {high}",
                row.name
            );
        }
    }
}

#[test]
fn only_averages_that_keep_the_hull_are_said_to() {
    let core = Core::new();
    let info = abstract_api::get_func_handle("MA").unwrap().info();
    for kind in (0..=15).map(f64::from) {
        let mut leaves = false;
        for (mood, seed) in (0..MOODS).flat_map(|mood| (0..SEEDS).map(move |seed| (mood, seed))) {
            for period in [2.0, 5.0, 16.0] {
                run(&core, info, mood, seed, &[period, kind], |_, value, least, greatest| {
                    leaves |= !holds(OutputRange::Within(Rounding::Running), value, least, greatest);
                });
            }
        }
        assert!(!(leaves && keeps_the_hull(kind)), "kind {kind} leaves the values that go in");
    }
}
