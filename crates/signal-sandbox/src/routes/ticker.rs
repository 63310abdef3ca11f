//! `GET` and `POST /market/ticker`, and `GET /market/funding-rates`: the last closed bars told as the latest prices.

use std::sync::Arc;

use axum::extract::State;
use serde_json::{Value, json};
use signal_api::{ErrorBody, ErrorCode};
use signal_market::{Ticker, Timeframe};

use super::market::{ticker, ticker_of};
use super::{Body, Parameters};
use crate::data::calendar::{DAY, close_of, rfc3339};
use crate::evaluation::unavailable;
use crate::keys::Caller;
use crate::reply::{Refusal, Reply, answer, failure};
use crate::report::marks;
use crate::server::App;
use crate::validate::{self, fault};

/// Symbols that one request may name, as the API's text says.
const MOST_SYMBOLS: usize = 20;

/// Timeframes that the figures of a day can be told from, finest first; a minute's bars tell no more than an hour's.
const FINE: [Timeframe; 8] = [
    Timeframe::H1,
    Timeframe::M30,
    Timeframe::M15,
    Timeframe::M5,
    Timeframe::M1,
    Timeframe::H4,
    Timeframe::D1,
    Timeframe::W1,
];

/// Exchanges whose funding rates the API's text promises.
const WITH_FUNDING: [&str; 2] = ["hyperliquid", "lighter"];

/// `GET /market/ticker?symbol=&exchange=`
pub(crate) async fn of_one(State(app): State<Arc<App>>, _caller: Caller, query: Parameters) -> Reply {
    let ticker = ticker(&query.0)?;
    read(move || answer(marks(app.market.label(), latest(&app, &ticker).map_err(Refusal::from)?))).await
}

/// `POST /market/ticker {symbols, exchange}`: what can't be told of a symbol stands in its entry.
pub(crate) async fn of_many(State(app): State<Arc<App>>, _caller: Caller, Body(body): Body) -> Reply {
    let wrong = |message: String| Refusal::parameters(vec![fault("symbols", message)], "");
    let id = validate::exchange_id(&body).map_err(|detail| Refusal::parameters(vec![detail], ""))?;
    let symbols = match body.get("symbols") {
        Some(Value::Array(symbols)) if !symbols.is_empty() => symbols,
        _ => return Err(wrong("a list of 1 to 20 symbols is required, such as [\"BTC/USDT\"]".to_owned())),
    };
    if symbols.len() > MOST_SYMBOLS {
        return Err(wrong(format!("{} symbols are too many; at most {MOST_SYMBOLS}", symbols.len())));
    }
    let mut tickers = Vec::with_capacity(symbols.len());
    for symbol in symbols {
        let text = symbol.as_str().ok_or_else(|| wrong(format!("{symbol} is no symbol")))?;
        tickers.push(ticker_of(text, &id).map_err(wrong)?);
    }
    read(move || {
        let entries: Vec<Value> = tickers
            .iter()
            .map(|ticker| {
                latest(&app, ticker).unwrap_or_else(
                    |error| json!({ "symbol": ticker.symbol(), "ticker": ticker.to_string(), "error": error }),
                )
            })
            .collect();
        answer(marks(app.market.label(), json!({ "exchange": id, "count": entries.len(), "tickers": entries })))
    })
    .await
}

/// `GET /market/funding-rates?exchange=`: the made-up market charges none, and says so rather than make up rates too.
pub(crate) async fn funding_rates(State(app): State<Arc<App>>, _caller: Caller, query: Parameters) -> Reply {
    let id = validate::required(&query.0, "exchange").map_err(|detail| Refusal::parameters(vec![detail], ""))?;
    if !WITH_FUNDING.contains(&id.to_ascii_lowercase().as_str()) {
        let message = format!("exchange: `{}` has no funding rates here", validate::short(&id));
        return Err(Refusal::parameter("exchange", message, format!("take one of {}", WITH_FUNDING.join(", "))));
    }
    Err(Refusal::new(
        ErrorCode::DataUnavailable,
        format!(
            "the sandbox has no funding rates: its {} bars come without, and its engine charges none",
            app.market.label()
        ),
        "ask the service itself",
    ))
}

async fn read(work: impl FnOnce() -> Reply + Send + 'static) -> Reply {
    let failed =
        || Refusal::new(ErrorCode::InternalError, "the sandbox failed at reading these bars", "please report it");
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(failed()))
}

/// Last price, and the range and volume of the 24 hours before it.
fn latest(app: &App, ticker: &Ticker) -> Result<Value, ErrorBody> {
    let timeframe = app.market.finest(ticker, &FINE).unwrap_or(Timeframe::H1);
    let of_a_day = (DAY / close_of(timeframe, 0).max(1)).max(1) as usize;
    let bars = app.market.last_bars(ticker, timeframe, of_a_day, app.today()).map_err(unavailable)?;
    let (Some(last), Some(open), Some(price)) = (bars.open_time.last(), bars.open.first(), bars.close.last()) else {
        return Err(failure(ErrorCode::DataUnavailable, format!("there is no closed bar of {ticker}"), ""));
    };
    Ok(json!({
        "symbol": ticker.symbol(),
        "exchange": ticker.exchange.to_ascii_lowercase(),
        "ticker": ticker.to_string(),
        "price": price,
        "open_24h": open,
        "high_24h": bars.high.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        "low_24h": bars.low.iter().copied().fold(f64::INFINITY, f64::min),
        "volume_24h": bars.volume.iter().sum::<f64>(),
        "change_24h_pct": (price / open - 1.0) * 100.0,
        "timestamp": rfc3339(close_of(timeframe, *last)),
    }))
}
