//! The warm-up of a script, as a table with a verdict for people and as the document for programs.

use schemars::JsonSchema;
use serde::Serialize;
use signal_analysis::{ValueWarmup, Verdict, WarmupReport};

use super::table::{Align, pairs, table};
use super::{json, number, width};
use crate::run::origin_word;

/// `dsl warmup --output-format json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct WarmupDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// The script as it was named.
    pub(crate) file: String,
    /// What follows from its text and settings.
    #[serde(flatten)]
    pub(crate) body: WarmupBody,
}

/// Warm-up of names and signals and what it means for the date range.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct WarmupBody {
    /// Every name that a line binds, in the order of the text.
    pub(crate) names: Vec<NameDocument>,
    /// Every signal, in the order of the text.
    pub(crate) signals: Vec<SignalDocument>,
    /// The date range; null where no dates are set.
    pub(crate) window: Option<WindowDocument>,
    /// Leading bars without a value of the widest signal; null where that can't be predicted.
    pub(crate) warmup: Option<u64>,
    /// Bars behind the warm-up; null where it or the range is not known.
    pub(crate) usable: Option<Bounds>,
    /// Opening day of the first bar on which every signal has a value for certain.
    pub(crate) first_usable: Option<String>,
    /// Whether the range holds enough bars.
    pub(crate) verdict: VerdictName,
    /// Start dates that would do.
    pub(crate) start_date_for: StartDatesDocument,
}

/// Warm-up of a name.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct NameDocument {
    /// The name.
    pub(crate) name: String,
    /// Line that binds it, from 1.
    pub(crate) line: u32,
    /// Leading bars without a value; null where that can't be predicted.
    pub(crate) warmup: Option<u64>,
    /// Bars beyond that until the first bar of the range weighs next to nothing; null: never, or not known.
    pub(crate) settle: Option<u64>,
    /// The calls that force it, outermost first, or why it can't be predicted.
    pub(crate) because: Vec<String>,
}

/// Warm-up of a signal.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct SignalDocument {
    /// Line it begins on, from 1.
    pub(crate) line: u32,
    /// Leading bars without a value; null where that can't be predicted.
    pub(crate) warmup: Option<u64>,
    /// Bars beyond that until the first bar of the range weighs next to nothing; null: never, or not known.
    pub(crate) settle: Option<u64>,
    /// The calls that force it, outermost first, or why it can't be predicted.
    pub(crate) because: Vec<String>,
}

/// The date range of a run.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct WindowDocument {
    /// Length of a bar.
    pub(crate) timeframe: String,
    /// First day.
    pub(crate) start_date: String,
    /// Last day.
    pub(crate) end_date: String,
    /// Bars it holds.
    pub(crate) bars: Bounds,
    /// Where each came from: `default`, `signal.toml`, `directive` or `flag`.
    pub(crate) origin: OriginDocument,
}

/// Where settings came from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OriginDocument {
    /// Origin of the first day.
    pub(crate) start_date: String,
    /// Origin of the last day.
    pub(crate) end_date: String,
    /// Origin of the length of a bar.
    pub(crate) timeframe: String,
}

/// A number of bars that is known within bounds.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub(crate) struct Bounds {
    /// At least.
    pub(crate) min: u64,
    /// At most.
    pub(crate) max: u64,
}

/// Start dates that would do, for certain.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct StartDatesDocument {
    /// Latest one that leaves one usable bar.
    pub(crate) one_bar: Option<String>,
    /// Latest one that makes every bar of the given window usable.
    pub(crate) same_window: Option<String>,
}

/// Whether a range holds enough bars.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum VerdictName {
    /// It does.
    Ok,
    /// Only under one of the readings of the range.
    Uncertain,
    /// It does not, whatever the reading.
    NotEnoughBars,
    /// Not known: no dates, or a warm-up that can't be predicted.
    Unknown,
}

/// The report as its document.
pub(crate) fn document(file: &str, report: &WarmupReport) -> WarmupDocument {
    WarmupDocument { schema: json::SCHEMA, file: file.to_owned(), body: body(report) }
}

/// The report without its frame: what a run's document holds too.
pub(crate) fn body(report: &WarmupReport) -> WarmupBody {
    let date = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
    WarmupBody {
        names: report
            .names
            .iter()
            .map(|row| NameDocument {
                name: row.name.clone(),
                line: row.value.line,
                warmup: row.value.warmup,
                settle: row.value.settle,
                because: row.value.because.clone(),
            })
            .collect(),
        signals: report
            .signals
            .iter()
            .map(|row| SignalDocument {
                line: row.line,
                warmup: row.warmup,
                settle: row.settle,
                because: row.because.clone(),
            })
            .collect(),
        window: report.window.as_ref().map(|window| WindowDocument {
            timeframe: window.timeframe.as_str().to_owned(),
            start_date: window.start_date.to_string(),
            end_date: window.end_date.to_string(),
            bars: Bounds { min: window.bars.min, max: window.bars.max },
            origin: OriginDocument {
                start_date: origin_word(window.origin.start_date).to_owned(),
                end_date: origin_word(window.origin.end_date).to_owned(),
                timeframe: origin_word(window.origin.timeframe).to_owned(),
            },
        }),
        warmup: report.warmup,
        usable: report.usable.map(|usable| Bounds { min: usable.min, max: usable.max }),
        first_usable: date(report.first_usable),
        verdict: match report.verdict {
            Verdict::Ok => VerdictName::Ok,
            Verdict::Uncertain => VerdictName::Uncertain,
            Verdict::NotEnoughBars => VerdictName::NotEnoughBars,
            Verdict::Unknown => VerdictName::Unknown,
        },
        start_date_for: StartDatesDocument {
            one_bar: date(report.start_date_for.one_bar),
            same_window: date(report.start_date_for.same_window),
        },
    }
}

/// The report for people: a row a name and signal, then what it means for the range.
pub(crate) fn text(report: &WarmupReport, color: bool) -> String {
    let bars = |bars: Option<u64>| bars.map_or_else(|| "?".to_owned(), number::whole);
    let settle = |bars: Option<u64>, never: bool| match bars {
        Some(0) => String::new(),
        Some(bars) => format!("+{}", number::whole(bars)),
        None if never => "never".to_owned(),
        None => "?".to_owned(),
    };
    let row = |name: &str, own: &ValueWarmup| {
        let settles = settle(own.settle, own.never_settles);
        vec![name.to_owned(), own.line.to_string(), bars(own.warmup), settles, own.because.join(" ← ")]
    };
    let names = report.names.iter().map(|own| row(&own.name, &own.value));
    let signals = report.signals.iter().map(|own| row("signal", own));
    let rows: Vec<_> = names.chain(signals).collect();
    let header = [
        ("name", Align::Left),
        ("line", Align::Right),
        ("warm-up", Align::Right),
        ("settles", Align::Right),
        ("forced by", Align::Left),
    ];
    let mut text = if rows.is_empty() {
        "The script binds no name and emits no signal.\n".to_owned()
    } else {
        table(&header, &rows, width(), color)
    };
    text.push('\n');
    text.push_str(&pairs(&summary(report, color), color));
    text
}

/// What the warm-up means for the range, as pairs.
pub(crate) fn summary(report: &WarmupReport, color: bool) -> Vec<(String, String)> {
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let mut rows = Vec::new();
    rows.push(pair(
        "warm-up",
        report.warmup.map_or_else(
            || format!("can't be predicted, at least {}", number::count(report.warmup_at_least, "bar")),
            |bars| format!("{} before the first signal can have a value", number::count(bars, "bar")),
        ),
    ));
    if let Some(window) = &report.window {
        rows.push(pair(
            "range",
            format!(
                "{} to {}, {} bars of {}",
                window.start_date,
                window.end_date,
                number::between(window.bars.min, window.bars.max),
                window.timeframe
            ),
        ));
        let origin = &window.origin;
        rows.push(pair(
            "set by",
            format!(
                "start_date: {}, end_date: {}, timeframe: {}",
                origin_word(origin.start_date),
                origin_word(origin.end_date),
                origin_word(origin.timeframe)
            ),
        ));
    } else {
        rows.push(pair(
            "range",
            "no dates are set: write `#! start_date = YYYY-MM-DD` and `#! end_date = YYYY-MM-DD`, or use the flags"
                .to_owned(),
        ));
    }
    if let Some(usable) = report.usable {
        rows.push(pair("usable", number::between(usable.min, usable.max) + " bars"));
    }
    if let Some(first) = report.first_usable {
        rows.push(pair("first usable", first.to_string()));
    }
    rows.push(pair("verdict", super::run::verdict(report.verdict, color)));
    if let Some(date) = report.start_date_for.same_window {
        rows.push(pair("start_date for all", format!("{date} makes every bar of the range usable")));
    }
    if let Some(date) = report.start_date_for.one_bar.filter(|_| report.verdict != Verdict::Ok) {
        rows.push(pair("start_date for one", format!("{date} leaves one usable bar")));
    }
    rows
}
