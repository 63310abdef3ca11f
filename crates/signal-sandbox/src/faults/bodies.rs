//! Answers that come slowly, break off or never end.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use http_body::Frame;
use tokio::time::Sleep;

/// Bytes of an endless answer that are handed over at once.
const PIECE: usize = 64 * 1024;

/// The first half, then the connection breaks.
pub(super) fn broken(whole: &Bytes) -> Body {
    Body::new(Broken { half: Some(whole.slice(..whole.len() / 2)), flushed: false })
}

/// `bytes` at a time, with a pause after each piece.
pub(super) fn dripping(whole: Bytes, bytes: usize, pause: Duration) -> Body {
    Body::new(Dripping { rest: whole, bytes, pause, wait: None })
}

/// The beginning of a success, and then more and more of one text.
pub(super) fn endless() -> Body {
    Body::new(Endless { begun: false, piece: Bytes::from(vec![b'a'; PIECE]) })
}

type Piece = Poll<Option<Result<Frame<Bytes>, io::Error>>>;

fn piece(bytes: Bytes) -> Piece {
    Poll::Ready(Some(Ok(Frame::data(bytes))))
}

struct Broken {
    half: Option<Bytes>,
    flushed: bool,
}

impl HttpBody for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Piece {
        if let Some(half) = self.half.take() {
            return piece(half);
        }
        if !self.flushed {
            // The server sends what it has when nothing more is there for the moment; an error would throw it away.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into())))
    }
}

struct Dripping {
    rest: Bytes,
    bytes: usize,
    pause: Duration,
    wait: Option<Pin<Box<Sleep>>>,
}

impl HttpBody for Dripping {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Piece {
        if let Some(wait) = &mut self.wait {
            match wait.as_mut().poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(()) => self.wait = None,
            }
        }
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let bytes = self.bytes.min(self.rest.len());
        self.wait = Some(Box::pin(tokio::time::sleep(self.pause)));
        piece(self.rest.split_to(bytes))
    }
}

struct Endless {
    begun: bool,
    piece: Bytes,
}

impl HttpBody for Endless {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Piece {
        if self.begun {
            return piece(self.piece.clone());
        }
        self.begun = true;
        piece(Bytes::from_static(b"{\"success\":true,\"data\":{\"message\":\""))
    }
}
