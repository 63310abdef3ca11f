//! Where something comes from, in the protocol's words.

use signal_text::Span;
use tower_lsp::ls_types::{GotoDefinitionResponse, Location, LocationLink, Range, Uri};

use super::{range, uri};
use crate::features::definition::{Definition, Target};
use crate::server::Asked;

/// The answer to a question for a definition, as the client takes one.
pub(crate) fn definition(asked: &Asked<'_>, found: Definition) -> Option<GotoDefinitionResponse> {
    let client = asked.session.client.text_document.as_ref();
    let links = client.and_then(|text| text.definition.as_ref()?.link_support);
    answer(asked, found, links == Some(true))
}

/// The answer to a question for a declaration.
pub(crate) fn declaration(asked: &Asked<'_>, found: Definition) -> Option<GotoDefinitionResponse> {
    let client = asked.session.client.text_document.as_ref();
    let links = client.and_then(|text| text.declaration.as_ref()?.link_support);
    answer(asked, found, links == Some(true))
}

/// `links`: the client takes more than a place.
fn answer(asked: &Asked<'_>, found: Definition, links: bool) -> Option<GotoDefinitionResponse> {
    let (target_uri, target_range, target_selection_range) = match found.target {
        Target::Script { name, whole } => (asked.uri().clone(), asked.range(whole), asked.range(name)),
        Target::Settings(span) => in_settings(asked, span)?,
    };
    if !links {
        return Some(GotoDefinitionResponse::Scalar(Location::new(target_uri, target_selection_range)));
    }
    let origin_selection_range = Some(asked.range(found.asked));
    Some(GotoDefinitionResponse::Link(vec![LocationLink {
        origin_selection_range,
        target_uri,
        target_range,
        target_selection_range,
    }]))
}

/// A place in the settings file that counts for the script.
fn in_settings(asked: &Asked<'_>, span: Span) -> Option<(Uri, Range, Range)> {
    let file = asked.snapshot().project().settings.as_deref()?;
    let range = range(&asked.host.read(file)?, span, asked.session.encoding);
    Some((uri(file)?, range, range))
}
