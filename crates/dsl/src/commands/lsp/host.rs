//! What lies around the open texts: settings and catalogs, read once and kept until they change; past runs; the service.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use jiff::civil::Date;
use signal_lsp::{Change, Host, LastRun, Status};
use signal_text::{Diagnostic, Severity, Source};

use super::last_run::LastRuns;
use super::quota::Recent;
use super::rule_pages::RulePages;
use super::watch::Watch;
use crate::input::{self, Place};
use crate::journal::Journal;
use crate::project::{self, Project, Roots, catalog};
use crate::service;
use crate::today::today;

/// The world around the open texts, as this machine has it.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    /// `--config`.
    config: Option<PathBuf>,
    known: Mutex<Known>,
    watch: OnceLock<Watch>,
    runs: LastRuns,
    recent: Arc<Recent>,
    pages: RulePages,
}

/// What was read.
#[derive(Debug, Default)]
struct Known {
    by_folder: BTreeMap<PathBuf, Arc<Opened>>,
    by_roots: BTreeMap<Roots, Arc<Opened>>,
}

/// A project that was read.
#[derive(Debug)]
struct Opened {
    project: Project,
    /// It for scripts that no `[[override]]` speaks of.
    common: Arc<signal_lsp::Project>,
}

impl Surroundings {
    /// Of a server that was told which settings file to use, if it was.
    pub(super) fn new(config: Option<PathBuf>) -> Self {
        Self { config, ..Self::default() }
    }

    /// The project of a folder.
    fn opened(&self, folder: &Path) -> Arc<Opened> {
        if let Some(opened) = self.known().by_folder.get(folder) {
            return Arc::clone(opened);
        }
        // A settings file may appear in any folder above.
        if let Some(watch) = self.watch.get() {
            watch.folder(folder);
        }
        // Held from the look at the files on: what was seen before a change must not be kept behind `forget`.
        let mut known = self.known();
        let (roots, missing) = match project::root(folder, self.config.as_deref()) {
            Ok(roots) => (roots, None),
            Err(failure) => (Roots::default(), Some(failure.message)),
        };
        let opened = match known.by_roots.get(&roots) {
            Some(opened) => Arc::clone(opened),
            None => {
                let opened = Arc::new(Opened::read(&roots, missing));
                known.by_roots.insert(roots, Arc::clone(&opened));
                opened
            }
        };
        known.by_folder.insert(folder.to_owned(), Arc::clone(&opened));
        opened
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Opened {
    /// Reads what can be read; the rest is as if it were not there, and `trouble` says so.
    fn read(roots: &Roots, missing: Option<String>) -> Self {
        let (project, failure) = match Project::open(roots) {
            Ok(project) => (project, None),
            Err(failure) => {
                // Most often it is the catalog: settings count without it, too.
                let without = Roots { catalog: None, ..roots.clone() };
                (Project::open(&without).unwrap_or_default(), Some(failure))
            }
        };
        let failure = failure.map(|failure| match failure.suggestion {
            Some(suggestion) => format!("{}; {suggestion}", failure.message),
            None => failure.message,
        });
        let trouble = missing.or(failure).or_else(|| wrong(&project));
        let absolute = |file: &PathBuf| std::path::absolute(file).unwrap_or_else(|_| file.clone());
        let settings = Some(&roots.settings).filter(|file| !file.as_os_str().is_empty()).map(absolute);
        let common = signal_lsp::Project {
            settings,
            text: project.source.clone().map(Arc::new),
            found: project.diagnostics.clone(),
            config: project.config.clone().map(Arc::new),
            levels: project.levels.clone(),
            catalog: project.catalog.other_than_bundled(),
            style: project.style(),
            trouble,
        };
        Self { project, common: Arc::new(common) }
    }
}

/// The first error in a settings file, with its place.
fn wrong(project: &Project) -> Option<String> {
    let source = project.source.as_ref()?;
    let error = project.diagnostics.iter().find(|finding| finding.severity == Severity::Error)?;
    Some(project::at(source, error))
}

impl Host for Surroundings {
    fn project(&self, script: Option<&Path>) -> Arc<signal_lsp::Project> {
        let Some(script) = script else {
            // A text without a file has no folder whose settings could count.
            return match (&self.config, catalog::cached()) {
                (Some(config), _) => Arc::clone(&self.opened(&input::folder_of(config)).common),
                (None, None) => Arc::default(),
                (None, Some(place)) => {
                    let roots = Roots { settings: PathBuf::new(), catalog: Some(place) };
                    let mut known = self.known();
                    let opened =
                        known.by_roots.entry(roots).or_insert_with_key(|roots| Arc::new(Opened::read(roots, None)));
                    Arc::clone(&opened.common)
                }
            };
        };
        let opened = self.opened(&input::folder_of(script));
        match opened.project.levels_of(script) {
            std::borrow::Cow::Borrowed(_) => Arc::clone(&opened.common),
            std::borrow::Cow::Owned(levels) => {
                Arc::new(signal_lsp::Project { levels, ..signal_lsp::Project::clone(&opened.common) })
            }
        }
    }

    fn check_settings(&self, settings: &Source) -> Vec<Diagnostic> {
        Project::new(settings.clone(), None).diagnostics
    }

    fn today(&self) -> Option<Date> {
        Some(today())
    }

    fn last_run(&self, script: &Path) -> Option<LastRun> {
        self.runs.of(&Journal::open().ok()?, script)
    }

    fn status(&self, _script: Option<&Path>) -> Status {
        match service::address() {
            Ok(address) => {
                let quota = self.recent.left(&address, self.watch.get().is_some());
                Status { quota, service: address }
            }
            Err(failure) => Status { quota: None, service: failure.message },
        }
    }

    fn rule_page(&self, rule: &str) -> Option<PathBuf> {
        self.pages.of(rule)
    }

    fn scripts(&self, folder: &Path) -> Vec<PathBuf> {
        let places = input::many(&[folder.to_owned()], None).unwrap_or_default();
        let files = places.into_iter().filter_map(|place| match place {
            Place::File(file) => Some(file),
            Place::Stdin(_) => None,
        });
        files.collect()
    }

    fn read(&self, file: &Path) -> Option<Source> {
        let script = input::read(&Place::File(file.to_owned())).ok()?;
        script.fault.is_none().then_some(script.source)
    }

    fn forget(&self) {
        *self.known() = Known::default();
    }

    fn watch(&self, folders: &[PathBuf], changed: Box<dyn Fn(Change) + Send + Sync>) {
        let recent = Arc::clone(&self.recent);
        let changed = Box::new(move |change| {
            recent.forget();
            changed(change);
        });
        let watch = self.watch.get_or_init(|| Watch::begin(changed));
        folders.iter().for_each(|folder| watch.folder(folder));
        let read: Vec<PathBuf> = self.known().by_folder.keys().cloned().collect();
        read.iter().chain(self.config.as_ref()).for_each(|folder| watch.folder(folder));
    }
}
