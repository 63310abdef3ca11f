//! This machine: folders, hooks of commits, editors, the terminal.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Check, note, ok, problem};
use crate::folders;
use crate::input::shown;
use crate::render::width;
use crate::service;

/// Editors by the command that starts them.
const EDITORS: [(&str, &str); 6] = [
    ("code", "VS Code"),
    ("codium", "VSCodium"),
    ("nvim", "Neovim"),
    ("vim", "Vim"),
    ("hx", "Helix"),
    ("emacs", "Emacs"),
];

/// Whether what is the user's own can be written.
pub(super) fn folders() -> Check {
    let all = [("settings", folders::config()), ("cache", folders::cache()), ("journal", folders::state())];
    for (what, folder) in &all {
        let Some(folder) = folder else {
            let cure = "set HOME, or SIGNAL_CONFIG_DIR, SIGNAL_CACHE_DIR and SIGNAL_STATE_DIR";
            return problem("folders", format!("there is no place for the {what}"), Some(cure.to_owned()));
        };
        if let Err(error) = writable(folder) {
            let cure = format!("mend its permissions, or set SIGNAL_{}_DIR", variable(what));
            return problem("folders", format!("{} can't be written: {error}", shown(folder)), Some(cure));
        }
    }
    ok("folders", "settings, cache and journal can be written")
}

fn variable(what: &str) -> &'static str {
    match what {
        "settings" => "CONFIG",
        "cache" => "CACHE",
        _ => "STATE",
    }
}

/// Tries to write in a folder; in the nearest one above where it is not there yet.
fn writable(folder: &Path) -> std::io::Result<()> {
    let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    let probe = there.join(format!(".dsl-doctor.{}", std::process::id()));
    fs::OpenOptions::new().write(true).create_new(true).open(&probe)?;
    fs::remove_file(&probe)
}

/// Whether commits are checked.
pub(super) fn commits(config: Option<&Path>) -> Check {
    const NAME: &str = "commits";
    let here = config.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let here = std::path::absolute(here).unwrap_or_else(|_| here.to_owned());
    let Some(top) = here.ancestors().find(|folder| folder.join(".git").exists()) else {
        return ok(NAME, "not in a git repository");
    };
    let hooks = fs::read_to_string(top.join(".pre-commit-config.yaml")).unwrap_or_default();
    if !hooks.contains("dsl-check") {
        return note(NAME, "no pre-commit hook checks scripts", "the README's \"Before every commit\" has the lines");
    }
    // In a worktree `.git` is a file, and the hooks are elsewhere.
    let git = top.join(".git");
    if git.is_dir() && !git.join("hooks/pre-commit").exists() {
        return note(NAME, "pre-commit has a hook for scripts, and is not installed here", "pre-commit install");
    }
    ok(NAME, "a pre-commit hook checks scripts")
}

/// Editors that are installed; what they are set up for can't be seen from here.
pub(super) fn editors() -> Check {
    let found: Vec<&str> = EDITORS.iter().filter(|(command, _)| on_path(command)).map(|(_, name)| *name).collect();
    match found[..] {
        [] => ok("editors", "none of those that dsl has settings for"),
        _ => ok("editors", format!("{}; the folder editors/ of dsl has their settings", found.join(", "))),
    }
}

fn on_path(command: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let names: Vec<PathBuf> = if cfg!(windows) {
        ["exe", "cmd", "bat"].iter().map(|ending| PathBuf::from(format!("{command}.{ending}"))).collect()
    } else {
        vec![PathBuf::from(command)]
    };
    std::env::split_paths(&folders).any(|folder| names.iter().any(|name| folder.join(name).is_file()))
}

/// What the terminal can show.
pub(super) fn terminal(color: bool) -> Check {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| service::variable(name)).unwrap_or_default();
    let colors = if color { "colours" } else { "no colours" };
    match terminal_size::terminal_size() {
        None => ok("terminal", format!("none, {colors}")),
        Some(_) if width() < 80 => {
            note("terminal", format!("{} columns, {colors}", width()), "80 columns or more show tables whole")
        }
        Some(_) if !cfg!(windows) && !locale.to_uppercase().contains("UTF") => {
            note("terminal", format!("{} columns, {colors}, no UTF-8", width()), "LANG=C.UTF-8 makes plots finer")
        }
        Some((_, height)) => ok("terminal", format!("{} columns, {} lines, {colors}, UTF-8", width(), height.0)),
    }
}
