//! The documents of `dsl warmup`, field by field.

use schemars::JsonSchema;
use serde::Serialize;
use signal_analysis::{LargestPeriod, ValueWarmup, Verdict, WarmupReport};

use super::Answers;
use crate::render::json;
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
    /// What makes the range of `--usable` usable; null where that was not asked.
    pub(crate) usable_range: Option<UsableDocument>,
    /// For each period of the widest chain the largest value that fits; null where `--largest-period` was not asked, no
    /// dates are set or the warm-up can't be predicted.
    pub(crate) largest_periods: Option<Vec<LargestDocument>>,
}

/// What it takes to make a range usable as a whole.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct UsableDocument {
    /// First day that is to be usable.
    pub(crate) first: String,
    /// Last day that is to be usable.
    pub(crate) last: String,
    /// Bars of that range.
    pub(crate) bars: Bounds,
    /// Whether values are to have settled, too.
    pub(crate) settled: bool,
    /// Bars that are needed before it; null where that is not known.
    pub(crate) bars_before: Option<u64>,
    /// Latest start date that puts them there, for certain.
    pub(crate) start_date: Option<String>,
    /// Why it can't be told, where it can't.
    pub(crate) because: Option<String>,
}

/// A period and how far it could go, all else as it is.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct LargestDocument {
    /// The call, or the expression with its index.
    pub(crate) call: String,
    /// The parameter; `index` for what `[-k]` looks back.
    pub(crate) parameter: String,
    /// Line of the number that would change, from 1.
    pub(crate) line: u32,
    /// The name that the number is bound to, where the call has a name in its place.
    pub(crate) name: Option<String>,
    /// Its value now.
    pub(crate) value: u64,
    /// The largest value that leaves enough bars usable for certain; null where none does.
    pub(crate) largest: Option<u64>,
    /// How many bars that is.
    pub(crate) usable: u64,
}

/// Warm-up of names and signals and what it means for the date range.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct WarmupBody {
    /// Every name that a line binds, in the order of the text.
    pub(crate) names: Vec<NameDocument>,
    /// Every signal, in the order of the text.
    pub(crate) signals: Vec<ValueDocument>,
    /// The date range; null where no dates are set.
    pub(crate) window: Option<WindowDocument>,
    /// Leading bars without a value of the widest signal; null where that can't be predicted.
    pub(crate) warmup: Option<u64>,
    /// Bars behind the warm-up; null where it or the range is not known.
    pub(crate) usable: Option<Bounds>,
    /// Opening day of the first bar on which every signal has a value for certain.
    pub(crate) first_usable: Option<String>,
    /// Bars from the start of the range until all has settled (the first bar weighs next to nothing); null: never, or not
    /// known.
    pub(crate) settled_at: Option<u64>,
    /// Opening day of the first bar on which all has settled, for certain; null where the range ends before.
    pub(crate) first_settled: Option<String>,
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
    /// What it is bound to; its line is the one that binds it.
    #[serde(flatten)]
    pub(crate) value: ValueDocument,
}

/// Warm-up of a signal, or of what a name is bound to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ValueDocument {
    /// Line it begins on, from 1.
    pub(crate) line: u32,
    /// Leading bars without a value; null where that can't be predicted.
    pub(crate) warmup: Option<u64>,
    /// Bars beyond that until the first bar of the range weighs next to nothing; null: never, or not known.
    pub(crate) settle: Option<u64>,
    /// The calls that force it, outermost first, or why it can't be predicted.
    pub(crate) because: Vec<String>,
    /// Whether one of them leaves a period to TA-Lib's default, which the service may have otherwise.
    pub(crate) rests_on_default: bool,
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

/// The answers as their document.
pub(crate) fn document(file: &str, answers: &Answers) -> WarmupDocument {
    let Answers { report, usable, largest } = answers;
    let largest = largest.as_ref().and_then(|(bars, periods)| Some((*bars, periods.as_ref()?)));
    WarmupDocument {
        schema: json::SCHEMA,
        file: file.to_owned(),
        body: body(report),
        usable_range: usable.as_ref().map(|usable| UsableDocument {
            first: usable.range.start.to_string(),
            last: usable.range.end.to_string(),
            bars: Bounds { min: usable.bars.min, max: usable.bars.max },
            settled: usable.settled,
            bars_before: usable.before,
            start_date: usable.start_date.map(|date| date.to_string()),
            because: usable.because.clone(),
        }),
        largest_periods: largest.map(|(usable, periods)| {
            let document = |period: &LargestPeriod| LargestDocument {
                call: period.call.clone(),
                parameter: period.parameter.clone(),
                line: period.line,
                name: period.name.clone(),
                value: period.value,
                largest: period.largest,
                usable,
            };
            periods.iter().map(document).collect()
        }),
    }
}

fn value(own: &ValueWarmup) -> ValueDocument {
    ValueDocument {
        line: own.line,
        warmup: own.warmup,
        settle: own.settle,
        because: own.because.clone(),
        rests_on_default: own.rests_on_default,
    }
}

/// The report without its frame: what a run's document holds too.
pub(crate) fn body(report: &WarmupReport) -> WarmupBody {
    let date = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
    WarmupBody {
        names: report
            .names
            .iter()
            .map(|row| NameDocument { name: row.name.clone(), value: value(&row.value) })
            .collect(),
        signals: report.signals.iter().map(value).collect(),
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
        settled_at: report.settled_at,
        first_settled: date(report.first_settled),
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
