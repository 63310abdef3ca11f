//! All findings of one file in the form that was asked for.

use signal_text::{Diagnostic, Severity, Source};

use super::json::Summary;
use super::place::Places;
use super::{concise, full, json, number, style};
use crate::args::FindingFormat;

/// The findings of `source` as text. In JSON they are the items of a list, parted by commas.
pub(crate) fn findings(source: &Source, found: &[Diagnostic], format: FindingFormat, color: bool) -> String {
    let mut places = Places::new(source);
    let mut text = String::new();
    match format {
        FindingFormat::Full => {
            for finding in found.iter().take(full::MOST_FINDINGS) {
                text.push_str(&full::finding(source, &mut places, finding, color));
            }
            if found.len() > full::MOST_FINDINGS {
                text.push_str(&full::more(source, found.len() - full::MOST_FINDINGS));
            }
        }
        FindingFormat::Concise => {
            for finding in found {
                text.push_str(&concise::finding(source, &mut places, finding, color));
            }
        }
        FindingFormat::Json => {
            for (at, finding) in found.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                json::push(&mut text, &json::finding(source, &mut places, finding));
            }
        }
    }
    text
}

impl Summary {
    /// Counts the findings of one more file.
    pub(crate) fn add(&mut self, found: &[Diagnostic]) {
        self.files += 1;
        for finding in found {
            *match finding.severity {
                Severity::Error => &mut self.errors,
                Severity::Warning => &mut self.warnings,
                Severity::Info => &mut self.infos,
                Severity::Hint => &mut self.hints,
            } += 1;
        }
    }

    /// Both counts together.
    pub(crate) fn merge(&mut self, other: Self) {
        self.files += other.files;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.infos += other.infos;
        self.hints += other.hints;
    }

    /// One line for people: `1 error and 2 warnings in 3 files`.
    pub(crate) fn line(self, color: bool) -> String {
        let counts = [
            (self.errors, "error", Severity::Error),
            (self.warnings, "warning", Severity::Warning),
            (self.infos, "info", Severity::Info),
            (self.hints, "hint", Severity::Hint),
        ];
        let found: Vec<String> = counts
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, word, severity)| style::paint(color, style::of(severity), &number::count(count, word)))
            .collect();
        let files = number::count(self.files, "file");
        match found.as_slice() {
            [] => format!("{} {files} checked, nothing to complain about", style::paint(color, style::GOOD, "ok:")),
            [one] => format!("{one} in {files}"),
            [most @ .., last] => format!("{} and {last} in {files}", most.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_reads_as_a_sentence() {
        let line = |errors, warnings, hints| Summary { files: 3, errors, warnings, infos: 0, hints }.line(false);
        assert_eq!(line(0, 0, 0), "ok: 3 files checked, nothing to complain about");
        assert_eq!(line(1, 0, 0), "1 error in 3 files");
        assert_eq!(line(1, 2, 1_000), "1 error, 2 warnings and 1,000 hints in 3 files");
    }
}
