//! Reads the body of `POST /backtest/execute` by the API's table of parameters; what is wrong is named by its parameter.

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use signal_market::{MarketType, Ticker, Timeframe, closest_exchange, exchange, parse_date};

use crate::reply::{Detail, Refusal};

/// Tickers a backtest may have.
pub(crate) const MAX_TICKERS: usize = 100;

/// Everything `POST /backtest/execute` takes beside the script, checked.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub start_date: Date,
    pub end_date: Date,
    pub exchange: String,
    pub timeframe: Timeframe,
    pub initial_cash: f64,
    pub trading_fee: f64,
    pub slippage: f64,
    pub description: Option<String>,
    pub universe: Vec<Ticker>,
    pub cross: bool,
    pub leverage: f64,
}

impl Settings {
    /// As the API names them.
    pub(crate) fn json(&self) -> Value {
        json!({
            "start_date": self.start_date.to_string(),
            "end_date": self.end_date.to_string(),
            "exchange": self.exchange,
            "timeframe": self.timeframe.as_str(),
            "initial_cash": self.initial_cash,
            "trading_fee": self.trading_fee,
            "slippage": self.slippage,
            "description": self.description,
            "universe": self.universe.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "mode": if self.cross { "cross" } else { "isolated" },
            "leverage": self.leverage,
        })
    }
}

/// What is wrong with one parameter: the message names it.
type Wrong = Detail;

/// A JSON body, or why it is none.
pub(crate) fn object(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    let cure = "send a JSON object with the header Content-Type: application/json";
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Refusal::parameter("body", "the body is JSON, but no object", cure)),
        Err(error) => Err(Refusal::parameter("body", format!("the body is no JSON: {error}"), cure)),
    }
}

/// The settings and the script. All parameters that are wrong are told at once.
pub(crate) fn execute(body: &Map<String, Value>) -> Result<(Settings, String), Refusal> {
    let mut wrong = Vec::new();
    let mut note = |detail: Wrong| wrong.push(detail);

    let start_date = kept(date(body, "start_date"), &mut note);
    let end_date = kept(date(body, "end_date"), &mut note);
    if let (Some(start), Some(end)) = (start_date, end_date)
        && end < start
    {
        note(fault("end_date", format!("{end} is before start_date {start}")));
    }
    let exchange = kept(exchange_id(body), &mut note);
    let timeframe = kept(timeframe(body), &mut note);
    let positive = |x: f64| x > 0.0;
    let fraction = |x: f64| (0.0..1.0).contains(&x);
    let from_1_to_100 = |x: f64| (1.0..=100.0).contains(&x);
    let initial_cash = number(body, "initial_cash", 10_000.0, "a number above 0", positive);
    let initial_cash = kept(initial_cash, &mut note);
    let fee = "a fraction from 0 to below 1, such as 0.0005";
    let trading_fee = kept(number(body, "trading_fee", 0.0005, fee, fraction), &mut note);
    let slippage = kept(number(body, "slippage", 0.0005, fee, fraction), &mut note);
    let description = kept(text(body, "description"), &mut note);
    let script = kept(script(body), &mut note);
    let universe = kept(universe(body), &mut note);
    let cross = kept(mode(body), &mut note);
    let leverage = number(body, "leverage", 1.0, "a number from 1 to 100", from_1_to_100);
    let leverage = kept(leverage, &mut note);
    if let (Some(leverage), Some(universe)) = (leverage, &universe)
        && leverage != 1.0
        && let Some(ticker) = universe.iter().find(|ticker| !is_perpetual(ticker))
    {
        note(fault("leverage", format!("{leverage} asks for perpetuals, and {ticker} is none")));
    }

    let parts = (start_date, end_date, exchange, timeframe, universe, cross);
    let numbers = (initial_cash, trading_fee, slippage, leverage);
    if let (
        (Some(start_date), Some(end_date), Some(exchange), Some(timeframe), Some(universe), Some(cross)),
        (Some(initial_cash), Some(trading_fee), Some(slippage), Some(leverage)),
        (Some(description), Some(script)),
    ) = (parts, numbers, (description, script))
        && wrong.is_empty()
    {
        let settings = Settings {
            start_date,
            end_date,
            exchange,
            timeframe,
            initial_cash,
            trading_fee,
            slippage,
            description,
            universe,
            cross,
            leverage,
        };
        return Ok((settings, script));
    }
    Err(Refusal::parameters(wrong, "correct the parameters that `details` names and send the request again"))
}

/// The value, or a note of what is wrong with it.
fn kept<T>(value: Result<T, Wrong>, note: &mut impl FnMut(Wrong)) -> Option<T> {
    value.map_err(note).ok()
}

pub(crate) fn fault(parameter: &'static str, what: impl std::fmt::Display) -> Wrong {
    Detail { parameter, message: format!("{parameter}: {what}") }
}

/// The parameter's value; null is the same as absent.
fn given<'b>(body: &'b Map<String, Value>, parameter: &str) -> Option<&'b Value> {
    body.get(parameter).filter(|value| !value.is_null())
}

/// An optional text.
pub(crate) fn text(body: &Map<String, Value>, parameter: &'static str) -> Result<Option<String>, Wrong> {
    match given(body, parameter) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(fault(parameter, format!("{} is no text", shown(other)))),
    }
}

/// A text that must be there.
pub(crate) fn required(body: &Map<String, Value>, parameter: &'static str) -> Result<String, Wrong> {
    text(body, parameter)?.ok_or_else(|| fault(parameter, "it is required and missing"))
}

/// A required day.
pub(crate) fn date(body: &Map<String, Value>, parameter: &'static str) -> Result<Date, Wrong> {
    let text = required(body, parameter)?;
    parse_date(&text).map_err(|error| fault(parameter, error))
}

fn number(
    body: &Map<String, Value>,
    parameter: &'static str,
    default: f64,
    expected: &str,
    holds: impl Fn(f64) -> bool,
) -> Result<f64, Wrong> {
    let Some(value) = given(body, parameter) else {
        return Ok(default);
    };
    value
        .as_f64()
        .filter(|number| number.is_finite() && holds(*number))
        .ok_or_else(|| fault(parameter, format!("{} is not {expected}", shown(value))))
}

/// An optional yes or no; absent it is a no.
pub(crate) fn flag(body: &Map<String, Value>, parameter: &'static str) -> Result<bool, Wrong> {
    match given(body, parameter) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(other) => Err(fault(parameter, format!("{} is neither true nor false", shown(other)))),
    }
}

/// An optional whole number within bounds.
pub(crate) fn count(
    body: &Map<String, Value>,
    parameter: &'static str,
    least: u64,
    most: u64,
) -> Result<Option<u64>, Wrong> {
    let Some(value) = given(body, parameter) else { return Ok(None) };
    value.as_u64().filter(|count| (least..=most).contains(count)).map(Some).ok_or_else(|| {
        let bounds = if most == u64::MAX { format!("from {least} up") } else { format!("from {least} to {most}") };
        fault(parameter, format!("{} is no whole number {bounds}", shown(value)))
    })
}

/// The id of a known exchange; `binance` when it is absent.
pub(crate) fn exchange_id(body: &Map<String, Value>) -> Result<String, Wrong> {
    let Some(id) = text(body, "exchange")? else {
        return Ok("binance".to_owned());
    };
    match exchange(&id) {
        Some(known) => Ok(known.id.to_owned()),
        None => Err(fault("exchange", unknown_exchange(&id))),
    }
}

fn unknown_exchange(id: &str) -> String {
    let unknown = format!("there is no exchange `{}`", short(id));
    match closest_exchange(id) {
        Some(near) => format!("{unknown}; did you mean `{}`?", near.id),
        None => format!("{unknown}; there are {}", signal_market::EXCHANGES.map(|known| known.id).join(", ")),
    }
}

/// A timeframe; `1h` when it is absent.
pub(crate) fn timeframe(body: &Map<String, Value>) -> Result<Timeframe, Wrong> {
    match text(body, "timeframe")? {
        None => Ok(Timeframe::H1),
        Some(text) => text.parse().map_err(|error| fault("timeframe", error)),
    }
}

fn mode(body: &Map<String, Value>) -> Result<bool, Wrong> {
    match text(body, "mode")?.as_deref() {
        None | Some("isolated") => Ok(false),
        Some("cross") => Ok(true),
        Some(other) => Err(fault("mode", format!("`{}` is neither isolated nor cross", short(other)))),
    }
}

fn script(body: &Map<String, Value>) -> Result<String, Wrong> {
    let script = required(body, "script")?;
    if script.trim().is_empty() {
        return Err(fault("script", "it is empty"));
    }
    Ok(script)
}

fn universe(body: &Map<String, Value>) -> Result<Vec<Ticker>, Wrong> {
    let example = "write tickers such as [\"BINANCE:BTC/USDT\"]";
    let tickers = match given(body, "universe") {
        None => return Err(fault("universe", format!("it is required and missing; {example}"))),
        Some(Value::Array(tickers)) if tickers.is_empty() => {
            return Err(fault("universe", format!("it is empty; {example}")));
        }
        Some(Value::Array(tickers)) => tickers,
        Some(other) => {
            return Err(fault("universe", format!("{} is no list; {example}", shown(other))));
        }
    };
    if tickers.len() > MAX_TICKERS {
        return Err(fault(
            "universe",
            format!("{} tickers are too many; the sandbox takes {MAX_TICKERS}", tickers.len()),
        ));
    }
    let mut universe: Vec<Ticker> = Vec::with_capacity(tickers.len());
    for value in tickers {
        let Value::String(text) = value else {
            return Err(fault("universe", format!("{} is no ticker; {example}", shown(value))));
        };
        let ticker = ticker(text).map_err(|what| fault("universe", what))?;
        if !universe.contains(&ticker) {
            universe.push(ticker);
        }
    }
    Ok(universe)
}

/// A ticker on an exchange that the API names.
pub(crate) fn ticker(text: &str) -> Result<Ticker, String> {
    let ticker: Ticker = text.parse().map_err(|error: signal_market::TickerError| error.to_string())?;
    match exchange(&ticker.exchange) {
        Some(_) => Ok(ticker),
        None => Err(format!("{}: {}", short(text), unknown_exchange(&ticker.exchange))),
    }
}

fn is_perpetual(ticker: &Ticker) -> bool {
    exchange(&ticker.exchange).is_some_and(|exchange| exchange.market == MarketType::Perpetual)
}

/// A value as it is told back: short, whatever came.
fn shown(value: &Value) -> String {
    format!("`{}`", short(&value.to_string()))
}

/// The beginning of a text that may be of any length.
pub(crate) fn short(text: &str) -> String {
    let mut start: String = text.chars().take(60).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start
}
