//! Sets a directive in a script's text.

use signal_syntax::{Tree, TriviaKind};
use signal_text::{Edit, Source, Span};

use crate::directive::{directives, in_head, is_shebang, lines};

/// Where a script's head takes a value for a setting: found once, it takes any number of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectivePlace {
    span: Span,
    before: String,
    after: String,
}

impl DirectivePlace {
    /// The edit that sets the value, which is one line; line ends in it become blanks.
    #[must_use]
    pub fn edit(&self, value: &str) -> Edit {
        let value = value.split(['\n', '\r']).collect::<Vec<_>>().join(" ");
        Edit { span: self.span, text: format!("{}{value}{}", self.before, self.after) }
    }
}

/// Where `key = value` goes in a script's head: in place of the value that counts where there is one, else on a line behind
/// the head's last directive, or the first line (behind a shebang) where there is none.
#[must_use]
pub fn directive_place(source: &Source, tree: &Tree, key: &str) -> DirectivePlace {
    let place = |span, before: String, after: &str| DirectivePlace { span, before, after: after.to_owned() };
    let head = directives(source, tree).lines;
    let known = head.iter().rev().find(|line| line.counts && source.slice(line.key) == key);
    if let Some(line) = known {
        let quoted = source.slice(Span::new(line.value.start - 1, line.value.start)).starts_with(['"', '\'']);
        if line.value.is_empty() && !quoted {
            let rest = source.slice(Span::new(line.equals + 1, line.line.end));
            // A comment right behind the `=` would become part of the value.
            let space = if rest.starts_with('#') { " " } else { "" };
            return place(Span::empty(line.equals + 1), " ".to_owned(), space);
        }
        return place(line.value, String::new(), "");
    }
    let end = line_end(source, tree);
    let last = lines(source, tree).filter(|line| in_head(tree, *line)).last();
    if let Some(last) = last {
        // In a column with the `=` above, where that line is padded to one.
        let above = head.iter().find(|line| line.line == last);
        let width = above.map_or(0, |above| (above.equals - above.line.start).saturating_sub(4) as usize);
        return place(Span::empty(last.end), format!("{end}#! {key:width$} = "), "");
    }
    let shebang = tree.trivia().iter().map(|trivia| trivia.span).find(|span| is_shebang(source, *span));
    match shebang {
        Some(shebang) => place(Span::empty(shebang.end), format!("{end}#! {key} = "), ""),
        None => {
            let mark = if source.text().starts_with('\u{FEFF}') { 3 } else { 0 };
            place(Span::empty(mark), format!("#! {key} = "), end)
        }
    }
}

/// The edit that makes a script's head say `key = value`, where [`directive_place`] finds the place for it.
#[must_use]
pub fn directive_edit(source: &Source, tree: &Tree, key: &str, value: &str) -> Edit {
    directive_place(source, tree, key).edit(value)
}

/// The line end that the script uses.
fn line_end(source: &Source, tree: &Tree) -> &'static str {
    let first = tree.trivia().iter().find(|trivia| trivia.kind == TriviaKind::LineEnd);
    match first.map(|first| source.slice(first.span)) {
        Some("\r\n") => "\r\n",
        _ => "\n",
    }
}
