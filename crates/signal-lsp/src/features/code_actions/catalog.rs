//! Fetching and pinning the service's list of names, where the list at hand may be too short.

use signal_catalog::Origin;

use super::{Action, Command, Does, Kind, Wanted};
use crate::snapshot::Snapshot;

/// Rules about names that a fuller list may hold.
const ABOUT_NAMES: [&str; 5] =
    ["undefined-name", "unknown-function", "unknown-output", "unknown-parameter", "unknown-variable"];

/// For names that the bundled list lacks.
pub(super) fn for_findings(snapshot: &Snapshot, wanted: &Wanted<'_>, actions: &mut Vec<Action>) {
    if snapshot.project().catalog().origin() != Origin::Bundled {
        return;
    }
    let findings = snapshot.findings().diagnostics.iter().enumerate();
    let about = findings.filter(|(_, finding)| wanted.concerns(finding.span) && ABOUT_NAMES.contains(&&*finding.code));
    let about: Vec<usize> = about.map(|(at, _)| at).collect();
    if !about.is_empty() {
        offer(snapshot, wanted, Kind::QuickFix, &about, actions);
    }
}

/// On the script's first line.
pub(super) fn for_file(snapshot: &Snapshot, wanted: &Wanted<'_>, actions: &mut Vec<Action>) {
    let lines = snapshot.source().lines();
    let is_there = actions.iter().any(|action| matches!(action.does, Does::Command(Command::PullCatalog { .. })));
    if lines.line(wanted.span.start) == 0 && !is_there {
        offer(snapshot, wanted, Kind::Source, &[], actions);
    }
}

fn offer(snapshot: &Snapshot, wanted: &Wanted<'_>, kind: Kind, settles: &[usize], actions: &mut Vec<Action>) {
    let mut one = |title: &str, lock: bool| {
        let command = Command::PullCatalog { lock };
        if wanted.can(&command) {
            actions.push(Action::new(kind, title, Does::Command(command)).settling(settles.iter().copied()));
        }
    };
    one("Pull the service's catalog", false);
    // Without a settings file there is no project to pin it in.
    if snapshot.project().settings.is_some() {
        one("Pin the service's catalog in this project", true);
    }
}
