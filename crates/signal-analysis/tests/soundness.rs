//! What the analysis says of values holds for the values that the engine computes: on random scripts over random bars.
//!
//! A condition that is said to hold never, or always, and does otherwise on a single bar would be a false alarm.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeMap;

use signal_analysis::{Input, Levels, analyze, value_of};
use signal_catalog::{Catalog, Entry, Kind, ParamKind, Signature, ValueType, function_ranges};
use signal_engine::{Bars, Program, Values as EngineValues, evaluate};
use signal_project::{Flags, directives, resolve};
use signal_syntax::{Expr, ExprId, parse};
use signal_text::Source;

/// How many scripts are tried.
const SCRIPTS: u64 = 10_000;
const BARS: usize = 200;
/// An undefined value may be felt for so many bars in windows that look back.
const MEMORY: usize = 60;

/// Numbers that are the same on every machine (a 64-bit linear congruence).
struct Random(u64);

impl Random {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, count: usize) -> usize {
        ((self.share() * count as f64) as usize).min(count - 1)
    }

    fn pick<'t, T: ?Sized>(&mut self, from: &[&'t T]) -> &'t T {
        from[self.below(from.len())]
    }
}

/// Bars of a kind: a walk with gaps, quiet stretches and spikes, coarse ticks, one trend, a constant price.
fn market(kind: u64) -> Bars {
    let mut random = Random(kind * 77 + 1);
    let mut bars = Bars::default();
    let mut close = 100.0_f64;
    for bar in 0..BARS {
        let quiet = (bar / 40) % 3 == 1;
        let tick = |price: f64| if kind % 5 == 2 { (price * 4.0).round() / 4.0 } else { price };
        let width = match kind % 5 {
            0 => 0.05,
            1 if quiet => 0.0,
            1 => 0.4,
            2 => 0.02,
            3 => 0.01,
            _ => 0.0,
        };
        let gap = if kind.is_multiple_of(2) { width * (random.share() - 0.5) } else { 0.0 };
        let trend = if kind % 5 == 3 { 0.006 } else { 0.0 };
        let open = tick((close * gap.exp()).clamp(0.5, 1e5));
        close = tick((open * (width * (random.share() - 0.5) + trend).exp()).clamp(0.5, 1e5));
        bars.open_time.push(bar as i64 * 3600);
        bars.open.push(open);
        bars.close.push(close);
        bars.high.push(tick(open.max(close) * (1.0 + width * 0.3 * random.share())).max(open.max(close)));
        bars.low.push(tick(open.min(close) / (1.0 + width * 0.3 * random.share())).min(open.min(close)));
        bars.volume.push(if quiet { 0.0 } else { (1e6 * random.share().powi(6)).round() / 7.0 });
    }
    bars.validate().unwrap();
    bars
}

type Function = (&'static Entry, &'static Signature);

/// Functions of series whose lookback is known.
fn functions() -> Vec<Function> {
    let series = |value| matches!(value, ValueType::Number | ValueType::Boolean | ValueType::Unknown);
    let entries = Catalog::bundled().entries().iter();
    let callable =
        entries.filter(|entry| matches!(entry.kind, Kind::Indicator | Kind::Operator) && series(entry.value));
    callable
        .flat_map(|entry| entry.signatures.iter().map(move |signature| (entry, signature)))
        .filter(|(_, signature)| {
            signature.lookback.is_some() && signature.inputs.iter().all(|input| series(input.value))
        })
        .collect()
}

/// Writes random scripts.
struct Writer {
    random: Random,
    all: Vec<Function>,
    /// Those whose outputs have a range.
    ranged: Vec<Function>,
    numbers: Vec<String>,
    conditions: Vec<String>,
}

impl Writer {
    fn new(seed: u64) -> Self {
        let all = functions();
        let has_range = |(_, signature): &&Function| {
            signature.talib.as_deref().and_then(function_ranges).is_some_and(|row| !row.outputs.is_empty())
        };
        let ranged: Vec<Function> = all
            .iter()
            .filter(|(entry, signature)| has_range(&&(*entry, *signature)) && !entry.name.starts_with("cdl"))
            .copied()
            .collect();
        Self { random: Random(seed), all, ranged, numbers: Vec::new(), conditions: Vec::new() }
    }

    fn constant(&mut self) -> String {
        self.random
            .pick(&["0", "0", "1", "-1", "20", "30", "50", "70", "80", "100", "-20", "-80", "-100", "0.5", "2", "1.02"])
            .to_owned()
    }

    fn number(&mut self, depth: u32) -> String {
        let dice = self.random.below(if depth == 0 { 4 } else { 18 });
        match dice {
            0 | 1 => self
                .random
                .pick(&["open", "high", "low", "close", "close", "volume", "hl2", "hlc3", "ohlc4"])
                .to_owned(),
            2 => match self.numbers.len() {
                0 => "close".to_owned(),
                count => self.numbers[self.random.below(count)].clone(),
            },
            3 => self.constant(),
            4..=7 => {
                let function = self.ranged[self.random.below(self.ranged.len())];
                self.call(function, depth)
            }
            8 | 9 => {
                let function = self.all[self.random.below(self.all.len())];
                self.call(function, depth)
            }
            10..=12 => {
                let op = self.random.pick(&["+", "-", "-", "*", "/", "//", "%"]);
                format!("({} {op} {})", self.number(depth - 1), self.number(depth - 1))
            }
            13 => format!("({})[-{}]", self.number(depth - 1), 1 + self.random.below(4)),
            14 => format!("-({})", self.number(depth - 1)),
            15 => {
                format!("({} if {} else {})", self.number(depth - 1), self.condition(depth - 1), self.number(depth - 1))
            }
            16 => {
                let (call, output) = *[
                    ("bbands(close, 10)", "upper"),
                    ("bbands(close, 10)", "middle"),
                    ("bbands(close, 10)", "lower"),
                    ("donchian(10)", "upper"),
                    ("donchian(10)", "lower"),
                    ("minmax(close, 5)", "max"),
                    ("stoch()", "slowk"),
                    ("kc()", "upper"),
                    ("kc()", "lower"),
                ]
                .get(self.random.below(9))
                .unwrap();
                format!("{call}.{output}")
            }
            _ => format!("({}) ** {}", self.number(depth - 1), self.random.pick(&["2", "3", "0.5", "-1"])),
        }
    }

    /// A call with small periods; price columns are mostly left out.
    fn call(&mut self, (entry, signature): Function, depth: u32) -> String {
        let columns = signature.inputs.iter().all(|input| input.column.is_some());
        let mut arguments = Vec::new();
        if !columns || self.random.below(8) == 0 {
            for input in signature.inputs.iter() {
                arguments.push(match input.value {
                    ValueType::Boolean => self.condition(depth.saturating_sub(1)),
                    _ => self.number(depth.saturating_sub(1)),
                });
            }
        }
        let mut params: Vec<f64> = Vec::new();
        for param in signature.params.iter() {
            params.push(match param.kind {
                ParamKind::Integer => {
                    (param.min.unwrap_or(1.0) + self.random.below(9) as f64).min(param.max.unwrap_or(f64::MAX))
                }
                ParamKind::MovingAverage => self.random.below(9) as f64,
                ParamKind::Real | ParamKind::Other => param.default.or(param.min).unwrap_or(1.0),
            });
        }
        if signature.lookback_bars(&params).is_none() {
            params = signature.params.iter().map(|param| param.default.unwrap_or(1.0)).collect();
        }
        arguments.extend(params.iter().map(f64::to_string));
        format!("{}({})", entry.name, arguments.join(", "))
    }

    fn condition(&mut self, depth: u32) -> String {
        match self.random.below(if depth == 0 { 3 } else { 12 }) {
            0 if !self.conditions.is_empty() => self.conditions[self.random.below(self.conditions.len())].clone(),
            0..=4 => {
                let op = self.random.pick(&["<", "<=", ">", ">=", "==", "!="]);
                let left = self.number(depth.min(2));
                let right = if self.random.below(2) == 0 { self.constant() } else { self.number(depth.min(1)) };
                format!("({left} {op} {right})")
            }
            // The same value against two levels, or two values twice.
            5 | 6 => {
                let (a, b) = (self.number(depth.min(1)), self.number(1));
                let mut level = || if self.random.below(3) == 0 { b.clone() } else { self.constant() };
                let (first, second) = (level(), level());
                let (op, other) =
                    (self.random.pick(&["<", "<=", ">", ">=", "=="]), self.random.pick(&["<", "<=", ">", ">="]));
                let word = self.random.pick(&["and", "or", "&", "|"]);
                format!("(({a} {op} {first}) {word} ({a} {other} {second}))")
            }
            7 | 8 => {
                let word = self.random.pick(&["and", "or"]);
                format!("({} {word} {})", self.condition(depth - 1), self.condition(depth - 1))
            }
            9 => format!("(not {})", self.condition(depth - 1)),
            10 => {
                let name = self.random.pick(&["crossover", "crossunder", "cross"]);
                format!(
                    "{name}({}, {})",
                    self.number(depth - 1),
                    if self.random.below(2) == 0 { self.constant() } else { self.number(1) }
                )
            }
            _ => format!("({} < {} < {})", self.constant(), self.number(depth - 1), self.constant()),
        }
    }

    fn script(&mut self) -> String {
        self.numbers.clear();
        self.conditions.clear();
        let mut text = String::new();
        for place in 0..3 {
            text.push_str(&format!("n{place} = {}\n", self.number(2)));
            self.numbers.push(format!("n{place}"));
            text.push_str(&format!("c{place} = {}\n", self.condition(3)));
            self.conditions.push(format!("c{place}"));
        }
        text
    }
}

/// An expression's values on every bar, as numbers, with the bars on which something inside of it is undefined.
struct Column {
    start: usize,
    values: Vec<f64>,
    undefined: Vec<bool>,
}

/// How often something was proven, and held.
#[derive(Debug, Default)]
struct Tally {
    scripts: u64,
    proven: u64,
    conflicts: u64,
    values: u64,
    bounded: u64,
}

fn try_script(text: &str, bars: &Bars, tally: &mut Tally, wrong: &mut Vec<String>) {
    let source = Source::new("random.signal", text);
    let parsed = parse(&source);
    assert!(parsed.diagnostics.is_empty(), "{text}\n{:?}", parsed.diagnostics);
    let settings = resolve(None, &directives(&source, &parsed.tree), &Flags::default());
    let levels = Levels::default();
    let catalog = Catalog::bundled();
    let Ok(program) = Program::compile(&source, &parsed.tree, catalog) else { return };
    let input = Input { source: &source, parsed: &parsed, catalog, settings: &settings, levels: &levels, today: None };
    let analysis = analyze(input);
    let facts = &analysis.facts;
    let tree = &parsed.tree;
    tally.scripts += 1;
    let mut columns: Vec<Option<Column>> = Vec::new();
    let mut proven = false;
    for id in tree.ids() {
        let column = column(&program, bars, id, &columns, &parts(facts, id));
        if let Some(column) = &column {
            let range = facts.range(id);
            let condition = facts.values().is_condition(facts.values().of(id));
            proven |= condition && !matches!(tree.expr(id), Expr::Bool(_)) && (range.is_never() || range.is_always());
            tally.bounded += u64::from(range.low.is_finite() || range.high.is_finite());
            for bar in column.start..BARS {
                if column.undefined[bar.saturating_sub(MEMORY)..=bar].iter().any(|is| *is) {
                    continue;
                }
                tally.values += 1;
                let value = column.values[bar];
                if !range.holds(value) {
                    wrong.push(format!("{} is {value:?} on bar {bar}, not in {range:?}\n{text}", facts.text(id)));
                    break;
                }
            }
        }
        columns.push(column);
    }
    let conflicts = tree.ids().filter(|id| facts.ranges().conflict(facts.values().of(*id)).is_some()).count();
    tally.conflicts += u64::from(conflicts > 0);
    tally.proven += u64::from(proven);
}

/// The expressions that an expression is made of, names included.
fn parts(facts: &signal_analysis::Facts<'_>, id: ExprId) -> Vec<ExprId> {
    let tree = facts.tree();
    match tree.expr(id) {
        Expr::Name => facts
            .bindings
            .of(id)
            .and_then(|definition| value_of(tree, facts.bindings.definition(definition)))
            .into_iter()
            .collect(),
        Expr::Unary { operand, .. } => vec![operand],
        Expr::Binary { left, right, .. } => vec![left, right],
        Expr::Compare { first, rest } => {
            std::iter::once(first).chain(tree.comparisons(rest).iter().map(|(_, _, right)| *right)).collect()
        }
        Expr::Call { arguments, .. } => tree.arguments(arguments).iter().map(|argument| argument.value).collect(),
        Expr::Index { base, .. } | Expr::Attribute { base, .. } => vec![base],
        Expr::Conditional { then, condition, otherwise } => vec![then, condition, otherwise],
        Expr::Paren(inner) => vec![inner],
        _ => Vec::new(),
    }
}

fn column(program: &Program, bars: &Bars, id: ExprId, columns: &[Option<Column>], parts: &[ExprId]) -> Option<Column> {
    let series = evaluate(program, Some(id), bars).ok()?;
    let mut undefined = vec![false; BARS];
    for part in parts {
        let part = columns[part.index()].as_ref();
        for (bar, undefined) in undefined.iter_mut().enumerate() {
            *undefined |= part.is_some_and(|part| part.undefined[bar]);
        }
    }
    let values: Vec<f64> = match series.values {
        EngineValues::Numbers(values) => values,
        EngineValues::Booleans(values) => values.into_iter().map(|value| f64::from(u8::from(value))).collect(),
    };
    for bar in series.start..BARS {
        undefined[bar] |= values[bar].is_nan();
    }
    Some(Column { start: series.start, values, undefined })
}

#[test]
fn what_is_said_of_values_holds_on_random_bars() {
    let markets: Vec<Bars> = (0..10).map(market).collect();
    let threads = 4;
    let outcomes: Vec<(Tally, Vec<String>)> = std::thread::scope(|scope| {
        let run = |thread: u64| {
            let markets = &markets;
            scope.spawn(move || {
                let mut writer = Writer::new(1 + thread);
                let (mut tally, mut wrong) = (Tally::default(), Vec::new());
                for number in 0..SCRIPTS / threads + 400 {
                    let script = writer.script();
                    try_script(&script, &markets[number as usize % markets.len()], &mut tally, &mut wrong);
                }
                (tally, wrong)
            })
        };
        let running: Vec<_> = (0..threads).map(run).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut total = Tally::default();
    let mut wrong = Vec::new();
    for (tally, found) in outcomes {
        total.scripts += tally.scripts;
        total.proven += tally.proven;
        total.conflicts += tally.conflicts;
        total.values += tally.values;
        total.bounded += tally.bounded;
        wrong.extend(found);
    }
    let first: BTreeMap<usize, &String> = wrong.iter().map(|line| (line.len(), line)).take(400).collect();
    let shown: Vec<&str> = first.values().take(6).map(|line| line.as_str()).collect();
    assert!(wrong.is_empty(), "{} of them are wrong, such as\n{}\n{total:?}", wrong.len(), shown.join("\n"));
    // Silence would be sound too.
    assert!(total.scripts >= SCRIPTS, "{total:?}");
    assert!(total.proven * 3 > total.scripts && total.conflicts * 20 > total.scripts, "{total:?}");
    println!("{total:?}");
}
