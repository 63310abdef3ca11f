//! `# signal: allow RULE because ...`: findings that an author has looked at and does not want to hear of again.
//!
//! A comment at the end of a line speaks for that line and for the statements that begin or end on it; one on a line of
//! its own for the next line of code, as if it stood at its end; one that says `in this file` for all of the script.

mod add;
mod comment;

use std::collections::BTreeMap;

use signal_syntax::{Tree, TriviaKind};
use signal_text::{Diagnostic, Source, Span};

use crate::rule::Need;
use crate::{Facts, Level, Levels, RULES, Rule};

pub use add::{SuppressionScope, harmless_comments, suppression_edits};
pub use comment::{Allowed, Comment};
pub(crate) use comment::{Fault, FaultKind};

/// The name of the rule that no comment can silence: the server refuses the script all the same.
pub(crate) const SYNTAX_ERROR: &str = "syntax-error";

/// The name of the rule that judges the comments themselves, after all others.
const NOT_USED: &str = "suppression-not-used";

/// A finding that a comment allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// What the comment gives as the reason, behind `because`.
    pub reason: Option<String>,
    /// Where the comment stands, from its `#`.
    pub comment: Span,
}

/// A rule that a comment allows and that finds nothing there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unused {
    /// Which comment.
    pub(crate) comment: usize,
    /// Which of its rules; `None`: all of them.
    pub(crate) rule: Option<usize>,
}

/// Every comment of a script that allows something.
#[derive(Debug, Default)]
pub struct Suppressions {
    /// The comments, in the order of the text.
    pub comments: Vec<Comment>,
    /// What each speaks for; `None` for the whole file.
    covers: Vec<Option<Cover>>,
}

/// What a comment speaks for.
#[derive(Clone, Copy, Debug)]
struct Cover {
    /// The line of code, from 0; `None` where none follows.
    line: Option<usize>,
    /// From the comment's line to the end of all statements that it speaks for.
    span: Span,
}

impl Suppressions {
    /// Reads the comments of a script.
    pub(crate) fn new(source: &Source, tree: &Tree) -> Self {
        let spans = tree.trivia().iter().filter_map(|trivia| match trivia.kind {
            TriviaKind::Comment => Some(trivia.span),
            TriviaKind::Directive => comment::behind_directive(source, trivia.span),
            _ => None,
        });
        let comments: Vec<Comment> = spans.filter_map(|span| comment::read(source, span)).collect();
        let covers = covers(source, tree, &comments);
        Self { comments, covers }
    }

    /// The line of code, from 0, that a comment of [`Suppressions::comments`] speaks for; `None` for one that speaks for the
    /// whole file, and where no code follows.
    #[must_use]
    pub fn line(&self, comment: usize) -> Option<usize> {
        self.covers.get(comment)?.as_ref()?.line
    }

    /// Splits findings, which come in the order of the text, into those that no comment allows and the others;
    /// `used` has an entry for every rule of every comment.
    fn apply(&self, source: &Source, findings: Vec<Diagnostic>, used: &mut [Vec<bool>]) -> Split {
        let mut by_place: Vec<(Span, usize)> = Vec::new();
        let mut in_file: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for (at, cover) in self.covers.iter().enumerate() {
            match cover {
                Some(cover) => by_place.push((cover.span, at)),
                None => {
                    for (slot, rule) in self.comments[at].rules.iter().enumerate() {
                        in_file.entry(rule.index).or_insert((at, slot));
                    }
                }
            }
        }
        by_place.sort_unstable();
        let mut split = Split::default();
        let (mut next, mut open) = (0, Vec::<(Span, usize)>::new());
        for finding in findings {
            let place = finding.span.start;
            while let Some(one) = by_place.get(next).filter(|(cover, _)| cover.start <= place) {
                open.push(*one);
                next += 1;
            }
            open.retain(|(cover, _)| place <= cover.end);
            let rule = position(&finding.code);
            let near = open.iter().find_map(|(_, at)| {
                let slot = self.comments[*at].rules.iter().position(|allowed| Some(allowed.index) == rule)?;
                Some((*at, slot))
            });
            match near.or_else(|| in_file.get(&rule?).copied()) {
                Some((at, slot)) => {
                    used[at][slot] = true;
                    let comment = &self.comments[at];
                    let reason = comment.reason.map(|reason| source.slice(reason).to_owned());
                    split.suppressed.push(Suppressed { diagnostic: finding, reason, comment: comment.span });
                }
                None => split.kept.push(finding),
            }
        }
        split
    }

    /// Rules of comments that no finding needed, as far as this run can tell.
    fn unused(&self, facts: &Facts<'_>, levels: &Levels, used: &[Vec<bool>]) -> Vec<Unused> {
        // What is inside of a broken statement is not looked at, so nothing can be said of what it would need.
        if facts.parsed.diagnostics.iter().any(|finding| finding.code == SYNTAX_ERROR) {
            return Vec::new();
        }
        let mut unused = Vec::new();
        for (at, comment) in self.comments.iter().enumerate() {
            let idle = |slot: &usize| {
                let name = comment.rules[*slot].name();
                !used[at][*slot]
                    && levels.0.get(name) != Some(&Level::Off)
                    && is_decided(facts, RULES[comment.rules[*slot].index])
            };
            let slots: Vec<usize> = (0..comment.rules.len()).filter(idle).collect();
            if !slots.is_empty() && slots.len() == comment.rules.len() && comment.faults.is_empty() {
                unused.push(Unused { comment: at, rule: None });
            } else {
                unused.extend(slots.into_iter().map(|slot| Unused { comment: at, rule: Some(slot) }));
            }
        }
        unused
    }
}

#[derive(Default)]
struct Split {
    kept: Vec<Diagnostic>,
    suppressed: Vec<Suppressed>,
}

/// Takes out what the script's comments allow, and reports those that allow nothing that was found.
pub(crate) fn suppress(
    facts: &Facts<'_>,
    levels: &Levels,
    findings: Vec<Diagnostic>,
) -> (Vec<Diagnostic>, Vec<Suppressed>) {
    let suppressions = facts.suppressions();
    if suppressions.comments.is_empty() {
        return (findings, Vec::new());
    }
    let mut used: Vec<Vec<bool>> =
        suppressions.comments.iter().map(|comment| vec![false; comment.rules.len()]).collect();
    let Split { mut kept, mut suppressed } = suppressions.apply(facts.source, findings, &mut used);
    facts.set_unused_suppressions(suppressions.unused(facts, levels, &used));
    let mut late = Vec::new();
    if let Some(rule) = crate::rule(NOT_USED) {
        rule.run(facts, levels.0.get(NOT_USED).copied(), &mut late);
    }
    let mut late = suppressions.apply(facts.source, late, &mut used);
    kept.append(&mut late.kept);
    suppressed.append(&mut late.suppressed);
    (kept, suppressed)
}

/// Index of a rule in [`RULES`], which is sorted by name.
fn position(name: &str) -> Option<usize> {
    RULES.binary_search_by(|rule| rule.name.cmp(name)).ok()
}

/// Whether this run can tell that a rule finds nothing: dates and tickers may come by a flag or another settings file,
/// and whoever checks with the bundled catalog next needs the comment again.
fn is_decided(facts: &Facts<'_>, rule: &Rule) -> bool {
    // It would have to be judged after itself.
    rule.name != NOT_USED
        && match rule.needs {
            Some(Need::Dates) => facts.window.is_some(),
            Some(Need::Universe) => facts.settings().universe.is_some(),
            Some(Need::Catalog) => !facts.catalog.is_live(),
            None => true,
        }
}

/// What each comment speaks for.
fn covers(source: &Source, tree: &Tree, comments: &[Comment]) -> Vec<Option<Cover>> {
    let mut covers = vec![None; comments.len()];
    // From the end, so that of a pile of comments each finds the next line of code where the one below it found it.
    let mut below: Option<(usize, Option<usize>)> = None;
    for (at, comment) in comments.iter().enumerate().rev() {
        if comment.whole_file {
            continue;
        }
        let line = source.lines().line(comment.span.start);
        let own = line_span(source, line);
        let code = if is_alone(source, own, comment.span) {
            let next = next_code(source, line + 1, below);
            below = Some((line, next));
            next
        } else {
            Some(line)
        };
        let span = code.map_or(own, |line| line_cover(source, tree, line).to(own));
        covers[at] = Some(Cover { line: code, span });
    }
    covers
}

/// Whether nothing but white space stands before a comment on its line.
fn is_alone(source: &Source, line: Span, comment: Span) -> bool {
    let before = source.slice(Span::new(line.start, comment.start));
    before.trim_start_matches('\u{FEFF}').trim().is_empty()
}

/// The first line from `line` on that is neither blank nor a comment; `known` is a line with its answer.
fn next_code(source: &Source, line: usize, known: Option<(usize, Option<usize>)>) -> Option<usize> {
    (line..source.lines().count()).find_map(|line| match known {
        Some((at, answer)) if at == line => Some(answer),
        _ => is_code(source, line).then_some(Some(line)),
    })?
}

/// Whether a line holds code or a directive.
fn is_code(source: &Source, line: usize) -> bool {
    let text = source.slice(line_span(source, line)).trim_start_matches('\u{FEFF}').trim();
    !text.is_empty() && (!text.starts_with('#') || text.starts_with("#!"))
}

/// A line without its end.
fn line_span(source: &Source, line: usize) -> Span {
    let lines = source.lines();
    let start = lines.start(line).unwrap_or(0);
    let end = lines.start(line + 1).unwrap_or(source.text().len() as u32);
    let text = source.slice(Span::new(start, end));
    Span::new(start, start + text.trim_end_matches(['\n', '\r']).len() as u32)
}

/// A line with the statements that begin or end on it, from the start of its first line.
fn line_cover(source: &Source, tree: &Tree, line: usize) -> Span {
    let own = line_span(source, line);
    let statements = tree.statements();
    let first = statements.partition_point(|statement| statement.span.end < own.start);
    let behind = statements.partition_point(|statement| statement.span.start <= own.end);
    let ends = [first, behind.saturating_sub(1)];
    ends.into_iter().filter(|at| (first..behind).contains(at)).map(|at| statements[at].span).fold(own, |cover, span| {
        let begins = own.touches(span.start);
        let ends = own.touches(span.end);
        if !begins && !ends {
            return cover;
        }
        let start = source.lines().start(source.lines().line(span.start)).unwrap_or(span.start);
        cover.to(Span::new(start, span.end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_that_are_named_here_exist() {
        for name in [SYNTAX_ERROR, NOT_USED] {
            assert!(position(name).is_some(), "there is no rule {name}");
        }
    }
}
