//! `dsl init`: a project to begin with, whose first script checks clean and runs on the sandbox.

use std::fs;
use std::path::Path;

use jiff::civil::Date;

use crate::args::InitArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::input::shown;
use crate::output::Console;
use crate::render::{style, visible};
use crate::today::today;

const SETTINGS: &str = include_str!("signal.toml");
const STRATEGY: &str = include_str!("first.signal");
const IGNORED: &str = include_str!("gitignore");
const EDITOR: &str = include_str!("editorconfig");
const HOOKS: &str = include_str!("pre-commit-config.yaml");

/// What is written, and whether a project that has it already is left alone.
const FILES: [(&str, &str, bool); 5] = [
    ("signal.toml", SETTINGS, false),
    ("strategies/first.signal", STRATEGY, false),
    (".gitignore", IGNORED, true),
    (".editorconfig", EDITOR, true),
    (".pre-commit-config.yaml", HOOKS, true),
];

/// Runs the command.
pub(crate) fn run(arguments: &InitArguments, console: &mut Console) -> Result<Exit, Failure> {
    let folder = &arguments.folder;
    if folder.exists() && !folder.is_dir() {
        return Err(Failure::usage(format!("`{}` is a file; name a folder", shown(folder))));
    }
    if let Some((name, ..)) = FILES.iter().find(|(name, _, spared)| !spared && exists(&folder.join(name))) {
        return Err(Failure::usage(format!("there is `{}` already; nothing was written", shown(&folder.join(name))))
            .suggest("name a new folder, such as `dsl init my-strategies`"));
    }
    let mut lines = String::new();
    for (name, text, _) in FILES {
        let file = folder.join(name);
        let shown = visible::line(&shown(&file)).into_owned();
        if exists(&file) {
            lines.push_str(&format!("  {} {shown}\n", style::paint(console.color, style::DIM, "left  ")));
            continue;
        }
        write(&file, &dated(text, today()))?;
        lines.push_str(&format!("  {} {shown}\n", style::paint(console.color, style::GOOD, "wrote ")));
    }
    console.result(&lines);
    console.talk(&next_steps(folder));
    Ok(Exit::Done)
}

/// A link that leads nowhere is there, too.
fn exists(file: &Path) -> bool {
    fs::symlink_metadata(file).is_ok()
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    files::write(file, text.as_bytes(), Readers::Anyone)
        .map_err(|error| Failure::usage(format!("`{}` can't be written: {error}", shown(file))))
}

/// `text` with the dates of the last two whole years: a range that has data, and stays what it is.
fn dated(text: &str, today: Date) -> String {
    let last = today.year() - 1;
    text.replace("{start_date}", &format!("{}-01-01", last - 1)).replace("{end_date}", &format!("{last}-12-31"))
}

fn next_steps(folder: &Path) -> String {
    let inside =
        if folder == Path::new(".") { String::new() } else { format!("    cd {}\n", visible::line(&shown(folder))) };
    format!(
        "\nNext:\n{inside}    dsl check                                    # what is wrong, why, and how to mend it\n    \
         dsl run strategies/first.signal --sandbox    # results on made-up bars, without a key\n    \
         dsl auth register --name NAME                # a key, free and at once\n    \
         dsl run strategies/first.signal              # the same on HeyTraders\n\n\
         `.pre-commit-config.yaml` checks scripts before each commit, once you run: pre-commit install\n\
         Editors: `dsl check --output-format concise` prints lines that they can jump to."
    )
}
