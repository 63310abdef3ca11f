//! One finding a line, each a JSON object: for `jq`, log collectors, and programs that read while the check goes on.

use schemars::JsonSchema;
use serde::Serialize;

use super::findings::{Findings, Form, no_head, no_tail};
use super::json::{self, Finding, SCHEMA};
use super::place::Places;

/// No finding is no line; a failure is one line, the error document.
pub(crate) const FORM: Form =
    Form { head: no_head, file, between: "", tail: no_tail, failure: Some(json::failure), talks: false };

/// One line.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Line<'a> {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// The finding, as in the document's `diagnostics`.
    #[serde(flatten)]
    pub(crate) finding: Finding<'a>,
}

fn file(of: &Findings<'_>) -> String {
    let mut places = Places::new(of.source);
    let mut text = String::new();
    for one in of.found {
        json::push(&mut text, &Line { schema: SCHEMA, finding: json::finding(of.source, &mut places, one) });
        text.push('\n');
    }
    text
}
