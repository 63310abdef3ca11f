//! Places that light up, in the protocol's words.

use signal_text::Span;
use tower_lsp::ls_types::{DocumentHighlight, DocumentHighlightKind};

use crate::features::highlight::Access;
use crate::server::Asked;

/// A place and what happens there.
pub(crate) fn highlight(asked: &Asked<'_>, (span, access): (Span, Access)) -> DocumentHighlight {
    let kind = match access {
        Access::Write => DocumentHighlightKind::WRITE,
        Access::Read => DocumentHighlightKind::READ,
        Access::Text => DocumentHighlightKind::TEXT,
    };
    DocumentHighlight { range: asked.range(span), kind: Some(kind) }
}
