//! Which catalog counts, and the files that hold one: `signal.catalog.json` in a project, and the user's own.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use signal_catalog::{Catalog, Imported, Origin, Pinned, PinnedError};

use super::relative;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::folders;
use crate::input::shown;

/// Name of the pinned catalog, which is committed beside `signal.toml`.
pub(crate) const PINNED: &str = "signal.catalog.json";
/// Name of the user's catalog in the cache folder.
pub(crate) const CACHED: &str = "catalog.json";
/// A longer file is not read: the list has some hundred kilobytes.
const MOST_BYTES: u64 = 128 << 20;

/// A file with a catalog, and what it counts as.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The file.
    pub(crate) file: PathBuf,
    /// Whether it is the user's, and not the project's.
    pub(crate) cached: bool,
}

impl Place {
    fn origin(&self) -> Origin {
        if self.cached { Origin::Cache } else { Origin::Project }
    }
}

/// The catalog that counts for a folder, given as an absolute path: the nearest pinned one upwards, or the user's.
pub(crate) fn around(folder: &Path) -> Option<Place> {
    let pinned = folder.ancestors().map(|folder| folder.join(PINNED)).find(|file| file.is_file());
    match pinned {
        Some(file) => Some(Place { file: relative(&file), cached: false }),
        None => cached(),
    }
}

/// The user's catalog, where there is one.
pub(crate) fn cached() -> Option<Place> {
    cache_file().filter(|file| file.is_file()).map(|file| Place { file, cached: true })
}

/// Where the user's catalog is kept: in the cache folder. `None`: there is no home.
pub(crate) fn cache_file() -> Option<PathBuf> {
    folders::cache().map(|folder| folder.join(CACHED))
}

/// Catalogs that have been read, so that many projects share one.
#[derive(Debug, Default)]
pub(crate) struct Loaded(BTreeMap<PathBuf, Arc<Catalog>>);

impl Loaded {
    /// The catalog of a file.
    ///
    /// # Errors
    /// As [`load`].
    pub(crate) fn get(&mut self, place: &Place) -> Result<Arc<Catalog>, Failure> {
        if let Some(catalog) = self.0.get(&place.file) {
            return Ok(Arc::clone(catalog));
        }
        let text = read(place)?;
        let (pinned, imported) = load(place, &text)?;
        let catalog = Arc::new(imported.catalog(place.origin(), pinned.date.into_owned(), pinned.hash));
        self.0.insert(place.file.clone(), Arc::clone(&catalog));
        Ok(catalog)
    }
}

/// The text of a catalog's file.
///
/// # Errors
/// A file that can't be read, or that is no text.
pub(crate) fn read(place: &Place) -> Result<String, Failure> {
    let mut text = String::new();
    let read = File::open(&place.file).and_then(|file| file.take(MOST_BYTES).read_to_string(&mut text));
    match read {
        Ok(_) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(unusable(place, "it is no text")),
        Err(error) => Err(unusable(place, &format!("it can't be read: {error}"))),
    }
}

/// What a catalog's file holds, as it came and as it is understood.
///
/// # Errors
/// A file that is no catalog, with how to come by one.
pub(crate) fn load<'t>(place: &Place, text: &'t str) -> Result<(Pinned<'t>, Imported), Failure> {
    let pinned = Pinned::read(text).map_err(|error| {
        let failure = unusable(place, &error.to_string());
        match error {
            PinnedError::Newer { .. } => failure.suggest("update `dsl`; a later version wrote the file"),
            _ => failure,
        }
    })?;
    let imported = pinned.import(Catalog::bundled()).map_err(|error| unusable(place, &error.to_string()))?;
    Ok((pinned, imported))
}

fn unusable(place: &Place, why: &str) -> Failure {
    let file = shown(&place.file);
    let failure = Failure::new(Exit::Usage, "bad-catalog", format!("the catalog `{file}` can't be used: {why}"));
    failure.suggest(if place.cached {
        format!("fetch it again with `dsl catalog pull`, or delete `{file}` to go on with the bundled one")
    } else {
        format!("take it from version control again, fetch it anew with `dsl catalog pull --lock`, or delete `{file}`")
    })
}

/// Writes a catalog's file whole.
///
/// # Errors
/// A folder that can't be made or written.
pub(crate) fn write(file: &Path, text: &str) -> Result<(), Failure> {
    files::write(file, text.as_bytes(), Readers::Anyone).map_err(|error| {
        Failure::new(Exit::Usage, "unwritable", format!("`{}` can't be written: {error}", shown(file)))
            .suggest("check the folder's permissions, or set SIGNAL_CACHE_DIR to another one")
    })
}
