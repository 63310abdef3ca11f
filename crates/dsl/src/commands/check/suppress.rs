//! `--add-suppressions`: comments that allow whatever is left, so that a project can begin with a clean check.

use signal_analysis::{SuppressionScope, harmless_comments, suppression_edits};
use signal_text::{Diagnostic, Edit, Fix, Judge, Source, apply_edits, mend};

use super::changes::Look;

/// A script with its comments, and how many findings they allow.
pub(super) struct Allowing {
    pub(super) source: Source,
    pub(super) allowed: u64,
}

/// Adds the comments. `analysed` gives its closure the analysis of a text.
pub(super) fn suppress(source: Source, reason: Option<&str>, look: Look<'_>) -> Allowing {
    let count = |source: &Source| {
        let mut count = 0;
        look(source, &mut |analysis| count = analysis.diagnostics.len());
        count
    };
    let before = count(&source);
    let mut source = without_idle(source, look);
    // A comment that moves a line can bring what stands on it to light once more; the file's head comes last.
    for scope in [SuppressionScope::Statement, SuppressionScope::Statement, SuppressionScope::File] {
        let mut edits = Vec::new();
        look(&source, &mut |analysis| {
            edits = suppression_edits(&source, analysis.facts.tree(), &analysis.diagnostics, reason, scope);
        });
        if let Some(after) = with_comments(&source, &edits) {
            source = after;
        }
    }
    // One comment may have turned out to speak for what another was written for.
    let source = without_idle(source, look);
    let allowed = before.saturating_sub(count(&source)) as u64;
    Allowing { source, allowed }
}

/// The script without comments that allow nothing, and with the others spelt right: there is nothing to allow in those.
fn without_idle(source: Source, look: Look<'_>) -> Source {
    let findings = |source: &Source| {
        let mut found = Vec::new();
        look(source, &mut |analysis| found.clone_from(&analysis.diagnostics));
        found
    };
    let wanted =
        |finding: &Diagnostic| -> bool { matches!(&*finding.code, "suppression-not-used" | "malformed-suppression") };
    fn safe(finding: &Diagnostic) -> Option<&Fix> {
        finding.fixes.iter().find(|fix| fix.safe)
    }
    mend(source, |finding| safe(finding).filter(|_| wanted(finding)), &Judge { findings, broken: |_: &Source| 0 })
        .source
}

/// The script with those comments that leave it what it is; `None` where there are none.
fn with_comments(source: &Source, edits: &[Edit]) -> Option<Source> {
    let harmless = harmless_comments(source, edits);
    let text = apply_edits(source.text(), &harmless).ok().filter(|_| !harmless.is_empty())?;
    Some(Source::new(source.name(), text))
}
