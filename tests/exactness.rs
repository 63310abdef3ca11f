//! Warm-up, verdict, first usable date and start dates are exact: 10,000 random scripts over windows within a few bars of
//! the limit, in every timeframe, each computed by the engine.
//!
//! The prediction counts by the catalog's formulas and by calendar arithmetic. What it is held against counts nothing: bars are laid
//! out day by day, the engine runs over them, and what it says is what happened.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use signal_analysis::{Input, Levels, Verdict, WarmupReport, analyze};
use signal_catalog::Catalog;
use signal_engine::{Bars, EngineError, MarketData, Mode, Program, Simulation, simulate};
use signal_market::{Date, Reading, Timeframe, latest_start};
use signal_project::{Flags, directives, resolve};
use signal_syntax::parse;
use signal_text::{Diagnostic, Source};

use crate::random_scripts::number;

/// Scripts that are tried, shared among the workers.
const SCRIPTS: usize = 1_260;
/// Windows that each is tried over, one a timeframe; more than 10,000 in all.
const WINDOWS: [Timeframe; 9] = Timeframe::ALL;
const WORKERS: usize = 4;
const TICKER: &str = "BINANCE:BTC/USDT";
const DAY: i64 = 86_400;

/// What is random beside the script.
#[derive(Clone, Copy, Debug)]
struct Dice {
    /// Last day of the window, counted from 2023-01-01.
    day: i64,
    /// Bars by which the window misses the limit, by the reading.
    delta: i64,
    wide: bool,
    /// Days by which it starts earlier: inside of a week or month.
    earlier: i64,
    /// Days that the warm-up takes, about.
    days: u64,
    /// Bars by which it misses whole days.
    beside: i64,
}

fn dice() -> impl Strategy<Value = Dice> {
    (0i64..700, -2i64..=3, any::<bool>(), prop::sample::select(vec![0i64, 0, 0, 1, 2, 9]), 1u64..4, -2i64..=2)
        .prop_map(|(day, delta, wide, earlier, days, beside)| Dice { day, delta, wide, earlier, days, beside })
}

fn shifted(date: Date, days: i64) -> Date {
    date.checked_add(jiff::Span::new().days(days)).unwrap()
}

/// Seconds since 1970 of a day's 00:00.
fn seconds(date: Date) -> i64 {
    date.at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_second()
}

/// When bars open from the first to before the last second of days, laid out day by day.
fn openings(timeframe: Timeframe, first: Date, days: i64) -> Vec<i64> {
    let mut openings = Vec::new();
    let mut date = first;
    for _ in 0..days {
        let begin = seconds(date);
        match timeframe {
            Timeframe::W1 if date.weekday() != jiff::civil::Weekday::Monday => {}
            Timeframe::Month1 if date.day() != 1 => {}
            Timeframe::W1 | Timeframe::Month1 => openings.push(begin),
            _ => openings.extend((begin..begin + DAY).step_by(timeframe.minutes().unwrap() as usize * 60)),
        }
        date = date.tomorrow().unwrap();
    }
    openings
}

fn days_between(first: Date, last: Date) -> i64 {
    (seconds(last) - seconds(first)) / DAY
}

/// Bars that open within the range before its last day.
fn narrow(timeframe: Timeframe, start: Date, end: Date) -> Vec<i64> {
    openings(timeframe, start, days_between(start, end))
}

/// Bars from the one that the range begins in to the last that opens on its last day.
fn wide(timeframe: Timeframe, start: Date, end: Date) -> Vec<i64> {
    let mut first = start;
    while match timeframe {
        Timeframe::W1 => first.weekday() != jiff::civil::Weekday::Monday,
        Timeframe::Month1 => first.day() != 1,
        _ => false,
    } {
        first = first.yesterday().unwrap();
    }
    openings(timeframe, first, days_between(first, end) + 1)
}

/// Sound bars with some movement in them, at those times.
fn bars(openings: &[i64]) -> Bars {
    let mut bars = Bars { open_time: openings.to_vec(), ..Bars::default() };
    let mut last = 100.0;
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    for _ in openings {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let step = (state % 2_001) as f64 / 1_000.0 - 1.0;
        let close = (last + step).clamp(20.0, 500.0);
        bars.open.push(last);
        bars.close.push(close);
        bars.high.push(f64::max(last, close) + 0.5);
        bars.low.push(f64::min(last, close) - 0.5);
        bars.volume.push(1_000.0 + step * 400.0);
        last = close;
    }
    bars
}

/// The first bar of those on which all signals have a value, by what the engine does; `None` where it has too few bars.
fn run(program: &Program, timeframe: Timeframe, openings: &[i64]) -> Result<Option<usize>, String> {
    let mut data = MarketData::default();
    data.insert(TICKER, Arc::new(bars(openings)));
    let simulation = Simulation {
        universe: vec![TICKER.parse().unwrap()],
        mode: Mode::Isolated,
        initial_cash: 10_000.0,
        trading_fee: 0.0005,
        slippage: 0.0,
        leverage: 1.0,
        timeframe,
    };
    match simulate(program, &data, &simulation) {
        Ok(outcome) => Ok(outcome.first_usable),
        Err(EngineError::OutOfRange { .. }) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// What the analysis says.
fn predict(script: &str) -> (WarmupReport, Vec<Diagnostic>) {
    let source = Source::new("random.signal", script);
    let parsed = parse(&source);
    let settings = resolve(None, &directives(&source, &parsed.tree), &Flags::default());
    let levels = Levels::default();
    let catalog = Catalog::bundled();
    let input = Input { source: &source, parsed: &parsed, catalog, settings: &settings, levels: &levels, today: None };
    let analysis = analyze(input);
    (analysis.facts.report().clone(), analysis.diagnostics)
}

fn script(values: &[String; 3], period: u64, head: &str) -> String {
    let [a, b, c] = values;
    format!(
        "{head}first = {a}\nsmooth = sma(first, {period})\nup = smooth > {b}\n\
         emit_signal(up, entry(\"{TICKER}\", \"LONG\", Weight(0.5)))\nemit_signal({c} < smooth, exit(\"{TICKER}\", \"LONG\"))\n"
    )
}

macro_rules! hold {
    ($condition:expr, $($reason:tt)+) => {
        if !$condition { return Err(format!($($reason)+)); }
    };
}

/// One script over one window; the verdict it had.
fn case(values: &[String; 3], timeframe: Timeframe, dice: Dice) -> Result<Verdict, String> {
    // A range begins at midnight: where a day has many bars, the period makes the limit fall near one.
    let shortest = predict(&script(values, 2, "")).0.warmup.ok_or("no prediction")?;
    let period = match timeframe.bars_per_day() {
        Some(per_day) if per_day > 1 => {
            let about = (dice.days * u64::from(per_day)).saturating_add_signed(dice.beside);
            about.saturating_sub(shortest).max(2)
        }
        _ => 2 + dice.days,
    };
    let warmup = predict(&script(values, period, "")).0.warmup.ok_or("no prediction")?;

    let end = shifted(Date::constant(2023, 1, 1), dice.day);
    let target = warmup.saturating_add_signed(dice.delta).max(1);
    let reading = if dice.wide { Reading::Wide } else { Reading::Narrow };
    // Where a day has many bars, the latest day that does is followed by the first that does not.
    let later = i64::from(timeframe.bars_per_day().is_some_and(|bars| bars > 1) && dice.delta < 0);
    let start =
        shifted(latest_start(timeframe, target, end, reading).ok_or("no start")?, later - dice.earlier).min(end);
    let head = format!("#! timeframe = {timeframe}\n#! start_date = {start}\n#! end_date = {end}\n");
    let text = script(values, period, &head);
    let (report, findings) = predict(&text);
    let source = Source::new("random.signal", text);
    let program =
        Program::compile(&source, &parse(&source).tree, Catalog::bundled()).map_err(|error| error.to_string())?;
    let place = format!("{timeframe} from {start} to {end}, warm-up {warmup}");
    let ran = |openings: &[i64]| run(&program, timeframe, openings).map_err(|error| format!("{place}: {error}"));
    let needed = warmup as usize;

    // The bars and what runs over them, under both readings of the range.
    let (least, most) = (narrow(timeframe, start, end), wide(timeframe, start, end));
    let held = report.window.as_ref().ok_or("no window")?.bars;
    hold!(
        (held.min, held.max) == (least.len() as u64, most.len() as u64),
        "{place}: {held:?} bars, laid out {} and {}",
        least.len(),
        most.len()
    );
    let (first, widely) = (ran(&least)?, ran(&most)?);
    for (first, openings) in [(first, &least), (widely, &most)] {
        let expected = (openings.len() > needed).then_some(needed);
        hold!(first == expected, "{place}: first value on {first:?} of {} bars", openings.len());
    }
    let verdict = match (first, widely) {
        (Some(_), Some(_)) => Verdict::Ok,
        (None, Some(_)) => Verdict::Uncertain,
        (None, None) => Verdict::NotEnoughBars,
        (Some(_), None) => return Err(format!("{place}: runs over fewer bars alone")),
    };
    hold!(report.verdict == verdict, "{place}: predicted {:?}, happened {verdict:?}", report.verdict);
    let day = report.first_usable.map(seconds);
    let opened = first.map(|first| least[first].div_euclid(DAY) * DAY);
    hold!(day == opened, "{place}: first usable on {:?}", report.first_usable);

    // The latest start for one usable bar, and the day after it.
    let one = report.start_date_for.one_bar.ok_or("no start date for one bar")?;
    let openings = narrow(timeframe, one, end);
    let usable = ran(&openings)?.map_or(0, |first| openings.len() - first);
    let of_a_day = timeframe.bars_per_day().unwrap_or(1) as usize;
    hold!((1..=of_a_day).contains(&usable), "{place}: {usable} usable bars from {one} on");
    let later = narrow(timeframe, shifted(one, 1), end);
    hold!(ran(&later)?.is_none(), "{place}: a day after {one} there is a usable bar still");

    // The latest start that makes all bars usable, and the day after it.
    let same = report.start_date_for.same_window.ok_or("no start date for the window")?;
    if let Some(&opening) = least.first() {
        for (date, all) in [(same, true), (shifted(same, 1), needed == 0)] {
            let openings = narrow(timeframe, date.min(start), end);
            let first = ran(&openings)?.map(|first| openings[first]);
            hold!(
                first.is_some_and(|first| first <= opening) == all,
                "{place}: from {date} on, first value at {first:?}"
            );
        }
    }

    // These dates are those that the fixes set.
    let told = ["not-enough-bars", "maybe-not-enough-bars", "index-before-range"];
    let fixes = findings.iter().filter(|finding| told.contains(&&*finding.code)).flat_map(|finding| &finding.fixes);
    let dates: Vec<&str> = fixes.flat_map(|fix| &fix.edits).map(|edit| edit.text.as_str()).collect();
    hold!(dates.is_empty() == (verdict == Verdict::Ok), "{place}: {verdict:?} with the fixes {dates:?}");
    if verdict != Verdict::Ok {
        let wanted = [Some(one), (same < one).then_some(same)];
        for date in wanted.into_iter().flatten().map(|date| date.to_string()) {
            hold!(dates.iter().any(|text| text.contains(&date)), "{place}: no fix sets {date}, but {dates:?}");
        }
    }
    Ok(verdict)
}

#[test]
fn predictions_are_exact_for_ten_thousand_scripts_and_windows() {
    let worker = |worker: usize| {
        let seed: [u8; 32] = std::array::from_fn(|at| (worker * 37 + at) as u8);
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let strategy = ([number(), number(), number()], prop::collection::vec(dice(), WINDOWS.len()));
        let mut seen: BTreeMap<(Timeframe, &str), usize> = BTreeMap::new();
        for _ in 0..SCRIPTS / WORKERS {
            let (values, dice) = strategy.new_tree(&mut runner).unwrap().current();
            for (timeframe, dice) in WINDOWS.into_iter().zip(dice) {
                let verdict = case(&values, timeframe, dice).unwrap_or_else(|reason| {
                    panic!("{reason}\nwith {dice:?} in\n{}", script(&values, 2, ""));
                });
                *seen.entry((timeframe, verdict.as_str())).or_default() += 1;
            }
        }
        seen
    };
    let mut seen: BTreeMap<(Timeframe, &str), usize> = BTreeMap::new();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|n| scope.spawn(move || worker(n))).collect();
        for worker in workers {
            for (key, count) in worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)) {
                *seen.entry(key).or_default() += count;
            }
        }
    });
    assert!(seen.values().sum::<usize>() >= 10_000, "{seen:?}");
    // The cases must lie on both sides of the limit, or exactness says nothing.
    for timeframe in WINDOWS {
        for verdict in [Verdict::Ok, Verdict::NotEnoughBars, Verdict::Uncertain] {
            let count = seen.get(&(timeframe, verdict.as_str())).copied().unwrap_or(0);
            assert!(count > SCRIPTS / 20, "{timeframe} {verdict:?}: {count} of {seen:?}");
        }
    }
}
