//! `--watch`: checks anew whenever a script, its settings or its catalog change, until Ctrl-C.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use notify::event::{CreateKind, EventKind, ModifyKind, RemoveKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use crate::args::{CheckArguments, FindingFormat, Global, WatchMethod};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{self, Place};
use crate::output::Console;
use crate::render;

/// Editors write a file in several steps: what follows within this time belongs to the same change.
const QUIET: Duration = Duration::from_millis(50);
/// Changes that never pause are shown after this time all the same.
const LONGEST_WAIT: Duration = Duration::from_millis(500);
/// How often files are looked at where the system tells of no changes.
const POLL: Duration = Duration::from_millis(500);
/// Files beside the scripts that a check depends on.
const SETTINGS: [&str; 4] = ["signal.toml", "signal.catalog.json", ".gitignore", ".ignore"];
/// Clears a terminal with what has scrolled away, and goes to its top.
const CLEAR: &str = "\u{1b}[2J\u{1b}[3J\u{1b}[H";

/// What the watch waits for.
enum News {
    Changed,
    /// Ctrl-C.
    End,
}

/// Checks until Ctrl-C, which ends the command as done.
pub(super) fn watch(
    method: WatchMethod,
    arguments: &CheckArguments,
    global: &Global,
    console: &mut Console,
    mut check: impl FnMut(&mut Console) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    if arguments.paths.iter().any(|path| path == Path::new("-")) {
        return Err(Failure::usage("standard input can't be watched").suggest("name a script or a folder"));
    }
    if !matches!(arguments.output_format, FindingFormat::Full | FindingFormat::Concise) {
        return Err(Failure::usage("`--watch` writes for people: full or concise")
            .suggest("leave out `--output-format`, or `--watch`"));
    }
    let (sender, news) = mpsc::channel();
    end_on_interrupt(sender.clone())?;
    // Before the first check, so that no change is lost between the two.
    let folders = folders(&arguments.paths, global.config.as_deref());
    let _watcher = watcher(method, &arguments.paths, &folders, global.config.as_deref(), &sender);
    let is_terminal = io::stdout().is_terminal();
    let mut first = true;
    loop {
        if is_terminal {
            console.result(CLEAR);
        }
        match check(console) {
            Ok(_) => {}
            // A typo in the command line is no reason to wait; scripts that went away may come back.
            Err(failure) if first && failure.code != "no-scripts" => return Err(failure),
            Err(failure) => console.say(&render::failure(&failure, console.color_talk)),
        }
        first = false;
        console.talk("watching for changes; Ctrl-C ends");
        console.flush();
        if console.is_closed() || !changed(&news) {
            return Ok(Exit::Done);
        }
    }
}

/// Waits for a change and for the pause behind it; `false` when the watch is to end.
fn changed(news: &Receiver<News>) -> bool {
    if !matches!(news.recv(), Ok(News::Changed)) {
        return false;
    }
    let last = Instant::now() + LONGEST_WAIT;
    loop {
        let wait = QUIET.min(last.saturating_duration_since(Instant::now()));
        match news.recv_timeout(wait) {
            Ok(News::Changed) if Instant::now() < last => {}
            Ok(News::Changed) | Err(RecvTimeoutError::Timeout) => return true,
            Ok(News::End) | Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

/// Sends word of Ctrl-C.
fn end_on_interrupt(sender: Sender<News>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| {
        Failure::new(Exit::Usage, "can-not-watch", format!("Ctrl-C can't be listened for: {error}"))
    })?;
    std::thread::spawn(move || {
        // Without a handler, Ctrl-C ends the command as it ends any other.
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            let _ = sender.send(News::End);
        }
    });
    Ok(())
}

/// The folders to watch, and which of them with all that is in them.
fn folders(paths: &[PathBuf], config: Option<&Path>) -> BTreeMap<PathBuf, RecursiveMode> {
    let mut folders = BTreeMap::new();
    for path in paths {
        let (folder, mode) = if path.is_dir() {
            (path.clone(), RecursiveMode::Recursive)
        } else {
            (input::folder_of(path), RecursiveMode::NonRecursive)
        };
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        // A settings file may appear in any folder above.
        for above in folder.ancestors().skip(1) {
            folders.entry(above.to_owned()).or_insert(RecursiveMode::NonRecursive);
        }
        let known = folders.entry(folder).or_insert(mode);
        if mode == RecursiveMode::Recursive {
            *known = mode;
        }
    }
    if let Some(config) = config {
        let folder = input::folder_of(config);
        folders.entry(std::path::absolute(&folder).unwrap_or(folder)).or_insert(RecursiveMode::NonRecursive);
    }
    folders
}

/// Sends word of changes: as the system tells of them while the watcher lives, or by looking again and again where it
/// does not.
fn watcher(
    method: WatchMethod,
    paths: &[PathBuf],
    folders: &BTreeMap<PathBuf, RecursiveMode>,
    config: Option<&Path>,
    sender: &Sender<News>,
) -> Option<RecommendedWatcher> {
    let handler = {
        let (sender, config) = (sender.clone(), config.and_then(Path::file_name).map(OsStr::to_owned));
        move |event: notify::Result<notify::Event>| {
            // An error may hide a change.
            if event.map_or(true, |event| matters(&event, config.as_deref())) {
                let _ = sender.send(News::Changed);
            }
        }
    };
    if method == WatchMethod::Events
        && let Ok(mut watcher) = RecommendedWatcher::new(handler, notify::Config::default())
        && all(&mut watcher, folders).is_ok()
    {
        return Some(watcher);
    }
    poll(paths, folders, config, sender.clone());
    None
}

/// Looks at the files of a check again and again. notify's own polling sees whole seconds only.
fn poll(paths: &[PathBuf], folders: &BTreeMap<PathBuf, RecursiveMode>, config: Option<&Path>, sender: Sender<News>) {
    let paths = paths.to_vec();
    let mut settings: Vec<PathBuf> = folders.keys().flat_map(|folder| SETTINGS.map(|name| folder.join(name))).collect();
    settings.extend(config.map(Path::to_owned));
    let state = move || {
        let places = input::many(&paths, None).unwrap_or_default();
        let scripts = places.into_iter().filter_map(|place| match place {
            Place::File(path) => Some(path),
            Place::Stdin(_) => None,
        });
        let stamp = |path: PathBuf| {
            let metadata = fs::metadata(&path).ok();
            let stamp = metadata.map(|metadata| (metadata.modified().ok(), metadata.len()));
            (path, stamp)
        };
        scripts.chain(settings.iter().cloned()).map(stamp).collect::<Vec<_>>()
    };
    // Before the first check, so that no change is lost between the two.
    let mut known = state();
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(POLL);
            let now = state();
            if now != known {
                known = now;
                if sender.send(News::Changed).is_err() {
                    return;
                }
            }
        }
    });
}

/// Watches all folders; fails where one that holds scripts can't be watched.
fn all(watcher: &mut dyn Watcher, folders: &BTreeMap<PathBuf, RecursiveMode>) -> notify::Result<()> {
    for (folder, mode) in folders {
        let watched = watcher.watch(folder, *mode);
        // Of the folders above, not every one may be ours to read.
        if *mode == RecursiveMode::Recursive {
            watched?;
        }
    }
    Ok(())
}

/// Whether an event can change what a check says.
fn matters(event: &notify::Event, config: Option<&OsStr>) -> bool {
    if matches!(event.kind, EventKind::Access(_)) {
        return false;
    }
    // Scripts come and go with the folders that they are in.
    let of_folders = matches!(
        event.kind,
        EventKind::Create(CreateKind::Folder)
            | EventKind::Remove(RemoveKind::Folder)
            | EventKind::Modify(ModifyKind::Name(_))
    );
    event.paths.iter().any(|path| {
        let Some(name) = path.file_name() else { return false };
        path.extension().is_some_and(|extension| extension == input::EXTENSION)
            || SETTINGS.iter().any(|known| name == *known)
            || Some(name) == config
            || (of_folders && path.extension().is_none())
    })
}
