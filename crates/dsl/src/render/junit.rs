//! JUnit XML, which every CI server shows: a suite a file, a case a finding; a clean file is a case that passes.

use std::fmt::Write as _;

use signal_text::Diagnostic;

use super::findings::{Findings, Form};
use super::place::Places;
use super::visible;
use crate::failure::Failure;

/// A suite counts its own cases: totals would have to stand first, and findings are written as they come.
pub(crate) const FORM: Form = Form {
    head: |_| HEAD.to_owned(),
    file,
    between: "",
    aside: None,
    tail: |_| TAIL.to_owned(),
    failure: Some(failure),
    talks: true,
};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"dsl check\">\n";
const TAIL: &str = "</testsuites>\n";

fn file(of: &Findings<'_>) -> String {
    let failures = of.found.iter().filter(|finding| finding.severity >= of.fail_on).count();
    let path = escaped(of.path);
    let tests = of.found.len().max(1);
    let mut text =
        format!("<testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" file=\"{path}\">\n");
    if of.found.is_empty() {
        let _ = writeln!(text, "  <testcase name=\"check\" classname=\"{path}\"/>");
    }
    let mut places = Places::new(of.source);
    for finding in of.found {
        let place = places.of(of.source.clamp(finding.span).start);
        let (line, code) = (place.line, escaped(&finding.code));
        let _ = writeln!(text, "  <testcase name=\"{code} at {line}:{}\" classname=\"{path}\">", place.column);
        let details = escaped(&details(of.path, line, place.column, finding));
        // What does not make the command fail is told by a case that passes.
        if finding.severity >= of.fail_on {
            let message = escaped(&finding.message);
            let _ = writeln!(text, "    <failure type=\"{code}\" message=\"{message}\">{details}</failure>");
        } else {
            let _ = writeln!(text, "    <system-out>{details}</system-out>");
        }
        text.push_str("  </testcase>\n");
    }
    text.push_str("</testsuite>\n");
    text
}

/// All there is to say, as text.
fn details(path: &str, line: u32, column: u32, finding: &Diagnostic) -> String {
    let mut text = format!("{path}:{line}:{column}: {}[{}]: {}", finding.severity, finding.code, finding.message);
    if let Some(help) = &finding.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    for fix in &finding.fixes {
        text.push_str("\nfix: ");
        text.push_str(&fix.title);
    }
    text
}

fn failure(failure: &Failure) -> String {
    let (code, message) = (escaped(&failure.code), escaped(&failure.message));
    format!(
        "{HEAD}<testsuite name=\"dsl check\" tests=\"1\" failures=\"0\" errors=\"1\">\n  \
         <testcase name=\"check\" classname=\"dsl\">\n    <error type=\"{code}\" message=\"{message}\"/>\n  \
         </testcase>\n</testsuite>\n{TAIL}"
    )
}

/// Text for an attribute or an element. XML has no way to write most control characters, so they are shown as `\u{1b}`.
fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len() + 16);
    for character in visible::text(text).chars() {
        match character {
            '&' => result.push_str("&amp;"),
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '"' => result.push_str("&quot;"),
            // As it is, a line end in an attribute reads as a blank.
            '\n' => result.push_str("&#10;"),
            '\u{FFFE}' | '\u{FFFF}' => result.push_str(&visible::escape(character)),
            _ => result.push(character),
        }
    }
    result
}
