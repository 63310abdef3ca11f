//! What can go wrong, told apart by the one thing a caller must know: did the server act or not.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::lenient;

/// Why a call brought no answer. Can be written down and read back, so that whoever asks later hears the same.
#[derive(Clone, Debug, PartialEq, thiserror::Error, Serialize, Deserialize)]
pub enum ApiError {
    /// The server answered no, and did nothing.
    #[error("{}", refusal(*status, code, message))]
    Refused {
        /// HTTP status; 200 is possible, the envelope decides.
        status: u16,
        /// The API's code, or one made from the status where none came (`HTTP_404`).
        code: ErrorCode,
        /// What the server says; may be empty. Not sanitized.
        message: String,
        /// What the server proposes. Not sanitized.
        suggestion: Option<String>,
        /// How long to wait before the next try, when the server says so.
        retry_after: Option<Duration>,
    },
    /// No connection could be made: nothing left this machine.
    #[error("can't connect to {host}: {reason}")]
    NotSent {
        /// Whom we tried to reach.
        host: String,
        /// What hindered us.
        reason: String,
    },
    /// A request that changes something was sent, and what became of it is not known. Never send it again unasked.
    #[error("the request was sent, but {reason}: the server may have acted on it")]
    OutcomeUnknown {
        /// What went wrong, continuing "the request was sent, but".
        reason: String,
        /// HTTP status, when an answer came.
        status: Option<u16>,
    },
    /// A request that only reads was sent, and no whole answer came, after several tries.
    #[error("no answer from {host}: {reason}")]
    NoAnswer {
        /// Whom we asked.
        host: String,
        /// What hindered it.
        reason: String,
    },
    /// The answer can't be read: not JSON, too large, or without what it must hold.
    #[error("can't make sense of the server's answer: {0}")]
    Protocol(String),
    /// The server points somewhere else. Not followed: neither key nor script go to a place nobody named.
    #[error(
        "the server redirects to {location}; redirects are not followed, set the base URL if that is the right place"
    )]
    Redirected {
        /// HTTP status.
        status: u16,
        /// Where it points. Sanitized.
        location: String,
    },
    /// The place is neither https nor this machine, so key and script would travel readable.
    #[error("{url} is neither https nor this machine: the key is not sent there; use https")]
    KeyNotAllowed {
        /// The place, without user or password.
        url: String,
    },
    /// The key holds characters that no key has. The key itself is not shown.
    #[error("the API key holds a space, a line break or another character that no key has; copy it again")]
    KeyMalformed,
    /// The base URL can't be used.
    #[error("the base URL `{url}` can't be used: {reason}")]
    BadUrl {
        /// As it was given, sanitized; without user and password where they could be told.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The id is no id; nothing was sent.
    #[error("`{0}` can't be an id")]
    BadId(String),
    /// The machine can't do TLS or open sockets.
    #[error("can't set up the network client: {0}")]
    Setup(String),
}

fn refusal(status: u16, code: &ErrorCode, message: &str) -> String {
    if message.is_empty() {
        format!("the server refused: {code} (HTTP {status})")
    } else {
        format!("the server refused: {message} ({code})")
    }
}

impl ApiError {
    /// The code that the server gave, for a refusal.
    #[must_use]
    pub const fn code(&self) -> Option<&ErrorCode> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }

    /// What kind of trouble it is, for exit codes and advice.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Refused { status, code, .. } => match code.class() {
                // Timeouts that a machine in between reports are of the server's side, too.
                Class::Other if *status >= 500 || matches!(status, 408 | 425) => Class::Server,
                Class::Other if *status == 401 => Class::Key,
                Class::Other if *status == 429 => Class::Quota,
                class => class,
            },
            Self::KeyNotAllowed { .. } | Self::BadUrl { .. } | Self::BadId(_) => Class::Usage,
            Self::KeyMalformed => Class::Key,
            Self::NotSent { .. }
            | Self::OutcomeUnknown { .. }
            | Self::NoAnswer { .. }
            | Self::Protocol(_)
            | Self::Redirected { .. }
            | Self::Setup(_) => Class::Server,
        }
    }

    /// Whether the server may have acted on the request although no answer says so.
    #[must_use]
    pub const fn is_outcome_unknown(&self) -> bool {
        matches!(self, Self::OutcomeUnknown { .. })
    }
}

/// Kinds of trouble; each asks something else of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// What was asked is wrong.
    Usage,
    /// No such run, strategy, order.
    NotFound,
    /// The key is missing, refused or lacks a right.
    Key,
    /// A quota or rate limit is used up.
    Quota,
    /// Network or server trouble.
    Server,
    /// Anything else the server refuses for.
    Other,
}

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal, $class:ident;)+) => {
        /// The API's error codes. Unknown ones are kept as they came.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ $variant,)+
            /// A code that this client does not know.
            Other(String),
        }

        impl ErrorCode {
            /// Every code the API documents.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The code as the API writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }

            /// What kind of trouble the code stands for.
            #[must_use]
            pub const fn class(&self) -> Class {
                match self {
                    $(Self::$variant => Class::$class,)+
                    Self::Other(_) => Class::Other,
                }
            }
        }

        impl From<&str> for ErrorCode {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

error_codes! {
    /// Invalid or missing parameters.
    ValidationError = "VALIDATION_ERROR", Other;
    /// Backtest job or result not found.
    BacktestNotFound = "BACKTEST_NOT_FOUND", NotFound;
    /// Live strategy not found.
    StrategyNotFound = "STRATEGY_NOT_FOUND", NotFound;
    /// Subscription not found.
    SubscriptionNotFound = "SUBSCRIPTION_NOT_FOUND", NotFound;
    /// Order not found.
    OrderNotFound = "ORDER_NOT_FOUND", NotFound;
    /// Only agents (API key) may do this.
    AgentRequired = "AGENT_REQUIRED", Key;
    /// Only one's own strategies can be managed.
    NotOwner = "NOT_OWNER", Other;
    /// The strategy is on the leaderboard already.
    AlreadyRegistered = "ALREADY_REGISTERED", Other;
    /// The strategy is not on the leaderboard.
    NotRegistered = "NOT_REGISTERED", Other;
    /// Below 10 trades or 30 days.
    QualityGate = "QUALITY_GATE", Other;
    /// No backtest results for this strategy.
    NoBacktest = "NO_BACKTEST", NotFound;
    /// The key is not valid.
    InvalidApiKey = "INVALID_API_KEY", Key;
    /// The key has expired.
    ExpiredApiKey = "EXPIRED_API_KEY", Key;
    /// The key lacks the scope.
    InsufficientPermissions = "INSUFFICIENT_PERMISSIONS", Key;
    /// A claim asks for permissions that don't exist.
    InvalidPermissions = "INVALID_PERMISSIONS", Other;
    /// More than 300 requests a minute.
    RateLimited = "RATE_LIMITED", Quota;
    /// The provisional quota is used up.
    FreeQuotaExceeded = "FREE_QUOTA_EXCEEDED", Quota;
    /// The tier's quota is used up.
    QuotaExceeded = "QUOTA_EXCEEDED", Quota;
    /// Needs a claimed agent.
    AccountRequired = "ACCOUNT_REQUIRED", Key;
    /// The claim code expired or never was.
    InvalidClaimCode = "INVALID_CLAIM_CODE", Other;
    /// Ten agents a user at most.
    AgentLimitReached = "AGENT_LIMIT_REACHED", Quota;
    /// The key belongs to another account.
    KeyOwnedByOtherUser = "KEY_OWNED_BY_OTHER_USER", Key;
    /// Five registrations an hour and address.
    RegistrationLimit = "REGISTRATION_LIMIT", Quota;
    /// The server failed.
    InternalError = "INTERNAL_ERROR", Server;
    /// The data asked for is not there.
    DataUnavailable = "DATA_UNAVAILABLE", Other;
    /// Too few bars for an indicator's period.
    TaOutOfRange = "TA_OUT_OF_RANGE", Other;
}

/// How a code begins that is made from a status.
const FROM_STATUS: &str = "HTTP_";

impl ErrorCode {
    /// The code for an answer that gave none, made from its status. 401 and 429 mean the same whoever says them; a bare 403 is
    /// more often a proxy's or firewall's than the API's, and says nothing of the key.
    #[must_use]
    pub(crate) fn from_status(status: u16) -> Self {
        match status {
            401 => Self::InvalidApiKey,
            429 => Self::RateLimited,
            _ => Self::Other(format!("{FROM_STATUS}{status}")),
        }
    }

    /// Whether the answer gave no code, so that it may not be the API's at all.
    #[must_use]
    pub fn is_from_status(&self) -> bool {
        matches!(self, Self::Other(text) if text.starts_with(FROM_STATUS))
    }
}

impl Default for ErrorCode {
    /// No code at all.
    fn default() -> Self {
        Self::Other(String::new())
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(lenient::text(deserializer)?.as_deref().unwrap_or_default().into())
    }
}

/// The `error` part of an envelope; a failed job carries the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The API's code; an empty one where none was given.
    #[serde(default)]
    pub code: ErrorCode,
    /// What went wrong.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub suggestion: Option<String>,
}

impl ErrorBody {
    /// An error without a suggestion.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), suggestion: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }
}
