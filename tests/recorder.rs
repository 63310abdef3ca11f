//! A service that answers as a test tells it, and remembers what it was asked.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use crate::scratch::Scratch;

/// The key that the binary has.
pub(crate) const KEY: &str = "ht_prov_0123456789abcdef";

/// What is answered: status, further header lines, body.
pub(crate) type Reply = (u16, &'static str, String);

/// The service, on a port of its own.
pub(crate) struct Recorder {
    /// Its base URL.
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    /// Answers each request by what `answer` says to its first line (`GET /api/v1/orders?limit=2`).
    pub(crate) fn start(answer: impl Fn(&str) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/api/v1", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        // Ends with the test's process; no test waits for it.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &answer, &log);
            }
        });
        Self { url, seen }
    }

    /// A service that always answers the same.
    pub(crate) fn always(status: u16, body: &str) -> Self {
        let body = body.to_owned();
        Self::start(move |_| (status, "", body.clone()))
    }

    /// A scratch folder whose binary talks to this service.
    pub(crate) fn client(&self) -> Scratch {
        Scratch::new().set("HEYTRADERS_BASE_URL", &self.url).set("HEYTRADERS_API_KEY", KEY)
    }

    /// Every request so far, head and body.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// The first lines of all requests so far, without the HTTP version.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.seen().iter().map(|request| first_line(request).to_owned()).collect()
    }
}

fn first_line(request: &str) -> &str {
    request.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1")
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(&str) -> Reply, log: &Mutex<Vec<String>>) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:").map(str::to_owned));
            if body.len() >= length.map_or(0, |length| length.trim().parse().unwrap()) {
                break;
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    }
    let request = String::from_utf8_lossy(&bytes).into_owned();
    let (status, headers, body) = answer(first_line(&request));
    log.lock().unwrap().push(request);
    let kind = if headers.to_lowercase().contains("content-type") { "" } else { "Content-Type: application/json\r\n" };
    let _ = write!(
        stream,
        "HTTP/1.1 {status} X\r\n{kind}{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
}
