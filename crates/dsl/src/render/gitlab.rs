//! GitLab's Code Quality report: findings in the merge request.
//!
//! Fields: <https://docs.gitlab.com/ci/testing/code_quality/>, 'Code quality report format'.

use serde::Serialize;
use signal_text::{Diagnostic, Severity};

use super::findings::{Findings, Form};
use super::fingerprint::Fingerprints;
use super::json;
use super::place::Places;

/// A list; it can't tell a failure, which stderr tells beside an empty one.
pub(crate) const FORM: Form = Form {
    head: |_| "[".to_owned(),
    file,
    between: ",",
    aside: None,
    tail: |_| "]\n".to_owned(),
    failure: Some(|_| "[]\n".to_owned()),
    talks: true,
};

#[derive(Serialize)]
struct Issue<'a> {
    description: &'a str,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

fn file(of: &Findings<'_>) -> String {
    if of.found.is_empty() {
        return String::new();
    }
    let mut places = Places::new(of.source);
    let mut prints = Fingerprints::new(of.source, &[of.path, of.script]);
    let mut text = String::new();
    for one in of.found {
        if !text.is_empty() {
            text.push(',');
        }
        json::push(&mut text, &issue(of, &mut places, prints.next(one), one));
    }
    text
}

fn issue<'a>(of: &Findings<'a>, places: &mut Places<'_>, fingerprint: String, finding: &'a Diagnostic) -> Issue<'a> {
    let span = of.source.clamp(finding.span);
    Issue {
        description: &finding.message,
        check_name: &finding.code,
        fingerprint,
        severity: match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Info | Severity::Hint => "info",
        },
        location: Location {
            path: of.path,
            lines: Lines { begin: places.of(span.start).line, end: places.of(span.end).line },
        },
    }
}
