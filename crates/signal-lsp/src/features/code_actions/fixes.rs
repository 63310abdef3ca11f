//! The fixes that findings bring with them: one, all of a rule, all that are safe.

use std::collections::HashMap;

use signal_analysis::rule;
use signal_project::Config;
use signal_text::{Diagnostic, Edit, Judge, Source, Which, mend};

use super::{Action, Command, Does, Kind, Task, Wanted, place, syntax_errors};
use crate::snapshot::Snapshot;

/// Every fix of what was found at a place, and for rules that found more than that, all of theirs.
pub(super) fn at_place(source: &Source, findings: &[Diagnostic], wanted: &Wanted<'_>, actions: &mut Vec<Action>) {
    let mut rules: Vec<&str> = Vec::new();
    let here = || findings.iter().enumerate().filter(|(_, finding)| wanted.concerns(finding.span));
    for (at, finding) in here() {
        let mut safe = finding.fixes.iter().filter(|fix| fix.safe);
        let only_safe = safe.next().filter(|_| safe.next().is_none());
        for fix in &finding.fixes {
            let action = Action::new(Kind::QuickFix, capitalized(&fix.title), Does::Edits(fix.edits.clone()));
            let preferred = only_safe.is_some_and(|only| std::ptr::eq(only, fix));
            actions.push(Action { preferred, ..action }.settling([at]));
        }
        if !finding.fixes.is_empty() && !rules.contains(&&*finding.code) {
            rules.push(&finding.code);
        }
    }
    tell_apart(source, findings, actions);
    for rule in rules {
        let all =
            || findings.iter().enumerate().filter(|(_, finding)| finding.code == rule && !finding.fixes.is_empty());
        let count = all().count();
        if count > 1 {
            let title = format!("Fix all {count} findings of `{rule}` in this file");
            let task = Does::Later(Task::FixRule(rule.to_owned()));
            actions.push(Action::new(Kind::QuickFix, title, task).settling(all().map(|(at, _)| at)));
        }
    }
}

/// Names the lines of fixes that are called the same: a selection may hold several findings of a sort.
fn tell_apart(source: &Source, findings: &[Diagnostic], actions: &mut [Action]) {
    let mut count: HashMap<String, usize> = HashMap::new();
    for action in actions.iter() {
        *count.entry(action.title.clone()).or_default() += 1;
    }
    for action in actions.iter_mut().filter(|action| count.get(&action.title).is_some_and(|count| *count > 1)) {
        if let Some(finding) = action.settles.first().and_then(|at| findings.get(*at)) {
            action.title = format!("{} on line {}", action.title, source.line_column(finding.span.start).line);
        }
    }
}

/// What each rule that found something at a place is about.
pub(super) fn explanations(findings: &[Diagnostic], wanted: &Wanted<'_>, actions: &mut Vec<Action>) {
    let mut told: Vec<&str> = Vec::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| wanted.concerns(finding.span)) {
        let command = Command::Explain { rule: finding.code.to_string() };
        if wanted.can(&command) && rule(&finding.code).is_some() && !told.contains(&&*finding.code) {
            told.push(&finding.code);
            let title = format!("Explain `{}`", finding.code);
            actions.push(Action::new(Kind::QuickFix, title, Does::Command(command)).settling([at]));
        }
    }
}

/// All safe fixes of a file.
pub(super) fn whole_file(findings: &[Diagnostic], actions: &mut Vec<Action>) {
    let safe = || findings.iter().enumerate().filter(|(_, finding)| Which::Safe.of(finding).is_some());
    if safe().next().is_some() {
        let action = Action::new(Kind::FixAll, "Apply all safe fixes in this file", Does::Later(Task::FixAll));
        actions.push(action.settling(safe().map(|(at, _)| at)));
    }
}

/// The edits that `dsl check --fix` would make: all safe fixes, or those of one rule, round by round until none is left.
pub(super) fn fix_all(snapshot: &Snapshot, rule: Option<&str>) -> Option<Vec<Edit>> {
    let judge = Judge {
        findings: |source: &Source| snapshot.with_text(source.text()).findings().diagnostics.clone(),
        broken: |source: &Source| syntax_errors(&signal_syntax::parse(source).diagnostics),
    };
    let which = if rule.is_some() { Which::All } else { Which::Safe };
    let is_meant = |finding: &Diagnostic| rule.is_none_or(|rule| finding.code == rule);
    let source = snapshot.source();
    let mended = mend(source.clone(), |finding| which.of(finding).filter(|_| is_meant(finding)), &judge);
    place::changed_lines(source.text(), mended.source.text())
}

/// What can be done about the findings of a settings file.
pub(crate) fn settings_actions(settings: &Source, findings: &[Diagnostic], wanted: &Wanted<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    if wanted.wants(Kind::QuickFix) {
        at_place(settings, findings, wanted, &mut actions);
        // All of one rule would need the rules of scripts; all that are safe are a click away.
        actions.retain(|action| matches!(action.does, Does::Edits(_)));
        explanations(findings, wanted, &mut actions);
    }
    if wanted.wants(Kind::FixAll) {
        whole_file(findings, &mut actions);
    }
    actions
}

/// The edits of all safe fixes of a settings file. `check` says what is wrong with one.
pub(crate) fn fix_all_settings(settings: &Source, check: impl Fn(&Source) -> Vec<Diagnostic>) -> Option<Vec<Edit>> {
    let judge = Judge { findings: check, broken: Config::syntax_errors };
    let mended = mend(settings.clone(), |finding| Which::Safe.of(finding), &judge);
    place::changed_lines(settings.text(), mended.source.text())
}

fn capitalized(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
