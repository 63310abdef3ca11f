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
        text.push_str(&one(source, &mut places, note, color));
    }
    if let Some(more) = why.notes.len().checked_sub(MOST_NOTES).filter(|more| *more > 0) {
        text.push_str(&format!("... and {}; --json tells every one\n\n", number::count(more as u64, "more fact")));
    }
    text.pop();
    text
}

fn one(source: &Source, places: &mut Places<'_>, note: &Note, color: bool) -> String {
    let columns = usize::from(width());
    let lines = |text: &str| full::wrapped(&visible::text(text), columns.saturating_sub(2)).join("\n  ");
    let head = format!("{} {}\n", style::paint(color, style::CAUTION, "·"), lines(&visible::line(&note.message)));
    let Some(span) = note.span else {
        return note.help.iter().fold(head, |text, help| format!("{text}  {}\n", lines(help))) + "\n";
    };
    let mut finding = Diagnostic::new(note.code, Severity::Info, span, note.message.clone());
    finding.labels.clone_from(&note.labels);
    finding.help.clone_from(&note.help);
    // The frame and the word before a remark take some of the line.
    full::headed(head, source, places, &finding, columns.saturating_sub(16).min(full::WIDTH), color)
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
