//! Source text, spans, positions, edits, and the one [`Diagnostic`] type everything reports with.
//!
//! Nothing here knows the language: a settings file has the same spans as a script.

mod change;
mod diagnostic;
mod edit;
mod mend;
mod position;
mod source;
mod span;
mod suggest;

pub use change::Change;
pub use diagnostic::{Code, Diagnostic, Fix, Label, Severity};
pub use edit::{Edit, EditError, apply_edits};
pub use mend::{Judge, Mended, Which, mend};
pub use position::{LineColumn, LineIndex, Utf16Position};
pub use source::{DecodeError, MAX_SOURCE_BYTES, Source};
pub use span::Span;
pub use suggest::{closest, is_slip};
