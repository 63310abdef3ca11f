//! Workflow commands of GitHub Actions: findings become annotations of the changed lines.
//!
//! Syntax and escaping are those of the runner: `::error file=a,line=1::message`, with `%`, line ends and, in properties,
//! `:` and `,` as percent codes.

use signal_text::{Diagnostic, Severity};

use super::findings::{Findings, Form, no_head, no_tail};
use super::place::Places;
use super::visible;
use crate::failure::Failure;

/// The log shows stdout and stderr together, so that a failure is an annotation and a line.
pub(crate) const FORM: Form =
    Form { head: no_head, file, between: "", aside: None, tail: no_tail, failure: Some(failure), talks: true };

fn file(of: &Findings<'_>) -> String {
    let mut places = Places::new(of.source);
    of.found.iter().map(|one| finding(of, &mut places, one)).collect()
}

fn finding(of: &Findings<'_>, places: &mut Places<'_>, finding: &Diagnostic) -> String {
    let span = of.source.clamp(finding.span);
    let (start, end) = (places.of(span.start), places.of(span.end));
    // The runner drops columns of a place over several lines, and says so in the log.
    let columns =
        if start.line == end.line { format!(",col={},endColumn={}", start.column, end.column) } else { String::new() };
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "notice",
    };
    // The log shows the message alone, without the properties: it names the place once more.
    let mut message =
        format!("{}:{}:{}: {}", visible::line(of.path), start.line, start.column, visible::text(&finding.message));
    if let Some(help) = &finding.help {
        message.push_str("\nhelp: ");
        message.push_str(&visible::text(help));
    }
    format!(
        "::{command} file={},line={},endLine={}{columns},title={}::{}\n",
        property(of.path),
        start.line,
        end.line,
        property(&finding.code),
        data(&message),
    )
}

fn failure(failure: &Failure) -> String {
    format!("::error title={}::{}\n", property(&failure.code), data(&visible::text(&failure.message)))
}

/// A message as the runner reads it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property as the runner reads it.
fn property(text: &str) -> String {
    data(&visible::line(text)).replace(':', "%3A").replace(',', "%2C")
}
