//! `POST /market/evaluate`, `/market/scan` and `/market/rank`: an expression over the last closed bars of symbols.

use std::cmp::Ordering;
use std::sync::Arc;

use axum::extract::State;
use serde_json::{Map, Value, json};
use signal_api::{ErrorBody, ErrorCode};
use signal_market::{Ticker, Timeframe, exchange};

use super::Body;
use super::market::ticker_of;
use crate::data::Market;
use crate::evaluation::{Evaluation, USUAL_BARS};
use crate::keys::Caller;
use crate::reply::{Detail, Refusal, Reply, answer};
use crate::report::marks;
use crate::server::App;
use crate::validate::{self, MAX_TICKERS, fault};

/// `POST /market/evaluate {expression, symbol, exchange, timeframe}`; `series: true` asks for the value of every bar, `bars`
/// for so many of the last ones.
pub(crate) async fn evaluate(State(app): State<Arc<App>>, _caller: Caller, Body(body): Body) -> Reply {
    let ticker = super::market::ticker(&body)?;
    let wants_series = validate::flag(&body, "series").map_err(one)?;
    let (exchange, timeframe, bars) = common(&app, &body)?;
    check_size(&app, bars, 1)?;
    let text = expression(&body, "expression")?;
    computed(move || {
        let evaluation = Evaluation::prepare("expression", text.clone(), timeframe, bars, app.today())?;
        let evaluated = evaluation.over(&app.market, &ticker).map_err(Refusal::from)?;
        let mut document = json!({
            "expression": text,
            "symbol": ticker.symbol(),
            "exchange": exchange_of(&ticker).unwrap_or(exchange),
            "ticker": ticker.to_string(),
            "timeframe": timeframe.as_str(),
            "type": evaluated.kind(),
            "value": evaluated.value(),
            "bars": evaluated.bars.len(),
            "warmup": evaluated.series.start,
        });
        extend(&mut document, evaluated.last_bar());
        if wants_series {
            document["series"] = Value::Array(evaluated.values());
        }
        answer(marks(app.market.label(), document))
    })
    .await
}

/// `POST /market/scan {condition, universe, exchange, timeframe}`
pub(crate) async fn scan(State(app): State<Arc<App>>, _caller: Caller, Body(body): Body) -> Reply {
    let (exchange, timeframe, bars) = common(&app, &body)?;
    let universe = universe(&app.market, &body, &exchange)?;
    check_size(&app, bars, universe.len())?;
    let text = expression(&body, "condition")?;
    computed(move || {
        let evaluation = Evaluation::prepare("condition", text.clone(), timeframe, bars, app.today())?;
        let (mut matched, mut details) = (Vec::new(), Vec::new());
        let mut looked = Looked::default();
        for symbol in &universe {
            let mut detail = json!({ "symbol": symbol.name, "ticker": symbol.ticker.to_string() });
            match evaluation.over(&app.market, &symbol.ticker) {
                Ok(evaluated) if evaluated.kind() != "boolean" => {
                    let message = "condition: this is a number, not a condition; compare it with something";
                    return Err(Refusal::parameter(
                        "condition",
                        message,
                        "write a condition such as rsi(close, 14) < 30",
                    ));
                }
                Ok(evaluated) => {
                    looked.found += 1;
                    let holds = evaluated.value() == true;
                    detail["matched"] = json!(holds);
                    extend(&mut detail, evaluated.last_bar());
                    detail["values"] = Value::Object(evaluation.behind(&evaluated.bars));
                    if holds {
                        matched.push(symbol.name.clone());
                    }
                }
                Err(error) => {
                    detail["matched"] = json!(false);
                    detail["error"] = json!(error);
                    looked.fail(error)?;
                }
            }
            details.push(detail);
        }
        looked.any()?;
        answer(marks(
            app.market.label(),
            json!({
                "condition": text,
                "exchange": exchange,
                "timeframe": timeframe.as_str(),
                "matched": matched,
                "details": details,
                "scanned_count": universe.len(),
            }),
        ))
    })
    .await
}

/// `POST /market/rank {expression, universe, exchange, timeframe, order, limit}`
pub(crate) async fn rank(State(app): State<Arc<App>>, _caller: Caller, Body(body): Body) -> Reply {
    let (exchange, timeframe, bars) = common(&app, &body)?;
    let universe = universe(&app.market, &body, &exchange)?;
    check_size(&app, bars, universe.len())?;
    let text = expression(&body, "expression")?;
    let ascending = ascending(&body)?;
    let limit = validate::count(&body, "limit", 1, u64::MAX).map_err(one)?.unwrap_or(u64::MAX);
    computed(move || {
        let evaluation = Evaluation::prepare("expression", text.clone(), timeframe, bars, app.today())?;
        let mut looked = Looked::default();
        let (mut scored, mut skipped) = (Vec::new(), Vec::new());
        for symbol in &universe {
            match evaluation.over(&app.market, &symbol.ticker) {
                Ok(evaluated) if evaluated.kind() != "number" => {
                    let message = "expression: this is a condition, not a number to rank by";
                    return Err(Refusal::parameter("expression", message, "POST /market/scan takes conditions"));
                }
                Ok(evaluated) => {
                    looked.found += 1;
                    match evaluated.value().as_f64() {
                        // Not the bars: those of a hundred symbols need not be in memory at once.
                        Some(score) => scored.push((score, symbol, evaluated.last_bar())),
                        None => skipped.push(json!({
                            "symbol": symbol.name,
                            "error": ErrorBody::new(ErrorCode::DataUnavailable, "the value on the last bar is undefined"),
                        })),
                    }
                }
                Err(error) => {
                    skipped.push(json!({ "symbol": symbol.name, "error": error }));
                    looked.fail(error)?;
                }
            }
        }
        looked.any()?;
        // Stable: equal scores keep the order of the universe.
        scored.sort_by(|(a, ..), (b, ..)| {
            let order = a.partial_cmp(b).unwrap_or(Ordering::Equal);
            if ascending { order } else { order.reverse() }
        });
        let ranked: Vec<Value> = scored
            .iter()
            .take(usize::try_from(limit).unwrap_or(usize::MAX))
            .enumerate()
            .map(|(at, (score, symbol, bar))| place(at + 1, *score, symbol, bar.clone()))
            .collect();
        answer(marks(
            app.market.label(),
            json!({
                "expression": text,
                "exchange": exchange,
                "timeframe": timeframe.as_str(),
                "order": if ascending { "asc" } else { "desc" },
                "ranked": ranked,
                "skipped": skipped,
                "scanned_count": universe.len(),
            }),
        ))
    })
    .await
}

fn place(rank: usize, score: f64, symbol: &Symbol, bar: Value) -> Value {
    let mut document =
        json!({ "rank": rank, "symbol": symbol.name, "ticker": symbol.ticker.to_string(), "score": score });
    extend(&mut document, bar);
    document
}

/// Computes on a thread that may take its time; other requests need not wait.
async fn computed(work: impl FnOnce() -> Reply + Send + 'static) -> Reply {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
        Err(Refusal::new(
            ErrorCode::InternalError,
            "the sandbox failed at computing this; that is a defect of the sandbox",
            "please report it with the expression",
        ))
    })
}

/// How many symbols had a value, and what was wrong with the first that had none.
#[derive(Default)]
struct Looked {
    found: usize,
    first: Option<ErrorBody>,
}

impl Looked {
    /// Notes a symbol without a value; what is wrong with the expression itself is wrong everywhere.
    fn fail(&mut self, error: ErrorBody) -> Result<(), Refusal> {
        if error.code == ErrorCode::ValidationError {
            return Err(error.into());
        }
        self.first.get_or_insert(error);
        Ok(())
    }

    /// Fails where not a single symbol had a value.
    fn any(&mut self) -> Result<(), Refusal> {
        match self.first.take() {
            Some(error) if self.found == 0 => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// A symbol as it was named, and the ticker that it means.
struct Symbol {
    name: String,
    ticker: Ticker,
}

/// The symbols to look at: those of the request, or all that the exchange is known to have.
fn universe(market: &Market, body: &Map<String, Value>, id: &str) -> Result<Vec<Symbol>, Refusal> {
    let wrong = |message: String| one(fault("universe", message));
    let named: Vec<Symbol> = match body.get("universe") {
        None | Some(Value::Null) => market
            .tickers()
            .iter()
            .filter_map(|text| text.parse().ok())
            .filter(|ticker: &Ticker| exchange_of(ticker).as_deref() == Some(id))
            .map(|ticker| Symbol { name: ticker.symbol(), ticker })
            .collect(),
        Some(Value::Array(items)) => {
            let mut symbols: Vec<Symbol> = Vec::with_capacity(items.len());
            for item in items {
                let Value::String(name) = item else {
                    return Err(wrong(format!("{item} is no symbol; write symbols such as [\"BTC/USDT\"]")));
                };
                let ticker = ticker_of(name, id).map_err(wrong)?;
                if !symbols.iter().any(|known| known.ticker == ticker) {
                    symbols.push(Symbol { name: name.clone(), ticker });
                }
            }
            symbols
        }
        Some(_) => return Err(wrong("it is no list; write symbols such as [\"BTC/USDT\"]".to_owned())),
    };
    if named.is_empty() {
        return Err(wrong(format!("there is no symbol to look at on {id}; write symbols such as [\"BTC/USDT\"]")));
    }
    if named.len() > MAX_TICKERS {
        return Err(wrong(format!("{} symbols are too many; the sandbox takes {MAX_TICKERS}", named.len())));
    }
    Ok(named)
}

/// Exchange, timeframe and number of bars.
fn common(app: &App, body: &Map<String, Value>) -> Result<(String, Timeframe, usize), Refusal> {
    let id = validate::exchange_id(body).map_err(one)?;
    let timeframe = validate::timeframe(body).map_err(one)?;
    // Of bars of one's own, all there are.
    let usual = if matches!(app.market, Market::Csv(_)) { app.limits.bars } else { USUAL_BARS as u64 };
    let bars = validate::count(body, "bars", 1, app.limits.bars).map_err(one)?.unwrap_or(usual);
    Ok((id, timeframe, usize::try_from(bars).unwrap_or(usize::MAX)))
}

/// Refuses what would take more bars than the sandbox has memory for. How many a file of one's own holds shows when it is read.
fn check_size(app: &App, bars: usize, symbols: usize) -> Result<(), Refusal> {
    let all = (bars as u64).saturating_mul(symbols as u64);
    if all <= app.limits.bars || matches!(app.market, Market::Csv(_)) {
        return Ok(());
    }
    let message =
        format!("bars: {bars} for each of {symbols} symbols are too many; the sandbox takes {}", app.limits.bars);
    Err(Refusal::parameter("bars", message, "ask for fewer bars or fewer symbols"))
}

fn expression(body: &Map<String, Value>, parameter: &'static str) -> Result<String, Refusal> {
    let text = validate::required(body, parameter).map_err(one)?;
    if text.trim().is_empty() {
        return Err(one(fault(parameter, "it is empty")));
    }
    Ok(text)
}

fn ascending(body: &Map<String, Value>) -> Result<bool, Refusal> {
    match validate::text(body, "order").map_err(one)?.as_deref() {
        None | Some("desc") => Ok(false),
        Some("asc") => Ok(true),
        Some(other) => Err(one(fault("order", format!("`{}` is neither asc nor desc", validate::short(other))))),
    }
}

fn exchange_of(ticker: &Ticker) -> Option<String> {
    exchange(&ticker.exchange).map(|exchange| exchange.id.to_owned())
}

fn extend(document: &mut Value, fields: Value) {
    if let (Value::Object(document), Value::Object(fields)) = (document, fields) {
        document.extend(fields);
    }
}

fn one(detail: Detail) -> Refusal {
    Refusal::parameters(vec![detail], "")
}
