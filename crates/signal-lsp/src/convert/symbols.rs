//! Parts of scripts in the protocol's words: outlines, symbols of a workspace, ends of dependences.

use signal_text::Source;
use tower_lsp::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyItem, CallHierarchyOutgoingCall, DocumentSymbol, DocumentSymbolResponse,
    Location, OneOf, SymbolInformation, SymbolKind as Kind, Uri, WorkspaceSymbol,
};

use super::{Encoding, range};
use crate::features::call_hierarchy::Dependence;
use crate::features::outline::{Symbol, SymbolKind};
use crate::features::workspace_symbols::Match;
use crate::server::Asked;

/// The protocol's kind that editors draw a fitting sign for.
const fn kind(kind: SymbolKind) -> Kind {
    match kind {
        SymbolKind::Section => Kind::NAMESPACE,
        SymbolKind::Settings => Kind::MODULE,
        SymbolKind::Setting => Kind::PROPERTY,
        SymbolKind::Constant => Kind::CONSTANT,
        SymbolKind::Series | SymbolKind::Expression => Kind::VARIABLE,
        SymbolKind::Condition => Kind::BOOLEAN,
        SymbolKind::Text => Kind::STRING,
        SymbolKind::Several => Kind::ARRAY,
        SymbolKind::Action => Kind::OBJECT,
        SymbolKind::Signal => Kind::EVENT,
    }
}

/// An outline; a flat one for clients that know no other.
pub(crate) fn outline(asked: &Asked<'_>, symbols: Vec<Symbol>) -> DocumentSymbolResponse {
    let text = asked.session.client.text_document.as_ref();
    let nests = text.and_then(|text| text.document_symbol.as_ref()?.hierarchical_document_symbol_support);
    if nests == Some(true) {
        return DocumentSymbolResponse::Nested(symbols.into_iter().map(|symbol| nested(asked, symbol)).collect());
    }
    let mut flat = Vec::new();
    let mut left: Vec<(Symbol, Option<String>)> = symbols.into_iter().rev().map(|symbol| (symbol, None)).collect();
    while let Some((symbol, container_name)) = left.pop() {
        let inner = symbol.children.into_iter().rev().map(|child| (child, Some(symbol.name.clone())));
        left.extend(inner);
        #[expect(deprecated, reason = "the protocol's own field has no other way to be left empty")]
        flat.push(SymbolInformation {
            name: symbol.name,
            kind: kind(symbol.kind),
            tags: None,
            deprecated: None,
            location: Location::new(asked.uri().clone(), asked.range(symbol.span)),
            container_name,
        });
    }
    DocumentSymbolResponse::Flat(flat)
}

/// A part with what lies within. An outline is a few levels deep: sections by their headings, regions as authors nest them.
fn nested(asked: &Asked<'_>, symbol: Symbol) -> DocumentSymbol {
    let children: Vec<_> = symbol.children.into_iter().map(|child| nested(asked, child)).collect();
    #[expect(deprecated, reason = "the protocol's own field has no other way to be left empty")]
    DocumentSymbol {
        name: symbol.name,
        detail: Some(symbol.detail).filter(|detail| !detail.is_empty()),
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: asked.range(symbol.span),
        selection_range: asked.range(symbol.selection),
        children: (!children.is_empty()).then_some(children),
    }
}

/// A symbol of some script; `script` is how people know it.
pub(crate) fn workspace_symbol(
    found: Match,
    script: &str,
    uri: &Uri,
    source: &Source,
    encoding: Encoding,
) -> WorkspaceSymbol {
    WorkspaceSymbol {
        name: found.name,
        kind: kind(found.kind),
        tags: None,
        container_name: Some(match found.section {
            Some(section) => format!("{script}, {section}"),
            None => script.to_owned(),
        }),
        location: OneOf::Left(Location::new(uri.clone(), range(source, found.span, encoding))),
        data: None,
    }
}

/// A name or signal that has dependences; its place is what it is found again by.
pub(crate) fn hierarchy_item(asked: &Asked<'_>, symbol: Symbol) -> CallHierarchyItem {
    CallHierarchyItem {
        name: symbol.name,
        kind: kind(symbol.kind),
        tags: None,
        detail: Some(symbol.detail).filter(|detail| !detail.is_empty()),
        uri: asked.uri().clone(),
        range: asked.range(symbol.span),
        selection_range: asked.range(symbol.selection),
        data: None,
    }
}

/// What depends on an item.
pub(crate) fn incoming(asked: &Asked<'_>, found: Dependence) -> CallHierarchyIncomingCall {
    let from_ranges = found.reads.iter().map(|read| asked.range(*read)).collect();
    CallHierarchyIncomingCall { from: hierarchy_item(asked, found.symbol), from_ranges }
}

/// What an item depends on.
pub(crate) fn outgoing(asked: &Asked<'_>, found: Dependence) -> CallHierarchyOutgoingCall {
    let from_ranges = found.reads.iter().map(|read| asked.range(*read)).collect();
    CallHierarchyOutgoingCall { to: hierarchy_item(asked, found.symbol), from_ranges }
}
