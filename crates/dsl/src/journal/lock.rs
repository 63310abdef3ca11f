//! Locks on files: between processes, and let go by the system when their holder dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

/// How often a lock is tried that somebody may only be looking at, and how long one look takes at most.
const LOOKS: u32 = 4;
const LOOK: Duration = Duration::from_millis(3);

/// A lock that is held as long as this lives.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Lock {
    /// Takes it once nobody else holds it.
    ///
    /// # Errors
    /// When the file can't be made, or the file system knows no locks.
    pub(crate) fn wait(file: &Path) -> io::Result<Self> {
        let file = open(file)?;
        file.lock()?;
        Ok(Self(file))
    }

    /// Takes it, unless somebody else holds it.
    ///
    /// # Errors
    /// As [`Lock::wait`].
    pub(crate) fn try_take(file: &Path) -> io::Result<Option<Self>> {
        let file = open(file)?;
        // Somebody who only looks ([`Lock::is_held`]) is in the way for an instant.
        for _ in 0..LOOKS {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self(file))),
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOOK),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Whether somebody holds it. A file that is not there is held by nobody.
    pub(crate) fn is_held(file: &Path) -> bool {
        // Shared, so that two who only look don't take each other for a holder.
        File::open(file).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file lets go as well; a process that was just started may still hold a copy of it for a moment.
        let _ = self.0.unlock();
    }
}

fn open(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}
