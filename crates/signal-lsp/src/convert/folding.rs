//! Folds in the protocol's words.

use tower_lsp::ls_types::{FoldingRange, FoldingRangeKind};

use crate::features::folding::{Fold, FoldKind};

/// Lines that fold.
pub(crate) fn folding_range(fold: &Fold) -> FoldingRange {
    FoldingRange {
        start_line: fold.first,
        end_line: fold.last,
        kind: match fold.kind {
            FoldKind::Comment => Some(FoldingRangeKind::Comment),
            FoldKind::Section => Some(FoldingRangeKind::Region),
            FoldKind::Code | FoldKind::Settings => None,
        },
        ..FoldingRange::default()
    }
}
