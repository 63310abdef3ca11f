//! Files that are written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::input::folder_of;

/// Who may read a file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Whoever the system lets.
    Anyone,
    /// Its owner alone: 0600, in a folder made 0700 where there was none.
    Owner,
}

/// Writes a file so that whoever reads it, also after a crash, finds the old content or the new one, whole.
///
/// # Errors
/// A folder that can't be made or written; then nothing is left behind.
pub(crate) fn write(file: &Path, content: &[u8], readers: Readers) -> io::Result<()> {
    static DRAFTS: AtomicU32 = AtomicU32::new(0);
    let folder = folder_of(file);
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
    let draft = folder.join(format!(".{name}.{}.{number}", std::process::id()));
    let written = make_folder(&folder, readers).and_then(|()| {
        let mut new = create(&draft, readers)?;
        new.write_all(content)?;
        new.sync_all()?;
        fs::rename(&draft, file)?;
        sync_folder(&folder);
        Ok(())
    });
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written
}

/// Sees to it that the names in a folder are on disk as well. A system that has no such thing for folders has nothing to sync.
pub(crate) fn sync_folder(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// Makes a folder and those above it.
///
/// # Errors
/// When the system does not let us.
pub(crate) fn make_folder(folder: &Path, readers: Readers) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    }
    builder.create(folder)
}

fn create(file: &Path, readers: Readers) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    options.open(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_no_draft_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a/b.json");
        write(&file, b"one", Readers::Owner).unwrap();
        write(&file, b"two", Readers::Owner).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path().join("a")).unwrap().count(), 1);
        assert!(write(&folder.path().join("a/b.json/c"), b"three", Readers::Anyone).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_the_owners_is_read_by_nobody_else() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys/key");
        write(&file, b"secret", Readers::Owner).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    }
}
