//! `#! key = value` in a script's head: settings that travel with the script, and are comments to the server.

use std::ops::Range;

use signal_syntax::{Tree, TriviaKind};
use signal_text::{Diagnostic, Edit, Fix, Severity, Source, Span, is_slip};

use crate::layer::Layer;
use crate::value::{BAD_SETTING, UNKNOWN_DIRECTIVE, excerpt, listed, offset, read};
use crate::{Key, Origin, SETTINGS};

/// What a script's directives set, and what is wrong with them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Directives {
    /// Every `#!` line with a `=`, in the order of the text; those behind the first statement too.
    pub lines: Vec<Directive>,
    /// What they set.
    pub values: Layer,
    /// What is wrong with them: findings of the rules `unknown-directive`, `bad-setting`, `malformed-ticker` and
    /// `unknown-exchange`. [`crate::resolve()`] passes them on.
    pub diagnostics: Vec<Diagnostic>,
}

/// One directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directive {
    /// From the `#!` to the line's end, which is excluded.
    pub line: Span,
    /// The key, without the blanks around it.
    pub key: Span,
    /// Where the `=` stands.
    pub equals: u32,
    /// The value, without the blanks, the quotes and the comment around it; empty behind the `=` where there is none.
    pub value: Span,
    /// The setting that it names.
    pub setting: Option<Key>,
    /// Whether it counts: in the head, a known setting, and not set again below.
    pub counts: bool,
}

/// Reads the directives of a script. The head ends at the first statement; blank lines and comments belong to it.
#[must_use]
pub fn directives(source: &Source, tree: &Tree) -> Directives {
    let mut found = Directives::default();
    for line in lines(source, tree) {
        let text = source.slice(line);
        match split(text) {
            Some(parts) => {
                let parts = parts.at(line);
                if in_head(tree, line) { found.take(source, parts) } else { found.too_late(source, parts) }
            }
            None if in_head(tree, line) => found.diagnostics.push(without_equals(source, line, text)),
            // Behind the head, a comment that happens to begin with `!` is just that.
            None => {}
        }
    }
    // Findings about a line that was set again come late; people read from the top.
    found.diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    found
}

/// The text spans of all `#!` comments but a shebang, which is the system's and not ours.
pub(crate) fn lines<'a>(source: &'a Source, tree: &'a Tree) -> impl Iterator<Item = Span> + 'a {
    let directives = tree.trivia().iter().filter(|trivia| trivia.kind == TriviaKind::Directive);
    directives.map(|trivia| trivia.span).filter(|span| !is_shebang(source, *span))
}

/// Whether a `#!` comment is the line that tells a system which program runs the script.
pub(crate) fn is_shebang(source: &Source, line: Span) -> bool {
    let before = source.slice(Span::new(0, line.start));
    let first = before.is_empty() || before == "\u{FEFF}";
    first && source.slice(line).trim_start_matches("#!").trim_start().starts_with('/')
}

/// Whether a place lies before the first statement.
pub(crate) fn in_head(tree: &Tree, line: Span) -> bool {
    tree.statements().first().is_none_or(|first| line.start < first.span.start)
}

/// Byte ranges within a directive's line.
struct Parts {
    key: Range<usize>,
    equals: usize,
    value: Range<usize>,
    setting: Option<Key>,
}

impl Parts {
    fn at(self, line: Span) -> Directive {
        Directive {
            line,
            key: offset(&self.key, line.start),
            equals: line.start + self.equals as u32,
            value: offset(&self.value, line.start),
            setting: self.setting,
            counts: false,
        }
    }
}

/// The parts of `#! key = value # comment`; `None` without a `=`.
fn split(text: &str) -> Option<Parts> {
    let equals = text.find('=')?;
    let key = trimmed(text, 2..equals);
    let setting = Key::find(&text[key.clone()]).filter(|key| key.info().directive);
    let mut end = text.len();
    // A description may hold any character; no other value has a `#` with a blank before it.
    if setting != Some(Key::Description) {
        let mut signs = text.match_indices('#').map(|(at, _)| at).filter(|at| *at > equals);
        let comment = signs.find(|at| *at == equals + 1 || text[..*at].ends_with([' ', '\t']));
        end = comment.unwrap_or(end);
    }
    let mut value = trimmed(text, equals + 1..end);
    let written = &text[value.clone()];
    let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''));
    // `"A", "B"` begins and ends with a quote, and not with the same pair of them.
    if let Some(quote) = quote
        && written.len() > 1
        && written[1..].find(quote) == Some(written.len() - 2)
    {
        value = value.start + 1..value.end - 1;
    }
    Some(Parts { key, equals, value, setting })
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}

impl Directives {
    /// Takes a directive of the head.
    fn take(&mut self, source: &Source, mut directive: Directive) {
        let Some(key) = directive.setting else {
            self.diagnostics.push(unknown(source, &directive));
            self.lines.push(directive);
            return;
        };
        // From the end: of a thousand lines that set the same, the last is the one.
        if let Some(before) = self.lines.iter_mut().rev().find(|line| line.counts && line.setting == Some(key)) {
            before.counts = false;
            self.diagnostics.push(set_again(source, key, before, &directive));
        }
        let (value, mut problems) = read(key, source.slice(directive.value), directive.value.start);
        if directive.value.is_empty() {
            // There is nothing to underline behind the `=`.
            for problem in &mut problems {
                problem.span = directive.key.to(Span::empty(directive.equals + 1));
            }
        }
        self.diagnostics.append(&mut problems);
        self.values.set(key, value, Origin::Directive(directive.value));
        directive.counts = true;
        self.lines.push(directive);
    }

    /// The fix that moves a line to the script's first; `None` where the head sets the same, or where the first line is the
    /// system's.
    fn to_the_top(&self, source: &Source, directive: &Directive) -> Option<Fix> {
        let key = directive.setting?;
        let mark = if source.text().starts_with('\u{FEFF}') { 3 } else { 0 };
        if self.lines.iter().any(|line| line.setting == Some(key)) || source.text()[mark as usize..].starts_with("#!/")
        {
            return None;
        }
        // Behind a statement, the line goes on without it.
        let alone = source.slice(Span::new(0, directive.line.start)).ends_with(['\n', '\r']);
        let with_end = with_line_end(source, directive.line);
        let whole = if alone { with_end } else { directive.line };
        let end = source.slice(Span::new(directive.line.end, with_end.end));
        let end = if end.is_empty() { "\n" } else { end };
        let line = format!("{}{end}", source.slice(directive.line));
        let edits = vec![Edit { span: Span::empty(mark), text: line }, Edit { span: whole, text: String::new() }];
        Some(Fix { title: "move it to the top".to_owned(), safe: false, edits })
    }

    /// Takes note of a directive behind the first statement, which sets nothing.
    fn too_late(&mut self, source: &Source, directive: Directive) {
        let name = excerpt(source.slice(directive.key));
        if directive.setting.is_none() && Key::closest(&name).is_none() {
            return;
        }
        let message = format!("this directive sets nothing: `{name}` must stand above the first statement");
        let mut found = Diagnostic::new(UNKNOWN_DIRECTIVE, Severity::Warning, directive.line, message)
            .help("move it to the script's first lines");
        found.fixes.extend(self.to_the_top(source, &directive));
        found.fixes.push(as_comment(source, directive.line));
        self.diagnostics.push(found);
        self.lines.push(directive);
    }
}

fn unknown(source: &Source, directive: &Directive) -> Diagnostic {
    let name = excerpt(source.slice(directive.key));
    let span = if directive.key.is_empty() { directive.line } else { directive.key };
    let error = |message: String| Diagnostic::new(UNKNOWN_DIRECTIVE, Severity::Error, span, message);
    if directive.key.is_empty() {
        return error("this directive names no setting".to_owned())
            .help("write `#! key = value`")
            .fix(as_comment(source, directive.line));
    }
    match Key::closest(&name) {
        Some(key) if key.info().directive => {
            let known = key.name();
            error(format!("`{name}` is no setting; did you mean `{known}`?"))
                .help(key.info().summary)
                .fix(Fix::replace(format!("replace by `{known}`"), is_slip(&name, known), span, known))
        }
        Some(key) => error(format!("`{}` can't be set by a directive", key.name()))
            .help(format!("set it under `[run]` in signal.toml: `{} = {}`", key.name(), key.info().example))
            .fix(as_comment(source, directive.line)),
        None => error(format!("`{name}` is no setting"))
            .help(format!("settings are {}", listed(&names())))
            .fix(as_comment(source, directive.line)),
    }
}

/// The fix that makes a directive a comment to `dsl` too, as it is to the server. Unsafe: it may be a setting misspelt.
fn as_comment(source: &Source, line: Span) -> Fix {
    // `#!!` would be a directive still.
    let mark = if source.slice(line).starts_with("#!!") { "# " } else { "#" };
    Fix::replace("make it a comment", false, Span::new(line.start, line.start + 2), mark)
}

/// A line with its line end, else a blank line would stay where it is taken out.
fn with_line_end(source: &Source, mut line: Span) -> Span {
    let rest = source.slice(Span::new(line.end, source.text().len() as u32));
    line.end += ["\r\n", "\n", "\r"].iter().find(|end| rest.starts_with(**end)).map_or(0, |end| end.len() as u32);
    line
}

/// Names that a directive may set.
fn names() -> Vec<&'static str> {
    SETTINGS.iter().filter(|info| info.directive).map(|info| info.name).collect()
}

fn set_again(source: &Source, key: Key, before: &Directive, after: &Directive) -> Diagnostic {
    let line = source.line_column(after.line.start).line;
    let message = format!("this does not count: line {line} sets `{}` again", key.name());
    let whole = with_line_end(source, before.line);
    Diagnostic::new(BAD_SETTING, Severity::Warning, before.line, message)
        .label(after.value, "the value that counts")
        .fix(Fix {
            title: "remove this line".to_owned(),
            safe: true,
            edits: vec![Edit { span: whole, text: String::new() }],
        })
}

/// A `#!` line of the head without `=`.
fn without_equals(source: &Source, line: Span, text: &str) -> Diagnostic {
    let body = trimmed(text, 2..text.len());
    let end = text[body.clone()].find([' ', '\t', ':']).map_or(body.end, |at| body.start + at);
    let key = Key::find(&text[body.start..end]).filter(|key| key.info().directive);
    match key {
        Some(key) => {
            let name = key.name();
            let value = trimmed(text, end..text.len());
            let value = text[value].trim_start_matches([':', ' ', '\t']);
            let message = format!("a `=` is missing between `{name}` and its value");
            let found = Diagnostic::new(UNKNOWN_DIRECTIVE, Severity::Error, line, message);
            if value.is_empty() {
                return found.help(format!("for instance `#! {name} = {}`", key.info().example));
            }
            found.fix(Fix::replace("put a `=` there", true, line, format!("#! {name} = {value}")))
        }
        None => Diagnostic::new(
            UNKNOWN_DIRECTIVE,
            Severity::Warning,
            line,
            "this line sets nothing: `#!` begins a directive",
        )
        .help("write `#! key = value`, or `#` for a comment")
        .fix(as_comment(source, line)),
    }
}
