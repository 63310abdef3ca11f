//! A path that leads nowhere, and what was probably meant.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use signal_text::closest;

use super::{EXTENSION, folder_of, shown};
use crate::exit::Exit;
use crate::failure::Failure;

/// Scripts that lie directly in a folder, by name.
pub(super) fn scripts_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut scripts: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == EXTENSION))
        .collect();
    scripts.sort();
    scripts
}

/// The failure for a path that is not there, or not what it should be, with the nearest name in its folder.
pub(crate) fn missing(path: &Path) -> Failure {
    let folder = folder_of(path);
    let failure = Failure::new(Exit::NotFound, "file-not-found", format!("there is no file `{}`", shown(path)));
    // A thing of that name is there after all, and the nearest name would be its own.
    if path.is_dir() {
        return failure.suggest("it is a folder; name a file in it");
    }
    if path.exists() {
        return failure.suggest("it is a file; name a folder");
    }
    if path.is_symlink() {
        return failure.suggest("there is a link of that name, and it leads nowhere");
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return failure.suggest(format!("there is no folder `{}` either", shown(&folder)));
        }
        Err(error) => return failure.suggest(format!("`{}` can't be searched: {error}", shown(&folder))),
    };
    let mut names: Vec<String> =
        entries.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let with_ending = format!("{name}.{EXTENSION}");
    let near = if names.contains(&with_ending) {
        Some(with_ending.as_str())
    } else {
        closest(&name, names.iter().map(String::as_str))
    };
    match near {
        Some(near) => {
            let near = if folder == Path::new(".") { PathBuf::from(near) } else { folder.join(near) };
            failure.suggest(format!("did you mean `{}`?", shown(&near)))
        }
        None => match scripts_in(&folder).first() {
            Some(first) => failure.suggest(format!("that folder holds `{}`, for instance", shown(first))),
            None => failure.suggest(format!("there is no *.signal file in `{}`", shown(&folder))),
        },
    }
}
