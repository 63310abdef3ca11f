//! The project around a script: the nearest `signal.toml`, what it sets, and the analysis of a script under it.

pub(crate) mod catalog;
mod overrides;
mod several;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use signal_analysis::{Analysis, Facts, Input, Level, Levels, RULES};
use signal_catalog::Catalog;
use signal_format::Style;
use signal_project::{Config, Directives, Flags, Resolved, RuleSetting};
use signal_syntax::TriviaKind;
use signal_text::{Diagnostic, Fix, Severity, Source, Span, closest};

use crate::args::{FindingFormat, SettingsArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gate::{self, Gate};
use crate::input::{self, Place};
use crate::output::Console;
use crate::render::findings::findings;
use crate::render::json::CatalogStamp;
use overrides::Overrides;
pub(crate) use several::Projects;

/// Name of the settings file.
pub(crate) const FILE: &str = "signal.toml";

/// A settings file and what follows from it.
#[derive(Debug, Default)]
pub(crate) struct Project {
    /// The settings file; `None`: there is none, and the defaults hold.
    pub(crate) source: Option<Source>,
    /// What is wrong in it.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Its values.
    pub(crate) config: Option<Config>,
    /// `[check] fail_on`.
    pub(crate) fail_on: Option<Severity>,
    /// `[rules]`.
    pub(crate) levels: Levels,
    /// `[[override]]`.
    overrides: Overrides,
    /// Names that scripts may use.
    pub(crate) catalog: Names,
    /// `[run] fail_if`.
    pub(crate) gates: Vec<Gate>,
}

/// The catalog of a project: the bundled one; or the one that is pinned or cached, or one with names that the project
/// declares.
#[derive(Debug, Default)]
pub(crate) struct Names(Option<Arc<Catalog>>);

impl Names {
    /// The catalog.
    pub(crate) fn get(&self) -> &Catalog {
        self.0.as_deref().unwrap_or_else(|| Catalog::bundled())
    }

    /// The catalog, unless it is the bundled one as it is.
    pub(crate) fn other_than_bundled(&self) -> Option<Arc<Catalog>> {
        self.0.clone()
    }

    /// Which one it is.
    pub(crate) fn stamp(&self) -> CatalogStamp<'_> {
        let catalog = self.get();
        CatalogStamp {
            origin: Cow::Borrowed(catalog.origin().as_str()),
            date: Cow::Borrowed(catalog.date()),
            hash: Cow::Borrowed(catalog.hash()),
        }
    }
}

/// The files that count for a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Roots {
    /// The settings file: `--config`, or the nearest one upwards. Empty where there is none.
    pub(crate) settings: PathBuf,
    /// The catalog: the nearest pinned one upwards, or the user's. `None`: the bundled one.
    pub(crate) catalog: Option<catalog::Place>,
}

/// The settings file and the catalog that count for a folder.
///
/// # Errors
/// A `--config` that is not there.
pub(crate) fn root(folder: &Path, config: Option<&Path>) -> Result<Roots, Failure> {
    if let Some(config) = config {
        if !config.exists() || config.is_dir() {
            return Err(input::missing(config));
        }
        let folder = input::folder_of(config);
        let absolute = std::path::absolute(&folder).unwrap_or(folder);
        return Ok(Roots { settings: config.to_owned(), catalog: catalog::around(&absolute) });
    }
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let found = absolute.ancestors().map(|folder| folder.join(FILE)).find(|file| file.is_file());
    Ok(Roots { settings: found.map(|file| relative(&file)).unwrap_or_default(), catalog: catalog::around(&absolute) })
}

/// A path as seen from the current folder, where it lies in it.
pub(crate) fn relative(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).to_owned()
}

impl Project {
    /// Reads the settings file, as far as it can be read, and the catalog.
    ///
    /// # Errors
    /// A settings file that can't be read at all, a catalog that can't be used.
    pub(crate) fn open(roots: &Roots) -> Result<Self, Failure> {
        Self::open_with(roots, &mut catalog::Loaded::default())
    }

    /// As [`Project::open`], with catalogs that have been read already.
    fn open_with(roots: &Roots, loaded: &mut catalog::Loaded) -> Result<Self, Failure> {
        let names = roots.catalog.as_ref().map(|place| loaded.get(place)).transpose()?;
        if roots.settings.as_os_str().is_empty() {
            return Ok(Self { catalog: Names(names), ..Self::default() });
        }
        let script = input::read(&Place::File(roots.settings.clone()))?;
        if let Some(fault) = script.fault {
            let catalog = Names(names);
            return Ok(Self { source: Some(script.source), diagnostics: vec![fault], catalog, ..Self::default() });
        }
        Ok(Self::new(script.source, names))
    }

    /// The levels of rules for a script.
    pub(crate) fn levels_of(&self, script: &Path) -> Cow<'_, Levels> {
        self.overrides.over(&self.levels, script)
    }

    /// The style that scripts are laid out in.
    pub(crate) fn style(&self) -> Style {
        self.config.as_ref().map(style).unwrap_or_default()
    }

    /// The project that a settings file describes.
    pub(crate) fn new(source: Source, known: Option<Arc<Catalog>>) -> Self {
        let (config, mut diagnostics) = Config::parse(&source);
        let resolved = signal_project::resolve(Some(&config), &Directives::default(), &Flags::default());
        diagnostics.extend(resolved.config_diagnostics);
        let levels = levels(&config.rules, &mut diagnostics);
        let overrides = Overrides::new(Path::new(source.name()), &config.overrides, &mut diagnostics);
        let catalog = names(&config, known, &mut diagnostics);
        let (gates, found) = gate::in_config(&config);
        diagnostics.extend(found);
        diagnostics.sort_by_key(|finding| finding.span);
        Self {
            fail_on: config.fail_on.as_ref().map(|setting| setting.value),
            diagnostics,
            levels,
            overrides,
            catalog,
            gates,
            config: Some(config),
            source: Some(source),
        }
    }
}

/// `[format]` of a settings file.
pub(crate) fn style(config: &Config) -> Style {
    config.line_width.as_ref().map_or_else(Style::default, |width| Style { line_width: width.value })
}

/// Settings of rules as levels; a rule that does not exist is reported.
fn levels(rules: &[RuleSetting], diagnostics: &mut Vec<Diagnostic>) -> Levels {
    let mut levels = Levels::default();
    for rule in rules {
        if signal_analysis::rule(&rule.name).is_none() {
            diagnostics.push(unknown_rule(&rule.name, rule.name_span));
        }
        levels.0.insert(rule.name.clone(), rule.level.map_or(Level::Off, Level::At));
    }
    levels
}

fn unknown_rule(name: &str, span: Span) -> Diagnostic {
    // A settings file may be older or newer than this program: no reason to stop.
    let finding = Diagnostic::new("bad-setting", Severity::Warning, span, format!("there is no rule `{name}`"));
    match closest(name, RULES.iter().map(|rule| rule.name)) {
        Some(near) => finding.fix(Fix::replace(format!("replace by `{near}`"), false, span, near)),
        None => finding.help("`dsl explain --list` shows every rule"),
    }
}

/// The catalog that counts, with the names that `[catalog] declare` adds.
fn names(config: &Config, known: Option<Arc<Catalog>>, diagnostics: &mut Vec<Diagnostic>) -> Names {
    let mut entries = Vec::new();
    for declaration in &config.declare {
        match signal_catalog::Entry::declare(&declaration.text) {
            Ok(entry) => entries.push(entry),
            Err(error) => {
                diagnostics.push(Diagnostic::new("bad-setting", Severity::Error, declaration.span, error.to_string()))
            }
        }
    }
    if entries.is_empty() {
        return Names(known);
    }
    Names(Some(Arc::new(known.as_deref().unwrap_or_else(|| Catalog::bundled()).with(entries))))
}

/// The settings of the command line.
///
/// # Errors
/// A flag whose value can't be used.
pub(crate) fn flags(arguments: &SettingsArguments) -> Result<Flags, Failure> {
    let SettingsArguments {
        start_date,
        end_date,
        timeframe,
        universe,
        exchange,
        mode,
        initial_cash,
        trading_fee,
        slippage,
        leverage,
        description,
    } = arguments.clone();
    let flags = Flags {
        start_date,
        end_date,
        timeframe,
        universe,
        exchange,
        mode,
        initial_cash,
        trading_fee,
        slippage,
        leverage,
        description,
        strip_comments: None,
    };
    if flags != Flags::default() {
        refuse_flags(&signal_project::resolve(None, &Directives::default(), &flags))?;
    }
    Ok(flags)
}

/// Fails for the first flag that can't be used.
pub(crate) fn refuse_flags(resolved: &Resolved) -> Result<(), Failure> {
    let Some(error) = resolved.flag_errors.first() else { return Ok(()) };
    let failure = Failure::usage(error.to_string());
    Err(match &error.suggestion {
        Some(suggestion) => failure.suggest(format!("write `{} {suggestion}`", error.flag)),
        None => failure,
    })
}

/// Analyses a script under its project and hands the analysis, which borrows everything, to `use_it`.
pub(crate) fn analysis<R>(
    source: &Source,
    project: &Project,
    flags: &Flags,
    today: Option<Date>,
    use_it: impl FnOnce(&Analysis<'_>) -> R,
) -> R {
    let parsed = signal_syntax::parse(source);
    let directives = signal_project::directives(source, &parsed.tree);
    let settings = signal_project::resolve(project.config.as_ref(), &directives, flags);
    let input = Input {
        source,
        parsed: &parsed,
        catalog: project.catalog.get(),
        settings: &settings,
        levels: &project.levels_of(Path::new(source.name())),
        today,
    };
    use_it(&signal_analysis::analyze(input))
}

/// Findings in the settings file that only show beside this script's own settings.
pub(crate) fn conflicts(project: &Project, resolved: &Resolved) -> Vec<Diagnostic> {
    resolved.config_diagnostics.iter().filter(|finding| !project.diagnostics.contains(finding)).cloned().collect()
}

/// Flags that only clash with this script's own settings, as findings in it.
pub(crate) fn clashes(resolved: &Resolved) -> impl Iterator<Item = Diagnostic> + '_ {
    resolved
        .flag_errors
        .iter()
        .map(|error| Diagnostic::new("bad-setting", Severity::Error, Span::empty(0), error.to_string()))
}

/// Shows what is wrong in the settings file, and fails where that is an error.
pub(crate) fn refuse_broken(project: &Project, console: &mut Console) -> Result<(), Failure> {
    let Some(source) = project.source.as_ref().filter(|_| !project.diagnostics.is_empty()) else { return Ok(()) };
    if !console.json {
        let text = findings(source, &project.diagnostics, FindingFormat::Full, console.color_talk);
        console.talk(text.trim_end());
    }
    match project.diagnostics.iter().find(|finding| finding.severity == Severity::Error) {
        Some(error) => Err(Failure::new(Exit::Usage, "bad-config", at(source, error))
            .suggest("cure the settings file, or name another one with --config")),
        None => Ok(()),
    }
}

/// The failure for a file that is no text.
pub(crate) fn not_text(source: &Source, fault: &Diagnostic) -> Failure {
    let failure = Failure::new(Exit::Usage, fault.code.clone(), at(source, fault));
    match &fault.help {
        Some(help) => failure.suggest(help.clone()),
        None => failure,
    }
}

/// A finding as one sentence with its place.
pub(crate) fn at(source: &Source, finding: &Diagnostic) -> String {
    let place = source.line_column(finding.span.start);
    format!("{}:{}:{}: {}", source.name(), place.line, place.column, finding.message)
}

/// The comments that are not to be sent: `--strip-comments`, or `[run] strip_comments`.
pub(crate) fn left_out(facts: &Facts<'_>) -> Vec<Span> {
    if !facts.resolved.strip_comments.value {
        return Vec::new();
    }
    let comments = facts
        .tree()
        .trivia()
        .iter()
        .filter(|trivia| matches!(trivia.kind, TriviaKind::Comment | TriviaKind::Directive));
    comments.map(|trivia| trivia.span).collect()
}
