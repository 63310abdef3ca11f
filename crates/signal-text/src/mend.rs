//! Applies fixes to a text, round by round, until nothing is left that may be fixed.

use std::collections::{BTreeMap, HashSet};

use crate::{Diagnostic, Fix, Source, apply_edits};

/// A fix can lay open another fault; more rounds than this are not a cure.
const MOST_ROUNDS: usize = 100;

/// Which fixes may be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that keep what a text means.
    Safe,
    /// The first one of each finding.
    All,
}

/// How a text is judged.
#[derive(Debug)]
pub struct Judge<F, B> {
    /// What is wrong with it.
    pub findings: F,
    /// How much of it can't be read: no fix may add to that.
    pub broken: B,
}

/// A text after its fixes.
#[derive(Debug)]
pub struct Mended {
    /// The text.
    pub source: Source,
    /// How many fixes were applied, by rule.
    pub fixed: BTreeMap<String, u64>,
}

impl Which {
    /// The fix of a finding that may be applied.
    #[must_use]
    pub fn of(self, finding: &Diagnostic) -> Option<&Fix> {
        match self {
            Self::Safe => finding.fixes.iter().find(|fix| fix.safe),
            Self::All => finding.fixes.first(),
        }
    }
}

/// Mends a text by the fixes that `wanted` picks, one a finding.
pub fn mend<F, B>(source: Source, wanted: impl Fn(&Diagnostic) -> Option<&Fix>, judge: &Judge<F, B>) -> Mended
where
    F: Fn(&Source) -> Vec<Diagnostic>,
    B: Fn(&Source) -> usize,
{
    let mut mended = Mended { source, fixed: BTreeMap::new() };
    // Two rules that undo each other's fixes must not go on for ever.
    let mut seen = HashSet::from([mended.source.text().to_owned()]);
    for _ in 0..MOST_ROUNDS {
        let findings = (judge.findings)(&mended.source);
        let candidates = apart(&findings, &wanted);
        if candidates.is_empty() {
            break;
        }
        let Some((source, applied)) = apply(&mended.source, &candidates, &judge.broken) else { break };
        if !seen.insert(source.text().to_owned()) {
            break;
        }
        mended.source = source;
        for (code, _) in applied {
            *mended.fixed.entry(code.to_owned()).or_default() += 1;
        }
    }
    mended
}

type Candidate<'f> = (&'f str, &'f Fix);

/// Fixes that do not touch each other, each with the name of its rule; the others wait for the next round.
fn apart<'f>(findings: &'f [Diagnostic], wanted: impl Fn(&'f Diagnostic) -> Option<&'f Fix>) -> Vec<Candidate<'f>> {
    let mut taken: BTreeMap<u32, u32> = BTreeMap::new();
    let mut chosen = Vec::new();
    for finding in findings {
        let Some(fix) = wanted(finding) else { continue };
        let is_free = fix
            .edits
            .iter()
            .all(|edit| taken.range(..=edit.span.end).next_back().is_none_or(|(_, end)| *end < edit.span.start));
        if is_free && !fix.edits.is_empty() {
            taken.extend(fix.edits.iter().map(|edit| (edit.span.start, edit.span.end)));
            chosen.push((&*finding.code, fix));
        }
    }
    chosen
}

/// Applies as many of the fixes as leave no more broken than before; `None` where that is none.
fn apply<'f>(
    source: &Source,
    candidates: &[Candidate<'f>],
    broken: impl Fn(&Source) -> usize,
) -> Option<(Source, Vec<Candidate<'f>>)> {
    let before = broken(source);
    let attempt = |fixes: &[Candidate<'f>]| {
        let edits: Vec<_> = fixes.iter().flat_map(|(_, fix)| fix.edits.iter().cloned()).collect();
        let text = apply_edits(source.text(), &edits).ok()?;
        let after = Source::new(source.name(), text);
        (broken(&after) <= before).then_some(after)
    };
    // Nearly always all are good; if not, the bad ones are found by halving.
    let (mut best, mut accepted) = (None, Vec::new());
    let mut parts = vec![candidates];
    while let Some(part) = parts.pop() {
        let together: Vec<_> = accepted.iter().chain(part).copied().collect();
        if let Some(after) = attempt(&together) {
            (best, accepted) = (Some(after), together);
        } else if part.len() > 1 {
            let (left, right) = part.split_at(part.len() / 2);
            parts.extend([right, left]);
        }
    }
    best.filter(|after| after.text() != source.text()).map(|after| (after, accepted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Edit, Severity, Span};

    /// Mends a text whose every `from` is a finding with the fix to replace it by `to`; a `!` is a break.
    #[track_caller]
    fn check(text: &str, fixes: &[(&str, &str)], expected: &str, rounds: &[(&str, u64)]) {
        let findings = |source: &Source| {
            let mut found = Vec::new();
            for (from, to) in fixes {
                for (at, _) in source.text().match_indices(from) {
                    let span = Span::from(at..at + from.len());
                    let edit = Edit { span, text: (*to).to_owned() };
                    let fix = Fix { title: String::new(), safe: true, edits: vec![edit] };
                    found.push(Diagnostic::new((*from).to_owned(), Severity::Error, span, "").fix(fix));
                }
            }
            found
        };
        let judge = Judge { findings, broken: |source: &Source| source.text().matches('!').count() };
        let mended = mend(Source::new("a", text), |finding| Which::Safe.of(finding), &judge);
        assert_eq!(mended.source.text(), expected);
        let fixed: Vec<_> = mended.fixed.iter().map(|(code, count)| (code.as_str(), *count)).collect();
        assert_eq!(fixed, rounds);
    }

    #[test]
    fn a_fix_that_lays_open_another_is_followed_by_it() {
        check("a a b", &[("a", "b"), ("b", "c")], "c c c", &[("a", 2), ("b", 3)]);
    }

    #[test]
    fn fixes_that_touch_wait_for_the_next_round() {
        check("aab", &[("aa", "a"), ("ab", "b")], "b", &[("aa", 1), ("ab", 1)]);
    }

    #[test]
    fn a_fix_that_breaks_the_text_is_left_out() {
        check("a x b x c", &[("a", "!"), ("b", "B"), ("c", "!")], "a x B x c", &[("b", 1)]);
        check("! a", &[("!", ""), ("a", "b")], " b", &[("!", 1), ("a", 1)]);
    }

    #[test]
    fn fixes_that_undo_each_other_come_to_an_end() {
        check("a", &[("a", "b"), ("b", "a")], "b", &[("a", 1)]);
    }
}
