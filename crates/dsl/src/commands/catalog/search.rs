//! `dsl catalog search`: names by words, the best fit first.

use signal_catalog::{Catalog, Entry};
use signal_text::closest;

use super::InUse;
use crate::args::{CatalogSearchArguments, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Console;
use crate::render::{catalog, json, visible, width};

/// Names that are shown to people; who searches more narrows the words.
const MOST: usize = 20;

pub(super) fn run(arguments: &CatalogSearchArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    let used = InUse::open(global, console)?;
    let words: Vec<String> = arguments.words.iter().flat_map(|word| split(word)).collect();
    let found = fitting(used.catalog(), &words);
    if found.is_empty() {
        let words = arguments.words.join(" ");
        let failure = Failure::new(Exit::NotFound, "no-match", format!("no name fits `{}`", visible::line(&words)));
        return Err(failure.suggest("use fewer or other words; `dsl catalog show` lists every name"));
    }
    let entries = || found.iter().copied();
    if arguments.json {
        let url = used.file()?.map(|(pinned, _)| pinned.url.to_string());
        console.result(&json::document(&catalog::document(used.catalog(), entries(), url)));
        return Ok(Exit::Done);
    }
    console.result(&catalog::entries(entries().take(MOST), width(), console.color));
    if found.len() > MOST {
        console.talk(&format!("{} more fit; further words narrow it down", found.len() - MOST));
    }
    Ok(Exit::Done)
}

/// Entries that fit the words, the best first; of two that fit alike, the one with less beside the words.
fn fitting<'c>(catalog: &'c Catalog, words: &[String]) -> Vec<&'c Entry> {
    let mut found: Vec<(u32, &Entry)> =
        catalog.entries().iter().filter_map(|entry| Some((rank(entry, words)?, entry))).collect();
    found.sort_by_key(|(rank, entry)| (*rank, entry.summary.len(), &entry.name));
    found.into_iter().map(|(_, entry)| entry).collect()
}

/// Words in lower case; what is neither letter nor digit parts them.
fn split(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// How far an entry is from the words: the sum over them of how far each is; `None` where one does not fit at all.
fn rank(entry: &Entry, words: &[String]) -> Option<u32> {
    let name = entry.name.to_lowercase();
    let whole = words.join("_");
    if name == whole || name == words.concat() {
        return Some(0);
    }
    let parts = split(&name);
    let (summary, group) = (split(&entry.summary), split(&entry.group));
    let mut sum = 1;
    for word in words {
        let starts = |texts: &[String]| texts.iter().any(|text| text.starts_with(word.as_str()));
        let near = |texts: &[String]| closest(word, texts.iter().map(String::as_str)).is_some();
        sum += match () {
            () if name == *word => 0,
            () if name.starts_with(word.as_str()) => 1,
            () if starts(&parts) => 2,
            () if starts(&summary) => 3,
            () if name.contains(word.as_str()) => 4,
            () if starts(&group) => 5,
            () if word.len() > 2 && near(std::slice::from_ref(&name)) => 6,
            () if word.len() > 3 && near(&summary) => 7,
            () if word.len() > 3 && near(&group) => 8,
            () => return None,
        };
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The best fits of some words in the bundled catalog.
    fn check(words: &str, expected: &[&str]) {
        let found = fitting(Catalog::bundled(), &split(words));
        let best: Vec<&str> = found.iter().map(|entry| &*entry.name).take(expected.len()).collect();
        assert_eq!(best, expected, "{words:?}");
    }

    #[test]
    fn the_best_fit_comes_first() {
        check("rsi", &["rsi"]);
        check("RSI", &["rsi"]);
        check("relative strength index", &["rsi"]);
        check("bollinger", &["bbands"]);
        check("average true range", &["atr"]);
        check("stoch rsi", &["stochrsi"]);
        check("bolinger bnds", &["bbands"]);
        check("crosover", &["crossover"]);
    }

    #[test]
    fn words_that_fit_nothing_find_nothing() {
        assert!(fitting(Catalog::bundled(), &split("xyzzy plugh")).is_empty());
    }
}
