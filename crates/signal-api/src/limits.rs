//! How much of an answer is taken, and how long one waits for it.

use std::time::Duration;

/// How much of a server's answer is taken, and how long one waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a body that may hold much: results, trades, indicators.
    pub body_bytes: usize,
    /// Bytes of a body that says little: the answer to a request that changes something, the state of a job.
    pub short_body_bytes: usize,
    /// Values in a JSON body; a short text can blow up to many times its size in memory.
    pub values: usize,
    /// Time to make a connection; at most half of the two below.
    pub connect: Duration,
    /// Longest silence while the answer comes.
    pub silence: Duration,
    /// Time for the whole exchange.
    pub total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 64 << 20,
            short_body_bytes: 1 << 20,
            values: 4_000_000,
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(30),
            total: Duration::from_secs(180),
        }
    }
}

/// How much an answer may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// See [`Limits::short_body_bytes`].
    Short,
    /// An eighth of [`Limits::body_bytes`]: pages that are fetched side by side, so that together they stay within bounds.
    Middle,
    /// See [`Limits::body_bytes`].
    Long,
}

impl Limits {
    /// Bytes that an answer of such a length may have.
    pub(crate) fn most(&self, length: Length) -> usize {
        match length {
            Length::Short => self.short_body_bytes.min(self.body_bytes),
            Length::Middle => self.body_bytes / 8,
            Length::Long => self.body_bytes,
        }
    }
}
