//! What a run is going to be, as data: every setting with its origin, the bars, the warm-up, and the request itself.

use signal_analysis::{Usable, Verdict, WarmupReport};
use signal_api::models::ExecuteRequest;
use signal_market::{BarCount, Date};
use signal_project::{Origin, Resolved, Setting};
use signal_text::{Source, Span};

/// A run that is ready to be submitted.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Every setting, in the order of the API's table, and `strip_comments` behind them where it holds. What is not set
    /// and has no default is left out.
    pub(crate) settings: Vec<PlannedSetting>,
    /// Bars in the range: least and most.
    pub(crate) bars: BarCount,
    /// Leading bars without a value; `None`: can't be predicted.
    pub(crate) warmup: Option<u64>,
    /// The calls that force it, outermost first, or why it can't be predicted.
    pub(crate) because: Vec<String>,
    /// Bars behind the warm-up.
    pub(crate) usable: Option<Usable>,
    /// Opening day of the first bar on which every signal has a value.
    pub(crate) first_usable: Option<Date>,
    /// Whether the range holds enough bars.
    pub(crate) verdict: Verdict,
    /// What is going to be sent.
    pub(crate) request: ExecuteRequest,
}

/// A setting as the plan shows it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlannedSetting {
    /// The API's name.
    pub(crate) key: &'static str,
    /// The value in words.
    pub(crate) value: String,
    /// Where it came from.
    pub(crate) origin: Origin,
}

/// A setting without which a run can't be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    /// The API's name.
    pub(crate) key: &'static str,
    /// A line for the script's head that sets it, ready to be copied and changed.
    pub(crate) directive: &'static str,
    /// The flag that sets it, likewise.
    pub(crate) flag: &'static str,
}

const START_DATE: Missing =
    Missing { key: "start_date", directive: "#! start_date = 2024-01-01", flag: "--start-date 2024-01-01" };
const END_DATE: Missing =
    Missing { key: "end_date", directive: "#! end_date   = 2024-12-31", flag: "--end-date 2024-12-31" };
const UNIVERSE: Missing =
    Missing { key: "universe", directive: "#! universe   = BINANCE:BTC/USDT", flag: "--universe BINANCE:BTC/USDT" };

impl Plan {
    /// The plan of a run, or what it lacks. `comments` are left out of what is sent; pass none to send the script as it is.
    ///
    /// # Errors
    /// Every setting without which a run can't be, in the order in which one writes them.
    pub(crate) fn new(
        source: &Source,
        comments: &[Span],
        resolved: &Resolved,
        report: &WarmupReport,
    ) -> Result<Self, Vec<Missing>> {
        let settings = &resolved.settings;
        let (start, end, universe) = match (&settings.start_date, &settings.end_date, &settings.universe) {
            (Some(start), Some(end), Some(universe)) if !universe.value.is_empty() => (start, end, universe),
            (start, end, universe) => {
                let lacks_universe = universe.as_ref().is_none_or(|universe| universe.value.is_empty());
                let lacking = [(lacks_universe, UNIVERSE), (start.is_none(), START_DATE), (end.is_none(), END_DATE)];
                return Err(lacking.into_iter().filter_map(|(lacks, missing)| lacks.then_some(missing)).collect());
            }
        };
        let tickers: Vec<String> = universe.value.iter().map(ToString::to_string).collect();
        let request = ExecuteRequest {
            start_date: start.value.to_string(),
            end_date: end.value.to_string(),
            exchange: Some(settings.exchange.value.clone()),
            timeframe: Some(settings.timeframe.value.as_str().to_owned()),
            initial_cash: Some(settings.initial_cash.value),
            trading_fee: Some(settings.trading_fee.value),
            slippage: Some(settings.slippage.value),
            description: settings.description.as_ref().map(|description| description.value.clone()),
            script: upload(source, comments),
            universe: tickers.clone(),
            mode: Some(settings.mode.value.as_str().to_owned()),
            leverage: Some(settings.leverage.value),
        };
        let mut rows = vec![
            row("universe", universe, |_| tickers.join(", ")),
            row("timeframe", &settings.timeframe, |timeframe| timeframe.as_str().to_owned()),
            row("start_date", start, ToString::to_string),
            row("end_date", end, ToString::to_string),
            row("exchange", &settings.exchange, Clone::clone),
            row("mode", &settings.mode, |mode| mode.as_str().to_owned()),
            row("initial_cash", &settings.initial_cash, ToString::to_string),
            row("trading_fee", &settings.trading_fee, ToString::to_string),
            row("slippage", &settings.slippage, ToString::to_string),
            row("leverage", &settings.leverage, ToString::to_string),
        ];
        rows.extend(settings.description.as_ref().map(|description| row("description", description, Clone::clone)));
        if resolved.strip_comments.value {
            rows.push(row("strip_comments", &resolved.strip_comments, ToString::to_string));
        }
        // The widest signal says why; where none is emitted, the widest name.
        let widest = report.signals.iter().map(|signal| (signal.warmup, &signal.because));
        let widest = widest.chain(
            report
                .names
                .iter()
                .filter(|_| report.signals.is_empty())
                .map(|name| (name.value.warmup, &name.value.because)),
        );
        let because = widest.filter(|(warmup, _)| *warmup == report.warmup).map(|(_, because)| because).next();
        Ok(Self {
            settings: rows,
            bars: report.window.as_ref().map(|window| window.bars).unwrap_or_default(),
            warmup: report.warmup,
            because: because.cloned().unwrap_or_default(),
            usable: report.usable,
            first_usable: report.first_usable,
            verdict: report.verdict,
            request,
        })
    }
}

fn row<T>(key: &'static str, setting: &Setting<T>, word: impl FnOnce(&T) -> String) -> PlannedSetting {
    PlannedSetting { key, value: word(&setting.value), origin: setting.origin }
}

/// The word for an origin, in tables and JSON.
pub(crate) const fn origin_word(origin: Origin) -> &'static str {
    origin.describe()
}

/// The script as it is sent: as it is, without the spans of `comments`. Only a byte order mark stays behind: it says how
/// the file's bytes are to be read and is no part of its text, and Python, for one, refuses a script that begins with
/// it. Lines stay lines, so that a line number in a server's message is one of the file.
fn upload(source: &Source, comments: &[Span]) -> String {
    let text = source.text();
    let mut sent = String::with_capacity(text.len());
    let mut from = if has_mark(source) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
    for comment in comments {
        let comment = source.clamp(*comment).range();
        if comment.start >= from {
            sent.push_str(text[from..comment.start].trim_end_matches([' ', '\t']));
            from = comment.end;
        }
    }
    sent.push_str(&text[from..]);
    sent
}

/// Says that a file is UTF-8, where its first three bytes are these.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Whether a file begins with a byte order mark, which is not sent.
pub(crate) fn has_mark(source: &Source) -> bool {
    source.text().starts_with(BYTE_ORDER_MARK)
}
