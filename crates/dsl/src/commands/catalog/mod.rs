//! `dsl catalog`: the names that scripts can use; one file a verb.

mod diff;
mod pull;
mod search;
mod show;

use std::path::Path;

use signal_catalog::{Catalog, Imported, Pinned};

use crate::args::{CatalogArguments, CatalogCommand, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Console;
use crate::project::{self, Project, Roots, catalog};

/// Runs the command.
pub(crate) fn run(arguments: &CatalogArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    match &arguments.command {
        CatalogCommand::Pull(own) => pull::run(own, global, console),
        CatalogCommand::Show(own) => show::run(own, global, console),
        CatalogCommand::Search(own) => search::run(own, global, console),
        CatalogCommand::Diff(own) => diff::run(own, global, console),
    }
}

/// The catalog that counts for the current folder, and the text of the file that it comes from.
struct InUse {
    project: Project,
    roots: Roots,
    text: Option<String>,
}

impl InUse {
    fn open(global: &Global, console: &mut Console) -> Result<Self, Failure> {
        let roots = project::root(Path::new("."), global.config.as_deref())?;
        let project = Project::open(&roots)?;
        project::refuse_broken(&project, console)?;
        let text = roots.catalog.as_ref().map(catalog::read).transpose()?;
        Ok(Self { project, roots, text })
    }

    fn catalog(&self) -> &Catalog {
        self.project.catalog.get()
    }

    /// The file that it comes from, read; `None` for the bundled one.
    fn file(&self) -> Result<Option<(Pinned<'_>, Imported)>, Failure> {
        let (Some(place), Some(text)) = (&self.roots.catalog, &self.text) else { return Ok(None) };
        catalog::load(place, text).map(Some)
    }
}
