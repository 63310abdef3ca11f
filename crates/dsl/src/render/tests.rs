//! Every form of findings, read back by a consumer: whatever the texts hold, the same findings come out.

use proptest::prelude::*;
use signal_text::{Diagnostic, Edit, Fix, Severity, Source, Span, apply_edits};

use super::findings::{Findings, form};
use super::json::{CatalogStamp, Summary};
use super::readers::{FORMS, Read, read};
use super::visible;
use crate::args::FindingFormat;
use clap::ValueEnum as _;

/// What breaks writers: quotes, markup, percent codes, links, line ends, controls, marks that reorder text, non-characters.
const HOSTILE: &str = "[a \u{e9}\u{1f680}\n\r\t\u{0}\u{1b}\u{7f}\u{9b}\u{202e}\u{2028}\u{feff}\u{fffe}\u{ffff}\u{e0041}<>&\"'%:,=\\[\\](){}\\\\|`]{1,24}";

fn hostile() -> impl Strategy<Value = String> {
    HOSTILE.prop_map(|text| format!("m{text}"))
}

/// A finding at any place of a text of `length` bytes, with a fix of one or two edits.
fn finding(length: u32) -> impl Strategy<Value = Diagnostic> {
    let span = (0..=length, 0..=length).prop_map(|(a, b)| Span::new(a.min(b), a.max(b)));
    let severity =
        prop_oneof![Just(Severity::Error), Just(Severity::Warning), Just(Severity::Info), Just(Severity::Hint)];
    let code = prop_oneof![Just("not-enough-bars"), Just("not-text"), Just("a-rule-of-tomorrow")];
    let fix = proptest::option::of((proptest::collection::vec((span.clone(), hostile()), 1..3), hostile()));
    (code, severity, span.clone(), hostile(), proptest::option::of(hostile()), (span, hostile()), fix).prop_map(
        |(code, severity, span, message, help, (label, remark), fix)| {
            let mut finding = Diagnostic::new(code, severity, span, message).label(label, remark);
            finding.help = help;
            if let Some((edits, title)) = fix {
                let edits = edits.into_iter().map(|(span, text)| Edit { span, text }).collect();
                finding.fixes.push(Fix { title, safe: true, edits });
            }
            finding
        },
    )
}

/// The whole output of a form for files with their findings.
fn written(name: &str, files: &[(Source, Vec<Diagnostic>)]) -> String {
    let form = form(FindingFormat::from_str(name, false).unwrap());
    let mut text = (form.head)(CatalogStamp::default());
    let mut summary = Summary::default();
    let mut is_first = true;
    for (source, found) in files {
        summary.add(found);
        let (path, fail_on) = (source.name(), Severity::Warning);
        let part = (form.file)(&Findings { source, path, script: path, found, allowed: &[], fail_on, color: false });
        if !is_first && !part.is_empty() {
            text.push_str(form.between);
        }
        is_first &= part.is_empty();
        text.push_str(&part);
    }
    text + &(form.tail)(summary)
}

/// Byte offset of a line and column; columns count bytes, or characters without a byte order mark.
fn offset(source: &Source, (line, column): (u64, u64), in_bytes: bool) -> u32 {
    let start = source.lines().start(line as usize - 1).unwrap();
    if in_bytes {
        return start + column as u32 - 1;
    }
    // The first column stands behind the mark.
    let is_bom = start == 0 && source.text().starts_with('\u{FEFF}');
    let rest = &source.text()[start as usize..];
    let skipped = column as usize - 1 + usize::from(is_bom);
    start + rest.char_indices().map(|(at, _)| at).chain([rest.len()]).nth(skipped).unwrap() as u32
}

/// Asserts that each fix that came through does what the finding's own does.
fn check_fixes(source: &Source, finding: &Diagnostic, read: &Read, in_bytes: bool) {
    for (fix, replacements) in finding.fixes.iter().zip(&read.fixes) {
        let edit = |(start, end, text): &((u64, u64), (u64, u64), String)| Edit {
            span: Span::new(offset(source, *start, in_bytes), offset(source, *end, in_bytes)),
            text: text.clone(),
        };
        let edits: Vec<Edit> = replacements.iter().map(edit).collect();
        if let Ok(expected) = apply_edits(source.text(), &fix.edits) {
            // What a byte order mark is replaced by has no column of its own.
            let touches_mark =
                source.text().starts_with('\u{FEFF}') && fix.edits.iter().any(|edit| edit.span.start < 3);
            assert!(touches_mark || apply_edits(source.text(), &edits) == Ok(expected), "{fix:?} became {edits:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_form_gives_back_file_line_rule_and_message(
        texts in proptest::collection::vec((hostile(), "[a \u{e9}\u{1f680}\n\r\u{feff}]{0,40}"), 1..4),
        found in proptest::collection::vec(proptest::collection::vec(finding(90), 0..5), 3),
    ) {
        let files: Vec<(Source, Vec<Diagnostic>)> = texts
            .into_iter()
            .zip(found)
            .enumerate()
            .map(|(at, ((name, text), found))| (Source::new(format!("{at}{name}"), text), found))
            .collect();
        for name in FORMS {
            let text = written(name, &files);
            let found = read(name, &text);
            let expected: Vec<(&Source, &Diagnostic)> =
                files.iter().flat_map(|(source, found)| found.iter().map(move |finding| (source, finding))).collect();
            prop_assert_eq!(found.len(), expected.len(), "{}: {}", name, text);
            for (read, (source, finding)) in found.iter().zip(expected) {
                // Forms of text show what a terminal would obey; JSON has escapes for it.
                let shown = |text: &str| match name {
                    "github" => visible::text(text).into_owned(),
                    "junit" => visible::text(text).replace('\u{FFFE}', "\\u{fffe}").replace('\u{FFFF}', "\\u{ffff}"),
                    _ => text.to_owned(),
                };
                let file = match name {
                    "github" => visible::line(source.name()).into_owned(),
                    _ => shown(source.name()),
                };
                prop_assert_eq!(&read.file, &file, "{}", name);
                prop_assert_eq!(&read.rule, &finding.code, "{}", name);
                prop_assert_eq!(read.line, u64::from(source.line_column(source.clamp(finding.span).start).line), "{}", name);
                let message = shown(finding.message.trim_end());
                prop_assert!(read.message.starts_with(&message), "{}: {:?} {:?}", name, read.message, message);
                check_fixes(source, finding, read, name == "rdjson");
            }
        }
    }
}

#[test]
fn a_run_without_findings_is_a_whole_document_too() {
    for name in FORMS {
        for files in [vec![], vec![(Source::new("a.signal", "x = 1\n"), vec![])]] {
            assert_eq!(read(name, &written(name, &files)), [], "{name}");
        }
    }
}

#[test]
fn what_is_below_fail_on_passes_in_junit() {
    let finding = |severity| Diagnostic::new("rule", severity, Span::empty(0), "m");
    let files = [(Source::new("a.signal", ""), vec![finding(Severity::Warning), finding(Severity::Hint)])];
    let text = written("junit", &files);
    assert!(text.contains("tests=\"2\" failures=\"1\""), "{text}");
}
