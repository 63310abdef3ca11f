//! Findings in the protocol's words.

use serde::{Deserialize, Serialize};
use signal_text::{Diagnostic as Finding, Source, Span};
use tower_lsp::ls_types::{
    ClientCapabilities, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticTag, Location,
    NumberOrString, Uri,
};

use super::{Encoding, range, severity, uri};
use crate::host::Host;

/// Who speaks, as editors show it beside the message.
pub(crate) const SOURCE: &str = "dsl";

/// Rules about code without effect, which editors show faded.
const UNNECESSARY: [&str; 5] =
    ["overwritten-before-use", "result-not-used", "suppression-not-used", "unused-name", "unused-ticker"];

/// What goes with a finding to the client and comes back with its question for cures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Data {
    /// Version of the text that it was found in.
    pub(crate) version: i32,
    /// Whether it has fixes.
    pub(crate) fixable: bool,
}

/// What the client can show of a finding.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shows {
    /// Remarks on other places; without, they follow in the message.
    pub(crate) related: bool,
    /// Tags such as "unnecessary".
    pub(crate) tags: bool,
    /// A link behind the rule's name.
    pub(crate) links: bool,
    /// [`Data`].
    pub(crate) data: bool,
}

impl Shows {
    /// What the client says of itself. What it says of findings that it is sent holds for those that it asks for, too: only
    /// later versions of the protocol let it say so twice.
    pub(crate) fn of(client: &ClientCapabilities) -> Self {
        let text = client.text_document.as_ref();
        let sent = text.and_then(|text| text.publish_diagnostics.as_ref());
        let asked = text.and_then(|text| text.diagnostic.as_ref());
        let either = |sent: Option<Option<bool>>, asked: Option<Option<bool>>| {
            sent.flatten() == Some(true) || asked.flatten() == Some(true)
        };
        Self {
            related: either(
                sent.map(|client| client.related_information),
                asked.map(|client| client.related_information),
            ),
            tags: sent.is_some_and(|client| client.tag_support.is_some())
                || asked.is_some_and(|client| client.tag_support.is_some()),
            links: either(
                sent.map(|client| client.code_description_support),
                asked.map(|client| client.code_description_support),
            ),
            data: either(sent.map(|client| client.data_support), asked.map(|client| client.data_support)),
        }
    }
}

/// A text and how to speak of it.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    /// The text.
    pub(crate) source: &'a Source,
    /// Its URI.
    pub(crate) uri: &'a Uri,
    /// Its version.
    pub(crate) version: i32,
    /// How columns are counted.
    pub(crate) encoding: Encoding,
    /// What the client can show.
    pub(crate) shows: Shows,
    /// Who knows the pages of rules.
    pub(crate) host: &'a dyn Host,
}

/// The protocol's diagnostic for a finding.
pub(crate) fn diagnostic(about: &About<'_>, finding: &Finding) -> Diagnostic {
    let About { source, uri, version, encoding, shows, host } = about;
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    let mut related = Vec::new();
    for label in &finding.labels {
        let range = range(source, label.span, *encoding);
        if shows.related {
            let location = Location::new((*uri).clone(), range);
            related.push(DiagnosticRelatedInformation { location, message: label.message.clone() });
        } else {
            message.push_str(&format!("\nline {}: {}", range.start.line + 1, label.message));
        }
    }
    let data = Data { version: *version, fixable: !finding.fixes.is_empty() };
    Diagnostic {
        range: range(source, finding.span, *encoding),
        severity: Some(severity(finding.severity)),
        code: Some(NumberOrString::String(finding.code.to_string())),
        code_description: if shows.links {
            page(*host, &finding.code).map(|href| CodeDescription { href })
        } else {
            None
        },
        source: Some(SOURCE.to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags: (shows.tags && UNNECESSARY.contains(&&*finding.code)).then(|| vec![DiagnosticTag::UNNECESSARY]),
        data: if shows.data { serde_json::to_value(data).ok() } else { None },
    }
}

/// A finding in the settings file that this script's own settings bring about: told on the script's first line, since the
/// other file may not be open.
pub(crate) fn conflict(about: &About<'_>, settings: &About<'_>, finding: &Finding) -> Diagnostic {
    let first_line = Span::new(0, about.source.text().find(['\r', '\n']).unwrap_or(about.source.text().len()) as u32);
    let there = range(settings.source, finding.span, settings.encoding);
    let message = format!("{} (in line {} of signal.toml)", finding.message, there.start.line + 1);
    let here = Finding { message, span: first_line, labels: Vec::new(), fixes: Vec::new(), ..finding.clone() };
    let mut diagnostic = diagnostic(about, &here);
    if about.shows.related {
        let location = Location::new(settings.uri.clone(), there);
        let message = "it is set here".to_owned();
        diagnostic.related_information = Some(vec![DiagnosticRelatedInformation { location, message }]);
    }
    diagnostic
}

/// The page of a rule.
pub(super) fn page(host: &dyn Host, rule: &str) -> Option<Uri> {
    host.rule_page(rule).and_then(|file| uri(&file))
}

#[cfg(test)]
mod tests {
    use signal_text::Severity;

    use super::*;
    use crate::convert::link;
    use crate::testing::Nowhere;

    #[test]
    fn rules_about_code_without_effect_exist() {
        for rule in UNNECESSARY {
            assert!(signal_analysis::rule(rule).is_some(), "{rule}");
        }
    }

    #[track_caller]
    fn check(shows: Shows, expected: serde_json::Value) {
        let source = Source::new("a.signal", "b = 1\n🚀 = b\n");
        let finding = Finding::new("unused-name", Severity::Warning, Span::new(6, 10), "never read")
            .label(Span::new(0, 1), "nor is this")
            .help("delete it");
        let uri = link("file:///a.signal").unwrap();
        let about = About { source: &source, uri: &uri, version: 7, encoding: Encoding::Utf16, shows, host: &Nowhere };
        assert_eq!(serde_json::to_value(diagnostic(&about, &finding)).unwrap(), expected);
    }

    #[test]
    fn a_client_that_shows_little_is_told_all_in_the_message() {
        let range = serde_json::json!({"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 2}});
        check(
            Shows::default(),
            serde_json::json!({"range": range, "severity": 2, "code": "unused-name", "source": "dsl",
                "message": "never read\nhelp: delete it\nline 1: nor is this"}),
        );
        let other = serde_json::json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}});
        check(
            Shows { related: true, tags: true, links: true, data: true },
            serde_json::json!({"range": range, "severity": 2, "code": "unused-name", "source": "dsl",
                "message": "never read\nhelp: delete it", "tags": [1], "data": {"version": 7, "fixable": false},
                "relatedInformation": [{"location": {"uri": "file:///a.signal", "range": other}, "message": "nor is this"}]}),
        );
    }
}
