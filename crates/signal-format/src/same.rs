//! Whether two texts are the same script: equal statements, comments and directives, wherever they stand.

use signal_syntax::{Expr, ExprId, Statement, StatementKind, Tree, TriviaKind};
use signal_text::{Source, Span};

type Script<'a> = (&'a Source, &'a Tree);

/// The place in `before` from which on `after` is another script; `None` where they are the same.
///
/// The only thing that may be new is a pair of parentheses around a statement's whole value, which lets it go on over
/// several lines.
pub(crate) fn difference(before: Script<'_>, after: Script<'_>) -> Option<u32> {
    statements(before, after).or_else(|| comments(before, after))
}

fn statements(before: Script<'_>, after: Script<'_>) -> Option<u32> {
    let (old, new) = (before.1.statements(), after.1.statements());
    let mut grown = 0;
    for (n, (one, other)) in old.iter().zip(new).enumerate() {
        let pair = Pair { before, after, grown };
        match pair.statement(n, one, other) {
            Some(added) => grown += added,
            None => return Some(one.span.start),
        }
    }
    (old.len() != new.len()).then(|| old.get(new.len()).map_or(before.0.text().len() as u32, |first| first.span.start))
}

/// Two trees at statements that should be the same one.
struct Pair<'a> {
    before: Script<'a>,
    after: Script<'a>,
    /// How many expressions the statements above have gained.
    grown: usize,
}

impl Pair<'_> {
    /// How many expressions the statement has gained; `None`: it is another one.
    fn statement(&self, n: usize, one: &Statement, other: &Statement) -> Option<usize> {
        let value = match (one.kind, other.kind) {
            (StatementKind::Assign { targets, value }, StatementKind::Assign { targets: names, value: new }) => {
                let (targets, names) = (self.before.1.targets(targets), self.after.1.targets(names));
                let alike = targets.len() == names.len()
                    && targets.iter().zip(names).all(|(one, other)| self.same_text(*one, *other));
                alike.then_some((value, new))?
            }
            (StatementKind::Expr(value), StatementKind::Expr(new)) => (value, new),
            // What did not parse is not to be touched.
            (StatementKind::Error { .. }, StatementKind::Error { .. }) => {
                return self.same_text(one.span, other.span).then_some(0);
            }
            _ => return None,
        };
        let (old, new) = (self.before.1.ids_of(n), self.after.1.ids_of(n));
        let (count, new_count) = (old.size_hint().0, new.size_hint().0);
        let mut ids = old.zip(new);
        if !ids.all(|(one, other)| self.is_moved(one, other) && self.same_expr(one, other)) {
            return None;
        }
        if count == new_count {
            return self.is_moved(value.0, value.1).then_some(0);
        }
        match self.after.1.expr(value.1) {
            Expr::Paren(inner) if new_count == count + 1 && self.is_moved(value.0, inner) => Some(1),
            _ => None,
        }
    }

    fn same_text(&self, one: Span, other: Span) -> bool {
        self.before.0.slice(one) == self.after.0.slice(other)
    }

    /// Whether an expression is where the other one has to be. Equal statements lie in their arenas in the same order.
    fn is_moved(&self, one: ExprId, other: ExprId) -> bool {
        one.index() + self.grown == other.index()
    }

    fn same_expr(&self, one: ExprId, other: ExprId) -> bool {
        let (old, new) = (self.before.1, self.after.1);
        let moved = |a: ExprId, b: ExprId| self.is_moved(a, b);
        match (old.expr(one), new.expr(other)) {
            (Expr::Number(_), Expr::Number(_))
            | (Expr::Bool(_), Expr::Bool(_))
            | (Expr::Name, Expr::Name)
            | (Expr::None, Expr::None)
            | (Expr::Error, Expr::Error) => self.same_text(old.span(one), new.span(other)),
            (Expr::String, Expr::String) => {
                self.same_text(old.span(one), new.span(other))
                    || old.string(self.before.0, one) == new.string(self.after.0, other)
            }
            (Expr::Unary { op, operand }, Expr::Unary { op: op2, operand: operand2 }) => {
                op == op2 && moved(operand, operand2)
            }
            (Expr::Binary { op, left, right, .. }, Expr::Binary { op: op2, left: left2, right: right2, .. }) => {
                op == op2 && moved(left, left2) && moved(right, right2)
            }
            (Expr::Compare { first, rest }, Expr::Compare { first: first2, rest: rest2 }) => {
                let (rest, rest2) = (old.comparisons(rest), new.comparisons(rest2));
                moved(first, first2)
                    && rest.len() == rest2.len()
                    && rest.iter().zip(rest2).all(|(a, b)| a.0 == b.0 && moved(a.2, b.2))
            }
            (Expr::Call { callee, arguments }, Expr::Call { callee: callee2, arguments: arguments2 }) => {
                let (arguments, arguments2) = (old.arguments(arguments), new.arguments(arguments2));
                moved(callee, callee2)
                    && arguments.len() == arguments2.len()
                    && arguments.iter().zip(arguments2).all(|(a, b)| {
                        moved(a.value, b.value)
                            && match (a.name, b.name) {
                                (None, None) => true,
                                (Some(a), Some(b)) => self.same_text(a, b),
                                _ => false,
                            }
                    })
            }
            (Expr::Index { base, index }, Expr::Index { base: base2, index: index2 }) => {
                moved(base, base2) && moved(index, index2)
            }
            (Expr::Attribute { base, name }, Expr::Attribute { base: base2, name: name2 }) => {
                moved(base, base2) && self.same_text(name, name2)
            }
            (
                Expr::Conditional { then, condition, otherwise },
                Expr::Conditional { then: then2, condition: condition2, otherwise: otherwise2 },
            ) => moved(then, then2) && moved(condition, condition2) && moved(otherwise, otherwise2),
            (Expr::List(items), Expr::List(items2)) | (Expr::Tuple(items), Expr::Tuple(items2)) => {
                let (items, items2) = (old.items(items), new.items(items2));
                items.len() == items2.len() && items.iter().zip(items2).all(|(a, b)| moved(*a, *b))
            }
            (Expr::Paren(inner), Expr::Paren(inner2)) => moved(inner, inner2),
            _ => false,
        }
    }
}

/// The first comment or directive that is not the same but for its blanks.
fn comments(before: Script<'_>, after: Script<'_>) -> Option<u32> {
    let of = |tree: &Tree| {
        let all = tree.trivia().iter().copied();
        all.filter(|trivia| matches!(trivia.kind, TriviaKind::Comment | TriviaKind::Directive)).collect::<Vec<_>>()
    };
    let (old, new) = (of(before.1), of(after.1));
    for (one, other) in old.iter().zip(&new) {
        let (text, other_text) = (before.0.slice(one.span), after.0.slice(other.span));
        let letters = |text| str::chars(text).filter(|c| !matches!(c, ' ' | '\t' | '\x0C'));
        if one.kind != other.kind || text != other_text && !letters(text).eq(letters(other_text)) {
            return Some(one.span.start);
        }
    }
    (old.len() != new.len()).then(|| old.get(new.len()).map_or(before.0.text().len() as u32, |first| first.span.start))
}
