//! `--add-suppressions`: comments that allow whatever is left, so that a project can begin with a clean check.

use signal_analysis::{SuppressionScope, suppression_edits};
use signal_syntax::{Token, parse, tokens};
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
    let after = |edits: &[Edit]| Some(Source::new(source.name(), apply_edits(source.text(), edits).ok()?));
    if edits.is_empty() {
        return None;
    }
    let all = after(edits)?;
    if is_same_script(source, &all) {
        return Some(all);
    }
    let good: Vec<Edit> = edits
        .iter()
        .filter(|edit| after(std::slice::from_ref(edit)).is_some_and(|after| is_same_script(source, &after)))
        .cloned()
        .collect();
    after(&good).filter(|after| !good.is_empty() && is_same_script(source, after))
}

/// Whether two texts differ in comments and line ends only, and fall into the same statements.
fn is_same_script(a: &Source, b: &Source) -> bool {
    let is_word = |token: &Token| !matches!(token, Token::Comment | Token::LineEnd | Token::Continuation);
    let words = |source: &Source| {
        let all = tokens(source).into_iter().filter(|(token, _)| is_word(token));
        all.map(|(token, span)| (token, source.slice(span).to_owned())).collect::<Vec<_>>()
    };
    let statements = |source: &Source| parse(source).tree.statements().len();
    words(a) == words(b) && statements(a) == statements(b)
}
