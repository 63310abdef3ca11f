//! Tickers, exchanges, timeframes, and calendar arithmetic: how many bars a date range holds.
//!
//! UTC, markets open around the clock, weeks open on Monday, months on the 1st.

mod calendar;
mod concern;
mod date;
mod excerpt;
mod exchange;
mod ticker;
mod ticker_error;
mod timeframe;

pub use calendar::{BarCount, DateRange, Reading, bar_open, bars, latest_start, warm_start};
pub use concern::{Concern, ConcernKind, Grade};
pub use date::{DateError, DateProblem, parse_date};
pub use excerpt::excerpt;
pub use exchange::{EXCHANGES, Exchange, ExchangeEvidence, MarketType, closest_exchange, exchange};
pub use ticker::{Ticker, TickerPart};
pub use ticker_error::{TickerError, TickerFault};
pub use timeframe::{Timeframe, TimeframeError};

/// A day of the calendar, without time and zone; all of them are UTC days here.
pub use jiff::civil::Date;
/// A time of a day of the calendar, UTC here.
pub use jiff::civil::DateTime;
