//! The service's words on a run, which are Markdown of the plain kind, as HTML: headings, lists, paragraphs, emphasis.
//! What it does not know stays text; links are text, too.

use maud::{Markup, html};
use signal_api::sanitize_lines;

use crate::render::visible;

/// A block of text.
#[derive(Debug, PartialEq, Eq)]
enum Block {
    Heading(String),
    List { numbered: bool, items: Vec<String> },
    Paragraph(Vec<String>),
}

/// Text of several lines as HTML.
pub(crate) fn markup(text: &str) -> Markup {
    let blocks = blocks(&sanitize_lines(text));
    html! {
        @for block in &blocks {
            @match block {
                Block::Heading(text) => h3 { (emphasised(text)) },
                Block::List { numbered: true, items } => ol { @for item in items { li { (emphasised(item)) } } },
                Block::List { numbered: false, items } => ul { @for item in items { li { (emphasised(item)) } } },
                Block::Paragraph(lines) => p {
                    @for (at, line) in lines.iter().enumerate() { @if at > 0 { br; } (emphasised(line)) }
                },
            }
        }
    }
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    // Whether the next line goes on with the block before.
    let mut open = false;
    for line in text.lines().map(str::trim) {
        let heading = line.trim_start_matches('#');
        if line.is_empty() {
            open = false;
        } else if heading.len() < line.len() && heading.starts_with(' ') {
            blocks.push(Block::Heading(heading.trim().to_owned()));
            open = false;
        } else if let Some((numbered, item)) = item(line) {
            match blocks.last_mut() {
                Some(Block::List { numbered: same, items }) if *same == numbered => items.push(item.to_owned()),
                _ => blocks.push(Block::List { numbered, items: vec![item.to_owned()] }),
            }
            open = false;
        } else {
            match blocks.last_mut() {
                Some(Block::Paragraph(lines)) if open => lines.push(line.to_owned()),
                _ => blocks.push(Block::Paragraph(vec![line.to_owned()])),
            }
            open = true;
        }
    }
    blocks
}

/// The item of a list that a line is: whether the list is numbered, and its text.
fn item(line: &str) -> Option<(bool, &str)> {
    if let Some(item) = ["- ", "* ", "• "].iter().find_map(|bullet| line.strip_prefix(bullet)) {
        return Some((false, item.trim()));
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let item = line[digits..].strip_prefix(". ")?;
    (1..=3).contains(&digits).then_some((true, item.trim()))
}

/// One line of ours that may quote code in backticks.
pub(super) fn said(text: &str) -> Markup {
    emphasised(&visible::line(text))
}

/// `**strong**` and `` `code` ``; a mark without a partner stays what it is.
fn emphasised(text: &str) -> Markup {
    let mut pieces: Vec<(char, &str)> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['*', '`']) {
        let mark = if rest[at..].starts_with('`') { "`" } else { "**" };
        let inner = rest[at..].strip_prefix(mark).and_then(|after| after.split_once(mark));
        match inner.filter(|(inner, _)| !inner.trim().is_empty()) {
            Some((inner, after)) => {
                pieces.push((' ', &rest[..at]));
                pieces.push((if mark == "`" { 'c' } else { 's' }, inner));
                rest = after;
            }
            None => {
                let next = at + 1;
                pieces.push((' ', &rest[..next]));
                rest = &rest[next..];
            }
        }
    }
    pieces.push((' ', rest));
    html! {
        @for (kind, piece) in pieces {
            @match kind {
                'c' => code { (piece) },
                's' => strong { (piece) },
                _ => (piece),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_markdown_becomes_html_and_the_rest_stays_text() {
        let check = |text: &str, expected: &str| assert_eq!(markup(text).into_string(), expected);
        check("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>");
        check(
            "## Risk\n- **big** win\n- `ema` * 2\n1. first",
            concat!(
                "<h3>Risk</h3><ul><li><strong>big</strong> win</li><li><code>ema</code> * 2</li></ul>",
                "<ol><li>first</li></ol>"
            ),
        );
        check("**open and `close\n#tag", "<p>**open and `close<br>#tag</p>");
        check("<b>&\u{202e}\u{7}", "<p>&lt;b&gt;&amp;\\u202e\\u0007</p>");
        check("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>");
        check("", "");
        check("** **", "<p>** **</p>");
    }
}
