//! Scripts for tests of features, with the cursor drawn into them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use signal_catalog::{Catalog, Entry};
use signal_market::Date;
use signal_project::Config;
use signal_text::{Diagnostic, Source, Span};

use crate::host::{Change, Host, LastRun, Project, Status};
use crate::snapshot::Snapshot;

/// Where the cursor stands in the texts of tests.
const CURSOR: char = '┃';

/// A script without a file, under the bundled catalog and no settings file.
pub(crate) fn snapshot(text: &str) -> Snapshot {
    let today = Date::new(2026, 6, 1).ok();
    Snapshot::new(Source::new("test.signal", text), None, Arc::new(Project::default()), today)
}

/// A script and the byte offset of the cursor `┃` in it, which is taken out.
pub(crate) fn at_cursor(marked: &str) -> (Snapshot, u32) {
    let offset = marked.find(CURSOR).unwrap_or_else(|| panic!("no cursor {CURSOR} in {marked:?}"));
    let text = marked.replacen(CURSOR, "", 1);
    (snapshot(&text), u32::try_from(offset).unwrap())
}

/// As [`at_cursor`], under a settings file, whose declared names are known.
pub(crate) fn at_cursor_under(marked: &str, settings: &str) -> (Snapshot, u32) {
    let (plain, offset) = at_cursor(marked);
    let (config, errors) = Config::parse(&Source::new("signal.toml", settings));
    assert!(errors.is_empty(), "{errors:?}");
    let declared = config.declare.iter().map(|declaration| Entry::declare(&declaration.text).unwrap());
    let catalog = Catalog::bundled().with(declared.collect::<Vec<_>>());
    let project = Project {
        settings: Some("signal.toml".into()),
        config: Some(Arc::new(config)),
        catalog: Some(Arc::new(catalog)),
        ..Project::default()
    };
    let today = Date::new(2026, 6, 1).ok();
    (Snapshot::new(plain.source().clone(), None, Arc::new(project), today), offset)
}

/// Places as `line:column-column`, counted in characters from 1, the end excluded.
pub(crate) fn ranges(snapshot: &Snapshot, spans: Vec<Span>) -> String {
    let shown = |span: &Span| {
        let (start, end) = (snapshot.source().line_column(span.start), snapshot.source().line_column(span.end));
        match start.line == end.line {
            true => format!("{}:{}-{}", start.line, start.column, end.column),
            false => format!("{}:{}-{}:{}", start.line, start.column, end.line, end.column),
        }
    };
    spans.iter().map(shown).collect::<Vec<_>>().join(" ")
}

/// Every example and every script of the corpus, faulty ones too.
pub(crate) fn scripts() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut folders = vec![root.join("examples"), root.join("tests/corpus")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "signal") {
                found.push((path.clone(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(found.len() > 100, "{} scripts", found.len());
    found
}

/// A world in which there is nothing but the open texts.
pub(crate) struct Nowhere;

impl Host for Nowhere {
    fn project(&self, _: Option<&Path>) -> Arc<Project> {
        Arc::default()
    }

    fn check_settings(&self, _: &Source) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn today(&self) -> Option<Date> {
        Date::new(2026, 6, 1).ok()
    }

    fn last_run(&self, _: &Path) -> Option<LastRun> {
        None
    }

    fn status(&self, _: Option<&Path>) -> Status {
        Status { quota: None, service: String::new() }
    }

    fn rule_page(&self, _: &str) -> Option<PathBuf> {
        None
    }

    fn scripts(&self, _: &Path) -> Vec<PathBuf> {
        Vec::new()
    }

    fn read(&self, _: &Path) -> Option<Source> {
        None
    }

    fn forget(&self) {}

    fn watch(&self, _: &[PathBuf], _: Box<dyn Fn(Change) + Send + Sync>) {}
}
