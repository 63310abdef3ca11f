//! `/market`: symbols and bars.

use std::sync::Arc;

use axum::extract::State;
use serde_json::{Map, Value, json};
use signal_api::ErrorCode;
use signal_market::{MarketType, Ticker, exchange};

use super::Parameters;
use crate::data::DataError;
use crate::data::calendar::{Window, rfc3339};
use crate::keys::Caller;
use crate::reply::{Refusal, Reply, answer};
use crate::report::marks;
use crate::server::App;
use crate::validate;

/// Bars that one answer has at most, and by default.
const MOST_BARS: usize = 10_000;
const USUAL_BARS: usize = 1_000;

/// `GET /market/symbols?exchange=&market_type=&limit=`
pub(crate) async fn symbols(State(app): State<Arc<App>>, query: Parameters) -> Reply {
    let limit = query.count("limit", 100, 1_000)?;
    let wanted = |name: &str| query.0.get(name).and_then(Value::as_str);
    let holds = |name: &str, value: &str| wanted(name).is_none_or(|wanted| wanted.eq_ignore_ascii_case(value));
    let symbols: Vec<Value> = app
        .market
        .tickers()
        .iter()
        .filter_map(|text| {
            let ticker: Ticker = text.parse().ok()?;
            let exchange = exchange(&ticker.exchange)?;
            let kind = exchange.market.as_str();
            (holds("exchange", exchange.id) && holds("market_type", kind)).then(|| {
                json!({
                    "ticker": text,
                    "symbol": ticker.symbol(),
                    "exchange": exchange.id,
                    "market_type": kind,
                })
            })
        })
        .take(limit)
        .collect();
    answer(marks(app.market.label(), json!({ "count": symbols.len(), "symbols": symbols })))
}

/// `GET /market/ohlcv?symbol=&exchange=&timeframe=&start_date=&end_date=&limit=`: the last `limit` bars of the range.
pub(crate) async fn ohlcv(State(app): State<Arc<App>>, _caller: Caller, query: Parameters) -> Reply {
    let wrong = |detail| Refusal::parameters(vec![detail], "");
    let limit = query.count("limit", USUAL_BARS, MOST_BARS)?;
    let ticker = ticker(&query.0)?;
    let timeframe = validate::timeframe(&query.0).map_err(wrong)?;
    let today = app.today();
    let dates = with_short_names(query.0);
    let end = match dates.get("end_date") {
        Some(_) => validate::date(&dates, "end_date").map_err(wrong)?,
        None => today,
    };
    let start = match dates.get("start_date") {
        Some(_) => validate::date(&dates, "start_date").map_err(wrong)?,
        // Enough days for the limit, and no more than are asked for.
        None => Window::days_before(end, timeframe, limit),
    };
    if dates.contains_key("start_date") && dates.contains_key("end_date") && end < start {
        return Err(Refusal::parameter("end_date", format!("end_date: {end} is before start_date {start}"), ""));
    }
    let window = Window::new(start, end, today).last(timeframe, limit);
    let work = Arc::clone(&app);
    let reading = tokio::task::spawn_blocking(move || {
        let bars = work.market.bars(&ticker, timeframe, &window, &|| true)?;
        Ok((ticker, bars))
    });
    let (ticker, bars) = match reading.await {
        Ok(Ok(read)) => read,
        Ok(Err(DataError::Unavailable { message, suggestion })) => {
            return Err(Refusal::new(ErrorCode::DataUnavailable, message, suggestion));
        }
        Err(_) => {
            return Err(Refusal::new(
                ErrorCode::InternalError,
                "the sandbox failed at reading these bars",
                "please report it",
            ));
        }
    };
    let first = bars.len().saturating_sub(limit);
    let rows: Vec<Value> = (first..bars.len())
        .map(|bar| {
            json!({
                "timestamp": rfc3339(bars.open_time[bar]),
                "open": bars.open[bar],
                "high": bars.high[bar],
                "low": bars.low[bar],
                "close": bars.close[bar],
                "volume": bars.volume[bar],
            })
        })
        .collect();
    answer(marks(
        app.market.label(),
        json!({
            "ticker": ticker.to_string(),
            "symbol": ticker.symbol(),
            "exchange": ticker.exchange.to_ascii_lowercase(),
            "timeframe": timeframe.as_str(),
            "count": rows.len(),
            "ohlcv": rows,
        }),
    ))
}

/// `start` and `end` go for `start_date` and `end_date`, as older editions of the API called them.
fn with_short_names(mut query: Map<String, Value>) -> Map<String, Value> {
    for (short, long) in [("start", "start_date"), ("end", "end_date")] {
        if let Some(value) = query.remove(short) {
            query.entry(long).or_insert(value);
        }
    }
    query
}

/// The ticker that `symbol` and `exchange` mean.
pub(super) fn ticker(query: &Map<String, Value>) -> Result<Ticker, Refusal> {
    let wrong = |message: String| Refusal::parameter("symbol", format!("symbol: {message}"), "");
    let Some(symbol) = query.get("symbol").and_then(Value::as_str) else {
        return Err(wrong("it is required, for example BTC/USDT".to_owned()));
    };
    if has_exchange(symbol) {
        return validate::ticker(symbol).map_err(wrong);
    }
    let id = validate::exchange_id(query).map_err(|detail| Refusal::parameters(vec![detail], ""))?;
    ticker_of(symbol, &id).map_err(wrong)
}

/// A ticker of its own (`BINANCE:BTC/USDT`), or a pair on an exchange.
pub(super) fn ticker_of(symbol: &str, id: &str) -> Result<Ticker, String> {
    if has_exchange(symbol) {
        return validate::ticker(symbol);
    }
    let ticker = validate::ticker(&format!("{}:{symbol}", id.to_ascii_uppercase()))?;
    let perpetual = exchange(id).is_some_and(|exchange| exchange.market == MarketType::Perpetual);
    // Market endpoints take plain pairs for perpetuals too; these settle in their quote currency.
    let settle = ticker.settle.clone().or_else(|| perpetual.then(|| ticker.quote.clone()));
    Ok(Ticker { settle, ..ticker })
}

/// Whether an exchange stands before the pair.
fn has_exchange(symbol: &str) -> bool {
    symbol.split('/').next().unwrap_or_default().contains(':')
}
