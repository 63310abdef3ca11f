//! The house's walls: which crate may use which, and what the core may not touch.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The crates and whom each may use. A line here is a decision; `ARCHITECTURE.md` has the reasons.
const ARROWS: &[(&str, &[&str])] = &[
    ("signal-text", &[]),
    ("signal-market", &[]),
    ("signal-syntax", &["signal-text"]),
    ("signal-catalog", &[]),
    ("signal-project", &["signal-text", "signal-market", "signal-syntax"]),
    ("signal-analysis", &["signal-text", "signal-market", "signal-syntax", "signal-catalog", "signal-project"]),
    ("signal-format", &["signal-text", "signal-syntax"]),
    ("signal-api", &["signal-market"]),
    ("signal-engine", &["signal-text", "signal-market", "signal-syntax", "signal-catalog"]),
    (
        "signal-sandbox",
        &[
            "signal-text",
            "signal-market",
            "signal-syntax",
            "signal-catalog",
            "signal-project",
            "signal-analysis",
            "signal-api",
            "signal-engine",
        ],
    ),
    (
        "signal-lsp",
        &[
            "signal-text",
            "signal-market",
            "signal-syntax",
            "signal-catalog",
            "signal-project",
            "signal-analysis",
            "signal-format",
        ],
    ),
    (
        "dsl",
        &[
            "signal-text",
            "signal-market",
            "signal-syntax",
            "signal-catalog",
            "signal-project",
            "signal-analysis",
            "signal-format",
            "signal-api",
            "signal-engine",
            "signal-sandbox",
            "signal-lsp",
        ],
    ),
];

/// Crates that do no input or output and know no runtime.
const CORE: &[&str] = &[
    "signal-text",
    "signal-market",
    "signal-syntax",
    "signal-catalog",
    "signal-project",
    "signal-analysis",
    "signal-format",
    "signal-engine",
];

/// What only the rim may use.
const RIM_ONLY: &[&str] = &[
    "tokio",
    "reqwest",
    "axum",
    "http-body",
    "rustls",
    "ring",
    "secrecy",
    "keyring",
    "rpassword",
    "webbrowser",
    "clap",
    "clap_complete",
    "clap_mangen",
    "ariadne",
    "indicatif",
    "anstream",
    "terminal_size",
    "maud",
    "pulldown-cmark",
    "ignore",
    "notify",
    "tower-lsp",
    "tower-service",
    "futures-util",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn manifest(name: &str) -> toml::Table {
    let path = root().join("crates").join(name).join("Cargo.toml");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).parse().unwrap()
}

/// Names under a table of dependencies.
fn names(manifest: &toml::Table, table: &str) -> BTreeSet<String> {
    manifest.get(table).and_then(toml::Value::as_table).map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

#[test]
fn the_arrows_between_crates_are_those_of_the_table() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut seen = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        let folder = entry.unwrap().file_name().into_string().unwrap();
        let manifest = manifest(&folder);
        assert_eq!(manifest["package"]["name"].as_str(), Some(folder.as_str()), "a crate is called as its folder is");
        let allowed = allowed.get(folder.as_str()).unwrap_or_else(|| panic!("{folder} is not in the table of arrows"));
        for used in names(&manifest, "dependencies") {
            if ARROWS.iter().any(|(name, _)| *name == used) {
                assert!(allowed.contains(&used.as_str()), "{folder} may not use {used}");
            }
        }
        seen.insert(folder);
    }
    assert_eq!(
        seen,
        ARROWS.iter().map(|(name, _)| (*name).to_owned()).collect::<BTreeSet<_>>(),
        "the table lists crates that do not exist"
    );
}

#[test]
fn the_table_of_crates_that_people_read_is_the_one_that_is_asserted() {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let table = page.split("\n## ").find(|section| section.starts_with("Crates\n")).unwrap();
    let mut read: Vec<(String, Vec<String>)> = Vec::new();
    for line in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let above = || read.iter().map(|(name, _)| name.clone()).collect();
        let uses = match cells[3] {
            "-" => Vec::new(),
            "all" | "all above" => above(),
            names => names.split(", ").map(|name| format!("signal-{name}")).collect(),
        };
        read.push((cells[1].trim_matches('`').to_owned(), uses));
    }
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    let read: BTreeMap<String, Vec<String>> = read.into_iter().map(|(name, uses)| (name, sorted(uses))).collect();
    let asserted = ARROWS
        .iter()
        .map(|(name, uses)| ((*name).to_owned(), sorted(uses.iter().map(|name| (*name).to_owned()).collect())));
    assert_eq!(read, asserted.collect::<BTreeMap<_, _>>());
}

#[test]
fn the_core_knows_no_runtime_no_network_and_no_terminal() {
    for name in CORE {
        let used = names(&manifest(name), "dependencies");
        let forbidden: Vec<_> = RIM_ONLY.iter().filter(|dependency| used.contains(**dependency)).collect();
        assert!(forbidden.is_empty(), "{name} uses {forbidden:?}, which belong to the rim");
    }
}

#[test]
fn the_core_reads_no_file_no_clock_and_no_environment() {
    for name in CORE {
        for file in rust_files(&root().join("crates").join(name).join("src")) {
            let text = std::fs::read_to_string(&file).unwrap();
            for forbidden in
                ["std::fs", "std::net", "std::env::", "SystemTime::now", "Timestamp::now", "Zoned::now", "Instant::now"]
            {
                assert!(!text.contains(forbidden), "{} mentions {forbidden}", file.display());
            }
        }
    }
}

#[test]
fn what_parser_and_settings_find_has_a_rule_that_takes_it_over() {
    // A finding under a name that no rule takes over would be lost without a word.
    let mut named = BTreeSet::new();
    for name in ["signal-syntax", "signal-project"] {
        for file in rust_files(&root().join("crates").join(name).join("src")) {
            let text = std::fs::read_to_string(&file).unwrap();
            let literals = text
                .lines()
                .filter(|line| line.contains("Diagnostic::new(") || line.contains("const "))
                .flat_map(|line| line.split('"').skip(1).step_by(2));
            let is_rule =
                |name: &&str| name.contains('-') && name.bytes().all(|byte| byte == b'-' || byte.is_ascii_lowercase());
            named.extend(literals.filter(is_rule).map(|name| name.replace('-', "_")));
        }
    }
    for name in &named {
        let file = root().join(format!("crates/signal-analysis/src/rules/{name}.rs"));
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert!(text.contains("report.take_over("), "{name} does not take over what was found under its name");
    }
    assert!(named.len() >= 8, "{named:?}");
}

#[test]
fn only_the_renderer_of_excerpts_knows_ariadne() {
    for file in rust_files(&root().join("crates")) {
        let text = std::fs::read_to_string(&file).unwrap();
        if text.contains("ariadne::") {
            assert!(
                file.to_string_lossy().replace('\\', "/").contains("dsl/src/render/"),
                "{} knows ariadne",
                file.display()
            );
        }
    }
}

#[test]
fn the_language_servers_features_know_no_word_of_the_protocol_and_open_no_file() {
    let house = root().join("crates/signal-lsp/src");
    for file in rust_files(&house) {
        let text = std::fs::read_to_string(&file).unwrap();
        let path = file.strip_prefix(&house).unwrap().to_string_lossy().replace('\\', "/");
        // Tests read the corpora.
        let is_test = path == "testing.rs" || path.ends_with("properties.rs") || path.contains("tests");
        let opens = text.contains("std::fs") || text.contains("std::net");
        assert!(is_test || !opens, "{path} opens something itself, which is the host's to do");
        // What takes messages, and what puts answers into the protocol's words. Edits come in its positions.
        let speaks =
            ["server.rs", "server/", "serve.rs", "serve/", "convert.rs", "convert/", "documents.rs", "edited.rs"];
        if !speaks.iter().any(|part| path.starts_with(part)) {
            assert!(!text.contains("tower_lsp") && !text.contains("ls_types"), "{path} knows the protocol");
        }
    }
}

#[test]
fn every_module_begins_with_its_duty() {
    for file in rust_files(&root().join("crates")) {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//!"), "{} does not begin with a line that says its duty", file.display());
    }
}

#[test]
fn the_map_of_the_house_names_what_is_there() {
    let mut named = 0;
    for page in ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"] {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        // Every second piece between back quotes is code; a path is one that begins with a folder of the top level.
        for line in text.lines() {
            let mut folder = None;
            for path in line.split('`').skip(1).step_by(2) {
                let of_the_house = ["crates/", "tests/", "grammar/", "editors/", "examples/", "docs/"];
                let from_the_top = of_the_house.iter().any(|folder| path.starts_with(folder));
                if path.contains(['<', '*', ' ']) || !from_the_top && !path.ends_with(".rs") {
                    continue;
                }
                // A bare file stands in the folder of the path before it.
                let file = match &folder {
                    _ if from_the_top => root().join(path),
                    Some(folder) => Path::new(folder).join(path),
                    None => continue,
                };
                assert!(file.exists(), "{page} names {path}, which is not there");
                folder = if file.is_dir() { Some(file) } else { file.parent().map(Path::to_owned) };
                named += 1;
            }
        }
    }
    assert!(named > 25, "only {named} paths were found");
}

/// All `.rs` files of a folder, generated ones aside.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    assert!(!files.is_empty(), "{} holds no Rust file", folder.display());
    files
}

#[test]
fn what_a_crate_compiles_in_from_elsewhere_goes_into_the_source_distribution() {
    let project = std::fs::read_to_string(root().join("pyproject.toml")).unwrap();
    let project: toml::Table = project.parse().unwrap();
    let included: BTreeSet<&str> = project["tool"]["maturin"]["include"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["path"].as_str().unwrap())
        .collect();
    let house = root().canonicalize().unwrap();
    let mut needed = BTreeSet::new();
    for entry in std::fs::read_dir(house.join("crates")).unwrap() {
        let folder = entry.unwrap().path();
        for file in rust_files(&folder.join("src")) {
            for part in std::fs::read_to_string(&file).unwrap().split("include_str!(\"").skip(1) {
                let path = file.parent().unwrap().join(part.split('"').next().unwrap()).canonicalize().unwrap();
                if !path.starts_with(&folder) {
                    needed.insert(path.strip_prefix(&house).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
    }
    assert_eq!(needed.iter().map(String::as_str).collect::<BTreeSet<_>>(), included);
}
