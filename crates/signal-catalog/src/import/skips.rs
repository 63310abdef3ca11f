//! What was not taken of an answer, with the reason.

/// A part of an answer that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Where it stands: `$.data.indicators[3]`.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// Parts that were not taken: the first of them, and how many there are.
#[derive(Clone, Debug, Default)]
pub(super) struct Skips {
    pub(super) listed: Vec<Skipped>,
    pub(super) beyond: usize,
}

/// A hostile answer could have a million; nobody reads more than these.
const MOST_SKIPS: usize = 1_000;

impl Skips {
    pub(super) fn add(&mut self, path: &str, reason: impl Into<String>) {
        if self.listed.len() < MOST_SKIPS {
            self.listed.push(Skipped { path: path.to_owned(), reason: reason.into() });
        } else {
            self.beyond += 1;
        }
    }
}
