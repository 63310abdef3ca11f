//! The projects around several scripts, which may share settings files and catalogs.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use super::{Project, Roots, catalog, root};
use crate::failure::Failure;
use crate::input::{self, Place};
use crate::render::visible;

/// The projects of many scripts, each settings file read once.
#[derive(Debug, Default)]
pub(crate) struct Projects {
    by_roots: BTreeMap<Roots, Project>,
    roots_of: BTreeMap<PathBuf, Roots>,
}

impl Projects {
    /// Opens the projects of `places`.
    ///
    /// # Errors
    /// As [`root`] and [`Project::open`].
    pub(crate) fn around(places: &[Place], config: Option<&Path>) -> Result<Self, Failure> {
        let mut projects = Self::default();
        let mut loaded = catalog::Loaded::default();
        let mut last = None;
        for place in places {
            // Scripts of one folder come one after the other.
            let folder = place.folder();
            if last.as_ref() == Some(&folder) {
                continue;
            }
            last = Some(folder.clone());
            if let Entry::Vacant(folder) = projects.roots_of.entry(folder) {
                let roots = root(folder.key(), config)?;
                if let Entry::Vacant(project) = projects.by_roots.entry(roots.clone()) {
                    project.insert(Project::open_with(&roots, &mut loaded)?);
                }
                folder.insert(roots);
            }
        }
        Ok(projects)
    }

    /// The project of a place that was opened.
    pub(crate) fn of(&self, place: &Place) -> Option<&Project> {
        self.by_roots.get(self.roots_of.get(&place.folder())?)
    }

    /// The folders of the scripts and of their settings files.
    pub(crate) fn folders(&self) -> impl Iterator<Item = PathBuf> {
        let settings = self.files().map(|(file, _)| file).filter(|file| !file.as_os_str().is_empty());
        self.roots_of.keys().cloned().chain(settings.map(input::folder_of))
    }

    /// Every settings file with its project, each once; the empty path stands for none.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&Path, &Project)> {
        let mut last = None;
        // One settings file may stand above several pinned catalogs; they lie side by side in this order.
        self.by_roots.iter().filter_map(move |(roots, project)| {
            let again = last.replace(&roots.settings) == Some(&roots.settings);
            (!again).then_some((roots.settings.as_path(), project))
        })
    }

    /// Every project, in the order of their files.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Project> {
        self.files().map(|(_, project)| project)
    }

    /// The catalogs other than the bundled one that scripts are checked against, as people read it; empty: there is none.
    pub(crate) fn fetched(&self) -> Vec<String> {
        let live = self.by_roots.values().map(|project| project.catalog.get()).filter(|catalog| catalog.is_live());
        let mut told: Vec<String> = live
            .map(|catalog| {
                let (origin, date) = (catalog.origin().as_str(), visible::line(catalog.date()));
                format!("names: the {origin} catalog of {date} ({})", catalog.hash())
            })
            .collect();
        told.sort_unstable();
        told.dedup();
        told
    }
}
