//! Links in the protocol's words.

use tower_lsp::ls_types::DocumentLink;

use super::{diagnostic, link};
use crate::features::links::{Link, LinkTarget};
use crate::server::Asked;

/// A link; `None` where there is no page that it could lead to.
pub(crate) fn document_link(asked: &Asked<'_>, found: Link) -> Option<DocumentLink> {
    let target = match found.target {
        LinkTarget::Web(address) => link(&address)?,
        LinkTarget::Rule(rule) => diagnostic::page(asked.host, rule)?,
    };
    Some(DocumentLink { range: asked.range(found.span), target: Some(target), tooltip: found.tooltip, data: None })
}
