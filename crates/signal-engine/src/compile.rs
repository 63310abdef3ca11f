//! Tree to nodes: names resolved, calls bound, types settled, signals gathered. One pass over the arena, no recursion.

mod calls;
mod conditions;
mod meaning;
mod parts;

use std::rc::Rc;

use signal_catalog::{Catalog, Kind, PriceColumn};
use signal_syntax::{BinaryOp, Bindings, CompareOp, Constants, Expr, ExprId, List, StatementKind, Tree, UnaryOp};
use signal_text::{Source, Span, closest};

use crate::error::CompileError;
use crate::ir::{NodeId, Nodes, Op, Real};
use crate::operators::Type;
use crate::program::{Program, Signal};
use meaning::Meaning;

/// What a step of the compiler comes to.
type Compiled<T> = Result<T, CompileError>;

/// Compiles a script.
pub(crate) fn compile(source: &Source, tree: &Tree, catalog: &Catalog) -> Compiled<Program> {
    let bindings = Bindings::new(source, tree);
    let constants = Constants::new(source, tree, &bindings);
    let mut compiler = Compiler {
        source,
        tree,
        catalog,
        bindings: &bindings,
        constants: &constants,
        nodes: Nodes::default(),
        meanings: Vec::with_capacity(tree.len()),
        signals: Vec::new(),
    };
    let mut next = 0;
    for (index, statement) in tree.statements().iter().enumerate() {
        if let StatementKind::Error { .. } = statement.kind {
            return Err(CompileError::new(statement.span, "this statement can't be read; correct its syntax first"));
        }
        for id in tree.ids_of(index) {
            // The arena's order is relied upon: a meaning's place is its expression's.
            debug_assert_eq!(id.index(), next);
            let meaning = compiler.meaning(id)?;
            compiler.meanings.push(meaning);
            next += 1;
        }
        if let StatementKind::Assign { targets, value } = statement.kind {
            compiler.check_targets(targets, value, statement.span)?;
        }
    }
    compiler.finish()
}

/// The state of a compilation.
struct Compiler<'c> {
    source: &'c Source,
    tree: &'c Tree,
    catalog: &'c Catalog,
    bindings: &'c Bindings,
    constants: &'c Constants,
    nodes: Nodes,
    meanings: Vec<Meaning>,
    signals: Vec<Signal>,
}

impl Compiler<'_> {
    fn meaning(&mut self, id: ExprId) -> Compiled<Meaning> {
        let span = self.tree.span(id);
        Ok(match self.tree.expr(id) {
            Expr::Number(number) => Meaning::Number(self.nodes.push(Op::Number(Real::new(number)), span)),
            Expr::Bool(boolean) => Meaning::Boolean(self.nodes.push(Op::Boolean(boolean), span)),
            Expr::String => Meaning::Text(self.tree.string(self.source, id).unwrap_or_default().into()),
            Expr::None => Meaning::Nothing,
            Expr::Name => self.name(id)?,
            Expr::Unary { op, operand } => self.unary(op, operand, span)?,
            Expr::Binary { op, left, right, .. } => self.binary(op, left, right, span)?,
            Expr::Compare { first, rest } => self.comparison(first, rest, span)?,
            Expr::Call { callee, arguments } => self.call(callee, arguments, span)?,
            Expr::Index { base, index } => self.index(base, index, span)?,
            Expr::Attribute { base, name } => self.pick(base, self.source.slice(name), name, span)?,
            Expr::Conditional { then, condition, otherwise } => self.conditional(condition, then, otherwise, span)?,
            Expr::List(items) | Expr::Tuple(items) => Meaning::Items(items),
            Expr::Paren(inner) => self.of(inner).clone(),
            Expr::Error => return Err(CompileError::new(span, "this can't be read; correct its syntax first")),
        })
    }

    /// What an earlier expression means.
    fn of(&self, id: ExprId) -> &Meaning {
        &self.meanings[id.index()]
    }

    fn name(&mut self, id: ExprId) -> Compiled<Meaning> {
        let span = self.tree.span(id);
        if self.bindings.is_callee(id) {
            return Ok(Meaning::Callee);
        }
        if let Some(definition) = self.bindings.of(id) {
            let definition = self.bindings.definition(definition);
            let statement = &self.tree.statements()[definition.statement];
            let StatementKind::Assign { targets, value } = statement.kind else {
                return Err(CompileError::new(span, "the statement that defines this can't be read"));
            };
            return if targets.len() == 1 {
                Ok(self.of(value).clone())
            } else {
                self.item(value, definition.target, span)
            };
        }
        let name = self.source.slice(span);
        let Some(entry) = self.catalog.get(name) else { return Err(self.unknown(id, name, span)) };
        match entry.kind {
            Kind::Variable => Ok(self.variable(name, span)),
            _ => Err(CompileError::new(span, format!("`{name}` is a function; call it: {}", entry.signature_text()))),
        }
    }

    fn unknown(&self, id: ExprId, name: &str, span: Span) -> CompileError {
        if self.bindings.later(id).is_some() {
            return CompileError::new(span, format!("`{name}` is used before it is defined; move its definition up"));
        }
        let hint = closest(name, self.catalog.names()).map(|near| format!("; did you mean `{near}`?"));
        CompileError::new(span, format!("`{name}` is not defined{}", hint.unwrap_or_default()))
    }

    fn variable(&mut self, name: &str, span: Span) -> Meaning {
        use PriceColumn::{Close, High, Low, Open, Volume};
        let columns: &[PriceColumn] = match name {
            "open" => &[Open],
            "high" => &[High],
            "low" => &[Low],
            "close" => &[Close],
            "volume" => &[Volume],
            "hl2" => &[High, Low],
            "hlc3" => &[High, Low, Close],
            "ohlc4" => &[Open, High, Low, Close],
            _ => return Meaning::Number(self.nodes.push(Op::Unsupported(name.into()), span)),
        };
        let mut sum = self.nodes.push(Op::Column(columns[0]), span);
        for &column in &columns[1..] {
            let column = self.nodes.push(Op::Column(column), span);
            sum = self.nodes.push(Op::Arithmetic(BinaryOp::Add, sum, column), span);
        }
        if columns.len() > 1 {
            let count = self.nodes.push(Op::Number(Real::new(columns.len() as f64)), span);
            sum = self.nodes.push(Op::Arithmetic(BinaryOp::Divide, sum, count), span);
        }
        Meaning::Number(sum)
    }

    fn unary(&mut self, op: UnaryOp, operand: ExprId, span: Span) -> Compiled<Meaning> {
        Ok(match op {
            UnaryOp::Plus => Meaning::Number(self.number(operand)?),
            UnaryOp::Negate => {
                let operand = self.number(operand)?;
                Meaning::Number(self.nodes.push(Op::Negate(operand), span))
            }
            UnaryOp::Not | UnaryOp::Invert => {
                let operand = self.boolean(operand)?;
                Meaning::Boolean(self.nodes.push(Op::Not(operand), span))
            }
        })
    }

    fn binary(&mut self, op: BinaryOp, left: ExprId, right: ExprId, span: Span) -> Compiled<Meaning> {
        Ok(match op {
            BinaryOp::And | BinaryOp::BitAnd | BinaryOp::Or | BinaryOp::BitOr => {
                let (left, right) = (self.boolean(left)?, self.boolean(right)?);
                let op = if matches!(op, BinaryOp::And | BinaryOp::BitAnd) {
                    Op::Both(left, right)
                } else {
                    Op::Either(left, right)
                };
                Meaning::Boolean(self.nodes.push(op, span))
            }
            _ => {
                let (left, right) = (self.number(left)?, self.number(right)?);
                Meaning::Number(self.nodes.push(Op::Arithmetic(op, left, right), span))
            }
        })
    }

    /// `20 < x < 80` is `20 < x and x < 80`.
    fn comparison(&mut self, first: ExprId, rest: List, span: Span) -> Compiled<Meaning> {
        let mut left = first;
        let mut all: Option<NodeId> = None;
        let tree = self.tree;
        for &(op, _, right) in tree.comparisons(rest) {
            let holds = self.compare(op, left, right, span)?;
            all = Some(match all {
                Some(all) => self.nodes.push(Op::Both(all, holds), span),
                None => holds,
            });
            left = right;
        }
        all.map(Meaning::Boolean).ok_or_else(|| CompileError::new(span, "this comparison compares nothing"))
    }

    fn compare(&mut self, op: CompareOp, left: ExprId, right: ExprId, span: Span) -> Compiled<NodeId> {
        if let (Meaning::Text(left), Meaning::Text(right)) = (self.of(left), self.of(right)) {
            let equal = left == right;
            return match op {
                CompareOp::Equal => Ok(self.nodes.push(Op::Boolean(equal), span)),
                CompareOp::NotEqual => Ok(self.nodes.push(Op::Boolean(!equal), span)),
                _ => Err(CompileError::new(span, "texts can only be compared with == and !=")),
            };
        }
        let (left, right) = (self.number(left)?, self.number(right)?);
        Ok(self.nodes.push(Op::Compare(op, left, right), span))
    }

    fn conditional(&mut self, condition: ExprId, then: ExprId, otherwise: ExprId, span: Span) -> Compiled<Meaning> {
        let condition = self.boolean(condition)?;
        let (type_then, type_otherwise) = (self.of(then).value_type(), self.of(otherwise).value_type());
        match (type_then, type_otherwise) {
            (Some(Type::Boolean), Some(Type::Boolean)) => {
                let (then, otherwise) = (self.boolean(then)?, self.boolean(otherwise)?);
                Ok(Meaning::Boolean(self.nodes.push(Op::Select { condition, then, otherwise }, span)))
            }
            (Some(_), Some(_)) => {
                let (then, otherwise) = (self.number(then)?, self.number(otherwise)?);
                Ok(Meaning::Number(self.nodes.push(Op::Select { condition, then, otherwise }, span)))
            }
            _ => match self.nodes.op(condition) {
                // A constant condition chooses between anything.
                Op::Boolean(holds) => Ok(self.of(if *holds { then } else { otherwise }).clone()),
                _ => {
                    let which = if type_then.is_none() { then } else { otherwise };
                    let message = format!(
                        "a conditional chooses between numbers or booleans, and this is {}; write one `emit_signal` for each case",
                        self.of(which).describe()
                    );
                    Err(CompileError::new(self.tree.span(which), message))
                }
            },
        }
    }

    /// `a, b = value` needs a value of as many parts.
    fn check_targets(&self, targets: List, value: ExprId, span: Span) -> Compiled<()> {
        let parts = match self.of(value) {
            _ if targets.len() == 1 => return Ok(()),
            Meaning::Outputs(_, names) => names.len(),
            Meaning::Items(items) => items.len(),
            other => {
                return Err(CompileError::new(
                    span,
                    format!("{} names stand on the left, but the value is {}", targets.len(), other.describe()),
                ));
            }
        };
        if parts == targets.len() {
            return Ok(());
        }
        Err(CompileError::new(
            span,
            format!("{} names stand on the left, but the value has {parts} parts; name each of them", targets.len()),
        ))
    }

    /// An expression as a number: booleans count as 1 and 0, several outputs as the first.
    fn number(&mut self, id: ExprId) -> Compiled<NodeId> {
        let span = self.tree.span(id);
        match self.of(id).clone() {
            Meaning::Number(node) => Ok(node),
            Meaning::Boolean(node) => Ok(self.nodes.push(Op::Unit(node), span)),
            Meaning::Outputs(node, _) => Ok(self.nodes.push(Op::Output(node, 0), span)),
            other => {
                Err(CompileError::new(span, format!("a number is expected here, and this is {}", other.describe())))
            }
        }
    }

    /// An expression as a boolean: a number counts as true where it is neither 0 nor undefined.
    fn boolean(&mut self, id: ExprId) -> Compiled<NodeId> {
        let span = self.tree.span(id);
        match self.of(id).clone() {
            Meaning::Boolean(node) => Ok(node),
            Meaning::Number(_) | Meaning::Outputs(..) => {
                let number = self.number(id)?;
                Ok(self.nodes.push(Op::Truth(number), span))
            }
            other => {
                Err(CompileError::new(span, format!("a condition is expected here, and this is {}", other.describe())))
            }
        }
    }

    /// The value of an expression that came out constant.
    fn constant(&self, id: ExprId) -> Option<f64> {
        match self.of(id) {
            Meaning::Number(node) => match self.nodes.op(*node) {
                Op::Number(number) => Some(number.get()),
                _ => None,
            },
            _ => None,
        }
    }

    fn finish(mut self) -> Compiled<Program> {
        let last = self.tree.statements().last();
        let value = last.and_then(|statement| match statement.kind {
            StatementKind::Assign { value, .. } | StatementKind::Expr(value) => Some(value),
            StatementKind::Error { .. } => None,
        });
        let values: Vec<Option<NodeId>> = self.meanings.iter().map(|meaning| self.value_of(meaning)).collect();
        let last_node = value.and_then(|value| values[value.index()]);
        Ok(Program {
            nodes: std::mem::take(&mut self.nodes),
            signals: std::mem::take(&mut self.signals),
            values,
            last: last_node,
            last_span: last.map(|statement| statement.span).unwrap_or_default(),
        })
    }

    /// What computes a meaning; of a signal its condition.
    fn value_of(&self, meaning: &Meaning) -> Option<NodeId> {
        match meaning {
            Meaning::Number(node) | Meaning::Boolean(node) | Meaning::Outputs(node, _) => Some(*node),
            Meaning::Signal(signal) => self.signals.get(*signal).map(|signal| signal.holds),
            _ => None,
        }
    }
}

/// Names of the outputs of a call, each with its aliases.
type OutputNames = Rc<[Vec<String>]>;
