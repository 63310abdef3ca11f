//! `dsl explain`: what a rule finds, why it matters, how to cure it; all from the rule's own doc comment.

use std::fs;
use std::path::Path;

use signal_analysis::{Group, Level, RULES, Rule};
use signal_project::Flags;
use signal_text::{Severity, Source, closest};

use crate::args::{ExplainArguments, FindingFormat};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::BEFORE_RULES;
use crate::output::Console;
use crate::project::{self, Project};
use crate::render::findings::findings;
use crate::render::rule::{self, Explained};
use crate::render::table::{Align, table};
use crate::render::{style, visible, width};
use crate::run::traced;

/// Runs the command.
pub(crate) fn run(arguments: &ExplainArguments, console: &mut Console) -> Result<Exit, Failure> {
    if let Some(folder) = &arguments.pages {
        return write_pages(folder);
    }
    let color = console.color;
    if arguments.list {
        console.result(&list(color));
        return Ok(Exit::Done);
    }
    let Some(name) = arguments.rule.as_deref() else {
        let failure = Failure::usage("`dsl explain` takes the name of a rule, as findings show it in brackets");
        return Err(failure.suggest("`dsl explain --list` shows every rule"));
    };
    let bare = |severity: Severity, what: &str| {
        format!("{} {}\n\n{what}\n", style::paint(color, style::STRONG, name), paren(severity.as_str(), color))
    };
    let text = match (signal_analysis::rule(name), BEFORE_RULES.iter().find(|(known, ..)| *known == name)) {
        (Some(rule), _) => explained(rule).terminal(color),
        (None, Some((_, severity, what))) => bare(*severity, what),
        (None, None) => match traced::explained(name) {
            Some(what) => bare(Severity::Error, what),
            None => return Err(unknown(name)),
        },
    };
    console.result(&text);
    Ok(Exit::Done)
}

fn names() -> Vec<&'static str> {
    let mut names: Vec<_> =
        RULES.iter().map(|rule| rule.name).chain(BEFORE_RULES.iter().map(|(name, ..)| *name)).collect();
    names.sort_unstable();
    names
}

fn unknown(name: &str) -> Failure {
    let failure = Failure::new(Exit::NotFound, "unknown-rule", format!("there is no rule `{}`", visible::line(name)));
    failure.suggest(match closest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`dsl explain --list` shows every rule".to_owned(),
    })
}

fn paren(severity: &str, color: bool) -> String {
    style::paint(color, style::DIM, &format!("({severity})"))
}

/// The first sentence, without its full stop.
fn summary(what: &str) -> &str {
    what.split(". ").next().unwrap_or(what).trim_end_matches('.')
}

/// Something that there is of every rule and of every finding before the rules: its group, its name, and the thing.
type Listed<T> = (Group, &'static str, T);

/// By group, and by name within one.
fn grouped<T>(
    of_rule: impl Fn(&'static Rule) -> T,
    of_other: impl Fn(&'static str, Severity, &'static str) -> T,
) -> Vec<Listed<T>> {
    let rules = RULES.iter().map(|&rule| (rule.group, rule.name, of_rule(rule)));
    // What can't be read as a script is about its text.
    let others = BEFORE_RULES.iter().map(|&(name, severity, what)| (Group::Text, name, of_other(name, severity, what)));
    let mut all: Vec<_> = rules.chain(others).collect();
    all.sort_by_key(|&(group, name, _)| (group, name));
    all
}

/// Every rule with its severity and one line, under the heading of its group.
fn list(color: bool) -> String {
    let row = |name: &str, level: &str, what: &str| vec![format!("  {name}"), level.to_owned(), what.to_owned()];
    let heading = |text: &str| vec![text.to_owned(), String::new(), String::new()];
    let all = grouped(
        |rule| row(rule.name, rule.default_level(), &rule.summary()),
        |name, severity, what| row(name, severity.as_str(), summary(what)),
    );
    let mut rows: Vec<Vec<String>> = Vec::new();
    for group in all.chunk_by(|(one, ..), (other, ..)| one == other) {
        if !rows.is_empty() {
            rows.push(heading(""));
        }
        rows.push(heading(group[0].0.title()));
        rows.extend(group.iter().map(|(.., row)| row.clone()));
    }
    let header = [("rule", Align::Left), ("severity", Align::Left), ("what it does", Align::Left)];
    let text = table(&header, &rows, width(), color);
    let is_heading = |line: &str| Group::ALL.iter().any(|group| group.title() == line.trim());
    let painted =
        |line: &str| if is_heading(line) { style::paint(color, style::STRONG, line) } else { line.to_owned() };
    text.lines().map(|line| painted(line) + "\n").collect()
}

/// A rule with what a check says of its example.
fn explained(rule: &Rule) -> Explained<'_> {
    let docs = rule.docs();
    let source = Source::new("example.signal", docs.reported.as_str());
    let mut project = Project::default();
    if rule.off {
        project.levels.0.insert(rule.name.to_owned(), Level::At(rule.severity));
    }
    // No day is today, so that a page says the same every day.
    let mut found =
        project::analysis(&source, &project, &Flags::default(), None, |analysis| analysis.diagnostics.clone());
    // A short example trades nothing, which is another rule's.
    found.retain(|finding| finding.code == rule.name);
    let fixes = found.iter().flat_map(|finding| &finding.fixes);
    Explained {
        rule,
        docs,
        said: findings(&source, &found, FindingFormat::Full, false),
        fix: fixes.map(|fix| fix.safe).max(),
    }
}

/// The page of a rule, in Markdown. `None`: there is no rule of that name.
pub(crate) fn page(rule: &str) -> Option<String> {
    signal_analysis::rule(rule).map(|rule| explained(rule).page())
}

/// Writes the page of every rule and the table of them all, and removes pages of rules that are gone.
fn write_pages(folder: &Path) -> Result<Exit, Failure> {
    let failed = |error: std::io::Error| {
        Failure::usage(format!("the pages can't be written to `{}`: {error}", folder.display()))
    };
    let all = grouped(
        |rule| {
            let one = explained(rule);
            (one.row(), format!("{}\n{}", rule::GENERATED, one.page()))
        },
        |name, severity, what| {
            let (row, page) = (rule::bare_row, rule::bare_page);
            (row(name, severity.as_str(), summary(what)), page(name, severity.as_str(), what))
        },
    );
    let tables: Vec<(&str, String)> = all
        .chunk_by(|(one, ..), (other, ..)| one == other)
        .map(|group| (group[0].0.title(), group.iter().map(|(.., (row, _))| row.as_str()).collect()))
        .collect();
    let mut pages = vec![("README.md".to_owned(), rule::index(&tables))];
    pages.extend(all.into_iter().map(|(_, name, (_, page))| (format!("{name}.md"), page)));
    fs::create_dir_all(folder).map_err(failed)?;
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let is_page = path.extension().is_some_and(|extension| extension == "md");
        if is_page && !pages.iter().any(|(name, _)| path.ends_with(name)) {
            fs::remove_file(path).map_err(failed)?;
        }
    }
    for (name, page) in pages {
        fs::write(folder.join(name), page).map_err(failed)?;
    }
    Ok(Exit::Done)
}
