//! The open texts, each as its client last changed it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use signal_text::{Change, Source};
use tower_lsp::ls_types::{Range, TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use crate::convert::{self, Encoding};
use crate::edited::Edited;
use crate::host::{Host, SETTINGS};
use crate::snapshot::{Before, Snapshot};

/// The ending of scripts.
const SCRIPT: &str = "signal";

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// A script.
    Script,
    /// A `signal.toml`.
    Settings,
}

impl Language {
    /// What a text is by its language and its name; `None`: none of our business.
    fn of(language_id: &str, uri: &Uri) -> Option<Self> {
        let name = uri.path().as_str().rsplit('/').next().unwrap_or_default();
        if name == SETTINGS {
            Some(Self::Settings)
        } else if language_id == SCRIPT || Path::new(name).extension().is_some_and(|ending| ending == SCRIPT) {
            Some(Self::Script)
        } else {
            None
        }
    }
}

/// The open texts. Handlers run side by side, so a change is stored before anything is waited for; whoever asks is given
/// the [`Text`] of that moment, which no later change touches.
#[derive(Debug, Default)]
pub(crate) struct Documents(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    texts: HashMap<Uri, Document>,
    /// How many texts and states of the world around them there were so far.
    generation: u64,
}

#[derive(Debug)]
struct Document {
    language: Language,
    path: Option<PathBuf>,
    version: i32,
    source: Edited,
    /// The text as whoever asks gets it, once somebody has.
    current: Option<Arc<Text>>,
    /// While there is none: what is known of an earlier text.
    before: Option<Before>,
    generation: u64,
    /// Whether its findings are being worked out.
    is_checked: bool,
}

/// One version of an open text under one state of the world around it.
#[derive(Debug)]
pub(crate) struct Text {
    /// Its URI.
    pub(crate) uri: Uri,
    /// What it is.
    pub(crate) language: Language,
    /// The client's number for it.
    pub(crate) version: i32,
    /// Our number for it: no two states of any texts have the same.
    pub(crate) generation: u64,
    /// The text itself.
    pub(crate) source: Arc<Source>,
    path: Option<PathBuf>,
    /// What is known of an earlier text, until there is a snapshot that begins with it.
    before: Mutex<Option<Before>>,
    snapshot: OnceLock<Arc<Snapshot>>,
}

impl Text {
    /// The file, if the text has one.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The text as a script, under its project. May read files: not for the thread that reads the client's messages.
    pub(crate) fn snapshot(&self, host: &dyn Host) -> &Arc<Snapshot> {
        self.snapshot.get_or_init(|| {
            let project = host.project(self.path());
            let before = self.before().take();
            Arc::new(Snapshot::after(before, Arc::clone(&self.source), self.path.clone(), project, host.today()))
        })
    }

    /// What the next text can begin with.
    fn known(&self) -> Option<Before> {
        match self.snapshot.get() {
            Some(snapshot) => snapshot.known(),
            None => self.before().clone(),
        }
    }

    fn before(&self) -> MutexGuard<'_, Option<Before>> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Documents {
    /// Takes a text in; false when it is none of our business.
    pub(crate) fn open(&self, item: TextDocumentItem) -> bool {
        let Some(language) = Language::of(&item.language_id, &item.uri) else { return false };
        let path = convert::path(&item.uri);
        let name = path.as_ref().map_or_else(|| item.uri.to_string(), |path| path.to_string_lossy().into_owned());
        let source = Edited::new(Source::new(name, item.text));
        let mut open = self.lock();
        let generation = open.next();
        let document = Document {
            language,
            path,
            version: item.version,
            source,
            current: None,
            before: None,
            generation,
            is_checked: false,
        };
        open.texts.insert(item.uri, document);
        true
    }

    /// Changes a text; false when it is not open here.
    pub(crate) fn change(
        &self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> bool {
        let mut open = self.lock();
        let generation = open.next();
        let Some(document) = open.texts.get_mut(uri) else { return false };
        document.out_of_date();
        for change in changes {
            document.apply(change.range, change.text, encoding);
        }
        document.version = version;
        document.generation = generation;
        true
    }

    /// Lets go of a text; false when it was not open here.
    pub(crate) fn close(&self, uri: &Uri) -> bool {
        self.lock().texts.remove(uri).is_some()
    }

    /// A text as it is now.
    pub(crate) fn text(&self, uri: &Uri) -> Option<Arc<Text>> {
        Some(self.lock().texts.get_mut(uri)?.text(uri))
    }

    /// Every text as it is now.
    pub(crate) fn all(&self) -> Vec<Arc<Text>> {
        let mut open = self.lock();
        let mut texts: Vec<_> = open.texts.iter_mut().map(|(uri, document)| document.text(uri)).collect();
        texts.sort_unstable_by(|one, other| one.uri.cmp(&other.uri));
        texts
    }

    /// Forgets what followed from the world around the texts, which has changed.
    pub(crate) fn renew(&self) {
        let mut open = self.lock();
        let Open { texts, generation } = &mut *open;
        for document in texts.values_mut() {
            *generation += 1;
            document.generation = *generation;
            document.out_of_date();
        }
    }

    /// Whether a text is still as it was, neither changed nor closed.
    pub(crate) fn is_current(&self, text: &Text) -> bool {
        self.lock().texts.get(&text.uri).is_some_and(|document| document.generation == text.generation)
    }

    /// Gives the caller the task to tell the text's findings; false when another has it, who will see the change.
    pub(crate) fn begin_check(&self, uri: &Uri) -> bool {
        let mut open = self.lock();
        let Some(document) = open.texts.get_mut(uri) else { return false };
        !std::mem::replace(&mut document.is_checked, true)
    }

    /// Ends that task if the findings of the text as it is now have been told.
    pub(crate) fn end_check(&self, told: &Text) -> bool {
        let mut open = self.lock();
        match open.texts.get_mut(&told.uri) {
            Some(document) if document.generation == told.generation => {
                document.is_checked = false;
                true
            }
            Some(_) => false,
            None => true,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn next(&mut self) -> u64 {
        self.generation += 1;
        self.generation
    }
}

impl Document {
    /// Lets go of the text that was handed out last; the next one may begin with what is known of it.
    fn out_of_date(&mut self) {
        if let Some(text) = self.current.take() {
            self.before = text.known();
        }
    }

    fn apply(&mut self, range: Option<Range>, text: String, encoding: Encoding) {
        let change = match range {
            Some(range) => self.source.replace(range, &text, encoding),
            None => {
                let before = self.source.source();
                let whole = Source::new(before.name(), text);
                let change = Change::between(before.text(), whole.text());
                self.source = Edited::new(whole);
                change
            }
        };
        if let Some(before) = &mut self.before {
            before.then(change);
        }
    }

    fn text(&mut self, uri: &Uri) -> Arc<Text> {
        if let Some(text) = &self.current {
            return Arc::clone(text);
        }
        let text = Arc::new(Text {
            uri: uri.clone(),
            language: self.language,
            version: self.version,
            generation: self.generation,
            source: Arc::new(self.source.source().clone()),
            path: self.path.clone(),
            before: Mutex::new(self.before.take()),
            snapshot: OnceLock::new(),
        });
        Arc::clone(self.current.insert(text))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Nowhere, scripts};

    fn uri(text: &str) -> Uri {
        convert::link(text).unwrap()
    }

    fn opened(text: &str) -> (Documents, Uri) {
        let (documents, uri) = (Documents::default(), uri("file:///a.signal"));
        assert!(documents.open(TextDocumentItem::new(uri.clone(), "signal".to_owned(), 1, text.to_owned())));
        (documents, uri)
    }

    #[track_caller]
    fn check(before: &str, changes: serde_json::Value, encoding: Encoding, after: &str) {
        let (documents, uri) = opened(before);
        let kept = documents.text(&uri).unwrap();
        assert!(documents.change(&uri, 2, serde_json::from_value(changes).unwrap(), encoding));
        let text = documents.text(&uri).unwrap();
        assert_eq!((text.source.text(), text.version), (after, 2));
        assert_eq!((kept.source.text(), kept.version), (before, 1), "who asked before keeps what they got");
        assert!(documents.is_current(&text) && !documents.is_current(&kept));
    }

    fn edit(from: (u32, u32), to: (u32, u32), text: &str) -> serde_json::Value {
        let at = |(line, character)| json!({"line": line, "character": character});
        json!({"range": {"start": at(from), "end": at(to)}, "text": text})
    }

    #[test]
    fn changes_apply_one_after_the_other() {
        let changes = json!([edit((0, 0), (0, 1), "bb"), edit((0, 2), (0, 2), "\n"), edit((1, 0), (1, 1), "x")]);
        check("a = 1", changes, Encoding::Utf16, "bb\nx= 1");
        check("a", json!([{"text": "whole"}, edit((0, 5), (9, 9), "!")]), Encoding::Utf16, "whole!");
    }

    #[test]
    fn columns_are_counted_as_agreed() {
        check("a = \"🚀é\" # x", json!([edit((0, 10), (0, 11), "!")]), Encoding::Utf16, "a = \"🚀é\" ! x");
        check("a = \"🚀é\" # x", json!([edit((0, 13), (0, 14), "!")]), Encoding::Utf8, "a = \"🚀é\" ! x");
    }

    #[test]
    fn an_edit_that_is_upside_down_or_out_of_the_text_hurts_nobody() {
        check("ab\n", json!([edit((7, 7), (0, 1), "c")]), Encoding::Utf16, "ab\nc");
        check("", json!([edit((3, 0), (3, 0), "c")]), Encoding::Utf8, "c");
    }

    #[test]
    fn what_follows_from_an_edited_text_is_what_follows_from_it_alone() {
        let host = &Nowhere;
        for (path, script) in scripts().into_iter().step_by(11) {
            let (documents, uri) = opened(&script);
            // Some of the earlier texts are still in use when later ones are read, some were never read at all.
            let mut in_use = Vec::new();
            for step in 0..script.len().min(60) as u32 {
                let line = step * 7 % (script.lines().count() as u32 + 2);
                let changes = match step % 6 {
                    0 => json!([edit((line, 0), (line, 0), "up = close >"), edit((line, 12), (line, 12), " 1\n")]),
                    1 => json!([edit((line, 0), (line + 1, 3), "")]),
                    2 => json!([edit((line, 1), (line, 2), "(")]),
                    3 => json!([edit((line, 0), (line, 0), "# note\r\n")]),
                    4 => json!([{"text": format!("x = 1\n{script}")}, edit((0, 4), (0, 5), "rsi(close)")]),
                    _ => json!([]),
                };
                assert!(documents.change(&uri, 2, serde_json::from_value(changes).unwrap(), Encoding::Utf16));
                if step % 4 == 3 {
                    continue;
                }
                if step % 11 == 0 {
                    documents.renew();
                }
                let text = documents.text(&uri).unwrap();
                let snapshot = text.snapshot(host);
                let alone = crate::testing::snapshot(text.source.text());
                let known = |snapshot: &Snapshot| format!("{:?} {:?}", snapshot.parsed(), snapshot.tokens());
                assert_eq!(known(snapshot), known(&alone), "{} at step {step}", path.display());
                assert_eq!(snapshot.findings().diagnostics, alone.findings().diagnostics);
                if step % 3 == 0 {
                    in_use.push(text);
                }
            }
        }
    }

    #[test]
    fn what_a_text_is_follows_from_its_name_and_language() {
        for (language, name, expected) in [
            ("signal", "file:///a.signal", Some(Language::Script)),
            ("signal", "untitled:Untitled-1", Some(Language::Script)),
            ("plaintext", "file:///b/a.signal", Some(Language::Script)),
            ("toml", "file:///b/signal.toml", Some(Language::Settings)),
            ("toml", "file:///b/Cargo.toml", None),
            ("python", "file:///b/a.py", None),
        ] {
            assert_eq!(Language::of(language, &uri(name)), expected, "{language} {name}");
        }
    }

    #[test]
    fn the_world_around_them_changes_all_texts() {
        let (documents, uri) = opened("a = 1");
        let before = documents.text(&uri).unwrap();
        documents.renew();
        let after = documents.text(&uri).unwrap();
        assert_eq!(before.version, after.version);
        assert!(!documents.is_current(&before) && documents.is_current(&after));
    }

    #[test]
    fn one_at_a_time_tells_findings_and_only_the_last_ones_are_the_end() {
        let (documents, uri) = opened("a = 1");
        assert!(documents.begin_check(&uri) && !documents.begin_check(&uri));
        let first = documents.text(&uri).unwrap();
        assert!(documents.change(&uri, 2, Vec::new(), Encoding::Utf16));
        assert!(!documents.end_check(&first), "there is a newer text");
        assert!(documents.end_check(&documents.text(&uri).unwrap()));
        assert!(documents.begin_check(&uri));
        assert!(documents.close(&uri) && !documents.close(&uri));
        assert!(!documents.begin_check(&uri) && documents.end_check(&first));
    }
}
