//! The server that a test writes the lines for.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use signal_api::{Client, ClientOptions, Limits, Patience};

/// What the server says to one request: status and `data`, or nothing at all.
pub(super) type Reply = Option<(u16, String)>;

/// A server whose answer depends on method and path, and on how often that was asked before.
pub(super) struct Server {
    pub(super) url: String,
    pub(super) seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(super) fn start(answer: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::<String>::new()));
        let (log, answer) = (Arc::clone(&seen), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream.unwrap(), &log, &*answer));
            }
        });
        Self { url, seen }
    }

    pub(super) fn client(&self) -> Client {
        let patience =
            Patience { tries: 2, first_pause: Duration::from_millis(1), longest_pause: Duration::from_millis(50) };
        let limits = Limits { silence: Duration::from_millis(500), ..Limits::default() };
        Client::new(ClientOptions { base_url: self.url.clone(), patience, limits, ..ClientOptions::default() }).unwrap()
    }

    pub(super) fn asked(&self, line: &str) -> usize {
        self.seen.lock().unwrap().iter().filter(|seen| seen.starts_with(line)).count()
    }
}

/// Answers the request of one connection, or closes it after reading.
fn serve(stream: std::net::TcpStream, log: &Mutex<Vec<String>>, answer: &dyn Fn(&str, usize) -> Reply) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line).unwrap_or(0) == 0 {
        return;
    }
    let line = line.rsplit_once(" HTTP").map_or("", |(request, _)| request).to_owned();
    let (mut header, mut length) = (String::new(), 0);
    while reader.read_line(&mut header).unwrap() > 2 {
        if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        header.clear();
    }
    reader.read_exact(&mut vec![0; length]).unwrap();
    let before = {
        let mut log = log.lock().unwrap();
        let before = log.iter().filter(|seen| **seen == line).count();
        log.push(line.clone());
        before
    };
    if let Some((status, body)) = answer(&line, before) {
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        let _ = reader.get_mut().write_all(format!("{head}{body}").as_bytes());
    }
}

pub(super) fn data(data: &str) -> Reply {
    Some((200, format!(r#"{{"success":true,"data":{data}}}"#)))
}

pub(super) fn failure(status: u16, code: &str) -> Reply {
    Some((status, format!(r#"{{"success":false,"error":{{"code":"{code}","message":"so it is"}}}}"#)))
}

/// A service that takes every job, says `statuses` about it one after the other, and has results for `r1`.
pub(super) fn service(statuses: &'static [&'static str]) -> impl Fn(&str, usize) -> Reply + Send + Sync {
    move |line, before| match line {
        "POST /backtest/execute" => data(r#"{"backtest_id":"b1"}"#),
        "GET /backtest/status/b1" => data(statuses[before.min(statuses.len() - 1)]),
        "GET /backtest/results/r1" => {
            data(r#"{"metrics":{"sharpe_ratio":1.5},"dashboard_url":"https://d/1","data":"synthetic"}"#)
        }
        "GET /backtest/results/r1/per-ticker" => data(r#"[{"ticker":"T","pnl":3}]"#),
        "GET /backtest/results/r1/metrics" => data(r#"{"sharpe_ratio":2,"volatility":7,"bars":"some"}"#),
        "GET /backtest/results/r1/equity" => data("[[0,1],[1,2]]"),
        "GET /backtest/results/r1/analysis" => data(r#"{"analysis":"fine","mood":"good"}"#),
        line if line.starts_with("GET /backtest/results/r1/trades?") => {
            data(r#"{"trades":[{"pnl":1,"note":"n"}],"total":1}"#)
        }
        _ => failure(404, "BACKTEST_NOT_FOUND"),
    }
}
