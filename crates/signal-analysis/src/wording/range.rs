//! What rules say of a date range: counts in words, the directive that sets it, the start date that mends it.

use signal_market::Date;
use signal_project::{Origin, Setting};
use signal_text::{Diagnostic, Fix, Span};

use crate::{Facts, Window};

/// "1 bar", "2 bars".
pub(crate) fn bars(count: u64) -> String {
    if count == 1 { "1 bar".to_owned() } else { format!("{count} bars") }
}

/// "365", or "365 or 366" where the readings of the range differ.
pub(crate) fn count(min: u64, max: u64) -> String {
    match max - min {
        0 => format!("{max}"),
        1 => format!("{min} or {max}"),
        _ => format!("{min} to {max}"),
    }
}

/// The value of a directive that sets the range: the last day's where there is one, else the first day's.
pub(crate) fn directive(facts: &Facts<'_>) -> Option<Span> {
    let settings = facts.settings();
    let directive = |setting: &Option<Setting<Date>>| match setting.as_ref()?.origin {
        Origin::Directive(span) => Some(span),
        _ => None,
    };
    directive(&settings.end_date).or_else(|| directive(&settings.start_date))
}

/// Adds a label on the directive that sets the range, where one does.
pub(crate) fn label(facts: &Facts<'_>, diagnostic: Diagnostic, window: &Window) -> Diagnostic {
    let Some(span) = directive(facts) else { return diagnostic };
    let held = count(window.bars.min, window.bars.max);
    // A range that reaches beyond today holds fewer than its dates say.
    let closed = if window.closed_until < window.range.end { "closed " } else { "" };
    let noun = if window.bars.max == 1 && window.bars.min == 1 { "bar" } else { "bars" };
    let (start, end) = (window.range.start, window.range.end);
    diagnostic.label(span, format!("{start} to {end} holds {held} {closed}{noun}"))
}

/// Adds a fix that sets the start date; none where a flag set it, since that outranks what the script says.
pub(crate) fn start_date_fix(facts: &Facts<'_>, diagnostic: Diagnostic, date: Date, what: &str) -> Diagnostic {
    if facts.settings().start_date.as_ref().is_some_and(|setting| setting.origin == Origin::Flag) {
        return diagnostic;
    }
    let edit = facts.start_date_place().edit(&date.to_string());
    diagnostic.fix(Fix { title: format!("set start_date = {date}, {what}"), safe: false, edits: vec![edit] })
}
