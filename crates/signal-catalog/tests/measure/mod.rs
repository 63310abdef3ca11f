//! Runs TA-Lib on a random market, from its first bar and from a later one, and tells by how much the two differ.

use ta_lib::Core;
use ta_lib::abstract_api::{FuncInfo, Group, InputType, OptInputType, OutputType};

/// Columns of a random market.
pub(crate) struct Market {
    open: Vec<f64>,
    high: Vec<f64>,
    low: Vec<f64>,
    close: Vec<f64>,
    volume: Vec<f64>,
    /// Between -1 and 1, for functions such as the arc sine.
    wave: Vec<f64>,
    /// Another price, for functions of two.
    other: Vec<f64>,
}

/// Numbers in 0..1 that are the same on every machine (a 64-bit linear congruence).
fn random(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl Market {
    /// A random walk of this many bars.
    pub(crate) fn random(bars: usize, seed: u64) -> Self {
        let mut random = random(seed);
        let mut market = Self {
            open: vec![],
            high: vec![],
            low: vec![],
            close: vec![],
            volume: vec![],
            wave: vec![],
            other: vec![],
        };
        let (mut price, mut other) = (100.0_f64, 50.0_f64);
        for bar in 0..bars {
            let open = price * (0.002 * (random() - 0.5)).exp();
            // A pull towards the middle keeps the walk from running away, whatever the seed.
            price = open * (0.03 * (random() - 0.5) + 0.002 * (100.0 / open).ln()).exp();
            other *= (0.02 * (random() - 0.5) + 0.002 * (50.0 / other).ln()).exp();
            market.open.push(open);
            market.close.push(price);
            market.high.push(open.max(price) * (1.0 + 0.01 * random()));
            market.low.push(open.min(price) * (1.0 - 0.01 * random()));
            market.volume.push((1000.0 + 9000.0 * random()).round());
            market.wave.push(0.9 * (bar as f64 * 0.7).sin());
            market.other.push(other);
        }
        market
    }
}

/// Each output, from its first value on, as numbers; and the bar of that value.
pub(crate) struct Outputs {
    pub(crate) first: usize,
    pub(crate) values: Vec<Vec<f64>>,
}

/// What the function gives for the bars from `cut` on.
pub(crate) fn run(core: &Core, info: &FuncInfo, market: &Market, cut: usize, params: &[f64]) -> Outputs {
    let bars = market.close.len() - cut;
    // A period a bar, for the function that takes one.
    let periods = vec![10.0; bars];
    let mut reals = vec![vec![f64::NAN; bars]; info.outputs.len()];
    let mut integers = vec![vec![0_i32; bars]; info.outputs.len()];
    let mut call = info.id.new_call(core);
    for (slot, input) in info.inputs.iter().enumerate() {
        let column = |column: &'static str| column_of(market, column).get(cut..);
        if input.kind == InputType::Price {
            call.set_price_input(
                slot,
                column("open"),
                column("high"),
                column("low"),
                column("close"),
                column("volume"),
                None,
            )
            .unwrap();
        } else if input.param_name == "inPeriods" {
            call.set_input(slot, &periods).unwrap();
        } else {
            let name = match (info.group, slot) {
                (Group::MathTransform, _) => "wave",
                (_, 0) => "close",
                _ => "other",
            };
            call.set_input(slot, &column_of(market, name)[cut..]).unwrap();
        }
    }
    for (index, (value, param)) in params.iter().zip(info.opt_inputs).enumerate() {
        match param.kind {
            OptInputType::RealRange { .. } | OptInputType::RealList { .. } => {
                call.set_opt_input(index, *value).unwrap()
            }
            _ => call.set_opt_input(index, *value as i32).unwrap(),
        };
    }
    for (index, (real, integer)) in reals.iter_mut().zip(&mut integers).enumerate() {
        match info.outputs[index].kind {
            OutputType::Real => call.set_output(index, real).unwrap(),
            OutputType::Integer => call.set_int_output(index, integer).unwrap(),
        };
    }
    let range = call.call(0, bars - 1).unwrap_or_else(|error| panic!("{}{params:?}: {error:?}", info.name));
    let mut values = Vec::new();
    for (index, output) in info.outputs.iter().enumerate() {
        let mut column: Vec<f64> = match output.kind {
            OutputType::Real => reals[index][..range.count].to_vec(),
            OutputType::Integer => integers[index][..range.count].iter().map(|value| f64::from(*value)).collect(),
        };
        // An index counts from the first bar that was passed; told in bars of the whole market it can be compared.
        if output.param_name.to_lowercase().contains("idx") || info.name.ends_with("INDEX") {
            column.iter_mut().for_each(|value| *value += cut as f64);
        }
        values.push(column);
    }
    Outputs { first: cut + range.beg_idx, values }
}

fn column_of<'m>(market: &'m Market, name: &str) -> &'m [f64] {
    match name {
        "open" => &market.open,
        "high" => &market.high,
        "low" => &market.low,
        "close" => &market.close,
        "volume" => &market.volume,
        "wave" => &market.wave,
        _ => &market.other,
    }
}

/// By how much an output that began at `cut` differs from the one that began at bar 0, bar by bar from its first value
/// on, as a share of the output's spread.
pub(crate) fn errors(whole: &Outputs, later: &Outputs, output: usize) -> Vec<f64> {
    let reference = &whole.values[output][later.first - whole.first..];
    let spread = spread(reference);
    let difference =
        |(a, b): (&f64, &f64)| if a == b || (a.is_nan() && b.is_nan()) { 0.0 } else { (a - b).abs() / spread };
    reference.iter().zip(&later.values[output]).map(difference).collect()
}

fn spread(values: &[f64]) -> f64 {
    let finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let mean = finite.iter().sum::<f64>() / finite.len().max(1) as f64;
    let variance = finite.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / finite.len().max(1) as f64;
    // A constant output is compared as it is.
    if variance > 1e-18 { variance.sqrt() } else { 1.0 }
}
