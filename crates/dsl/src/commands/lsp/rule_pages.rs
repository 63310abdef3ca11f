//! The pages of rules as files, so that a finding's name leads somewhere in every editor, offline too.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::commands::explain;
use crate::files::{self, Readers};
use crate::folders;

/// The pages that findings led to so far, in the cache folder.
#[derive(Debug, Default)]
pub(super) struct RulePages(Mutex<HashMap<String, Option<PathBuf>>>);

impl RulePages {
    /// The page of a rule, written when it is first asked for. `None`: there is no such rule, or no place to write to.
    pub(super) fn of(&self, rule: &str) -> Option<PathBuf> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(page) = known.get(rule) {
            return page.clone();
        }
        let page = folders::cache().and_then(|cache| written(&cache.join("rules"), rule));
        known.insert(rule.to_owned(), page.clone());
        page
    }
}

/// Writes the page of a rule, unless it is there already, as it is told now: an older version may have left another.
fn written(folder: &Path, rule: &str) -> Option<PathBuf> {
    let page = explain::page(rule)?;
    let folder = std::path::absolute(folder).ok()?;
    let file = folder.join(format!("{rule}.md"));
    if fs::read(&file).is_ok_and(|bytes| bytes == page.as_bytes()) {
        return Some(file);
    }
    files::write(&file, page.as_bytes(), Readers::Anyone).ok().map(|()| file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_written_once_and_anew_when_another_stands_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = written(folder.path(), "unused-name").unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("# unused-name\n"), "{text}");
        fs::write(&file, "an older page").unwrap();
        assert_eq!(written(folder.path(), "unused-name"), Some(file.clone()));
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }

    #[test]
    fn no_page_is_made_of_what_is_no_rule() {
        let folder = tempfile::tempdir().unwrap();
        for rule in ["no-such-rule", "../outside", "QUOTA_EXCEEDED", ""] {
            assert_eq!(written(folder.path(), rule), None, "{rule}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
