//! Starting sandboxes, talking to them, waiting for them.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;
use signal_api::models::{ExecuteRequest, JobState, JobStatus};
use signal_api::{Client, ClientOptions, Patience};
use signal_sandbox::{Options, Running, Sandbox};

/// A script that trades often: in below a short average, out above it.
pub(crate) const TRADER: &str = "average = sma(close, 5)\n\
    emit_signal(close < average, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n\
    emit_signal(close > average, exit(\"BINANCE:BTC/USDT\", \"LONG\"))\n";

/// A sandbox whose today is fixed, and a client with its key.
pub(crate) async fn start(options: Options) -> (Running, Client) {
    let today = options.today.or_else(|| "2026-01-15".parse().ok());
    let running = Sandbox::start(Options { today, ..options }).await.unwrap();
    let client = client(&running, &running.api_key);
    (running, client)
}

/// A client with a key; it tries once, so that a refusal is seen as it came.
pub(crate) fn client(running: &Running, key: &str) -> Client {
    let patience = Patience { tries: 1, ..Patience::default() };
    let key = Some(key.to_owned().into());
    Client::new(ClientOptions { base_url: running.url.clone(), key, patience, ..ClientOptions::default() }).unwrap()
}

/// A year of days of Bitcoin.
pub(crate) fn request(script: &str) -> ExecuteRequest {
    ExecuteRequest {
        start_date: "2024-01-01".to_owned(),
        end_date: "2024-12-31".to_owned(),
        timeframe: Some("1d".to_owned()),
        script: script.to_owned(),
        universe: vec!["BINANCE:BTC/USDT".to_owned()],
        ..ExecuteRequest::default()
    }
}

/// Waits until the backtest is over.
pub(crate) async fn over(client: &Client, backtest_id: &str) -> JobStatus {
    loop {
        let status = client.status(backtest_id).await.unwrap().data;
        if status.state().is_final() {
            return status;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Runs a backtest to its end.
pub(crate) async fn run(client: &Client, request: &ExecuteRequest) -> JobStatus {
    let started = client.execute(request).await.unwrap();
    over(client, &started.backtest_id).await
}

/// Runs a backtest that must complete, and answers its result id.
pub(crate) async fn completed(client: &Client, request: &ExecuteRequest) -> String {
    let status = run(client, request).await;
    assert_eq!(status.state(), JobState::Completed, "{status:?}");
    status.result_id.unwrap()
}

/// What came back over a raw connection.
#[derive(Debug)]
pub(crate) struct Raw {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Raw {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The error's code; checks that the rest of the envelope is that of a failure.
    pub(crate) fn code(&self) -> String {
        let json = self.json();
        assert_eq!(json["success"], false, "{json}");
        assert!(json["data"].is_null() && json["meta"]["timestamp"].is_string(), "{json}");
        assert!(json["error"]["message"].as_str().is_some_and(|text| !text.is_empty()), "{json}");
        json["error"]["code"].as_str().unwrap().to_owned()
    }
}

/// Sends `method path` with extra header lines and a body, and reads the whole answer.
pub(crate) async fn raw(address: SocketAddr, request: &str, headers: &str, body: &str) -> Raw {
    let host = if headers.to_lowercase().contains("host:") { String::new() } else { format!("Host: {address}\r\n") };
    let text = format!(
        "{request} HTTP/1.1\r\n{host}Connection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    );
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        // A server that refuses a large body closes before it has read it all.
        let _ = stream.write_all(text.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    });
    let answer = answer.await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Raw { status, head: head.to_lowercase(), body: body.to_owned() }
}

/// The header line that carries a sandbox's own key.
pub(crate) fn key_of(running: &Running) -> String {
    format!("Authorization: Bearer {}\r\n", running.api_key)
}

/// Runs a test's future on several threads, as the command does.
pub(crate) fn block_on(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(test);
    // Cancelled work may still be on its way to noticing it.
    runtime.shutdown_timeout(Duration::from_secs(5));
}
