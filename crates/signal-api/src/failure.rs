//! How far an exchange got before it failed, and what that means for a request that reads or changes something.

use std::time::Duration;

use reqwest::StatusCode;

use crate::error::{ApiError, Class, ErrorCode};
use crate::text::sanitize;

/// How far an exchange got before it failed.
pub(crate) enum Failure {
    /// No connection: nothing was sent.
    NotSent(String),
    /// Sent, but no whole answer came.
    Broken { reason: String, status: Option<u16> },
    /// An answer came that can't be read.
    Unreadable { reason: String, status: u16, again: bool },
    /// The server said no, or elsewhere.
    Answered(ApiError),
}

impl Failure {
    /// Whether the same question may be answered a moment later.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::NotSent(_) | Self::Broken { .. } => true,
            Self::Unreadable { again, .. } => *again,
            Self::Answered(ApiError::Refused { status, code, .. }) => {
                matches!(status, 408 | 425 | 429 | 500 | 502..=504)
                    && !matches!(code, ErrorCode::FreeQuotaExceeded | ErrorCode::QuotaExceeded)
                    || *code == ErrorCode::RateLimited
            }
            Self::Answered(_) => false,
        }
    }

    /// Whether the server has refused for the number of requests, and did nothing.
    pub(crate) fn is_rate_limit(&self) -> bool {
        matches!(self, Self::Answered(ApiError::Refused { code: ErrorCode::RateLimited, .. }))
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Answered(ApiError::Refused { retry_after, .. }) => *retry_after,
            _ => None,
        }
    }

    /// The error of a request that only reads.
    pub(crate) fn of_reading(self, host: String) -> ApiError {
        match self {
            Self::NotSent(reason) => ApiError::NotSent { host, reason },
            Self::Broken { reason, .. } => ApiError::NoAnswer { host, reason },
            Self::Unreadable { reason, .. } => ApiError::Protocol(reason),
            Self::Answered(error) => error,
        }
    }

    /// The error of a request that changes something: in doubt, it may have happened.
    pub(crate) fn of_writing(self, host: String) -> ApiError {
        match self {
            Self::NotSent(reason) => ApiError::NotSent { host, reason },
            Self::Broken { reason, status } => ApiError::OutcomeUnknown { reason, status },
            Self::Unreadable { reason, status, .. } => {
                ApiError::OutcomeUnknown { reason: format!("the answer can't be read: {reason}"), status: Some(status) }
            }
            Self::Answered(ApiError::Refused { status, code, message, .. }) if leaves_doubt(status, &code) => {
                let said = if message.is_empty() { String::new() } else { format!(": {}", sanitize(&message)) };
                ApiError::OutcomeUnknown {
                    reason: format!("the server answered HTTP {status}{said}"),
                    status: Some(status),
                }
            }
            Self::Answered(ApiError::Redirected { status, location }) if status == StatusCode::SEE_OTHER.as_u16() => {
                ApiError::OutcomeUnknown {
                    reason: format!("the server only points to {location}"),
                    status: Some(status),
                }
            }
            Self::Answered(error) => error,
        }
    }
}

/// Whether a refusal may hide that the server acted: a failure on its side that no code explains (in the envelope of a 200,
/// too), or a timeout that a machine in between reports.
fn leaves_doubt(status: u16, code: &ErrorCode) -> bool {
    let failed = code.class() == Class::Server && !(400..500).contains(&status);
    status == 408 || failed || status >= 500 && matches!(code, ErrorCode::Other(_))
}
