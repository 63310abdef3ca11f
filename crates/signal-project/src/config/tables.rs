//! The tables of `signal.toml` and their keys, for who completes, explains or describes the file.

use super::OVERRIDE;
use super::conditions::FAIL_IF;
use super::format::LINE_WIDTH;

/// A table of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileTable {
    /// Its name.
    pub name: &'static str,
    /// What it holds, in a few words.
    pub summary: &'static str,
    /// Its keys, those of `[run]` beside the settings of a run. None for `[rules]`, whose keys are the names of rules.
    pub keys: &'static [FileKey],
    /// Whether it may come several times, as `[[override]]` does.
    pub repeats: bool,
}

/// A key of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileKey {
    /// Its name.
    pub name: &'static str,
    /// One line on what it does.
    pub summary: &'static str,
    /// A value, as it would be written.
    pub example: &'static str,
    /// The words that it takes, in quotes; empty: other values.
    pub words: &'static [&'static str],
}

/// Levels that a rule may be given.
pub const LEVELS: [&str; 5] = ["off", "hint", "info", "warning", "error"];

/// Every table, in the order in which people write them.
pub const TABLES: [FileTable; 6] = [
    FileTable {
        name: "run",
        summary: "the settings of a run",
        keys: &[FileKey {
            name: FAIL_IF,
            summary: "Conditions on the figures of a result under which the run counts as failed",
            example: "[\"sharpe_ratio < 1\"]",
            words: &[],
        }],
        repeats: false,
    },
    FileTable {
        name: "check",
        summary: "when a check fails",
        keys: &[FileKey {
            name: "fail_on",
            summary: "The least severity of a finding that makes `dsl check` fail",
            example: "\"error\"",
            words: &["error", "warning", "info", "hint"],
        }],
        repeats: false,
    },
    FileTable {
        name: "format",
        summary: "how wide lines may be",
        keys: &[FileKey {
            name: LINE_WIDTH,
            summary: "The widest that a formatted line may be, in characters: 40 to 320",
            example: "88",
            words: &[],
        }],
        repeats: false,
    },
    FileTable { name: "rules", summary: "levels of rules", keys: &[], repeats: false },
    FileTable {
        name: OVERRIDE,
        summary: "levels of rules for some paths",
        keys: &[
            FileKey {
                name: "paths",
                summary: "Patterns of the scripts that it is for, as in a .gitignore beside this file",
                example: "[\"research/**\"]",
                words: &[],
            },
            FileKey {
                name: "rules",
                summary: "Levels of rules for those scripts",
                example: "{ unused-name = \"off\" }",
                words: &[],
            },
        ],
        repeats: true,
    },
    FileTable {
        name: "catalog",
        summary: "names that scripts may use",
        keys: &[FileKey {
            name: "declare",
            summary: "Signatures of functions that the service knows and the catalog does not",
            example: "[\"slope(series, period)\"]",
            words: &[],
        }],
        repeats: false,
    },
];

#[cfg(test)]
mod tests {
    use signal_text::Source;

    use super::*;
    use crate::{Config, SETTINGS};

    #[test]
    fn every_key_with_its_example_is_taken() {
        for table in TABLES {
            let head = if table.repeats { format!("[[{}]]\n", table.name) } else { format!("[{}]\n", table.name) };
            let lines = table.keys.iter().map(|key| format!("{} = {}\n", key.name, key.example)).collect::<String>();
            let (_, found) = Config::parse(&Source::new("signal.toml", format!("{head}{lines}")));
            assert!(found.is_empty(), "{head}{lines}{found:#?}");
            for key in table.keys {
                for word in key.words {
                    let text = format!("{head}{} = \"{word}\"\n", key.name);
                    assert!(Config::parse(&Source::new("signal.toml", &*text)).1.is_empty(), "{text}");
                }
            }
            assert!(
                table.name == "run" || table.keys.iter().all(|key| SETTINGS.iter().all(|info| info.name != key.name))
            );
        }
        for level in LEVELS {
            let text = format!("[rules]\nunused-name = \"{level}\"\n");
            assert!(Config::parse(&Source::new("signal.toml", &*text)).1.is_empty(), "{text}");
        }
    }
}
