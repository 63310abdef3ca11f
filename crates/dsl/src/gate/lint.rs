//! What is wrong with a condition, before a run is spent on it: unknown figures, types that don't fit, comparisons that are
//! decided already.

use signal_syntax::{BinaryOp, CompareOp, Expr, ExprId, Tree, UnaryOp};
use signal_text::{Diagnostic, Fix, Severity, Source, Span, closest};

use super::evaluate::{arithmetic, bases, plain};
use super::figures::{FIGURES, Figure, OBJECTS};
use super::{CODE, path};

/// What an expression is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// A number between two bounds.
    Number(f64, f64),
    /// A condition.
    Condition,
    /// Found fault with already, or the base of an attribute: nothing more is said of it.
    Wrong,
}

/// Any number at all.
const ANY: Kind = Kind::Number(f64::NEG_INFINITY, f64::INFINITY);

/// Everything that is wrong with a condition, or odd, in the order of the text.
pub(super) fn lint(source: &Source, tree: &Tree, root: ExprId) -> Vec<Diagnostic> {
    let mut linter =
        Linter { source, tree, bases: bases(tree), kinds: Vec::with_capacity(tree.len()), found: Vec::new() };
    for id in tree.ids() {
        let kind = if linter.bases[id.index()] { Kind::Wrong } else { linter.kind(id) };
        linter.kinds.push(kind);
    }
    if matches!(linter.of(root), Kind::Number(..)) {
        let text = linter.text(root);
        linter.error(
            tree.span(root),
            format!("`{text}` is a number, not a condition"),
            format!("compare it with something: `{text} < 1`"),
        );
    } else if matches!(tree.expr(tree.unparenthesized(root)), Expr::Bool(_)) {
        let text = linter.text(root);
        linter.error(
            tree.span(root),
            format!("`{text}` is the same for every result"),
            "compare a figure with a number",
        );
    }
    linter.found.sort_by_key(|one| one.span);
    linter.found
}

struct Linter<'a> {
    source: &'a Source,
    tree: &'a Tree,
    bases: Vec<bool>,
    kinds: Vec<Kind>,
    found: Vec<Diagnostic>,
}

impl<'a> Linter<'a> {
    fn of(&self, id: ExprId) -> Kind {
        self.kinds.get(id.index()).copied().unwrap_or(Kind::Wrong)
    }

    fn text(&self, id: ExprId) -> &'a str {
        self.source.slice(self.tree.span(id))
    }

    fn error(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Diagnostic::new(CODE, Severity::Error, span, message).help(help));
    }

    fn kind(&mut self, id: ExprId) -> Kind {
        let span = self.tree.span(id);
        match self.tree.expr(id) {
            Expr::Number(number) => Kind::Number(number, number),
            Expr::Bool(_) => Kind::Condition,
            Expr::Name | Expr::Attribute { .. } => self.figure(id),
            Expr::Paren(inner) => self.of(inner),
            Expr::Unary { op: UnaryOp::Not | UnaryOp::Invert, operand } => {
                self.wants_condition(operand);
                Kind::Condition
            }
            Expr::Unary { op: UnaryOp::Negate, operand } => match self.number(operand) {
                Some((low, high)) => Kind::Number(-high, -low),
                None => Kind::Wrong,
            },
            Expr::Unary { op: UnaryOp::Plus, operand } => {
                self.number(operand).map_or(Kind::Wrong, |(low, high)| Kind::Number(low, high))
            }
            Expr::Binary { op: BinaryOp::And | BinaryOp::Or, left, right, .. } => {
                self.wants_condition(left);
                self.wants_condition(right);
                Kind::Condition
            }
            Expr::Binary { op: op @ (BinaryOp::BitAnd | BinaryOp::BitOr), op_span, left, right } => {
                self.bits(op, op_span, left, right)
            }
            Expr::Binary { op, left, right, .. } => match (self.number(left), self.number(right)) {
                (Some(a), Some(b)) => combined(op, a, b),
                _ => Kind::Wrong,
            },
            Expr::Compare { first, rest } => {
                let mut left = first;
                for &(op, _, right) in self.tree.comparisons(rest) {
                    self.comparison(op, left, right);
                    left = right;
                }
                Kind::Condition
            }
            Expr::Call { callee, .. } => {
                let name = self.text(callee);
                // What stands in it would be found fault with for the same reason.
                self.found.retain(|one| !(span.start <= one.span.start && one.span.end <= span.end));
                self.error(
                    span,
                    format!("`{name}(...)` can't be called here: a condition reads the figures of a result, no bars"),
                    names_help(),
                );
                Kind::Wrong
            }
            Expr::Index { .. }
            | Expr::Conditional { .. }
            | Expr::List(_)
            | Expr::Tuple(_)
            | Expr::String
            | Expr::None => {
                let text = self.text(id);
                self.error(
                    span,
                    format!("`{text}` has no place in a condition"),
                    "there are figures, numbers, arithmetic, comparisons, `and`, `or` and `not`",
                );
                Kind::Wrong
            }
            Expr::Error => Kind::Wrong,
        }
    }

    /// A name: one of the figures, or a field of the server's own.
    fn figure(&mut self, id: ExprId) -> Kind {
        let span = self.tree.span(id);
        let Some(path) = path(self.source, self.tree, id) else {
            let text = self.text(id);
            self.error(span, format!("`{text}` is no figure"), names_help());
            return Kind::Wrong;
        };
        match path.as_slice() {
            [name] => {
                if let Some(Figure { bounds: (low, high), .. }) = known(name) {
                    return Kind::Number(*low, *high);
                }
                if OBJECTS.contains(name) {
                    self.error(
                        span,
                        format!("`{name}` is not one figure but all of them"),
                        format!("write which: `{name}.NAME`"),
                    );
                    return Kind::Wrong;
                }
                let message = format!("there is no figure `{name}`");
                let near = closest(name, FIGURES.iter().map(|figure| figure.name));
                let finding = Diagnostic::new(CODE, Severity::Error, span, message);
                self.found.push(match near {
                    Some(near) => finding.help(format!("did you mean `{near}`?")).fix(Fix::replace(
                        format!("replace by `{near}`"),
                        false,
                        span,
                        near,
                    )),
                    None => finding.help(names_help()),
                });
                Kind::Wrong
            }
            [object, ..] if OBJECTS.contains(object) => match path.as_slice() {
                // By its own name it is linted and, a drawdown, counted by its size.
                ["metrics", name] if known(name).is_some() => {
                    let fix = Fix::replace(format!("replace by `{name}`"), true, span, *name);
                    self.found.push(
                        Diagnostic::new(CODE, Severity::Error, span, format!("`{name}` has a name of its own"))
                            .fix(fix),
                    );
                    Kind::Wrong
                }
                _ => ANY,
            },
            [object, ..] => {
                let object = (*object).to_owned();
                self.error(
                    span,
                    format!("`{object}` has no fields"),
                    "a figure of the server's own is `metrics.NAME` or `summary.NAME`",
                );
                Kind::Wrong
            }
            [] => Kind::Wrong,
        }
    }

    /// The bounds of an operand that has to be a number; one that is a condition is reported.
    fn number(&mut self, id: ExprId) -> Option<(f64, f64)> {
        match self.of(id) {
            Kind::Number(low, high) => Some((low, high)),
            Kind::Condition => {
                let text = self.text(id);
                let help = "a condition is joined with `and`, `or` and `not`; it can't be compared or reckoned with";
                self.error(self.tree.span(id), format!("`{text}` is a condition, and a number is wanted here"), help);
                None
            }
            Kind::Wrong => None,
        }
    }

    fn wants_condition(&mut self, id: ExprId) {
        if let Kind::Number(..) = self.of(id) {
            let text = self.text(id);
            self.error(
                self.tree.span(id),
                format!("`{text}` is a number, and a condition is wanted here"),
                format!("compare it with something: `{text} < 1`"),
            );
        }
    }

    /// `|` and `&` bind tighter than comparisons, so `a < 1 | b > 2` is not what it looks like.
    fn bits(&mut self, op: BinaryOp, op_span: Span, left: ExprId, right: ExprId) -> Kind {
        let numbers = [left, right].iter().any(|&side| matches!(self.of(side), Kind::Number(..)));
        if !numbers {
            return Kind::Condition;
        }
        let word = if op == BinaryOp::BitOr { "or" } else { "and" };
        let message = format!("`{}` takes the two numbers beside it, before they are compared", op.symbol());
        let fix = Fix::replace(format!("replace by `{word}`"), false, op_span, word);
        self.found.push(
            Diagnostic::new(CODE, Severity::Error, op_span, message)
                .help(format!("conditions are joined with `{word}`"))
                .fix(fix),
        );
        Kind::Wrong
    }

    fn comparison(&mut self, op: CompareOp, left: ExprId, right: ExprId) {
        let (Some(a), Some(b)) = (self.number(left), self.number(right)) else { return };
        let span = Span::new(self.tree.span(left).start, self.tree.span(right).end);
        let text = self.source.slice(span).to_owned();
        match decided(op, a, b) {
            Some(holds) => {
                let message = if holds {
                    format!("`{text}` holds for every result, so every run would fail")
                } else {
                    format!("`{text}` can never hold, so it guards nothing")
                };
                let help = [left, right].iter().find_map(|&side| self.bounds_help(side));
                let help = help.unwrap_or_else(|| "compare a figure with a number".to_owned());
                self.error(span, message, help);
            }
            None => {
                let odd = self.fraction(left, b, right).or_else(|| self.fraction(right, a, left));
                self.found.extend(odd);
            }
        }
    }

    /// Which values the figure of an operand can have.
    fn bounds_help(&self, id: ExprId) -> Option<String> {
        let figure = known(self.tree.name(self.source, self.tree.unparenthesized(id))?)?;
        let name = figure.name;
        let (low, high) = figure.bounds;
        Some(if name == "max_drawdown" {
            "`max_drawdown` is counted by its size, 0 or more: `max_drawdown > 20` is a fall of more than 20 %"
                .to_owned()
        } else if high.is_finite() {
            format!("`{name}` is {} to {}: {}", plain(low), plain(high), figure.meaning)
        } else if low.is_finite() {
            format!("`{name}` is {} or more: {}", plain(low), figure.meaning)
        } else {
            return None;
        })
    }

    /// A percentage that is held against a fraction.
    fn fraction(&self, id: ExprId, other: (f64, f64), number: ExprId) -> Option<Diagnostic> {
        let figure = known(self.tree.name(self.source, self.tree.unparenthesized(id))?)?;
        let (low, high) = other;
        let is_fraction = low == high && low > 0.0 && low < 1.0;
        (figure.percent && is_fraction).then(|| {
            let (span, percent) = (self.tree.span(number), plain(low * 100.0));
            let message = format!("`{}` is in percent, so this is {} %", figure.name, plain(low));
            Diagnostic::new(CODE, Severity::Warning, span, message)
                .help(format!("{percent} % is written `{percent}`"))
                .fix(Fix::replace(format!("replace by `{percent}`"), false, span, percent.clone()))
        })
    }
}

fn known(name: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|figure| figure.name == name)
}

fn names_help() -> String {
    let names: Vec<&str> = FIGURES.iter().map(|figure| figure.name).collect();
    format!("the figures are {}; one that only your server sends is `metrics.NAME`", names.join(", "))
}

/// Whether a comparison comes to the same whatever the values are.
fn decided(op: CompareOp, (a_low, a_high): (f64, f64), (b_low, b_high): (f64, f64)) -> Option<bool> {
    let less = |(always, never): (bool, bool)| if always { Some(true) } else { never.then_some(false) };
    let points = a_low == a_high && b_low == b_high && a_low == b_low;
    let apart = a_high < b_low || b_high < a_low;
    match op {
        CompareOp::Less => less((a_high < b_low, a_low >= b_high)),
        CompareOp::LessEqual => less((a_high <= b_low, a_low > b_high)),
        CompareOp::Greater => less((a_low > b_high, a_high <= b_low)),
        CompareOp::GreaterEqual => less((a_low >= b_high, a_high < b_low)),
        CompareOp::Equal => less((points, apart)),
        CompareOp::NotEqual => less((apart, points)),
    }
}

/// The bounds of an arithmetic result: of its corners, where they tell.
fn combined(op: BinaryOp, a: (f64, f64), b: (f64, f64)) -> Kind {
    let told = matches!(op, BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply)
        || (op == BinaryOp::Divide && (b.0 > 0.0 || b.1 < 0.0))
        || (a.0 == a.1 && b.0 == b.1);
    if !told {
        return ANY;
    }
    let corners = [(a.0, b.0), (a.0, b.1), (a.1, b.0), (a.1, b.1)].map(|(a, b)| arithmetic(op, a, b));
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for corner in corners {
        // Infinity times zero, and its like: nothing is known.
        let Some(corner) = corner.filter(|corner| !corner.is_nan()) else { return ANY };
        (low, high) = (low.min(corner), high.max(corner));
    }
    Kind::Number(low, high)
}
