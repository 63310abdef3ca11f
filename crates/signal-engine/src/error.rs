//! What keeps a script from being compiled or run, with the place in the script where there is one.

use signal_text::Span;

use crate::bars::BarsError;

/// Why a script can't be run at all.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct CompileError {
    /// Where.
    pub span: Span,
    /// What is wrong and how to write it, one sentence.
    pub message: String,
}

impl CompileError {
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }
}

/// Why a run or an evaluation came to nothing.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EngineError {
    /// An expression that is needed has no value on any bar: the range is too short. The service's `TA_OUT_OF_RANGE`.
    #[error("the range has {}, and this expression has no value on any of them{}", counted(*bars as u64), needed.map(|needed| format!("; it takes {}", counted(needed))).unwrap_or_default())]
    OutOfRange {
        /// The innermost expression that forces it.
        span: Span,
        /// Bars there are.
        bars: usize,
        /// Bars with which everything that was asked for has a value on at least the last one.
        needed: Option<u64>,
    },
    /// The name is known, but the engine can't compute it.
    #[error("`{name}` can't be computed here")]
    Unsupported {
        /// Where it stands.
        span: Span,
        /// The name.
        name: String,
    },
    /// The value is of another type than the place takes.
    #[error("{message}")]
    Type {
        /// Where.
        span: Span,
        /// What was expected and found.
        message: String,
    },
    /// A parameter outside of what the function takes.
    #[error("{message}")]
    BadParameter {
        /// The call.
        span: Span,
        /// Which, and what would do.
        message: String,
    },
    /// A ticker that the market or the data do not allow.
    #[error("{ticker}: {message}")]
    Ticker {
        /// The ticker as text.
        ticker: String,
        /// Where the script asks for it, if it does.
        span: Option<Span>,
        /// What is wrong and what would do.
        message: String,
    },
    /// Bars that can't be computed with.
    #[error("{ticker}: {error}")]
    Bars {
        /// Whose bars.
        ticker: String,
        /// What is wrong with them.
        error: BarsError,
    },
    /// A setting of the run outside of its bounds.
    #[error("{name}: {message}")]
    Setting {
        /// Its name in the API.
        name: &'static str,
        /// What is wrong and what would do.
        message: String,
    },
    /// The caller asked to stop.
    #[error("the run was cancelled")]
    Cancelled,
}

fn counted(bars: u64) -> String {
    if bars == 1 { "1 bar".to_owned() } else { format!("{bars} bars") }
}

impl EngineError {
    /// The place in the script, where the error has one.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::OutOfRange { span, .. }
            | Self::Unsupported { span, .. }
            | Self::Type { span, .. }
            | Self::BadParameter { span, .. } => Some(*span),
            Self::Ticker { span, .. } => *span,
            Self::Bars { .. } | Self::Setting { .. } | Self::Cancelled => None,
        }
    }

    /// The service's code for it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::OutOfRange { .. } => "TA_OUT_OF_RANGE",
            Self::Bars { .. } => "DATA_UNAVAILABLE",
            _ => "VALIDATION_ERROR",
        }
    }
}
