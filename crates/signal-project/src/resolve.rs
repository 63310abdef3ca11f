//! Puts the layers on top of each other and looks at what they say together.

use signal_market::{MarketType, Ticker, excerpt, exchange};
use signal_text::{Diagnostic, Edit, Fix, Severity, Span};

use crate::flags::{FlagError, Flags};
use crate::layer::Layer;
use crate::value::{BAD_SETTING, EXCHANGE_MISMATCH, WRONG_MARKET};
use crate::{Config, Directives, Key, Origin, RunSettings, Setting};

/// The settings of a run, and everything that is wrong with them.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// The settings.
    pub settings: RunSettings,
    /// Whether comments are taken out of the script before it is uploaded.
    pub strip_comments: Setting<bool>,
    /// Findings in the script: those of its [`Directives`], and those that follow from values together.
    pub script_diagnostics: Vec<Diagnostic>,
    /// Findings in `signal.toml` that follow from values together; [`Config::parse`] has given those of single ones.
    pub config_diagnostics: Vec<Diagnostic>,
    /// What is wrong with the flags: a run must not be started.
    pub flag_errors: Vec<FlagError>,
    /// What is doubtful about the flags.
    pub flag_warnings: Vec<FlagError>,
}

/// The script goes out as it is, unless somebody wants otherwise.
const SENT_WHOLE: Setting<bool> = Setting { value: false, origin: Origin::Default };

impl Default for Resolved {
    fn default() -> Self {
        Self {
            settings: RunSettings::default(),
            strip_comments: SENT_WHOLE,
            script_diagnostics: Vec::new(),
            config_diagnostics: Vec::new(),
            flag_errors: Vec::new(),
            flag_warnings: Vec::new(),
        }
    }
}

/// One set of settings from the defaults, `signal.toml`, a script's directives and flags, later ones winning.
///
/// A value that can't be read hides those below it: the default stands, or nothing where there is none.
#[must_use]
pub fn resolve(config: Option<&Config>, directives: &Directives, flags: &Flags) -> Resolved {
    let (flag_values, flag_errors, flag_warnings) = flags.read();
    let silent = Layer::default();
    let layers = [&flag_values, &directives.values, config.map_or(&silent, |config| &config.run)];
    let RunSettings { exchange, timeframe, initial_cash, trading_fee, slippage, mode, leverage, .. } =
        RunSettings::default();
    let settings = RunSettings {
        start_date: pick(&layers, Key::StartDate, |layer| &layer.start_date),
        end_date: pick(&layers, Key::EndDate, |layer| &layer.end_date),
        exchange: pick(&layers, Key::Exchange, |layer| &layer.exchange).unwrap_or(exchange),
        timeframe: pick(&layers, Key::Timeframe, |layer| &layer.timeframe).unwrap_or(timeframe),
        initial_cash: pick(&layers, Key::InitialCash, |layer| &layer.initial_cash).unwrap_or(initial_cash),
        trading_fee: pick(&layers, Key::TradingFee, |layer| &layer.trading_fee).unwrap_or(trading_fee),
        slippage: pick(&layers, Key::Slippage, |layer| &layer.slippage).unwrap_or(slippage),
        description: pick(&layers, Key::Description, |layer| &layer.description),
        universe: pick(&layers, Key::Universe, |layer| &layer.universe),
        mode: pick(&layers, Key::Mode, |layer| &layer.mode).unwrap_or(mode),
        leverage: pick(&layers, Key::Leverage, |layer| &layer.leverage).unwrap_or(leverage),
    };
    let strip_comments = pick(&layers, Key::StripComments, |layer| &layer.strip_comments);
    let mut resolved = Resolved {
        settings,
        strip_comments: strip_comments.unwrap_or(SENT_WHOLE),
        script_diagnostics: directives.diagnostics.clone(),
        config_diagnostics: Vec::new(),
        flag_errors,
        flag_warnings,
    };
    resolved.check_range();
    resolved.check_leverage();
    resolved.check_exchange();
    resolved.script_diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    resolved
}

impl Resolved {
    /// A setting as a directive would write it, with where it came from; `None` where it is not set and has no default.
    #[must_use]
    pub fn written(&self, key: Key) -> Option<Setting<String>> {
        fn text<T: ToString>(setting: &Setting<T>) -> Setting<String> {
            Setting { value: setting.value.to_string(), origin: setting.origin }
        }
        let settings = &self.settings;
        Some(match key {
            Key::StartDate => text(settings.start_date.as_ref()?),
            Key::EndDate => text(settings.end_date.as_ref()?),
            Key::Exchange => text(&settings.exchange),
            Key::Timeframe => text(&settings.timeframe),
            Key::InitialCash => text(&settings.initial_cash),
            Key::TradingFee => text(&settings.trading_fee),
            Key::Slippage => text(&settings.slippage),
            Key::Description => text(settings.description.as_ref()?),
            Key::Universe => {
                let universe = settings.universe.as_ref()?;
                let tickers: Vec<String> = universe.value.iter().map(ToString::to_string).collect();
                Setting { value: tickers.join(", "), origin: universe.origin }
            }
            Key::Mode => text(&settings.mode),
            Key::Leverage => text(&settings.leverage),
            Key::StripComments => text(&self.strip_comments),
        })
    }
}

/// The topmost layer's value, unless a layer above it says something that can't be read.
fn pick<T: Clone>(layers: &[&Layer], key: Key, field: impl Fn(&Layer) -> &Option<Setting<T>>) -> Option<Setting<T>> {
    let speaking = layers.iter().find(|layer| field(layer).is_some() || layer.unreadable.contains(&key))?;
    field(speaking).clone()
}

/// A finding about values together, before it is known whose it is.
struct Finding {
    code: &'static str,
    severity: Severity,
    /// The settings it is about, the one to blame first.
    blamed: [(Key, Origin); 2],
    message: String,
    help: String,
    fix: Option<Fix>,
}

impl Resolved {
    fn check_range(&mut self) {
        let RunSettings { start_date: Some(start), end_date: Some(end), .. } = &self.settings else { return };
        if end.value >= start.value {
            return;
        }
        let (first, last) = (start.value, end.value);
        let mut blamed = [(Key::EndDate, end.origin), (Key::StartDate, start.origin)];
        // The later word is the one that broke what the earlier one said.
        if rank(start.origin) > rank(end.origin) {
            blamed.reverse();
        }
        let fix = match (start.origin, end.origin) {
            (Origin::Directive(start), Origin::Directive(end)) => {
                Some(swap(start, end, &first.to_string(), &last.to_string()))
            }
            _ => None,
        };
        let message = format!("the range ends on {last}, before it starts on {first}");
        self.report(Finding {
            code: BAD_SETTING,
            severity: Severity::Error,
            blamed,
            message,
            help: "`end_date` is the last day of the range, `start_date` the first".to_owned(),
            fix,
        });
    }

    fn check_leverage(&mut self) {
        let RunSettings { leverage, universe: Some(universe), .. } = &self.settings else { return };
        let plain = |ticker: &&Ticker| matches!(ticker.market(), Some(MarketType::Spot | MarketType::Prediction));
        #[allow(clippy::float_cmp)] // 1 is what was written, not computed
        if leverage.value == 1.0 {
            return;
        }
        let mut plain = universe.value.iter().filter(plain);
        let Some(first) = plain.next() else { return };
        let value = leverage.value;
        // Among perpetuals the others may be meant to go without; whether the API minds is not said.
        let (severity, message) = match 1 + plain.count() == universe.value.len() {
            true => (Severity::Warning, format!("leverage is {value}, and no ticker of the universe is a perpetual")),
            false => {
                let first = first.to_string();
                (Severity::Info, format!("leverage is {value}, and `{}` is no perpetual", excerpt(&first)))
            }
        };
        let fix = match leverage.origin {
            Origin::Directive(span) => Some(Fix::replace("replace by `1`", false, span, "1")),
            _ => None,
        };
        self.report(Finding {
            code: WRONG_MARKET,
            severity,
            blamed: [(Key::Leverage, leverage.origin), (Key::Universe, universe.origin)],
            message,
            help: "the API takes leverage for perpetuals only, such as `BINANCEFUTURESUSD:BTC/USDT:USDT`".to_owned(),
            fix,
        });
    }

    /// An exchange that someone chose, and tickers that are all elsewhere. The API's default is nobody's choice.
    fn check_exchange(&mut self) {
        let RunSettings { exchange: set, universe: Some(universe), .. } = &self.settings else { return };
        let Some(known) = exchange(&set.value).filter(|_| set.origin != Origin::Default) else { return };
        let mut others = universe.value.iter().map(|ticker| ticker.meant().known_exchange());
        // Tickers on several exchanges have no one setting that would be right.
        let Some(other) = others.next().flatten().filter(|other| *other != known) else { return };
        if !others.all(|exchange| exchange == Some(other)) {
            return;
        }
        let mut blamed = [(Key::Exchange, set.origin), (Key::Universe, universe.origin)];
        if rank(universe.origin) > rank(set.origin) {
            blamed.reverse();
        }
        let fix = match set.origin {
            Origin::Directive(span) if blamed[0].0 == Key::Exchange => {
                Some(Fix::replace(format!("replace by `{}`", other.id), false, span, other.id))
            }
            _ => None,
        };
        let message = format!("the exchange is `{}`, and every ticker of the universe is on {}", known.id, other.name);
        self.report(Finding {
            code: EXCHANGE_MISMATCH,
            severity: Severity::Warning,
            blamed,
            message,
            help: format!("tickers name their exchange themselves; for these the setting is `exchange = {}`", other.id),
            fix,
        });
    }

    /// Gives a finding to the place that the blamed value came from.
    fn report(&mut self, finding: Finding) {
        let Finding { code, severity, blamed: [(key, origin), (other, other_origin)], message, help, fix } = finding;
        let list = match origin {
            Origin::Directive(_) => &mut self.script_diagnostics,
            Origin::Config(_) => &mut self.config_diagnostics,
            Origin::Flag => {
                let list = if severity == Severity::Error { &mut self.flag_errors } else { &mut self.flag_warnings };
                let suggestion = None;
                list.push(FlagError {
                    flag: crate::flags::flag_name(key),
                    message: format!("{message}; {help}"),
                    suggestion,
                });
                return;
            }
            // Defaults agree with each other, and the blamed value is the upper one.
            Origin::Default => return,
        };
        let mut diagnostic = Diagnostic::new(code, severity, span(origin), message).help(help);
        let same_file = std::mem::discriminant(&origin) == std::mem::discriminant(&other_origin);
        if same_file {
            diagnostic = diagnostic.label(span(other_origin), format!("`{}` is set here", other.name()));
        } else {
            let help = diagnostic.help.take().unwrap_or_default();
            diagnostic.help = Some(format!("{help}; `{}` is set {}", other.name(), by(other_origin)));
        }
        diagnostic.fixes.extend(fix);
        list.push(diagnostic);
    }
}

/// How late an origin speaks.
const fn rank(origin: Origin) -> u8 {
    match origin {
        Origin::Default => 0,
        Origin::Config(_) => 1,
        Origin::Directive(_) => 2,
        Origin::Flag => 3,
    }
}

/// How a value came to be set, as it goes on from 'is set'.
const fn by(origin: Origin) -> &'static str {
    match origin {
        Origin::Default => "by default",
        Origin::Config(_) => "in signal.toml",
        Origin::Directive(_) => "by a directive",
        Origin::Flag => "by a flag",
    }
}

const fn span(origin: Origin) -> Span {
    match origin {
        Origin::Config(span) | Origin::Directive(span) => span,
        Origin::Default | Origin::Flag => Span::empty(0),
    }
}

fn swap(start: Span, end: Span, first: &str, last: &str) -> Fix {
    let edits = vec![Edit { span: start, text: last.to_owned() }, Edit { span: end, text: first.to_owned() }];
    Fix { title: "swap the two dates".to_owned(), safe: false, edits }
}
