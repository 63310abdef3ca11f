//! What can be clicked on: addresses in comments, rules that a comment allows, and the last run's page on the dashboard.

use signal_syntax::TriviaKind;
use signal_text::Span;

use crate::host::LastRun;
use crate::snapshot::Snapshot;

/// A text that leads somewhere outside of the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The text.
    pub(crate) span: Span,
    /// Where it leads to.
    pub(crate) target: LinkTarget,
    /// What people are told before they click, where it is not plain to see.
    pub(crate) tooltip: Option<String>,
}

/// Where a link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LinkTarget {
    /// An address of the web.
    Web(String),
    /// The page of a rule.
    Rule(&'static str),
}

/// All links, in the order of the text. The dashboard hangs on the `#!` of the first directive.
pub(crate) fn links(snapshot: &Snapshot, last_run: Option<&LastRun>) -> Vec<Link> {
    let mut found = Vec::new();
    let dashboard = last_run.and_then(|run| Some((run, run.dashboard.as_deref().filter(|address| is_web(address))?)));
    if let Some((run, address)) = dashboard
        && let Some(first) = snapshot.directives().lines.first()
    {
        let span = Span::new(first.line.start, first.line.start + 2);
        let tooltip = Some(format!("The last run on the dashboard, sent {}", run.when));
        found.push(Link { span, target: LinkTarget::Web(address.to_owned()), tooltip });
    }
    for comment in &snapshot.facts().suppressions().comments {
        for rule in &comment.rules {
            let tooltip = Some(format!("What the rule {} finds, and why", rule.name()));
            found.push(Link { span: rule.span, target: LinkTarget::Rule(rule.name()), tooltip });
        }
    }
    for trivia in snapshot.tree().trivia() {
        if matches!(trivia.kind, TriviaKind::Comment | TriviaKind::Directive) {
            addresses(snapshot.source().slice(trivia.span), trivia.span.start, &mut found);
        }
    }
    found.sort_by_key(|link| link.span);
    found
}

/// The addresses in a comment that begins at `start`.
fn addresses(comment: &str, start: u32, found: &mut Vec<Link>) {
    let mut done = 0;
    while let Some(at) = comment[done..].find("http").map(|at| done + at) {
        let rest = &comment[at..];
        let end = rest.find(|c: char| c.is_whitespace() || c.is_control() || "\"'<>`|\\^{}".contains(c));
        let address = without_sentence_end(&rest[..end.unwrap_or(rest.len())]);
        done = at + 4;
        if is_web(address) && !comment[..at].ends_with(char::is_alphanumeric) {
            let begin = start + at as u32;
            let span = Span::new(begin, begin + address.len() as u32);
            found.push(Link { span, target: LinkTarget::Web(address.to_owned()), tooltip: None });
            done = at + address.len();
        }
    }
}

/// An address without what belongs to the sentence around it.
fn without_sentence_end(mut address: &str) -> &str {
    loop {
        let shorter = address.trim_end_matches(['.', ',', ';', ':', '!', '?']);
        let unopened = |open: char, close: char| {
            shorter.ends_with(close) && shorter.matches(open).count() < shorter.matches(close).count()
        };
        let shorter = if unopened('(', ')') || unopened('[', ']') { &shorter[..shorter.len() - 1] } else { shorter };
        if shorter.len() == address.len() {
            return address;
        }
        address = shorter;
    }
}

/// Whether an address is one of the web, of signs that addresses are made of, and hides no one else's host behind an `@`.
fn is_web(address: &str) -> bool {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let is_sign = |c: char| c.is_ascii_graphic() && !"\"'<>\\^`{|}".contains(c);
    rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
            && !host.contains('@')
            && rest.chars().all(is_sign)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Outcome;
    use crate::testing::snapshot;

    fn check(script: &str, dashboard: Option<&str>, expected: &[&str]) {
        let run = dashboard.map(|address| LastRun {
            id: "20260501-143200-7f3a".to_owned(),
            outcome: Outcome::Running,
            when: "2026-05-01 14:32 UTC".to_owned(),
            script: None,
            synthetic: false,
            dashboard: Some(address.to_owned()),
        });
        let snapshot = snapshot(script);
        let shown = |link: &Link| {
            let text = snapshot.source().slice(link.span);
            match &link.target {
                LinkTarget::Web(address) => format!("{text} -> {address}"),
                LinkTarget::Rule(rule) => format!("{text} -> rule {rule}"),
            }
        };
        assert_eq!(links(&snapshot, run.as_ref()).iter().map(shown).collect::<Vec<_>>(), expected, "{script}");
    }

    #[test]
    fn addresses_in_comments_are_links_without_the_sentence_around_them() {
        let same = |address: &str| format!("{address} -> {address}");
        for (comment, address) in [
            ("# see https://example.com/a_(b)?c=d#e.", "https://example.com/a_(b)?c=d#e"),
            ("# (http://127.0.0.1:80/x), and so on", "http://127.0.0.1:80/x"),
            ("# <https://example.com>", "https://example.com"),
            ("x = 1 # 🚀 https://example.com/ü", ""),
            ("#! description = \"https://example.com/a\"", "https://example.com/a"),
            ("# https://safe.example@evil.example/", ""),
            ("# https:// xhttp://a.example http", ""),
        ] {
            let expected = if address.is_empty() { vec![] } else { vec![same(address)] };
            check(comment, None, &expected.iter().map(String::as_str).collect::<Vec<_>>());
        }
        check(
            "# http://a.example http://b.example\r\n",
            None,
            &["http://a.example -> http://a.example", "http://b.example -> http://b.example"],
        );
        check("x = \"https://example.com\"\n", None, &[]);
    }

    #[test]
    fn allowed_rules_lead_to_their_pages() {
        check(
            "x = 1 # signal: allow unused-name, unknown-function because https://example.com\n",
            None,
            &[
                "unused-name -> rule unused-name",
                "unknown-function -> rule unknown-function",
                "https://example.com -> https://example.com",
            ],
        );
        check("x = 1 # unused-name\n", None, &[]);
    }

    #[test]
    fn the_first_directive_leads_to_the_last_run() {
        let script = "# a\n#! timeframe = 1h\n#! mode = cross\n";
        check(script, Some("https://hey-traders.com/dashboard/1"), &["#! -> https://hey-traders.com/dashboard/1"]);
        check(script, Some("javascript:alert(1)"), &[]);
        check("x = 1\n", Some("https://hey-traders.com/dashboard/1"), &[]);
    }
}
