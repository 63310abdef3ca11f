//! Names: what the script binds them to, or what the catalog says of them.

use signal_analysis::{Type, value_of};
use signal_catalog::Kind;
use signal_syntax::{Definition, DefinitionId, ExprId};

use super::value::{sort, time};
use crate::features::vocabulary::{self, joined, list};
use crate::snapshot::Snapshot;
use crate::wording::{block, code, times};

/// Lines of a definition that are shown.
const LINES: usize = 8;

/// A name that is read.
pub(super) fn read(snapshot: &Snapshot, id: ExprId) -> Option<String> {
    let facts = snapshot.facts();
    if let Some(definition) = facts.bindings.of(id) {
        return Some(defined(snapshot, definition, Some(id)));
    }
    let name = facts.text(id);
    if let Some(later) = facts.bindings.later(id) {
        let line = facts.source.line_column(facts.bindings.definition(later).name.start).line;
        return Some(format!("Not defined here yet: line {line} defines it, and a name may be used only below."));
    }
    let catalog = snapshot.project().catalog();
    let variable = catalog.get(name).filter(|entry| entry.kind == Kind::Variable);
    let Some(entry) = variable else { return word(snapshot, name) };
    let value = (facts.type_of(id) != Type::Unknown)
        .then(|| format!("**Value**: {}, there from the first bar on", sort(snapshot, id)));
    Some(joined(vec![
        vocabulary::heading(entry),
        vocabulary::about(entry),
        list(value.into_iter()),
        format!("*{}*", vocabulary::evidence(entry, None, catalog)),
    ]))
}

/// What the catalog says of a name.
pub(super) fn word(snapshot: &Snapshot, name: &str) -> Option<String> {
    let catalog = snapshot.project().catalog();
    catalog.get(name).map(|entry| vocabulary::entry(entry, catalog))
}

/// A name that the script binds; `at` is where it is read, if that is what the cursor is on.
pub(super) fn defined(snapshot: &Snapshot, id: DefinitionId, at: Option<ExprId>) -> String {
    let facts = snapshot.facts();
    let definition = facts.bindings.definition(id);
    let line = facts.source.line_column(definition.name.start).line;
    let mut page = Vec::new();
    if let Some(statement) = facts.tree().statements().get(definition.statement) {
        let text: Vec<&str> = facts.source.slice(statement.span).lines().take(LINES + 1).collect();
        let (shown, cut) = if text.len() > LINES { (&text[..LINES], "\n...") } else { (&text[..], "") };
        page.push(block(&format!("{}{cut}", shown.join("\n"))));
    }
    let Some(value) = value_of(facts.tree(), definition) else {
        page.push(format!("Defined on line {line}, which does not parse."));
        return joined(page);
    };
    // Of several targets, each is the output in its place, which only its reads tell.
    let own = definition.value.or(at).or_else(|| first_read(snapshot, id));
    let of_value = || output(snapshot, definition, value).unwrap_or_else(|| sort(snapshot, value));
    let mut lines = vec![format!("**Value**: {}", own.map_or_else(of_value, |own| sort(snapshot, own)))];
    if !facts.type_of(value).is_no_series() && facts.constants.number(value).is_none() {
        lines.extend(time(snapshot, value));
    }
    lines.push(format!("**Defined** on line {line}{}", redefined(snapshot, id)));
    lines.extend(reads(snapshot, id, value));
    page.push(list(lines.into_iter()));
    joined(page)
}

/// Which output of a call one of several targets is.
fn output(snapshot: &Snapshot, definition: &Definition, value: ExprId) -> Option<String> {
    let call = snapshot.facts().outputs_of(value)?;
    let (entry, binding) = (call.entry?, call.bound()?);
    let output = binding.signature.outputs.get(definition.target)?;
    Some(format!("{}, output {} of {}", code(&output.name), definition.target + 1, code(&entry.name)))
}

fn redefined(snapshot: &Snapshot, id: DefinitionId) -> String {
    let facts = snapshot.facts();
    facts.bindings.redefined(id).map_or_else(String::new, |next| {
        let line = facts.source.line_column(facts.bindings.definition(next).name.start).line;
        format!(", and anew on line {line}")
    })
}

/// How often it is read, and whether what is traded depends on it.
fn reads(snapshot: &Snapshot, id: DefinitionId, value: ExprId) -> Option<String> {
    let facts = snapshot.facts();
    let reads = u64::from(facts.uses().reads(id));
    if reads == 0 {
        // What does not parse may read it.
        return facts.uses().complete.then(|| "**Read**: nowhere".to_owned());
    }
    let depends = match facts.type_of(value) {
        _ if facts.signals.is_empty() => "",
        Type::Nothing => "",
        _ if facts.read_by_signals()[value.index()] => "; signals depend on it",
        _ => "; no signal depends on it",
    };
    Some(format!("**Read**: {}{depends}", times(reads)))
}

fn first_read(snapshot: &Snapshot, id: DefinitionId) -> Option<ExprId> {
    let facts = snapshot.facts();
    facts.kinds.names.iter().copied().find(|name| facts.bindings.of(*name) == Some(id))
}
