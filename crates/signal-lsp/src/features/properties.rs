//! What holds of names and places in every script there is, whole, cut off and spoilt.

use std::collections::BTreeMap;
use std::path::Path;

use signal_syntax::Token;
use signal_text::{Diagnostic, Edit, Span, apply_edits};

use super::outline::{Symbol, outline};
use super::{call_hierarchy, definition, folding, highlight, references, rename, selection};
use crate::places::{Sense, place_at, places_of};
use crate::snapshot::Snapshot;
use crate::testing::snapshot;

/// All scripts of the examples and the corpora.
fn scripts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut folders = vec![root.join("examples"), root.join("tests/corpus")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "signal") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(found.len() > 200, "{}", found.len());
    found.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

/// Scripts, and what is left of them when a line breaks off, loses a bracket, or has holes; with other line ends, too.
fn texts() -> impl Iterator<Item = String> {
    scripts().into_iter().enumerate().flat_map(|(n, script)| {
        let mut cut = script.len() * (1 + n % 7) / 8;
        while !script.is_char_boundary(cut) {
            cut -= 1;
        }
        let cut_off = script[..cut].to_owned();
        let spoilt = match script.match_indices(')').nth(n % 5) {
            Some((at, _)) => format!("{}{}", &script[..at], &script[at + 1..]),
            None => script.replacen('=', "==", 1),
        };
        let holed = script.chars().enumerate().filter(|(at, _)| (at * 31 + n) % 23 != 0).map(|(_, c)| c).collect();
        let carriage_returns = format!("\u{FEFF}{}", script.replace('\n', "\r").replace(" and ", " and 𝒳 + "));
        let other_ends = script.replace('\n', "\r\n");
        [script, cut_off, spoilt, holed, carriage_returns, other_ends]
    })
}

fn names(snapshot: &Snapshot) -> Vec<Span> {
    let tokens = snapshot.tokens();
    tokens.kinds.iter().zip(&tokens.spans).filter(|(kind, _)| **kind == Token::Name).map(|(_, span)| *span).collect()
}

/// A name of the same length that means nothing in the script, so that every place stays where it is.
fn fresh(snapshot: &Snapshot, old: &str) -> Option<String> {
    let first = if old.starts_with('_') { "_" } else { "" };
    ('g'..='z').map(|letter| format!("{first}{}", letter.to_string().repeat(old.len() - first.len()))).find(|name| {
        !name.is_empty()
            && snapshot.facts().catalog.get(name).is_none()
            && !names(snapshot).iter().any(|span| snapshot.source().slice(*span) == name)
    })
}

/// A message with the words `old` and `new` made one.
fn neutral(message: &str, old: &str, new: &str) -> String {
    let mut text = String::new();
    for part in message.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_') {
        let word = part.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_');
        text.push_str(if word == old || word == new { "it" } else { word });
        text.push_str(&part[word.len()..]);
    }
    text
}

fn same_findings(before: &[Diagnostic], after: &[Diagnostic], old: &str, new: &str, script: &str) {
    // This rule takes `fast` and `slow` by their word.
    let by_names = |found: &&Diagnostic| found.code != "swapped-periods";
    let told = |found: &Diagnostic| {
        // What an unknown name looks like is another matter when one of the known names is another.
        let message = if found.code.starts_with("un") { String::new() } else { neutral(&found.message, old, new) };
        (found.code.to_string(), found.severity, found.span, message)
    };
    let [before, after] = [before, after].map(|all| all.iter().filter(by_names).map(told).collect::<Vec<_>>());
    assert_eq!(before, after, "{old} to {new} in\n{script}");
}

#[test]
fn renaming_changes_the_name_alone_and_renaming_back_restores_the_text() {
    let mut renamed = 0;
    for script in scripts() {
        let before = snapshot(&script);
        let mut firsts: BTreeMap<&str, Span> = BTreeMap::new();
        for span in names(&before) {
            if rename::renamable(&before, span.start).is_ok() {
                firsts.entry(before.source().slice(span)).or_insert(span);
            }
        }
        for (old, span) in firsts {
            let Some(new) = fresh(&before, old) else { continue };
            let edits = rename::rename(&before, span.start, &new).unwrap();
            let text = apply_edits(&script, &edits).unwrap();
            let after = snapshot(&text);
            assert_eq!(format!("{:?}", before.tree()), format!("{:?}", after.tree()), "{old} in\n{script}");
            assert_eq!(
                format!("{:?}", before.facts().bindings.definitions()),
                format!("{:?}", after.facts().bindings.definitions())
            );
            // A name of the catalog's means less when it is gone; that finding is what renaming cures.
            if before.facts().catalog.get(old).is_none() {
                same_findings(&before.findings().diagnostics, &after.findings().diagnostics, old, &new, &script);
            }
            let back = rename::name_spans(&after, span.start).into_iter();
            let back: Vec<Edit> = back.map(|span| Edit { span, text: old.to_owned() }).collect();
            assert_eq!(apply_edits(&text, &back).unwrap(), script, "{old}");
            if before.facts().catalog.get(old).is_none() {
                assert_eq!(rename::rename(&after, span.start, old), Ok(back), "{old}");
            }
            renamed += 1;
        }
    }
    assert!(renamed > 800, "{renamed}");
}

#[test]
fn all_places_of_a_name_tell_the_same_places() {
    for script in texts() {
        let snapshot = snapshot(&script);
        for span in names(&snapshot) {
            let Some(place) = place_at(&snapshot, span.start) else { continue };
            // Read by its statement alone, and with all others.
            assert!(places_of(&snapshot, &place).contains(&place), "{place:?} in\n{script}");
            let all = references::references(&snapshot, span.start, true);
            assert!(all.contains(&span) && all.is_sorted(), "{all:?} of {span:?} in\n{script}");
            for other in places_of(&snapshot, &place) {
                assert_eq!(references::references(&snapshot, other.span.end, true), all, "in\n{script}");
            }
            let lit: Vec<Span> = highlight::highlights(&snapshot, span.end).iter().map(|(span, _)| *span).collect();
            assert_eq!(lit, all);
        }
    }
}

#[test]
fn a_read_leads_to_a_definition_of_its_name() {
    for script in texts() {
        let snapshot = snapshot(&script);
        for span in names(&snapshot) {
            let text = snapshot.source().slice(span);
            let sense = place_at(&snapshot, span.start).map(|place| place.sense);
            let found = definition::definition(&snapshot, span.start);
            let leads = sense.is_some_and(|sense| sense.definition().is_some());
            assert_eq!(found.is_some(), leads, "{text} in\n{script}");
            for found in found.into_iter().chain(definition::declaration(&snapshot, span.start)) {
                let definition::Target::Script { name, whole } = found.target else { panic!("{found:?}") };
                assert_eq!(snapshot.source().slice(name), text);
                assert!(within(name, whole), "{text} in\n{script}");
                if let Some(Sense::Read(_)) = sense {
                    assert!(name.start < span.start, "{text} in\n{script}");
                }
            }
        }
    }
}

#[test]
fn what_depends_on_a_name_has_it_among_what_it_depends_on() {
    let mut dependences = 0;
    for script in texts() {
        let snapshot = snapshot(&script);
        for definition in snapshot.facts().bindings.definitions() {
            let at = definition.name.start;
            let item = call_hierarchy::item_at(&snapshot, at).unwrap();
            for found in call_hierarchy::incoming(&snapshot, at) {
                // A statement that is no signal has no item of its own to ask about; one that is broken has no tree.
                let other = found.symbol.selection.start;
                let broken = found.symbol.detail == "does not parse";
                if broken || call_hierarchy::item_at(&snapshot, other).is_none_or(|item| item != found.symbol) {
                    continue;
                }
                let back = call_hierarchy::outgoing(&snapshot, other);
                let same = back.iter().find(|back| back.symbol == item);
                assert_eq!(same.map(|same| &same.reads), Some(&found.reads), "in\n{script}");
                dependences += 1;
            }
        }
    }
    assert!(dependences > 3_000, "{dependences}");
}

#[test]
fn selections_grow_strictly_around_the_cursor() {
    for script in texts() {
        let snapshot = snapshot(&script);
        let offsets: Vec<u32> = script.char_indices().map(|(at, _)| at as u32).step_by(3).collect();
        for (offset, steps) in offsets.iter().zip(selection::selections(&snapshot, &offsets)) {
            assert!(steps[0].touches(*offset), "{offset} in\n{script}");
            assert_eq!(steps.last(), Some(&Span::new(0, script.len() as u32)));
            for pair in steps.windows(2) {
                assert!(
                    within(pair[0], pair[1]) && pair[0].len() < pair[1].len(),
                    "{steps:?} at {offset} in\n{script}"
                );
            }
            for step in &steps {
                assert!(script.get(step.range()).is_some(), "{step:?} in\n{script}");
            }
        }
    }
}

#[test]
fn folds_nest_or_are_apart() {
    for script in texts() {
        let snapshot = snapshot(&script);
        let folds = folding::folds(&snapshot);
        let lines = snapshot.source().lines().count() as u32;
        for (n, a) in folds.iter().enumerate() {
            assert!(a.first < a.last && a.last < lines, "{a:?} in\n{script}");
            for b in &folds[n + 1..] {
                let apart = a.last < b.first;
                let inside = a.first < b.first && b.last <= a.last;
                assert!(apart || inside, "{a:?} {b:?} in\n{script}");
            }
        }
    }
}

#[test]
fn an_outline_nests_and_every_part_holds_its_name() {
    fn check(symbols: &[Symbol], around: Span, script: &str) {
        for symbol in symbols {
            assert!(within(symbol.selection, symbol.span), "{symbol:?} in\n{script}");
            assert!(within(symbol.span, around), "{symbol:?} in\n{script}");
            assert!(!symbol.name.trim().is_empty(), "{symbol:?} in\n{script}");
            check(&symbol.children, symbol.span, script);
        }
    }
    for script in texts() {
        check(&outline(&snapshot(&script)), Span::new(0, script.len() as u32), &script);
    }
}

fn within(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
