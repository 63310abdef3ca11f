//! The JSON documents that other programs rely on, from the very structs that `dsl schema` describes.

use std::borrow::Cow;
use std::io;

use schemars::JsonSchema;
use serde::Serialize;
use signal_text::{Diagnostic, LineColumn, Source, Span};

use super::findings::{Findings, Form};
use super::place::Places;
use super::visible;
use crate::failure::Failure;

/// Version of every document: fields may be added, never changed.
pub(crate) const SCHEMA: u32 = 1;

/// One document, which holds the summary and a failure too: stderr is silent.
pub(crate) const FORM: Form =
    Form { head, file, between: ",", aside: Some((ASIDE, allowed)), tail, failure: Some(failure), talks: false };

fn head(catalog: CatalogStamp<'_>) -> String {
    let empty = CheckDocument {
        schema: SCHEMA,
        catalog,
        diagnostics: Vec::new(),
        suppressed: Vec::new(),
        summary: Summary::default(),
    };
    let mut text = String::new();
    push(&mut text, &empty);
    // The document without its end: findings are written as they come.
    text.truncate(text.rfind(ASIDE).unwrap_or(text.len()));
    text
}

/// What stands between the last finding and the first one that a script allows.
const ASIDE: &str = "],\"suppressed\":[";
/// What stands between the last of those and the summary.
const END: &str = "],\"summary\":";

fn file(of: &Findings<'_>) -> String {
    let mut places = Places::new(of.source);
    let mut text = String::new();
    for one in of.found {
        if !text.is_empty() {
            text.push(',');
        }
        push(&mut text, &finding(of.source, &mut places, one));
    }
    text
}

/// The findings that a script allows.
fn allowed(of: &Findings<'_>) -> String {
    let mut places = Places::new(of.source);
    let mut text = String::new();
    for one in of.allowed {
        if !text.is_empty() {
            text.push(',');
        }
        let finding = finding(of.source, &mut places, one.finding);
        push(&mut text, &SuppressedFinding { finding, reason: one.reason });
    }
    text
}

fn tail(summary: Summary) -> String {
    let mut text = END.to_owned();
    push(&mut text, &summary);
    text.push_str("}\n");
    text
}

/// What stands on stdout when a command that was asked for JSON could not do its work.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ErrorDocument<'a> {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// What went wrong.
    pub(crate) error: ErrorBody<'a>,
    /// The findings behind it, where there are some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) diagnostics: Vec<Finding<'a>>,
}

impl<'a> ErrorDocument<'a> {
    /// A failure with the findings behind it.
    pub(crate) fn new(failure: &'a Failure, diagnostics: Vec<Finding<'a>>) -> Self {
        let suggestion = failure.suggestion.as_deref();
        let error = ErrorBody { code: &failure.code, message: &failure.message, suggestion };
        Self { schema: SCHEMA, error, diagnostics }
    }
}

/// What went wrong.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ErrorBody<'a> {
    /// A stable word: `file-not-found`, `usage`, or the server's own code.
    pub(crate) code: &'a str,
    /// What happened.
    pub(crate) message: &'a str,
    /// What to do about it.
    pub(crate) suggestion: Option<&'a str>,
}

/// `dsl check --output-format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CheckDocument<'a> {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// Names that the scripts were checked against.
    pub(crate) catalog: CatalogStamp<'a>,
    /// Findings by file and place.
    pub(crate) diagnostics: Vec<Finding<'a>>,
    /// Findings that the scripts allow by comments. They count for nothing.
    pub(crate) suppressed: Vec<SuppressedFinding<'a>>,
    /// How many there are.
    pub(crate) summary: Summary,
}

/// Which catalog was used.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct CatalogStamp<'a> {
    /// `bundled`, `cache` or `project`.
    pub(crate) origin: Cow<'a, str>,
    /// Day it was made.
    pub(crate) date: Cow<'a, str>,
    /// Hash of its content.
    pub(crate) hash: Cow<'a, str>,
}

/// Findings by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Summary {
    /// Files that were looked at.
    pub(crate) files: u64,
    /// Findings that the server would refuse.
    pub(crate) errors: u64,
    /// Findings that are probably not what was meant.
    pub(crate) warnings: u64,
    /// Findings worth knowing.
    pub(crate) infos: u64,
    /// Findings that could be nicer.
    pub(crate) hints: u64,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Finding<'a> {
    /// The file as it was named.
    pub(crate) file: &'a str,
    /// The rule.
    pub(crate) code: &'a str,
    /// `error`, `warning`, `info` or `hint`.
    #[schemars(with = "SeverityName")]
    pub(crate) severity: signal_text::Severity,
    /// What is wrong.
    pub(crate) message: &'a str,
    /// Where it begins.
    pub(crate) start: Place,
    /// Where it ends (exclusive).
    pub(crate) end: Place,
    /// Other places that matter.
    pub(crate) labels: Vec<LabelDocument<'a>>,
    /// What to do.
    pub(crate) help: Option<&'a str>,
    /// Cures that can be applied, the best one first.
    pub(crate) fixes: Vec<FixDocument<'a>>,
}

/// A finding that the script allows.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SuppressedFinding<'a> {
    /// The finding.
    #[serde(flatten)]
    pub(crate) finding: Finding<'a>,
    /// The reason that the script gives.
    pub(crate) reason: Option<&'a str>,
}

/// The words for severities.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum SeverityName {
    Error,
    Warning,
    Info,
    Hint,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Place {
    /// Line, from 1.
    pub(crate) line: u32,
    /// Column in Unicode characters, from 1.
    pub(crate) column: u32,
    /// Bytes from the start of the file.
    pub(crate) offset: u32,
}

/// A remark on a place.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LabelDocument<'a> {
    /// Where it begins.
    pub(crate) start: Place,
    /// Where it ends (exclusive).
    pub(crate) end: Place,
    /// The remark.
    pub(crate) message: &'a str,
}

/// A cure.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FixDocument<'a> {
    /// What it does.
    pub(crate) title: &'a str,
    /// Whether it keeps the script's meaning.
    pub(crate) safe: bool,
    /// Edits to apply together.
    pub(crate) edits: Vec<EditDocument<'a>>,
}

/// A replacement of bytes.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EditDocument<'a> {
    /// First byte that is replaced.
    pub(crate) start_offset: u32,
    /// One past the last.
    pub(crate) end_offset: u32,
    /// What stands there afterwards.
    pub(crate) text: &'a str,
}

/// Where a span begins and ends.
pub(crate) fn ends(source: &Source, places: &mut Places<'_>, span: Span) -> (Place, Place) {
    let span = source.clamp(span);
    let mut place = |offset| {
        let LineColumn { line, column } = places.of(offset);
        Place { line, column, offset }
    };
    (place(span.start), place(span.end))
}

/// A finding as its document.
pub(crate) fn finding<'a>(source: &'a Source, places: &mut Places<'_>, finding: &'a Diagnostic) -> Finding<'a> {
    let (start, end) = ends(source, places, finding.span);
    let labels = finding.labels.iter().map(|label| {
        let (start, end) = ends(source, places, label.span);
        LabelDocument { start, end, message: &label.message }
    });
    Finding {
        file: source.name(),
        code: &finding.code,
        severity: finding.severity,
        message: &finding.message,
        start,
        end,
        labels: labels.collect(),
        help: finding.help.as_deref(),
        fixes: finding
            .fixes
            .iter()
            .map(|fix| FixDocument {
                title: &fix.title,
                safe: fix.safe,
                edits: fix
                    .edits
                    .iter()
                    .map(|edit| EditDocument {
                        start_offset: edit.span.start,
                        end_offset: edit.span.end,
                        text: &edit.text,
                    })
                    .collect(),
            })
            .collect(),
    }
}

/// A failure as the document that stands on stdout.
pub(crate) fn failure(failure: &Failure) -> String {
    document(&ErrorDocument::new(failure, Vec::new()))
}

/// `value` as one line of JSON with its line end.
pub(crate) fn document<T: Serialize + ?Sized>(value: &T) -> String {
    let mut text = String::with_capacity(1024);
    push(&mut text, value);
    text.push('\n');
    text
}

/// Appends `value` as JSON. What stands in `text` already is not looked at: a million findings are pushed one by one.
pub(crate) fn push<T: Serialize + ?Sized>(text: &mut String, value: &T) {
    let mut bytes = Vec::with_capacity(512);
    // Our documents hold texts, numbers and lists of them, in memory: nothing that JSON can't say.
    let _ = value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, Printable));
    text.push_str(&String::from_utf8(bytes).unwrap_or_default());
}

/// Compact JSON in which characters that a terminal obeys are escaped; serde_json leaves most of them as they are.
struct Printable;

impl serde_json::ser::Formatter for Printable {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut done = 0;
        for (at, character) in
            fragment.char_indices().filter(|(_, character)| !character.is_ascii() || *character == '\u{7F}')
        {
            if visible::is_unprintable(character) {
                writer.write_all(&fragment.as_bytes()[done..at])?;
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
                done = at + character.len_utf8();
            }
        }
        writer.write_all(&fragment.as_bytes()[done..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_carries_no_character_that_a_terminal_obeys() {
        let text = "a\u{1b}[2J\u{202e}\u{7f}\u{9b}\u{e0041}é\"\n";
        let written = document(text);
        assert_eq!(written, "\"a\\u001b[2J\\u202e\\u007f\\u009b\\udb40\\udc41é\\\"\\n\"\n");
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text, "and still says the same");
    }
}
