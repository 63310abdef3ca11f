//! Between our offsets and the protocol's words: positions, paths, findings. One function each way.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use signal_text::{Edit, Severity, Source, Span, Utf16Position};
use tower_lsp::ls_types::{DiagnosticSeverity, Position, PositionEncodingKind, Range, TextEdit, Uri};

pub(crate) mod code_action;
pub(crate) mod code_lens;
pub(crate) mod completion;
pub(crate) mod definition;
pub(crate) mod diagnostic;
pub(crate) mod folding;
pub(crate) mod highlight;
pub(crate) mod hover;
pub(crate) mod inlay_hint;
pub(crate) mod links;
pub(crate) mod rename;
pub(crate) mod selection;
pub(crate) mod semantic_tokens;
pub(crate) mod signature_help;
pub(crate) mod symbols;
pub(crate) mod workspace_edit;

/// How the columns of positions are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// In bytes.
    Utf8,
    /// In UTF-16 code units, which every client knows.
    #[default]
    Utf16,
}

impl Encoding {
    /// Bytes where the client can: then nothing need be counted.
    pub(crate) fn negotiated(offered: Option<&[PositionEncodingKind]>) -> Self {
        let takes_bytes = offered.is_some_and(|offered| offered.contains(&PositionEncodingKind::UTF8));
        if takes_bytes { Self::Utf8 } else { Self::Utf16 }
    }

    /// The protocol's name for it.
    pub(crate) const fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }
}

/// The position of a byte offset; an offset beyond the text is its end.
pub(crate) fn position(source: &Source, offset: u32, encoding: Encoding) -> Position {
    match encoding {
        Encoding::Utf16 => {
            let position = source.utf16(offset);
            Position::new(position.line, position.column)
        }
        Encoding::Utf8 => {
            let offset = source.clamp(Span::empty(offset)).start;
            let lines = source.lines();
            let line = lines.line(offset);
            Position::new(line as u32, offset - lines.start(line).unwrap_or(offset))
        }
    }
}

/// The byte offset of a position. One behind the end of its line is that end, one behind the last line the end of the text;
/// one within a character is the next character's (UTF-16) or its own (UTF-8) beginning.
pub(crate) fn offset(source: &Source, position: Position, encoding: Encoding) -> u32 {
    match encoding {
        Encoding::Utf16 => source.offset_of_utf16(Utf16Position { line: position.line, column: position.character }),
        Encoding::Utf8 => {
            let (lines, line) = (source.lines(), position.line as usize);
            let text = source.text();
            let Some(start) = lines.start(line) else { return text.len() as u32 };
            let end = lines.start(line + 1).map_or(text.len(), |next| next as usize);
            let end = start + text[start as usize..end].trim_end_matches(['\r', '\n']).len() as u32;
            let at = start.saturating_add(position.character).min(end);
            source.clamp(Span::empty(at)).start
        }
    }
}

/// The range of a span.
pub(crate) fn range(source: &Source, span: Span, encoding: Encoding) -> Range {
    let start = position(source, span.start, encoding);
    // Most end where they begin: then the line need not be looked for again.
    let next = source.lines().start(start.line as usize + 1);
    let rest = source.text().as_bytes().get(span.range()).filter(|_| next.is_none_or(|next| span.end < next));
    let end = match rest {
        Some(rest) if rest.is_ascii() => Position::new(start.line, start.character + span.len()),
        _ => position(source, span.end.max(span.start), encoding),
    };
    Range::new(start, end)
}

/// The span of a range; one that ends before it begins is empty.
pub(crate) fn span(source: &Source, range: Range, encoding: Encoding) -> Span {
    let start = offset(source, range.start, encoding);
    Span::new(start, offset(source, range.end, encoding).max(start))
}

/// An edit of a text. One that cuts a line end in two takes all of it: the protocol knows no place between `\r` and `\n`.
pub(crate) fn text_edit(source: &Source, edit: &Edit, encoding: Encoding) -> TextEdit {
    let cuts = |at: u32| {
        let (before, behind) = source.text().as_bytes().split_at_checked(at as usize).unwrap_or_default();
        before.ends_with(b"\r") && behind.starts_with(b"\n")
    };
    let Span { mut start, mut end } = edit.span;
    let mut text = edit.text.clone();
    if cuts(start) {
        start -= 1;
        text.insert(0, '\r');
    }
    if cuts(end) {
        end += 1;
        text.push('\n');
    }
    TextEdit::new(range(source, Span::new(start, end), encoding), text)
}

/// The protocol's severity.
pub(crate) const fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
        Severity::Hint => DiagnosticSeverity::HINT,
    }
}

/// The file that a URI names; `None`: it names something else, such as a text that was never saved.
pub(crate) fn path(uri: &Uri) -> Option<PathBuf> {
    if !uri.scheme().as_str().eq_ignore_ascii_case("file") {
        return None;
    }
    uri.to_file_path().map(|path| path.into_owned()).filter(|path| path.is_absolute())
}

/// The URI of a file.
pub(crate) fn uri(path: &Path) -> Option<Uri> {
    Uri::from_file_path(path)
}

/// The URI that a text spells, such as a page of the web.
pub(crate) fn link(text: &str) -> Option<Uri> {
    Uri::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, encoding: Encoding, positions: &[((u32, u32), u32)]) {
        let source = Source::new("a", text);
        for &((line, character), expected) in positions {
            let at = Position::new(line, character);
            assert_eq!(offset(&source, at, encoding), expected, "{line}:{character} of {text:?} in {encoding:?}");
        }
    }

    #[test]
    fn a_position_that_is_not_there_is_the_nearest_that_is() {
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            check("ab\r\ncd\n", encoding, &[((0, 99), 2), ((1, 99), 6), ((2, 0), 7), ((9, 0), 7), ((0, u32::MAX), 2)]);
            check("a\rb\n\nc", encoding, &[((0, 5), 1), ((1, 5), 3), ((2, 5), 4), ((3, 5), 6)]);
        }
        check("🚀x", Encoding::Utf16, &[((0, 1), 4), ((0, 2), 4), ((0, 3), 5)]);
        check("🚀x", Encoding::Utf8, &[((0, 1), 0), ((0, 3), 0), ((0, 4), 4), ((0, 5), 5)]);
    }

    #[test]
    fn every_offset_survives_the_way_to_the_client_and_back() {
        let text = "a = \"é🚀\"\r\nb = 1 # 𝒳\rc\n";
        let source = Source::new("a", text);
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            for (at, _) in
                text.char_indices().filter(|(at, _)| !text[..*at].ends_with('\r') || &text[*at..=*at] != "\n")
            {
                let there = position(&source, at as u32, encoding);
                assert_eq!(offset(&source, there, encoding), at as u32, "{at} in {encoding:?}");
            }
        }
    }

    #[test]
    fn no_edit_ends_within_a_line_end() {
        let source = Source::new("a", "x \r\ny\n");
        for (from, to, text, range, expected) in [
            (2, 3, "", ((0, 2), (1, 0)), "\n"),
            (3, 4, "", ((0, 2), (1, 0)), "\r"),
            (3, 3, "#", ((0, 2), (1, 0)), "\r#\n"),
            (1, 4, "\n", ((0, 1), (1, 0)), "\n"),
        ] {
            let edit = Edit { span: Span::new(from, to), text: text.to_owned() };
            let ((line, column), (last_line, last_column)) = range;
            let range = Range::new(Position::new(line, column), Position::new(last_line, last_column));
            assert_eq!(
                text_edit(&source, &edit, Encoding::Utf16),
                TextEdit::new(range, expected.to_owned()),
                "{edit:?}"
            );
        }
    }

    #[test]
    fn a_range_is_the_positions_of_its_ends() {
        for text in ["a = 1\r\nb = \"é🚀\" # 𝒳\rc\n\nd", "", "é", "\n"] {
            let (source, end) = (Source::new("a", text), text.len() as u32 + 2);
            for encoding in [Encoding::Utf8, Encoding::Utf16] {
                for (from, to) in (0..end).flat_map(|from| (from..end).map(move |to| (from, to))) {
                    let ends = [from, to].map(|at| position(&source, at, encoding));
                    let found = range(&source, Span::new(from, to), encoding);
                    assert_eq!([found.start, found.end], ends, "{from}..{to} of {text:?} in {encoding:?}");
                }
            }
        }
    }

    #[test]
    fn only_files_have_a_path() {
        let path_of = |text: &str| link(text).and_then(|uri| path(&uri));
        assert_eq!(path_of("untitled:Untitled-1"), None);
        assert_eq!(path_of("https://example.com/a.signal"), None);
        if cfg!(unix) {
            assert_eq!(
                path_of("file:///tmp/my%20scripts/%C3%A9.signal"),
                Some(PathBuf::from("/tmp/my scripts/é.signal"))
            );
            assert_eq!(
                uri(Path::new("/tmp/my scripts/é.signal")).unwrap().as_str(),
                "file:///tmp/my%20scripts/%C3%A9.signal"
            );
        }
    }
}
