//! Puts what a name stands for in place of it, and takes the name away.

use signal_analysis::Type;
use signal_syntax::{BinaryOp, DefinitionId, Expr, ExprId, StatementKind, Token, TriviaKind, UnaryOp};
use signal_text::{Edit, Span};

use super::selection::{excerpt, innermost, is_allowed_something, is_whole};
use super::{Action, Does, Kind, Task, place};
use crate::snapshot::Snapshot;

/// The name under the cursor, where it is bound or where it is read.
pub(super) fn actions(snapshot: &Snapshot, selection: Span, actions: &mut Vec<Action>) {
    let facts = snapshot.facts();
    let definitions = facts.bindings.definitions();
    let touches = |place: Span| place.start <= selection.start && selection.end <= place.end;
    let bound = definitions.partition_point(|definition| definition.name.end < selection.start);
    let bound = facts.bindings.iter().skip(bound).find(|(_, definition)| definition.name.end >= selection.end);
    let bound = bound.filter(|(_, definition)| touches(definition.name)).map(|(id, _)| id);
    let read = || {
        let at = innermost(snapshot.source(), snapshot.tree(), selection)?;
        facts.bindings.of(at.id)
    };
    let Some(definition) = bound.or_else(read) else { return };
    let Some(uses) = uses(snapshot, definition) else { return };
    let name = excerpt(snapshot.source().slice(facts.bindings.definition(definition).name));
    let title = match uses.len() {
        1 => format!("Inline `{name}` and remove it"),
        count => format!("Inline `{name}` in {count} places and remove it"),
    };
    let task = Task::Inline { definition: definition.index() };
    actions.push(Action::new(Kind::Inline, title, Does::Later(task)));
}

/// Where a name is read, if each of these places can as well hold what the name is bound to.
fn uses(snapshot: &Snapshot, id: DefinitionId) -> Option<Vec<ExprId>> {
    let (source, tree, facts) = (snapshot.source(), snapshot.tree(), snapshot.facts());
    let definition = facts.bindings.definition(id);
    let StatementKind::Assign { targets, value } = tree.statements()[definition.statement].kind else { return None };
    let is_plain = tree.targets(targets).len() == 1 && definition.value == Some(value);
    let own = || tree.ids_of(definition.statement);
    let is_value = !matches!(facts.type_of(value), Type::Nothing | Type::Items | Type::Function)
        && !matches!(tree.expr(value), Expr::Tuple(_));
    if !is_plain || !is_value || !is_whole(tree, definition.statement) || opens_the_head(snapshot, definition.statement)
    {
        return None;
    }
    if is_allowed_something(snapshot, tree.statements()[definition.statement].span) {
        return None;
    }
    let name = source.slice(definition.name);
    // Bound once: nothing else has the name, neither another line nor one that could not be read.
    let mut uses = Vec::new();
    for &read in &facts.kinds.names {
        if facts.bindings.of(read) == Some(id) {
            uses.push(read);
        } else if facts.text(read) == name {
            return None;
        }
    }
    let mut others = facts.bindings.definitions().iter().filter(|other| other.name != definition.name);
    if uses.is_empty() || others.any(|other| source.slice(other.name) == name) || is_in_broken(snapshot, name) {
        return None;
    }
    // A function that nobody knows may give something else each time.
    let is_unknown = |id: ExprId| {
        matches!(tree.expr(id), Expr::Call { .. }) && facts.calls.get(id).is_none_or(|call| call.entry.is_none())
    };
    if uses.len() > 1 && own().any(is_unknown) {
        return None;
    }
    let last = uses.iter().map(|read| tree.statement_of(*read)).max()?;
    own().all(|part| keeps_its_meaning(snapshot, part, last)).then_some(uses)
}

/// Whether a name that a value reads is still the same in a later statement.
fn keeps_its_meaning(snapshot: &Snapshot, part: ExprId, until: usize) -> bool {
    let bindings = &snapshot.facts().bindings;
    let next = match bindings.of(part) {
        Some(definition) => bindings.redefined(definition),
        None => bindings.later(part),
    };
    next.is_none_or(|next| bindings.definition(next).statement >= until)
}

/// Whether a statement that could not be read holds a name.
fn is_in_broken(snapshot: &Snapshot, name: &str) -> bool {
    let (source, tree, tokens) = (snapshot.source(), snapshot.tree(), snapshot.tokens());
    let broken = (0..tree.statements().len()).filter(|statement| !is_whole(tree, *statement));
    broken.map(|statement| tree.statements()[statement].span).any(|span| {
        let first = tokens.spans.partition_point(|token| token.end <= span.start);
        let within = tokens.spans[first..].iter().zip(&tokens.kinds[first..]);
        let mut within = within.take_while(|(token, _)| token.start < span.end);
        within.any(|(token, kind)| *kind == Token::Name && source.slice(*token) == name)
    })
}

/// Whether a statement is the script's first and `#!` lines below it, which set nothing there, would be above the first
/// without it.
fn opens_the_head(snapshot: &Snapshot, statement: usize) -> bool {
    let tree = snapshot.tree();
    let start = tree.statements()[statement].span.start;
    let next = tree.statements().get(1).map_or(u32::MAX, |next| next.span.start);
    let mut below = tree.trivia().iter().filter(|trivia| trivia.kind == TriviaKind::Directive);
    statement == 0 && below.any(|trivia| trivia.span.start > start && trivia.span.start < next)
}

/// The edits that inline a name.
pub(super) fn edits(snapshot: &Snapshot, definition: usize) -> Option<Vec<Edit>> {
    let (source, tree, facts) = (snapshot.source(), snapshot.tree(), snapshot.facts());
    let (id, definition) = facts.bindings.iter().nth(definition)?;
    let uses = uses(snapshot, id)?;
    let value = bare(snapshot, definition.value?);
    let text = facts.text(value);
    let mut edits = vec![place::remove_statement(source, tree.statements()[definition.statement].span)];
    for read in uses {
        let text = if needs_parentheses(snapshot, read, value) { format!("({text})") } else { text.to_owned() };
        edits.push(place::replace(source, tree.span(read), &text));
    }
    Some(edits)
}

/// A value without the parentheses around it, unless they hold several lines or a comment together.
fn bare(snapshot: &Snapshot, value: ExprId) -> ExprId {
    let inner = snapshot.tree().unparenthesized(value);
    if snapshot.facts().text(value).contains(['\n', '\r', '#']) { value } else { inner }
}

/// Whether a value needs parentheses in place of a name.
fn needs_parentheses(snapshot: &Snapshot, read: ExprId, value: ExprId) -> bool {
    let tree = snapshot.tree();
    let Some(parent) = snapshot.facts().parent(read) else { return false };
    let needed = match tree.expr(parent) {
        Expr::Binary { op: BinaryOp::Power, left, .. } => {
            if left == read {
                ATOM
            } else {
                SIGN
            }
        }
        Expr::Binary { op, left, .. } => binary(op) + u8::from(left != read),
        Expr::Compare { .. } => COMPARISON + 1,
        Expr::Unary { op: UnaryOp::Not, .. } => NOT,
        Expr::Unary { .. } => SIGN,
        Expr::Conditional { otherwise, .. } if otherwise != read => CONDITIONAL + 1,
        // `1.upper` would be a malformed number.
        Expr::Attribute { .. } if matches!(tree.expr(value), Expr::Number(_)) => return true,
        Expr::Attribute { .. } => ATOM,
        Expr::Index { base, .. } if base == read => ATOM,
        _ => CONDITIONAL,
    };
    binding_power(tree.expr(value)) < needed
}

const CONDITIONAL: u8 = 1;
const NOT: u8 = 4;
const COMPARISON: u8 = 5;
const SIGN: u8 = 11;
const ATOM: u8 = 13;

/// How tightly an expression holds together, as Python has it: more binds tighter.
fn binding_power(expr: Expr) -> u8 {
    match expr {
        Expr::Conditional { .. } => CONDITIONAL,
        Expr::Binary { op, .. } => binary(op),
        Expr::Unary { op: UnaryOp::Not, .. } => NOT,
        Expr::Compare { .. } => COMPARISON,
        Expr::Unary { .. } => SIGN,
        _ => ATOM,
    }
}

fn binary(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => 2,
        BinaryOp::And => 3,
        BinaryOp::BitOr => 6,
        BinaryOp::BitAnd => 7,
        BinaryOp::Add | BinaryOp::Subtract => 9,
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::FloorDivide | BinaryOp::Remainder => 10,
        BinaryOp::Power => 12,
    }
}
