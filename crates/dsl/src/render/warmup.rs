//! The warm-up of a script, as a table with a verdict for people and as the document for programs.

mod documents;

use signal_analysis::{LargestPeriod, UsableRange, ValueWarmup, Verdict, WarmupReport};

use super::table::{Align, pairs, table};
use super::{number, style, visible, width};
use crate::run::origin_word;

pub(crate) use documents::{WarmupBody, WarmupDocument, body, document};

/// What `dsl warmup` was asked.
pub(crate) struct Answers {
    /// Names, signals, range.
    pub(crate) report: WarmupReport,
    /// `--usable`.
    pub(crate) usable: Option<UsableRange>,
    /// `--largest-period`: the bars that are to stay usable, and the periods where they can be told.
    pub(crate) largest: Option<(u64, Option<Vec<LargestPeriod>>)>,
}

/// The answers for people: a row a name and signal, what it means for the range, then what was asked beyond that.
pub(crate) fn text(answers: &Answers, color: bool) -> String {
    let mut text = overview(&answers.report, color);
    if let Some(usable) = &answers.usable {
        text.push_str(&usable_text(usable, color));
    }
    if let Some((bars, periods)) = &answers.largest {
        text.push_str(&largest_text(&answers.report, *bars, periods.as_deref(), color));
    }
    text
}

/// The directives that make a range usable as a whole.
fn usable_text(usable: &UsableRange, color: bool) -> String {
    let (first, last) = (usable.range.start, usable.range.end);
    let (all, how) = if usable.settled { ("settled", "to settle") } else { ("usable", "of warm-up") };
    let held = format!("{} bars of {}", number::between(usable.bars.min, usable.bars.max), usable.timeframe);
    let title = style::paint(color, style::STRONG, &format!("To have all of {first} to {last} {all} ({held}), write"));
    match (usable.start_date, usable.before) {
        (Some(start), Some(before)) => {
            let remark =
                style::paint(color, style::DIM, &format!("# {} {how} before {first}", number::count(before, "bar")));
            format!("\n {title}\n   #! start_date = {start}   {remark}\n   #! end_date   = {last}\n")
        }
        _ => {
            let because = visible::line(usable.because.as_deref().unwrap_or_default());
            format!("\n From which start_date on {first} to {last} is {all} can't be told: {because}\n")
        }
    }
}

/// How far each period could go.
fn largest_text(report: &WarmupReport, bars: u64, periods: Option<&[LargestPeriod]>, color: bool) -> String {
    let stay = number::count(bars, "bar");
    let title = format!("Largest periods that leave {stay} usable, each with all else as it is");
    let Some(periods) = periods else {
        let why = match report.window {
            Some(_) => "the warm-up can't be predicted",
            None => "the range is not set",
        };
        return format!("\n Which periods leave {stay} usable can't be told: {why}\n");
    };
    if periods.is_empty() {
        return "\n No constant period of the script adds to its warm-up.\n".to_owned();
    }
    let header = [
        ("period", Align::Left),
        ("line", Align::Right),
        ("now", Align::Right),
        ("largest", Align::Right),
        ("in", Align::Left),
    ];
    let row = |period: &LargestPeriod| {
        vec![
            period.name.clone().unwrap_or_else(|| period.parameter.clone()),
            period.line.to_string(),
            number::whole(period.value),
            period.largest.map_or_else(|| "none".to_owned(), number::whole),
            period.call.split_whitespace().collect::<Vec<_>>().join(" "),
        ]
    };
    let rows: Vec<_> = periods.iter().map(row).collect();
    format!("\n {}\n{}", style::paint(color, style::STRONG, &title), table(&header, &rows, width(), color))
}

/// A row a name and signal, then what it means for the range.
fn overview(report: &WarmupReport, color: bool) -> String {
    let bars = |bars: Option<u64>| bars.map_or_else(|| "?".to_owned(), number::whole);
    let settle = |bars: Option<u64>, never: bool| match bars {
        Some(0) => String::new(),
        Some(bars) => format!("+{}", number::whole(bars)),
        None if never => "never".to_owned(),
        None => "?".to_owned(),
    };
    let row = |name: &str, own: &ValueWarmup| {
        let settles = settle(own.settle, own.never_settles);
        let mark = if own.rests_on_default { " *" } else { "" };
        vec![name.to_owned(), own.line.to_string(), bars(own.warmup), settles, own.because.join(" ← ") + mark]
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
    let mut values = report.names.iter().map(|own| &own.value).chain(&report.signals);
    if values.any(|own| own.rests_on_default) {
        text.push_str(" * rests on TA-Lib's default for a period that is left out; the service may have another\n");
    }
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
            |bars| {
                let what = if report.signals.is_empty() { "every name has" } else { "the first signal can have" };
                format!("{} before {what} a value", number::count(bars, "bar"))
            },
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
            "not set: it takes both `#! start_date = YYYY-MM-DD` and `#! end_date = YYYY-MM-DD`, or the flags"
                .to_owned(),
        ));
    }
    if let Some(usable) = report.usable {
        rows.push(pair("usable", number::between(usable.min, usable.max) + " bars"));
    }
    if let Some(first) = report.first_usable {
        rows.push(pair("first usable", first.to_string()));
    }
    if let (Some(at), Some(_)) = (report.settled_at.filter(|at| report.warmup < Some(*at)), report.window.as_ref()) {
        rows.push(pair(
            "settled",
            report.first_settled.map_or_else(
                || format!("not within the range: all settles after {}", number::count(at, "bar")),
                |date| format!("{date}, after {}", number::count(at, "bar")),
            ),
        ));
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
