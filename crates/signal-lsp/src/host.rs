//! What the server needs from outside of the open texts: projects, catalogs, past runs. The program that starts it knows.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use signal_analysis::Levels;
use signal_catalog::Catalog;
use signal_format::Style;
use signal_market::Date;
use signal_project::Config;
use signal_text::{Diagnostic, Source};

/// Name of the settings file.
pub const SETTINGS: &str = "signal.toml";

/// The world around the open texts. Every answer may be asked for at each keystroke, so what is read from disk is kept and
/// only read again after a change.
pub trait Host: Send + Sync + 'static {
    /// The project that counts for a script. `None`: a text without a file, which only the user's own catalog counts for.
    fn project(&self, script: Option<&Path>) -> Arc<Project>;

    /// What is wrong in a settings file, given as it stands in the editor.
    fn check_settings(&self, settings: &Source) -> Vec<Diagnostic>;

    /// The current day in UTC.
    fn today(&self) -> Option<Date>;

    /// The last run of a script that was sent, whatever its text was then. `None`: there is none.
    fn last_run(&self, script: &Path) -> Option<LastRun>;

    /// Which catalog, how much quota, which server: what a status bar shows.
    fn status(&self, script: Option<&Path>) -> Status;

    /// The page of a rule, as a file that an editor can open. `None`: there is no rule of that name, or no place for pages.
    fn rule_page(&self, rule: &str) -> Option<PathBuf>;

    /// The scripts in a folder and below, as git would list them.
    fn scripts(&self, folder: &Path) -> Vec<PathBuf>;

    /// The text of a file that is not open.
    fn read(&self, file: &Path) -> Option<Source>;

    /// Forgets what was read, since files have changed.
    fn forget(&self);

    /// From now on calls `changed` after a settings file, a catalog or the journal has changed, until the server ends.
    fn watch(&self, folders: &[PathBuf], changed: Box<dyn Fn(Change) + Send + Sync>);
}

/// What has changed on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Runs, or what is known of the quota.
    Runs,
    /// Settings or catalogs: what is found in scripts may be something else now.
    Project,
}

/// What counts for a script beside its own text.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The settings file. `None`: there is none, and the defaults hold.
    pub settings: Option<PathBuf>,
    /// Its text.
    pub text: Option<Arc<Source>>,
    /// What is wrong in it whatever the script.
    pub found: Vec<Diagnostic>,
    /// Its values.
    pub config: Option<Arc<Config>>,
    /// Severities of rules for this script, by `[rules]` and `[[override]]`.
    pub levels: Levels,
    /// The names that scripts may use. `None`: those of the bundled catalog.
    pub catalog: Option<Arc<Catalog>>,
    /// `[format]`.
    pub style: Style,
    /// Why the settings file or the catalog can't be used, for people.
    pub trouble: Option<String>,
}

impl Project {
    /// The catalog that counts.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        self.catalog.as_deref().unwrap_or_else(|| Catalog::bundled())
    }
}

/// A past run of a script.
#[derive(Clone, Debug, PartialEq)]
pub struct LastRun {
    /// The journal's name for it, as `dsl runs show` takes it.
    pub id: String,
    /// How it stands.
    pub outcome: Outcome,
    /// When it was sent, as `2026-05-01 14:32 UTC`.
    pub when: String,
    /// The script's text as it was sent; `None`: it is not there any more.
    pub script: Option<Arc<str>>,
    /// Whether it rests on synthetic bars, as a sandbox makes them up.
    pub synthetic: bool,
    /// The page of the run on the server, where there still is one.
    pub dashboard: Option<String>,
}

/// How a run stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It goes on, as far as is known.
    Running,
    /// It is done.
    Completed {
        /// Gain of the whole range as a fraction (0.124 = 12.4 %), where the server told it.
        total_return: Option<f64>,
        /// Closed trades, where the server told it.
        trades: Option<u64>,
    },
    /// It came to no result; the word for it, such as `failed`, `cancelled`, `refused`.
    Ended(&'static str),
}

/// What a status bar shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// Units of quota that are left; `None`: no key, or nothing is known.
    pub quota: Option<QuotaLeft>,
    /// Address of the service that `dsl run` would send to.
    pub service: String,
}

/// Units of quota, of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaLeft {
    /// Left of this hour's.
    pub hour_left: u32,
    /// This hour's.
    pub hour_limit: u32,
    /// Left of this day's.
    pub day_left: u32,
    /// This day's.
    pub day_limit: u32,
}
