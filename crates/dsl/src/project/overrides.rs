//! Levels of rules by path: which `[[override]]` of a settings file speaks for a script.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use signal_analysis::Levels;
use signal_project::{Override, PathPattern};
use signal_text::{Diagnostic, Severity};

use super::levels;
use crate::input;

/// Every `[[override]]` of a settings file.
#[derive(Debug, Default)]
pub(super) struct Overrides {
    /// The folder of the settings file, which paths are relative to.
    folder: PathBuf,
    list: Vec<(Gitignore, Levels)>,
}

impl Overrides {
    /// Reads those of a settings file; patterns that can't be used and rules that do not exist are reported.
    pub(super) fn new(file: &Path, overrides: &[Override], diagnostics: &mut Vec<Diagnostic>) -> Self {
        if overrides.is_empty() {
            return Self::default();
        }
        let list = overrides.iter().map(|one| (patterns(&one.paths, diagnostics), levels(&one.rules, diagnostics)));
        Self { list: list.collect(), folder: plain(&input::folder_of(file)) }
    }

    /// The levels of a script, `of_all` being those of `[rules]`.
    pub(super) fn over<'l>(&self, of_all: &'l Levels, script: &Path) -> Cow<'l, Levels> {
        if self.list.is_empty() {
            return Cow::Borrowed(of_all);
        }
        let script = plain(script);
        let Ok(path) = script.strip_prefix(&self.folder) else { return Cow::Borrowed(of_all) };
        let mut levels = Cow::Borrowed(of_all);
        for (patterns, own) in &self.list {
            if patterns.matched_path_or_any_parents(path, false).is_ignore() {
                levels.to_mut().0.extend(own.0.iter().map(|(rule, level)| (rule.clone(), *level)));
            }
        }
        levels
    }
}

/// A path from the root, without `.` and `..`. Links are not followed: people write paths as they see them.
fn plain(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut plain = PathBuf::new();
    for component in absolute.components() {
        match component {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

/// Patterns as git reads them.
fn patterns(paths: &[PathPattern], diagnostics: &mut Vec<Diagnostic>) -> Gitignore {
    let mut builder = GitignoreBuilder::new("");
    let mut refuse = |path: &PathPattern, why: &str| {
        let message = format!("this pattern matches no path: {why}");
        let help = "patterns are those of a .gitignore: `research/**`, `dca_*.signal`, `!keep.signal`";
        diagnostics.push(Diagnostic::new("bad-setting", Severity::Error, path.span, message).help(help));
    };
    for path in paths {
        let text = path.text.trim();
        if text.is_empty() {
            refuse(path, "it is empty");
        } else if text.starts_with('#') {
            refuse(path, "`#` begins a comment; write `\\#` for a file of that name");
        } else if let Err(error) = builder.add_line(None, text.strip_prefix("./").unwrap_or(text)).map(|_| ()) {
            refuse(path, &reason(&error));
        }
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

/// What is wrong with a pattern, without the pattern itself.
fn reason(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        other => other.to_string(),
    }
}
