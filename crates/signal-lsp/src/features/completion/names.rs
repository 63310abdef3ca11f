//! The script's own names, as far as they are defined before the cursor.

use std::collections::HashSet;

use signal_analysis::{Facts, Type};
use signal_catalog::OutputKind;
use signal_syntax::{Definition, StatementKind};
use signal_text::Span;

use super::super::cursor::Cursor;
use super::values::STEP;
use super::want::{Want, fit};
use super::{About, Item, ItemKind};
use crate::features::vocabulary::joined;
use crate::snapshot::Snapshot;
use crate::wording::{bars, block, code, number, on_one_line};

/// Names that are offered at once; the editor asks again when more is written.
const MOST: usize = 300;

/// Longest description, in characters.
const LONGEST: usize = 60;

/// Adds the names that fit, the nearest definition first. Tells whether some were left out.
pub(super) fn add(cursor: &Cursor<'_>, want: Want<'_>, items: &mut Vec<Item>) -> bool {
    let facts = cursor.snapshot().facts();
    let definitions = facts.bindings.definitions();
    let before = definitions.partition_point(|definition| definition.statement < cursor.statement);
    let typed = cursor.typed().to_lowercase();
    let of_operator = cursor.previous(cursor.before).is_some_and(|previous| cursor.kind(previous).is_operator());
    let mut seen = HashSet::new();
    let mut found = 0_u32;
    for definition in definitions[..before].iter().rev() {
        let name = facts.source.slice(definition.name);
        // The word itself may be a target of a statement that is broken.
        if definition.name == cursor.word || !seen.insert(name) || !may_become(&typed, name) {
            continue;
        }
        let Some(rank) = rank(facts, want, definition, of_operator) else { continue };
        if found as usize == MOST {
            return true;
        }
        let item = Item::new(name, ItemKind::Name, rank + found);
        items.push(
            item.described(value_text(facts, definition)).about(About::Name(name.to_owned(), definition.name.start)),
        );
        found += 1;
    }
    false
}

/// Whether the letters that are written occur in a name in their order, as editors compare them.
pub(super) fn may_become(typed: &str, name: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    typed.chars().all(|letter| letters.any(|other| other == letter))
}

fn rank(facts: &Facts<'_>, want: Want<'_>, definition: &Definition, of_operator: bool) -> Option<u32> {
    let found = type_of(facts, definition);
    if matches!(want, Want::Constant(_)) && definition.value.and_then(|id| facts.constants.number(id)).is_some() {
        return Some(0);
    }
    // Of several outputs one is going to be compared, and that is a number: `close < bands.lower`.
    if found == Type::Outputs && (of_operator || want == Want::Condition) {
        return fit(want, Type::Number).map(|fitness| fitness * STEP + MOST as u32);
    }
    fit(want, found).map(|fitness| fitness * STEP)
}

/// What sort of value a definition gives its name.
pub(super) fn type_of(facts: &Facts<'_>, definition: &Definition) -> Type {
    if let Some(value) = definition.value {
        return facts.type_of(value);
    }
    let statement = facts.tree().statements().get(definition.statement).map(|statement| statement.kind);
    let Some(StatementKind::Assign { value, .. }) = statement else { return Type::Unknown };
    let signature = facts.outputs_of(value).and_then(|call| call.bound()).map(|binding| binding.signature);
    match signature.and_then(|signature| signature.outputs.get(definition.target)).map(|output| output.kind) {
        Some(OutputKind::Boolean) => Type::Boolean,
        Some(OutputKind::Real | OutputKind::Integer) => Type::Number,
        None => Type::Unknown,
    }
}

/// What a name is bound to, in a line.
fn value_text(facts: &Facts<'_>, definition: &Definition) -> String {
    let statement = facts.tree().statements().get(definition.statement).map(|statement| statement.kind);
    let value = match (definition.value, statement) {
        (Some(value), _) | (None, Some(StatementKind::Assign { value, .. })) => facts.text(value),
        _ => return String::new(),
    };
    on_one_line(value, LONGEST)
}

/// What is known of the name whose definition begins at a byte.
pub(super) fn documentation(snapshot: &Snapshot, name: &str, at: u32) -> Option<String> {
    let facts = snapshot.facts();
    let definitions = facts.bindings.definitions();
    let definition = definitions.iter().find(|definition| definition.name.start == at)?;
    if facts.source.slice(definition.name) != name {
        return None;
    }
    let statement = facts.tree().statements().get(definition.statement)?;
    let end = statement.span.end.min(statement.span.start.saturating_add(2_000));
    let text = facts.source.slice(facts.source.clamp(Span::new(statement.span.start, end)));
    let line = facts.source.line_column(definition.name.start).line;
    let mut known = vec![format!("Line {line}")];
    let found = type_of(facts, definition);
    if found != Type::Unknown {
        known.push(found.described().to_owned());
    }
    if let Some(value) = definition.value {
        let constant = facts.constants.number(value);
        let range = facts.range(value);
        match constant {
            Some(constant) => known.push(format!("always {}", code(&number(constant)))),
            None if found == Type::Number && range.low.is_finite() && range.high.is_finite() => {
                known.push(format!("{} to {}", number(range.low), number(range.high)));
            }
            None => {}
        }
        if matches!(found, Type::Number | Type::Boolean | Type::Outputs) && constant.is_none() {
            known.push(match facts.warmup(value).exact() {
                Some(0) => "no warm-up".to_owned(),
                Some(count) => format!("warm-up {}", bars(count)),
                None => "warm-up not known".to_owned(),
            });
        }
    }
    Some(joined(vec![block(text), known.join(" · ")]))
}
