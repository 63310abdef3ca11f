//! Tickers in settings: what is wrong with one, as diagnostics.

use std::ops::Range;

use signal_market::{Concern, ConcernKind, Grade, Ticker};
use signal_text::{Diagnostic, Fix, Severity, Span};

use crate::value::{MALFORMED_TICKER, UNKNOWN_EXCHANGE, offset};

/// Reads the ticker `text` that stands at byte `at` of its source, with what is wrong or doubtful about it.
///
/// A malformed one whose meaning is evident is read as what it means, so that one slip is reported once.
pub(crate) fn read_ticker(text: &str, at: u32) -> (Option<Ticker>, Vec<Diagnostic>) {
    match Ticker::parse(text) {
        Ok(ticker) => {
            let diagnostics = ticker.concerns().iter().map(|concern| doubt(concern, text, at)).collect();
            (Some(ticker), diagnostics)
        }
        Err(error) => {
            let span = place(&error.range, text, at);
            let mut diagnostic =
                Diagnostic::new(MALFORMED_TICKER, Severity::Error, span, error.message()).help(error.cure());
            let mut meant = None;
            if let Some(suggestion) = &error.suggestion {
                let title = format!("replace by `{suggestion}`");
                diagnostic = diagnostic.fix(Fix::replace(title, error.safe, offset(&(0..text.len()), at), suggestion));
                meant = Ticker::parse(suggestion).ok().filter(|_| error.safe);
            }
            (meant, vec![diagnostic])
        }
    }
}

fn doubt(concern: &Concern, text: &str, at: u32) -> Diagnostic {
    let code = match concern.kind {
        ConcernKind::UnknownExchange | ConcernKind::OlderExchange => UNKNOWN_EXCHANGE,
        _ => MALFORMED_TICKER,
    };
    let severity = match concern.grade {
        Grade::Info => Severity::Info,
        Grade::Warning => Severity::Warning,
    };
    let mut diagnostic = Diagnostic::new(code, severity, place(&concern.range, text, at), concern.message.clone());
    if let Some(suggestion) = &concern.suggestion {
        let suggestion = suggestion.to_string();
        // Capitals are how the same thing is written; another exchange or settle currency is another market.
        let safe = concern.kind == ConcernKind::LowerCase;
        let title = format!("replace by `{suggestion}`");
        diagnostic = diagnostic.fix(Fix::replace(title, safe, offset(&(0..text.len()), at), suggestion));
    }
    diagnostic
}

/// The place of a part; the whole ticker where the part is missing, so that there is something to underline.
fn place(range: &Range<usize>, text: &str, at: u32) -> Span {
    if range.is_empty() { offset(&(0..text.len()), at) } else { offset(range, at) }
}
