//! The warm-up of a script as plain data: what `dsl warmup` shows and a run's plan is made of.

use signal_market::{BarCount, Date, Timeframe};
use signal_project::{Origin, RunSettings};
use signal_syntax::{Bindings, ExprId, Tree};
use signal_text::{Source, Span};

use crate::{Signal, Usable, Verdict, Warmup, Warmups, Window, chain, value_of};

/// The warm-up of a script's names and signals and what it means for its date range.
#[derive(Clone, Debug, PartialEq)]
pub struct WarmupReport {
    /// Every name that a line binds, in the order of the text.
    pub names: Vec<NameWarmup>,
    /// Every signal, in the order of the text.
    pub signals: Vec<SignalWarmup>,
    /// The range, where dates are set.
    pub window: Option<WindowReport>,
    /// Warm-up of the widest signal (of the widest name where no signal is emitted); `None`: can't be predicted.
    pub warmup: Option<u64>,
    /// A lower bound of it that always holds.
    pub warmup_at_least: u64,
    /// The expression with that warm-up.
    pub widest: Option<ExprId>,
    /// Bars behind the warm-up; `None` where either is not known.
    pub usable: Option<Usable>,
    /// Opening day of the first bar on which every signal has a value, for certain.
    pub first_usable: Option<Date>,
    /// Whether the range holds enough bars.
    pub verdict: Verdict,
    /// Start dates that would do.
    pub start_date_for: StartDates,
}

/// The warm-up of a name.
#[derive(Clone, Debug, PartialEq)]
pub struct NameWarmup {
    /// The name.
    pub name: String,
    /// Line that binds it, from 1.
    pub line: u32,
    /// Where it stands.
    pub span: Span,
    /// Leading bars without a value; `None`: can't be predicted.
    pub warmup: Option<u64>,
    /// Bars beyond that until it has settled; `None`: never, or not known.
    pub settle: Option<u64>,
    /// The calls that force it, outermost first, or why it can't be predicted.
    pub because: Vec<String>,
}

/// The warm-up of a signal.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalWarmup {
    /// Line it begins on, from 1.
    pub line: u32,
    /// Where it stands.
    pub span: Span,
    /// As in [`NameWarmup`].
    pub warmup: Option<u64>,
    /// As in [`NameWarmup`].
    pub settle: Option<u64>,
    /// As in [`NameWarmup`].
    pub because: Vec<String>,
}

/// The range of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowReport {
    /// Length of a bar.
    pub timeframe: Timeframe,
    /// First day.
    pub start_date: Date,
    /// Last day.
    pub end_date: Date,
    /// Bars it holds.
    pub bars: BarCount,
    /// Where the three came from.
    pub origin: SettingOrigins,
}

/// Where the settings of a window came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingOrigins {
    /// Origin of `start_date`.
    pub start_date: Origin,
    /// Origin of `end_date`.
    pub end_date: Origin,
    /// Origin of `timeframe`.
    pub timeframe: Origin,
}

/// Latest start dates that would do, for certain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StartDates {
    /// Leaves one usable bar.
    pub one_bar: Option<Date>,
    /// Makes every bar of the given window usable.
    pub same_window: Option<Date>,
}

pub(crate) fn report(
    source: &Source,
    tree: &Tree,
    bindings: &Bindings,
    warmups: &Warmups,
    signals: &[Signal],
    window: Option<Window>,
    settings: &RunSettings,
) -> WarmupReport {
    let because = |id: ExprId| because(source, tree, warmups, id);
    let names: Vec<NameWarmup> = bindings
        .definitions()
        .iter()
        .filter_map(|definition| {
            let value = value_of(tree, definition)?;
            let own = warmups.of(value);
            Some(NameWarmup {
                name: source.slice(definition.name).to_owned(),
                line: source.line_column(definition.name.start).line,
                span: definition.name,
                warmup: own.exact(),
                settle: own.settle(),
                because: because(value),
            })
        })
        .collect();
    let signal_rows = signals
        .iter()
        .map(|signal| {
            let own = warmups.of(signal.id);
            SignalWarmup {
                line: signal.line,
                span: tree.span(signal.id),
                warmup: own.exact(),
                settle: own.settle(),
                because: because(signal.id),
            }
        })
        .collect();

    let roots: Vec<ExprId> = if signals.is_empty() {
        bindings.definitions().iter().filter_map(|definition| value_of(tree, definition)).collect()
    } else {
        signals.iter().map(|signal| signal.id).collect()
    };
    let widest = roots.iter().copied().max_by_key(|&id| warmups.of(id).bars);
    let all = roots.iter().fold(Warmup { settled_at: Some(0), ..Warmup::default() }, |mut all, &id| {
        all.bars = all.bars.max(warmups.of(id).bars);
        all.unknown = all.unknown.or(warmups.of(id).unknown);
        all
    });
    let warmup = all.exact();
    WarmupReport {
        names,
        signals: signal_rows,
        window: window.and_then(|window| window_report(&window, settings)),
        warmup,
        warmup_at_least: all.bars,
        widest,
        usable: window.zip(warmup).map(|(window, warmup)| window.usable(warmup)),
        first_usable: window.zip(warmup).and_then(|(window, warmup)| window.first_usable(warmup)),
        verdict: window.map_or(Verdict::Unknown, |window| window.verdict(&all)),
        start_date_for: window.zip(warmup).map_or_else(StartDates::default, |(window, warmup)| StartDates {
            one_bar: window.start_for_one_bar(warmup),
            same_window: window.start_for_same_window(warmup),
        }),
    }
}

fn window_report(window: &Window, settings: &RunSettings) -> Option<WindowReport> {
    Some(WindowReport {
        timeframe: window.timeframe,
        start_date: window.range.start,
        end_date: window.range.end,
        bars: window.bars,
        origin: SettingOrigins {
            start_date: settings.start_date.as_ref()?.origin,
            end_date: settings.end_date.as_ref()?.origin,
            timeframe: settings.timeframe.origin,
        },
    })
}

/// The texts of the calls that force a warm-up, or why it can't be told.
fn because(source: &Source, tree: &Tree, warmups: &Warmups, id: ExprId) -> Vec<String> {
    if let Some((reason, at)) = warmups.of(id).unknown {
        return vec![format!("{} {}", one_line(source.slice(tree.span(at))), reason.reason())];
    }
    chain(tree, warmups, id).into_iter().map(|link| one_line(source.slice(tree.span(link.id)))).collect()
}

/// A call's text on one line, shortened in the middle of what is too long to read.
fn one_line(text: &str) -> String {
    const LONGEST: usize = 120;
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > LONGEST {
            break;
        }
    }
    if line.chars().count() > LONGEST {
        line = line.chars().take(LONGEST - 3).chain("...".chars()).collect();
    }
    line
}
