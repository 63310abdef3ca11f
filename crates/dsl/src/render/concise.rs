//! One line a finding, which editors and grep understand: `file:line:column: severity[rule]: message`.

use signal_text::{Diagnostic, Source};

use super::findings::{Findings, Form, no_head, no_tail};
use super::place::Places;
use super::{style, visible};

/// For people, editors and grep; the summary goes to stderr.
pub(crate) const FORM: Form =
    Form { head: no_head, file, between: "", aside: None, tail: no_tail, failure: None, talks: true };

fn file(of: &Findings<'_>) -> String {
    let mut places = Places::new(of.source);
    of.found.iter().map(|one| finding(of.source, &mut places, one, of.color)).collect()
}

/// One finding as one line, with its line end.
fn finding(source: &Source, places: &mut Places<'_>, finding: &Diagnostic, color: bool) -> String {
    let place = places.of(finding.span.start);
    let grade = format!("{}[{}]", finding.severity, finding.code);
    format!(
        "{}:{}:{}: {}: {}\n",
        visible::line(source.name()),
        place.line,
        place.column,
        style::paint(color, style::of(finding.severity), &grade),
        visible::line(&finding.message),
    )
}
