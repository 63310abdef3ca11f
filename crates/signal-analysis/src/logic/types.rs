//! What sort of value every expression has, as far as it is certain.

use signal_catalog::{Catalog, Entry, Evidence, InputSource, Kind, OutputKind, Signature, ValueType};
use signal_syntax::{BinaryOp, Bindings, Constants, Definition, Expr, ExprId, StatementKind, Tree, UnaryOp};
use signal_text::Source;

use crate::{Call, Calls};

/// Sorts of values. A series is the sort of its values: `close` is a number, `close > 5` a boolean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Type {
    /// It can't be told, so nothing may be concluded from it.
    #[default]
    Unknown,
    /// A number or a series of numbers.
    Number,
    /// A condition.
    Boolean,
    /// A text, such as a ticker or a side.
    Text,
    /// `None`.
    None,
    /// What a call with several outputs returns; [`Types::origin`] is the call.
    Outputs,
    /// A tuple or a list; [`Types::origin`] is its expression.
    Items,
    /// `entry(...)` or `exit(...)`.
    Action,
    /// `Weight(...)` and its like.
    Sizing,
    /// What a statement such as `emit_signal(...)` returns.
    Nothing,
    /// A name that stands before the brackets of a call.
    Function,
}

impl Type {
    /// In words, for messages: "a text".
    #[must_use]
    pub const fn described(self) -> &'static str {
        match self {
            Self::Unknown => "something",
            Self::Number => "a number",
            Self::Boolean => "a condition",
            Self::Text => "a text",
            Self::None => "`None`",
            Self::Outputs => "a call with several outputs",
            Self::Items => "a list",
            Self::Action => "an action",
            Self::Sizing => "a size",
            Self::Nothing => "a statement without a value",
            Self::Function => "a function",
        }
    }

    /// Whether it is surely none of the values that one computes with: number, condition, or the outputs of a call.
    #[must_use]
    pub const fn is_no_series(self) -> bool {
        matches!(self, Self::Text | Self::None | Self::Items | Self::Action | Self::Sizing | Self::Nothing)
    }
}

/// The types of a script's expressions.
#[derive(Clone, Debug, Default)]
pub struct Types {
    /// One entry an expression.
    types: Vec<Type>,
    /// The expression that made the outputs or items that another one stands for, by the latter.
    origins: Vec<(ExprId, ExprId)>,
}

impl Types {
    /// Tells them all in one pass: operands come before operators, and definitions before uses.
    #[must_use]
    pub fn new(
        source: &Source,
        tree: &Tree,
        catalog: &Catalog,
        bindings: &Bindings,
        constants: &Constants,
        calls: &Calls<'_>,
    ) -> Self {
        let mut pass = Pass {
            source,
            tree,
            catalog,
            bindings,
            constants,
            calls,
            known: Self { types: Vec::with_capacity(tree.len()), origins: Vec::new() },
        };
        let mut next = calls.iter().peekable();
        for id in tree.ids() {
            let is_call = matches!(tree.expr(id), Expr::Call { .. });
            let call = if is_call { next.next_if(|call| call.id == id) } else { None };
            let (found, origin) = pass.found(id, call);
            pass.known.types.push(found);
            if let Some(origin) = origin {
                pass.known.origins.push((id, origin));
            }
        }
        pass.known
    }

    /// The type of an expression.
    #[must_use]
    pub fn of(&self, id: ExprId) -> Type {
        self.types.get(id.index()).copied().unwrap_or_default()
    }

    /// For what is [`Type::Outputs`] the call, for [`Type::Items`] the tuple or list itself.
    #[must_use]
    pub fn origin(&self, id: ExprId) -> Option<ExprId> {
        self.origins.binary_search_by_key(&id, |(of, _)| *of).ok().map(|at| self.origins[at].1)
    }
}

/// A type with the origin of outputs or items.
type Found = (Type, Option<ExprId>);

const UNKNOWN: Found = (Type::Unknown, None);

struct Pass<'p, 'a> {
    source: &'p Source,
    tree: &'p Tree,
    catalog: &'p Catalog,
    bindings: &'p Bindings,
    constants: &'p Constants,
    calls: &'p Calls<'a>,
    known: Types,
}

impl Pass<'_, '_> {
    fn found(&self, id: ExprId, call: Option<&Call<'_>>) -> Found {
        let of = |id: ExprId| self.known.of(id);
        let plain = match self.tree.expr(id) {
            Expr::Number(_) => Type::Number,
            Expr::Bool(_) | Expr::Compare { .. } | Expr::Unary { op: UnaryOp::Not, .. } => Type::Boolean,
            Expr::String => Type::Text,
            Expr::None => Type::None,
            Expr::Name => return self.name(id),
            Expr::Unary { op: UnaryOp::Invert, operand } => same(of(operand), of(operand)),
            Expr::Unary { op: UnaryOp::Negate | UnaryOp::Plus, operand } => arithmetic(of(operand), Type::Number),
            Expr::Binary { op, left, right, .. } => match op {
                BinaryOp::And | BinaryOp::Or | BinaryOp::BitAnd | BinaryOp::BitOr => {
                    if (of(left), of(right)) == (Type::Boolean, Type::Boolean) { Type::Boolean } else { Type::Unknown }
                }
                BinaryOp::Add if (of(left), of(right)) == (Type::Text, Type::Text) => Type::Text,
                _ => arithmetic(of(left), of(right)),
            },
            Expr::Call { .. } => match call {
                Some(call) => return self.call(id, call),
                None => Type::Unknown,
            },
            Expr::Index { base, index } => return self.index(base, index),
            Expr::Attribute { base, name } => return self.output(base, self.source.slice(name)),
            Expr::Conditional { then, otherwise, .. } => same(of(then), of(otherwise)),
            Expr::List(_) | Expr::Tuple(_) => return (Type::Items, Some(id)),
            Expr::Paren(inner) => return self.as_is(inner),
            Expr::Error => Type::Unknown,
        };
        (plain, None)
    }

    /// Another expression's type and origin.
    fn as_is(&self, id: ExprId) -> Found {
        let found = self.known.of(id);
        let origin = if matches!(found, Type::Outputs | Type::Items) { self.known.origin(id) } else { None };
        (found, origin)
    }

    fn name(&self, id: ExprId) -> Found {
        if self.bindings.is_callee(id) {
            return (Type::Function, None);
        }
        if let Some(definition) = self.bindings.of(id) {
            return self.definition(self.bindings.definition(definition));
        }
        let entry = self.catalog.get(self.source.slice(self.tree.span(id)));
        match entry.filter(|entry| entry.kind == Kind::Variable) {
            Some(entry) => (of_value(entry.value), None),
            None => UNKNOWN,
        }
    }

    /// What a name is bound to; a target of a call with several outputs is the output in its place.
    fn definition(&self, definition: &Definition) -> Found {
        if let Some(value) = definition.value {
            return self.as_is(value);
        }
        let Some(StatementKind::Assign { targets, value }) =
            self.tree.statements().get(definition.statement).map(|statement| statement.kind)
        else {
            return UNKNOWN;
        };
        match self.as_is(value) {
            (Type::Outputs, Some(call)) => self
                .signature(call)
                .filter(|(_, signature)| signature.outputs.len() == targets.len())
                .map_or(UNKNOWN, |(entry, signature)| (of_output(entry, signature, definition.target), None)),
            (Type::Items, Some(items)) => {
                let items = self.items(items);
                match items.get(definition.target) {
                    Some(&item) if items.len() == targets.len() => self.as_is(item),
                    _ => UNKNOWN,
                }
            }
            _ => UNKNOWN,
        }
    }

    fn items(&self, id: ExprId) -> &[ExprId] {
        match self.tree.expr(id) {
            Expr::Tuple(items) | Expr::List(items) => self.tree.items(items),
            _ => &[],
        }
    }

    fn signature(&self, call: ExprId) -> Option<(&Entry, &Signature)> {
        let call = self.calls.get(call)?;
        Some((call.entry?, call.bound()?.signature))
    }

    fn call(&self, id: ExprId, call: &Call<'_>) -> Found {
        let Some(entry) = call.entry else { return UNKNOWN };
        match entry.kind {
            Kind::Signal => return (Type::Nothing, None),
            Kind::Action => return (Type::Action, None),
            Kind::Sizing => return (Type::Sizing, None),
            Kind::Indicator | Kind::Operator | Kind::Variable => {}
        }
        let Some(binding) = call.bound() else { return UNKNOWN };
        let signature = binding.signature;
        if signature.outputs.len() > 1 {
            return (Type::Outputs, Some(id));
        }
        // A declaration does not say what comes out, and neither does a list of names.
        if signature.outputs.is_empty() || (signature.evidence == Evidence::Declared && signature.talib.is_none()) {
            return UNKNOWN;
        }
        if let Some(chosen) = self.choice(call, signature) {
            return chosen;
        }
        let output = of_output(entry, signature, 0);
        if output != Type::Number {
            return (output, None);
        }
        // `shift(up, 1)` of a condition is one too; what TA-Lib computes is a number, unless conditions go in, which it has
        // no notion of.
        let given = binding.inputs.iter().filter_map(|input| match input {
            InputSource::Argument(argument) => call.arguments.get(*argument as usize).map(|argument| argument.value),
            InputSource::Column(_) | InputSource::Absent => None,
        });
        let takes_numbers = |at: usize| signature.inputs.get(at).is_none_or(|input| input.value == ValueType::Number);
        let certain = given.enumerate().filter(|(at, _)| takes_numbers(*at)).all(|(_, input)| {
            let input = self.known.of(input);
            input == Type::Number || (signature.talib.is_some() && input != Type::Boolean)
        });
        (if certain { Type::Number } else { Type::Unknown }, None)
    }

    /// `where(condition, then, otherwise)` is `then if condition else otherwise`.
    fn choice(&self, call: &Call<'_>, signature: &Signature) -> Option<Found> {
        let [_, then, otherwise] = &*signature.inputs else { return None };
        if (&*then.name, &*otherwise.name) != ("then", "otherwise") {
            return None;
        }
        let (then, otherwise) = (call.input("then")?, call.input("otherwise")?);
        Some((same(self.known.of(then), self.known.of(otherwise)), None))
    }

    fn index(&self, base: ExprId, index: ExprId) -> Found {
        let unwrapped = self.tree.unparenthesized(index);
        if let Some(name) = self.tree.string(self.source, unwrapped) {
            return self.output(base, &name);
        }
        let index = self.constants.number(index);
        match (self.as_is(base), index) {
            (found @ (Type::Number | Type::Boolean, _), _) => found,
            // `[-1]` keeps its documented sense, the current bar; places from 0 on pick an output of a call.
            (found @ (Type::Outputs, _), Some(index)) if index < 0.0 => found,
            ((Type::Outputs, Some(call)), Some(index)) if index.fract() == 0.0 => match self.signature(call) {
                Some((entry, signature)) => (of_output(entry, signature, index as usize), None),
                None => UNKNOWN,
            },
            ((Type::Items, Some(items)), Some(index)) if index.fract() == 0.0 => {
                let items = self.items(items);
                let place = if index < 0.0 { items.len() as f64 + index } else { index };
                let item = if place < 0.0 { None } else { items.get(place as usize) };
                item.map_or(UNKNOWN, |&item| self.as_is(item))
            }
            _ => UNKNOWN,
        }
    }

    /// `bbands(close).upper`, `x["upper"]`.
    fn output(&self, base: ExprId, name: &str) -> Found {
        let (Type::Outputs, Some(call)) = self.as_is(base) else { return UNKNOWN };
        let Some((entry, signature)) = self.signature(call) else { return UNKNOWN };
        signature.output_index(name).map_or(UNKNOWN, |at| (of_output(entry, signature, at), None))
    }
}

/// The type of an output by its place.
fn of_output(entry: &Entry, signature: &Signature, place: usize) -> Type {
    match signature.outputs.get(place).map(|output| output.kind) {
        Some(OutputKind::Boolean) => Type::Boolean,
        Some(_) => of_value(entry.value),
        None if place == 0 => of_value(entry.value),
        None => Type::Unknown,
    }
}

const fn of_value(value: ValueType) -> Type {
    match value {
        ValueType::Number => Type::Number,
        ValueType::Boolean => Type::Boolean,
        ValueType::Text => Type::Text,
        ValueType::Action => Type::Action,
        ValueType::Sizing => Type::Sizing,
        ValueType::Nothing => Type::Nothing,
        ValueType::Unknown => Type::Unknown,
    }
}

/// One of two values, whichever it is.
fn same(one: Type, other: Type) -> Type {
    // Which of two calls the outputs are of can't be told.
    if one == other && !matches!(one, Type::Outputs | Type::Items) { one } else { Type::Unknown }
}

/// Conditions count as 1 and 0.
const fn arithmetic(left: Type, right: Type) -> Type {
    match (left, right) {
        (Type::Number | Type::Boolean, Type::Number | Type::Boolean) => Type::Number,
        _ => Type::Unknown,
    }
}
