//! One HTTP exchange: bounded in time, size and number of values, and told apart by how far it got.

use std::error::Error as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Method, Response, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};

use crate::call::Received;
use crate::destination::Destination;
use crate::envelope::{self, Answer};
use crate::error::ApiError;
use crate::failure::Failure;
use crate::limits::{Length, Limits};
use crate::redaction::{redact, redact_escaped};
use crate::retry::{self, Patience};
use crate::text::sanitize;

/// What a call needs: two connections' worth of settings, the place and the key.
#[derive(Debug)]
pub(crate) struct Transport {
    /// For requests that only read; connections are used again.
    reader: reqwest::Client,
    /// For requests that change something: a fresh connection each. One that the server has just closed for idleness
    /// would leave it open whether the request arrived.
    writer: reqwest::Client,
    pub(crate) destination: Destination,
    authorization: Option<HeaderValue>,
    key: Option<SecretString>,
    pub(crate) limits: Limits,
    patience: Patience,
    requests: AtomicU64,
}

/// A request before the key is added.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// Beside those that every request has; an `Accept` here goes before the usual one.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
}

/// A whole answer, without the key should the server have repeated it in the body.
struct Fetched {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Transport {
    pub(crate) fn new(
        destination: Destination,
        key: Option<SecretString>,
        limits: Limits,
        patience: Patience,
        user_agent: &str,
    ) -> Result<Self, ApiError> {
        // Fails when the program has chosen a provider already, which is just as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let authorization = key.as_ref().map(authorization).transpose()?;
        // The clock of the silence runs while the connection is made, too. Were it the first to end, one could not tell
        // that nothing had been sent yet.
        let connect = limits.connect.min(limits.silence / 2).min(limits.total / 2);
        let client = |idle: usize| {
            let mut builder = reqwest::Client::builder()
                .user_agent(user_agent)
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .pool_max_idle_per_host(idle)
                .connect_timeout(connect)
                .read_timeout(limits.silence)
                .timeout(limits.total);
            if destination.loopback {
                // No proxy between us and ourselves, and `localhost` is this machine whatever a resolver says.
                builder = builder.no_proxy().resolve_to_addrs(
                    "localhost",
                    &[([127, 0, 0, 1], 0).into(), (std::net::Ipv6Addr::LOCALHOST, 0).into()],
                );
            }
            if destination.is_plain() {
                // Saves reading the system's certificates, which a bare container may not even have.
                builder = builder.tls_certs_only([]);
            }
            builder.build().map_err(|error| ApiError::Setup(reason(&error)))
        };
        Ok(Self {
            reader: client(2)?,
            writer: client(0)?,
            destination,
            authorization,
            key,
            limits,
            patience,
            requests: AtomicU64::new(0),
        })
    }

    /// Requests sent so far, repeated ones included.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Asks; again after a failure that may pass.
    pub(crate) async fn read(&self, url: Url, length: Length) -> Result<Answer<()>, ApiError> {
        Ok(self.read_whole(url, length).await?.0)
    }

    /// Asks, and does not ask again.
    pub(crate) async fn read_once(&self, url: Url, length: Length) -> Result<Answer<()>, ApiError> {
        let exchanged = self.exchange(&self.reader, Method::GET, url, None, length).await;
        exchanged.map(|(answer, _)| answer).map_err(|failure| failure.of_reading(self.destination.host()))
    }

    /// As [`Transport::read`], with the body as it came, but for the key.
    pub(crate) async fn read_whole(&self, url: Url, length: Length) -> Result<(Answer<()>, Vec<u8>), ApiError> {
        let mut tried = 0;
        let begun = Instant::now();
        loop {
            let failure = match self.exchange(&self.reader, Method::GET, url.clone(), None, length).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            tried += 1;
            // A server that drips for as long as one exchange may take would do so again.
            let pause = if failure.may_pass() && begun.elapsed() < self.limits.total {
                self.patience.pause(tried, failure.retry_after())
            } else {
                None
            };
            match pause {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(failure.of_reading(self.destination.host())),
            }
        }
    }

    /// Asks by a `POST` that changes nothing. Sent once, and again only where the server was asked too often and a short wait
    /// will do.
    pub(crate) async fn inquire(&self, url: Url, body: Vec<u8>) -> Result<Answer<()>, ApiError> {
        let mut tried = 0;
        loop {
            let exchanged = self.exchange(&self.reader, Method::POST, url.clone(), Some(body.clone()), Length::Long);
            let failure = match exchanged.await {
                Ok((answer, _)) => return Ok(answer),
                Err(failure) => failure,
            };
            tried += 1;
            let pause = failure.is_rate_limit().then(|| self.patience.pause(tried, failure.retry_after())).flatten();
            match pause {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(failure.of_reading(self.destination.host())),
            }
        }
    }

    /// Changes something: sent once.
    pub(crate) async fn write(&self, method: Method, url: Url, body: Option<Vec<u8>>) -> Result<Answer<()>, ApiError> {
        let exchanged = self.exchange(&self.writer, method, url, body, Length::Short).await;
        exchanged.map(|(answer, _)| answer).map_err(|failure| failure.of_writing(self.destination.host()))
    }

    async fn exchange(
        &self,
        client: &reqwest::Client,
        method: Method,
        url: Url,
        body: Option<Vec<u8>>,
        length: Length,
    ) -> Result<(Answer<()>, Vec<u8>), Failure> {
        let fetched = self.fetch(client, Request { method, url, headers: HeaderMap::new(), body }, length).await?;
        match fetched.open() {
            Ok(answer) => Ok((answer, fetched.body)),
            Err(ApiError::Protocol(reason)) => {
                Err(Failure::Unreadable { reason, status: fetched.status.as_u16(), again: true })
            }
            Err(refused) => Err(Failure::Answered(refused)),
        }
    }

    /// Any request, answered with what came, whatever it says. One that reads is sent again after what may pass.
    pub(crate) async fn call(&self, request: Request) -> Result<Received, ApiError> {
        let reads = request.method == Method::GET;
        let client = if reads { &self.reader } else { &self.writer };
        let begun = Instant::now();
        let mut tried = 0;
        loop {
            let (fetched, failure) = match self.fetch(client, request.clone(), Length::Long).await {
                Ok(fetched) => match fetched.fault() {
                    None => return Ok(self.received(fetched, None)),
                    Some(fault) => (Some(fetched), fault),
                },
                Err(failure) => (None, failure),
            };
            tried += 1;
            if reads
                && failure.may_pass()
                && begun.elapsed() < self.limits.total
                && let Some(pause) = self.patience.pause(tried, failure.retry_after())
            {
                tokio::time::sleep(pause).await;
                continue;
            }
            let host = self.destination.host();
            let fault = if reads { failure.of_reading(host) } else { failure.of_writing(host) };
            return match fetched {
                Some(fetched) => Ok(self.received(fetched, Some(fault))),
                None => Err(fault),
            };
        }
    }

    fn received(&self, fetched: Fetched, fault: Option<ApiError>) -> Received {
        let text = |value: &HeaderValue| self.without_key(String::from_utf8_lossy(value.as_bytes()).into_owned());
        Received {
            status: fetched.status.as_u16(),
            reason: fetched.status.canonical_reason().unwrap_or_default(),
            headers: fetched.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: fetched.body,
            fault,
        }
    }

    async fn fetch(&self, client: &reqwest::Client, asked: Request, length: Length) -> Result<Fetched, Failure> {
        let mut request = client.request(asked.method, asked.url).headers(asked.headers.clone());
        if !asked.headers.contains_key(ACCEPT) {
            request = request.header(ACCEPT, "application/json");
        }
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        if let Some(body) = asked.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        self.requests.fetch_add(1, Ordering::Relaxed);
        let response = request.send().await.map_err(|error| self.sending(&error))?;
        let status = response.status();
        // That nothing has changed is an answer, and points nowhere.
        if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
            let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or("nowhere");
            let location = sanitize(&location.chars().take(200).collect::<String>());
            return Err(Failure::Answered(ApiError::Redirected {
                status: status.as_u16(),
                location: self.without_key(location),
            }));
        }
        let headers = response.headers().clone();
        let body = match self.body(response, length).await {
            Ok(body) => body,
            // A refusal stays one when its explanation was lost on the way.
            Err(_) if status.is_client_error() => Vec::new(),
            Err(failure) => return Err(failure),
        };
        Ok(Fetched { status, headers, body })
    }

    fn sending(&self, error: &reqwest::Error) -> Failure {
        let reason = match () {
            () if error.is_connect() && error.is_timeout() => "no connection came about in time".to_owned(),
            () if error.is_timeout() => {
                format!("no answer within {}", seconds(self.limits.silence.min(self.limits.total)))
            }
            () => self.without_key(reason(error)),
        };
        // A request that could not even be built was not sent either.
        if error.is_connect() || error.is_builder() {
            Failure::NotSent(reason)
        } else {
            Failure::Broken { reason, status: None }
        }
    }

    /// The body, as long as it keeps within its bounds, without the key should the server repeat it.
    async fn body(&self, mut response: Response, length: Length) -> Result<Vec<u8>, Failure> {
        let status = response.status().as_u16();
        let unreadable = |reason: String| Failure::Unreadable { reason, status, again: false };
        let most = self.limits.most(length);
        let too_long = || unreadable(format!("it is longer than {} MB", most >> 20));
        if response.content_length().is_some_and(|length| length > most as u64) {
            return Err(too_long());
        }
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > most => return Err(too_long()),
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => {
                    let reason = format!(
                        "the answer broke off after {} bytes ({})",
                        body.len(),
                        self.without_key(reason(&error))
                    );
                    return Err(Failure::Broken { reason, status: Some(status) });
                }
            }
        }
        // Each value but the first in its list or object follows a comma.
        if body.iter().filter(|byte| **byte == b',').count() > self.limits.values {
            return Err(unreadable(format!("it holds more than {} values", self.limits.values)));
        }
        Ok(match &self.key {
            Some(key) => redact_escaped(redact(body, key.expose_secret().as_bytes()), key.expose_secret()),
            None => body,
        })
    }

    fn without_key(&self, text: String) -> String {
        match &self.key {
            Some(key) => text.replace(key.expose_secret(), "[key]"),
            None => text,
        }
    }
}

impl Fetched {
    /// Reads the envelope.
    fn open(&self) -> Result<Answer<()>, ApiError> {
        let retry_after = self.header(&RETRY_AFTER).and_then(|value| retry::retry_after(value, jiff::Timestamp::now()));
        envelope::open(self.status.as_u16(), &self.body, retry_after)
    }

    /// What is wrong with an answer of any kind. Text that claims to be no JSON, and no answer at all where none was
    /// announced, are as good as an envelope; a web page is not, since no endpoint answers with one.
    fn fault(&self) -> Option<Failure> {
        match self.open() {
            Ok(_) => None,
            Err(ApiError::Protocol(reason)) => {
                let kind = self.header(&CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
                let silent = kind.is_empty() && self.body.is_empty();
                let texts = !kind.is_empty() && !kind.contains("json") && !kind.contains("html");
                let is_text = self.status.is_success() && (silent || texts);
                (!is_text).then(|| Failure::Unreadable { reason, status: self.status.as_u16(), again: true })
            }
            Err(refused) => Some(Failure::Answered(refused)),
        }
    }

    fn header(&self, name: &reqwest::header::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

fn authorization(key: &SecretString) -> Result<HeaderValue, ApiError> {
    let key = key.expose_secret();
    if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ApiError::KeyMalformed);
    }
    let mut value = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| ApiError::KeyMalformed)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The innermost cause, which is the one that says something; the address is left out, the caller names it.
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    // An error without a cause would print its address, which may be long.
    if error.source().is_none() { "the connection failed".to_owned() } else { sanitize(&cause.to_string()) }
}

fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}
