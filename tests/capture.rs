//! A service of one's own for tests: it answers as told, and keeps every request as it came.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use crate::scratch::Scratch;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Everything up to the empty line, that line included.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// `POST /api/v1/backtest/execute`
    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap().trim_end_matches(" HTTP/1.1")
    }

    /// Head and body.
    pub(crate) fn text(&self) -> String {
        format!("{}{}", self.head, String::from_utf8_lossy(&self.body))
    }

    /// Whether it submits a backtest.
    pub(crate) fn is_submission(&self) -> bool {
        self.line() == "POST /api/v1/backtest/execute"
    }
}

/// Status, further header lines, body.
pub(crate) type Answer = (u16, String, String);

/// The key of [`Capture::client`].
pub(crate) const KEY: &str = "ht_prov_0123456789abcdef";

/// A service on a port of its own; ends with the test's process.
pub(crate) struct Capture {
    /// Its base URL.
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Capture {
    /// Answers each request by `answer`, which is also told how many of the same line came before.
    pub(crate) fn start(answer: impl Fn(&Request, usize) -> Answer + Send + Sync + 'static) -> Self {
        Self::raw(move |request, before| {
            let (status, headers, body) = answer(request, before);
            Some(response(status, &headers, body))
        })
    }

    /// Answers each request by what `answer` says to its first line (`GET /api/v1/orders?limit=2`).
    pub(crate) fn by_line(answer: impl Fn(&str) -> (u16, &'static str, String) + Send + Sync + 'static) -> Self {
        Self::raw(move |request, _| {
            let (status, headers, body) = answer(request.line());
            Some(response(status, headers, body))
        })
    }

    /// Answers every request alike.
    pub(crate) fn always(status: u16, body: &str) -> Self {
        let body = body.to_owned();
        Self::by_line(move |_| (status, "", body.clone()))
    }

    /// Answers each request by the bytes of a whole HTTP response; `None` ends the connection without a word.
    pub(crate) fn raw(answer: impl Fn(&Request, usize) -> Option<Vec<u8>> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/api/v1", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::<Request>::new()));
        let (kept, answer) = (Arc::clone(&requests), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream, &kept, &*answer));
            }
        });
        Self { url, requests }
    }

    /// A service that takes every backtest and has it completed, but for what `submission` says to each of them.
    pub(crate) fn taking(submission: impl Fn(usize) -> Option<Answer> + Send + Sync + 'static) -> Self {
        Self::start(move |request, before| {
            let line = request.line();
            let last = line.rsplit('/').next().unwrap_or_default();
            let number = last.trim_start_matches(|c: char| !c.is_ascii_digit());
            if request.is_submission() {
                return submission(before).unwrap_or_else(|| said(&format!(r#"{{"backtest_id":"bt_{before}"}}"#)));
            }
            if line.starts_with("GET /api/v1/backtest/status/") {
                return said(&format!(r#"{{"status":"completed","result_id":"res_{number}"}}"#));
            }
            if line.starts_with("GET /api/v1/backtest/results/res_") && last.starts_with("res_") {
                let url = format!("https://hey-traders.com/dashboard/{last}");
                return said(&format!(
                    r#"{{"dashboard_url":"{url}","metrics":{{"total_return_pct":{number}.5,"max_drawdown":3.5,"sharpe_ratio":1.25,"num_trades":4}}}}"#
                ));
            }
            said(r#"{"trades":[],"equity":[],"tickers":[]}"#)
        })
    }

    /// A scratch folder whose runs go here, with a provisional key.
    pub(crate) fn client(&self) -> Scratch {
        Scratch::new().set("HEYTRADERS_BASE_URL", &self.url).set("HEYTRADERS_API_KEY", KEY)
    }

    /// What came so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// Their first lines, without the HTTP version.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.requests().iter().map(|request| request.line().to_owned()).collect()
    }

    /// The submissions that came so far.
    pub(crate) fn submissions(&self) -> Vec<Request> {
        self.requests().into_iter().filter(Request::is_submission).collect()
    }
}

/// A good answer with its data.
pub(crate) fn said(data: &str) -> Answer {
    (200, String::new(), format!(r#"{{"success":true,"data":{data},"error":null}}"#))
}

/// A refusal; `after` is the value of `Retry-After`.
pub(crate) fn refused(status: u16, code: &str, after: Option<&str>) -> Answer {
    let header = after.map(|after| format!("Retry-After: {after}\r\n")).unwrap_or_default();
    (
        status,
        header,
        format!(r#"{{"success":false,"data":null,"error":{{"code":"{code}","message":"not now","suggestion":null}}}}"#),
    )
}

/// A whole HTTP response; JSON where `headers`, whole lines, name no other kind.
pub(crate) fn response(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let kind = if headers.to_lowercase().contains("content-type") { "" } else { "Content-Type: application/json\r\n" };
    let head = format!("HTTP/1.1 {status} X\r\n{kind}{headers}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn serve(mut stream: TcpStream, kept: &Mutex<Vec<Request>>, answer: &dyn Fn(&Request, usize) -> Option<Vec<u8>>) {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        while let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4) {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let length = head.lines().find_map(|line| {
                line.to_lowercase().strip_prefix("content-length:").map(|n| n.trim().parse::<usize>().unwrap())
            });
            let whole = end + length.unwrap_or(0);
            if bytes.len() < whole {
                break;
            }
            let request = Request { head, body: bytes[end..whole].to_vec() };
            bytes.drain(..whole);
            let before = {
                let mut kept = kept.lock().unwrap();
                kept.push(request.clone());
                kept.iter().filter(|other| other.line() == request.line()).count() - 1
            };
            let Some(response) = answer(&request, before) else { return };
            if stream.write_all(&response).is_err() {
                return;
            }
        }
        match stream.read(&mut buffer) {
            Ok(read) if read > 0 => bytes.extend_from_slice(&buffer[..read]),
            _ => return,
        }
    }
}
