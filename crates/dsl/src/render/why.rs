//! Why there are few trades: on the page of results, and in the JSON.

use schemars::JsonSchema;
use serde::Serialize;
use signal_text::{Diagnostic, Severity, Source};

use super::json::{Place, ends};
use super::place::Places;
use super::{full, number, style, visible, width};
use crate::run::why::{Note, Why};

/// So many notes are drawn; the rest is counted.
const MOST_NOTES: usize = 6;

/// Bytes of a remark that stays in a drawing that is too wide.
const LONGEST_LABEL: usize = 16;

/// The section of the results page.
pub(crate) fn why(source: &Source, why: &Why, color: bool) -> String {
    if why.notes.is_empty() {
        return String::new();
    }
    let head = match why.trades {
        0 => "Why there are no trades".to_owned(),
        1 => "Why there is only 1 trade".to_owned(),
        trades => format!("Why there are only {trades} trades"),
    };
    let mut text = format!("\n{}\n", style::paint(color, style::STRONG, &head));
    let mut places = Places::new(source);
    for note in why.notes.iter().take(MOST_NOTES) {
        text.push_str(&one(source, &mut places, note, usize::from(width()), color));
    }
    if let Some(more) = why.notes.len().checked_sub(MOST_NOTES).filter(|more| *more > 0) {
        text.push_str(&format!("... and {}; --json tells every one\n\n", number::count(more as u64, "more fact")));
    }
    text.pop();
    text
}

fn one(source: &Source, places: &mut Places<'_>, note: &Note, columns: usize, color: bool) -> String {
    let lines = |text: &str| full::wrapped(&visible::text(text), columns.saturating_sub(2)).join("\n  ");
    let head = format!("{} {}\n", style::paint(color, style::CAUTION, "·"), lines(&visible::line(&note.message)));
    let Some(span) = note.span else {
        return note.help.iter().fold(head, |text, help| format!("{text}  {}\n", lines(help))) + "\n";
    };
    let mut finding = Diagnostic::new(note.code, Severity::Info, span, note.message.clone());
    finding.labels.clone_from(&note.labels);
    finding.help.clone_from(&note.help);
    // The frame and the word before a remark take some of the line.
    let room = columns.saturating_sub(16).min(full::WIDTH);
    let drawn = full::headed(head.clone(), source, places, &finding, room, color);
    if fits(&drawn, columns) {
        return drawn;
    }
    number_labels(&mut finding);
    full::headed(head, source, places, &finding, room, color)
}

/// Whether no line is wider than so many columns.
fn fits(text: &str, columns: usize) -> bool {
    let plain = anstream::adapter::strip_str(text).to_string();
    plain.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= columns)
}

/// Puts long remarks, which a narrow terminal would break within the drawing, beneath it, each under a number.
fn number_labels(finding: &mut Diagnostic) {
    let mut beneath = Vec::new();
    for label in finding.labels.iter_mut().filter(|label| label.message.len() > LONGEST_LABEL) {
        let number = format!("({})", beneath.len() + 1);
        beneath.push(format!("{number} {}", label.message));
        label.message = number;
    }
    beneath.extend(finding.help.take());
    finding.help = Some(beneath.join("\n")).filter(|help| !help.is_empty());
}

/// A fact that may explain why there are few trades.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct NoteDocument {
    /// A stable word.
    pub(crate) code: &'static str,
    /// The fact.
    pub(crate) message: String,
    /// Where the place in the script begins that it is about; null where it is about none.
    pub(crate) start: Option<Place>,
    /// Where it ends (exclusive).
    pub(crate) end: Option<Place>,
    /// Remarks on places.
    pub(crate) labels: Vec<NoteLabel>,
    /// What else is known of it.
    pub(crate) help: Option<String>,
}

/// A remark on a place.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct NoteLabel {
    /// Where it begins.
    pub(crate) start: Place,
    /// Where it ends (exclusive).
    pub(crate) end: Place,
    /// The remark.
    pub(crate) message: String,
}

/// The notes for programs.
pub(crate) fn documents(source: &Source, why: Option<&Why>) -> Vec<NoteDocument> {
    let mut places = Places::new(source);
    let mut document = |note: &Note| {
        let own = note.span.map(|span| ends(source, &mut places, span));
        let labels = note.labels.iter().map(|label| {
            let (start, end) = ends(source, &mut places, label.span);
            NoteLabel { start, end, message: label.message.clone() }
        });
        NoteDocument {
            code: note.code,
            message: note.message.clone(),
            start: own.map(|(start, _)| start),
            end: own.map(|(_, end)| end),
            labels: labels.collect(),
            help: note.help.clone(),
        }
    };
    why.into_iter().flat_map(|why| &why.notes).map(&mut document).collect()
}

#[cfg(test)]
mod tests {
    use signal_text::{Label, Span};

    use super::*;

    #[test]
    fn remarks_that_a_narrow_terminal_would_break_stand_beneath_the_drawing() {
        let source = Source::new("a.signal", "oversold = strength < 30 and no_decline\n");
        let note = Note {
            code: "condition",
            message: "the condition held on 38 of 3,083 usable bars".to_owned(),
            span: Some(Span::new(11, 24)),
            labels: vec![
                Label { span: Span::new(11, 24), message: "held on 121, alone in the way on 2,623".to_owned() },
                Label { span: Span::new(29, 39), message: "the trend".to_owned() },
            ],
            help: Some("it held first on 2023-02-04".to_owned()),
        };
        let told = |columns| one(&source, &mut Places::new(&source), &note, columns, false);
        assert!(told(100).contains("─ held on 121, alone in the way on 2,623\n"), "{}", told(100));
        for color in [false, true] {
            let narrow = one(&source, &mut Places::new(&source), &note, 72, color);
            assert!(fits(&narrow, 72), "{narrow}");
        }
        let parts =
            ["─ (1)\n", "─ the trend\n", "help: (1) held on 121, alone in the way on 2,623\n", "it held first on"];
        assert!(parts.iter().all(|part| told(72).contains(part)), "{}", told(72));
    }
}
