//! `dsl catalog diff`: what differs between two catalogs, and which scripts it touches.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use signal_catalog::{Catalog, Change, Origin, Pinned, changes};
use signal_syntax::Expr;

use super::{InUse, pull};
use crate::args::{CatalogDiffArguments, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{self, Place};
use crate::output::Console;
use crate::project::catalog;
use crate::render::catalog::{DiffDocument, change_document};
use crate::render::json::CatalogStamp;
use crate::render::{self, json, number};
use crate::today::today;

pub(super) fn run(arguments: &CatalogDiffArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    let used = InUse::open(global, console)?;
    let other;
    // From the earlier to the later: bundled -> in use -> another file, or what the service lists now.
    let (from, to) = if arguments.live {
        other = live()?;
        (used.catalog(), &other)
    } else if let Some(file) = &arguments.file {
        other = of_file(file)?;
        (used.catalog(), &other)
    } else {
        (Catalog::bundled(), used.catalog())
    };
    let changes = changes(from, to);
    let users = users(&arguments.scripts, &changes)?;
    let documents: Vec<_> = changes
        .iter()
        .map(|change| change_document(change, users.get(change.name.as_str()).cloned().unwrap_or_default()))
        .collect();
    let exit = if arguments.exit_code && !documents.is_empty() { Exit::Findings } else { Exit::Done };
    if arguments.json {
        let document = DiffDocument { schema: json::SCHEMA, from: stamp(from), to: stamp(to), changes: documents };
        console.result(&json::document(&document));
        return Ok(exit);
    }
    console.result(&render::catalog::changes(&documents, console.color));
    let touched: BTreeSet<&String> = users.values().flatten().collect();
    console.talk(&if documents.is_empty() {
        format!("nothing differs between {} and {}", described(from), described(to))
    } else {
        format!(
            "{} between {} and {}, {} touched",
            number::count(documents.len() as u64, "change"),
            described(from),
            described(to),
            number::count(touched.len() as u64, "script")
        )
    });
    Ok(exit)
}

fn stamp(catalog: &Catalog) -> CatalogStamp<'_> {
    CatalogStamp {
        origin: Cow::Borrowed(catalog.origin().as_str()),
        date: Cow::Borrowed(catalog.date()),
        hash: Cow::Borrowed(catalog.hash()),
    }
}

fn described(catalog: &Catalog) -> String {
    format!("the {} catalog of {}", catalog.origin().as_str(), render::visible::line(catalog.date()))
}

fn live() -> Result<Catalog, Failure> {
    let (text, url) = pull::fetch()?;
    let pinned = Pinned::of_answer(&text, url, today().to_string()).map_err(|error| pull::unreadable(&error))?;
    let imported = pinned.import(Catalog::bundled()).map_err(|error| pull::unreadable(&error))?;
    Ok(imported.catalog(Origin::Cache, pinned.date.into_owned(), pinned.hash))
}

fn of_file(file: &Path) -> Result<Catalog, Failure> {
    if !file.is_file() {
        return Err(input::missing(file));
    }
    let place = catalog::Place { file: file.to_owned(), cached: false };
    let text = catalog::read(&place)?;
    let (pinned, imported) = catalog::load(&place, &text)?;
    Ok(imported.catalog(Origin::Project, pinned.date.into_owned(), pinned.hash))
}

/// The scripts that use a changed name, by name.
///
/// # Errors
/// A path that is not there. That there are no scripts is no error here.
fn users<'c>(paths: &[PathBuf], changes: &'c [Change]) -> Result<BTreeMap<&'c str, Vec<String>>, Failure> {
    let mut users: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    if changes.is_empty() {
        return Ok(users);
    }
    let changed: BTreeSet<&str> = changes.iter().map(|change| change.name.as_str()).collect();
    let places = match input::many(paths, None) {
        Err(failure) if failure.code == "no-scripts" => Vec::new(),
        places => places?,
    };
    for place in &places {
        for name in used_names(place, &changed) {
            users.entry(name).or_default().push(place.name());
        }
    }
    Ok(users)
}

/// Which of these names a script uses, but for those that it defines itself.
fn used_names<'c>(place: &Place, names: &BTreeSet<&'c str>) -> BTreeSet<&'c str> {
    let Ok(script) = input::read(place) else { return BTreeSet::new() };
    let tree = signal_syntax::parse(&script.source).tree;
    let bindings = signal_syntax::Bindings::new(&script.source, &tree);
    let uses = tree.ids().filter(|id| matches!(tree.expr(*id), Expr::Name) && bindings.of(*id).is_none());
    uses.filter_map(|id| names.get(tree.name(&script.source, id)?).copied()).collect()
}
