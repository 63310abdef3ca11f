//! `dsl explain`: what a rule finds, why it matters, how to cure it; all from the rule's own doc comment.

use signal_analysis::{RULES, Rule};
use signal_text::closest;

use crate::args::ExplainArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Console;
use crate::render::table::{Align, table};
use crate::render::{style, visible, width};

/// Findings that no rule speaks of: a text that is no script has no facts to judge.
const BEFORE_RULES: [(&str, &str, &str); 2] = [
    ("not-text", "error", "Finds a file that is not UTF-8 text. Save the script as UTF-8: every editor can."),
    ("unreadable-file", "error", "Finds a file or folder that can't be read, for want of a permission for instance."),
];

/// Runs the command.
pub(crate) fn run(arguments: &ExplainArguments, console: &mut Console) -> Result<Exit, Failure> {
    let color = console.color;
    let Some(name) = arguments.rule.as_deref().filter(|_| !arguments.list) else {
        console.result(&list(color));
        return Ok(Exit::Done);
    };
    let text = match (signal_analysis::rule(name), BEFORE_RULES.iter().find(|(known, ..)| *known == name)) {
        (Some(rule), _) => explained(rule, color),
        (None, Some((name, severity, what))) => {
            format!("{} {}\n\n{what}\n", style::paint(color, style::STRONG, name), paren(severity, color))
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

/// Every rule with its severity and one line.
fn list(color: bool) -> String {
    let mut rows: Vec<Vec<String>> =
        RULES.iter().map(|rule| vec![rule.name.to_owned(), rule.severity.to_string(), rule.summary()]).collect();
    rows.extend(BEFORE_RULES.iter().map(|(name, severity, what)| {
        let first = what.split(". ").next().unwrap_or(what);
        vec![(*name).to_owned(), (*severity).to_owned(), first.trim_end_matches('.').to_owned()]
    }));
    rows.sort();
    table(&[("rule", Align::Left), ("severity", Align::Left), ("what it does", Align::Left)], &rows, width(), color)
}

/// One rule, whole.
fn explained(rule: &Rule, color: bool) -> String {
    let docs = rule.docs();
    let mut text = format!(
        "{} {}\n\n{}\n",
        style::paint(color, style::of(rule.severity), rule.name),
        paren(rule.severity.as_str(), color),
        docs.what
    );
    for (title, part) in [("Why", &docs.why), ("Cure", &docs.cure)] {
        if !part.is_empty() {
            text.push_str(&format!("\n{}\n{part}\n", style::paint(color, style::STRONG, title)));
        }
    }
    for (title, script) in [("Reported", &docs.reported), ("Not reported", &docs.not_reported)] {
        if !script.is_empty() {
            text.push_str(&format!("\n{}\n", style::paint(color, style::STRONG, title)));
            for line in script.lines() {
                text.push_str(&format!("    {line}\n"));
            }
        }
    }
    text.push_str(&format!(
        "\n{}\n    [rules]\n    {} = \"off\"          # or \"hint\", \"info\", \"warning\", \"error\"\n",
        style::paint(color, style::STRONG, "To change it, in signal.toml"),
        rule.name
    ));
    text
}
