//! Puts what the server said of an expression on the place in it that it is about.

use signal_analysis::chain;
use signal_api::{ApiError, ErrorCode, sanitize};
use signal_text::{Diagnostic, Severity};

use super::lint::Linted;
use crate::run::{self, Ending};

/// The finding behind a refusal; `None` where the server named no place.
pub(super) fn traced(linted: &Linted<'_>, error: &ApiError) -> Option<Diagnostic> {
    match error {
        ApiError::Refused { code: ErrorCode::TaOutOfRange, message, .. } => out_of_range(linted, message),
        _ => run::traced(&linted.analysis.facts, &linted.found, &Ending::Refused(error.clone())),
    }
}

/// Too few bars: on the call that adds the most to the warm-up.
fn out_of_range(linted: &Linted<'_>, said: &str) -> Option<Diagnostic> {
    let facts = &linted.analysis.facts;
    let expression = linted.expression?;
    let links: Vec<_> = chain(facts.warmups(), expression).collect();
    let culprit = links.iter().max_by_key(|link| link.adds)?;
    let bars = facts.warmup(expression).bars;
    let message = format!("the server has too few bars: the expression has no value before bar {}", bars + 1);
    let mut finding = Diagnostic::new("ta-out-of-range", Severity::Error, facts.span(culprit.id), message);
    for link in &links {
        finding = finding.label(facts.span(link.id), format!("takes {} bars", link.adds));
    }
    let said = if said.is_empty() { "TA_OUT_OF_RANGE".to_owned() } else { sanitize(said) };
    Some(finding.help(format!("take shorter periods, or a shorter timeframe; the server says: {said}")))
}
