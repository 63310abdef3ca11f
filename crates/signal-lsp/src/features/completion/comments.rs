//! `# signal: allow RULE`: the rules that found something there first. In other comments nothing is offered.

use signal_analysis::RULES;
use signal_text::{Diagnostic, Span};

use super::snippet::Insert;
use super::values::STEP;
use super::{About, Completion, Item, ItemKind, directives};
use crate::snapshot::Snapshot;
use crate::wording::on_one_line;

/// The words that such a comment begins with.
const ALLOW: &str = "signal: allow";

/// Rules that no comment can allow, or that are about these comments.
const NOT_ALLOWED: [&str; 3] = ["syntax-error", "malformed-suppression", "suppression-not-used"];

/// Rules that are about a script which is not written yet.
const NOT_YET: [&str; 2] = ["empty-script", "no-signal"];

/// Longest description, in characters.
const LONGEST: usize = 80;

/// What fits in a comment. What an editor asks by itself is answered less: a `#` alone, or with a blank, parts paragraphs in
/// many comments.
pub(super) fn completion(snapshot: &Snapshot, comment: Span, offset: u32, trigger: Option<char>) -> Completion {
    let text = snapshot.source().slice(comment);
    let written = &text[..(offset - comment.start) as usize];
    let body = written.trim_start_matches('#').trim_start();
    if let Some(list) = behind_allow(body) {
        return in_list(snapshot, comment, offset, list);
    }
    // A comment that has only just begun.
    let is_begun = ALLOW.get(..body.len()).is_some_and(|begun| begun.eq_ignore_ascii_case(body));
    let is_paragraph = trigger.is_some_and(|trigger| trigger != '#' || follows_comment(snapshot, comment));
    if !is_begun || offset != comment.end || is_paragraph {
        return Completion::default();
    }
    // In the head, a line of its own is more probably a directive.
    let mut items = if written == "#" { directives::begun(snapshot, comment) } else { Vec::new() };
    let found = findings(snapshot, comment);
    let found = found.iter().filter(|finding| !NOT_YET.contains(&&*finding.code));
    for (order, finding) in found.enumerate() {
        let label = format!("# {ALLOW} {}", finding.code);
        if items.iter().all(|item: &Item| item.label != label) {
            let insert = Insert::plain(format!("{label} because ")).stop("it is meant so");
            let rule =
                signal_analysis::rule(&finding.code).map_or(About::Nothing, |rule| About::Rule(rule.name.to_owned()));
            let item = Item::new(label, ItemKind::Rule, 2 * STEP + order as u32).inserting(insert);
            items.push(item.described(on_one_line(&finding.message, LONGEST)).about(rule));
        }
    }
    Completion { items, replaced: comment, incomplete: false }
}

/// Whether the line above is a comment.
fn follows_comment(snapshot: &Snapshot, comment: Span) -> bool {
    let before = snapshot.source().slice(Span::new(0, comment.start)).trim_end_matches([' ', '\t']);
    let above = before.strip_suffix('\n').or_else(|| before.strip_suffix('\r')).unwrap_or("").trim_end_matches('\r');
    let line = above.rsplit(['\n', '\r']).next().unwrap_or_default().trim_start();
    line.starts_with('#') && !line.starts_with("#!")
}

/// What is written behind `signal: allow` and a blank.
fn behind_allow(body: &str) -> Option<&str> {
    let rest = body.get("signal".len()..).filter(|_| body[.."signal".len()].eq_ignore_ascii_case("signal"))?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix("allow")?;
    rest.starts_with([' ', '\t']).then_some(rest)
}

/// Rules, and the words behind them. `list` is what is written of it.
fn in_list(snapshot: &Snapshot, comment: Span, offset: u32, list: &str) -> Completion {
    if list.split([' ', '\t', ',']).any(|word| word.eq_ignore_ascii_case("because")) {
        return Completion::default();
    }
    let word = list.rsplit([' ', '\t', ',']).next().unwrap_or_default();
    let before = &list[..list.len() - word.len()];
    let rest = snapshot.source().slice(Span::new(offset, comment.end));
    let behind = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(rest.len());
    let replaced = Span::new(offset - word.len() as u32, offset + behind as u32);
    let given: Vec<&str> = before.split([' ', '\t', ',']).filter(|word| !word.is_empty()).collect();
    let is_due = given.is_empty() || before.trim_end().ends_with(',');
    if !is_due {
        let words = [("because ", "the reason"), ("in this file ", "for all of the script")];
        let words = words.into_iter().filter(|(word, _)| *word == "because " || !given.contains(&"file"));
        let items = words.enumerate().map(|(order, (word, description))| {
            Item::new(word.trim_end(), ItemKind::Keyword, order as u32)
                .described(description)
                .inserting(Insert::plain(word))
        });
        return Completion { items: items.collect(), replaced, incomplete: false };
    }
    let found = findings(snapshot, comment);
    let rules = RULES.iter().filter(|rule| !NOT_ALLOWED.contains(&rule.name) && !given.contains(&rule.name));
    let items = rules.map(|rule| {
        let here = found.iter().position(|finding| finding.code == rule.name);
        let rank = here.map_or(STEP, |at| at as u32);
        let description = match here {
            Some(at) => on_one_line(&found[at].message, LONGEST),
            None => rule.group.title().to_owned(),
        };
        Item::new(rule.name, ItemKind::Rule, rank).described(description).about(About::Rule(rule.name.to_owned()))
    });
    Completion { items: items.collect(), replaced, incomplete: false }
}

/// What was found where a comment would speak: on its line, or on the next line of code where it has one of its own.
fn findings(snapshot: &Snapshot, comment: Span) -> Vec<&Diagnostic> {
    let (source, tokens) = (snapshot.source(), snapshot.tokens());
    let line_of = |offset: u32| source.lines().line(offset);
    let line = line_of(comment.start);
    let next = tokens.spans.partition_point(|span| span.start < comment.start);
    let is_behind_code = next.checked_sub(1).is_some_and(|before| {
        tokens.kinds[before] != signal_syntax::Token::LineEnd && line_of(tokens.spans[before].start) == line
    });
    let line = match tokens.spans.get(next) {
        Some(span) if !is_behind_code => line_of(span.start),
        _ => line,
    };
    let statements = snapshot.tree().statements().iter().map(|statement| statement.span);
    let here: Vec<Span> = statements.filter(|span| line_of(span.start) == line || line_of(span.end) == line).collect();
    let is_here = |finding: &&Diagnostic| {
        let start = finding.span.start;
        line_of(start) == line || here.iter().any(|span| span.touches(start))
    };
    let findings = snapshot.findings().diagnostics.iter();
    findings.filter(|finding| !NOT_ALLOWED.contains(&&*finding.code)).filter(is_here).collect()
}
