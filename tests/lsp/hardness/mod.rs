//! What no server should be brought down or confused by.

mod edits;
mod messages;
mod places;
mod texts;
