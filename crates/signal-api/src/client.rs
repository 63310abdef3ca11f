//! The calls, one method an endpoint.

use std::fmt;
use std::sync::Arc;

use reqwest::{Method, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::destination::Destination;
use crate::envelope::Answer;
use crate::error::ApiError;
use crate::limits::{Length, Limits};
use crate::models::{
    Agent, Analysis, BacktestResult, ClaimCode, ClaimRequest, Equity, ExecuteRequest, Executed, Health, JobStatus,
    Markets, Metrics, PerTicker, RegisterRequest, Registered, TradesPage, TradesQuery,
};
use crate::redaction::mask;
use crate::retry::Patience;
use crate::transport::Transport;

/// The service itself.
pub const DEFAULT_BASE_URL: &str = "https://hey-traders.com/api/v1";

/// What a [`Client`] is made from.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// Everything before `/backtest/execute` and its like. https, or this machine.
    pub base_url: String,
    /// The API key; a few calls work without.
    pub key: Option<SecretString>,
    /// How much is taken, how long one waits.
    pub limits: Limits,
    /// How often a request that only reads is tried.
    pub patience: Patience,
    /// How the client introduces itself.
    pub user_agent: String,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            base_url: DEFAULT_BASE_URL.to_owned(),
            key: None,
            limits: Limits::default(),
            patience: Patience::default(),
            user_agent: concat!("signal-dsl/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// A connection to the API. Cheap to clone; needs a tokio runtime.
#[derive(Clone)]
pub struct Client {
    pub(crate) transport: Arc<Transport>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}

impl Client {
    /// A client; nothing is sent yet.
    ///
    /// # Errors
    /// [`ApiError::BadUrl`], [`ApiError::KeyNotAllowed`] or [`ApiError::KeyMalformed`] for what can't be used,
    /// [`ApiError::Setup`] when the machine can't do TLS.
    pub fn new(options: ClientOptions) -> Result<Self, ApiError> {
        let destination = Destination::new(&options.base_url)?;
        let transport =
            Transport::new(destination, options.key, options.limits, options.patience, &options.user_agent)?;
        Ok(Self { transport: Arc::new(transport) })
    }

    /// The base URL, without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.transport.destination.as_str()
    }

    /// Whether the server is this machine.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.transport.destination.loopback
    }

    /// How much is taken and how long one waits.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.transport.limits
    }

    /// Requests sent so far by this client and its clones, repeated ones included.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.transport.requests()
    }

    /// `POST /meta/register`. `data.api_key` holds the key; wherever else the answer repeats it, it is masked.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn register(&self, request: &RegisterRequest) -> Result<Answer<Registered>, ApiError> {
        let mut answer: Answer<Registered> = self.post(&["meta", "register"], Some(request)).await?;
        let key = answer.data.api_key.secret().clone();
        let key = key.expose_secret();
        mask(&mut answer.raw, key);
        mask(&mut answer.meta, key);
        mask(&mut answer.data.quota, key);
        for text in answer.data.key_id.iter_mut().chain(&mut answer.data.scopes) {
            *text = text.replace(key, "********");
        }
        answer.data.extra.values_mut().for_each(|value| {
            mask(value, key);
        });
        Ok(answer)
    }

    /// `POST /meta/request-claim`: a code that a user enters to make the key's agent theirs.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn request_claim(&self, request: &ClaimRequest) -> Result<Answer<ClaimCode>, ApiError> {
        self.post(&["meta", "request-claim"], Some(request)).await
    }

    /// `GET /meta/agents/me`: who the key belongs to.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn me(&self) -> Result<Answer<Agent>, ApiError> {
        self.ask(&["meta", "agents", "me"], &(), Length::Short).await
    }

    /// `GET /meta/health`; needs no key.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn health(&self) -> Result<Answer<Health>, ApiError> {
        self.get(&["meta", "health"], &()).await
    }

    /// `GET /meta/markets`; needs no key.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn markets(&self) -> Result<Answer<Markets>, ApiError> {
        self.get(&["meta", "markets"], &()).await
    }

    /// `GET /meta/indicators`, unread: its shape is not documented, the catalog's importer makes sense of it.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn indicators(&self) -> Result<Value, ApiError> {
        let url = self.address(&["meta", "indicators"], &())?;
        Ok(self.transport.read(url, Length::Long).await?.raw)
    }

    /// As [`Client::indicators`], the whole answer as the text that came, envelope and all.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn indicators_text(&self) -> Result<String, ApiError> {
        let url = self.address(&["meta", "indicators"], &())?;
        let (_, body) = self.transport.read_whole(url, Length::Long).await?;
        String::from_utf8(body).map_err(|_| ApiError::Protocol("it is no UTF-8 text".to_owned()))
    }

    /// `POST /backtest/execute`: costs quota, and is sent once, whatever happens.
    ///
    /// # Errors
    /// See [`ApiError`]. An answer without an id is [`ApiError::OutcomeUnknown`]: a job may be running.
    pub async fn execute(&self, request: &ExecuteRequest) -> Result<Answer<Executed>, ApiError> {
        self.post(&["backtest", "execute"], Some(request)).await
    }

    /// `GET /backtest/status/{backtest_id}`. Asked once, unlike whatever else is only read: who watches a job asks again in
    /// a moment anyway, and would hear nothing of a silent server as long as it is asked from here.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn status(&self, backtest_id: &str) -> Result<Answer<JobStatus>, ApiError> {
        let url = self.address(&["backtest", "status", backtest_id], &())?;
        let answer = self.transport.read_once(url, Length::Short).await?;
        let data = read(&answer.raw)?;
        Ok(answer.map(|()| data))
    }

    /// `POST /backtest/cancel/{backtest_id}`.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn cancel(&self, backtest_id: &str) -> Result<Answer<JobStatus>, ApiError> {
        self.post(&["backtest", "cancel", backtest_id], None::<&()>).await
    }

    /// `GET /backtest/results/{result_id}`: takes the result's id, not the job's.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn result(&self, result_id: &str) -> Result<Answer<BacktestResult>, ApiError> {
        self.get(&["backtest", "results", result_id], &()).await
    }

    /// `GET /backtest/results/{result_id}/metrics`; figures inside a `metrics` object are found too.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn result_metrics(&self, result_id: &str) -> Result<Answer<Metrics>, ApiError> {
        let answer: Answer<Value> =
            self.ask(&["backtest", "results", result_id, "metrics"], &(), Length::Middle).await?;
        let figures = answer.raw.get("metrics").filter(|inner| inner.is_object()).unwrap_or(&answer.raw).clone();
        let metrics = read(&figures)?;
        Ok(answer.map(|_| metrics))
    }

    /// `GET /backtest/results/{result_id}/per-ticker`.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn per_ticker(&self, result_id: &str) -> Result<Answer<PerTicker>, ApiError> {
        self.ask(&["backtest", "results", result_id, "per-ticker"], &(), Length::Middle).await
    }

    /// `GET /backtest/results/{result_id}/trades`, one page.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn trades(&self, result_id: &str, query: &TradesQuery) -> Result<Answer<TradesPage>, ApiError> {
        let mut answer: Answer<TradesPage> = self.get(&["backtest", "results", result_id, "trades"], query).await?;
        if let Value::Object(meta) = &answer.meta {
            let meta = meta.get("pagination").and_then(Value::as_object).unwrap_or(meta);
            answer.data.read_paging(meta);
        }
        Ok(answer)
    }

    /// `GET /backtest/results/{result_id}/equity`.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn equity(&self, result_id: &str) -> Result<Answer<Equity>, ApiError> {
        self.get(&["backtest", "results", result_id, "equity"], &()).await
    }

    /// `GET /backtest/results/{result_id}/analysis`.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn analysis(&self, result_id: &str) -> Result<Answer<Analysis>, ApiError> {
        self.ask(&["backtest", "results", result_id, "analysis"], &(), Length::Middle).await
    }

    /// Any other `GET`, by its path's segments. `query` serializes to a flat map, or is `&()`.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn get<T: DeserializeOwned>(
        &self,
        segments: &[&str],
        query: &(impl Serialize + Sync),
    ) -> Result<Answer<T>, ApiError> {
        self.ask(segments, query, Length::Long).await
    }

    /// Any other `POST`, by its path's segments: sent once.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn post<T: DeserializeOwned>(
        &self,
        segments: &[&str],
        body: Option<&(impl Serialize + Sync)>,
    ) -> Result<Answer<T>, ApiError> {
        let url = self.address(segments, &())?;
        let encode =
            |error: serde_json::Error| ApiError::Setup(format!("the request can't be written as JSON: {error}"));
        let body = body.map(serde_json::to_vec).transpose().map_err(encode)?;
        let answer = self.transport.write(Method::POST, url, body).await?;
        match read(&answer.raw) {
            Ok(data) => Ok(answer.map(|()| data)),
            // The server said yes, so something has happened; we can't tell what.
            Err(error) => Err(ApiError::OutcomeUnknown { reason: error.to_string(), status: Some(answer.status) }),
        }
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        segments: &[&str],
        query: &(impl Serialize + Sync),
        length: Length,
    ) -> Result<Answer<T>, ApiError> {
        let answer = self.transport.read(self.address(segments, query)?, length).await?;
        let data = read(&answer.raw)?;
        Ok(answer.map(|()| data))
    }

    pub(crate) fn address(&self, segments: &[&str], query: &impl Serialize) -> Result<Url, ApiError> {
        let mut url = self.transport.destination.address(segments)?;
        let unfit = |error: serde_json::Error| ApiError::Setup(format!("the query can't be written: {error}"));
        if let Value::Object(query) = serde_json::to_value(query).map_err(unfit)? {
            let mut pairs = url.query_pairs_mut();
            for (name, value) in &query {
                match value {
                    Value::Null => {}
                    Value::String(text) => drop(pairs.append_pair(name, text)),
                    other => drop(pairs.append_pair(name, &other.to_string())),
                }
            }
        }
        if url.query() == Some("") {
            url.set_query(None);
        }
        Ok(url)
    }
}

pub(crate) fn read<T: DeserializeOwned>(raw: &Value) -> Result<T, ApiError> {
    T::deserialize(raw)
        .map_err(|error| ApiError::Protocol(format!("unexpected data, {}", crate::text::sanitize(&error.to_string()))))
}
