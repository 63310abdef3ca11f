//! SARIF 2.1.0, the exchange format of analysers: GitHub code scanning, Azure DevOps and many editors read it.
//!
//! Fields: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>; `3.27` is a result, `3.30` a region, `3.49` a rule.

mod result;

use serde_json::{Value, json};
use signal_analysis::RULES;
use signal_text::Severity;

use super::findings::Form;
use super::json::{self, CatalogStamp};
use super::link;
use crate::failure::Failure;
use crate::input::BEFORE_RULES;

/// One document, which tells a failure as a notification of the tool.
pub(crate) const FORM: Form = Form {
    head,
    file: result::file,
    between: ",",
    aside: None,
    tail: |_| format!("{END}{}", ended(&json!({ "executionSuccessful": true }))),
    failure: Some(failure),
    talks: true,
};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The folder that paths are relative to: where the command ran, which no reader need know.
const BASE: &str = "SRCROOT";
/// What stands behind the last result.
const END: &str = "]";

/// All up to the first result: the rules stand here, so that results can come as they are found.
fn head(catalog: CatalogStamp<'_>) -> String {
    let rules: Vec<Value> = RULES.iter().map(|rule| described(rule)).chain(BEFORE_RULES.iter().map(bare)).collect();
    let driver = json!({
        "name": "dsl",
        "fullName": concat!("dsl ", env!("CARGO_PKG_VERSION"), ", the checker of Signal DSL scripts"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "informationUri": link::home(),
        "rules": rules,
    });
    let mut text = String::with_capacity(32 * 1024);
    text.push_str("{\"$schema\":\"");
    text.push_str(SCHEMA);
    text.push_str("\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":");
    json::push(&mut text, &driver);
    text.push_str("},\"columnKind\":\"unicodeCodePoints\",\"originalUriBaseIds\":");
    json::push(&mut text, &json!({ BASE: { "description": { "text": "The folder that the command ran in." } } }));
    text.push_str(",\"automationDetails\":");
    json::push(&mut text, &json!({ "id": "dsl/check/" }));
    if !catalog.origin.is_empty() {
        text.push_str(",\"properties\":");
        json::push(&mut text, &json!({ "catalog": catalog }));
    }
    text.push_str(",\"results\":[");
    text
}

/// The document's end behind its results.
fn ended(invocation: &Value) -> String {
    let mut text = ",\"invocations\":[".to_owned();
    json::push(&mut text, invocation);
    text.push_str("]}]}\n");
    text
}

fn failure(failure: &Failure) -> String {
    let mut message = sentence(&failure.message);
    if let Some(suggestion) = &failure.suggestion {
        message.push(' ');
        message.push_str(&capitalised(&sentence(suggestion)));
    }
    let notification = json!({
        "level": "error",
        "message": { "text": plain(message) },
        "descriptor": { "id": failure.code },
    });
    let invocation = json!({
        "executionSuccessful": false,
        "exitCode": failure.exit.code(),
        "toolExecutionNotifications": [notification],
    });
    head(CatalogStamp::default()) + END + &ended(&invocation)
}

/// A rule with its documentation.
fn described(rule: &signal_analysis::Rule) -> Value {
    let docs = rule.docs();
    let mut text = docs.what.clone();
    let mut markdown = docs.what.clone();
    for (title, part) in [("Why", &docs.why), ("Cure", &docs.cure)] {
        if !part.is_empty() {
            text.push_str(&format!("\n\n{title}: {part}"));
            markdown.push_str(&format!("\n\n## {title}\n\n{part}"));
        }
    }
    for (title, script) in [("Reported", &docs.reported), ("Not reported", &docs.not_reported)] {
        if !script.is_empty() {
            text.push_str(&format!("\n\n{title}:\n\n{script}"));
            markdown.push_str(&format!("\n\n## {title}\n\n```\n{script}\n```"));
        }
    }
    let mut descriptor = descriptor(rule.name, rule.severity, &rule.summary(), &docs.what);
    descriptor["defaultConfiguration"]["enabled"] = json!(!rule.off);
    descriptor["help"] = json!({ "text": text, "markdown": markdown });
    if let Some(page) = link::rule(rule.name) {
        descriptor["helpUri"] = json!(page);
    }
    descriptor
}

/// A finding that no rule speaks of.
fn bare(&(name, severity, what): &(&str, Severity, &str)) -> Value {
    let mut descriptor = descriptor(name, severity, what.split(". ").next().unwrap_or(what), what);
    descriptor["help"] = json!({ "text": what });
    descriptor
}

fn descriptor(name: &str, severity: Severity, summary: &str, what: &str) -> Value {
    // `problem.severity` and `tags` are what GitHub sorts and filters by.
    let (problem, tag) = match severity {
        Severity::Error => ("error", "correctness"),
        Severity::Warning => ("warning", "correctness"),
        Severity::Info | Severity::Hint => ("recommendation", "maintainability"),
    };
    let mut descriptor = json!({
        "id": name,
        "shortDescription": { "text": sentence(summary) },
        "fullDescription": { "text": what },
        "defaultConfiguration": { "level": level(severity) },
        "properties": { "problem.severity": problem, "tags": ["signal-dsl", tag] },
    });
    // A name that is the id again is an error (3.49.7).
    if name.contains('-') {
        descriptor["name"] = json!(pascal(name));
    }
    descriptor
}

/// `not-enough-bars` as `NotEnoughBars`, the form that SARIF wants beside the id.
fn pascal(name: &str) -> String {
    let word = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    name.split('-').filter(|part| !part.is_empty()).map(word).collect()
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "note",
    }
}

/// With a capital letter: a sentence behind another one.
fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// With a full stop, as SARIF's readers show messages in running text.
fn sentence(text: &str) -> String {
    let text = text.trim_end();
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{text}{stop}")
}

/// A message without links: `[text](1)` would be one, and `\[` stands for a bracket (SARIF 3.11.6).
fn plain(text: String) -> String {
    if ["](", "\\\\", "\\[", "\\]"].iter().any(|special| text.contains(special)) {
        text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
    } else {
        text
    }
}
