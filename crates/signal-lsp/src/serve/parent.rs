//! Whether the processes that the server works for are still there: the one that started it, and the one that its client names.
//!
//! Editors that crash close standard input, too, unless another process has inherited it.

use std::path::PathBuf;
use std::time::Duration;

/// How often they are looked for.
const PAUSE: Duration = Duration::from_secs(2);

/// Resolves when one of them is gone; where the system does not tell, never. `client` is the process that the client names,
/// once it has.
pub(super) async fn gone(client: impl Fn() -> Option<u32>) {
    let parent = parent();
    let mut seen = None;
    loop {
        if self::parent() != parent {
            return;
        }
        // A client in another container may name a process that is not seen from here.
        let process = client().map(|client| PathBuf::from(format!("/proc/{client}")));
        match (&seen, process) {
            (None, Some(process)) if process.exists() => seen = Some(process),
            (Some(process), _) if !process.exists() => return,
            _ => {}
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The process that started this one. Who loses theirs is given another one.
#[cfg(unix)]
fn parent() -> Option<u32> {
    Some(std::os::unix::process::parent_id())
}

#[cfg(not(unix))]
fn parent() -> Option<u32> {
    None
}
