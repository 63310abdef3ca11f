//! Long answers: written as JSON on the thread that finds them.
//!
//! tower-lsp makes every answer a tree of values, and on the thread that reads the client's messages. The outline of ten
//! thousand names becomes one of two hundred thousand maps and words: more work than to find the names.

use std::cell::RefCell;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

/// An answer as it is sent.
pub(crate) type Written = Box<RawValue>;

thread_local! {
    /// What the handling that is being polled has handed over. Handlings are polled by one thread, one after the other.
    static HANDED_OVER: RefCell<Option<Written>> = const { RefCell::new(None) };
}

/// An answer in JSON; `None` if it has none, which no answer of ours comes to.
pub(crate) fn written(answer: &impl Serialize) -> Option<Written> {
    to_raw_value(answer).ok()
}

/// Has this sent in the place of what the handling under way resolves to. Nothing may be waited for between the two.
pub(crate) fn hand_over(answer: Option<Written>) {
    HANDED_OVER.set(answer);
}

/// What the handling that has just come to its end has handed over.
pub(super) fn take() -> Option<Written> {
    HANDED_OVER.take()
}
