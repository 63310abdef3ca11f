//! The client's messages: read from standard input and taken apart on a thread that does nothing else.

use std::io::{BufRead, BufReader, Read};

use tokio::sync::mpsc;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};

/// How much is read at once: what a pipe holds.
const BUFFER: usize = 64 << 10;
/// How many messages are read ahead.
const AHEAD: usize = 1024;
/// The longest message: no text that editors open comes near, and who sends more is no editor.
const LONGEST: u64 = 1 << 30;
/// The longest line of a message's head.
const LONGEST_LINE: u64 = 4096;

/// What came from the client.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A question or a notification.
    Request(Request),
    /// An answer to a question of ours.
    Response(Response),
    /// What is no message, with what is answered to that.
    Broken(Response),
}

/// The client's messages from now on, until standard input ends.
pub(super) fn stdin() -> mpsc::Receiver<Incoming> {
    of(std::io::stdin())
}

fn of(from: impl Read + Send + 'static) -> mpsc::Receiver<Incoming> {
    let (sender, messages) = mpsc::channel(AHEAD);
    std::thread::spawn(move || {
        let mut from = BufReader::with_capacity(BUFFER, from);
        while let Some(message) = next(&mut from) {
            if sender.blocking_send(message).is_err() {
                return;
            }
        }
    });
    messages
}

/// The next message; `None` at the end.
fn next(from: &mut impl BufRead) -> Option<Incoming> {
    let Some(length) = head(from)? else { return Some(broken(Error::parse_error())) };
    let mut body = Vec::new();
    from.take(length).read_to_end(&mut body).ok()?;
    // Cut off by the end.
    (body.len() as u64 == length).then(|| message(&body))
}

/// Reads the lines before a message. `None`: the end; inside, the length of the message, if the lines tell it.
fn head(from: &mut impl BufRead) -> Option<Option<u64>> {
    let (mut length, mut line) = (None, Vec::new());
    loop {
        line.clear();
        if from.take(LONGEST_LINE).read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&line);
        if text.trim().is_empty() {
            return Some(length.filter(|length| *length <= LONGEST));
        }
        if let Some((name, value)) = text.split_once(':')
            && name.trim().eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
    }
}

fn message(body: &[u8]) -> Incoming {
    // Most are requests; what has no method is an answer.
    match serde_json::from_slice::<Request>(body) {
        Ok(request) if !request.method().is_empty() => Incoming::Request(request),
        Err(error) if !error.is_data() => broken(Error::parse_error()),
        _ => match serde_json::from_slice(body) {
            Ok(response) => Incoming::Response(response),
            Err(_) => broken(Error::invalid_request()),
        },
    }
}

fn broken(error: Error) -> Incoming {
    Incoming::Broken(Response::from_error(Id::Null, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &[&str]) {
        let mut messages = of(std::io::Cursor::new(bytes.to_vec()));
        let mut read = Vec::new();
        while let Some(message) = messages.blocking_recv() {
            read.push(match message {
                Incoming::Request(request) => format!("request {}", request.method()),
                Incoming::Response(response) => format!("response {}", response.id()),
                Incoming::Broken(response) => format!("broken {}", response.error().unwrap().code.code()),
            });
        }
        assert_eq!(read, expected, "{}", String::from_utf8_lossy(bytes));
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn what_is_no_message_costs_only_itself() {
        let good = framed(r#"{"jsonrpc":"2.0","method":"initialized","params":{"é":"🚀"}}"#);
        let answer = framed(r#"{"jsonrpc":"2.0","id":7,"result":null}"#);
        check(format!("{good}{answer}").as_bytes(), &["request initialized", "response 7"]);
        for (bad, expected) in [
            (framed("{\"json"), "broken -32700"),
            (framed("\u{0}"), "broken -32700"),
            (framed(""), "broken -32700"),
            (framed("[1, 2]"), "broken -32600"),
            (framed("{\"jsonrpc\":\"1.0\",\"method\":\"x\"}"), "broken -32600"),
            ("Content-Type: text\r\n\r\n".to_owned(), "broken -32700"),
            ("Content-Length: -1\r\n\r\n".to_owned(), "broken -32700"),
            ("Content-Length: 99999999999999999999\r\n\r\n".to_owned(), "broken -32700"),
            ("stray line\n\n".to_owned(), "broken -32700"),
        ] {
            check(format!("{bad}{good}").as_bytes(), &[expected, "request initialized"]);
        }
        check(
            &[framed("x").as_bytes(), b"\xff\n\r\n", good.as_bytes()].concat(),
            &["broken -32700"; 2].iter().chain(&["request initialized"]).copied().collect::<Vec<_>>(),
        );
    }

    #[test]
    fn heads_may_hold_more_lines_and_any_case() {
        let body = r#"{"jsonrpc":"2.0","method":"exit"}"#;
        let head = format!("content-type: a; charset=utf-8\ncontent-length:{}\n\n{body}", body.len());
        check(head.as_bytes(), &["request exit"]);
    }

    #[test]
    fn a_message_that_is_cut_off_is_the_end() {
        check(&framed(r#"{"jsonrpc":"2.0","method":"exit"}"#).as_bytes()[..40], &[]);
        check(b"", &[]);
    }
}
