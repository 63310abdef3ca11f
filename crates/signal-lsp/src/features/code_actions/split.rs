//! Binds the parts of a signal's condition to names of their own.

use signal_analysis::Type;
use signal_syntax::{BinaryOp, Expr, ExprId};
use signal_text::{Edit, Span};

use super::extract::{on_a_line, outside};
use super::selection::{innermost, is_allowed_something, root};
use super::{Action, Does, Kind, Task, naming, place};
use crate::snapshot::Snapshot;

/// `emit_signal(a > 1 and b < 2, ...)` with a name for `a > 1` and one for `b < 2`.
pub(super) fn actions(snapshot: &Snapshot, selection: Span, actions: &mut Vec<Action>) {
    let tree = snapshot.tree();
    let Some(at) = innermost(snapshot.source(), tree, selection) else { return };
    let Some((chain, op)) = chain_around(snapshot, at.id) else { return };
    let named = parts(snapshot, chain, op).into_iter().filter(|part| takes_a_name(snapshot, *part)).count();
    if named < 2 {
        return;
    }
    let title = format!("Split the condition at `{}` into {named} names", op.symbol());
    actions.push(Action::new(Kind::Extract, title, Does::Later(Task::Split { expression: chain.index() })));
}

/// The outermost chain of one operator around an expression, if it is the condition of a signal or bound to a name.
fn chain_around(snapshot: &Snapshot, id: ExprId) -> Option<(ExprId, BinaryOp)> {
    let (facts, tree) = (snapshot.facts(), snapshot.tree());
    let is_condition = |id: ExprId| {
        let statement = tree.statement_of(id);
        let is_signals = facts.signals.iter().any(|signal| signal.condition == Some(id));
        is_signals || root(tree, statement) == Some(id)
    };
    let mut at = id;
    let whole = loop {
        if is_condition(at) {
            break at;
        }
        at = facts.parent(at)?;
    };
    let whole = tree.unparenthesized(whole);
    match tree.expr(whole) {
        Expr::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => Some((whole, op)),
        _ => None,
    }
}

/// What a chain joins, in the order of the text.
fn parts(snapshot: &Snapshot, chain: ExprId, joined_by: BinaryOp) -> Vec<ExprId> {
    let tree = snapshot.tree();
    let (mut parts, mut steps) = (Vec::new(), vec![chain]);
    while let Some(id) = steps.pop() {
        match tree.expr(id) {
            Expr::Binary { op, left, right, .. } if op == joined_by => steps.extend([right, left]),
            _ => parts.push(id),
        }
    }
    parts
}

fn takes_a_name(snapshot: &Snapshot, part: ExprId) -> bool {
    let (facts, tree) = (snapshot.facts(), snapshot.tree());
    let inner = tree.unparenthesized(part);
    matches!(facts.type_of(inner), Type::Boolean | Type::Number | Type::Unknown)
        && !matches!(tree.expr(inner), Expr::Name | Expr::Bool(_) | Expr::Number(_))
        && !is_allowed_something(snapshot, tree.span(inner))
}

/// The edits that split a condition.
pub(super) fn edits(snapshot: &Snapshot, expression: usize) -> Option<Vec<Edit>> {
    let (source, tree) = (snapshot.source(), snapshot.tree());
    let chain = tree.ids().nth(expression)?;
    let Expr::Binary { op, .. } = tree.expr(chain) else { return None };
    let (mut names, mut lines, mut edits) = (Vec::new(), Vec::new(), Vec::new());
    for part in parts(snapshot, chain, op).into_iter().filter(|part| takes_a_name(snapshot, *part)) {
        let inner = tree.unparenthesized(part);
        let name = naming::name_for(snapshot, inner, &names)?;
        lines.push(format!("{name} = {}", on_a_line(snapshot, inner)));
        edits.push(place::replace(source, outside(snapshot, inner), &name));
        names.push(name);
    }
    edits.push(place::insert_before(source, tree, tree.statement_of(chain), &lines)?);
    Some(edits)
}
