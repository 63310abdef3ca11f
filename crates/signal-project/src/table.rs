//! The one table of settings: directives, `signal.toml`, flags, suggestions and completion all read it.

use signal_market::{EXCHANGES, ExchangeEvidence, Timeframe};
use signal_text::{Severity, closest};

use crate::Mode;

/// A setting's identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// `start_date`
    StartDate,
    /// `end_date`
    EndDate,
    /// `exchange`
    Exchange,
    /// `timeframe`
    Timeframe,
    /// `initial_cash`
    InitialCash,
    /// `trading_fee`
    TradingFee,
    /// `slippage`
    Slippage,
    /// `description`
    Description,
    /// `universe`
    Universe,
    /// `mode`
    Mode,
    /// `leverage`
    Leverage,
    /// `strip_comments`
    StripComments,
}

/// What a setting is and what it takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SettingInfo {
    /// Its identity.
    pub key: Key,
    /// Its name in directives and in `signal.toml`: the API's parameter name.
    pub name: &'static str,
    /// What sort of value it takes.
    pub kind: ValueKind,
    /// What it is when nothing sets it, as it would be written; `None`: nothing.
    pub default: Option<&'static str>,
    /// Numbers it takes.
    pub bounds: Option<Bounds>,
    /// Whether a script may set it by a directive; `signal.toml` may set all.
    pub directive: bool,
    /// One line on what it does.
    pub summary: &'static str,
    /// A value, as it would be written.
    pub example: &'static str,
    /// Other names that people give it, for suggestions.
    pub aliases: &'static [&'static str],
}

/// Sorts of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A length of a bar.
    Timeframe,
    /// An exchange id.
    Exchange,
    /// A number.
    Number,
    /// Any text.
    Text,
    /// Tickers, parted by commas.
    Tickers,
    /// How several tickers are run.
    Mode,
    /// `true` or `false`.
    Switch,
}

/// The numbers that a setting takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Least number.
    pub least: f64,
    /// Whether the least one itself will do.
    pub least_included: bool,
    /// Greatest number.
    pub most: f64,
    /// Whether the greatest one itself will do.
    pub most_included: bool,
    /// How bad it is to be outside. An error where the API's text names the bounds; where only reason does, a warning,
    /// and the number is used.
    pub severity: Severity,
}

/// Every setting, in the order of the API's text.
pub const SETTINGS: [SettingInfo; 12] = [
    SettingInfo {
        summary: "First day of the range, UTC; the range must contain the warm-up",
        example: "2024-01-01",
        aliases: &["start", "from", "from_date", "since", "begin", "start_time"],
        ..setting(Key::StartDate, "start_date", ValueKind::Date)
    },
    SettingInfo {
        summary: "Last day of the range, UTC",
        example: "2024-12-31",
        aliases: &["end", "to", "to_date", "until", "end_time", "stop"],
        ..setting(Key::EndDate, "end_date", ValueKind::Date)
    },
    SettingInfo {
        default: Some("binance"),
        summary: "Exchange id",
        example: "binance",
        aliases: &["exchange_id", "market", "venue", "broker"],
        ..setting(Key::Exchange, "exchange", ValueKind::Exchange)
    },
    SettingInfo {
        default: Some("1h"),
        summary: "Length of a bar",
        example: "1h",
        aliases: &["interval", "tf", "resolution", "bar", "bar_size", "period", "granularity", "frequency"],
        ..setting(Key::Timeframe, "timeframe", ValueKind::Timeframe)
    },
    SettingInfo {
        default: Some("10000"),
        bounds: Some(Bounds {
            least: 0.0,
            least_included: false,
            most: f64::MAX,
            most_included: true,
            severity: Severity::Error,
        }),
        summary: "Starting capital, in the quote currency",
        example: "10000",
        aliases: &["cash", "capital", "initial_capital", "balance", "initial_balance"],
        ..setting(Key::InitialCash, "initial_cash", ValueKind::Number)
    },
    SettingInfo {
        default: Some("0.0005"),
        bounds: Some(FRACTION),
        summary: "Fee a fill, as a fraction of its notional: 0.0005 is 0.05 %",
        example: "0.0005",
        aliases: &["fee", "fees", "commission", "trading_fees", "fee_rate"],
        ..setting(Key::TradingFee, "trading_fee", ValueKind::Number)
    },
    SettingInfo {
        default: Some("0.0005"),
        bounds: Some(FRACTION),
        summary: "Price given away a fill, as a fraction: 0.0005 is 0.05 %",
        example: "0.0005",
        aliases: &["slip"],
        ..setting(Key::Slippage, "slippage", ValueKind::Number)
    },
    SettingInfo {
        summary: "Explanation that goes with the run",
        example: "buys what has fallen too far",
        aliases: &["desc", "name", "title", "note", "notes"],
        ..setting(Key::Description, "description", ValueKind::Text)
    },
    SettingInfo {
        summary: "Tickers to run on, parted by commas",
        example: "BINANCE:BTC/USDT, BINANCE:ETH/USDT",
        aliases: &["ticker", "tickers", "symbol", "symbols", "pair", "pairs", "assets"],
        ..setting(Key::Universe, "universe", ValueKind::Tickers)
    },
    SettingInfo {
        default: Some("isolated"),
        summary: "isolated: each ticker by itself; cross: several at once, for pair trading",
        example: "isolated",
        aliases: &["execution_mode", "run_mode"],
        ..setting(Key::Mode, "mode", ValueKind::Mode)
    },
    SettingInfo {
        default: Some("1"),
        bounds: Some(Bounds {
            least: 1.0,
            least_included: true,
            most: 100.0,
            most_included: true,
            severity: Severity::Error,
        }),
        summary: "Leverage, perpetuals only",
        example: "3",
        aliases: &["lever", "margin"],
        ..setting(Key::Leverage, "leverage", ValueKind::Number)
    },
    SettingInfo {
        default: Some("false"),
        directive: false,
        summary: "Whether comments are taken out of the script before it is uploaded",
        example: "true",
        ..setting(Key::StripComments, "strip_comments", ValueKind::Switch)
    },
];

/// Fees and slippage: the API's text says no more than 'as decimal'.
const FRACTION: Bounds =
    Bounds { least: 0.0, least_included: true, most: 1.0, most_included: false, severity: Severity::Warning };

const fn setting(key: Key, name: &'static str, kind: ValueKind) -> SettingInfo {
    SettingInfo {
        key,
        name,
        kind,
        default: None,
        bounds: None,
        directive: true,
        summary: "",
        example: "",
        aliases: &[],
    }
}

impl Key {
    /// Its row of [`SETTINGS`].
    #[must_use]
    pub const fn info(self) -> &'static SettingInfo {
        // The table has one row a key, in the keys' order; a test holds it to that.
        &SETTINGS[self as usize]
    }

    /// Its name in directives and in `signal.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.info().name
    }

    /// The setting with this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        SETTINGS.iter().find(|info| info.name == name).map(|info| info.key)
    }

    /// The setting that another or misspelt name for it means: `interval`, `startDate`, `univers`.
    #[must_use]
    pub fn closest(name: &str) -> Option<Self> {
        let plain = snake_case(name);
        let known = SETTINGS.iter().find(|info| info.name == plain || info.aliases.contains(&plain.as_str()));
        known
            .map(|info| info.key)
            .or_else(|| closest(&plain, SETTINGS.iter().map(|info| info.name)).and_then(Self::find))
    }
}

impl SettingInfo {
    /// The values it takes, where there are only so many.
    #[must_use]
    pub fn choices(&self) -> Vec<&'static str> {
        match self.kind {
            ValueKind::Timeframe => Timeframe::ALL.map(Timeframe::as_str).to_vec(),
            ValueKind::Exchange => {
                // Those that may be gone are understood, and not offered.
                let offered = EXCHANGES.iter().filter(|exchange| exchange.evidence == ExchangeEvidence::Documented);
                offered.map(|exchange| exchange.id).collect()
            }
            ValueKind::Mode => Mode::ALL.map(Mode::as_str).to_vec(),
            ValueKind::Switch => vec!["true", "false"],
            ValueKind::Date | ValueKind::Number | ValueKind::Text | ValueKind::Tickers => Vec::new(),
        }
    }
}

impl Bounds {
    /// Whether they hold for a number; never for one that is not finite, which JSON can't carry.
    #[must_use]
    pub fn hold(&self, number: f64) -> bool {
        let above = if self.least_included { number >= self.least } else { number > self.least };
        let below = if self.most_included { number <= self.most } else { number < self.most };
        above && below
    }
}

impl std::fmt::Display for Bounds {
    /// As it goes on from 'it must be': `above 0`, `from 1 to 100`, `at least 0 and less than 1`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { least, most, .. } = self;
        if self.least_included && self.most_included {
            return write!(f, "from {least} to {most}");
        }
        f.write_str(if self.least_included { "at least " } else { "above " })?;
        write!(f, "{least}")?;
        if *most < f64::MAX {
            f.write_str(if self.most_included { " and at most " } else { " and less than " })?;
            write!(f, "{most}")?;
        }
        Ok(())
    }
}

/// `startDate`, `Start-Date` and `START DATE` as `start_date`.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 2);
    let mut before = '_';
    for c in name.trim().chars() {
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            snake.push('_');
        }
        snake.push(if matches!(c, '-' | ' ' | '.') { '_' } else { c.to_ascii_lowercase() });
        before = c;
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_its_row() {
        for (n, info) in SETTINGS.iter().enumerate() {
            assert_eq!(info.key as usize, n, "{}", info.name);
            assert_eq!(Key::find(info.name), Some(info.key));
            assert!(!info.summary.is_empty() && !info.example.is_empty(), "{}", info.name);
        }
    }

    #[test]
    fn other_names_find_their_setting() {
        let cases = [
            ("timefram", Some("timeframe")),
            ("interval", Some("timeframe")),
            ("startDate", Some("start_date")),
            ("Start-Date", Some("start_date")),
            ("from", Some("start_date")),
            ("symbols", Some("universe")),
            ("univers", Some("universe")),
            ("initialCapital", Some("initial_cash")),
            ("commission", Some("trading_fee")),
            ("strip-comments", Some("strip_comments")),
            ("stop_loss", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(Key::closest(name).map(Key::name), expected, "{name}");
        }
    }

    #[test]
    fn no_name_or_alias_means_two_settings() {
        let mut names: Vec<_> = SETTINGS.iter().flat_map(|info| info.aliases.iter().chain([&info.name])).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn bounds_read_well() {
        let bounds = |name: &str| Key::find(name).unwrap().info().bounds.unwrap();
        assert_eq!(bounds("leverage").to_string(), "from 1 to 100");
        assert_eq!(bounds("initial_cash").to_string(), "above 0");
        assert_eq!(bounds("slippage").to_string(), "at least 0 and less than 1");
        assert!(bounds("leverage").hold(100.0) && !bounds("leverage").hold(100.1));
        assert!(!bounds("initial_cash").hold(0.0) && !bounds("initial_cash").hold(f64::INFINITY));
        assert!(!bounds("slippage").hold(1.0) && !bounds("slippage").hold(f64::NAN));
    }
}
