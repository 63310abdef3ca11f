//! A file that the user wants written: looked at before the work begins, written whole when it is done.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::input::{EXTENSION, folder_of};
use crate::project::FILE as SETTINGS;
use crate::render::visible;
use crate::secrets;

/// A file that can be written, as far as can be told before.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    /// As it was named.
    pub(crate) path: PathBuf,
}

impl Destination {
    /// Looks whether `path` can be written, and leaves nothing behind. A file that is there will be replaced.
    ///
    /// # Errors
    /// A folder, one in a folder that is not there, one that can't be written.
    pub(crate) fn new(path: &Path) -> Result<Self, Failure> {
        let refused = |reason: &str| {
            Failure::new(Exit::Usage, "unwritable-file", format!("`{}` can't be written: {reason}", shown(path)))
        };
        if path.is_dir() {
            return Err(refused("it is a folder").suggest("name a file in it"));
        }
        // Whoever mixes up two arguments must not lose a script.
        let is_script = path.extension().is_some_and(|ending| ending == EXTENSION);
        if is_script || path.file_name().is_some_and(|name| name == SETTINGS) {
            return Err(refused("it is the name of a script or of its settings").suggest("choose another name"));
        }
        if path.file_name().is_none() {
            return Err(refused("it is no name of a file"));
        }
        if is_special(path) {
            OpenOptions::new().write(true).open(path).map_err(|error| refused(&error.to_string()))?;
            return Ok(Self { path: path.to_owned() });
        }
        let folder = folder_of(path);
        if !folder.is_dir() {
            let what = if folder.exists() { "is no folder" } else { "does not exist" };
            return Err(refused(&format!("`{}` {what}", shown(&folder))));
        }
        let trial = folder.join(format!(".dsl-{}.trial", std::process::id()));
        let tried = OpenOptions::new().write(true).create_new(true).open(&trial);
        let _ = fs::remove_file(&trial);
        match tried {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(refused(&error.to_string())),
            _ => Ok(Self { path: path.to_owned() }),
        }
    }

    /// Writes it. Who reads it finds the old content or the new one, whole.
    ///
    /// # Errors
    /// When the disk is full, or the folder has changed meanwhile.
    pub(crate) fn write(&self, content: &str) -> Result<(), Failure> {
        let content = &*secrets::masked(content);
        let written = if is_special(&self.path) {
            fs::write(&self.path, content)
        } else {
            // A link stays, what it leads to is replaced.
            let target = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
            files::write(&target, content.as_bytes(), Readers::Anyone)
        };
        written.map_err(|error| {
            let message = format!("`{}` can't be written: {error}", shown(&self.path));
            Failure::new(Exit::Usage, "unwritable-file", message)
        })
    }

    /// The path as it is shown and told to programs.
    pub(crate) fn shown(&self) -> String {
        shown(&self.path)
    }
}

/// A folder for several files, made where there is none.
///
/// # Errors
/// A file of that name, or a place that can't be written.
pub(crate) fn folder(path: &Path) -> Result<(), Failure> {
    let refused = |reason: &str| {
        Failure::new(Exit::Usage, "unwritable-folder", format!("`{}` can't be used: {reason}", shown(path)))
    };
    if path.exists() && !path.is_dir() {
        return Err(refused("it is a file").suggest("name a folder, or one part with --part"));
    }
    files::make_folder(path, Readers::Anyone).map_err(|error| refused(&error.to_string()))
}

/// Whether it is there and no plain file: a device or a pipe is written to, never replaced.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

fn shown(path: &Path) -> String {
    visible::line(&path.to_string_lossy()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_is_refused_before_anything_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "old").unwrap();
        for (path, words) in [
            (folder.path().to_owned(), "it is a folder"),
            (at("none/x.html"), "does not exist"),
            (at("file/x.html"), "is no folder"),
            (PathBuf::from("/"), "it is a folder"),
            (at("trend.signal"), "name of a script"),
            (at("signal.toml"), "name of a script"),
        ] {
            let failure = Destination::new(&path).unwrap_err();
            assert!(failure.message.contains(words), "{failure:?}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "and nothing is left behind");
        Destination::new(&at("file")).unwrap().write("new").unwrap();
        assert_eq!(fs::read_to_string(at("file")).unwrap(), "new", "a file that is there is replaced");
    }

    #[cfg(unix)]
    #[test]
    fn links_and_devices_stay_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "old").unwrap();
        std::os::unix::fs::symlink(at("file"), at("link")).unwrap();
        Destination::new(&at("link")).unwrap().write("new").unwrap();
        assert_eq!(fs::read_to_string(at("file")).unwrap(), "new");
        assert!(at("link").is_symlink());
        Destination::new(Path::new("/dev/null")).unwrap().write("gone").unwrap();
        assert!(is_special(Path::new("/dev/null")));
    }
}
