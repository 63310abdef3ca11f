//! A result of SARIF: one finding with its place, related places, fixes and fingerprint.

use serde::Serialize;
use signal_analysis::RULES;
use signal_text::{Diagnostic, Edit, Fix, Span};

use super::super::findings::{Allowed, Findings};
use super::super::fingerprint::Fingerprints;
use super::super::json;
use super::super::place::Places;
use super::{BASE, capitalised, level, plain, sentence};
use crate::input::BEFORE_RULES;

/// A longer text at the place of a finding is not repeated.
const LONGEST_SNIPPET: usize = 400;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text<String>,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    partial_fingerprints: Prints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixObject<'a>>,
    /// Empty: looked at, and not allowed by the script.
    suppressions: Vec<Suppression<'a>>,
}

#[derive(Serialize)]
struct Text<T> {
    text: T,
}

#[derive(Serialize)]
struct Prints {
    /// A name of our own: `primaryLocationLineHash` is computed by GitHub's uploader in its own way.
    #[serde(rename = "ruleAndLine/v1")]
    rule_and_line: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text<String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation<'a> {
    artifact_location: Artifact<'a>,
    region: Region<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact<'a> {
    uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region<'a> {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
    char_offset: u32,
    char_length: u32,
    byte_offset: u32,
    byte_length: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Text<&'a str>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FixObject<'a> {
    description: Text<String>,
    artifact_changes: [Change<'a>; 1],
    properties: FixProperties,
}

/// SARIF has no word for it.
#[derive(Serialize)]
struct FixProperties {
    safe: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    artifact_location: Artifact<'a>,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region<'a>,
    inserted_content: Text<&'a str>,
}

#[derive(Serialize)]
struct Suppression<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'a str>,
}

/// What the results of one file share.
struct File<'a> {
    of: &'a Findings<'a>,
    uri: String,
    places: Places<'a>,
}

pub(super) fn file(of: &Findings<'_>) -> String {
    if of.found.is_empty() && of.allowed.is_empty() {
        return String::new();
    }
    let mut file = File { of, uri: uri(of.path), places: Places::new(of.source) };
    let mut prints = Fingerprints::new(of.source, &[]);
    let found = of.found.iter().map(|finding| (finding, None));
    let allowed = of.allowed.iter().map(|Allowed { finding, reason }| (*finding, Some(*reason)));
    let mut text = String::new();
    for (finding, allowed) in found.chain(allowed) {
        if !text.is_empty() {
            text.push(',');
        }
        let print = prints.next(finding);
        json::push(&mut text, &file.outcome(finding, print, allowed));
    }
    text
}

impl<'a> File<'a> {
    fn outcome<'s>(
        &'s mut self,
        finding: &'s Diagnostic,
        print: String,
        allowed: Option<Option<&'s str>>,
    ) -> Outcome<'s> {
        let mut message = sentence(&finding.message);
        if let Some(help) = &finding.help {
            message.push(' ');
            message.push_str(&capitalised(&sentence(help)));
        }
        let region = self.region(finding.span, true);
        let labels: Vec<_> =
            finding.labels.iter().map(|label| (self.region(label.span, false), &label.message)).collect();
        let fixes: Vec<_> = finding.fixes.iter().map(|fix| (fix, self.replacements(fix))).collect();
        let location = |id, region, message| Location {
            id,
            physical_location: PhysicalLocation { artifact_location: artifact(&self.uri), region },
            message,
        };
        let label = |(at, (region, message)): (usize, (Region<'s>, &String))| {
            location(Some(at + 1), region, Some(Text { text: plain(message.clone()) }))
        };
        Outcome {
            rule_id: &finding.code,
            rule_index: index(&finding.code),
            level: level(finding.severity),
            message: Text { text: plain(message) },
            locations: [location(None, region, None)],
            related_locations: labels.into_iter().enumerate().map(label).collect(),
            partial_fingerprints: Prints { rule_and_line: print },
            fixes: fixes
                .into_iter()
                .map(|(fix, replacements)| FixObject {
                    description: Text { text: plain(sentence(&fix.title)) },
                    artifact_changes: [Change { artifact_location: artifact(&self.uri), replacements }],
                    properties: FixProperties { safe: fix.safe },
                })
                .collect(),
            suppressions: allowed
                .map(|justification| Suppression { kind: "inSource", justification })
                .into_iter()
                .collect(),
        }
    }

    fn replacements<'s>(&mut self, fix: &'s Fix) -> Vec<Replacement<'s>>
    where
        'a: 's,
    {
        let replacement = |edit: &'s Edit| Replacement {
            deleted_region: self.region(edit.span, false),
            inserted_content: Text { text: &edit.text },
        };
        fix.edits.iter().map(replacement).collect()
    }

    fn region(&mut self, span: Span, snippet: bool) -> Region<'a> {
        let span = self.of.source.clamp(span);
        let (start, end) = (self.places.of(span.start), self.places.of(span.end));
        let char_offset = self.places.characters(span.start);
        let text = self.of.source.slice(span);
        Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
            char_offset,
            char_length: self.places.characters(span.end) - char_offset,
            byte_offset: span.start,
            byte_length: span.end - span.start,
            snippet: (snippet && !text.is_empty() && text.len() <= LONGEST_SNIPPET).then_some(Text { text }),
        }
    }
}

/// Where a finding's rule stands in the list of rules.
fn index(code: &str) -> Option<usize> {
    let rules = RULES.iter().map(|rule| rule.name).chain(BEFORE_RULES.iter().map(|(name, ..)| *name));
    rules.into_iter().position(|name| name == code)
}

fn artifact(uri: &str) -> Artifact<'_> {
    let is_absolute = uri.starts_with("file:");
    Artifact { uri, uri_base_id: (!is_absolute).then_some(BASE) }
}

/// A path as a URI: what is not unreserved in RFC 3986 is percent-encoded, byte by byte.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len() + 8);
    if path.starts_with('/') {
        uri.push_str("file://");
    } else if path.as_bytes().get(1) == Some(&b':') && cfg!(windows) {
        uri.push_str("file:///");
    }
    for &byte in path.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use signal_text::{Severity, Source};

    #[test]
    fn a_path_is_a_uri_whatever_it_holds() {
        let check = |path: &str, expected: &str| assert_eq!(uri(path), expected);
        check("book/a.signal", "book/a.signal");
        check("my book/größe:1%.signal", "my%20book/gr%C3%B6%C3%9Fe%3A1%25.signal");
        check("/shelf/a.signal", "file:///shelf/a.signal");
        check("<stdin>", "%3Cstdin%3E");
    }

    #[test]
    fn a_message_holds_no_link_by_accident() {
        assert_eq!(plain("write `x[-1]`".to_owned()), "write `x[-1]`");
        assert_eq!(plain("`f[1](2)` is no call".to_owned()), "`f\\[1\\](2)` is no call");
    }

    #[test]
    fn an_allowed_finding_is_a_suppressed_result() {
        let source = Source::new("a.signal", "x = 1\n");
        let finding = Diagnostic::new("bad-setting", Severity::Warning, Span::new(0, 1), "unused");
        let allowed = [Allowed { finding: &finding, reason: Some("kept for later") }];
        let of = Findings {
            source: &source,
            path: "a.signal",
            script: "a.signal",
            found: &[],
            allowed: &allowed,
            fail_on: Severity::Error,
            color: false,
        };
        let result: Value = serde_json::from_str(&file(&of)).unwrap();
        assert_eq!(result["suppressions"], json!([{ "kind": "inSource", "justification": "kept for later" }]));
    }
}
