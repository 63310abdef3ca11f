//! Findings on their way to the client: sent when a text has changed, or given when the client asks.

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    Diagnostic, DocumentDiagnosticReport, DocumentDiagnosticReportResult, FullDocumentDiagnosticReport,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport,
    Uri,
};

use super::Shared;
use super::asked::aside;
use crate::convert::diagnostic::{About, conflict, diagnostic};
use crate::convert::uri;
use crate::documents::{Language, Text};
use crate::serve::{hand_over, written};

/// Sees to it that the findings of a text as it is now are sent. In a burst of edits only those of the last one are: the
/// others are out of date before they are found.
pub(super) fn send(shared: &Arc<Shared>, uri: &Uri) {
    if !shared.session().pulls && shared.documents.begin_check(uri) {
        tokio::spawn(send_last(Arc::clone(shared), uri.clone()));
    }
}

async fn send_last(shared: Arc<Shared>, uri: Uri) {
    while let Some(text) = shared.documents.text(&uri) {
        let found = {
            let (shared, text) = (Arc::clone(&shared), Arc::clone(&text));
            aside(move || found(&shared, &text)).await
        };
        // Work that failed said so on stderr; the next edit may bring better luck.
        if let Ok(Some(found)) = found
            && shared.documents.is_current(&text)
        {
            // Closing waits for this, so that no findings come after their end.
            let _sending = shared.sending.lock().await;
            if shared.documents.is_current(&text) {
                shared.client.publish_diagnostics(uri.clone(), found, Some(text.version)).await;
            }
        }
        if shared.documents.end_check(&text) {
            super::news::tell_trouble(&shared, &text).await;
            return;
        }
    }
}

/// Takes away what was sent of a text that was closed.
pub(super) async fn clear(shared: &Shared, uri: Uri) {
    if !shared.session().pulls {
        let _sending = shared.sending.lock().await;
        shared.client.publish_diagnostics(uri, Vec::new(), None).await;
    }
}

/// The findings that a client asks for; none of those that it has already.
pub(super) async fn answer(
    shared: &Arc<Shared>,
    uri: &Uri,
    previous: Option<String>,
) -> Result<DocumentDiagnosticReportResult> {
    let Some(text) = shared.documents.text(uri) else { return Ok(full(None, Vec::new())) };
    let result_id = text.generation.to_string();
    if previous.as_ref() == Some(&result_id) {
        let unchanged_document_diagnostic_report = UnchangedDocumentDiagnosticReport { result_id };
        let report =
            RelatedUnchangedDocumentDiagnosticReport { related_documents: None, unchanged_document_diagnostic_report };
        return Ok(DocumentDiagnosticReport::Unchanged(report).into());
    }
    let answer = {
        let (shared, text) = (Arc::clone(shared), Arc::clone(&text));
        aside(move || written(&full(Some(result_id), found(&shared, &text)))).await?.flatten()
    };
    super::news::tell_trouble(shared, &text).await;
    hand_over(answer);
    Ok(full(None, Vec::new()))
}

fn full(result_id: Option<String>, items: Vec<Diagnostic>) -> DocumentDiagnosticReportResult {
    let full_document_diagnostic_report = FullDocumentDiagnosticReport { result_id, items };
    let report = RelatedFullDocumentDiagnosticReport { related_documents: None, full_document_diagnostic_report };
    DocumentDiagnosticReport::Full(report).into()
}

/// What is wrong with a text.
fn found(shared: &Shared, text: &Text) -> Vec<Diagnostic> {
    let session = shared.session();
    let (encoding, shows) = (session.encoding, session.shows);
    let host = &*shared.host;
    let about = About { source: &text.source, uri: &text.uri, version: text.version, encoding, shows, host };
    match text.language {
        Language::Script => {
            let snapshot = text.snapshot(&*shared.host);
            let project = snapshot.project();
            let settings = project.text.as_ref().zip(project.settings.as_ref().and_then(|file| uri(file)));
            let conflicts = settings.iter().flat_map(|(settings, uri)| {
                let elsewhere = About { source: settings, uri, ..about };
                snapshot.conflicts().map(move |finding| conflict(&about, &elsewhere, finding))
            });
            let found = snapshot.findings().diagnostics.iter().map(|finding| diagnostic(&about, finding));
            conflicts.chain(found).collect()
        }
        Language::Settings => {
            let found = shared.host.check_settings(&text.source);
            found.iter().map(|finding| diagnostic(&about, finding)).collect()
        }
    }
}
