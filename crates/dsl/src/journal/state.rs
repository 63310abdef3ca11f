//! How far a run can be, and what may happen to it there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Fault;

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// Written down; nothing was sent.
    Planned,
    /// The request may be on its way. Whoever finds this with nobody sending knows as little as [`State::Unknown`].
    Submitting,
    /// The server took it.
    Submitted,
    /// The server said that it works on it.
    Running,
    /// Done at the server; `result.json` is there once the results were fetched.
    Completed,
    /// The server could not do it.
    Failed,
    /// Cancelled, at the server or before it was sent.
    Cancelled,
    /// The server did not take it, or could not be reached.
    Refused,
    /// Sent, and nobody knows whether the server took it. Never sent again by itself.
    Unknown,
}

/// What happens to a run.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// The request is about to be sent: written before its first byte leaves.
    Submit,
    /// The server took it as this job.
    Take(String),
    /// The server works on it.
    Run,
    /// The server is done; the id is what results are asked with, where it gave one.
    Complete(Option<String>),
    /// The server could not do it.
    Fail(Fault),
    /// Cancelled; a word from the server.
    Cancel(Option<String>),
    /// The server did not take it, or was not reached.
    Refuse(Fault),
    /// What became of it is not known.
    Doubt(Fault),
    /// Refused for a quota, and to be sent when there is room again: nothing was started.
    PutBack,
    /// A run of a sandbox that ended with its process starts from the beginning. It costs nothing.
    Anew,
}

impl State {
    /// Where a step leads; `None`: it can't happen here.
    pub(crate) const fn after(self, step: &Step) -> Option<Self> {
        Some(match (self, step) {
            (Self::Planned, Step::Submit) => Self::Submitting,
            // Of unknown fate until its user found it at the server.
            (Self::Submitting | Self::Unknown, Step::Take(_)) => Self::Submitted,
            (Self::Submitting, Step::Refuse(_)) => Self::Refused,
            (Self::Submitting, Step::Doubt(_)) => Self::Unknown,
            (Self::Submitted | Self::Running, Step::Run) => Self::Running,
            // Done without naming its results, it may name them later.
            (Self::Submitted | Self::Running | Self::Completed, Step::Complete(_)) => Self::Completed,
            (Self::Submitted | Self::Running, Step::Fail(_)) => Self::Failed,
            (Self::Planned | Self::Submitted | Self::Running, Step::Cancel(_)) => Self::Cancelled,
            (Self::Planned | Self::Refused, Step::PutBack) => Self::Planned,
            (Self::Planned | Self::Submitting | Self::Submitted | Self::Running | Self::Completed, Step::Anew) => {
                Self::Planned
            }
            _ => return None,
        })
    }

    /// Whether nothing more will happen by itself.
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled | Self::Refused | Self::Unknown)
    }

    /// Whether the server has taken it and may be at work.
    pub(crate) const fn is_going(self) -> bool {
        matches!(self, Self::Submitting | Self::Submitted | Self::Running)
    }

    /// The word for it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Submitting => "submitting",
            Self::Submitted => "submitted",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}
