//! Looks for symbols in the open texts and in the scripts of the open folders.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use signal_text::Source;
use tower_lsp::ls_types::WorkspaceSymbol;

use super::Shared;
use crate::convert;
use crate::convert::symbols::workspace_symbol;
use crate::documents::Language;
use crate::features::workspace_symbols::{MOST, Match, matches};
use crate::snapshot::Snapshot;

/// Files that are looked into: an answer has to come while somebody types.
const FILES: usize = 4_000;

/// The symbols that fit what was typed: those of open texts first, of each the best first.
pub(super) fn search(shared: &Shared, typed: &str) -> Vec<WorkspaceSymbol> {
    let (host, session) = (&*shared.host, shared.session());
    let mut symbols = Vec::new();
    let mut open: BTreeSet<PathBuf> = BTreeSet::new();
    let mut found: Vec<(Match, usize)> = Vec::new();
    let texts = shared.documents.all();
    for (at, text) in texts.iter().enumerate().filter(|(_, text)| text.language == Language::Script) {
        open.extend(text.path().map(Path::to_owned));
        found.extend(matches(text.snapshot(host), typed).into_iter().map(|found| (found, at)));
    }
    found.sort_by_key(|(found, _)| found.rank);
    for (found, at) in found.into_iter().take(MOST) {
        let text = &texts[at];
        let name = text.path().map_or_else(|| text.uri.path().as_str().to_owned(), file_name);
        symbols.push(workspace_symbol(found, &name, &text.uri, &text.source, session.encoding));
    }
    if symbols.len() >= MOST {
        return symbols;
    }
    let files = shared.folders().into_iter().flat_map(|folder| host.scripts(&folder));
    let files: BTreeSet<PathBuf> = files.filter(|file| !open.contains(file)).take(FILES).collect();
    let mut found: Vec<(Match, Arc<Source>, &PathBuf)> = Vec::new();
    for file in &files {
        let Some(source) = host.read(file).map(Arc::new) else { continue };
        let project = host.project(Some(file));
        let snapshot = Snapshot::new(Arc::clone(&source), Some(file.clone()), project, host.today());
        found.extend(matches(&snapshot, typed).into_iter().map(|found| (found, Arc::clone(&source), file)));
        // Texts of files without the best are let go of in time.
        if found.len() > 4 * MOST {
            keep_best(&mut found, MOST);
        }
    }
    keep_best(&mut found, MOST - symbols.len());
    symbols.extend(found.into_iter().filter_map(|(found, source, file)| {
        Some(workspace_symbol(found, &file_name(file), &convert::uri(file)?, &source, session.encoding))
    }));
    symbols
}

fn keep_best<T>(found: &mut Vec<(Match, T, &PathBuf)>, most: usize) {
    found.sort_by_key(|(found, ..)| found.rank);
    found.truncate(most);
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
