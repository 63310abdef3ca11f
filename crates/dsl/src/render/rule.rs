//! A rule's documentation for the terminal and as a page of `docs/rules/`, both from the rule's own doc comment.

use signal_analysis::{Docs, Rule};

use super::style;

/// What the pages say of how they came to be.
pub(crate) const GENERATED: &str =
    "<!-- Written by `dsl explain --pages docs/rules` from the rule's doc comment; edit that instead. -->";

/// A rule with what a check says of its example.
#[derive(Debug)]
pub(crate) struct Explained<'r> {
    /// The rule.
    pub(crate) rule: &'r Rule,
    /// Its doc comment.
    pub(crate) docs: Docs,
    /// The findings in the example that is reported, as `dsl check` prints them.
    pub(crate) said: String,
    /// Whether a finding in the example comes with a fix, and whether that is a safe one.
    pub(crate) fix: Option<bool>,
}

impl Explained<'_> {
    fn fix(&self) -> &'static str {
        match self.fix {
            Some(true) => "safe fix",
            Some(false) => "fix",
            None => "",
        }
    }

    /// For the terminal.
    pub(crate) fn terminal(&self, color: bool) -> String {
        let Self { rule, docs, said, .. } = self;
        let severity = style::paint(color, style::DIM, &format!("({})", rule.default_level()));
        let mut text =
            format!("{} {severity}\n\n{}\n", style::paint(color, style::of(rule.severity), rule.name), docs.what);
        let mut section = |title: &str, body: &str, indent: &str| {
            if body.is_empty() {
                return;
            }
            text.push_str(&format!("\n{}\n", style::paint(color, style::STRONG, title)));
            for line in body.trim_end().lines() {
                text.push_str(format!("{indent}{line}").trim_end());
                text.push('\n');
            }
        };
        section("Why", &docs.why, "");
        section("Cure", &docs.cure, "");
        section("Reported", &docs.reported, "    ");
        section("What is said of it", said, "    ");
        section("Not reported", &docs.not_reported, "    ");
        section("To change it for the project, in signal.toml", &levels(rule), "    ");
        section("To allow it at one place, in the script", &allow(rule), "    ");
        text
    }

    /// As a page in Markdown.
    pub(crate) fn page(&self) -> String {
        let Self { rule, docs, said, .. } = self;
        let fix = if self.fix.is_some() { format!(" · {}", self.fix()) } else { String::new() };
        let mut page = format!("# {}\n\n**{}**{fix}\n\n{}\n", rule.name, rule.default_level(), docs.what);
        let mut section = |title: &str, body: &str| {
            if !body.is_empty() {
                page.push_str(&format!("\n## {title}\n\n{body}\n"));
            }
        };
        section("Why", &docs.why);
        section("Cure", &docs.cure);
        let reported = fenced("signal", &docs.reported);
        section("Reported", &format!("{reported}\n\n`dsl check` says:\n\n{}", fenced("text", said)));
        section("Not reported", &fenced("signal", &docs.not_reported));
        section(
            "Another level, or none",
            &format!(
                "For the project, in `signal.toml`:\n\n{}\n\nAt one place, in the script:\n\n{}",
                fenced("toml", &levels(rule)),
                fenced("signal", &allow(rule))
            ),
        );
        page
    }

    /// The rule's row in the table of the pages.
    pub(crate) fn row(&self) -> String {
        let (name, summary) = (self.rule.name, self.rule.summary());
        format!(
            "| [{name}]({name}.md) | {} | {} | {} |\n",
            self.rule.default_level(),
            summary.replace('|', "\\|"),
            self.fix()
        )
    }
}

/// What a project writes to give the rule another level than it has.
fn levels(rule: &Rule) -> String {
    let (first, others) = if rule.off {
        (rule.severity.as_str(), "\"hint\", \"info\", \"warning\" or \"error\"; without the line it is off")
    } else {
        ("off", "or \"hint\", \"info\", \"warning\", \"error\"")
    };
    format!("[rules]\n{} = \"{first}\" # {others}", rule.name)
}

/// The comment that allows a finding of the rule.
fn allow(rule: &Rule) -> String {
    format!("# signal: allow {} because ...", rule.name)
}

/// The page of a finding that no rule makes, for a text that is no script.
pub(crate) fn bare_page(name: &str, severity: &str, what: &str) -> String {
    format!("{GENERATED}\n# {name}\n\n**{severity}**\n\n{what}\n")
}

/// The row of such a finding.
pub(crate) fn bare_row(name: &str, severity: &str, summary: &str) -> String {
    format!("| [{name}]({name}.md) | {severity} | {summary} |  |\n")
}

/// The table of all pages: a heading and its rows for every group.
pub(crate) fn index(tables: &[(&str, String)]) -> String {
    let mut text = format!(
        "{GENERATED}\n# Rules\n\nEach page says what its rule finds, why that matters and how to cure it, with an example that is reported and one that \
         is not. `dsl explain RULE` prints the same.\n\nAn *error* rests on evidence that the script would fail: the service's documentation, TA-Lib, or \
         the live catalog. What rests on an assumption about the language is at most a *warning*. *Infos* and *hints* are worth knowing.\n"
    );
    for (title, rows) in tables {
        text.push_str(&format!("\n## {title}\n\n| rule | severity | what it does | fix |\n|---|---|---|---|\n{rows}"));
    }
    text
}

/// A block of code. The fence is longer than any run of back quotes in it.
fn fenced(language: &str, code: &str) -> String {
    let longest = code.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", code.trim_end())
}
