//! Scripts from files, folders and standard input, with a clear word for each that can't be read.

mod missing;
mod text;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use signal_text::{Diagnostic, Severity, Source};

use crate::exit::Exit;
use crate::failure::Failure;

pub(crate) use missing::missing;
use missing::scripts_in;
pub(crate) use text::read;

/// The ending of scripts.
pub(crate) const EXTENSION: &str = "signal";
/// The name that stands for standard input.
const STDIN: &str = "-";

/// Findings that no rule speaks of, with what they find: a text that is no script has no facts to judge.
pub(crate) const BEFORE_RULES: [(&str, Severity, &str); 3] = [
    ("not-text", Severity::Error, "Finds a file that is not UTF-8 text. Save the script as UTF-8: every editor can."),
    (
        "unreadable-file",
        Severity::Error,
        "Finds a file or folder that can't be read, for want of a permission for instance.",
    ),
    (
        "unwritable-file",
        Severity::Error,
        "Finds a file that a fix can't be written to: it is read-only, or has changed meanwhile.",
    ),
];

/// Where a script comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A file.
    File(PathBuf),
    /// Standard input; the path is `--stdin-filename`, if given.
    Stdin(Option<PathBuf>),
}

/// A script's text, and what is wrong with it as text.
#[derive(Debug)]
pub(crate) struct Script {
    /// The text; where it is not text, as much as can be shown.
    pub(crate) source: Source,
    /// Why it is no script: then nothing else need be looked at.
    pub(crate) fault: Option<Diagnostic>,
}

impl Place {
    /// The name to show.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(path) | Self::Stdin(Some(path)) => shown(path),
            Self::Stdin(None) => "<stdin>".to_owned(),
        }
    }

    /// The folder whose settings count.
    pub(crate) fn folder(&self) -> PathBuf {
        match self {
            Self::File(path) | Self::Stdin(Some(path)) => folder_of(path),
            Self::Stdin(None) => PathBuf::from("."),
        }
    }
}

/// A path as messages show it: without a leading `./`, which nobody wrote.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(".")
        .ok()
        .filter(|rest| !rest.as_os_str().is_empty())
        .unwrap_or(path)
        .to_string_lossy()
        .into_owned()
}

/// The folder of a file.
pub(crate) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// The one script that a command takes.
///
/// # Errors
/// A folder, or a file that is not there.
pub(crate) fn one(path: &Path, stdin_filename: Option<&Path>, command: &str) -> Result<Place, Failure> {
    if path == Path::new(STDIN) {
        return Ok(Place::Stdin(stdin_filename.map(Path::to_owned)));
    }
    if path.is_dir() {
        let failure = Failure::usage(format!("`{}` is a folder; `dsl {command}` takes one script", shown(path)));
        return Err(failure.suggest(match scripts_in(path).first() {
            Some(first) => format!("name the script: dsl {command} {}", shown(first)),
            None => "name a script; there is no *.signal file in that folder".to_owned(),
        }));
    }
    if !path.exists() {
        return Err(missing(path));
    }
    Ok(Place::File(path.to_owned()))
}

/// The scripts under `paths`, each once, folders searched in the order of names.
///
/// # Errors
/// A path that is not there, or no script at all.
pub(crate) fn many(paths: &[PathBuf], stdin_filename: Option<&Path>) -> Result<Vec<Place>, Failure> {
    let mut places = Vec::new();
    let mut seen = Seen::default();
    let mut links = HashSet::new();
    // One path can't name a file twice.
    let mut is_new = |file: &Path| paths.len() == 1 || seen.is_new(file);
    for path in paths {
        if path == Path::new(STDIN) {
            // It can be read once.
            let stdin = Place::Stdin(stdin_filename.map(Path::to_owned));
            if !places.contains(&stdin) {
                places.push(stdin);
            }
        } else if path.is_dir() {
            for (file, is_link) in walk(path) {
                if is_new(&file) {
                    links.extend(is_link.then(|| file.clone()));
                    places.push(Place::File(file));
                }
            }
        } else if path.exists() {
            if is_new(path) {
                links.extend(path.is_symlink().then(|| path.clone()));
                places.push(Place::File(path.clone()));
            }
        } else {
            return Err(missing(path));
        }
    }
    if places.is_empty() {
        let where_ = paths.iter().map(|path| format!("`{}`", shown(path))).collect::<Vec<_>>().join(", ");
        return Err(Failure::new(Exit::NotFound, "no-scripts", format!("there is no *.signal file under {where_}"))
            .suggest("name a script or a folder that holds some; files that git ignores are left out"));
    }
    if !links.is_empty() {
        leave_out_doubles(&mut places, &links);
    }
    Ok(places)
}

/// Leaves out links to a script that is there by itself or by another link: it would be told twice, and mended by two
/// workers at once.
fn leave_out_doubles(places: &mut Vec<Place>, links: &HashSet<PathBuf>) {
    let mut seen = Seen::default();
    for place in &*places {
        if let Place::File(file) = place
            && !links.contains(file)
        {
            seen.is_new(file);
        }
    }
    places.retain(|place| match place {
        // A link that leads nowhere is told when it is read.
        Place::File(file) if links.contains(file) => {
            fs::canonicalize(file).map_or(true, |real| seen.files.insert(real))
        }
        _ => true,
    });
}

/// The files that were named, whichever way: `a.signal`, `./a.signal` and `book/../a.signal` are one.
#[derive(Debug, Default)]
struct Seen {
    /// Folders as they were written, and where they really are: the system is asked once a folder, not once a file.
    folders: HashMap<PathBuf, PathBuf>,
    files: HashSet<PathBuf>,
}

impl Seen {
    /// Notes a file; `false` when it was there before.
    fn is_new(&mut self, file: &Path) -> bool {
        let real = |folder: &PathBuf| fs::canonicalize(folder).unwrap_or_else(|_| folder.clone());
        let folder = self.folders.entry(folder_of(file)).or_insert_with_key(real);
        self.files.insert(folder.join(file.file_name().unwrap_or_default()))
    }
}

/// Every script under a folder, as git would walk it: hidden and ignored files are left out. A folder that can't be
/// searched stands for itself, so that reading it says why. With each, whether it is a link.
fn walk(folder: &Path) -> Vec<(PathBuf, bool)> {
    let found = std::sync::Mutex::new(Vec::new());
    ignore::WalkBuilder::new(folder).require_git(false).threads(threads()).build_parallel().run(|| {
        Box::new(|entry| {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    if let Some(path) = locked(&error)
                        && let Ok(mut found) = found.lock()
                    {
                        found.push((path.to_owned(), false));
                    }
                    return ignore::WalkState::Continue;
                }
            };
            if entry.file_type().is_some_and(|kind| !kind.is_dir())
                && entry.path().extension().is_some_and(|extension| extension == EXTENSION)
                && entry.path().is_file()
                && let Ok(mut found) = found.lock()
            {
                let is_link = entry.path_is_symlink();
                found.push((entry.into_path(), is_link));
            }
            ignore::WalkState::Continue
        })
    });
    let mut found = found.into_inner().unwrap_or_default();
    found.sort_unstable();
    found
}

/// The folder that the system does not let us search.
fn locked(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithDepth { err, .. } => locked(err),
        ignore::Error::WithPath { path, err } => {
            let denied = err.io_error().is_some_and(|error| error.kind() == io::ErrorKind::PermissionDenied);
            denied.then_some(path)
        }
        _ => None,
    }
}

/// How many threads work at once.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_as_they_were_meant() {
        assert_eq!(shown(Path::new("./a/b.signal")), "a/b.signal");
        assert_eq!(shown(Path::new(".")), ".");
        assert_eq!(shown(Path::new("../b.signal")), "../b.signal");
    }
}
