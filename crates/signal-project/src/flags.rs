//! Settings as the command line gives them.

use signal_text::{Diagnostic, Severity};

use crate::layer::Layer;
use crate::value::{EXAMPLE, read};
use crate::{Key, Origin};

/// The raw values of flags; `None` or empty where a flag is not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--start-date`
    pub start_date: Option<String>,
    /// `--end-date`
    pub end_date: Option<String>,
    /// `--exchange`
    pub exchange: Option<String>,
    /// `--timeframe`
    pub timeframe: Option<String>,
    /// `--initial-cash`
    pub initial_cash: Option<String>,
    /// `--trading-fee`
    pub trading_fee: Option<String>,
    /// `--slippage`
    pub slippage: Option<String>,
    /// `--description`
    pub description: Option<String>,
    /// `--universe`, each one ticker or several with commas.
    pub universe: Vec<String>,
    /// `--mode`
    pub mode: Option<String>,
    /// `--leverage`
    pub leverage: Option<String>,
    /// `--strip-comments`, as `true` or `false`.
    pub strip_comments: Option<String>,
}

/// What is wrong with a flag's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagError {
    /// The flag as it is typed: `--start-date`.
    pub flag: String,
    /// What is wrong and what to do, one sentence without a full stop.
    pub message: String,
    /// The value to give instead.
    pub suggestion: Option<String>,
}

impl std::fmt::Display for FlagError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.flag, self.message)
    }
}

impl std::error::Error for FlagError {}

/// How a setting's flag is typed.
pub(crate) fn flag_name(key: Key) -> String {
    format!("--{}", key.name().replace('_', "-"))
}

impl Flags {
    /// Reads them: what they set, errors, and warnings.
    pub(crate) fn read(&self) -> (Layer, Vec<FlagError>, Vec<FlagError>) {
        let universe = (!self.universe.is_empty()).then(|| self.universe.join(","));
        let given = [
            (Key::StartDate, &self.start_date),
            (Key::EndDate, &self.end_date),
            (Key::Exchange, &self.exchange),
            (Key::Timeframe, &self.timeframe),
            (Key::InitialCash, &self.initial_cash),
            (Key::TradingFee, &self.trading_fee),
            (Key::Slippage, &self.slippage),
            (Key::Description, &self.description),
            (Key::Universe, &universe),
            (Key::Mode, &self.mode),
            (Key::Leverage, &self.leverage),
            (Key::StripComments, &self.strip_comments),
        ];
        let (mut layer, mut errors, mut warnings) = (Layer::default(), Vec::new(), Vec::new());
        for (key, text) in given {
            let Some(text) = text else { continue };
            let (value, diagnostics) = read(key, text, 0);
            layer.set(key, value, Origin::Flag);
            for diagnostic in diagnostics {
                let list = if diagnostic.severity == Severity::Error { &mut errors } else { &mut warnings };
                list.push(error(key, diagnostic));
            }
        }
        (layer, errors, warnings)
    }
}

fn error(key: Key, diagnostic: Diagnostic) -> FlagError {
    let flag = flag_name(key);
    let message = match &diagnostic.help {
        // The form is another one on a command line than in a file.
        Some(help) if help.starts_with(EXAMPLE) => {
            let value = key.info().example;
            let quote = if value.contains(' ') { "\"" } else { "" };
            format!("{}; {EXAMPLE}`{flag} {quote}{value}{quote}`", diagnostic.message)
        }
        Some(help) => format!("{}; {help}", diagnostic.message),
        None => diagnostic.message,
    };
    let suggestion = diagnostic.fixes.into_iter().next().and_then(|fix| fix.edits.into_iter().next());
    FlagError { flag, message, suggestion: suggestion.map(|edit| edit.text) }
}
