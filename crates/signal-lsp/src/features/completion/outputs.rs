//! Outputs of a call that has several: `bbands(close).upperband`, `x["upperband"]`.

use signal_analysis::Type;
use signal_catalog::{Entry, Signature};
use signal_syntax::{StatementKind, Token};

use super::super::cursor::{BracketKind, Cursor};
use super::names;
use super::strings::quoted;
use super::{About, Item, ItemKind};

/// Adds the outputs of the value before a dot.
pub(super) fn add(cursor: &Cursor<'_>, dot: Option<usize>, items: &mut Vec<Item>) {
    let before = dot.and_then(|dot| cursor.previous(dot));
    let Some((entry, signature)) = before.and_then(|before| behind(cursor, before)) else { return };
    items.extend(outputs(entry, signature));
}

/// Adds them in quotes, behind the bracket `open`.
pub(super) fn add_quoted(cursor: &Cursor<'_>, open: usize, items: &mut Vec<Item>) {
    let Some((entry, signature)) = indexed(cursor, open) else { return };
    items.extend(outputs(entry, signature).map(quoted));
}

/// The outputs of the value in whose index a string is written.
pub(super) fn in_index(cursor: &Cursor<'_>) -> Vec<Item> {
    let bracket = cursor.brackets.last().filter(|bracket| bracket.kind == BracketKind::Index);
    let found = bracket.and_then(|bracket| indexed(cursor, bracket.open));
    found.map(|(entry, signature)| outputs(entry, signature).collect()).unwrap_or_default()
}

fn indexed<'s>(cursor: &Cursor<'s>, open: usize) -> Option<(&'s Entry, &'s Signature)> {
    behind(cursor, cursor.previous(open)?)
}

fn outputs(entry: &Entry, signature: &Signature) -> impl Iterator<Item = Item> {
    let names = signature.outputs.iter().enumerate().flat_map(|(order, output)| {
        // The shorter name that people write, behind the proper ones.
        let alias = output.aliases.first().filter(|alias| !signature.outputs.iter().any(|other| other.name == **alias));
        let described = format!("output {} of {}", order + 1, entry.name);
        let proper = (output.name.to_string(), order, described);
        let other = alias.map(|alias| (alias.to_string(), 20 + order, format!("the same as {}", output.name)));
        [Some(proper), other].into_iter().flatten()
    });
    names
        .map(|(name, order, described)| {
            Item::new(name, ItemKind::Property, order as u32)
                .described(described)
                .about(About::Entry(entry.name.to_string()))
        })
        .collect::<Vec<_>>()
        .into_iter()
}

/// The call behind the value whose last token is `last`, if it has several outputs.
fn behind<'s>(cursor: &Cursor<'s>, mut last: usize) -> Option<(&'s Entry, &'s Signature)> {
    let facts = cursor.snapshot().facts();
    loop {
        match cursor.kind(last) {
            // An index of bars leaves the outputs as they are.
            Token::RightBracket => last = cursor.previous(cursor.open(last)?)?,
            Token::RightParen => {
                let open = cursor.open(last)?;
                let callee = cursor.previous(open)?;
                let entry = facts.catalog.get(cursor.text(callee)).filter(|_| cursor.kind(callee) == Token::Name)?;
                return Some((entry, several(entry)?));
            }
            Token::Name => {
                let name = cursor.text(last);
                let definitions = facts.bindings.definitions();
                let before = definitions.partition_point(|definition| definition.statement < cursor.statement);
                let mut earlier = definitions[..before].iter().rev();
                let definition = earlier.find(|definition| facts.source.slice(definition.name) == name)?;
                if names::type_of(facts, definition) != Type::Outputs {
                    return None;
                }
                let statement = facts.tree().statements().get(definition.statement)?.kind;
                let value = match (definition.value, statement) {
                    (Some(value), _) | (None, StatementKind::Assign { value, .. }) => value,
                    _ => return None,
                };
                let call = facts.outputs_of(value)?;
                return Some((call.entry?, call.bound()?.signature));
            }
            _ => return None,
        }
    }
}

fn several(entry: &Entry) -> Option<&Signature> {
    entry.signatures.iter().find(|signature| signature.outputs.len() > 1)
}
