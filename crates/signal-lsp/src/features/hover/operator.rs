//! Operators: what each does, and what comes of it here.

use signal_syntax::{Expr, ExprId, Token, UnaryOp};

use super::literal;
use super::value::{sort, time};
use crate::features::vocabulary::{joined, list};
use crate::snapshot::Snapshot;
use crate::wording::{block, on_one_line};

/// Longest expression that is shown above what is known of it.
const LONGEST: usize = 72;

/// An operator with its operands.
pub(super) fn between(snapshot: &Snapshot, id: ExprId, token: Token) -> Option<String> {
    let facts = snapshot.facts();
    // The sign of a number is a part of it.
    if let Expr::Unary { op: UnaryOp::Negate | UnaryOp::Plus, operand } = facts.tree().expr(id)
        && let Expr::Number(_) = facts.tree().expr(operand)
    {
        return literal::literal(snapshot, operand);
    }
    let mut lines = vec![format!("**Value**: {}", sort(snapshot, id))];
    if facts.constants.number(id).is_none() {
        lines.extend(time(snapshot, id));
    }
    let expression = block(&on_one_line(facts.text(id), LONGEST));
    let what = match (facts.tree().expr(id), token) {
        (Expr::Unary { .. }, Token::Minus) => "The negative of what follows. *Assumed: read as in Python*",
        (_, Token::Minus) => "The difference. *Assumed: read as in Python*",
        _ => alone(token)?,
    };
    Some(joined(vec![expression, what.to_owned(), list(lines.into_iter())]))
}

/// What an operator does; what is not documented says so.
pub(super) const fn alone(token: Token) -> Option<&'static str> {
    Some(match token {
        Token::And => "Holds on the bars where both conditions hold. *Assumed: read as in Python*",
        Token::Or => "Holds on the bars where at least one of the conditions holds. *Assumed: read as in Python*",
        Token::Not => "Holds on the bars where the condition does not. *Assumed: read as in Python*",
        Token::If | Token::Else => {
            "The value before `if` on the bars where the condition holds, else the one behind `else`. \
             *Assumed: read as in Python*"
        }
        Token::Less => "Holds on the bars where the left value is below the right one. *Documented*",
        Token::Greater => "Holds on the bars where the left value is above the right one. *Documented*",
        Token::LessEqual => {
            "Holds on the bars where the left value is below the right one or equal to it. *Assumed: read as in Python*"
        }
        Token::GreaterEqual => {
            "Holds on the bars where the left value is above the right one or equal to it. *Assumed: read as in Python*"
        }
        Token::EqualEqual => "Holds on the bars where both values are equal. *Assumed: read as in Python*",
        Token::BangEqual => "Holds on the bars where the values differ. *Assumed: read as in Python*",
        Token::Plus => "The sum. *Assumed: read as in Python*",
        Token::Minus => "The difference, or the negative of what follows. *Assumed: read as in Python*",
        Token::Star => "The product. *Assumed: read as in Python*",
        Token::Slash => "The quotient. *Assumed: read as in Python*",
        Token::DoubleSlash => "The quotient, rounded down. *Assumed: read as in Python*",
        Token::Percent => "The remainder; it has the divisor's sign. *Assumed: read as in Python*",
        Token::DoubleStar => "The power. *Assumed: read as in Python*",
        Token::Ampersand => "Both, bit by bit; binds tighter than a comparison. Scripts say `and`. *Assumed*",
        Token::Pipe => "Either, bit by bit; binds tighter than a comparison. Scripts say `or`. *Assumed*",
        Token::Tilde => "The opposite, bit by bit. Scripts say `not`. *Assumed*",
        _ => return None,
    })
}
