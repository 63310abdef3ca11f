//! The names that editors colour are those of the catalog: the grammars' lists are written from it, never by hand.
//!
//! `UPDATE_PAGES=1 cargo test -p signal-catalog --test highlighting` writes them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use signal_catalog::{Catalog, Kind};

/// Sorts of names with a colour of their own: what the grammars' markers call them, what queries capture them as (Neovim
/// and Helix agree on these), and which names they are.
const SORTS: [(&str, &str, &[Kind]); 4] = [
    ("variables", "variable.builtin", &[Kind::Variable]),
    ("functions", "function.builtin", &[Kind::Indicator, Kind::Operator]),
    ("constructors", "constructor", &[Kind::Action, Kind::Sizing]),
    ("statements", "function.macro", &[Kind::Signal]),
];

const BEGIN: &str = "from the catalog: ";
const QUERY_END: &str = "; end of the catalog's names";
/// Beyond this many characters a list of names goes on on the next line.
const WIDTH: usize = 120;

fn names(sort: &str) -> BTreeSet<&'static str> {
    let (_, _, kinds) =
        SORTS.iter().find(|(name, ..)| *name == sort).unwrap_or_else(|| panic!("no sort is called {sort}"));
    Catalog::bundled().entries().iter().filter(|entry| kinds.contains(&entry.kind)).map(|entry| &*entry.name).collect()
}

fn grammar(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../grammar").join(path)
}

/// A pattern of a query for tree-sitter.
fn query_pattern(sort: &str) -> String {
    let capture = SORTS.iter().find(|(name, ..)| *name == sort).map_or("", |(_, capture, _)| capture);
    let mut pattern = match sort {
        "variables" => format!("((identifier) @{capture}\n  (#any-of? @{capture}"),
        _ => format!("((call\n  function: (identifier) @{capture})\n  (#any-of? @{capture}"),
    };
    let mut width = WIDTH;
    for name in names(sort) {
        if width + name.len() + 3 > WIDTH {
            pattern.push_str("\n   ");
            width = 3;
        }
        pattern.push_str(&format!(" \"{name}\""));
        width += name.len() + 3;
    }
    pattern + "))\n"
}

/// A query with its lists anew; everything else is kept.
fn query(text: &str) -> String {
    let (mut written, mut sorts, mut skipping) = (String::new(), 0, false);
    for line in text.split_inclusive('\n') {
        if line.trim_end() == QUERY_END {
            skipping = false;
        }
        if !skipping {
            written.push_str(line);
        }
        if let Some(sort) = line.trim_end().strip_prefix("; ").and_then(|line| line.strip_prefix(BEGIN)) {
            written.push_str(&query_pattern(sort));
            (sorts, skipping) = (sorts + 1, true);
        }
    }
    assert_eq!((sorts, skipping), (SORTS.len(), false), "a marker is missing");
    written
}

/// The TextMate grammar with its lists anew: the line behind a comment that names the catalog is the list.
fn textmate(text: &str) -> String {
    let (mut written, mut sorts) = (String::new(), 0);
    let mut sort: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        match sort.take() {
            Some(sort) => {
                let call = if sort == "variables" { "" } else { "(?=[ \\\\t\\\\f]*\\\\()" };
                let names = names(sort).into_iter().collect::<Vec<_>>().join("|");
                let indent = &line[..line.len() - line.trim_start().len()];
                written.push_str(&format!("{indent}\"match\": \"(?:{names})(?!\\\\p{{XID_Continue}}){call}\",\n"));
                sorts += 1;
            }
            None => written.push_str(line),
        }
        let comment = line.trim().strip_prefix("\"comment\": \"").and_then(|line| line.strip_suffix("\","));
        sort = comment.and_then(|comment| comment.strip_prefix(BEGIN));
    }
    assert_eq!(sorts, SORTS.len(), "a marker is missing");
    written
}

fn check(path: &str, write: impl Fn(&str) -> String) {
    let path = grammar(path);
    let text = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let fresh = write(&text);
    if std::env::var_os("UPDATE_PAGES").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    } else {
        assert_eq!(text, fresh, "{} lacks names: set UPDATE_PAGES=1 to write it", path.display());
    }
}

#[test]
fn tree_sitter_queries_colour_the_names_of_the_catalog() {
    for editor in ["signal", "helix"] {
        check(&format!("tree-sitter-signal/queries/{editor}/highlights.scm"), query);
    }
}

#[test]
fn textmate_grammars_colour_the_names_of_the_catalog() {
    check("textmate/signal.tmLanguage.json", textmate);
}

#[test]
fn every_name_of_the_catalog_has_a_colour_and_none_needs_escaping() {
    let coloured: usize = SORTS.iter().map(|(sort, ..)| names(sort).len()).sum();
    assert_eq!(coloured, Catalog::bundled().names().len());
    let plain = |name: &str| name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
    assert_eq!(Catalog::bundled().names().find(|name| !plain(name)), None);
    for (sort, ..) in SORTS {
        assert!(!names(sort).is_empty(), "the catalog has no {sort}");
    }
}
