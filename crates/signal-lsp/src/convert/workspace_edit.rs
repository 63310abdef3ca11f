//! Edits of one text in the protocol's words.

use std::collections::HashMap;

use signal_text::Edit;
use tower_lsp::ls_types::{
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, WorkspaceEdit,
};

use crate::server::Asked;

/// Edits of the text that was asked about, of the very version where the client takes one.
pub(crate) fn workspace_edit(asked: &Asked<'_>, edits: &[Edit]) -> WorkspaceEdit {
    let workspace = asked.session.client.workspace.as_ref();
    let takes_versions = workspace.and_then(|workspace| workspace.workspace_edit.as_ref()?.document_changes);
    let (uri, edits) = (asked.uri().clone(), asked.edits(edits));
    if takes_versions != Some(true) {
        return WorkspaceEdit { changes: Some(HashMap::from([(uri, edits)])), ..WorkspaceEdit::default() };
    }
    let text_document = OptionalVersionedTextDocumentIdentifier { uri, version: Some(asked.text.version) };
    let edits = edits.into_iter().map(OneOf::Left).collect();
    let changes = DocumentChanges::Edits(vec![TextDocumentEdit { text_document, edits }]);
    WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
}
