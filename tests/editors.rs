//! What `editors/` tells editors to read is what the binary prints.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::scratch::Scratch;

mod snippets;
mod table;

const SCRIPT: &str = "oversold = rsl(close, 14) < 30\nup = close > 5 && close < 9\n";

fn editors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../editors")
}

fn json(path: &str) -> serde_json::Value {
    let text = std::fs::read_to_string(editors().join(path)).unwrap();
    // VS Code takes comments in its tasks, JSON does not.
    let json: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    serde_json::from_str(&json).unwrap()
}

#[test]
fn the_problem_matcher_of_vs_code_reads_every_finding() {
    let tasks = json("vscode/tasks.json");
    let extension = json("vscode/package.json");
    let pattern = &tasks["tasks"][0]["problemMatcher"]["pattern"];
    assert_eq!(*pattern, extension["contributes"]["problemMatchers"][0]["pattern"], "the extension's differs");
    let regex = regex::Regex::new(pattern["regexp"].as_str().unwrap()).unwrap();
    let group = |name: &str| usize::try_from(pattern[name].as_u64().unwrap()).unwrap();

    let ran = Scratch::new().with("a.signal", SCRIPT).dsl("check --output-format concise a.signal");
    let found: Vec<Vec<String>> = ran
        .out
        .lines()
        .filter_map(|line| regex.captures(line))
        .map(|found| ["file", "line", "column", "severity", "code"].map(|name| found[group(name)].to_owned()).to_vec())
        .collect();
    let expected =
        [["a.signal", "1", "12", "warning", "unknown-function"], ["a.signal", "2", "16", "error", "syntax-error"]];
    assert_eq!(found, expected, "{}", ran.out);
}

#[test]
fn vim_lists_every_finding_after_make() {
    if Command::new("vim").arg("--version").output().is_err() {
        // CI installs it; a newcomer need not.
        eprintln!("skipped: vim is not installed");
        return;
    }
    let scratch = Scratch::new().with("a.signal", SCRIPT);
    let binary = Path::new(env!("CARGO_BIN_EXE_dsl")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap_or_default());
    let runtime = format!("set rtp^={}", editors().join("vim").display());
    let write =
        "call writefile(map(getqflist(), {_, i -> i.lnum . ':' . i.col . ' ' . i.type . ' ' . i.text}), 'list')";
    let status = Command::new("vim")
        .args([
            "-Nu",
            "NONE",
            "-es",
            "--cmd",
            &runtime,
            "-c",
            "filetype plugin on",
            "-c",
            "e a.signal",
            "-c",
            "silent make",
        ])
        .args(["-c", write, "-c", "qa!"])
        .env("PATH", path)
        .current_dir(scratch.path(""))
        .status()
        .unwrap();
    let list = std::fs::read_to_string(scratch.path("list")).unwrap_or_else(|error| panic!("{error}, {status}"));
    let found: Vec<&str> = list.lines().collect();
    assert_eq!(found.len(), 2, "{list}");
    assert!(found[0].starts_with("1:12 w the catalog has no function `rsl`"), "{list}");
    assert!(found[1].starts_with("2:16 e "), "{list}");
}

#[test]
fn the_queries_of_the_neovim_plugin_are_those_of_the_grammar() {
    // A plugin is copied alone, so it has its own; `UPDATE_PAGES=1` copies them anew.
    let read = |folder: &Path| -> Vec<(String, String)> {
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| {
                (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap())
            })
            .collect();
        files.sort();
        files
    };
    let grammar = editors().join("../grammar/tree-sitter-signal/queries/signal");
    let plugin = editors().join("neovim/queries/signal");
    if std::env::var_os("UPDATE_PAGES").is_some() {
        for (name, text) in read(&grammar) {
            std::fs::write(plugin.join(name), text).unwrap();
        }
    }
    let expected = read(&grammar);
    assert!(expected.iter().any(|(name, _)| name == "highlights.scm"));
    assert!(
        read(&plugin) == expected,
        "editors/neovim/queries differs from grammar/: run the test with UPDATE_PAGES=1"
    );
}
