//! Colours on their way to the client: what was sent of each text last, so that only what changed is sent again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tower_lsp::ls_types::{
    SemanticToken, SemanticTokens, SemanticTokensDelta, SemanticTokensFullDeltaResult, SemanticTokensFullOptions,
    SemanticTokensOptions, SemanticTokensServerCapabilities, Uri,
};

use super::Asked;
use crate::convert::semantic_tokens::{delta, legend, semantic_tokens};
use crate::features::semantic_tokens;

/// What was sent last, by text.
#[derive(Debug, Default)]
pub(crate) struct Colors(Mutex<HashMap<Uri, Sent>>);

#[derive(Clone, Debug)]
struct Sent {
    id: String,
    tokens: Arc<Vec<SemanticToken>>,
}

impl Colors {
    /// All words of a text.
    pub(super) fn full(&self, asked: &Asked<'_>) -> SemanticTokens {
        let tokens = Arc::new(tokens(asked));
        let id = self.keep(asked, &tokens);
        SemanticTokens { result_id: Some(id), data: tokens.to_vec() }
    }

    /// What changed of them since an answer; all of them where that was not the last one.
    pub(super) fn since(&self, asked: &Asked<'_>, previous: &str) -> SemanticTokensFullDeltaResult {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(asked.uri()).cloned();
        let Some(known) = known.filter(|known| known.id == previous) else { return self.full(asked).into() };
        let tokens = Arc::new(tokens(asked));
        let edits = delta(&known.tokens, &tokens).into_iter().collect();
        SemanticTokensDelta { result_id: Some(self.keep(asked, &tokens)), edits }.into()
    }

    /// Forgets a text that was closed.
    pub(super) fn forget(&self, uri: &Uri) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(uri);
    }

    /// Keeps what is sent. The number of the state of the text is its name: no two have the same.
    fn keep(&self, asked: &Asked<'_>, tokens: &Arc<Vec<SemanticToken>>) -> String {
        let id = asked.text.generation.to_string();
        let sent = Sent { id: id.clone(), tokens: Arc::clone(tokens) };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(asked.uri().clone(), sent);
        id
    }
}

/// The words that a range touches.
pub(super) fn in_range(asked: &Asked<'_>, range: tower_lsp::ls_types::Range) -> SemanticTokens {
    let words = semantic_tokens::semantic_tokens(asked.snapshot(), Some(asked.span(range)));
    SemanticTokens { result_id: None, data: semantic_tokens(asked.source(), &words, asked.session.encoding) }
}

fn tokens(asked: &Asked<'_>) -> Vec<SemanticToken> {
    let words = semantic_tokens::semantic_tokens(asked.snapshot(), None);
    semantic_tokens(asked.source(), &words, asked.session.encoding)
}

/// What the server says it has.
pub(super) fn provider() -> SemanticTokensServerCapabilities {
    let full = Some(SemanticTokensFullOptions::Delta { delta: Some(true) });
    SemanticTokensOptions { legend: legend(), range: Some(true), full, ..SemanticTokensOptions::default() }.into()
}
