//! What differs between two catalogs, in words.

use crate::{Catalog, Entry, Memory, Output, Param, Signature};

/// A name that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The name.
    pub name: String,
    /// How.
    pub difference: Difference,
}

/// How a name differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Only the later catalog has it.
    Added,
    /// Only the earlier catalog has it.
    Removed,
    /// Both have it; one sentence a difference.
    Changed(Vec<String>),
}

/// What a script can notice of the step from `from` to `to`, sorted by name: names, ways to call them, bounds, outputs,
/// warm-up and memory. A summary that is put in other words is no change.
#[must_use]
pub fn changes(from: &Catalog, to: &Catalog) -> Vec<Change> {
    let mut changes: Vec<Change> = from
        .entries()
        .iter()
        .filter_map(|old| {
            let difference = match to.get(&old.name) {
                None => Difference::Removed,
                Some(new) => {
                    let differences = differences(old, new);
                    if differences.is_empty() {
                        return None;
                    }
                    Difference::Changed(differences)
                }
            };
            Some(Change { name: old.name.to_string(), difference })
        })
        .collect();
    let added = to.entries().iter().filter(|entry| from.get(&entry.name).is_none());
    changes.extend(added.map(|entry| Change { name: entry.name.to_string(), difference: Difference::Added }));
    changes.sort_by(|a, b| a.name.cmp(&b.name));
    changes
}

fn differences(old: &Entry, new: &Entry) -> Vec<String> {
    let mut found = Vec::new();
    if old.kind != new.kind {
        found.push(format!("{}, was {}", with_article(new.kind.as_str()), with_article(old.kind.as_str())));
    }
    let (was, is) = (old.signature_texts(), new.signature_texts());
    if was != is {
        let or_variable = |texts: &[String]| {
            if texts.is_empty() { "not called".to_owned() } else { format!("called as `{}`", texts.join("` or `")) }
        };
        found.push(format!("{}, was {}", or_variable(&is), or_variable(&was)));
    }
    for (old, new) in old.signatures.iter().zip(new.signatures.iter()) {
        pair(old, new, &mut found);
    }
    found
}

fn pair(old: &Signature, new: &Signature, found: &mut Vec<String>) {
    for param in new.params.iter() {
        let before = old.params.iter().find(|old| old.name == param.name);
        if let Some(before) = before.filter(|before| (before.min, before.max) != (param.min, param.max)) {
            found.push(format!("`{}` takes {}, took {}", param.name, bounds(param), bounds(before)));
        }
    }
    let names = |outputs: &[Output]| outputs.iter().map(|output| &*output.name).collect::<Vec<_>>().join(", ");
    let (was, is) = (names(&old.outputs), names(&new.outputs));
    if was != is {
        let shown = |names: String| if names.is_empty() { "nothing that is known".to_owned() } else { names };
        found.push(format!("returns {}, returned {}", shown(is), shown(was)));
    }
    let formula = |signature: &Signature| {
        signature.lookback.as_ref().map_or("not known".to_owned(), |formula| format!("`{}`", formula.text()))
    };
    if old.lookback != new.lookback {
        found.push(format!("warm-up {}, was {}", formula(new), formula(old)));
    }
    if old.memory != new.memory {
        let word = |memory: Option<Memory>| memory.map_or("not known", Memory::as_str);
        found.push(format!("memory {}, was {}", word(new.memory), word(old.memory)));
    }
}

fn with_article(word: &str) -> String {
    let vowel = word.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {word}", if vowel { "an" } else { "a" })
}

fn bounds(param: &Param) -> String {
    match (param.min, param.max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("{min} or more"),
        (None, Some(max)) => format!("{max} or less"),
        (None, None) => "any value".to_owned(),
    }
}
