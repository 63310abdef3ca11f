//! Writes what a check found, file by file as it comes, in the form that was asked for.

use std::path::{Component, Path, PathBuf};

use signal_text::{Diagnostic, Severity, Source};

use crate::args::FindingFormat;
use crate::output::Console;
use crate::render::findings::{Allowed, Findings, Form, form};
use crate::render::json::{CatalogStamp, Summary};

/// How findings are written; workers share it.
#[derive(Clone, Debug)]
pub(crate) struct Manner {
    form: Form,
    color: bool,
    /// The folder that paths are told from.
    here: PathBuf,
}

/// What one file came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checked {
    text: String,
    summary: Summary,
    /// Something is at or above `--fail-on`.
    fails: bool,
}

/// Stdout while a check goes on.
pub(crate) struct Report<'c> {
    console: &'c mut Console,
    form: Form,
    /// A file's text was written.
    written: bool,
    summary: Summary,
    /// Something is at or above `--fail-on`.
    pub(crate) fails: bool,
}

impl Manner {
    /// The manner of a form; colours where its reader takes them.
    pub(crate) fn new(format: FindingFormat, color: bool) -> Self {
        Self { form: form(format), color, here: std::env::current_dir().unwrap_or_default() }
    }

    /// The findings of one file, written and counted. `script` is the one that a settings file was read for.
    pub(crate) fn judged(
        &self,
        source: &Source,
        script: Option<&Source>,
        found: &[Diagnostic],
        allowed: &[Allowed<'_>],
        fail_on: Severity,
    ) -> Checked {
        let mut summary = Summary::default();
        summary.add(found);
        let path = relative(source.name(), &self.here);
        let script = script.unwrap_or(source).name();
        let text =
            (self.form.file)(&Findings { source, path: &path, script, found, allowed, fail_on, color: self.color });
        Checked { text, summary, fails: found.iter().any(|finding| finding.severity >= fail_on) }
    }

    /// Adds what was found in a settings file to what was found in the script that it was read for.
    pub(crate) fn join(&self, checked: &mut Checked, more: Checked) {
        if !checked.text.is_empty() && !more.text.is_empty() {
            checked.text.push_str(self.form.between);
        }
        checked.text.push_str(&more.text);
        checked.summary.merge(Summary { files: 0, ..more.summary });
        checked.fails |= more.fails;
    }
}

impl<'c> Report<'c> {
    /// Writes the head.
    pub(crate) fn begin(console: &'c mut Console, manner: &Manner, catalog: CatalogStamp<'_>) -> Self {
        console.result(&(manner.form.head)(catalog));
        Self { console, form: manner.form, written: false, summary: Summary::default(), fails: false }
    }

    /// Writes one file's findings; `false` when nobody reads any more.
    pub(crate) fn add(&mut self, checked: &Checked) -> bool {
        if self.written && !checked.text.is_empty() {
            self.console.result(self.form.between);
        }
        self.written |= !checked.text.is_empty();
        self.console.result(&checked.text);
        self.summary.merge(checked.summary);
        self.fails |= checked.fails;
        !self.console.is_closed()
    }

    /// Writes the tail, and for people the summary and these remarks.
    pub(crate) fn end(&mut self, remarks: &[String]) {
        self.console.result(&(self.form.tail)(self.summary));
        if self.form.talks {
            let line = self.summary.line(self.console.color_talk);
            self.console.talk(&line);
            remarks.iter().for_each(|remark| self.console.talk(remark));
        }
    }
}

/// `name` from `here` on, with forward slashes and without `.`: what services match with the files of a repository.
/// A file elsewhere keeps its path.
fn relative(name: &str, here: &Path) -> String {
    let path = Path::new(name);
    if !cfg!(windows) && path.is_relative() && !name.contains("./") {
        return name.to_owned();
    }
    let path = path.strip_prefix(here).unwrap_or(path);
    let mut text = String::with_capacity(name.len());
    for part in path.components().filter(|part| *part != Component::CurDir) {
        if !text.is_empty() && !text.ends_with('/') {
            text.push('/');
        }
        text.push_str(&part.as_os_str().to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_the_folder_of_the_command() {
        let check = |name: &str, expected: &str| assert_eq!(relative(name, Path::new("/book")), expected, "{name}");
        check("a.signal", "a.signal");
        check("./a.signal", "a.signal");
        check("sub/./a.signal", "sub/a.signal");
        check("/book/sub/a.signal", "sub/a.signal");
        check("/shelf/a.signal", "/shelf/a.signal");
        check("../a.signal", "../a.signal");
        check("<stdin>", "<stdin>");
    }
}
