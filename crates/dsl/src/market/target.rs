//! Whose bars, and of which length: flags, else signal.toml, else the API's defaults.

use signal_market::{ConcernKind, Grade, Ticker, Timeframe, exchange};
use signal_project::{Directives, Flags, Origin, RunSettings, resolve};

use crate::args::MarketArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::project::{Project, refuse_flags};
use crate::render::visible;

/// What an expression is computed on.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Exchange id, as the API writes it.
    pub(crate) exchange: String,
    /// Length of a bar.
    pub(crate) timeframe: Timeframe,
    /// The tickers; `None`: all that the exchange has.
    pub(crate) tickers: Option<Vec<Ticker>>,
    /// What looks doubtful about them.
    pub(crate) remarks: Vec<String>,
}

impl Target {
    /// The symbols as the market endpoints take them: `BTC/USDT`.
    pub(crate) fn symbols(&self) -> Option<Vec<String>> {
        self.tickers.as_ref().map(|tickers| tickers.iter().map(Ticker::symbol).collect())
    }
}

/// The one symbol of an evaluation.
///
/// # Errors
/// A symbol that can't be read, none at all, settings that can't be used.
pub(crate) fn one_symbol(
    given: Option<&str>,
    arguments: &MarketArguments,
    project: &Project,
) -> Result<Target, Failure> {
    let given: Vec<String> = given.map(str::to_owned).into_iter().collect();
    let mut target = symbols(&given, arguments, project)?;
    let Some(tickers) = &mut target.tickers else {
        return Err(Failure::new(Exit::Usage, "missing-settings", "whose bars? there is no symbol").suggest(
            "add --symbol BINANCE:BTC/USDT, or set the universe in signal.toml:\n\n    [run]\n    universe = [\"BINANCE:BTC/USDT\"]",
        ));
    };
    if let [first, _, ..] = tickers.as_slice() {
        let first = first.clone();
        target
            .remarks
            .push(format!("{first} is the first of {} in the universe; --symbol takes another", tickers.len()));
        *tickers = vec![first];
    }
    Ok(target)
}

/// The symbols of a scan or a ranking.
///
/// # Errors
/// Symbols that can't be read or lie on several exchanges, settings that can't be used.
pub(crate) fn symbols(given: &[String], arguments: &MarketArguments, project: &Project) -> Result<Target, Failure> {
    let MarketArguments { exchange: id, timeframe, .. } = arguments;
    let flags = Flags { exchange: id.clone(), timeframe: timeframe.clone(), ..Flags::default() };
    let resolved = resolve(project.config.as_ref(), &Directives::default(), &flags);
    // A clash of the flags with a universe that is not used is none.
    refuse_flags(&resolve(None, &Directives::default(), &flags))?;
    let settings: &RunSettings = &resolved.settings;
    let named = settings.exchange.value.as_str();
    let tickers: Vec<Ticker> = if given.is_empty() {
        // An exchange on the command line asks for all of it, unless the universe lies there.
        let universe = settings.universe.as_ref().map(|universe| universe.value.clone()).unwrap_or_default();
        let elsewhere = |ticker: &Ticker| !ticker.exchange.eq_ignore_ascii_case(named);
        if settings.exchange.origin == Origin::Flag && universe.iter().any(elsewhere) { Vec::new() } else { universe }
    } else {
        given.iter().map(|text| ticker(text, named)).collect::<Result<_, _>>()?
    };
    let exchange = one_exchange(&tickers, id.as_deref())?.unwrap_or_else(|| named.to_ascii_lowercase());
    let mut remarks: Vec<String> = Vec::new();
    if !given.is_empty() {
        let doubts = tickers.iter().flat_map(Ticker::concerns).filter(|concern| concern.grade == Grade::Warning);
        remarks.extend(doubts.map(|concern| match concern.suggestion {
            Some(meant) => format!("{}; did you mean {meant}?", concern.message),
            None => concern.message,
        }));
    }
    let mut each: Vec<Ticker> = Vec::with_capacity(tickers.len());
    for ticker in tickers {
        if !each.contains(&ticker) {
            each.push(ticker);
        }
    }
    Ok(Target {
        exchange,
        timeframe: settings.timeframe.value,
        tickers: Some(each).filter(|tickers| !tickers.is_empty()),
        remarks,
    })
}

/// A ticker, or a pair on the exchange beside it.
fn ticker(text: &str, named: &str) -> Result<Ticker, Failure> {
    let text = text.trim();
    let own = text.split('/').next().unwrap_or_default().contains(':');
    let whole = if own || text.is_empty() { text.to_owned() } else { format!("{}:{text}", named.to_ascii_uppercase()) };
    let read = Ticker::parse(&whole);
    // A pair alone is how the market endpoints take perpetuals, too.
    let read = read.map(|ticker| {
        let settled = || {
            let mut concerns = ticker.concerns().into_iter();
            concerns.find(|concern| concern.kind == ConcernKind::SettleMissing)?.suggestion
        };
        if own { ticker } else { settled().unwrap_or(ticker) }
    });
    read.map_err(|error| {
        Failure::new(Exit::Usage, "malformed-ticker", visible::line(&error.message()).into_owned())
            .suggest(visible::line(&error.cure()).into_owned())
    })
}

/// The exchange that all tickers lie on; `None` without tickers.
fn one_exchange(tickers: &[Ticker], flag: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(first) = tickers.first() else { return Ok(None) };
    let id = |ticker: &Ticker| match exchange(&ticker.exchange) {
        Some(known) => known.id.to_owned(),
        None => ticker.exchange.to_ascii_lowercase(),
    };
    let own = id(first);
    if let Some(flag) = flag.filter(|flag| !flag.eq_ignore_ascii_case(&own)) {
        return Err(Failure::usage(format!("{} is not on {}", visible::line(&first.to_string()), visible::line(flag)))
            .suggest(format!("leave --exchange out, or write --exchange {own}")));
    }
    match tickers.iter().find(|ticker| id(ticker) != own) {
        None => Ok(Some(own)),
        Some(other) => Err(Failure::usage(format!(
            "one request looks at one exchange, and these lie on {own} and {}",
            visible::line(&id(other))
        ))
        .suggest(format!("name symbols of one exchange with --universe, or all of one with --exchange {own}"))),
    }
}
