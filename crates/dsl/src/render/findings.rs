//! The table of output forms, and what each is made of: a head, a text for every file as it comes, and a tail.

use signal_text::{Diagnostic, Severity, Source};

use super::json::{CatalogStamp, Summary};
use super::{concise, full, github, gitlab, json, json_lines, junit, number, rdjson, sarif, style};
use crate::args::FindingFormat;
use crate::failure::Failure;

/// One form of findings. Texts are written as they are made, so that a large folder needs no large memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// What comes first, whether or not anything is found.
    pub(crate) head: fn(CatalogStamp<'_>) -> String,
    /// The findings of one file; called for files without any, too.
    pub(crate) file: fn(&Findings<'_>) -> String,
    /// What parts the texts of two files that are both not empty.
    pub(crate) between: &'static str,
    /// How findings that scripts allow are told behind all others; `None`: beside these, or not at all.
    pub(crate) aside: Option<Aside>,
    /// What comes last.
    pub(crate) tail: fn(Summary) -> String,
    /// The whole of stdout when the command could not do its work; `None`: people read it, on stderr.
    pub(crate) failure: Option<fn(&Failure) -> String>,
    /// Whether summary and failures are told on stderr as well, because whoever reads stdout shows or keeps only a part.
    pub(crate) talks: bool,
}

/// What stands before the findings that scripts allow, and those of one file.
pub(crate) type Aside = (&'static str, fn(&Findings<'_>) -> String);

/// The table: every form by its name on the command line.
pub(crate) const fn form(format: FindingFormat) -> Form {
    match format {
        FindingFormat::Full => full::FORM,
        FindingFormat::Concise => concise::FORM,
        FindingFormat::Json => json::FORM,
        FindingFormat::JsonLines => json_lines::FORM,
        FindingFormat::Sarif => sarif::FORM,
        FindingFormat::Github => github::FORM,
        FindingFormat::Gitlab => gitlab::FORM,
        FindingFormat::Junit => junit::FORM,
        FindingFormat::Rdjson => rdjson::FORM,
    }
}

/// What was found in one file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Findings<'a> {
    /// The file.
    pub(crate) source: &'a Source,
    /// Its path from the folder that the command runs in, with forward slashes: how services know files.
    pub(crate) path: &'a str,
    /// The script whose check this is: the file itself, or the one that a settings file was read for.
    pub(crate) script: &'a str,
    /// The findings, by place.
    pub(crate) found: &'a [Diagnostic],
    /// Findings that the script allows.
    pub(crate) allowed: &'a [Allowed<'a>],
    /// Least severity that makes the command fail.
    pub(crate) fail_on: Severity,
    /// Whether colours are wanted.
    pub(crate) color: bool,
}

/// A finding that the script allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowed<'a> {
    /// The finding.
    pub(crate) finding: &'a Diagnostic,
    /// The reason that the script gives.
    pub(crate) reason: Option<&'a str>,
}

/// For forms without a head or a tail.
pub(super) fn no_head(_: CatalogStamp<'_>) -> String {
    String::new()
}

/// As [`no_head`].
pub(super) fn no_tail(_: Summary) -> String {
    String::new()
}

/// The findings of `source` for people: `Full` or `Concise`.
pub(crate) fn findings(source: &Source, found: &[Diagnostic], format: FindingFormat, color: bool) -> String {
    let (path, script, fail_on) = (source.name(), source.name(), Severity::Error);
    (form(format).file)(&Findings { source, path, script, found, allowed: &[], fail_on, color })
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
