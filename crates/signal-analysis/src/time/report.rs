//! The warm-up of a script as plain data: what `dsl warmup` shows and a run's plan is made of.

use signal_market::{BarCount, Date, Timeframe};
use signal_project::{Origin, RunSettings};
use signal_syntax::ExprId;
use signal_text::Span;

use super::warmup::rests_on_default;
use crate::wording::one_line;
use crate::{Facts, Usable, Verdict, Warmup, Warmups, Window, chain, value_of};

/// The warm-up of a script's names and signals and what it means for its date range.
#[derive(Clone, Debug, PartialEq)]
pub struct WarmupReport {
    /// Every name that a line binds, in the order of the text.
    pub names: Vec<NameWarmup>,
    /// Every signal, in the order of the text.
    pub signals: Vec<ValueWarmup>,
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
    /// Bars from the start of the range until all that the script needs has settled; `None`: never, or not known.
    pub settled_at: Option<u64>,
    /// Opening day of the first bar on which all has settled, for certain.
    pub first_settled: Option<Date>,
    /// Whether the range holds enough bars.
    pub verdict: Verdict,
    /// Start dates that would do.
    pub start_date_for: StartDates,
}

/// The warm-up of a name that a line binds.
#[derive(Clone, Debug, PartialEq)]
pub struct NameWarmup {
    /// The name.
    pub name: String,
    /// That of its value; the place is the name's.
    pub value: ValueWarmup,
}

/// The warm-up of a signal, or of what a name is bound to.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueWarmup {
    /// Line it begins on, from 1.
    pub line: u32,
    /// Where it stands.
    pub span: Span,
    /// Leading bars without a value; `None`: can't be predicted.
    pub warmup: Option<u64>,
    /// Bars beyond that until it has settled; `None`: never, or not known.
    pub settle: Option<u64>,
    /// It never settles: its level depends on the first bar of the range for ever.
    pub never_settles: bool,
    /// The calls that force it, outermost first, or why it can't be predicted.
    pub because: Vec<String>,
    /// One of these calls leaves a period to a default that only TA-Lib tells.
    pub rests_on_default: bool,
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

pub(crate) fn report(facts: &Facts<'_>) -> WarmupReport {
    let names = facts.bindings.definitions().iter().filter_map(|definition| {
        let value = value_of(facts.tree(), definition)?;
        let name = facts.source.slice(definition.name).to_owned();
        Some(NameWarmup { name, value: value_warmup(facts, value, definition.name) })
    });
    let signals = facts.signals.iter().map(|signal| value_warmup(facts, signal.id, facts.span(signal.id)));

    let (widest, all) = whole_script(facts, facts.warmups());
    let window = facts.window;
    let known = window.zip(all.exact());
    let settled_at = roots(facts).map(|id| facts.warmup(id).settled_at).collect::<Option<Vec<_>>>();
    let settled_at = settled_at.filter(|_| all.unknown.is_none()).map(|all| all.into_iter().max().unwrap_or(0));
    WarmupReport {
        names: names.collect(),
        signals: signals.collect(),
        window: window.and_then(|window| window_report(&window, facts.settings())),
        warmup: all.exact(),
        warmup_at_least: all.bars,
        widest,
        usable: known.map(|(window, warmup)| window.usable(warmup)),
        first_usable: known.and_then(|(window, warmup)| window.first_usable(warmup)),
        settled_at,
        first_settled: window.zip(settled_at).and_then(|(window, at)| window.first_usable(at)),
        verdict: window.map_or(Verdict::Unknown, |window| window.verdict(&all)),
        start_date_for: known.map_or_else(StartDates::default, |(window, warmup)| StartDates {
            one_bar: window.start_for_one_bar(warmup),
            same_window: window.start_for_same_window(warmup),
        }),
    }
}

fn value_warmup(facts: &Facts<'_>, id: ExprId, span: Span) -> ValueWarmup {
    let own = facts.warmup(id);
    ValueWarmup {
        line: facts.source.line_column(span.start).line,
        span,
        warmup: own.exact(),
        settle: own.settle(),
        never_settles: own.cumulative,
        because: because(facts, id),
        rests_on_default: chain(facts.warmups(), id)
            .filter_map(|link| facts.calls.get(link.id))
            .any(|call| rests_on_default(call, &facts.constants)),
    }
}

/// What the warm-up of a script is that of: its signals, or its names where nothing is emitted.
pub(crate) fn roots(facts: &Facts<'_>) -> impl Iterator<Item = ExprId> {
    let signals = facts.signals.iter().map(|signal| signal.id);
    let definitions = facts.bindings.definitions().iter().filter(|_| facts.signals.is_empty());
    signals.chain(definitions.filter_map(|definition| value_of(facts.tree(), definition)))
}

/// The widest of them, and the warm-up of all of them together.
pub(crate) fn whole_script(facts: &Facts<'_>, warmups: &Warmups) -> (Option<ExprId>, Warmup) {
    let (mut widest, mut all) = (None, Warmup::default());
    for id in roots(facts) {
        let own = warmups.of(id);
        if widest.is_none() || own.bars > all.bars {
            widest = Some(id);
            all.bars = own.bars;
        }
        all.unknown = all.unknown.or(own.unknown);
    }
    (widest, all)
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
fn because(facts: &Facts<'_>, id: ExprId) -> Vec<String> {
    if let Some((reason, at)) = facts.warmup(id).unknown {
        return vec![format!("{} {}", one_line(facts.text(at)), reason.reason())];
    }
    chain(facts.warmups(), id).map(|link| one_line(facts.text(link.id))).collect()
}
