//! Reads one comment: `# signal: allow RULE, RULE in this file because REASON`.

use signal_text::{Source, Span, closest};

use super::{SYNTAX_ERROR, position};
use crate::RULES;

/// A comment that allows something, or was meant to.
#[derive(Debug)]
pub struct Comment {
    /// From the `#` to the end of the line.
    pub span: Span,
    /// Rules that it allows.
    pub rules: Vec<Allowed>,
    /// The text behind `because`.
    pub reason: Option<Span>,
    /// It says `in this file`.
    pub whole_file: bool,
    /// What is wrong with it.
    pub(crate) faults: Vec<Fault>,
}

/// A rule in the list of a comment.
#[derive(Clone, Copy, Debug)]
pub struct Allowed {
    /// Its index in [`RULES`].
    pub index: usize,
    /// Where its name stands.
    pub span: Span,
}

impl Allowed {
    /// The rule's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        RULES[self.index].name
    }
}

/// Something wrong with a comment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    /// Where.
    pub(crate) span: Span,
    /// What.
    pub(crate) kind: FaultKind,
}

/// What can be wrong with a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// The word that should be `allow` is another.
    NotAllow,
    /// `allow-file`, for `allow ... in this file`; the offset is where those words go.
    AllowFile(u32),
    /// No rule is named.
    NoRule,
    /// A name that is no rule's, with one that is near.
    UnknownRule(Option<&'static str>),
    /// A rule that can't be allowed.
    NotAllowed,
    /// A reason without `because` before it.
    NoBecause,
}

/// The comment at the end of a directive. A description may hold any character, and so has none.
pub(super) fn behind_directive(source: &Source, directive: Span) -> Option<Span> {
    let text = source.slice(directive);
    let equals = text.find('=')?;
    let sign = text.rfind('#').filter(|sign| *sign > equals && text[..*sign].ends_with([' ', '\t', '=']))?;
    let is_description = text[2..equals].trim() == "description";
    (!is_description).then(|| Span::new(directive.start + sign as u32, directive.end))
}

/// Reads a comment; `None` for one that is prose.
pub(super) fn read(source: &Source, span: Span) -> Option<Comment> {
    let text = source.slice(span);
    let body = text.trim_start_matches('#').trim_start_matches([' ', '\t']);
    let key = "signal";
    if !body.get(..key.len())?.eq_ignore_ascii_case(key) {
        return None;
    }
    let rest = body[key.len()..].trim_start().strip_prefix(':')?;
    let mut words = Words { text: rest, at: span.end - rest.len() as u32 };
    let verb = words.next()?;
    let mut comment = Comment { span, rules: Vec::new(), reason: None, whole_file: false, faults: Vec::new() };
    let fault = verb_fault(verb.text, words.clone().next())?;
    comment.list(&mut words, verb.span.end);
    match fault {
        None => {}
        // It allows nothing as it stands, and what its list says can wait until it does.
        Some(kind) => {
            let end = comment.rules.last().map_or(verb.span.end, |rule| rule.span.end);
            let kind = if kind == FaultKind::NotAllow { kind } else { FaultKind::AllowFile(end) };
            comment.rules.clear();
            comment.faults = vec![Fault { span: verb.span, kind }];
        }
    }
    Some(comment)
}

/// What is wrong with the word that should be `allow`; `None` for the beginning of a sentence.
#[expect(clippy::option_option, reason = "prose, or a directive with or without a fault")]
fn verb_fault(verb: &str, next: Option<Word<'_>>) -> Option<Option<FaultKind>> {
    let verb = verb.to_ascii_lowercase();
    let names_a_rule = || next.is_some_and(|next| position(next.text).is_some());
    match verb.as_str() {
        "allow" => Some(None),
        "allow-file" | "allow_file" | "allowfile" => Some(Some(FaultKind::AllowFile(0))),
        // English words, or what other linters say.
        "allows" | "alloy" | "fallow" | "hallow" | "tallow" | "wallow" | "callow" | "sallow" | "allowed"
        | "allowing" | "disable" | "expect" | "ignore" | "ignores" | "noqa" | "off" | "permit" | "silence" | "skip"
        | "suppress" => names_a_rule().then_some(Some(FaultKind::NotAllow)),
        _ => closest(&verb, ["allow"]).map(|_| Some(FaultKind::NotAllow)),
    }
}

impl Comment {
    /// Reads what stands behind `allow`, which ends at `end`.
    fn list(&mut self, words: &mut Words<'_>, end: u32) {
        // Whether the next word must be a rule's name: at the list's beginning and behind a comma.
        let mut due = true;
        while let Some(word) = words.next() {
            if word.text.eq_ignore_ascii_case("because") {
                self.reason = words.rest();
                break;
            }
            due |= word.after_comma;
            match position(word.text) {
                Some(_) if word.text == SYNTAX_ERROR => {
                    self.faults.push(Fault { span: word.span, kind: FaultKind::NotAllowed });
                }
                Some(index) => self.rules.push(Allowed { index, span: word.span }),
                None if !due && word.text == "and" => {
                    due = true;
                    continue;
                }
                None if !due && words.says_in_this_file(word) => self.whole_file = true,
                None => {
                    let near = closest(word.text, RULES.iter().map(|rule| rule.name));
                    let near = near.and_then(position).map(|at| RULES[at].name);
                    if !due && near.is_none() {
                        if !self.rules.is_empty() {
                            self.faults.push(Fault { span: word.span, kind: FaultKind::NoBecause });
                            self.reason = words.rest().map(|rest| word.span.to(rest)).or(Some(word.span));
                        }
                        break;
                    }
                    self.faults.push(Fault { span: word.span, kind: FaultKind::UnknownRule(near) });
                }
            }
            due = false;
        }
        if self.rules.is_empty() && self.faults.is_empty() {
            let span = Span::new(self.span.start, end);
            self.faults.push(Fault { span, kind: FaultKind::NoRule });
        }
    }
}

/// A word with its place.
#[derive(Clone, Copy)]
struct Word<'t> {
    text: &'t str,
    span: Span,
    /// A comma stands before it.
    after_comma: bool,
}

/// The words of a comment, parted by blanks and commas.
#[derive(Clone)]
struct Words<'t> {
    text: &'t str,
    at: u32,
}

impl<'t> Words<'t> {
    fn next(&mut self) -> Option<Word<'t>> {
        let word = self.text.trim_start_matches([' ', '\t', ',']);
        let before = &self.text[..self.text.len() - word.len()];
        let end = word.find([' ', '\t', ',']).unwrap_or(word.len());
        let start = self.at + before.len() as u32;
        self.text = &word[end..];
        self.at = start + end as u32;
        let span = Span::new(start, self.at);
        (end > 0).then(|| Word { text: &word[..end], span, after_comma: before.contains(',') })
    }

    /// What is left, without the blanks around it.
    fn rest(&self) -> Option<Span> {
        let text = self.text.trim_start();
        let start = self.at + (self.text.len() - text.len()) as u32;
        let text = text.trim_end();
        (!text.is_empty()).then(|| Span::new(start, start + text.len() as u32))
    }

    /// Takes the words `this file` behind an `in`, or those that say the same.
    fn says_in_this_file(&mut self, first: Word<'_>) -> bool {
        let mut ahead = self.clone();
        let mut next = || ahead.next().map(|word| word.text.to_ascii_lowercase());
        let says = first.text.eq_ignore_ascii_case("in") && {
            let mut word = next();
            while matches!(word.as_deref(), Some("this" | "the" | "whole" | "entire")) {
                word = next();
            }
            matches!(word.as_deref(), Some("file" | "script"))
        };
        if says {
            *self = ahead;
        }
        says
    }
}
