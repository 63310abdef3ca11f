//! Binds an expression, or a number, to a name.

use signal_analysis::{Type, ValueId};
use signal_syntax::{Definition, DefinitionId, Expr, ExprId};
use signal_text::{Edit, Span};

use super::selection::{Selected, excerpt, innermost, is_whole};
use super::{Action, Does, Kind, Task, naming, place, selection};
use crate::snapshot::Snapshot;

/// The expression at a selection as a name, everywhere that it is written too; a number at the cursor likewise.
pub(super) fn actions(snapshot: &Snapshot, selection: Span, actions: &mut Vec<Action>) {
    let Some(at) = innermost(snapshot.source(), snapshot.tree(), selection) else { return };
    let facts = snapshot.facts();
    if says_something_else(snapshot, facts.span(at.id)) {
        return;
    }
    if let Some(number) = number(snapshot, at) {
        if let Some(name) = naming::name_for_number(snapshot, number) {
            let title = format!("Name the number {}: `{name}`", excerpt(facts.text(number)));
            actions.push(action(title, number, false));
        }
        if !selection.is_empty() {
            return;
        }
    }
    let Some(id) = target(snapshot, at) else { return };
    if says_something_else(snapshot, facts.span(id)) {
        return;
    }
    let Some(name) = naming::name_for(snapshot, id, &[]) else { return };
    let text = excerpt(facts.text(id));
    actions.push(action(format!("Extract `{text}` as `{name}`"), id, false));
    let count = occurrences(snapshot, id).len();
    if count > 1 {
        actions.push(action(format!("Extract all {count} occurrences of `{text}` as `{name}`"), id, true));
    }
}

fn action(title: String, id: ExprId, everywhere: bool) -> Action {
    Action::new(Kind::Extract, title, Does::Later(Task::Extract { expression: id.index(), everywhere }))
}

/// A name that stands for the same value already, in place of the expression.
pub(super) fn same_name(snapshot: &Snapshot, selection: Span, actions: &mut Vec<Action>) {
    let Some(at) = innermost(snapshot.source(), snapshot.tree(), selection) else { return };
    let Some(id) = target(snapshot, at) else { return };
    let (facts, values) = (snapshot.facts(), snapshot.facts().values());
    let value = values.of(id);
    let statement = snapshot.tree().statement_of(id);
    let written = outside(snapshot, id);
    if value == ValueId::NONE || values.number(value).is_some() || place::holds_comment(snapshot.tree(), written) {
        return;
    }
    let is_it = |(at, definition): &(DefinitionId, &Definition)| {
        definition.statement < statement
            && definition.value.is_some_and(|bound| values.of(bound) == value)
            && facts.bindings.redefined(*at).is_none_or(|next| facts.bindings.definition(next).statement >= statement)
    };
    if let Some((_, definition)) = facts.bindings.iter().filter(is_it).last() {
        let name = snapshot.source().slice(definition.name);
        let title = format!("Use `{}`, which is the same", excerpt(name));
        let edit = place::replace(snapshot.source(), written, name);
        actions.push(Action::new(Kind::Rewrite, title, Does::Edits(vec![edit])));
    }
}

/// Whether a comma in a place was meant to part thousands: half of a number is no number.
fn says_something_else(snapshot: &Snapshot, span: Span) -> bool {
    let touches = |found: Span| found.start <= span.end && span.start <= found.end;
    snapshot.findings().diagnostics.iter().any(|found| found.code == "thousands-comma" && touches(found.span))
}

/// The number at a selection, its sign included, where a name may stand for it.
fn number(snapshot: &Snapshot, at: Selected) -> Option<ExprId> {
    let (facts, tree) = (snapshot.facts(), snapshot.tree());
    let mut id = at.id;
    if !matches!(tree.expr(id), Expr::Number(_)) {
        return None;
    }
    while let Some(parent) = facts.parent(id).filter(|parent| matches!(tree.expr(*parent), Expr::Unary { .. })) {
        id = parent;
    }
    (is_free(snapshot, id) && facts.constants.number(id).is_some()).then_some(id)
}

/// The expression at a place that is worth a name, or the nearest around it.
fn target(snapshot: &Snapshot, at: Selected) -> Option<ExprId> {
    let (facts, tree) = (snapshot.facts(), snapshot.tree());
    let mut id = tree.unparenthesized(at.id);
    loop {
        if is_worth_a_name(snapshot, id) {
            return Some(id);
        }
        id = facts.parent(id)?;
    }
}

fn is_worth_a_name(snapshot: &Snapshot, id: ExprId) -> bool {
    let (facts, tree) = (snapshot.facts(), snapshot.tree());
    let is_made_of_others = matches!(
        tree.expr(id),
        Expr::Unary { .. }
            | Expr::Binary { .. }
            | Expr::Compare { .. }
            | Expr::Call { .. }
            | Expr::Index { .. }
            | Expr::Attribute { .. }
            | Expr::Conditional { .. }
    );
    is_made_of_others
        && facts.constants.number(id).is_none()
        && matches!(facts.type_of(id), Type::Number | Type::Boolean | Type::Outputs | Type::Unknown)
        && is_free(snapshot, id)
        && !selection::is_allowed_something(snapshot, tree.span(id))
}

/// Whether a name may stand in place of an expression: it is not all of its statement, and no index.
fn is_free(snapshot: &Snapshot, id: ExprId) -> bool {
    let (facts, tree) = (snapshot.facts(), snapshot.tree());
    let mut child = id;
    loop {
        let Some(parent) = facts.parent(child) else { return false };
        match tree.expr(parent) {
            Expr::Index { index, .. } if index == child => return false,
            Expr::Call { callee, .. } if callee == child => return false,
            Expr::Paren(_) => child = parent,
            _ => return true,
        }
    }
}

/// A text with more than these was not written by a person.
const MOST_OCCURRENCES: usize = 500;

/// The places where the value of an expression is written, in the order of the text, itself among them.
fn occurrences(snapshot: &Snapshot, id: ExprId) -> Vec<ExprId> {
    let (tree, values) = (snapshot.tree(), snapshot.facts().values());
    let value = values.of(id);
    // Only the first one's text is kept, so none of them may hold a comment.
    let says_more = |id: ExprId| place::holds_comment(tree, tree.span(id));
    if value == ValueId::NONE || values.number(value).is_some() || says_more(id) {
        return vec![id];
    }
    let mut found = vec![id];
    for other in tree.ids().filter(|other| *other != id && values.of(*other) == value) {
        if found.len() == MOST_OCCURRENCES {
            return vec![id];
        }
        let span = tree.span(other);
        let is_apart = found.iter().all(|one| {
            let one = tree.span(*one);
            one.end <= span.start || span.end <= one.start
        });
        let is_whole = || is_whole(tree, tree.statement_of(other));
        if is_apart && is_worth_a_name(snapshot, other) && is_whole() && !says_more(other) {
            found.push(other);
        }
    }
    found.sort_unstable_by_key(|id| tree.span(*id).start);
    found
}

/// The edits of an extraction.
pub(super) fn edits(snapshot: &Snapshot, expression: usize, everywhere: bool) -> Option<Vec<Edit>> {
    let (source, tree) = (snapshot.source(), snapshot.tree());
    let id = tree.ids().nth(expression)?;
    let is_number = snapshot.facts().constants.number(id).is_some();
    let name = if is_number { naming::name_for_number(snapshot, id)? } else { naming::name_for(snapshot, id, &[])? };
    let places = if everywhere { occurrences(snapshot, id) } else { vec![id] };
    let first = *places.first()?;
    let line = format!("{name} = {}", on_a_line(snapshot, first));
    let mut edits = vec![place::insert_before(source, tree, tree.statement_of(first), &[line])?];
    edits.extend(places.iter().map(|id| place::replace(source, outside(snapshot, *id), &name)));
    Some(edits)
}

/// The text of an expression as a statement takes it: in parentheses where it goes over lines.
pub(super) fn on_a_line(snapshot: &Snapshot, id: ExprId) -> String {
    let text = snapshot.facts().text(id);
    let is_call = matches!(snapshot.tree().expr(id), Expr::Call { .. });
    match text.split_once(['\n', '\r']) {
        Some((first, _)) if !(is_call && first.contains('(')) => format!("({text})"),
        _ => text.to_owned(),
    }
}

/// An expression with the parentheses right around it, which a name does not need.
pub(super) fn outside(snapshot: &Snapshot, mut id: ExprId) -> Span {
    let (source, tree) = (snapshot.source(), snapshot.tree());
    let is_tight = |outer: Span, inner: Span| {
        let around = [Span::new(outer.start, inner.start), Span::new(inner.end, outer.end)];
        around.iter().all(|part| source.slice(*part).chars().all(|c| matches!(c, '(' | ')' | ' ' | '\t')))
    };
    while let Some(parent) = snapshot.facts().parent(id)
        && matches!(tree.expr(parent), Expr::Paren(_))
        && is_tight(tree.span(parent), tree.span(id))
    {
        id = parent;
    }
    tree.span(id)
}
