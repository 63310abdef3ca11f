//! `dsl catalog pull`: fetches the service's own list and keeps it.

use std::path::{Path, PathBuf};

use signal_catalog::{Catalog, Covers, ImportError, Imported, Kind, Pinned};

use crate::args::{CatalogPullArguments, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::shown;
use crate::output::Console;
use crate::project::{self, catalog};
use crate::render::catalog::{PullDocument, skipped};
use crate::render::{json, number, visible};
use crate::today::today;
use crate::{run as runs, service};

/// Skipped parts that are told; `show --json` has all.
const TOLD: usize = 10;

pub(super) fn run(arguments: &CatalogPullArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    let file = target(arguments.lock, global.config.as_deref())?;
    let (text, url) = fetch()?;
    let date = today().to_string();
    let pinned = Pinned::of_answer(&text, url, date).map_err(|error| unreadable(&error))?;
    let imported = pinned.import(Catalog::bundled()).map_err(|error| unreadable(&error))?;
    catalog::write(&file, &pinned.text())?;
    if arguments.json {
        console.result(&json::document(&PullDocument {
            schema: json::SCHEMA,
            file: shown(&file),
            url: pinned.url.to_string(),
            date: pinned.date.to_string(),
            hash: pinned.hash.clone(),
            names: imported.listed.len(),
            predictable: imported.predictable(),
            skipped: skipped(&imported.skipped),
            skipped_beyond: imported.skipped_beyond,
        }));
        return Ok(Exit::Done);
    }
    console.result(&told(&pinned, &imported, &file));
    if imported.covers == Covers::NONE {
        console.talk("names may be missing from what was understood: a name that it lacks is a warning, not an error");
    }
    if is_this_machine(&pinned.url) {
        console.talk("these are the names of a sandbox on this machine, not those of the service");
    }
    if arguments.lock {
        console.talk(&format!("commit `{}`: everybody in the project then checks against this list", shown(&file)));
    }
    Ok(Exit::Done)
}

/// The service's answer and its address.
///
/// # Errors
/// No key, no network, a refusal.
pub(super) fn fetch() -> Result<(String, String), Failure> {
    let url = service::address()?;
    let client = service::client(&url).map_err(|failure| match &*failure.code {
        "no-key" => failure.suggest(
            "fetch one with `dsl auth register --name NAME`, or set HEYTRADERS_API_KEY to yours; until then scripts are checked against the bundled snapshot",
        ),
        _ => failure,
    })?;
    let answered = runs::block_on(client.indicators_text());
    let answered = answered
        .map_err(|error| Failure::new(Exit::Network, "runtime", format!("the system grants no threads: {error}")))?;
    let answered = answered.map_err(|error| match runs::failure_of(&error) {
        // The sandbox, which a run would be pointed to, has no list of the service's.
        failure if failure.suggestion.as_ref().is_some_and(|cure| cure.contains("--sandbox")) => failure.suggest(
            "`dsl auth status` tells which key is used; until one is taken, scripts are checked against the catalog that you have",
        ),
        failure => failure,
    });
    Ok((answered?, url))
}

/// What can't be made a catalog.
pub(super) fn unreadable(error: &ImportError) -> Failure {
    let mut message = format!("no catalog can be made of the service's answer: {error}");
    if let ImportError::NoNames { skipped, .. } = error {
        for one in skipped.iter().take(3) {
            message.push_str(&format!("; {}: {}", one.path, one.reason));
        }
    }
    Failure::new(Exit::Network, "unreadable-catalog", message).suggest(
        "nothing was written, what you had stays in use; names that you know can be declared in signal.toml, `[catalog] declare`",
    )
}

/// The file to write: the user's, or the project's, beside its settings or where one is pinned already.
fn target(lock: bool, config: Option<&Path>) -> Result<PathBuf, Failure> {
    if !lock {
        return catalog::cache_file().ok_or_else(|| {
            Failure::usage("there is no folder for the catalog").suggest("set SIGNAL_CACHE_DIR, or pin it with --lock")
        });
    }
    let roots = project::root(Path::new("."), config)?;
    let pinned = roots.catalog.filter(|place| !place.cached).map(|place| place.file);
    let beside = || match roots.settings.parent() {
        Some(folder) if !roots.settings.as_os_str().is_empty() => folder.join(catalog::PINNED),
        _ => PathBuf::from(catalog::PINNED),
    };
    Ok(pinned.unwrap_or_else(beside))
}

fn is_this_machine(url: &str) -> bool {
    ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|local| url.starts_with(local))
}

fn told(pinned: &Pinned<'_>, imported: &Imported, file: &Path) -> String {
    let of = |kinds: &[Kind]| imported.listed.iter().filter(|entry| kinds.contains(&entry.kind)).count() as u64;
    let mut parts: Vec<String> = [
        (of(&[Kind::Indicator]), "indicator"),
        (of(&[Kind::Operator, Kind::Signal, Kind::Action, Kind::Sizing]), "operator"),
        (of(&[Kind::Variable]), "variable"),
    ]
    .iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| number::count(*count, word))
    .collect();
    let last = parts.pop().unwrap_or_default();
    let parts = if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) };
    let mut text = format!(
        "{}: {parts}, {} with a warm-up that can be predicted\n{} from {}, hash {}\n",
        number::count(imported.listed.len() as u64, "name"),
        imported.predictable(),
        visible::line(&shown(file)),
        visible::line(&pinned.url),
        pinned.hash
    );
    let all = imported.skipped.len() + imported.skipped_beyond;
    if all > 0 {
        text.push_str(&format!("{} not understood:\n", number::count(all as u64, "part")));
        for one in imported.skipped.iter().take(TOLD) {
            text.push_str(&format!("    {}: {}\n", visible::line(&one.path), visible::line(&one.reason)));
        }
        if all > TOLD {
            text.push_str(&format!("    and {} more: `dsl catalog show --json` lists them\n", all - TOLD));
        }
    }
    text
}
