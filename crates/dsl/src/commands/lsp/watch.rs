//! Notices changes of settings, catalogs and the journal: as the system tells of them, or by looking again and again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::folders;
use crate::project::{self, catalog};

/// Programs write a file in several steps: what follows within this time belongs to the same change.
const QUIET: Duration = Duration::from_millis(50);
/// How often files are looked at where the system tells of no changes.
const POLL: Duration = Duration::from_secs(1);
/// Files that an open text depends on.
const FILES: [&str; 5] = [project::FILE, catalog::PINNED, catalog::CACHED, "run.json", "quota.json"];
/// So many of the newest runs are watched until their end.
const NEWEST_RUNS: usize = 8;

/// A watch that goes on as long as the process.
#[derive(Debug)]
pub(super) struct Watch {
    folders: Arc<Mutex<BTreeSet<PathBuf>>>,
    /// `None`: the system tells of no changes.
    watcher: Option<Arc<Mutex<RecommendedWatcher>>>,
}

impl Watch {
    /// Begins with the user's own folders. `changed` is called after each change.
    pub(super) fn begin(changed: Box<dyn Fn() + Send + Sync>) -> Self {
        let (sender, news) = mpsc::channel();
        let handler = move |event: notify::Result<notify::Event>| {
            let _ = sender.send(event);
        };
        let folders = Arc::<Mutex<BTreeSet<PathBuf>>>::default();
        let watcher = RecommendedWatcher::new(handler, notify::Config::default()).ok();
        let watcher = watcher.map(|watcher| Arc::new(Mutex::new(watcher)));
        let watch = Self { folders: Arc::clone(&folders), watcher: watcher.clone() };
        [folders::cache(), folders::state()].into_iter().flatten().for_each(|folder| watch.add(folder));
        if let Some(runs) = runs() {
            newest(&runs).into_iter().chain([runs]).for_each(|folder| watch.add(folder));
        }
        match watcher {
            Some(watcher) => {
                std::thread::spawn(move || told(&news, &watcher, &*changed));
            }
            None => {
                std::thread::spawn(move || looked(&folders, &*changed));
            }
        }
        watch
    }

    /// Watches a folder and those above it, in any of which a settings file may appear.
    pub(super) fn folder(&self, folder: &Path) {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        folder.ancestors().for_each(|folder| self.add(folder.to_owned()));
    }

    fn add(&self, folder: PathBuf) {
        let is_new = self.folders.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.clone());
        if is_new && let Some(watcher) = &self.watcher {
            watch_one(watcher, &folder);
        }
    }
}

/// Watches what is in a folder. Of those above a script, not every one may be ours to read.
fn watch_one(watcher: &Mutex<RecommendedWatcher>, folder: &Path) {
    let _ = watcher.lock().unwrap_or_else(PoisonError::into_inner).watch(folder, RecursiveMode::NonRecursive);
}

/// The folder of the journal's runs.
fn runs() -> Option<PathBuf> {
    folders::state().map(|folder| folder.join("runs"))
}

/// The folders of the newest runs. Their names begin with the moment.
fn newest(runs: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = fs::read_dir(runs).into_iter().flatten().flatten().map(|run| run.path()).collect();
    all.sort_unstable_by(|one, other| other.cmp(one));
    all.truncate(NEWEST_RUNS);
    all
}

/// Waits for changes as the system tells of them.
fn told(news: &Receiver<notify::Result<notify::Event>>, watcher: &Mutex<RecommendedWatcher>, changed: &dyn Fn()) {
    let runs = runs();
    let matters = |event: notify::Result<notify::Event>| {
        // An error may hide a change.
        let Ok(event) = event else { return true };
        if matches!(event.kind, EventKind::Access(_)) {
            return false;
        }
        let mut matters = false;
        for path in &event.paths {
            // What becomes of a new run stands in its own folder.
            if matches!(event.kind, EventKind::Create(_)) && path.parent() == runs.as_deref() {
                watch_one(watcher, path);
                matters = true;
            }
            matters |= path.file_name().is_some_and(|name| FILES.iter().any(|file| name == *file));
        }
        matters
    };
    while let Ok(event) = news.recv() {
        if !matters(event) {
            continue;
        }
        loop {
            match news.recv_timeout(QUIET) {
                Ok(event) => {
                    matters(event);
                }
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        changed();
    }
}

/// Looks at the files again and again.
fn looked(folders: &Mutex<BTreeSet<PathBuf>>, changed: &dyn Fn()) {
    let mut known: BTreeMap<PathBuf, (SystemTime, u64)> = BTreeMap::new();
    let mut looked_at = BTreeSet::new();
    loop {
        let folders = folders.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let newest = runs().map(|runs| newest(&runs)).unwrap_or_default();
        let files = folders.iter().chain(&newest).flat_map(|folder| FILES.map(|name| folder.join(name)));
        let stamp = |file: PathBuf| {
            let metadata = fs::metadata(&file).ok()?;
            Some((file, (metadata.modified().ok()?, metadata.len())))
        };
        let now: BTreeMap<PathBuf, (SystemTime, u64)> = files.filter_map(stamp).collect();
        // A folder that is new here is no change.
        let is_change = now != known && looked_at == folders;
        (known, looked_at) = (now, folders);
        if is_change {
            changed();
        }
        std::thread::sleep(POLL);
    }
}
