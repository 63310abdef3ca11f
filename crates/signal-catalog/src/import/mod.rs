//! Makes a catalog of the service's own list, `GET /meta/indicators`.
//!
//! The list's shape is not documented, so every shape that services of this kind use is read: a list of names, categories
//! with names or records, a map from names to records, sections side by side, and parameters as names, defaults, records,
//! a JSON Schema or a written call. What was not understood is listed with its place and the reason; nothing is dropped
//! without a word, and what the list does not tell counts as unknown, never as none.
//!
//! The way of an answer: `json.rs` (text to values, bounded) -> `walk.rs` (where the names are) -> `record.rs` and
//! `parts.rs` (what is said of each) -> `merge.rs` (together with what is known) -> a [`Catalog`]. `pinned.rs` keeps an
//! answer in a file.

mod json;
mod merge;
mod name;
mod parts;
mod pinned;
mod record;
mod skips;
mod walk;
mod words;

use std::collections::HashMap;

use json::Json;
use walk::Found;
use words::Section;

use crate::{Catalog, Covers, Entry, Kind, Origin, Text};

pub use pinned::{PINNED_SCHEMA, Pinned, PinnedError};
pub use skips::Skipped;

/// Most names of a catalog, the kept ones of ours included.
const MOST_NAMES: usize = 65_534;

/// Why no catalog can be made of an answer. Says what was found instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Nothing at all.
    #[error("the answer is empty")]
    Empty,
    /// More than is read.
    #[error("the answer has {} MB; a list of indicators has less than one, and more than {} MB are not read", bytes >> 20, json::LONGEST >> 20)]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// HTML.
    #[error("the answer is a web page, not JSON: perhaps a login page or a proxy's error")]
    WebPage,
    /// Neither JSON nor HTML.
    #[error("the answer is no JSON: {reason} (line {line}, column {column})")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser says.
        reason: String,
    },
    /// Nested beyond reason.
    #[error("the answer is nested more than {levels} levels deep; no list of indicators is")]
    TooDeep {
        /// Levels that are read.
        levels: usize,
    },
    /// Small to send, large to keep.
    #[error("the answer holds more than {most} values; no list of indicators does")]
    TooManyValues {
        /// Values that are read.
        most: usize,
    },
    /// The service says that it failed.
    #[error("the answer says that the request failed{}", said(message))]
    Failed {
        /// In its words; may be empty.
        message: String,
    },
    /// JSON without a single name.
    #[error("the answer names no indicator, operator or variable: it is {found}")]
    NoNames {
        /// What it is instead.
        found: String,
        /// Why what looked like one was not taken.
        skipped: Vec<Skipped>,
    },
}

fn said(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(": {}", name::clipped(message)) }
}

/// What an answer came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// What the answer lists, each once, together with what was known of it.
    pub listed: Vec<Entry>,
    /// What it does not list and yet stays: constructs of the language that no such list holds, and whole sorts of names
    /// that it has no list of.
    pub kept: Vec<Entry>,
    /// Sorts of names of which it lists all.
    pub covers: Covers,
    /// Parts that were not taken, in the order of the answer; the first thousand.
    pub skipped: Vec<Skipped>,
    /// How many more there are.
    pub skipped_beyond: usize,
}

impl Imported {
    /// The catalog.
    #[must_use]
    pub fn catalog(self, origin: Origin, date: impl Into<Text>, hash: impl Into<Text>) -> Catalog {
        let mut entries = self.kept;
        entries.extend(self.listed);
        Catalog::from_entries(origin, date, hash, entries).covering(self.covers)
    }

    /// How many of the listed names have a warm-up that can be predicted.
    #[must_use]
    pub fn predictable(&self) -> usize {
        let known = |entry: &&Entry| entry.signatures.iter().any(|signature| signature.lookback.is_some());
        self.listed.iter().filter(|entry| entry.kind == Kind::Variable || known(entry)).count()
    }
}

/// Reads an answer, with or without its envelope. `known` is the catalog that fills in what the answer does not tell.
///
/// # Errors
/// An [`ImportError`] where not even one name could be found.
pub fn import(answer: &str, known: &Catalog) -> Result<Imported, ImportError> {
    let root = json::parse(answer)?;
    let (answer, path) = unwrap(&root)?;
    of_answer(answer, &path, known)
}

/// As [`import`], of an answer that stood at `path`.
fn of_answer(answer: &Json<'_>, path: &str, known: &Catalog) -> Result<Imported, ImportError> {
    let walk = walk::walk(answer, path, known, MOST_NAMES.saturating_sub(known.entries().len()));
    let mut skips = walk.skips;
    if walk.surplus > 0 {
        let reason = format!("{} names beyond the first {} were left out", walk.surplus, walk.found.len());
        skips.listed.insert(0, Skipped { path: path.to_owned(), reason });
    }
    if walk.found.is_empty() {
        return Err(ImportError::NoNames { found: what(answer), skipped: skips.listed });
    }
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(walk.found.len());
    let mut groups: Vec<Vec<&Found<'_, '_>>> = Vec::with_capacity(walk.found.len());
    for found in &walk.found {
        let place = *places.entry(&found.name).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(found),
            None => groups.push(vec![found]),
        }
    }
    let listed: Vec<Entry> =
        groups.iter().map(|group| merge::entry(group, known.get(&group[0].name), &mut skips)).collect();
    let (covers, kept) = kept(&walk.found, &listed, walk.incomplete, known);
    let kept = kept.filter(|entry| !places.contains_key(&*entry.name)).cloned().collect();
    Ok(Imported { listed, kept, covers, skipped: skips.listed, skipped_beyond: skips.beyond })
}

/// Which sorts of names an answer covers, and what stays of the known ones that it does not list.
///
/// - Statement, actions, sizings and the five prices are parts of the language: no list of indicators need hold them.
/// - An answer of which something was missed, or that names not one function that we know, covers nothing: a name that
///   it lacks may have been in what was not understood.
/// - An answer that names functions names all indicators. Ours that it lacks are gone, and so are ours under other names.
/// - Our operators go only where the answer has a section of them, or at least names one that TA-Lib has not: a list of
///   indicators alone says nothing of `crossover`. So do our other variables, where it names variables.
fn kept<'k>(
    found: &[Found<'_, '_>],
    listed: &[Entry],
    incomplete: bool,
    known: &'k Catalog,
) -> (Covers, impl Iterator<Item = &'k Entry>) {
    let in_section = |sections: &[Section]| found.iter().any(|found| sections.contains(&found.section));
    let own_operator = |entry: &Entry| {
        known.get(&entry.name).is_some_and(|ours| {
            ours.kind == Kind::Operator && ours.signatures.iter().all(|signature| signature.talib.is_none())
        })
    };
    let is_function = |entry: &&Entry| matches!(entry.kind, Kind::Indicator | Kind::Operator);
    let is_ours = |entry: &Entry| known.get(&entry.name).is_some();
    let complete = !incomplete && (listed.iter().any(is_ours) || listed.iter().find(is_function).is_none());
    let functions = complete && listed.iter().find(is_function).is_some();
    let operators = complete && (in_section(&[Section::Operators]) || listed.iter().any(own_operator));
    let variables =
        complete && (in_section(&[Section::Variables]) || listed.iter().any(|entry| entry.kind == Kind::Variable));
    let stays = move |entry: &&Entry| match entry.kind {
        Kind::Signal | Kind::Action | Kind::Sizing => true,
        Kind::Indicator => !functions,
        Kind::Operator => !operators,
        Kind::Variable => !variables || entry.evidence >= crate::Evidence::Documented,
    };
    (Covers { functions, variables }, known.entries().iter().filter(stays))
}

/// The answer inside of its envelope, and its path.
///
/// # Errors
/// An envelope that tells of a failure.
fn unwrap<'j, 't>(root: &'j Json<'t>) -> Result<(&'j Json<'t>, String), ImportError> {
    let (mut value, mut path) = (root, "$".to_owned());
    for _ in 0..3 {
        let Json::Object(fields) = value else { break };
        let failed = ["success", "ok"].iter().any(|flag| value.field(&[*flag]).and_then(Json::bool) == Some(false));
        let status = value.field(&["status"]).and_then(Json::text);
        let data = value.field(&["data"]);
        let error = value.field(&["error", "errors"]).filter(|error| error.bool() != Some(false));
        if failed || (data.is_none() && matches!(status, Some("error" | "fail" | "failed")) && fields.len() <= 6) {
            let place = error.and_then(|error| error.field(&["message", "detail", "code"])).or(error);
            let message =
                place.or_else(|| value.field(&["message", "detail"])).and_then(Json::text).unwrap_or_default();
            return Err(ImportError::Failed { message: message.to_owned() });
        }
        let is_beside = |key: &str, value: &Json<'_>| {
            json::plain(key) == "data" || !value.is_container() || words::key_class(key) == words::KeyClass::NotNames
        };
        match data {
            Some(data) if data.is_container() && fields.iter().all(|(key, value)| is_beside(key, value)) => {
                path.push_str(".data");
                value = data;
            }
            _ => break,
        }
    }
    Ok((value, path))
}

/// What an answer without names is, for people.
fn what(answer: &Json<'_>) -> String {
    match answer {
        Json::List(items) if items.is_empty() => "an empty list".to_owned(),
        Json::List(items) => {
            format!("a list of {}, the first of them {}", items.len(), items.first().map_or("none", Json::what))
        }
        Json::Object(fields) if fields.is_empty() => "an empty object".to_owned(),
        Json::Object(fields) => {
            let keys: Vec<String> = fields.iter().take(8).map(|(key, _)| format!("`{}`", name::clipped(key))).collect();
            format!("an object with {}{}", keys.join(", "), if fields.len() > 8 { ", ..." } else { "" })
        }
        other => other.what().to_owned(),
    }
}
