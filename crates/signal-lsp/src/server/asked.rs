//! What a question of the client is about: a version of a text, and how to speak of places in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_text::{Edit, Source, Span};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Position, Range, TextEdit, Uri};

use super::Shared;
use super::capabilities::Session;
use crate::convert;
use crate::documents::Text;
use crate::host::Host;
use crate::options::Options;
use crate::serve::fault;
use crate::snapshot::Snapshot;

/// What a question is about. Answers are made of this alone, on a thread that may take its time.
pub(crate) struct Asked<'a> {
    /// The text, its version, its URI.
    pub(crate) text: &'a Text,
    /// What is agreed with the client.
    pub(crate) session: &'a Session,
    /// What people set in their editor.
    pub(crate) options: Options,
    /// The world around the open texts.
    pub(crate) host: &'a dyn Host,
}

impl Asked<'_> {
    /// The text as a script.
    pub(crate) fn snapshot(&self) -> &Snapshot {
        self.text.snapshot(self.host)
    }

    /// The text's URI.
    pub(crate) fn uri(&self) -> &Uri {
        &self.text.uri
    }

    /// The text itself.
    pub(crate) fn source(&self) -> &Source {
        &self.text.source
    }

    /// The byte offset of the client's position.
    pub(crate) fn offset(&self, position: Position) -> u32 {
        convert::offset(self.source(), position, self.session.encoding)
    }

    /// The bytes of the client's range.
    pub(crate) fn span(&self, range: Range) -> Span {
        convert::span(self.source(), range, self.session.encoding)
    }

    /// A byte offset for the client.
    pub(crate) fn position(&self, offset: u32) -> Position {
        convert::position(self.source(), offset, self.session.encoding)
    }

    /// Bytes for the client.
    pub(crate) fn range(&self, span: Span) -> Range {
        convert::range(self.source(), span, self.session.encoding)
    }

    /// Edits of the text for the client.
    pub(crate) fn edits<'e>(&self, edits: impl IntoIterator<Item = &'e Edit>) -> Vec<TextEdit> {
        edits.into_iter().map(|edit| convert::text_edit(self.source(), edit, self.session.encoding)).collect()
    }

    /// Whether the client carries out a command, such as `signal.run`.
    pub(crate) fn offers(&self, command: &str) -> bool {
        self.session.commands.contains(command)
    }
}

/// Asks about a text as it is now; `None`: it is not open here.
pub(super) async fn ask<T: Send + 'static>(
    shared: &Arc<Shared>,
    uri: &Uri,
    question: impl FnOnce(&Asked<'_>) -> Option<T> + Send + 'static,
) -> Result<Option<T>> {
    // Before anything is waited for: an edit that comes behind the question must not change what it is about.
    let Some(text) = shared.documents.text(uri) else { return Ok(None) };
    let (shared, options) = (Arc::clone(shared), shared.options());
    let answer = aside(move || {
        let session = shared.session();
        question(&Asked { text: &text, session, options, host: &*shared.host })
    });
    answer.await.map(Option::flatten)
}

/// Does work on another thread, so that reading goes on meanwhile. Work that nobody waits for any more when its turn comes is
/// left: then the answer is `None`, and nobody reads it.
pub(super) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<Option<T>> {
    let wanted = Wanted(Arc::new(AtomicBool::new(true)));
    let is_wanted = Arc::clone(&wanted.0);
    let done = tokio::task::spawn_blocking(move || is_wanted.load(Ordering::Relaxed).then(work)).await;
    done.map_err(|_| fault())
}

/// Says, when it is dropped, that nobody waits any more.
struct Wanted(Arc<AtomicBool>);

impl Drop for Wanted {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}
