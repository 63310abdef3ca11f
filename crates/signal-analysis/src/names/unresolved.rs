//! Names that nothing defines, with what was probably meant.

use crate::{Kinds, maps::Map};
use signal_catalog::{Catalog, Kind};
use signal_syntax::{Bindings, DefinitionId, ExprId, Tree};
use signal_text::{Source, closest};

/// A name that is read as a value and bound to nothing: neither by an earlier line nor by the catalog as a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unresolved<'a> {
    /// The use.
    pub id: ExprId,
    /// Its text.
    pub name: &'a str,
    /// The line further down that defines it.
    pub later: Option<DefinitionId>,
    /// The catalog has a function of that name.
    pub function: bool,
    /// What it looks like, where no line defines it and no function has the name.
    pub near: Option<Near<'a>>,
}

/// A known name that an unknown one looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Near<'a> {
    /// A data variable of the catalog.
    Variable(&'a str),
    /// A name that the script defines.
    Own(&'a str),
}

/// Pairs of names that are compared for suggestions in one script. Far beyond what people write; it keeps a hostile
/// script with as many unknown names as definitions from costing their product.
const COMPARISONS: usize = 1_000_000;

/// All of them, in the order of the arena.
pub(crate) fn unresolved<'a>(
    source: &'a Source,
    kinds: &Kinds,
    bindings: &Bindings,
    tree: &Tree,
    catalog: &'a Catalog,
) -> Vec<Unresolved<'a>> {
    let mut found = Vec::new();
    for &id in kinds.names.iter().filter(|id| bindings.of(**id).is_none()) {
        let name = source.slice(tree.span(id));
        let entry = catalog.get(name);
        if entry.is_some_and(|entry| entry.kind == Kind::Variable) {
            continue;
        }
        found.push(Unresolved { id, name, later: bindings.later(id), function: entry.is_some(), near: None });
    }
    if found.iter().any(|one| one.later.is_none() && !one.function) {
        suggest(source, bindings, catalog, &mut found);
    }
    found
}

/// Looks for the nearest known name of each; the same name is looked up once.
fn suggest<'a>(source: &'a Source, bindings: &Bindings, catalog: &'a Catalog, found: &mut [Unresolved<'a>]) {
    let entries = catalog.entries().iter();
    let variables: Vec<&str> =
        entries.filter(|entry| entry.kind == Kind::Variable).map(|entry| entry.name.as_ref()).collect();
    let mut own: Vec<&str> = bindings.definitions().iter().map(|definition| source.slice(definition.name)).collect();
    own.sort_unstable();
    own.dedup();
    let mut known: Map<&str, Option<Near<'a>>> = Map::default();
    for one in found.iter_mut().filter(|one| one.later.is_none() && !one.function) {
        let within = known.len().saturating_mul(own.len() + variables.len()) < COMPARISONS;
        one.near = match known.get(one.name) {
            Some(near) => *near,
            None if !within => None,
            None => *known.entry(one.name).or_insert_with(|| nearest(one.name, &own, &variables)),
        };
    }
}

/// A name of the script goes before a variable that is as near.
fn nearest<'a>(name: &str, own: &[&'a str], variables: &[&'a str]) -> Option<Near<'a>> {
    let best = [closest(name, own.iter().copied()), closest(name, variables.iter().copied())];
    match closest(name, best.into_iter().flatten())? {
        near if best[0] == Some(near) => best[0].map(Near::Own),
        _ => best[1].map(Near::Variable),
    }
}
