//! Comments and directives: one blank behind the `#`, none at the end, and the `=` of directives where their author lined
//! them up.

use signal_syntax::{Trivia, TriviaKind};
use signal_text::Source;

/// Whether a comment may speak for what stands near it (`# signal: allow ...`), so that its neighbours may not move.
pub(crate) fn speaks(comment: &str) -> bool {
    let body = comment.trim_start_matches('#').trim_start_matches(['!', ' ', '\t']);
    let word = body.get(.."signal".len());
    // In a directive it stands behind the value.
    word.is_some_and(|word| word.eq_ignore_ascii_case("signal"))
        || comment.starts_with("#!") && comment[1..].contains('#')
}

/// Appends a comment in style.
pub(crate) fn comment(comment: &str, out: &mut String) {
    let text = comment.trim_end_matches([' ', '\t', '\x0C']);
    // `#---` and `#:` are drawings and signs of their authors; a word behind the sign is prose, or code that rests.
    if text[1..].starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        out.push_str("# ");
        out.push_str(&text[1..]);
    } else {
        out.push_str(text);
    }
}

/// The key and the value of `#! key = value`; `None` for what is no plain directive.
fn split(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.strip_prefix("#!")?.split_once('=')?;
    let key = key.trim_matches([' ', '\t']);
    let is_word = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    is_word.then(|| (key, value.trim_matches([' ', '\t', '\x0C'])))
}

/// Where the `=` of a block of directives stand, in characters behind the `#! `; `None`: one blank behind each key.
///
/// Where all stand in one column already they stay there. A block in which some keys are followed by more than a blank was
/// meant to be lined up, and is. Any other block is left ragged.
pub(crate) fn equals_column(source: &Source, block: &[Trivia]) -> Option<usize> {
    let lines = || {
        let directives = block.iter().filter(|trivia| trivia.kind == TriviaKind::Directive);
        directives.map(|trivia| source.slice(trivia.span)).filter_map(|text| Some((text, split(text)?.0)))
    };
    // A key without its padding, as `#! key` puts it.
    let column = |text: &str| text.find('=').unwrap_or(0);
    let longest = lines().map(|(_, key)| key.len()).max()?;
    if lines().count() < 2 {
        return None;
    }
    let first = lines().next().map(|(text, _)| column(text))?;
    if lines().all(|(text, _)| column(text) == first) {
        return Some(first.saturating_sub("#! ".len()).max(longest + 1));
    }
    let padded = |(text, key): (&str, &str)| {
        let behind = text.find(key).map_or("", |at| &text[at + key.len()..]);
        behind.find('=').is_some_and(|blanks| blanks > 1)
    };
    lines().any(padded).then_some(longest + 1)
}

/// Appends a directive in style.
pub(crate) fn directive(text: &str, column: Option<usize>, out: &mut String) {
    let Some((key, value)) = split(text) else {
        out.push_str(text.trim_end_matches([' ', '\t', '\x0C']));
        return;
    };
    out.push_str("#! ");
    out.push_str(key);
    let pad = column.unwrap_or(key.len() + 1).saturating_sub(key.len()).max(1);
    out.extend(std::iter::repeat_n(' ', pad));
    out.push('=');
    if !value.is_empty() {
        out.push(' ');
        out.push_str(value);
    }
}
