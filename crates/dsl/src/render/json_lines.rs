//! One finding a line, each a JSON object: for `jq`, log collectors, and programs that read while the check goes on.

use schemars::JsonSchema;
use serde::Serialize;

use super::findings::{Findings, Form, no_head, no_tail};
use super::json::{self, Finding, SCHEMA};
use super::place::Places;

/// No finding is no line; what a script allows is a line that says so; a failure is one line, the error document.
pub(crate) const FORM: Form =
    Form { head: no_head, file, between: "", aside: None, tail: no_tail, failure: Some(json::failure), talks: false };

/// One line.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Line<'a> {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// The finding, as in the document's `diagnostics`.
    #[serde(flatten)]
    pub(crate) finding: Finding<'a>,
    /// Stands where the script allows the finding, which then counts for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) suppressed: Option<Suppression<'a>>,
}

/// That a script allows a finding.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Suppression<'a> {
    /// The reason that the script gives.
    pub(crate) reason: Option<&'a str>,
}

fn file(of: &Findings<'_>) -> String {
    let mut places = Places::new(of.source);
    let mut text = String::new();
    let found = of.found.iter().map(|finding| (finding, None));
    let allowed = of.allowed.iter().map(|one| (one.finding, Some(Suppression { reason: one.reason })));
    for (finding, suppressed) in found.chain(allowed) {
        let finding = json::finding(of.source, &mut places, finding);
        json::push(&mut text, &Line { schema: SCHEMA, finding, suppressed });
        text.push('\n');
    }
    text
}
