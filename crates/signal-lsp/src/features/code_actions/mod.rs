//! What can be done at a place: mend what was found, allow it, rewrite an expression, set what a run needs.
//!
//! Two steps, as editors take them: [`code_actions`] says what there is each time the cursor moves, so it must be quick;
//! [`carry_out`] works out the edits of the one that was picked.

mod allow;
mod catalog;
mod comparison;
mod directives;
mod extract;
mod fixes;
mod inline;
mod naming;
mod place;
mod selection;
mod split;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use signal_analysis::SuppressionScope;
use signal_syntax::parse;
use signal_text::{Diagnostic, Edit, Source, Span, apply_edits};

use crate::snapshot::Snapshot;

pub(crate) use fixes::{fix_all_settings, settings_actions};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    /// The selection, or the cursor where it is empty.
    pub(crate) span: Span,
    /// Places of findings that are asked about by name, sorted: some editors ask about all of the cursor's line.
    pub(crate) findings: &'a [Span],
    /// Sorts of actions that are asked for, by the protocol's names; `None`: all.
    pub(crate) only: Option<&'a [String]>,
    /// Commands that the editor carries out.
    pub(crate) commands: &'a [String],
}

/// Something that can be done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Action {
    /// What it does, as an imperative.
    pub(crate) title: String,
    /// Its sort.
    pub(crate) kind: Kind,
    /// Whether it is the one thing that anybody would do about what was found.
    pub(crate) preferred: bool,
    /// What it settles, as indexes into the findings.
    pub(crate) settles: Vec<usize>,
    /// How it is done.
    pub(crate) does: Does,
}

/// How an action is done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Does {
    /// By these edits.
    Edits(Vec<Edit>),
    /// By edits that [`carry_out`] works out.
    Later(Task),
    /// By the editor.
    Command(Command),
}

/// An action whose edits are worked out when it is picked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Task {
    /// Applies every safe fix until none is left.
    FixAll,
    /// Applies the fixes of one rule until none is left.
    FixRule(String),
    /// Allows a rule by a comment at a place, or in the file.
    Allow {
        /// The rule.
        rule: String,
        /// The finding's place.
        at: Span,
        /// In the whole file.
        whole_file: bool,
    },
    /// Binds an expression to a name.
    Extract {
        /// Index of the expression.
        expression: usize,
        /// Wherever the same value is written, too.
        everywhere: bool,
    },
    /// Puts what a name stands for in place of it.
    Inline {
        /// Index of the definition.
        definition: usize,
    },
    /// Binds the parts of a condition to names.
    Split {
        /// Index of the outermost `and` or `or`.
        expression: usize,
    },
}

/// A command that the editor carries out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Shows what a rule finds and why.
    Explain {
        /// The rule.
        rule: String,
    },
    /// Fetches the service's list of names.
    PullCatalog {
        /// Keeps it in the project.
        lock: bool,
    },
}

impl Command {
    /// Its name in the protocol between this server and an editor.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Explain { .. } => "signal.explain",
            Self::PullCatalog { .. } => "signal.pullCatalog",
        }
    }
}

/// Sorts of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Mends what was found.
    QuickFix,
    /// Makes a name.
    Extract,
    /// Takes a name away.
    Inline,
    /// Writes the same otherwise.
    Rewrite,
    /// Mends a whole file.
    FixAll,
    /// Is about a whole file.
    Source,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Self; 6] =
        [Self::QuickFix, Self::Extract, Self::Inline, Self::Rewrite, Self::FixAll, Self::Source];

    /// Its name in the protocol.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::QuickFix => "quickfix",
            Self::Extract => "refactor.extract",
            Self::Inline => "refactor.inline",
            Self::Rewrite => "refactor.rewrite",
            Self::FixAll => "source.fixAll.signal",
            Self::Source => "source.signal",
        }
    }
}

impl Wanted<'_> {
    /// Whether actions of a sort are asked for.
    fn wants(&self, kind: Kind) -> bool {
        let is_part =
            |of: &str| kind.as_str().strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.only.is_none_or(|only| only.iter().any(|of| of.is_empty() || is_part(of)))
    }

    /// Whether the editor carries out a command.
    fn can(&self, command: &Command) -> bool {
        self.commands.iter().any(|name| name == command.name())
    }

    /// Whether a finding at a place is asked about.
    pub(crate) fn concerns(&self, place: Span) -> bool {
        let touches = place.start <= self.span.end && self.span.start <= place.end;
        touches || self.findings.binary_search(&place).is_ok()
    }
}

impl Action {
    fn new(kind: Kind, title: impl Into<String>, does: Does) -> Self {
        Self { title: title.into(), kind, preferred: false, settles: Vec::new(), does }
    }

    fn settling(mut self, findings: impl IntoIterator<Item = usize>) -> Self {
        self.settles = findings.into_iter().collect();
        self
    }
}

/// What can be done at a place of a script, the likeliest first.
pub(crate) fn code_actions(snapshot: &Snapshot, wanted: &Wanted<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    let findings = &snapshot.findings().diagnostics;
    if wanted.wants(Kind::QuickFix) {
        fixes::at_place(snapshot.source(), findings, wanted, &mut actions);
        catalog::for_findings(snapshot, wanted, &mut actions);
        allow::actions(snapshot, wanted, &mut actions);
        fixes::explanations(findings, wanted, &mut actions);
    }
    if wanted.wants(Kind::Extract) {
        extract::actions(snapshot, wanted.span, &mut actions);
        split::actions(snapshot, wanted.span, &mut actions);
    }
    if wanted.wants(Kind::Inline) {
        inline::actions(snapshot, wanted.span, &mut actions);
    }
    if wanted.wants(Kind::Rewrite) {
        extract::same_name(snapshot, wanted.span, &mut actions);
        comparison::actions(snapshot, wanted.span, &mut actions);
    }
    directives::actions(snapshot, wanted, &mut actions);
    if wanted.wants(Kind::Source) {
        catalog::for_file(snapshot, wanted, &mut actions);
    }
    if wanted.wants(Kind::FixAll) {
        fixes::whole_file(findings, &mut actions);
    }
    actions
}

/// The edits of an action that was picked; `None` where there is nothing to do, or where the script would break.
pub(crate) fn carry_out(snapshot: &Snapshot, task: &Task) -> Option<Vec<Edit>> {
    let edits = match task {
        Task::FixAll => return fixes::fix_all(snapshot, None),
        Task::FixRule(rule) => return fixes::fix_all(snapshot, Some(rule)),
        Task::Allow { rule, at, whole_file } => {
            let scope = if *whole_file { SuppressionScope::File } else { SuppressionScope::Statement };
            return allow::edits(snapshot, rule, *at, scope);
        }
        Task::Extract { expression, everywhere } => extract::edits(snapshot, *expression, *everywhere),
        Task::Inline { definition } => inline::edits(snapshot, *definition),
        Task::Split { expression } => split::edits(snapshot, *expression),
    }?;
    let after = apply_edits(snapshot.source().text(), &edits).ok()?;
    let after = parse(&Source::new(snapshot.source().name(), after));
    (syntax_errors(&after.diagnostics) <= syntax_errors(&snapshot.parsed().diagnostics)).then_some(edits)
}

fn syntax_errors(findings: &[Diagnostic]) -> usize {
    findings.iter().filter(|finding| finding.code == "syntax-error").count()
}
