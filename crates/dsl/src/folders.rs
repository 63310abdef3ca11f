//! Where the command keeps what is the user's own: settings, what can be fetched again, and what happened.

use std::path::PathBuf;

use crate::service;

/// Settings and, where there is no keyring, keys: `SIGNAL_CONFIG_DIR`, else the system's. `None`: there is no home.
pub(crate) fn config() -> Option<PathBuf> {
    folder("SIGNAL_CONFIG_DIR", "XDG_CONFIG_HOME", "APPDATA", ".config")
}

/// What can be fetched again: `SIGNAL_CACHE_DIR`, else the system's. `None`: there is no home.
pub(crate) fn cache() -> Option<PathBuf> {
    folder("SIGNAL_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA", ".cache")
}

/// What happened, and can't be fetched again: `SIGNAL_STATE_DIR`, else the system's. `None`: there is no home.
pub(crate) fn state() -> Option<PathBuf> {
    folder("SIGNAL_STATE_DIR", "XDG_STATE_HOME", "LOCALAPPDATA", ".local/state")
}

/// The folder that our own variable names, or else `dsl` in the system's: the XDG variable, Windows' variable, the usual
/// place below the home.
fn folder(own: &str, xdg: &str, windows: &str, below_home: &str) -> Option<PathBuf> {
    if let Some(folder) = service::variable(own) {
        return Some(PathBuf::from(folder));
    }
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let local = || if cfg!(windows) { absolute(windows) } else { None };
    let home = || absolute("HOME").map(|home| home.join(below_home));
    Some(absolute(xdg).or_else(local).or_else(home)?.join("dsl"))
}
