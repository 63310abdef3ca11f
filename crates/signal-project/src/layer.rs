//! The settings that one place sets: a file, a script's head, or a command line.

use signal_market::{Date, Ticker, Timeframe};

use crate::value::Value;
use crate::{Key, Mode, Origin, Setting};

/// What one place sets; `None` where it is silent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    /// First day of the range.
    pub start_date: Option<Setting<Date>>,
    /// Last day of the range.
    pub end_date: Option<Setting<Date>>,
    /// Exchange id.
    pub exchange: Option<Setting<String>>,
    /// Length of a bar.
    pub timeframe: Option<Setting<Timeframe>>,
    /// Starting capital.
    pub initial_cash: Option<Setting<f64>>,
    /// Fee a fill as a fraction.
    pub trading_fee: Option<Setting<f64>>,
    /// Slippage a fill as a fraction.
    pub slippage: Option<Setting<f64>>,
    /// Explanation that goes with the run.
    pub description: Option<Setting<String>>,
    /// Tickers that could be read.
    pub universe: Option<Setting<Vec<Ticker>>>,
    /// Isolated or cross.
    pub mode: Option<Setting<Mode>>,
    /// Leverage.
    pub leverage: Option<Setting<f64>>,
    /// Whether comments are taken out before the upload.
    pub strip_comments: Option<Setting<bool>>,
    /// Settings that are set to something that can't be read. What lies below must not shine through: the author
    /// meant something else.
    pub unreadable: Vec<Key>,
}

impl Layer {
    /// Sets what was read under `key`, whatever was there before.
    pub(crate) fn set(&mut self, key: Key, value: Option<Value>, origin: Origin) {
        self.unset(key);
        match (key, value) {
            (Key::StartDate, Some(Value::Date(value))) => self.start_date = Some(Setting { value, origin }),
            (Key::EndDate, Some(Value::Date(value))) => self.end_date = Some(Setting { value, origin }),
            (Key::Exchange, Some(Value::Text(value))) => self.exchange = Some(Setting { value, origin }),
            (Key::Timeframe, Some(Value::Timeframe(value))) => self.timeframe = Some(Setting { value, origin }),
            (Key::InitialCash, Some(Value::Number(value))) => self.initial_cash = Some(Setting { value, origin }),
            (Key::TradingFee, Some(Value::Number(value))) => self.trading_fee = Some(Setting { value, origin }),
            (Key::Slippage, Some(Value::Number(value))) => self.slippage = Some(Setting { value, origin }),
            (Key::Description, Some(Value::Text(value))) => self.description = Some(Setting { value, origin }),
            (Key::Universe, Some(Value::Tickers(value))) => self.universe = Some(Setting { value, origin }),
            (Key::Mode, Some(Value::Mode(value))) => self.mode = Some(Setting { value, origin }),
            (Key::Leverage, Some(Value::Number(value))) => self.leverage = Some(Setting { value, origin }),
            (Key::StripComments, Some(Value::Switch(value))) => self.strip_comments = Some(Setting { value, origin }),
            _ => self.unreadable.push(key),
        }
    }

    fn unset(&mut self, key: Key) {
        self.unreadable.retain(|other| *other != key);
        match key {
            Key::StartDate => self.start_date = None,
            Key::EndDate => self.end_date = None,
            Key::Exchange => self.exchange = None,
            Key::Timeframe => self.timeframe = None,
            Key::InitialCash => self.initial_cash = None,
            Key::TradingFee => self.trading_fee = None,
            Key::Slippage => self.slippage = None,
            Key::Description => self.description = None,
            Key::Universe => self.universe = None,
            Key::Mode => self.mode = None,
            Key::Leverage => self.leverage = None,
            Key::StripComments => self.strip_comments = None,
        }
    }
}
