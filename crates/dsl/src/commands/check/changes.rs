//! What `--fix`, `--diff` and `--add-suppressions` do to a file, and what is said of it.

use std::collections::BTreeMap;
use std::path::Path;

use signal_analysis::Analysis;
use signal_project::Config;
use signal_syntax::parse;
use signal_text::{Diagnostic, Judge, Severity, Source, Span, Which, mend};

use super::suppress::suppress;
use crate::args::{CheckArguments, FindingFormat};
use crate::failure::Failure;
use crate::input::Place;
use crate::project::Project;
use crate::render::{diff, number};
use crate::replace::replace;

/// Hands the analysis of a text to a closure.
pub(super) type Look<'a> = &'a dyn Fn(&Source, &mut dyn FnMut(&Analysis<'_>));

/// What is to be changed.
#[derive(Debug)]
pub(super) struct Changes {
    fixes: Option<Which>,
    /// Whether findings are to be allowed by comments, and the reason to give, which may be empty.
    suppress: Option<String>,
    pub(super) output: Output,
}

/// Where changed texts go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// Into the files.
    Files,
    /// The one script, which came from standard input, to stdout.
    Stdout,
    /// Nowhere: the differences are shown on stdout.
    Diff {
        /// Whether they are coloured.
        color: bool,
    },
}

/// What was changed in files, or would be.
#[derive(Debug, Default)]
pub(super) struct Changed {
    fixed: BTreeMap<String, u64>,
    /// Findings that comments allow now.
    allowed: u64,
    pub(super) files: u64,
    /// Findings whose fixes are all unsafe and were not asked for.
    unsafe_left: u64,
    /// The differences.
    pub(super) diff: String,
}

impl Changes {
    /// What the flags ask for; `None`: nothing.
    ///
    /// # Errors
    /// Flags that make no sense together.
    pub(super) fn wanted(arguments: &CheckArguments, color: bool) -> Result<Option<Self>, Failure> {
        let CheckArguments { fix, diff, unsafe_fixes, add_suppressions, output_format, paths, .. } = arguments;
        let fixes = *fix || (*diff && add_suppressions.is_none());
        if *unsafe_fixes && !fixes {
            return Err(Failure::usage("`--unsafe` says which fixes are applied, and none are asked for")
                .suggest("add `--fix`, or `--diff` to see them first"));
        }
        if !fixes && add_suppressions.is_none() {
            return Ok(None);
        }
        let stdin = paths.iter().any(|path| path == Path::new("-"));
        let for_people = matches!(output_format, FindingFormat::Full | FindingFormat::Concise);
        let output = match (diff, stdin) {
            (true, _) => Output::Diff { color },
            (false, false) => Output::Files,
            (false, true) if paths.len() > 1 => {
                return Err(Failure::usage("with `--fix`, `-` stands alone: the mended script goes to stdout")
                    .suggest("fix the files by a command of their own"));
            }
            (false, true) if !for_people => {
                return Err(Failure::usage("stdout holds the mended script of `-`, so findings can't go there")
                    .suggest("leave out `--output-format`: findings are told on stderr"));
            }
            (false, true) => Output::Stdout,
        };
        let which = if *unsafe_fixes { Which::All } else { Which::Safe };
        Ok(Some(Self { fixes: fixes.then_some(which), suppress: add_suppressions.clone(), output }))
    }

    /// Mends a settings file.
    pub(super) fn settings(&self, file: &Path, project: &Project) -> (Changed, Option<Diagnostic>) {
        let mut changed = Changed::default();
        let (Some(which), Some(source), Some(_)) = (self.fixes, &project.source, &project.config) else {
            return (changed, None);
        };
        if !project.diagnostics.iter().any(|finding| which.of(finding).is_some()) {
            return (changed, None);
        }
        let judge = Judge {
            findings: |source: &Source| Project::new(source.clone(), None).diagnostics,
            broken: Config::syntax_errors,
        };
        let mended = mend(source.clone(), |finding| which.of(finding), &judge);
        changed.fixed = mended.fixed;
        let fault = self.put(&Place::File(file.to_owned()), source, &mended.source, &mut changed);
        (changed, fault)
    }

    /// Changes a script in which something was found; returns its new text, or why it keeps the old one.
    pub(super) fn script(
        &self,
        place: &Place,
        source: &Source,
        found: &[Diagnostic],
        look: Look<'_>,
        changed: &mut Changed,
    ) -> Result<Option<Source>, Box<Diagnostic>> {
        let mut after = source.clone();
        if let Some(which) = self.fixes
            && found.iter().any(|finding| which.of(finding).is_some())
        {
            let findings = |source: &Source| {
                let mut found = Vec::new();
                look(source, &mut |analysis| found.clone_from(&analysis.diagnostics));
                found
            };
            let is_error = |finding: &&Diagnostic| finding.code == "syntax-error";
            let broken = |source: &Source| parse(source).diagnostics.iter().filter(is_error).count();
            let mended = mend(after, |finding| which.of(finding), &Judge { findings, broken });
            (after, changed.fixed) = (mended.source, mended.fixed);
        }
        if let Some(reason) = &self.suppress
            && !found.is_empty()
        {
            let allowing = suppress(after, Some(reason), look);
            (after, changed.allowed) = (allowing.source, allowing.allowed);
        }
        match self.put(place, source, &after, changed) {
            Some(fault) => Err(Box::new(fault)),
            None => Ok((after.text() != source.text()).then_some(after)),
        }
    }

    /// Counts what is left for `--unsafe`.
    pub(super) fn count_left(&self, found: &[Diagnostic], changed: &mut Changed) {
        if self.fixes == Some(Which::Safe) {
            let left = found.iter().filter(|finding| !finding.fixes.is_empty() && Which::Safe.of(finding).is_none());
            changed.unsafe_left = left.count() as u64;
        }
    }

    /// Writes or shows a changed text; returns what came in between.
    fn put(&self, place: &Place, before: &Source, after: &Source, changed: &mut Changed) -> Option<Diagnostic> {
        if before.text() == after.text() {
            return None;
        }
        match (self.output, place) {
            (Output::Diff { color }, _) => {
                changed.diff = diff::unified(before.name(), before.text(), after.text(), color);
            }
            (Output::Files, Place::File(path)) => {
                if let Err(reason) = replace(path, before.text(), after.text()) {
                    *changed = Changed::default();
                    let fault = Diagnostic::new("unwritable-file", Severity::Error, Span::empty(0), reason.message);
                    return Some(fault.help(reason.help));
                }
            }
            _ => {}
        }
        changed.files = 1;
        None
    }

    /// What was done, a sentence a line.
    pub(super) fn told(&self, changed: &Changed) -> Vec<String> {
        let would = matches!(self.output, Output::Diff { .. });
        let files = number::count(changed.files, "file");
        let mut lines = Vec::new();
        let fixed: u64 = changed.fixed.values().sum();
        if fixed > 0 {
            let verb = if would { "would fix" } else { "fixed" };
            let rules: Vec<String> =
                changed.fixed.iter().map(|(rule, count)| format!("{} {rule}", number::whole(*count))).collect();
            lines.push(format!("{verb} {} in {files}: {}", number::count(fixed, "finding"), rules.join(", ")));
        }
        if changed.allowed > 0 {
            let verb = if would { "would allow" } else { "allowed" };
            lines.push(format!("{verb} {} in {files} by comments", number::count(changed.allowed, "finding")));
        }
        if would && changed.files == 0 {
            lines.push("there is nothing to change".to_owned());
        }
        if changed.unsafe_left > 0 {
            let (has, it) = if changed.unsafe_left == 1 { ("has", "it") } else { ("have", "them") };
            let findings = number::count(changed.unsafe_left, "finding");
            lines.push(format!("{findings} {has} a fix that may change what a script means: `--unsafe` applies {it}"));
        }
        lines
    }
}

impl Changed {
    /// Both together.
    pub(super) fn merge(&mut self, other: Self) {
        for (rule, count) in other.fixed {
            *self.fixed.entry(rule).or_default() += count;
        }
        self.allowed += other.allowed;
        self.files += other.files;
        self.unsafe_left += other.unsafe_left;
        self.diff.push_str(&other.diff);
    }
}
