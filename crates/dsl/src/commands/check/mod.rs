//! `dsl check`: findings of scripts and of the settings files above them, and what is done about them.

mod changes;
mod suppress;
mod watch;

use std::collections::HashSet;

use jiff::civil::Date;
use signal_analysis::Suppressed;
use signal_project::Flags;
use signal_text::{Diagnostic, Severity, Source, Span};

use self::changes::{Changed, Changes, Output};
use super::in_order::in_order;
use super::report::{Checked, Manner, Report};
use crate::args::{CheckArguments, FindingFormat, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{self, Place};
use crate::output::Console;
use crate::project::{self, Project, Projects};
use crate::render::findings::{Allowed, findings};
use crate::replace;
use crate::today::today;

/// Runs the command.
pub(crate) fn run(arguments: &CheckArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    match arguments.watch {
        Some(method) => watch::watch(method, arguments, global, console, |console| once(arguments, global, console)),
        None => once(arguments, global, console),
    }
}

/// Checks all paths.
fn once(arguments: &CheckArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    let changes = Changes::wanted(arguments, console.color)?;
    let places = input::many(&arguments.paths, arguments.stdin_filename.as_deref())?;
    let flags = project::flags(&arguments.settings)?;
    let mut projects = Projects::around(&places, global.config.as_deref())?;
    let mut settings = Settings::default();
    if let Some(changes) = &changes {
        if changes.output == Output::Files {
            projects.folders().for_each(|folder| replace::tidy(&folder));
        }
        settings.mend(changes, &projects);
        if settings.changed.files > 0 && changes.output == Output::Files {
            projects = Projects::around(&places, global.config.as_deref())?;
        }
    }
    let check = Check {
        places: &places,
        projects: &projects,
        flags: &flags,
        today: today(),
        fail_on: arguments.fail_on.map(Severity::from),
        changes: changes.as_ref(),
    };
    match &changes {
        Some(changes) if matches!(changes.output, Output::Diff { .. }) => {
            Ok(check.show_changes(changes, settings, console))
        }
        Some(changes) if changes.output == Output::Stdout => {
            Ok(check.print_mended(changes, settings, arguments.output_format, console))
        }
        _ => Ok(check.report(settings, arguments.output_format, console)),
    }
}

/// A check of scripts under their projects.
struct Check<'a> {
    places: &'a [Place],
    projects: &'a Projects,
    flags: &'a Flags,
    today: Date,
    /// `--fail-on`.
    fail_on: Option<Severity>,
    changes: Option<&'a Changes>,
}

/// What was done to settings files.
#[derive(Default)]
struct Settings {
    changed: Changed,
    /// Files that could not be written.
    faults: Vec<(Source, Diagnostic)>,
}

/// What one script came to.
#[derive(Default)]
struct Outcome {
    source: Source,
    found: Vec<Diagnostic>,
    suppressed: Vec<Suppressed>,
    /// Findings in the settings file that only show beside this script's own settings.
    conflicts: Vec<Diagnostic>,
    changed: Changed,
    /// It could not be read or written.
    fault: bool,
}

impl Settings {
    fn mend(&mut self, changes: &Changes, projects: &Projects) {
        for (file, project) in projects.files() {
            let (changed, fault) = changes.settings(file, project);
            self.changed.merge(changed);
            self.faults.extend(project.source.clone().zip(fault));
        }
    }
}

impl Check<'_> {
    /// Writes the findings in the form that was asked for.
    fn report(&self, settings: Settings, format: FindingFormat, console: &mut Console) -> Exit {
        let manner = Manner::new(format, console.color);
        let first = self.projects.all().next().map(|project| project.catalog.stamp());
        let mut report = Report::begin(console, &manner, first.unwrap_or_default());
        for (source, fault) in &settings.faults {
            report.add(&manner.judged(source, None, std::slice::from_ref(fault), &[], Severity::Error));
        }
        for project in self.projects.all() {
            if let Some(settings) = &project.source
                && !project.diagnostics.is_empty()
            {
                report.add(&manner.judged(settings, None, &project.diagnostics, &[], Severity::Error));
            }
        }
        let work = |at: usize| {
            let outcome = self.projects.of(&self.places[at]).map(|project| {
                let outcome = self.outcome(&self.places[at], project);
                (self.judged(&outcome, project, &manner), outcome.changed, outcome.conflicts)
            });
            (at, outcome.unwrap_or_default())
        };
        let mut total = settings.changed;
        let mut told = HashSet::new();
        in_order(self.places.len(), input::threads(), work, |(at, (checked, changed, conflicts))| {
            total.merge(changed);
            let goes_on = report.add(&checked);
            self.add_conflicts(&self.places[at], conflicts, &mut told, &manner, &mut report);
            goes_on
        });
        report.end(&self.projects.fetched());
        let fails = report.fails;
        self.tell(&total, console);
        self.exit(fails)
    }

    /// Adds what clashes in a settings file with a script's own settings, once for all scripts that it clashes with.
    fn add_conflicts<'p>(
        &'p self,
        place: &Place,
        mut conflicts: Vec<Diagnostic>,
        told: &mut HashSet<(&'p str, Span, String)>,
        manner: &Manner,
        report: &mut Report<'_>,
    ) {
        if conflicts.is_empty() {
            return;
        }
        let Some(project) = self.projects.of(place) else { return };
        let Some(settings) = &project.source else { return };
        conflicts.retain(|finding| told.insert((settings.name(), finding.span, finding.message.clone())));
        if !conflicts.is_empty() {
            report.add(&manner.judged(settings, Some(&place.name()), &conflicts, &[], self.fail_on(project)));
        }
    }

    /// The least severity that makes the command fail.
    fn fail_on(&self, project: &Project) -> Severity {
        self.fail_on.or(project.fail_on).unwrap_or(Severity::Error)
    }

    /// Writes what would be changed, and nothing else, to stdout.
    fn show_changes(&self, changes: &Changes, settings: Settings, console: &mut Console) -> Exit {
        let mut total = settings.changed;
        console.result(&std::mem::take(&mut total.diff));
        self.tell_settings(console);
        let mut fails = false;
        let work = |at: usize| {
            let outcome = self.projects.of(&self.places[at]).map(|project| self.outcome(&self.places[at], project));
            outcome.unwrap_or_default()
        };
        in_order(self.places.len(), input::threads(), work, |mut outcome: Outcome| {
            if outcome.fault {
                fails = true;
                let text = findings(&outcome.source, &outcome.found, FindingFormat::Full, console.color_talk);
                console.say(text.trim_end());
            }
            console.result(&std::mem::take(&mut outcome.changed.diff));
            total.merge(outcome.changed);
            !console.is_closed()
        });
        for line in changes.told(&total) {
            console.talk(&line);
        }
        self.exit(fails || total.files > 0)
    }

    /// Writes the mended script to stdout, and what is left to stderr.
    fn print_mended(
        &self,
        changes: &Changes,
        settings: Settings,
        format: FindingFormat,
        console: &mut Console,
    ) -> Exit {
        self.tell_settings(console);
        let mut total = settings.changed;
        let mut fails = false;
        for place in self.places {
            let Some(project) = self.projects.of(place) else { continue };
            let outcome = self.outcome(place, project);
            if !outcome.fault {
                console.result(outcome.source.text());
            }
            let fail_on = self.fail_on(project);
            fails |= outcome.found.iter().chain(&outcome.conflicts).any(|finding| finding.severity >= fail_on);
            if !outcome.found.is_empty() {
                let text = findings(&outcome.source, &outcome.found, format, console.color_talk);
                console.talk(text.trim_end());
            }
            if let Some(settings) = project.source.as_ref().filter(|_| !outcome.conflicts.is_empty()) {
                let text = findings(settings, &outcome.conflicts, format, console.color_talk);
                console.talk(text.trim_end());
            }
            total.merge(outcome.changed);
        }
        for line in changes.told(&total) {
            console.talk(&line);
        }
        self.exit(fails)
    }

    /// Says what is wrong in the settings files, where stdout is for something else.
    fn tell_settings(&self, console: &mut Console) {
        for project in self.projects.all() {
            if let Some(source) = project.source.as_ref().filter(|_| !project.diagnostics.is_empty()) {
                let text = findings(source, &project.diagnostics, FindingFormat::Full, console.color_talk);
                console.talk(text.trim_end());
            }
        }
    }

    /// Says what was changed.
    fn tell(&self, changed: &Changed, console: &mut Console) {
        for line in self.changes.iter().flat_map(|changes| changes.told(changed)) {
            console.talk(&line);
        }
    }

    /// How the command ends; wrong settings outweigh what was found under them.
    fn exit(&self, fails: bool) -> Exit {
        match (self.is_misconfigured(), fails) {
            (true, _) => Exit::Usage,
            (false, true) => Exit::Findings,
            (false, false) => Exit::Done,
        }
    }

    /// Whether a settings file holds an error.
    fn is_misconfigured(&self) -> bool {
        let mut found = self.projects.all().flat_map(|project| &project.diagnostics);
        found.any(|finding| finding.severity == Severity::Error)
    }

    /// Checks one script, and changes it where that was asked for.
    fn outcome(&self, place: &Place, project: &Project) -> Outcome {
        let script = match input::read(place) {
            Ok(script) => script,
            Err(failure) => {
                let mut finding =
                    Diagnostic::new("unreadable-file", Severity::Error, Span::empty(0), failure.message.clone());
                finding.help = failure.suggestion;
                // A file that can't be read is a finding too, so that the others are still checked.
                let source = Source::new(place.name(), "");
                return Outcome { source, found: vec![finding], fault: true, ..Outcome::default() };
            }
        };
        if let Some(fault) = script.fault {
            return Outcome { source: script.source, found: vec![fault], fault: true, ..Outcome::default() };
        }
        let outcome = self.looked_at(script.source, project);
        match self.changes {
            Some(changes) => self.changed(place, outcome, project, changes),
            None => outcome,
        }
    }

    fn looked_at(&self, source: Source, project: &Project) -> Outcome {
        let mut outcome = Outcome::default();
        project::analysis(&source, project, self.flags, Some(self.today), |analysis| {
            let resolved = analysis.facts.resolved;
            outcome.found = project::clashes(resolved).chain(analysis.diagnostics.iter().cloned()).collect();
            outcome.suppressed.clone_from(&analysis.suppressed);
            outcome.conflicts = project::conflicts(project, resolved);
        });
        outcome.source = source;
        outcome
    }

    fn changed(&self, place: &Place, mut before: Outcome, project: &Project, changes: &Changes) -> Outcome {
        let mut changed = Changed::default();
        let look = |source: &Source, read: &mut dyn FnMut(&signal_analysis::Analysis<'_>)| {
            project::analysis(source, project, self.flags, Some(self.today), |analysis| read(analysis));
        };
        let mut after = match changes.script(place, &before.source, &before.found, &look, &mut changed) {
            Ok(Some(source)) => self.looked_at(source, project),
            Ok(None) => before,
            Err(fault) => {
                before.found.insert(0, *fault);
                before.fault = true;
                before
            }
        };
        changes.count_left(&after.found, &mut changed);
        after.changed = changed;
        after
    }

    fn judged(&self, outcome: &Outcome, project: &Project, manner: &Manner) -> Checked {
        let allowed = outcome
            .suppressed
            .iter()
            .map(|one| Allowed { finding: &one.diagnostic, reason: one.reason.as_deref() })
            .collect::<Vec<_>>();
        manner.judged(&outcome.source, None, &outcome.found, &allowed, self.fail_on(project))
    }
}
