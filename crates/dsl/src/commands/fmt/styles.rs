//! The style that counts for a script: `[format]` of the nearest `signal.toml`.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use signal_format::Style;
use signal_project::Config;
use signal_text::{Severity, Source};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{self, Place};
use crate::project;

/// Styles by folder, each settings file read once.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_folder: BTreeMap<PathBuf, Style>,
    /// The style where all scripts have the same one, which most often is so.
    common: Option<Style>,
}

impl Styles {
    /// The styles of `places`.
    ///
    /// # Errors
    /// A settings file that is not there or can't be read, or that holds an error: what it was meant to say is not known, and
    /// a guess would be written into every script.
    pub(super) fn around(places: &[Place], config: Option<&Path>) -> Result<Self, Failure> {
        let mut styles = Self::default();
        let mut by_file = BTreeMap::new();
        let mut last = None;
        for place in places {
            // Scripts of one folder come one after the other.
            let folder = place.folder();
            if last.as_ref() == Some(&folder) {
                continue;
            }
            last = Some(folder.clone());
            if let Entry::Vacant(folder) = styles.by_folder.entry(folder) {
                let style = match by_file.entry(project::root(folder.key(), config)?.settings) {
                    Entry::Occupied(style) => *style.get(),
                    Entry::Vacant(file) => {
                        let style = read(file.key())?;
                        *file.insert(style)
                    }
                };
                folder.insert(style);
            }
        }
        let mut all = styles.by_folder.values();
        styles.common = all.next().copied().filter(|first| all.all(|style| style == first));
        Ok(styles)
    }

    /// The folders of the scripts.
    pub(super) fn folders(&self) -> impl Iterator<Item = &Path> {
        self.by_folder.keys().map(PathBuf::as_path)
    }

    /// The style of a place.
    pub(super) fn of(&self, place: &Place) -> Style {
        self.common.or_else(|| self.by_folder.get(&place.folder()).copied()).unwrap_or_default()
    }
}

/// The style that a settings file asks for; an empty path stands for none.
fn read(file: &Path) -> Result<Style, Failure> {
    if file.as_os_str().is_empty() {
        return Ok(Style::default());
    }
    let script = input::read(&Place::File(file.to_owned()))?;
    if let Some(fault) = script.fault {
        return Err(refused(&script.source, fault.span.start, &fault.message));
    }
    let (config, found) = Config::parse(&script.source);
    if let Some(fault) = found.iter().find(|finding| finding.severity == Severity::Error) {
        return Err(refused(&script.source, fault.span.start, &fault.message));
    }
    Ok(project::style(&config))
}

fn refused(source: &Source, at: u32, message: &str) -> Failure {
    let place = source.line_column(at);
    let message = format!("`{}` holds an error in line {}: {message}", source.name(), place.line);
    Failure::new(Exit::Usage, "bad-setting", message)
        .suggest("`dsl check` shows its errors, and `dsl check --fix` mends some")
}
