//! Hovers in the protocol's words.

use tower_lsp::ls_types::{ClientCapabilities, Hover, HoverContents, MarkupContent, MarkupKind};

use crate::features::hover;
use crate::server::Asked;

/// A hover for the client.
pub(crate) fn answer(asked: &Asked<'_>, hover: hover::Hover) -> Hover {
    let kind = if takes_markdown(&asked.session.client) { MarkupKind::Markdown } else { MarkupKind::PlainText };
    let contents = HoverContents::Markup(MarkupContent { kind, value: hover.markdown });
    Hover { contents, range: Some(asked.range(hover.span)) }
}

/// Whether the client shows Markdown; one that does not say is older than the question.
fn takes_markdown(client: &ClientCapabilities) -> bool {
    let hover = client.text_document.as_ref().and_then(|text| text.hover.as_ref());
    let formats = hover.and_then(|hover| hover.content_format.as_deref());
    formats.is_none_or(|formats| formats.contains(&MarkupKind::Markdown))
}
