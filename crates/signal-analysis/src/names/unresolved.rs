//! Names that nothing defines, with what was probably meant.

use std::sync::Arc;

use crate::{Kinds, maps::Map};
use signal_catalog::{Catalog, Kind};
use signal_syntax::{Bindings, DefinitionId, ExprId, Tree};
use signal_text::{Source, closest};

/// A name that is read as a value and bound to nothing: neither by an earlier line nor by the catalog as a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The use.
    pub id: ExprId,
    /// The line further down that defines it.
    pub later: Option<DefinitionId>,
    /// The catalog has a function of that name.
    pub function: bool,
    /// What it looks like, where no line defines it and no function has the name.
    pub near: Option<Near>,
}

/// A known name that an unknown one looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Near {
    /// A data variable of the catalog.
    Variable(Arc<str>),
    /// A name that the script defines.
    Own(Arc<str>),
}

/// Pairs of names that are compared for suggestions in one script. Far beyond what people write; it keeps a hostile
/// script with as many unknown names as definitions from costing their product.
const COMPARISONS: usize = 1_000_000;

/// All of them, in the order of the arena.
pub(crate) fn unresolved(
    source: &Source,
    kinds: &Kinds,
    bindings: &Bindings,
    tree: &Tree,
    catalog: &Catalog,
) -> Vec<Unresolved> {
    let mut found = Vec::new();
    for &id in kinds.names.iter().filter(|id| bindings.of(**id).is_none()) {
        let name = source.slice(tree.span(id));
        let entry = catalog.get(name);
        if entry.is_some_and(|entry| entry.kind == Kind::Variable) {
            continue;
        }
        found.push(Unresolved { id, later: bindings.later(id), function: entry.is_some(), near: None });
    }
    if found.iter().any(|one| one.later.is_none() && !one.function) {
        suggest(source, bindings, tree, catalog, &mut found);
    }
    found
}

/// Looks for the nearest known name of each; the same name is looked up once.
fn suggest(source: &Source, bindings: &Bindings, tree: &Tree, catalog: &Catalog, found: &mut [Unresolved]) {
    let entries = catalog.entries().iter();
    let variables: Vec<&str> =
        entries.filter(|entry| entry.kind == Kind::Variable).map(|entry| entry.name.as_ref()).collect();
    let mut own: Vec<&str> = bindings.definitions().iter().map(|definition| source.slice(definition.name)).collect();
    own.sort_unstable();
    own.dedup();
    let mut known: Map<&str, Option<Near>> = Map::default();
    for one in found.iter_mut().filter(|one| one.later.is_none() && !one.function) {
        let within = known.len().saturating_mul(own.len() + variables.len()) < COMPARISONS;
        let name = source.slice(tree.span(one.id));
        one.near = match known.get(name) {
            Some(near) => near.clone(),
            None if !within => None,
            None => known.entry(name).or_insert_with(|| nearest(name, &own, &variables)).clone(),
        };
    }
}

/// A name of the script goes before a variable that is as near.
fn nearest(name: &str, own: &[&str], variables: &[&str]) -> Option<Near> {
    let best = [closest(name, own.iter().copied()), closest(name, variables.iter().copied())];
    match closest(name, best.into_iter().flatten())? {
        near if best[0] == Some(near) => Some(Near::Own(near.into())),
        near => Some(Near::Variable(near.into())),
    }
}
