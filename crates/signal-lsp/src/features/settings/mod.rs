//! Completion and hover in `signal.toml`, from the tables that its reader has.

mod completion;
mod hover;
mod place;

pub(crate) use completion::completion;
pub(crate) use hover::hover;
