//! Neovim itself finds grammar and queries on its runtime path, and paints what the tests of the queries say.
//!
//! `SIGNAL_NVIM` names another Neovim than the one on the path.

use std::path::Path;
use std::process::Command;

use crate::highlights::{COLOURS, SCRIPT};
use crate::tree_sitter::{folder, language, library};

#[test]
fn neovim_paints_what_the_queries_say() {
    let nvim = std::env::var_os("SIGNAL_NVIM").unwrap_or_else(|| "nvim".into());
    if Command::new(&nvim).arg("--version").output().is_err() {
        // CI installs it; a newcomer need not.
        eprintln!("skipped: nvim is not installed");
        return;
    }
    // Compiles it.
    let _ = language();
    let scratch = tempfile::tempdir().unwrap();
    let (script, out) = (scratch.path().join("a.signal"), scratch.path().join("out"));
    std::fs::write(&script, SCRIPT).unwrap();
    let paths = format!("set runtimepath^={},{}", library().parent().unwrap().display(), folder().display());
    let lua = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/grammar/neovim.lua");
    let status = Command::new(&nvim)
        .args(["--headless", "-u", "NONE", "-i", "NONE", "--cmd", &paths])
        .arg(&script)
        .arg("-c")
        .arg(format!("luafile {}", lua.display()))
        .env("OUT", &out)
        .status()
        .unwrap();
    let painted = std::fs::read_to_string(&out).unwrap_or_else(|error| panic!("{error}, {status}"));
    let painted: Vec<&str> = painted.lines().collect();
    assert_eq!(painted.len(), SCRIPT.len(), "{painted:?}");
    for (piece, capture, _) in COLOURS {
        assert_eq!(painted[SCRIPT.find(piece).unwrap()], capture, "{piece}");
    }
}
