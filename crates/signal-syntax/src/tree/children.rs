//! What expressions are made of.

use super::{Expr, ExprId, Tree};

impl Tree {
    /// Calls `each` with every operand, argument and item of an expression, in the order of the text.
    /// A call's callee is one of them.
    pub fn for_each_child(&self, id: ExprId, mut each: impl FnMut(ExprId)) {
        match self.expr(id) {
            Expr::Number(_) | Expr::String | Expr::Bool(_) | Expr::None | Expr::Name | Expr::Error => {}
            Expr::Unary { operand: inner, .. } | Expr::Paren(inner) | Expr::Attribute { base: inner, .. } => {
                each(inner)
            }
            Expr::Binary { left, right, .. } => [left, right].into_iter().for_each(each),
            Expr::Compare { first, rest } => {
                each(first);
                self.comparisons(rest).iter().for_each(|&(_, _, right)| each(right));
            }
            Expr::Call { callee, arguments } => {
                each(callee);
                self.arguments(arguments).iter().for_each(|argument| each(argument.value));
            }
            Expr::Index { base, index } => [base, index].into_iter().for_each(each),
            Expr::Conditional { then, condition, otherwise } => {
                [then, condition, otherwise].into_iter().for_each(each);
            }
            Expr::List(items) | Expr::Tuple(items) => self.items(items).iter().copied().for_each(each),
        }
    }
}
