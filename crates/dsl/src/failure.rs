//! What stops a command: one message, its cure and the exit code that goes with it.

use std::borrow::Cow;

use crate::exit::Exit;

/// Why a command could not do its work. Findings in a script are no failure; they are its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) exit: Exit,
    /// A stable word for programs: `file-not-found`, or the server's own code.
    pub(crate) code: Cow<'static, str>,
    /// What happened, naming the place.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) suggestion: Option<String>,
}

impl Failure {
    /// A failure with its message; [`Failure::suggest`] adds the cure.
    pub(crate) fn new(exit: Exit, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { exit, code: code.into(), message: message.into(), suggestion: None }
    }

    /// Wrong usage or configuration.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "usage", message)
    }

    /// Says what to do.
    pub(crate) fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }
}
