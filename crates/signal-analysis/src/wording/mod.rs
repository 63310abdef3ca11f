//! Words and looks at the tree that several rules share.

pub(crate) mod numbers;
pub(crate) mod periods;
pub(crate) mod range;

use std::fmt::Write as _;

use signal_catalog::Signature;
use signal_syntax::Expr;
use signal_text::Span;

use crate::Facts;

/// Names joined as a sentence has them: "`a`, `b` and `c`".
pub(crate) fn listed<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let mut text = String::new();
    let count = names.len();
    for (at, name) in names.enumerate() {
        let joint = match at {
            0 => "",
            _ if at + 1 == count => " and ",
            _ => ", ",
        };
        // Writing to a String can't fail.
        let _ = write!(text, "{joint}`{name}`");
    }
    text
}

/// The outputs of a signature as a sentence has them.
pub(crate) fn outputs_of(signature: &Signature) -> String {
    listed(signature.outputs.iter().map(|output| output.name.as_ref()))
}

/// Longest text of the script, in bytes, that a fix writes anew elsewhere: what is nested in each other could each have a fix,
/// and their copies would add up to the square.
pub(crate) const LONGEST_COPY: usize = 1_000;

/// A text as a message quotes it: on one line, cut where it gets too long to read.
pub(crate) fn short(text: &str) -> String {
    on_one_line(text, 48, "…")
}

/// A call's text in a table or a list, on one line.
pub(crate) fn one_line(text: &str) -> String {
    on_one_line(text, 120, "...")
}

/// The text with single blanks between its words, at most `longest` characters, the last of which are `cut` where it goes on.
/// Reads no more of the text than it takes, since what is quoted may be nested in what is quoted next.
fn on_one_line(text: &str, longest: usize, cut: &str) -> String {
    let mut line = String::new();
    let (mut count, mut gap) = (0, false);
    for character in text.trim_start().chars() {
        if character.is_whitespace() {
            gap = true;
            continue;
        }
        if std::mem::take(&mut gap) {
            line.push(' ');
            count += 1;
        }
        line.push(character);
        count += 1;
        if count > longest {
            return line.chars().take(longest - cut.chars().count()).chain(cut.chars()).collect();
        }
    }
    line
}

/// A text that stands in an example, or an `x` where it is too long for one.
pub(crate) fn example(text: &str) -> &str {
    if text.len() > 40 || text.contains('\n') { "x" } else { text }
}

/// A number as a message shows it: 13.2 where the arithmetic came to 13.200000000000001.
pub(crate) fn shown(value: f64) -> f64 {
    let rounded = (value * 1e6).round() / 1e6;
    if rounded.fract() == 0.0 { value } else { rounded }
}

/// Whether no line of a script asks for an action: it is an expression to be evaluated, a scan or a ranking, whose last line
/// is the result.
pub(crate) fn is_expression(facts: &Facts<'_>) -> bool {
    facts.signals.is_empty()
}

/// The line of a statement with its line end, if nothing else stands on it.
pub(crate) fn whole_line(facts: &Facts<'_>, statement: Span) -> Option<Span> {
    let text = facts.source.text();
    let (before, behind) = (&text[..statement.start as usize], &text[statement.end as usize..]);
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let end = behind.find('\n').map_or(behind.len(), |at| at + 1);
    let alone = before[line..].trim_start_matches('\u{FEFF}').trim().is_empty() && behind[..end].trim().is_empty();
    alone.then(|| Span::new(line as u32, statement.end + end as u32))
}

/// Whether leaving a statement out loses nothing but its value: it emits no signal and calls nothing that is unknown.
pub(crate) fn is_pure(facts: &Facts<'_>, statement: usize) -> bool {
    let tree = facts.tree();
    tree.ids_of(statement).all(|id| match tree.expr(id) {
        Expr::Call { .. } => facts
            .calls
            .get(id)
            .and_then(|call| call.entry)
            .is_some_and(|entry| entry.kind != signal_catalog::Kind::Signal),
        Expr::Error => false,
        _ => true,
    })
}
