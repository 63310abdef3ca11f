//! Growing selections in the protocol's words.

use signal_text::Span;
use tower_lsp::ls_types::SelectionRange;

use crate::server::Asked;

/// The steps from the innermost on; never none.
pub(crate) fn selection_range(asked: &Asked<'_>, steps: &[Span]) -> Option<SelectionRange> {
    steps
        .iter()
        .rev()
        .fold(None, |parent, step| Some(SelectionRange { range: asked.range(*step), parent: parent.map(Box::new) }))
}
