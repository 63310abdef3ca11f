//! `dsl catalog show`: all names, or one in full.

use signal_text::closest;

use super::InUse;
use crate::args::{CatalogShowArguments, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Console;
use crate::render::catalog::{self, RecordDocument};
use crate::render::{json, visible, width};

pub(super) fn run(arguments: &CatalogShowArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    let used = InUse::open(global, console)?;
    let names = used.catalog();
    let file = used.file()?;
    let url = file.as_ref().map(|(pinned, _)| pinned.url.to_string());
    let found = match &arguments.name {
        None => None,
        Some(name) => Some(names.get(name).ok_or_else(|| unknown(name, &used))?),
    };
    let records = match (found, &file) {
        (Some(entry), Some((pinned, _))) => pinned.records(&entry.name, signal_catalog::Catalog::bundled()),
        _ => Vec::new(),
    };
    if arguments.json {
        let mut document = match found {
            Some(entry) => catalog::document(names, std::iter::once(entry), url),
            None => catalog::document(names, names.entries().iter(), url),
        };
        if let Some((_, imported)) = &file {
            document.skipped = catalog::skipped(&imported.skipped);
            document.skipped_beyond = imported.skipped_beyond;
        }
        if let Some(entry) = document.entries.first_mut().filter(|_| found.is_some()) {
            let read = |(path, record): (String, String)| {
                Some(RecordDocument { path, record: serde_json::from_str(&record).ok()? })
            };
            entry.records = records.into_iter().filter_map(read).collect();
        }
        console.result(&json::document(&document));
        return Ok(Exit::Done);
    }
    let text = match found {
        Some(entry) => catalog::entry(entry, &records, console.color),
        None => catalog::entries(names.entries().iter(), width(), console.color),
    };
    console.result(&text);
    console.talk(&catalog::provenance(names, url.as_deref()));
    if let Some((_, imported)) = file.filter(|(_, imported)| !imported.skipped.is_empty()) {
        let count = imported.skipped.len() + imported.skipped_beyond;
        console.talk(&format!("{count} parts of the service's answer were not understood; --json lists them"));
    }
    Ok(Exit::Done)
}

/// The failure for a name that is not there.
pub(super) fn unknown(name: &str, used: &InUse) -> Failure {
    let shown = visible::line(name);
    let failure = Failure::new(Exit::NotFound, "unknown-name", format!("the catalog has no name `{shown}`"));
    failure.suggest(match closest(name, used.catalog().names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`dsl catalog search WORDS` looks into summaries too, `dsl catalog show` lists every name".to_owned(),
    })
}
