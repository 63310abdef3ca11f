//! Starts and ends the server; routes and layers.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post};
use jiff::civil::Date;
use signal_api::ErrorCode;
use signal_api::endpoints::{Endpoint, Verb};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::arena::Arena;
use crate::data::Market;
use crate::faults::{self, Faults, Switch, Wires};
use crate::ids::Ids;
use crate::jobs::Jobs;
use crate::keys::Keys;
use crate::reply::Refusal;
use crate::routes::{arena, backtest, docs, expressions, market, meta, ticker};
use crate::{DataSource, Limits, Options, dashboard};

/// Largest request body in bytes: a script of a hundred thousand lines fits.
const MAX_BODY: usize = 8 << 20;

/// How long open connections get to finish when the server is shut down.
const FAREWELL: Duration = Duration::from_millis(500);

/// The sandbox.
#[derive(Clone, Copy, Debug)]
pub struct Sandbox;

/// A sandbox that serves. It ends when this is dropped; [`Running::shutdown`] ends it in good order.
pub struct Running {
    /// The API's base URL: `http://127.0.0.1:PORT/api/v1`.
    pub url: String,
    /// A key that is valid as long as the sandbox runs.
    pub api_key: String,
    address: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
    app: Arc<App>,
}

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address can be reached from other machines.
    #[error("the sandbox serves this machine alone and does not listen on {0}; use 127.0.0.1 or ::1")]
    NotLoopback(IpAddr),
    /// The port can't be had.
    #[error("can't listen on {address}: {source}; choose another port, or 0 for a free one")]
    Bind {
        /// What was asked for.
        address: SocketAddr,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The folder of the data is not there.
    #[error("there is no folder {0}; name one with files such as BINANCE_BTC_USDT_1h.csv")]
    NoFolder(std::path::PathBuf),
    /// The file of a fault's answer can't be read.
    #[error("can't read {path} for a fault's answer: {source}")]
    FaultBody {
        /// What was asked for.
        path: std::path::PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The key can't go into a header.
    #[error("the key must be 1 to 200 letters, digits, `-`, `_` or `.`")]
    MalformedKey,
}

/// What all handlers share.
pub(crate) struct App {
    pub address: SocketAddr,
    pub market: Market,
    pub keys: Keys,
    pub jobs: Jobs,
    pub ids: Ids,
    pub limits: Limits,
    pub faults: Faults,
    pub arena: Arena,
    today: Option<Date>,
}

impl App {
    /// The day on which no bar has closed yet.
    pub(crate) fn today(&self) -> Date {
        self.today.unwrap_or_else(|| {
            let now = jiff::Timestamp::now().as_second();
            crate::data::calendar::date_of(now).unwrap_or(Date::ZERO)
        })
    }

    /// The page of a result, for people.
    pub(crate) fn dashboard_url(&self, result_id: &str) -> String {
        format!("http://{}/dashboard/backtest/detail/{result_id}", self.address)
    }
}

impl Sandbox {
    /// Opens the port and serves in the background of the current tokio runtime.
    ///
    /// # Errors
    /// [`StartError`] when the address is not loopback, the port is taken, or the data's folder is missing.
    pub async fn start(options: Options) -> Result<Running, StartError> {
        if !options.address.is_loopback() {
            return Err(StartError::NotLoopback(options.address));
        }
        if let DataSource::Csv(folder) = &options.data
            && !folder.is_dir()
        {
            return Err(StartError::NoFolder(folder.clone()));
        }
        let faults = Faults::new(options.faults)?;
        let address = SocketAddr::new(options.address, options.port);
        let bind_error = |source| StartError::Bind { address, source };
        let listener = TcpListener::bind(address).await.map_err(bind_error)?;
        let address = listener.local_addr().map_err(bind_error)?;

        let ids = Ids::new();
        let api_key = options.key.unwrap_or_else(|| ids.draw("ht_prov_"));
        if !is_sound_key(&api_key) {
            return Err(StartError::MalformedKey);
        }
        let keys = Keys::new();
        keys.add_permanent(&api_key, ids.draw("key_"));
        let app = Arc::new(App {
            address,
            market: Market::open(&options.data),
            keys,
            jobs: Jobs::new(workers(options.workers), &options.limits),
            ids,
            limits: options.limits,
            faults,
            arena: Arena::default(),
            today: options.today,
        });

        let (end, ended) = oneshot::channel();
        let service = router(Arc::clone(&app)).into_make_service_with_connect_info::<Switch>();
        let server = tokio::spawn(async move {
            let farewell = async {
                // A dropped sender ends the server as well.
                let _ = ended.await;
            };
            // Fails only where accepting does, and then there is nobody left to tell.
            let _ = axum::serve(Wires(listener), service).with_graceful_shutdown(farewell).await;
        });
        Ok(Running { url: format!("http://{address}/api/v1"), api_key, address, end: Some(end), server, app })
    }
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// From now on nothing goes wrong on purpose.
    pub fn end_faults(&self) {
        self.app.faults.disarm();
    }

    /// How many requests each fault made go wrong so far, in the order they were given.
    #[must_use]
    pub fn fault_hits(&self) -> Vec<u64> {
        self.app.faults.hits()
    }

    /// Submissions that reached the sandbox, whatever became of them, and the backtests that they started.
    #[must_use]
    pub fn submissions(&self) -> (u64, u64) {
        (self.app.faults.received(), self.app.jobs.taken())
    }

    /// Ends the server: takes no new connection, cancels what runs, and gives open connections half a second.
    pub async fn shutdown(mut self) {
        self.app.jobs.cancel_all();
        if let Some(end) = self.end.take() {
            let _ = end.send(());
        }
        let _ = tokio::time::timeout(FAREWELL, &mut self.server).await;
    }
}

impl std::fmt::Debug for Running {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.app.jobs.cancel_all();
        self.server.abort();
    }
}

fn workers(asked: usize) -> usize {
    if asked > 0 {
        return asked;
    }
    std::thread::available_parallelism().map_or(2, usize::from)
}

fn is_sound_key(key: &str) -> bool {
    (1..=200).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// The endpoints of the API that the sandbox has, with what answers them: whatever lists them reads this.
fn routes() -> Vec<(Verb, &'static str, MethodRouter<Arc<App>>)> {
    vec![
        (Verb::Post, "/meta/register", post(meta::register)),
        (Verb::Post, "/meta/request-claim", post(meta::request_claim)),
        (Verb::Get, "/meta/agents/me", get(meta::me)),
        (Verb::Get, "/meta/health", get(meta::health)),
        (Verb::Get, "/meta/markets", get(meta::markets)),
        (Verb::Get, "/meta/indicators", get(meta::indicators)),
        (Verb::Get, "/market/symbols", get(market::symbols)),
        (Verb::Get, "/market/ohlcv", get(market::ohlcv)),
        (Verb::Get, "/market/ticker", get(ticker::of_one)),
        (Verb::Post, "/market/ticker", post(ticker::of_many)),
        (Verb::Get, "/market/funding-rates", get(ticker::funding_rates)),
        (Verb::Post, "/market/evaluate", post(expressions::evaluate)),
        (Verb::Post, "/market/scan", post(expressions::scan)),
        (Verb::Post, "/market/rank", post(expressions::rank)),
        (Verb::Get, "/docs", get(docs::list)),
        (Verb::Get, "/docs/{id}", get(docs::page)),
        (Verb::Post, "/backtest/execute", post(backtest::execute)),
        (Verb::Get, "/backtest/status/{id}", get(backtest::status)),
        (Verb::Post, "/backtest/cancel/{id}", post(backtest::cancel)),
        (Verb::Get, "/backtest/results/{id}", get(backtest::summary)),
        (Verb::Get, "/backtest/results/{id}/metrics", get(backtest::metrics)),
        (Verb::Get, "/backtest/results/{id}/per-ticker", get(backtest::per_ticker)),
        (Verb::Get, "/backtest/results/{id}/trades", get(backtest::trades)),
        (Verb::Get, "/backtest/results/{id}/equity", get(backtest::equity)),
        (Verb::Get, "/backtest/results/{id}/analysis", get(backtest::analysis)),
        (Verb::Post, "/arena/strategies/register", post(arena::register)),
        (Verb::Delete, "/arena/strategies/{id}/unregister", delete(arena::unregister)),
        (Verb::Get, "/arena/leaderboard", get(arena::leaderboard)),
    ]
}

/// Whether the sandbox has an endpoint of the API.
pub(crate) fn serves(endpoint: &Endpoint) -> bool {
    let covers = |template: &str| {
        let mut asked = endpoint.path.split('/');
        template.split('/').all(|part| asked.next().is_some_and(|asked| asked == part || part.starts_with('{')))
            && asked.next().is_none()
    };
    routes().iter().any(|(verb, template, _)| *verb == endpoint.verb && covers(template))
}

fn router(app: Arc<App>) -> Router {
    // Two methods of one path become one route.
    let api = routes().into_iter().fold(Router::new(), |api, (_, path, handler)| api.route(path, handler));
    Router::new()
        .nest(faults::BASE, api)
        .route("/dashboard/backtest/detail/{id}", get(dashboard::page))
        .route("/dashboard/claim", get(dashboard::claim::page).post(dashboard::claim::claim))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), faults::apply))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), own_host))
        .with_state(app)
}

/// Refuses requests that were meant for another host: a web page whose name was made to point here (DNS rebinding)
/// must not talk to the sandbox through its visitor's browser.
async fn own_host(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.strip_suffix(&format!(":{}", app.address.port())).unwrap_or(host);
    if name.eq_ignore_ascii_case("localhost")
        || name == "[::1]"
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    {
        return next.run(request).await;
    }
    Refusal::new(
        ErrorCode::Other("FORBIDDEN".to_owned()),
        "the sandbox answers only to this machine's own names",
        format!("use http://{}/api/v1", app.address),
    )
    .status(StatusCode::FORBIDDEN)
    .into_response()
}

async fn unknown_path(request: Request) -> Refusal {
    Refusal::new(
        ErrorCode::Other("NOT_FOUND".to_owned()),
        format!("there is no {}", request.uri().path()),
        "the sandbox has /api/v1/meta/{register,request-claim,agents/me,health,markets,indicators}, \
         /api/v1/market/{symbols,ohlcv,ticker,evaluate,scan,rank}, /api/v1/backtest/{execute,status,cancel,results}, \
         /api/v1/arena/{strategies,leaderboard} and /api/v1/docs",
    )
    .status(StatusCode::NOT_FOUND)
}

async fn wrong_method(method: Method, request: Request) -> Refusal {
    Refusal::new(
        ErrorCode::Other("METHOD_NOT_ALLOWED".to_owned()),
        format!("{} does not take {method}", request.uri().path()),
        "the Allow header lists what it takes",
    )
    .status(StatusCode::METHOD_NOT_ALLOWED)
}
