//! What is generated from `grammar.js` is up to date. `UPDATE_PAGES=1 cargo test -p signal-syntax --test grammar generated::`
//! writes it, which needs Node.js.

use std::process::Command;

use tree_sitter_generate::{OptLevel, generate_parser_in_directory};

use crate::tree_sitter::folder;

/// 14 is what Neovim has read since 0.7, Helix since 2023, Emacs since 29; 15 adds nothing that this grammar needs.
const ABI: usize = 14;

const FILES: [&str; 6] = [
    "parser.c",
    "node-types.json",
    "grammar.json",
    "tree_sitter/alloc.h",
    "tree_sitter/array.h",
    "tree_sitter/parser.h",
];

#[test]
fn the_parser_in_c_is_generated_from_the_grammar() {
    let node = Command::new("node").arg("--version").output().is_ok();
    let update = std::env::var_os("UPDATE_PAGES").is_some();
    assert!(node || !update, "grammar.js is run by Node.js, which is not installed");
    // grammar.json is what grammar.js says, so without Node.js only the step behind it is looked at.
    if !node {
        eprintln!("skipped in part: grammar.js is run by Node.js, which is not installed");
    }
    let scratch = tempfile::tempdir().unwrap();
    let from = folder().join(if node { "grammar.js" } else { "src/grammar.json" });
    let mut remarks = Vec::new();
    generate_parser_in_directory(
        folder(),
        Some(scratch.path()),
        Some(from),
        ABI,
        None,
        Some("node"),
        true,
        OptLevel::default(),
        &mut remarks,
    )
    .unwrap();
    assert_eq!(remarks.len(), 0, "the generator has remarks");
    for file in FILES.iter().filter(|file| node || **file != "grammar.json") {
        let fresh = std::fs::read_to_string(scratch.path().join(file)).unwrap();
        let path = folder().join("src").join(file);
        if update {
            std::fs::write(&path, &fresh).unwrap();
        }
        let there = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        assert!(
            there == fresh.replace("\r\n", "\n"),
            "{} is not up to date: set UPDATE_PAGES=1 to write it",
            path.display()
        );
    }
}
