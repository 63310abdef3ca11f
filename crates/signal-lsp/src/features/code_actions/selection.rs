//! Which expression a selection or a cursor means.

use signal_syntax::{Expr, ExprId, StatementKind, Tree};
use signal_text::{Source, Span};

use crate::snapshot::Snapshot;

/// An expression with the statement that it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Selected {
    /// Index of the statement.
    pub(super) statement: usize,
    /// The expression.
    pub(super) id: ExprId,
}

/// The innermost expression around a selection, blanks at its ends aside, in a statement that could be read.
pub(super) fn innermost(source: &Source, tree: &Tree, selection: Span) -> Option<Selected> {
    let span = trimmed(source, selection);
    let statement = statement_around(tree, span)?;
    let around = tree.ids_of(statement).filter(|id| contains(tree.span(*id), span));
    // The last of several of one length: the outermost.
    let id = around.rev().min_by_key(|id| tree.span(*id).len())?;
    Some(Selected { statement, id })
}

/// The statement around a place, if it could be read in full.
fn statement_around(tree: &Tree, span: Span) -> Option<usize> {
    let statements = tree.statements();
    let at = statements.partition_point(|statement| statement.span.end < span.start);
    // A cursor between two statements belongs to the one that begins there.
    let next = statements.get(at + 1).is_some_and(|next| contains(next.span, span));
    let at = if next { at + 1 } else { at };
    let around = contains(statements.get(at)?.span, span);
    (around && is_whole(tree, at)).then_some(at)
}

/// Whether all of a statement could be read.
pub(super) fn is_whole(tree: &Tree, statement: usize) -> bool {
    !matches!(tree.statements()[statement].kind, StatementKind::Error { .. })
        && !tree.ids_of(statement).any(|id| tree.expr(id) == Expr::Error)
}

/// Whether a comment allows what was found in a place: moved elsewhere it would speak for something else.
pub(super) fn is_allowed_something(snapshot: &Snapshot, span: Span) -> bool {
    let allowed = &snapshot.findings().suppressed;
    allowed.iter().any(|allowed| contains(span, allowed.diagnostic.span))
}

/// The value of a statement.
pub(super) fn root(tree: &Tree, statement: usize) -> Option<ExprId> {
    match tree.statements()[statement].kind {
        StatementKind::Assign { value, .. } | StatementKind::Expr(value) => Some(value),
        StatementKind::Error { .. } => None,
    }
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// A selection without the blanks at its ends.
pub(super) fn trimmed(source: &Source, selection: Span) -> Span {
    let text = source.slice(selection);
    if text.trim().is_empty() {
        return selection;
    }
    let start = selection.start + (text.len() - text.trim_start().len()) as u32;
    Span::new(start, start + text.trim().len() as u32)
}

/// A piece of a script for a title: on one line and not too long.
pub(super) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 40;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(LONGEST).collect();
    let short = if short.len() < line.len() { format!("{}…", short.trim_end()) } else { line };
    signal_market::excerpt(&short).into_owned()
}
