//! Notices changes of settings, catalogs and the journal: as the system tells of them, or by looking again and again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use signal_lsp::Change;

use crate::folders;
use crate::project::{self, catalog};

/// Programs write a file in several steps: what follows within this time belongs to the same change.
const QUIET: Duration = Duration::from_millis(50);
/// How often files are looked at where the system tells of no changes.
const POLL: Duration = Duration::from_secs(1);
/// Files that are watched, and what has changed with them.
const FILES: [(&str, Change); 5] = [
    (project::FILE, Change::Project),
    (catalog::PINNED, Change::Project),
    (catalog::CACHED, Change::Project),
    ("run.json", Change::Runs),
    ("quota.json", Change::Runs),
];
/// So many of the newest runs are watched until their end.
const NEWEST_RUNS: usize = 8;

/// Folders that are watched, and what has changed when one comes or goes: of those that only lead there, nothing.
type Folders = BTreeMap<PathBuf, Option<Change>>;

/// A watch that goes on as long as the process.
#[derive(Debug)]
pub(super) struct Watch {
    folders: Arc<Mutex<Folders>>,
    /// `None`: the system tells of no changes.
    watcher: Option<Arc<Mutex<RecommendedWatcher>>>,
}

impl Watch {
    /// Begins with the user's own folders. `changed` is called after each change.
    pub(super) fn begin(changed: Box<dyn Fn(Change) + Send + Sync>) -> Self {
        let (sender, news) = mpsc::channel();
        let handler = move |event: notify::Result<notify::Event>| {
            let _ = sender.send(event);
        };
        let folders = Arc::<Mutex<Folders>>::default();
        let watcher = RecommendedWatcher::new(handler, notify::Config::default()).ok();
        let watcher = watcher.map(|watcher| Arc::new(Mutex::new(watcher)));
        let watch = Self { folders: Arc::clone(&folders), watcher: watcher.clone() };
        // They may not be there yet.
        folders::cache().iter().for_each(|cache| watch.path_to(cache, Change::Project));
        runs().iter().for_each(|runs| watch.path_to(runs, Change::Runs));
        runs().iter().flat_map(|runs| newest(runs)).for_each(|run| watch.add(run, Some(Change::Runs)));
        match watcher {
            Some(watcher) => {
                std::thread::spawn(move || told(&news, &folders, &watcher, &*changed));
            }
            None => {
                std::thread::spawn(move || looked(&folders, &*changed));
            }
        }
        watch
    }

    /// Watches a folder and those above it, in any of which a settings file may appear.
    pub(super) fn folder(&self, folder: &Path) {
        self.path_to(folder, Change::Project);
    }

    fn path_to(&self, folder: &Path, change: Change) {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        folder.ancestors().skip(1).for_each(|above| self.add(above.to_owned(), None));
        self.add(folder, Some(change));
    }

    fn add(&self, folder: PathBuf, change: Option<Change>) {
        let mut folders = lock(&self.folders);
        let is_new = !folders.contains_key(&folder);
        let known = folders.entry(folder.clone()).or_default();
        *known = (*known).max(change);
        drop(folders);
        if is_new && let Some(watcher) = &self.watcher {
            watch_one(watcher, &folder);
        }
    }
}

fn lock(folders: &Mutex<Folders>) -> MutexGuard<'_, Folders> {
    folders.lock().unwrap_or_else(PoisonError::into_inner)
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
fn told(
    news: &Receiver<notify::Result<notify::Event>>,
    folders: &Mutex<Folders>,
    watcher: &Mutex<RecommendedWatcher>,
    changed: &dyn Fn(Change),
) {
    let runs = runs();
    let change_of = |event: notify::Result<notify::Event>| {
        // An error may hide a change.
        let Some(event) = event.ok().filter(|event| !event.need_rescan()) else { return Some(Change::Project) };
        if matches!(event.kind, EventKind::Access(_)) {
            return None;
        }
        let mut change = None;
        for path in &event.paths {
            // What becomes of a new run stands in its own folder.
            if matches!(event.kind, EventKind::Create(_)) && path.parent() == runs.as_deref() {
                watch_one(watcher, path);
                change = change.max(Some(Change::Runs));
            }
            // The system watches what a name stood for, not the name: a folder that has come again is another one. Those below
            // may have come with it.
            for (folder, at_stake) in lock(folders).iter().filter(|(folder, _)| folder.starts_with(path)) {
                watch_one(watcher, folder);
                change = change.max(*at_stake);
            }
            let name = path.file_name().unwrap_or_default();
            change = change.max(FILES.iter().find(|(file, _)| name == *file).map(|(_, change)| *change));
        }
        change
    };
    while let Ok(event) = news.recv() {
        let Some(mut change) = change_of(event) else { continue };
        loop {
            match news.recv_timeout(QUIET) {
                Ok(event) => change = change.max(change_of(event).unwrap_or(change)),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        changed(change);
    }
}

/// Looks at the files again and again.
fn looked(folders: &Mutex<Folders>, changed: &dyn Fn(Change)) {
    let mut known: BTreeMap<PathBuf, Stamp> = BTreeMap::new();
    let mut looked_at = Folders::new();
    loop {
        let folders = lock(folders).clone();
        let newest = runs().map(|runs| newest(&runs)).unwrap_or_default();
        let files = folders.keys().chain(&newest).flat_map(|folder| FILES.map(|(name, _)| folder.join(name)));
        let now: BTreeMap<PathBuf, Stamp> =
            files.filter_map(|file| Some((stamp(&file)?, file))).map(|(stamp, file)| (file, stamp)).collect();
        // A folder that is new here is no change.
        let change = if looked_at == folders { difference(&known, &now) } else { None };
        (known, looked_at) = (now, folders);
        if let Some(change) = change {
            changed(change);
        }
        std::thread::sleep(POLL);
    }
}

/// By what a change of a file is seen.
type Stamp = (SystemTime, u64);

fn stamp(file: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(file).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// The most that has changed between two looks.
fn difference(before: &BTreeMap<PathBuf, Stamp>, now: &BTreeMap<PathBuf, Stamp>) -> Option<Change> {
    let files = before.keys().chain(now.keys()).filter(|file| before.get(*file) != now.get(*file));
    let change = |file: &PathBuf| FILES.iter().find(|(name, _)| file.ends_with(name)).map(|(_, change)| *change);
    files.filter_map(change).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &[(&str, u64)], now: &[(&str, u64)], expected: Option<Change>) {
        let stamps = |files: &[(&str, u64)]| {
            let stamp = |&(file, length): &(&str, u64)| (PathBuf::from(file), (SystemTime::UNIX_EPOCH, length));
            files.iter().map(stamp).collect()
        };
        assert_eq!(difference(&stamps(before), &stamps(now)), expected);
    }

    #[test]
    fn files_that_come_go_or_differ_are_changes() {
        check(&[("a/signal.toml", 1)], &[("a/signal.toml", 1)], None);
        check(&[("a/signal.toml", 1)], &[("a/signal.toml", 2)], Some(Change::Project));
        check(&[("a/signal.catalog.json", 1)], &[], Some(Change::Project));
        check(&[], &[("runs/b/run.json", 1)], Some(Change::Runs));
        check(&[], &[("runs/b/run.json", 1), ("signal.toml", 1)], Some(Change::Project));
    }

    #[test]
    fn a_new_settings_file_and_the_end_of_a_run_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let (sender, news) = mpsc::channel();
        let folders = Arc::new(Mutex::new(Folders::from([(folder.path().to_owned(), None)])));
        let watched = Arc::clone(&folders);
        // By looking; the system's own word is tested through the binary.
        std::thread::spawn(move || {
            looked(&watched, &|change| {
                let _ = sender.send(change);
            });
        });
        std::thread::sleep(POLL / 2);
        fs::write(folder.path().join("signal.toml"), "").unwrap();
        assert_eq!(news.recv_timeout(Duration::from_secs(60)), Ok(Change::Project));
    }
}
