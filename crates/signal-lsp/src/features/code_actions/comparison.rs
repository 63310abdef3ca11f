//! Swaps the sides of a comparison.

use signal_syntax::{CompareOp, Expr};
use signal_text::Span;

use super::selection::{excerpt, innermost, trimmed};
use super::{Action, Does, Kind, place};
use crate::snapshot::Snapshot;

/// `a < b` as `b > a`, where the cursor is on the operator or the whole comparison is selected.
pub(super) fn actions(snapshot: &Snapshot, selection: Span, actions: &mut Vec<Action>) {
    let (source, tree) = (snapshot.source(), snapshot.tree());
    let Some(at) = innermost(source, tree, selection) else { return };
    let Expr::Compare { first, rest } = tree.expr(at.id) else { return };
    let [(op, op_span, right)] = tree.comparisons(rest) else { return };
    let selection = trimmed(source, selection);
    let on_operator = op_span.start <= selection.start && selection.end <= op_span.end;
    if !on_operator && selection != tree.span(at.id) {
        return;
    }
    let (left, right) = (tree.span(first), tree.span(*right));
    let mirrored = match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessEqual => CompareOp::GreaterEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterEqual => CompareOp::LessEqual,
        same => *same,
    };
    let text = |span: Span| source.slice(span);
    if mirrored == *op && text(left) == text(right) {
        return;
    }
    let swapped = excerpt(&format!("{} {} {}", text(right), mirrored.symbol(), text(left)));
    let edit = |span: Span, text: &str| place::replace(source, span, text);
    let edits = vec![edit(left, text(right)), edit(*op_span, mirrored.symbol()), edit(right, text(left))];
    actions.push(Action::new(Kind::Rewrite, format!("Swap the sides: `{swapped}`"), Does::Edits(edits)));
}
