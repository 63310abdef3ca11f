//! What is wrong, where, why and how to mend it, as plain data. Rendering is somebody else's.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{Edit, Span};

/// The name of the rule that speaks: words of the field, spelled out (`not-enough-bars`).
pub type Code = Cow<'static, str>;

/// How bad it is. Ordered: `Hint < Info < Warning < Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Could be nicer.
    Hint,
    /// Worth knowing.
    Info,
    /// Probably not what was meant, or wrong under an assumption.
    Warning,
    /// The server would refuse it, or the result would be wrong.
    Error,
}

impl Severity {
    /// The word for it: `hint`, `info`, `warning` or `error`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// One finding in one source. Everything reports with this type: the parser, the settings, the rules, the server's errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which rule speaks.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence in the author's words, without a full stop.
    pub message: String,
    /// The place: as small as it can be.
    pub span: Span,
    /// Other places that matter, each with a remark.
    pub labels: Vec<Label>,
    /// What to do, when it is not obvious.
    pub help: Option<String>,
    /// Cures that can be applied, the best one first.
    pub fixes: Vec<Fix>,
}

/// A remark on a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The remark.
    pub message: String,
}

/// A change that makes a finding go away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an imperative: "replace by `rsi`".
    pub title: String,
    /// Whether it keeps the script's meaning (or restores the evident one), so that it may be applied unasked. A name that
    /// only looks like the one that was written is a guess, and no guess is safe; see [`crate::is_slip`].
    pub safe: bool,
    /// The edits, applied together.
    pub edits: Vec<Edit>,
}

impl Diagnostic {
    /// A finding with place and message; the builder methods add the rest.
    #[must_use]
    pub fn new(code: impl Into<Code>, severity: Severity, span: Span, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            severity,
            message: message.into(),
            span,
            labels: Vec::new(),
            help: None,
            fixes: Vec::new(),
        }
    }

    /// Adds a remark on another place.
    #[must_use]
    pub fn label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a cure.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }
}

impl Fix {
    /// A fix that replaces the text under `span`.
    #[must_use]
    pub fn replace(title: impl Into<String>, safe: bool, span: Span, text: impl Into<String>) -> Self {
        Self { title: title.into(), safe, edits: vec![Edit { span, text: text.into() }] }
    }
}
