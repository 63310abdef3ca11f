//! Puts a changed script in the place of the old one: all of it or nothing, and never over what somebody else has written.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use crate::input::shown;

/// Why a file was left as it is, and what to do.
#[derive(Debug)]
pub(crate) struct NotWritten {
    /// What happened.
    pub(crate) message: String,
    /// The cure.
    pub(crate) help: &'static str,
}

/// Writes `after` to a file that held `before`. The new text stands in a file beside it until it takes its name, with
/// the same permissions; of a link, the file that it leads to is replaced.
///
/// # Errors
/// A file that is read-only or has changed since it was read, and what the system says.
pub(crate) fn replace(path: &Path, before: &str, after: &str) -> Result<(), NotWritten> {
    let failed = |error: &io::Error| NotWritten {
        message: format!("`{}` can't be written: {error}", shown(path)),
        help: "the file is as it was; `--diff` shows what would be changed",
    };
    let target = fs::canonicalize(path).map_err(|error| failed(&error))?;
    let permissions = fs::metadata(&target).map_err(|error| failed(&error))?.permissions();
    if permissions.readonly() {
        return Err(NotWritten {
            message: format!("`{}` is read-only and stays as it is", shown(path)),
            help: "make it writable, or see with `--diff` what would be changed",
        });
    }
    let beside = beside(&target);
    let written = write_new(&beside, after, permissions).and_then(|()| {
        if fs::read(&target)? != before.as_bytes() {
            return Ok(false);
        }
        fs::rename(&beside, &target).map(|()| true)
    });
    if !matches!(written, Ok(true)) {
        // What can't be removed was most often never made.
        let _ = fs::remove_file(&beside);
    }
    match written {
        Ok(true) => Ok(()),
        Ok(false) => Err(NotWritten {
            message: format!("`{}` has changed since it was read, and was left alone", shown(path)),
            help: "run the command again",
        }),
        Err(error) => Err(failed(&error)),
    }
}

/// How the files begin and end that hold a new text until it takes its name.
const NAME: (&str, &str) = (".dsl-fix-", ".new");
/// A new text takes its name at once: one that is older was left by a command that was killed.
const OLD: Duration = Duration::from_secs(60);

/// A new file beside `target`. Its name holds nothing of the script's, which may be as long as names can be.
fn beside(target: &Path) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let (begin, end) = NAME;
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    target.with_file_name(format!("{begin}{}-{count}{end}", std::process::id()))
}

/// Removes from a folder what commands that were killed have left in it.
pub(crate) fn tidy(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let is_ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(NAME.0) && name.ends_with(NAME.1));
        let age = || SystemTime::now().duration_since(entry.metadata().ok()?.modified().ok()?).ok();
        if is_ours && age().is_some_and(|age| age > OLD) {
            // Another one may be as quick.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn write_new(path: &Path, text: &str, permissions: fs::Permissions) -> io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    file.write_all(text.as_bytes())?;
    file.set_permissions(permissions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_has_changed_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.signal");
        fs::write(&path, "theirs").unwrap();
        let refused = replace(&path, "before", "after").unwrap_err();
        assert!(refused.message.contains("has changed since it was read"), "{refused:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        replace(&path, "theirs", "after").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "after");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
