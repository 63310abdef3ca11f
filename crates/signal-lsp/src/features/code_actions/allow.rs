//! Comments that allow what was found, with a reason to be filled in.

use signal_analysis::{SuppressionScope, harmless_comments, suppression_edits};
use signal_text::{Edit, Span};

use super::{Action, Does, Kind, Task, Wanted};
use crate::snapshot::Snapshot;

/// Where the author's words go.
const REASON: &str = "reason";

/// Allowing each rule that found something at a place, there or in the whole file.
pub(super) fn actions(snapshot: &Snapshot, wanted: &Wanted<'_>, actions: &mut Vec<Action>) {
    let findings = snapshot.findings().diagnostics.iter().enumerate();
    let mut told: Vec<&str> = Vec::new();
    for (at, finding) in findings.filter(|(_, finding)| wanted.concerns(finding.span)) {
        if told.contains(&&*finding.code) {
            continue;
        }
        told.push(&finding.code);
        for (whole_file, place) in [(false, "on this line"), (true, "in this file")] {
            let task = Task::Allow { rule: finding.code.to_string(), at: finding.span, whole_file };
            let scope = if whole_file { SuppressionScope::File } else { SuppressionScope::Statement };
            if !comments(snapshot, &finding.code, finding.span, scope).is_empty() {
                let title = format!("Allow `{}` {place}, with a reason", finding.code);
                actions.push(Action::new(Kind::QuickFix, title, Does::Later(task)).settling([at]));
            }
        }
    }
}

fn comments(snapshot: &Snapshot, rule: &str, at: Span, scope: SuppressionScope) -> Vec<Edit> {
    let mut findings = snapshot.findings().diagnostics.iter();
    let finding = findings.find(|finding| finding.code == rule && finding.span == at);
    let finding = finding.map_or(&[][..], std::slice::from_ref);
    suppression_edits(snapshot.source(), snapshot.tree(), finding, Some(REASON), scope)
}

/// The comment, if the script stays what it is with it.
pub(super) fn edits(snapshot: &Snapshot, rule: &str, at: Span, scope: SuppressionScope) -> Option<Vec<Edit>> {
    let edits = harmless_comments(snapshot.source(), &comments(snapshot, rule, at, scope));
    (!edits.is_empty()).then_some(edits)
}
