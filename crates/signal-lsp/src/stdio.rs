//! Standard input and output as streams, each with a thread of its own that alone waits for them.
//!
//! tokio's own go through its pool of threads for every single read and write, which costs more than most answers. A client
//! that does not read keeps the writing thread waiting, never the one that reads: two that only write would wait forever.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::pin::Pin;
use std::sync::mpsc as blocking;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{mpsc, oneshot};

/// How much is read at once: what a pipe holds.
const CHUNK: usize = 64 << 10;
/// How many chunks are read ahead.
const AHEAD: usize = 16;

/// What comes from the client.
#[derive(Debug)]
pub(crate) struct Input {
    chunks: mpsc::Receiver<io::Result<Vec<u8>>>,
    rest: VecDeque<u8>,
}

impl Input {
    /// Standard input, from now on.
    pub(crate) fn stdin() -> Self {
        Self::of(io::stdin())
    }

    fn of(mut from: impl Read + Send + 'static) -> Self {
        let (sender, chunks) = mpsc::channel(AHEAD);
        std::thread::spawn(move || {
            let mut buffer = vec![0; CHUNK];
            loop {
                let chunk = match from.read(&mut buffer) {
                    Ok(0) => return,
                    Ok(read) => Ok(buffer[..read].to_vec()),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => Err(error),
                };
                let is_last = chunk.is_err();
                if sender.blocking_send(chunk).is_err() || is_last {
                    return;
                }
            }
        });
        Self { chunks, rest: VecDeque::new() }
    }
}

impl AsyncRead for Input {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.rest.is_empty() {
            match ready!(this.chunks.poll_recv(context)) {
                Some(Ok(chunk)) => this.rest = chunk.into(),
                Some(Err(error)) => return Poll::Ready(Err(error)),
                None => return Poll::Ready(Ok(())),
            }
        }
        let (part, _) = this.rest.as_slices();
        let taken = part.len().min(buffer.remaining());
        buffer.put_slice(&part[..taken]);
        this.rest.drain(..taken);
        Poll::Ready(Ok(()))
    }
}

/// What goes to the client.
#[derive(Debug)]
pub(crate) struct Output {
    chunks: blocking::Sender<Vec<u8>>,
}

/// Resolves once everything is written, after [`Output`] is dropped.
pub(crate) type Written = oneshot::Receiver<()>;

impl Output {
    /// Standard output, from now on.
    pub(crate) fn stdout() -> (Self, Written) {
        Self::of(io::stdout())
    }

    fn of(mut to: impl Write + Send + 'static) -> (Self, Written) {
        let (chunks, receiver) = blocking::channel::<Vec<u8>>();
        let (done, written) = oneshot::channel();
        std::thread::spawn(move || {
            // Whoever closed the pipe does not want to read it.
            while let Ok(chunk) = receiver.recv()
                && to.write_all(&chunk).and_then(|()| to.flush()).is_ok()
            {}
            let _ = done.send(());
        });
        (Self { chunks }, written)
    }
}

impl AsyncWrite for Output {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        match self.chunks.send(buffer.to_vec()) {
            Ok(()) => Poll::Ready(Ok(buffer.len())),
            Err(_) => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::sync::{Arc, Mutex};

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
            // As a pipe that is nearly full.
            let part = &buffer[..buffer.len().min(1000)];
            self.0.lock().unwrap().extend_from_slice(part);
            Ok(part.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_byte_comes_through_in_its_order() {
        let bytes: Vec<u8> = (0..3 * CHUNK as u32 + 5).map(|at| (at % 251) as u8).collect();
        let kept = Kept::default();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut read = Vec::new();
            Input::of(Cursor::new(bytes.clone())).read_to_end(&mut read).await.unwrap();
            assert!(read == bytes);
            let (mut output, written) = Output::of(kept.clone());
            output.write_all(&read).await.unwrap();
            drop(output);
            written.await.unwrap();
        });
        assert!(*kept.0.lock().unwrap() == bytes);
    }
}
