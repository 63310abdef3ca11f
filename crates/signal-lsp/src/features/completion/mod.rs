//! Completion: what fits at a cursor, best first.
//!
//! `../cursor.rs` tells where the cursor stands, `want.rs` what fits there; then one file per sort of place offers it.

mod callables;
mod comments;
mod directives;
mod keywords;
mod names;
mod open_positions;
mod outputs;
mod snippet;
mod statements;
mod strings;
#[cfg(test)]
mod tests;
mod tickers;
mod values;
mod want;

use serde::{Deserialize, Serialize};
use signal_text::Span;

use super::cursor::{self, Place};
use crate::snapshot::Snapshot;

pub(crate) use snippet::Insert;

/// How an editor asks, and what it can do with an answer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manner {
    /// It can insert texts with places to be filled.
    pub(crate) snippets: bool,
    /// It asks by itself, because this character was written. Then only what is evident is an answer: a list of hundreds
    /// would stand in the way, and a line end would choose from it.
    pub(crate) trigger: Option<char>,
}

/// Characters that an editor asks behind by itself. `(` and `,` are none of them: many lines end with one, and the line end
/// would choose from what is shown. The blank behind a comma is.
pub(crate) const TRIGGERS: [char; 9] = ['"', '\'', ':', '/', '.', '!', '#', '=', ' '];

/// Items that are offered at once; the editor asks again when more is written.
const MOST: usize = 1_000;

/// What is offered at a cursor.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Completion {
    /// What to choose from.
    pub(crate) items: Vec<Item>,
    /// What is replaced by the choice. It holds the cursor, and only what stands before it is compared with the items.
    pub(crate) replaced: Span,
    /// More may fit when more is written, so the editor should ask again.
    pub(crate) incomplete: bool,
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    /// What is shown.
    pub(crate) label: String,
    /// What sort of thing it is.
    pub(crate) kind: ItemKind,
    /// Shown right behind the label: `(real, timeperiod=14)`.
    pub(crate) signature: String,
    /// Shown at the side: what it is, in a few words.
    pub(crate) description: String,
    /// What the written text is compared with, where that is not the label.
    pub(crate) filter: Option<String>,
    /// What is inserted.
    pub(crate) insert: Insert,
    /// Items are shown by this number, the least first.
    pub(crate) rank: u32,
    /// It is evidently the one.
    pub(crate) preselect: bool,
    /// What can be told of it when it is looked at.
    pub(crate) about: About,
}

/// Sorts of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemKind {
    /// An indicator or operator that is called.
    Function,
    /// `entry`, `Weight` and other things that a signal is made of.
    Constructor,
    /// A data variable of the catalog.
    Data,
    /// A name of the script.
    Name,
    /// An output of a call, a parameter by its name, the key of a setting.
    Property,
    /// A word of the language.
    Keyword,
    /// One of a few values.
    Value,
    /// A ticker.
    Ticker,
    /// The name of a rule.
    Rule,
    /// A piece of script to be filled in.
    Snippet,
}

/// Where the documentation of an item comes from, when it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum About {
    /// Nothing more is known than the item says.
    Nothing,
    /// The entry of the catalog with this name.
    Entry(String),
    /// This name of the script, whose definition begins at this byte.
    Name(String, u32),
    /// The setting with this name.
    Setting(String),
    /// The rule with this name.
    Rule(String),
    /// This text, in Markdown.
    Text(String),
}

impl Item {
    fn new(label: impl Into<String>, kind: ItemKind, rank: u32) -> Self {
        let label = label.into();
        Self {
            insert: Insert::plain(&label),
            label,
            kind,
            signature: String::new(),
            description: String::new(),
            filter: None,
            rank,
            preselect: false,
            about: About::Nothing,
        }
    }

    fn inserting(mut self, insert: Insert) -> Self {
        self.insert = insert;
        self
    }

    fn described(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    fn about(mut self, about: About) -> Self {
        self.about = about;
        self
    }

    fn filtered_by(mut self, filter: impl Into<String>) -> Self {
        self.filter = Some(filter.into());
        self
    }
}

/// What fits at a byte offset; nothing is a good answer where a number, a comment or a new name is written.
pub(crate) fn completion(snapshot: &Snapshot, offset: u32, manner: Manner) -> Completion {
    let mut answer = match cursor::place(snapshot, offset) {
        Place::Code(cursor) => match manner.trigger {
            Some(_) if !values::is_evident(&cursor) => Completion::default(),
            _ => values::completion(&cursor),
        },
        // No text that is known has a blank in it.
        Place::Text(..) if manner.trigger == Some(' ') => Completion::default(),
        Place::Text(cursor, inside) => strings::completion(&cursor, inside),
        Place::Directive(line) => directives::completion(snapshot, line, offset),
        Place::Comment(comment) => comments::completion(snapshot, comment, offset, manner.trigger),
        Place::Nowhere(_) => Completion::default(),
    };
    if answer.items.is_empty() {
        answer.replaced = Span::empty(offset);
    }
    shorten(snapshot, offset, &mut answer);
    if !manner.snippets {
        for item in &mut answer.items {
            // A call without the places to be filled is a text to be taken apart again; its name alone is not.
            let is_call = matches!(item.kind, ItemKind::Function | ItemKind::Constructor);
            item.insert = Insert::plain(if is_call { item.label.clone() } else { item.insert.text() });
        }
    }
    answer
}

/// Leaves the best of a list that is too long: a catalog of the service may have tens of thousands of names.
fn shorten(snapshot: &Snapshot, offset: u32, answer: &mut Completion) {
    if answer.items.len() <= MOST {
        return;
    }
    let typed = snapshot.source().slice(Span::new(answer.replaced.start, offset)).to_lowercase();
    answer.items.retain(|item| names::may_become(&typed, item.filter.as_ref().unwrap_or(&item.label)));
    answer.items.sort_by(|a, b| (a.rank, &a.label).cmp(&(b.rank, &b.label)));
    answer.incomplete |= answer.items.len() > MOST || !typed.is_empty();
    answer.items.truncate(MOST);
}

/// The documentation of an item, in Markdown; `None` where there is none, or where the script has changed meanwhile.
pub(crate) fn documentation(snapshot: &Snapshot, about: &About) -> Option<String> {
    use super::vocabulary;
    let catalog = snapshot.project().catalog();
    match about {
        About::Nothing => None,
        About::Entry(name) => catalog.get(name).map(|entry| vocabulary::entry(entry, catalog)),
        About::Name(name, at) => names::documentation(snapshot, name, *at),
        About::Setting(name) => signal_project::Key::find(name).map(|key| vocabulary::setting(key.info())),
        About::Rule(name) => signal_analysis::rule(name).map(vocabulary::rule),
        About::Text(text) => Some(text.clone()),
    }
}
