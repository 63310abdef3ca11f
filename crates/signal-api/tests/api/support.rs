//! A server that does exactly what a test tells it, byte by byte, one connection after the other.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use signal_api::models::ExecuteRequest;
use signal_api::{Client, ClientOptions, Limits, Patience};

/// What the server does with one connection.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Reads the request and answers with status, extra header lines and body.
    Answer(u16, String, String),
    /// Closes the connection without reading.
    DropUnread,
    /// Reads the whole request and closes the connection.
    DropRead,
    /// Reads the request and writes these bytes, then closes.
    Raw(Vec<u8>),
    /// Reads the request, announces a body without end and writes until nobody takes it any more.
    Endless,
    /// Reads the request, announces a body and sends a byte of it now and then.
    Dripping,
    /// Reads the request and stays silent.
    Silent(Duration),
}

pub(crate) fn answer(status: u16, body: &str) -> Act {
    Act::Answer(status, String::new(), body.to_owned())
}

pub(crate) fn ok(data: &str) -> Act {
    answer(
        200,
        &format!(r#"{{"success":true,"data":{data},"error":null,"meta":{{"timestamp":"2026-01-01T00:00:00Z"}}}}"#),
    )
}

/// A server in a thread. It plays its acts in order and repeats the last.
pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn start(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/api/v1", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let (Ok(stream), Some(act)) = (stream, acts.get(number).or(acts.last()).cloned()) else { return };
                let log = Arc::clone(&log);
                std::thread::spawn(move || play(stream, &act, &log));
            }
        });
        Self { url, seen }
    }

    /// Every request so far; one that was not read is an empty text.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

fn play(mut stream: TcpStream, act: &Act, log: &Mutex<Vec<String>>) {
    if matches!(act, Act::DropUnread) {
        log.lock().unwrap().push(String::new());
        return;
    }
    log.lock().unwrap().push(read_request(&mut stream));
    match act {
        Act::Answer(status, headers, body) => {
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n"
            );
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(body.as_bytes());
        }
        Act::Raw(bytes) => drop(stream.write_all(bytes)),
        Act::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
            let mut chunk = format!("{:x}\r\n", 1 << 16).into_bytes();
            chunk.extend(std::iter::repeat_n(b'[', 1 << 16));
            chunk.extend(b"\r\n");
            while stream.write_all(&chunk).is_ok() {}
        }
        Act::Dripping => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n");
            while stream.write_all(b" ").is_ok() {
                std::thread::sleep(Duration::from_millis(30));
            }
        }
        Act::Silent(time) => std::thread::sleep(*time),
        Act::DropUnread | Act::DropRead => {}
    }
    let _ = stream.shutdown(Shutdown::Both);
}

fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
            let length = length.map_or(0, |(_, value)| value.trim().parse().unwrap());
            if body.len() >= length {
                return text.into_owned();
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return String::from_utf8_lossy(&bytes).into_owned(),
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}

pub(crate) const KEY: &str = "ht_prov_0123456789abcdef";

pub(crate) fn options(url: &str) -> ClientOptions {
    ClientOptions {
        base_url: url.to_owned(),
        key: Some(KEY.into()),
        limits: Limits {
            body_bytes: 1 << 20,
            values: 10_000,
            silence: Duration::from_millis(400),
            ..Limits::default()
        },
        patience: Patience { tries: 3, first_pause: Duration::from_millis(5), longest_pause: Duration::from_secs(2) },
        ..ClientOptions::default()
    }
}

/// A client that has little patience with a server that plays `acts`.
pub(crate) fn against(acts: Vec<Act>) -> (Server, Client) {
    let server = Server::start(acts);
    let client = Client::new(options(&server.url)).unwrap();
    (server, client)
}

pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

pub(crate) fn request() -> ExecuteRequest {
    ExecuteRequest {
        start_date: "2024-01-01".to_owned(),
        end_date: "2024-12-31".to_owned(),
        script: "a = close > sma(close, 20)\nb = 2".to_owned(),
        universe: vec!["BINANCE:BTC/USDT".to_owned()],
        ..ExecuteRequest::default()
    }
}
