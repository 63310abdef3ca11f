//! Messages to the client: written to standard output by a thread that does nothing else.
//!
//! A client that does not read keeps that thread waiting, never the one that reads: two that only write would wait forever.

use std::io::{self, Write};
use std::sync::mpsc;

use serde::Serialize;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Id, Request, Response};

use super::Written;

/// What goes to the client.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Outgoing {
    /// A question or a notification.
    Request(Request),
    /// An answer.
    Response(Response),
    /// An answer whose result is JSON already.
    Written {
        /// The protocol's version.
        jsonrpc: &'static str,
        /// The result.
        result: Written,
        /// Of the question.
        id: Id,
    },
}

impl Outgoing {
    /// The answer to a question whose result is JSON already.
    pub(super) const fn written(id: Id, result: Written) -> Self {
        Self::Written { jsonrpc: "2.0", result, id }
    }
}

/// The way to the client.
pub(super) type Output = mpsc::Sender<Outgoing>;

/// Standard output from now on; the second resolves once everything is written, after the last [`Output`] is dropped, or when
/// nobody reads it any more.
pub(super) fn stdout() -> (Output, oneshot::Receiver<()>) {
    to(io::stdout())
}

fn to(mut to: impl Write + Send + 'static) -> (Output, oneshot::Receiver<()>) {
    let (output, messages) = mpsc::channel();
    let (done, written) = oneshot::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        while let Ok(message) = messages.recv() {
            bytes.clear();
            // What came meanwhile goes along.
            for message in std::iter::once(message).chain(messages.try_iter()) {
                append(&mut bytes, &message);
            }
            // Whoever closed the pipe does not want to read it.
            if to.write_all(&bytes).and_then(|()| to.flush()).is_err() {
                break;
            }
        }
        let _ = done.send(());
    });
    (output, written)
}

fn append(bytes: &mut Vec<u8>, message: &Outgoing) {
    let Ok(body) = serde_json::to_vec(message) else { return };
    bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(&body);
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tower_lsp::jsonrpc::Id;

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
            // As a pipe that is nearly full.
            let part = &buffer[..buffer.len().min(7)];
            self.0.lock().unwrap().extend_from_slice(part);
            Ok(part.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn messages_keep_their_order_and_all_are_written_before_the_end() {
        let kept = Kept::default();
        let (output, written) = to(kept.clone());
        let mut expected = String::new();
        for id in 0..100 {
            let body = format!(r#"{{"jsonrpc":"2.0","result":"é","id":{id}}}"#);
            expected.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
            let id = Id::Number(id);
            let answer = match &id {
                Id::Number(odd) if odd % 2 == 1 => Outgoing::written(id, crate::serve::written(&"é").unwrap()),
                _ => Outgoing::Response(Response::from_ok(id, "é".into())),
            };
            output.send(answer).unwrap();
        }
        drop(output);
        written.blocking_recv().unwrap();
        assert_eq!(String::from_utf8(kept.0.lock().unwrap().clone()).unwrap(), expected);
    }
}
