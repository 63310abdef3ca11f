//! Turns the vocabulary in `data/` into static tables, so that a program that uses it parses nothing when it starts.
//!
//! `read.rs` says what the files may hold, `resolve.rs` makes entries of it (aliases, TA-Lib functions under other
//! names, evidence) and refuses what does not fit together, `write.rs` prints them as Rust; `ranges.rs` does the same for the
//! values that outputs can take.

#[path = "../src/formula/mod.rs"]
#[allow(dead_code, unreachable_pub, unused_imports, reason = "shared with the library, which uses the rest of it")]
mod formula;
#[path = "../src/index.rs"]
#[allow(dead_code, reason = "shared with the library, which uses the rest of it")]
mod index;
mod ranges;
mod read;
mod resolve;
mod write;

use std::path::{Path, PathBuf};
use std::{env, fmt, fs};

/// What stops the build, told in words.
struct Fault(String);

impl fmt::Debug for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[allow(clippy::print_stdout, reason = "a build script talks to cargo that way")]
fn main() -> Result<(), Fault> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let data = root.join("data");
    for watched in ["data", "build", "src/formula", "src/index.rs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let mut hash = Hash::new();
    let talib: read::TalibFile = load(&data, "talib.json", &mut hash)?;
    let operators: read::EntryFile = load(&data, "operators.json", &mut hash)?;
    let variables: read::EntryFile = load(&data, "variables.json", &mut hash)?;
    let language: read::LanguageFile = load(&data, "language.json", &mut hash)?;
    let aliases: read::AliasFile = load(&data, "aliases.json", &mut hash)?;

    let ranges: ranges::RangeFile = load(&data, "ranges.json", &mut hash)?;

    let entries = resolve::entries(
        &talib,
        &[&operators.entries, &variables.entries, &language.entries],
        &aliases,
        &language.documented,
    )?;
    let text = write::tables(&entries, &language.date, &hash.digits());
    let out = PathBuf::from(variable("OUT_DIR")?);
    save(&out.join("bundled.rs"), &text)?;
    save(&out.join("ranges.rs"), &ranges::tables(&ranges, &talib)?)
}

fn save(file: &Path, text: &str) -> Result<(), Fault> {
    fs::write(file, text).map_err(|error| Fault(format!("can't write {}: {error}", file.display())))
}

fn variable(name: &str) -> Result<String, Fault> {
    env::var(name).map_err(|_| Fault(format!("{name} is not set: the script is run by cargo")))
}

fn load<T: serde::de::DeserializeOwned>(data: &Path, name: &str, hash: &mut Hash) -> Result<T, Fault> {
    let text = fs::read_to_string(data.join(name)).map_err(|error| Fault(format!("data/{name}: {error}")))?;
    hash.add(&text);
    serde_json::from_str(&text).map_err(|error| Fault(format!("data/{name}: {error}")))
}

/// FNV-1a, 64 bits: tells two editions of the data apart, and promises no more.
struct Hash(u64);

impl Hash {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, text: &str) {
        // A checkout may have other line ends; the content is the same.
        for byte in text.bytes().filter(|byte| *byte != b'\r') {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn digits(&self) -> String {
        format!("{:016x}", self.0)
    }
}
