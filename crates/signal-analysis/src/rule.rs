//! The frame of a rule: its name, its severity, its documentation as data, and the check.

use std::collections::BTreeMap;

use signal_text::{Diagnostic, Severity, Span};

use crate::Facts;

/// One rule. Declared with the `rule!` macro, whose doc comment is [`Rule::doc`].
#[derive(Debug)]
pub struct Rule {
    /// Its name: words of the field that name the fault and read well behind "allow".
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// How bad its findings are unless the project says otherwise. A finding that rests on less evidence may be milder.
    pub severity: Severity,
    /// Does not run unless the project sets a level for it.
    pub off: bool,
    /// What a check must know before the rule's silence says that all is well; `None`: the script alone.
    pub needs: Option<Need>,
    /// Its doc comment, as written.
    pub doc: &'static str,
    /// Reads the facts and reports.
    pub check: fn(&Facts<'_>, &mut Report),
}

/// What a rule is about. Listings show rules in this order, by name within a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// What names refer to, and what calls are given.
    Names,
    /// What values are, and what comes of comparing and joining them.
    Logic,
    /// What bars allow: warm-up, settling, looking ahead.
    Time,
    /// What signals ask for, and the settings of the run.
    Signals,
    /// How the script is written down.
    Text,
}

impl Group {
    /// All groups, in the order of listings.
    pub const ALL: [Self; 5] = [Self::Names, Self::Logic, Self::Time, Self::Signals, Self::Text];

    /// The heading of its rules.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Names => "Names and calls",
            Self::Logic => "Types and logic",
            Self::Time => "Time",
            Self::Signals => "Signals and settings",
            Self::Text => "The text itself",
        }
    }
}

/// What a check may lack that a rule judges by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The dates of the run.
    Dates,
    /// Its universe of tickers.
    Universe,
    /// A catalog that does not know the name: with a fuller one the rule finds less.
    Catalog,
}

/// A rule's doc comment, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Docs {
    /// What it finds: the first paragraph.
    pub what: String,
    /// Why that is bad.
    pub why: String,
    /// How to mend it; empty where `why` and the message say it all.
    pub cure: String,
    /// A script that is reported.
    pub reported: String,
    /// A script like it that is not.
    pub not_reported: String,
}

/// What a project sets for a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The rule does not run.
    Off,
    /// All its findings have this severity.
    At(Severity),
}

/// Levels by rule name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels(pub BTreeMap<String, Level>);

impl Levels {
    /// What is set for each of some rules, which are sorted by name as the levels are.
    pub(crate) fn of<'l>(&'l self, rules: &'l [&'l Rule]) -> impl Iterator<Item = (&'l Rule, Option<Level>)> {
        let mut set = self.0.iter().peekable();
        rules.iter().map(move |rule| {
            while set.next_if(|(name, _)| name.as_str() < rule.name).is_some() {}
            (*rule, set.next_if(|(name, _)| *name == rule.name).map(|(_, level)| *level))
        })
    }
}

/// Collects the findings of one rule.
#[derive(Debug)]
pub struct Report {
    rule: &'static str,
    severity: Severity,
    level: Option<Severity>,
    found: Vec<Diagnostic>,
}

impl Rule {
    /// Runs the rule at the level the project sets.
    pub fn run(&self, facts: &Facts<'_>, level: Option<Level>, diagnostics: &mut Vec<Diagnostic>) {
        let level = match level {
            Some(Level::Off) => return,
            Some(Level::At(severity)) => Some(severity),
            None if self.off => return,
            None => None,
        };
        let mut report = Report { rule: self.name, severity: self.severity, level, found: Vec::new() };
        (self.check)(facts, &mut report);
        diagnostics.append(&mut report.found);
    }

    /// What it reports unless the project says otherwise: the word for its severity, or `off`.
    #[must_use]
    pub const fn default_level(&self) -> &'static str {
        if self.off { "off" } else { self.severity.as_str() }
    }

    /// The doc comment, taken apart.
    #[must_use]
    pub fn docs(&self) -> Docs {
        let mut docs = Docs {
            what: String::new(),
            why: String::new(),
            cure: String::new(),
            reported: String::new(),
            not_reported: String::new(),
        };
        let mut section = "";
        // Inside of an example, a line that begins with `#` is a comment of the script.
        let mut in_example = false;
        for line in self.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
            in_example ^= line.starts_with("```");
            if let Some(title) = line.strip_prefix("# ").filter(|_| !in_example) {
                section = title.trim();
                continue;
            }
            let text = match section {
                "" => &mut docs.what,
                "Why" => &mut docs.why,
                "Cure" => &mut docs.cure,
                "Reported" => &mut docs.reported,
                _ => &mut docs.not_reported,
            };
            if !line.starts_with("```") {
                text.push_str(line);
                text.push('\n');
            }
        }
        for text in [&mut docs.what, &mut docs.why, &mut docs.cure, &mut docs.reported, &mut docs.not_reported] {
            *text = text.trim().to_owned();
        }
        docs
    }

    /// What it finds, as one sentence without a full stop.
    #[must_use]
    pub fn summary(&self) -> String {
        let what = self.docs().what;
        let first = what.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        first.trim_end_matches('.').to_owned()
    }
}

impl Report {
    /// A finding at the rule's own severity, to be handed to [`Report::push`] when it is complete.
    #[must_use]
    pub fn at(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.rule, self.severity, span, message)
    }

    /// Adds a finding, at the level the project sets, if it sets one.
    pub fn push(&mut self, mut diagnostic: Diagnostic) {
        if let Some(severity) = self.level {
            diagnostic.severity = severity;
        }
        self.found.push(diagnostic);
    }

    /// Takes over those findings of an earlier stage (parser, settings) that bear the rule's name.
    pub fn take_over(&mut self, diagnostics: &[Diagnostic]) {
        let rule = self.rule;
        for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.code == rule) {
            self.push(diagnostic.clone());
        }
    }
}

/// Whether the words behind a severity say `off`.
pub(crate) const fn is_off(words: &[&str]) -> bool {
    says(words, "off")
}

/// What the words behind a severity say that the rule needs.
pub(crate) const fn need(words: &[&str]) -> Option<Need> {
    let need = if says(words, "needs_dates") {
        Some(Need::Dates)
    } else if says(words, "needs_universe") {
        Some(Need::Universe)
    } else if says(words, "needs_catalog") {
        Some(Need::Catalog)
    } else {
        None
    };
    let known = is_off(words) as usize + need.is_some() as usize;
    assert!(words.len() == known, "behind a severity may stand `off` and one of the `needs_`");
    need
}

const fn says(words: &[&str], wanted: &str) -> bool {
    let mut at = 0;
    while at < words.len() {
        if is_same(words[at].as_bytes(), wanted.as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

const fn is_same(word: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < word.len() && at < other.len() && word[at] == other[at] {
        at += 1;
    }
    at == word.len() && at == other.len()
}

/// `not_enough_bars` as `not-enough-bars`, at compile time.
pub(crate) const fn kebab<const N: usize>(name: &str) -> [u8; N] {
    let bytes = name.as_bytes();
    let mut kebab = [0; N];
    let mut at = 0;
    while at < N {
        kebab[at] = if bytes[at] == b'_' { b'-' } else { bytes[at] };
        at += 1;
    }
    kebab
}

/// Declares `RULE` from a doc comment, the rule's name, its group and its severity; the module has a function `check`. With
/// `off` behind the severity it runs only where the project sets a level for it; `needs_dates`, `needs_universe` and `needs_catalog`
/// are the [`Need`] that keeps a comment which allows the rule from being called unused.
macro_rules! rule {
    ($(#[doc = $doc:literal])+ $name:ident, Group::$group:ident, $severity:expr $(, $word:ident)*) => {
        #[doc = concat!("The rule `", stringify!($name), "`.")]
        pub(super) static RULE: $crate::Rule = $crate::Rule {
            name: {
                const BYTES: [u8; stringify!($name).len()] = $crate::rule::kebab(stringify!($name));
                match ::core::str::from_utf8(&BYTES) {
                    Ok(name) => name,
                    Err(_) => stringify!($name),
                }
            },
            group: $crate::Group::$group,
            severity: $severity,
            off: $crate::rule::is_off(&[$(stringify!($word)),*]),
            needs: $crate::rule::need(&[$(stringify!($word)),*]),
            doc: concat!($($doc, "\n"),+),
            check,
        };
    };
}
pub(crate) use rule;
