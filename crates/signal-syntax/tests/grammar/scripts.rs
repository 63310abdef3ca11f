//! The scripts that the grammars for editors are held against: every one of the house, and random ones.

use std::path::{Path, PathBuf};

use signal_syntax::parse;
use signal_text::{Severity, Source};

use crate::ebnf::{Random, write};
use crate::{Words, grammar, spaced, spoilt, text_of};

/// The top of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All scripts below a folder, each with its path.
fn below(folder: &str) -> Vec<(String, String)> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "signal") {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(found.len() >= 10, "{folder} holds {} scripts only", found.len());
    found.sort();
    found
}

/// The examples and both golden corpora; where `SIGNAL_SCRIPTS` names a folder, what is in there too.
pub(crate) fn of_the_house() -> Vec<(String, String)> {
    let mut scripts: Vec<_> = ["examples", "tests/corpus"].iter().flat_map(|folder| below(folder)).collect();
    if let Some(folder) = std::env::var_os("SIGNAL_SCRIPTS") {
        scripts.extend(below(folder.to_str().unwrap()));
    }
    scripts
}

/// Scripts written from the EBNF, with comments, line ends and directives where they mean nothing.
pub(crate) fn random(count: usize) -> Vec<(String, String)> {
    let grammar = grammar();
    let mut random = Random(0x7EE5);
    let heads = [
        "",
        "#! universe = BINANCE:BTC/USDT\n",
        "\u{FEFF}#!/usr/bin/env dsl\r\n",
        "#!\n# signal: allow x\n",
        "\n \n#\n",
    ];
    let script = |n: usize| {
        let sentence = write(&grammar, &Words, "script", 3 + n % 12, &mut random);
        (format!("random script {n}"), format!("{}{}", heads[n % heads.len()], text_of(&sentence, &mut random)))
    };
    (0..count).map(script).collect()
}

/// Random scripts with mistakes, and some in which what was done happens to be none.
pub(crate) fn random_and_spoilt(count: usize) -> Vec<(String, String)> {
    let grammar = grammar();
    let mut random = Random(0xBAD_7EE5);
    let sentences = std::iter::repeat_with(|| spoilt(&grammar, &mut random)).flatten();
    sentences.take(count).enumerate().map(|(n, sentence)| (format!("spoilt script {n}"), spaced(&sentence))).collect()
}

/// Whether the parser finds no error in a script. An indent is only a warning.
pub(crate) fn is_right(text: &str) -> bool {
    parse(&Source::new("test", text)).diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error)
}
