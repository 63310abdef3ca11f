//! A run as one page of HTML that needs nothing beside itself: no network, no fonts, no framework.
//!
//! `html.rs` lays the page out; what it shows comes from `figures.rs`, `chart.rs` (drawn from `curve.rs` on the scales of
//! `scale.rs`), `monthly.rs`, `trades.rs`, `script.rs` and `words.rs`. Everything can be read without a script; `page.js`
//! adds the pointer on the chart, sorting, filters and paging. All texts from outside pass through maud, which escapes them,
//! and the page's policy allows no script but ours.

mod chart;
mod curve;
mod figures;
mod html;
mod monthly;
mod scale;
mod script;
mod tables;
#[cfg(test)]
mod tests;
mod trades;
mod words;

use signal_text::{Diagnostic, Label, Severity, Source, Span};

use crate::journal::Record;
use crate::run::Results;
use crate::run::why::Why;

/// What a page is about.
pub(crate) struct Story<'a> {
    /// The run, as the journal has it.
    pub(crate) record: &'a Record,
    /// The script as it was.
    pub(crate) script: &'a str,
    /// What came of it.
    pub(crate) results: &'a Results,
    /// What the check finds in the script, in the order of its lines.
    pub(crate) remarks: Vec<Remark>,
    /// Why there are few trades, where there are.
    pub(crate) why: Option<Reasons>,
    /// When the page is written, RFC 3339 in UTC.
    pub(crate) written_at: String,
}

/// A finding, as far as the page tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    /// Line, from 1.
    pub(crate) line: u32,
    /// Column in Unicode characters, from 1.
    pub(crate) column: u32,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// The rule.
    pub(crate) code: String,
    /// What is said.
    pub(crate) message: String,
    /// What to do.
    pub(crate) help: Option<String>,
}

/// Why there are few trades, as far as the page tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reasons {
    /// How many there are.
    pub(crate) trades: u64,
    /// What may explain it, the weightiest first.
    pub(crate) facts: Vec<Fact>,
}

/// A fact that may explain why there are few trades.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    /// The line of the script that it is about, from 1.
    pub(crate) line: Option<u32>,
    /// The fact.
    pub(crate) message: String,
    /// What is known of single places.
    pub(crate) places: Vec<Spot>,
    /// What else is known of it.
    pub(crate) help: Option<String>,
}

/// A place of the script, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    /// Line, from 1.
    pub(crate) line: u32,
    /// What stands there.
    pub(crate) code: String,
    /// What is known of it.
    pub(crate) remark: String,
}

/// Reasons as a page tells them; `None` where there is nothing to tell.
pub(crate) fn reasons(source: &Source, why: Option<Why>) -> Option<Reasons> {
    let why = why.filter(|why| !why.notes.is_empty())?;
    let line = |span: Span| source.line_column(source.clamp(span).start).line;
    let spot = |label: Label| Spot {
        line: line(label.span),
        code: source.slice(source.clamp(label.span)).to_owned(),
        remark: label.message,
    };
    let facts = why.notes.into_iter().map(|note| Fact {
        line: note.span.map(line),
        message: note.message,
        places: note.labels.into_iter().map(spot).collect(),
        help: note.help,
    });
    Some(Reasons { trades: why.trades, facts: facts.collect() })
}

/// Findings as a page tells them.
pub(crate) fn remarks<'a>(source: &Source, found: impl IntoIterator<Item = &'a Diagnostic>) -> Vec<Remark> {
    let mut remarks: Vec<Remark> = found
        .into_iter()
        .map(|finding| {
            let place = source.line_column(source.clamp(finding.span).start);
            Remark {
                line: place.line,
                column: place.column,
                severity: finding.severity,
                code: finding.code.to_string(),
                message: finding.message.clone(),
                help: finding.help.clone(),
            }
        })
        .collect();
    remarks.sort_by_key(|remark| (remark.line, remark.column));
    remarks
}

/// Now, as a page says it.
pub(crate) fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The page.
pub(crate) fn page(story: &Story<'_>) -> String {
    html::page(story)
}
