//! One line a finding, which editors and grep understand: `file:line:column: severity[rule]: message`.

use signal_text::{Diagnostic, Source};

use super::place::Places;
use super::{style, visible};

/// One finding as one line, with its line end.
pub(crate) fn finding(source: &Source, places: &mut Places<'_>, finding: &Diagnostic, color: bool) -> String {
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
