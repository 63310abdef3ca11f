//! One version of one script: its text, tree, settings, facts and findings, each made once, when it is first asked for.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use self_cell::self_cell;
use signal_analysis::{Facts, Findings, Input, findings};
use signal_market::Date;
use signal_project::{Directives, Flags, Resolved};
use signal_syntax::{Parsed, TokenList, Tree};
use signal_text::{Change, Diagnostic, Source};

use crate::host::Project;

/// One version of a script. Features read it and keep nothing.
#[derive(Debug)]
pub(crate) struct Snapshot {
    base: Arc<Base>,
    facts: OnceLock<Known>,
    findings: OnceLock<Findings>,
}

/// What the facts borrow.
#[derive(Debug)]
struct Base {
    source: Arc<Source>,
    path: Option<PathBuf>,
    project: Arc<Project>,
    today: Option<Date>,
    /// What is known of the text before, until the tree was made of it.
    before: Mutex<Option<Before>>,
    parsed: OnceLock<(Parsed, TokenList)>,
    settings: OnceLock<(Directives, Resolved)>,
}

/// An earlier version of a script, and what became of its text since (`None`: nothing).
#[derive(Clone, Debug)]
pub(crate) struct Before {
    snapshot: Arc<Snapshot>,
    change: Option<Change>,
}

impl Before {
    /// The same after one more change.
    pub(crate) fn then(&mut self, change: Change) {
        self.change = Some(self.change.map_or(change, |so_far| so_far.then(change)));
    }
}

self_cell!(
    struct Known {
        owner: Arc<Base>,
        #[covariant]
        dependent: Facts,
    }

    impl {Debug}
);

impl Snapshot {
    /// A text under its project. `path` is the script's file, if it has one.
    pub(crate) fn new(
        source: impl Into<Arc<Source>>,
        path: Option<PathBuf>,
        project: Arc<Project>,
        today: Option<Date>,
    ) -> Self {
        Self::after(None, source.into(), path, project, today)
    }

    /// As [`Snapshot::new`], of a text that came of an earlier one: of its tree, only what has changed is made anew.
    pub(crate) fn after(
        before: Option<Before>,
        source: Arc<Source>,
        path: Option<PathBuf>,
        project: Arc<Project>,
        today: Option<Date>,
    ) -> Self {
        let before = Mutex::new(before);
        let base = Base { source, path, project, today, before, parsed: OnceLock::new(), settings: OnceLock::new() };
        Self { base: Arc::new(base), facts: OnceLock::new(), findings: OnceLock::new() }
    }

    /// What the next version can begin with: this one, or if nobody has asked for its tree so far, the one before.
    pub(crate) fn known(self: &Arc<Self>) -> Option<Before> {
        match self.base.parsed.get() {
            Some(_) => Some(Before { snapshot: Arc::clone(self), change: None }),
            None => self.base.before().clone(),
        }
    }

    /// The tree, to make the next one of. It is moved out if nobody else has this version.
    fn into_parsed(self: Arc<Self>) -> Option<(Parsed, TokenList)> {
        let base = match Arc::try_unwrap(self) {
            Ok(Self { base, facts, .. }) => {
                drop(facts);
                base
            }
            Err(shared) => Arc::clone(&shared.base),
        };
        match Arc::try_unwrap(base) {
            Ok(base) => base.parsed.into_inner(),
            Err(shared) => shared.parsed.get().cloned(),
        }
    }

    /// The same script with another text.
    pub(crate) fn with_text(&self, text: &str) -> Self {
        let Base { source, path, project, today, .. } = &*self.base;
        Self::new(Source::new(source.name(), text), path.clone(), Arc::clone(project), *today)
    }

    /// The current day in UTC.
    pub(crate) fn today(&self) -> Option<Date> {
        self.base.today
    }

    /// The text.
    pub(crate) fn source(&self) -> &Source {
        &self.base.source
    }

    /// The file, if the text has one.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.base.path.as_deref()
    }

    /// What counts for the script beside its text.
    pub(crate) fn project(&self) -> &Project {
        &self.base.project
    }

    /// Findings in the settings file that only show beside this script's own settings.
    pub(crate) fn conflicts(&self) -> impl Iterator<Item = &Diagnostic> {
        self.settings().config_diagnostics.iter().filter(|finding| !self.project().found.contains(finding))
    }

    /// The tree, and what was wrong with the text.
    pub(crate) fn parsed(&self) -> &Parsed {
        &self.base.parsed().0
    }

    /// The tree.
    pub(crate) fn tree(&self) -> &Tree {
        &self.parsed().tree
    }

    /// The tokens of the text.
    pub(crate) fn tokens(&self) -> &TokenList {
        &self.base.parsed().1
    }

    /// The `#!` directives of the script.
    pub(crate) fn directives(&self) -> &Directives {
        &self.base.settings().0
    }

    /// The settings of a run, each with where it comes from.
    pub(crate) fn settings(&self) -> &Resolved {
        &self.base.settings().1
    }

    /// What is known of the script. Most of it is only worked out when it is asked for.
    pub(crate) fn facts(&self) -> &Facts<'_> {
        self.facts
            .get_or_init(|| Known::new(Arc::clone(&self.base), |base| Facts::new(base.input())))
            .borrow_dependent()
    }

    /// What is wrong with the script, by place, and what it allows.
    pub(crate) fn findings(&self) -> &Findings {
        self.findings.get_or_init(|| findings(self.facts(), &self.project().levels))
    }
}

impl Base {
    fn parsed(&self) -> &(Parsed, TokenList) {
        self.parsed.get_or_init(|| {
            let before = self.before().take();
            let known = before.and_then(|Before { snapshot, change }| Some((snapshot.into_parsed()?, change)));
            match known {
                Some((parsed, Some(change))) => signal_syntax::reparse(parsed, &self.source, change),
                Some((parsed, None)) => parsed,
                None => signal_syntax::parse_with_tokens(&self.source),
            }
        })
    }

    fn before(&self) -> std::sync::MutexGuard<'_, Option<Before>> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settings(&self) -> &(Directives, Resolved) {
        self.settings.get_or_init(|| {
            let directives = signal_project::directives(&self.source, &self.parsed().0.tree);
            let resolved = signal_project::resolve(self.project.config.as_deref(), &directives, &Flags::default());
            (directives, resolved)
        })
    }

    fn input(&self) -> Input<'_> {
        Input {
            source: &self.source,
            parsed: &self.parsed().0,
            catalog: self.project.catalog(),
            settings: &self.settings().1,
            levels: &self.project.levels,
            today: self.today,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::snapshot;

    #[test]
    fn facts_and_findings_belong_to_the_text() {
        let snapshot = snapshot(
            "slow = ema(close, 200)\nemit_signal(slow > rsl(close, 14), entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n",
        );
        let names: Vec<_> = snapshot.facts().calls.iter().map(|call| call.name).collect();
        assert_eq!(names, ["ema", "rsl", "entry", "emit_signal"]);
        let codes: Vec<_> = snapshot.findings().diagnostics.iter().map(|finding| &*finding.code).collect();
        assert_eq!(codes, ["unknown-function"]);
    }
}
