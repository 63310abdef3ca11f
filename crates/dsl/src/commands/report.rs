//! Writes what a check found, file by file as it comes, in the form that was asked for.

use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use signal_text::{Diagnostic, Severity, Source};

use crate::args::FindingFormat;
use crate::output::Console;
use crate::render::findings::{Allowed, Findings, Form, form};
use crate::render::full::MOST_FINDINGS;
use crate::render::json::{CatalogStamp, Summary};
use crate::render::number;

/// How many findings of a run are shown with their lines before the rest gets a line each: nobody reads so many, and drawing
/// them takes longer than finding them.
const MOST_DRAWN: usize = 1_000;

/// How findings are written; workers share it.
#[derive(Debug)]
pub(crate) struct Manner {
    form: Form,
    /// How the files behind [`MOST_DRAWN`] findings are written, where that differs.
    brief: Option<Form>,
    /// Findings drawn so far: a lower bound of what precedes any file that is still to be written.
    drawn: AtomicUsize,
    color: bool,
    /// The folder that paths are told from.
    here: PathBuf,
}

/// What one file came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checked {
    /// Empty, where it was certain already that the brief one would be written.
    text: String,
    /// The text in the manner's brief form; empty where it has none.
    brief: String,
    /// How many findings `text` shows with their lines.
    drawn: usize,
    /// What the form tells behind the findings of all files.
    aside: String,
    summary: Summary,
    /// Something is at or above `--fail-on`.
    fails: bool,
}

/// Stdout while a check goes on.
pub(crate) struct Report<'c> {
    console: &'c mut Console,
    manner: &'c Manner,
    /// A file's text was written.
    written: bool,
    /// A file's brief text was written.
    is_brief: bool,
    aside: String,
    summary: Summary,
    /// Something is at or above `--fail-on`.
    pub(crate) fails: bool,
}

impl Manner {
    /// The manner of a form; colours where its reader takes them.
    pub(crate) fn new(format: FindingFormat, color: bool) -> Self {
        let brief = (format == FindingFormat::Full).then(|| form(FindingFormat::Concise));
        let here = std::env::current_dir().unwrap_or_default();
        Self { form: form(format), brief, drawn: AtomicUsize::new(0), color, here }
    }

    /// The findings of one file, written and counted. `script` is the one that a settings file was read for; the file then
    /// counts with the script.
    pub(crate) fn judged(
        &self,
        source: &Source,
        script: Option<&str>,
        found: &[Diagnostic],
        allowed: &[Allowed<'_>],
        fail_on: Severity,
    ) -> Checked {
        let mut summary = Summary::default();
        summary.add(found);
        summary.files -= u64::from(script.is_some());
        let path = relative(source.name(), &self.here);
        let script = script.unwrap_or(source.name());
        let findings = Findings { source, path: &path, script, found, allowed, fail_on, color: self.color };
        let brief = self.brief.map(|form| (form.file)(&findings)).unwrap_or_default();
        let text = if self.is_brief() { String::new() } else { (self.form.file)(&findings) };
        let drawn = found.len().min(MOST_FINDINGS);
        let aside = self.form.aside.map(|(_, allowed)| allowed(&findings)).unwrap_or_default();
        Checked { text, brief, drawn, aside, summary, fails: found.iter().any(|finding| finding.severity >= fail_on) }
    }

    /// Whether whatever is still to be written takes the brief form.
    fn is_brief(&self) -> bool {
        self.brief.is_some() && self.drawn.load(Ordering::Relaxed) >= MOST_DRAWN
    }
}

impl<'c> Report<'c> {
    /// Writes the head.
    pub(crate) fn begin(console: &'c mut Console, manner: &'c Manner, catalog: CatalogStamp<'_>) -> Self {
        console.result(&(manner.form.head)(catalog));
        Self {
            console,
            manner,
            written: false,
            is_brief: false,
            aside: String::new(),
            summary: Summary::default(),
            fails: false,
        }
    }

    /// Writes one file's findings; `false` when nobody reads any more.
    pub(crate) fn add(&mut self, checked: &Checked) -> bool {
        let is_brief = self.manner.is_brief();
        let text = if is_brief { &checked.brief } else { &checked.text };
        if !text.is_empty() {
            if is_brief && !self.is_brief {
                self.is_brief = true;
                self.console.result(&behind_drawn());
            } else if self.written {
                self.console.result(self.manner.form.between);
            }
            self.written = true;
            self.console.result(text);
        }
        if !self.aside.is_empty() && !checked.aside.is_empty() {
            self.aside.push_str(self.manner.form.between);
        }
        self.aside.push_str(&checked.aside);
        // Only this thread writes it; a worker that reads an older number draws what is not shown, and nothing else.
        self.manner.drawn.fetch_add(checked.drawn, Ordering::Relaxed);
        self.summary.merge(checked.summary);
        self.fails |= checked.fails;
        !self.console.is_closed()
    }

    /// Writes the tail, and for people the summary and these remarks.
    pub(crate) fn end(&mut self, remarks: &[String]) {
        if let Some((before, _)) = self.manner.form.aside {
            self.console.result(before);
            self.console.result(&self.aside);
        }
        self.console.result(&(self.manner.form.tail)(self.summary));
        if self.manner.form.talks {
            let line = self.summary.line(self.console.color_talk);
            self.console.talk(&line);
            remarks.iter().for_each(|remark| self.console.talk(remark));
        }
    }
}

/// The line between findings with their lines and findings of one line.
fn behind_drawn() -> String {
    let drawn = number::whole(MOST_DRAWN as u64);
    format!("... more than {drawn} findings: from here on one line each, as `--output-format concise` writes them\n\n")
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
