//! `dsl explain`: what a rule finds, why it matters, how to cure it; all from the rule's own doc comment.

use std::fs;
use std::path::Path;

use signal_analysis::{Level, RULES, Rule};
use signal_project::Flags;
use signal_text::{Source, closest};

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

/// Runs the command.
pub(crate) fn run(arguments: &ExplainArguments, console: &mut Console) -> Result<Exit, Failure> {
    if let Some(folder) = &arguments.pages {
        return write_pages(folder);
    }
    let color = console.color;
    let Some(name) = arguments.rule.as_deref().filter(|_| !arguments.list) else {
        console.result(&list(color));
        return Ok(Exit::Done);
    };
    let text = match (signal_analysis::rule(name), BEFORE_RULES.iter().find(|(known, ..)| *known == name)) {
        (Some(rule), _) => explained(rule).terminal(color),
        (None, Some((name, severity, what))) => {
            format!("{} {}\n\n{what}\n", style::paint(color, style::STRONG, name), paren(severity.as_str(), color))
        }
        (None, None) => return Err(unknown(name)),
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

/// Every rule with its severity and one line.
fn list(color: bool) -> String {
    let mut rows: Vec<Vec<String>> =
        RULES.iter().map(|rule| vec![rule.name.to_owned(), rule.default_level().to_owned(), rule.summary()]).collect();
    rows.extend(
        BEFORE_RULES
            .iter()
            .map(|(name, severity, what)| vec![(*name).to_owned(), severity.to_string(), summary(what).to_owned()]),
    );
    rows.sort();
    table(&[("rule", Align::Left), ("severity", Align::Left), ("what it does", Align::Left)], &rows, width(), color)
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
    let found = project::analysis(&source, &project, &Flags::default(), None, |analysis| analysis.diagnostics.clone());
    let fixes = found.iter().flat_map(|finding| &finding.fixes);
    Explained {
        rule,
        docs,
        said: findings(&source, &found, FindingFormat::Full, false),
        fix: fixes.map(|fix| fix.safe).max(),
    }
}

/// Writes the page of every rule and the table of them all, and removes pages of rules that are gone.
fn write_pages(folder: &Path) -> Result<Exit, Failure> {
    let failed = |error: std::io::Error| {
        Failure::usage(format!("the pages can't be written to `{}`: {error}", folder.display()))
    };
    let rules = RULES.iter().map(|rule| explained(rule)).map(|one| (one.rule.name, one.row(), one.page()));
    let others = BEFORE_RULES.iter().map(|(name, severity, what)| {
        (*name, rule::bare_row(name, severity.as_str(), summary(what)), rule::bare_page(name, severity.as_str(), what))
    });
    let mut all: Vec<(&str, String, String)> = rules.chain(others).collect();
    all.sort();
    let rows: String = all.iter().map(|(_, row, _)| row.as_str()).collect();
    let mut pages = vec![("README.md".to_owned(), rule::index(&rows))];
    pages.extend(all.into_iter().map(|(name, _, page)| (format!("{name}.md"), page)));
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
