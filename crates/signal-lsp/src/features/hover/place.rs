//! What stands under the cursor: a comment, a word of the text, and what the tree says that it is.

use signal_syntax::{DefinitionId, Expr, ExprId, StatementKind, Token, Trivia, TriviaKind, UnaryOp};
use signal_text::Span;

use crate::snapshot::Snapshot;

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    /// The name that a call calls; the call.
    Callee(ExprId),
    /// A name that is read.
    Name(ExprId),
    /// A name that is bound here.
    Definition(DefinitionId),
    /// The name in `name=value`: the call, and which of its arguments.
    Keyword(ExprId, usize),
    /// The name behind a dot; the expression that ends with it.
    Output(ExprId),
    /// A number, a string, `True` or the like.
    Literal(ExprId),
    /// A sign or word between or before operands; the expression that it makes.
    Operator(ExprId),
    /// A word of a statement that did not parse.
    Broken,
}

/// The comment or directive at an offset.
pub(super) fn comment(snapshot: &Snapshot, offset: u32) -> Option<Trivia> {
    let trivia = snapshot.tree().trivia();
    let from = trivia.partition_point(|one| one.span.end < offset);
    let at = trivia[from..].iter().take_while(|one| one.span.start <= offset);
    at.copied().find(|one| matches!(one.kind, TriviaKind::Comment | TriviaKind::Directive))
}

/// The token that the cursor is on: the one around it, or the word that ends right before it.
pub(super) fn token(snapshot: &Snapshot, offset: u32) -> Option<(Token, Span)> {
    let tokens = snapshot.tokens();
    let from = tokens.spans.partition_point(|span| span.end < offset);
    let near = tokens.spans[from..].iter().zip(&tokens.kinds[from..]).take_while(|(span, _)| span.start <= offset);
    let near = near.map(|(span, kind)| (*kind, *span)).filter(|(kind, _)| !matches!(kind, Token::LineEnd | Token::End));
    near.min_by_key(|(kind, span)| (!is_word(*kind), offset == span.end))
}

/// Whether it is more than a sign, so that a cursor behind it still means it.
fn is_word(token: Token) -> bool {
    use Token as T;
    matches!(
        token,
        T::Name
            | T::Number
            | T::String
            | T::True
            | T::False
            | T::None
            | T::And
            | T::Or
            | T::Not
            | T::If
            | T::Else
            | T::BadNumber
            | T::UnclosedString
    )
}

/// What the token under `span` is in the tree; `None` for brackets, commas and other signs that hold nothing.
pub(super) fn place(snapshot: &Snapshot, token: Token, span: Span) -> Option<Place> {
    let tree = snapshot.tree();
    let statements = tree.statements();
    let at = statements.partition_point(|statement| statement.span.end < span.end);
    let Some(statement) = statements.get(at).filter(|statement| statement.span.start <= span.start) else {
        return Some(Place::Broken);
    };
    if matches!(statement.kind, StatementKind::Error { .. }) {
        return Some(Place::Broken);
    }
    if token == Token::Name
        && let Some(definition) = snapshot.facts().bindings.at(span)
    {
        return Some(Place::Definition(definition));
    }
    tree.ids_of(at).find_map(|id| of_expression(snapshot, id, token, span))
}

fn of_expression(snapshot: &Snapshot, id: ExprId, token: Token, span: Span) -> Option<Place> {
    let tree = snapshot.tree();
    let own = tree.span(id);
    // What lies elsewhere, which is nearly all of it.
    if span.start < own.start || own.end < span.end {
        return None;
    }
    match tree.expr(id) {
        Expr::Name => (own == span && !snapshot.facts().bindings.is_callee(id)).then_some(Place::Name(id)),
        Expr::Number(_) | Expr::String | Expr::Bool(_) | Expr::None => (own == span).then_some(Place::Literal(id)),
        Expr::Call { callee, arguments } => {
            if tree.span(callee) == span && matches!(tree.expr(callee), Expr::Name) {
                return Some(Place::Callee(id));
            }
            let keyword = tree.arguments(arguments).iter().position(|argument| argument.name == Some(span));
            keyword.map(|argument| Place::Keyword(id, argument))
        }
        Expr::Attribute { name, .. } => (name == span).then_some(Place::Output(id)),
        Expr::Binary { op_span, .. } => (op_span == span).then_some(Place::Operator(id)),
        Expr::Compare { rest, .. } => {
            tree.comparisons(rest).iter().any(|(_, at, _)| *at == span).then_some(Place::Operator(id))
        }
        Expr::Unary { op, .. } => {
            let written = op == UnaryOp::Not && token == Token::Not || op != UnaryOp::Not;
            (written && own.start == span.start).then_some(Place::Operator(id))
        }
        Expr::Conditional { then, otherwise, .. } => {
            let between = tree.span(then).end <= span.start && span.end <= tree.span(otherwise).start;
            (matches!(token, Token::If | Token::Else) && between).then_some(Place::Operator(id))
        }
        Expr::Index { .. } | Expr::List(_) | Expr::Tuple(_) | Expr::Paren(_) | Expr::Error => None,
    }
}
