//! Writes the comments that allow what was found, for a project that begins to use the checks on scripts it trusts.

use std::collections::{BTreeMap, BTreeSet};

use signal_syntax::{StatementKind, Token, Tree, TriviaKind, parse, tokens};
use signal_text::{Diagnostic, Edit, Source, Span, apply_edits};

use super::{NOT_USED, SYNTAX_ERROR, Suppressions, is_code, line_span, next_code, position};
use crate::RULES;

/// A comment that would make its line longer than this, in characters, goes above it.
const LONGEST_LINE: usize = 120;

/// How much a comment is to speak for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressionScope {
    /// The statement that a finding is in.
    Statement,
    /// The whole script.
    File,
}

type Rules = BTreeSet<&'static str>;

/// Edits that add a comment for every finding that one can allow: a rule joins the list of a comment that is there
/// already, else it comes at the end of the line, or above it where the line would grow too long.
///
/// With [`SuppressionScope::Statement`] findings that are in no statement are left out.
#[must_use]
pub fn suppression_edits(
    source: &Source,
    tree: &Tree,
    findings: &[Diagnostic],
    reason: Option<&str>,
    scope: SuppressionScope,
) -> Vec<Edit> {
    let allowed = findings.iter().filter(|finding| finding.code != SYNTAX_ERROR && finding.code != NOT_USED);
    let allowed = allowed.filter_map(|finding| Some((finding.span.start, RULES[position(&finding.code)?].name)));
    let writer = Writer::new(source, tree, reason);
    if scope == SuppressionScope::File {
        let rules: Rules = allowed.map(|(_, rule)| rule).collect();
        return if rules.is_empty() { Vec::new() } else { vec![writer.in_file(&rules)] };
    }
    let mut by_line: BTreeMap<usize, Rules> = BTreeMap::new();
    for (place, rule) in allowed {
        by_line.entry(writer.anchor(place)).or_default().insert(rule);
    }
    by_line.iter().filter_map(|(line, rules)| writer.at_line(*line, rules)).collect()
}

/// Those of the edits that leave the script what it is: a comment can end up in a string that is not closed.
#[must_use]
pub fn harmless_comments(source: &Source, edits: &[Edit]) -> Vec<Edit> {
    if edits.is_empty() {
        return Vec::new();
    }
    let before = words(source);
    let statements = |source: &Source| parse(source).tree.statements().len();
    let statements_before = statements(source);
    // Whether two texts differ in comments and line ends only, and fall into the same statements.
    let keeps = |edits: &[Edit]| {
        let after = apply_edits(source.text(), edits).ok().map(|text| Source::new(source.name(), text));
        after.is_some_and(|after| words(&after) == before && statements(&after) == statements_before)
    };
    if keeps(edits) {
        return edits.to_vec();
    }
    let mut good = edits.to_vec();
    good.retain(|edit| keeps(std::slice::from_ref(edit)));
    if keeps(&good) { good } else { Vec::new() }
}

/// The tokens of a text that are neither comments nor line ends.
fn words(source: &Source) -> Vec<(Token, &str)> {
    let is_word = |token: &Token| !matches!(token, Token::Comment | Token::LineEnd | Token::Continuation);
    let all = tokens(source).into_iter().filter(|(token, _)| is_word(token));
    all.map(|(token, span)| (token, source.slice(span))).collect()
}

struct Writer<'a> {
    source: &'a Source,
    tree: &'a Tree,
    /// ` because REASON`, or nothing.
    reason: String,
    line_end: &'static str,
    there: Suppressions,
    /// The comments that are there by the line of code that they speak for.
    by_line: BTreeMap<usize, usize>,
}

impl<'a> Writer<'a> {
    fn new(source: &'a Source, tree: &'a Tree, reason: Option<&str>) -> Self {
        let words: Vec<&str> = reason.unwrap_or_default().split_whitespace().collect();
        let reason = if words.is_empty() { String::new() } else { format!(" because {}", words.join(" ")) };
        let first_end = tree.trivia().iter().find(|trivia| trivia.kind == TriviaKind::LineEnd);
        let line_end = match first_end.map(|end| source.slice(end.span)) {
            Some("\r\n") => "\r\n",
            Some("\r") => "\r",
            _ => "\n",
        };
        let there = Suppressions::new(source, tree);
        let by_line = there.covers.iter().enumerate().filter_map(|(at, cover)| {
            let comment = &there.comments[at];
            let takes_more = !comment.rules.is_empty() && comment.faults.is_empty();
            takes_more.then_some((cover.as_ref()?.line?, at))
        });
        let by_line = by_line.collect();
        Self { source, tree, reason, line_end, there, by_line }
    }

    /// The line at which a comment speaks for a place: the first of its statement.
    fn anchor(&self, place: u32) -> usize {
        let statements = self.tree.statements();
        let behind = statements.partition_point(|statement| statement.span.start <= place);
        let statement = behind.checked_sub(1).map(|at| statements[at].span).filter(|span| span.touches(place));
        self.source.lines().line(statement.map_or(place, |span| span.start))
    }

    fn at_line(&self, line: usize, rules: &Rules) -> Option<Edit> {
        if let Some(&at) = self.by_line.get(&line) {
            return Some(self.join(at, rules));
        }
        let own = line_span(self.source, line);
        let text = self.source.slice(own);
        // A place in no code: above it, where there is a line that the comment can speak for.
        let is_code = is_code(self.source, line);
        if !is_code && (text.trim().is_empty() || next_code(self.source, line, None).is_none()) {
            return None;
        }
        let comment = format!("# signal: allow {}{}", listed(rules), self.reason);
        let code = text.trim_end();
        let short_enough = code.chars().count() + 2 + comment.chars().count() <= LONGEST_LINE;
        let can_end = is_code && !code.ends_with('\\') && !self.has_comment(own) && !self.is_broken(own);
        let joined = line.checked_sub(1).is_some_and(|before| {
            let before = line_span(self.source, before);
            self.source.slice(before).trim_end().ends_with('\\') && !self.has_comment(before)
        });
        if can_end && (short_enough || joined) {
            let end = own.start + code.len() as u32;
            return Some(Edit { span: Span::new(end, own.end), text: format!("  {comment}") });
        }
        let mark = if own.start == 0 && text.starts_with('\u{FEFF}') { 3 } else { 0 };
        let indent: String = text[mark..].chars().take_while(|character| matches!(character, ' ' | '\t')).collect();
        let at = Span::empty(own.start + mark as u32);
        (!joined).then(|| Edit { span: at, text: format!("{indent}{comment}{}", self.line_end) })
    }

    fn in_file(&self, rules: &Rules) -> Edit {
        let takes_more = |at: &usize| self.there.comments[*at].whole_file && !self.there.comments[*at].rules.is_empty();
        if let Some(at) = (0..self.there.comments.len()).find(takes_more) {
            return self.join(at, rules);
        }
        let comment = format!("# signal: allow {} in this file{}", listed(rules), self.reason);
        let text = self.source.text();
        let mark = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
        let head = line_span(self.source, 0);
        // The line that tells a system which program runs the script stays the first one.
        if text[mark..].starts_with("#!") && text[mark + 2..].trim_start_matches([' ', '\t']).starts_with('/') {
            return Edit { span: Span::empty(head.end), text: format!("{}{comment}", self.line_end) };
        }
        Edit { span: Span::empty(mark as u32), text: format!("{comment}{}", self.line_end) }
    }

    /// Adds rules to the list of a comment that is there.
    fn join(&self, at: usize, rules: &Rules) -> Edit {
        let comment = &self.there.comments[at];
        let end = comment.rules.last().map_or(comment.span.end, |rule| rule.span.end);
        Edit { span: Span::empty(end), text: format!(", {}", listed(rules)) }
    }

    fn has_comment(&self, line: Span) -> bool {
        let trivia = self.tree.trivia();
        let first = trivia.partition_point(|trivia| trivia.span.start < line.start);
        let on_line = trivia[first..].iter().take_while(|trivia| trivia.span.start < line.end);
        on_line.into_iter().any(|trivia| matches!(trivia.kind, TriviaKind::Comment | TriviaKind::Directive))
    }

    /// Whether a statement on the line did not parse: what looks like its end may be inside of a string.
    fn is_broken(&self, line: Span) -> bool {
        let statements = self.tree.statements();
        let first = statements.partition_point(|statement| statement.span.end < line.start);
        let on_line = statements[first..].iter().take_while(|statement| statement.span.start <= line.end);
        on_line.into_iter().any(|statement| matches!(statement.kind, StatementKind::Error { .. }))
    }
}

fn listed(rules: &Rules) -> String {
    rules.iter().copied().collect::<Vec<_>>().join(", ")
}
