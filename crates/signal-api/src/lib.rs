//! Typed client of the HeyTraders API: wire models, envelope, errors and retries. Knows nothing of the language.
//!
//! Strict in what it sends, tolerant in what it reads: a paid run must not be lost because a field came as text
//! instead of a number. What was read is always kept beside the typed reading, in [`Answer::raw`].
//!
//! A `GET` is tried again after a failure that may pass; a `POST` goes out once, whatever happens, and says in its
//! error whether the server may have acted on it ([`ApiError::OutcomeUnknown`]).

mod call;
mod client;
mod destination;
pub mod endpoints;
mod envelope;
mod error;
mod failure;
mod inquiries;
mod lenient;
mod limits;
pub mod models;
mod numbers;
mod preview;
mod redaction;
mod retry;
mod text;
mod trades;
mod transport;

pub use call::{Call, Received};
pub use client::{Client, ClientOptions, DEFAULT_BASE_URL};
pub use destination::{base_url, origin};
pub use envelope::{Answer, Envelope, Meta};
pub use error::{ApiError, Class, ErrorBody, ErrorCode};
pub use limits::Limits;
pub use preview::Preview;
pub use retry::Patience;
pub use text::{sanitize, sanitize_lines};
pub use trades::AllTrades;
