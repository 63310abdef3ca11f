//! Calls: indicators, operators, signals, actions and sizings.

use std::rc::Rc;

use signal_catalog::{
    ArgumentShape, BindError, Binding, Entry, InputSource, Kind, OutputKind, ParamKind, ParamSource, PriceColumn,
    TalibParam, ValueType,
};
use signal_market::Ticker;
use signal_syntax::{Argument, Expr, ExprId, List};
use signal_text::{Span, closest};

use super::meaning::{Action, Meaning};
use super::{Compiled, Compiler, OutputNames};
use crate::error::CompileError;
use crate::ir::{NodeId, Op, Real};
use crate::operators::{self, Type};
use crate::outcome::Side;
use crate::program::{ActionKind, Signal, Sizing};
use crate::talib::Function;

impl<'c> Compiler<'c> {
    pub(super) fn call(&mut self, callee: ExprId, arguments: List, span: Span) -> Compiled<Meaning> {
        let callee = self.tree.unparenthesized(callee);
        let place = self.tree.span(callee);
        if self.tree.expr(callee) != Expr::Name {
            return Err(CompileError::new(place, "only a name can be called, such as rsi(close, 14)"));
        }
        let (source, tree, catalog) = (self.source, self.tree, self.catalog);
        let name = source.slice(place);
        let Some(entry) = catalog.get(name) else {
            let callable = catalog.entries().iter().filter(|entry| entry.is_callable()).map(|entry| &*entry.name);
            let hint = closest(name, callable).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(CompileError::new(place, format!("there is no function `{name}`{hint}")));
        };
        if !entry.is_callable() {
            return Err(CompileError::new(place, format!("`{name}` is not a function; write it without brackets")));
        }
        let arguments = tree.arguments(arguments);
        let shapes: Vec<ArgumentShape<'_>> = arguments
            .iter()
            .map(|argument| ArgumentShape {
                keyword: argument.name.map(|name| source.slice(name)),
                constant: self.constants.number(argument.value),
            })
            .collect();
        let binding = entry.bind(&shapes).map_err(|error| bind_error(&error, entry, arguments, span, source))?;
        match entry.kind {
            Kind::Signal => self.signal(&binding, arguments, span),
            Kind::Action => self.action(entry, &binding, arguments, span),
            Kind::Sizing => self.sizing(entry, &binding, arguments, span),
            Kind::Indicator | Kind::Operator | Kind::Variable => self.function(entry, &binding, arguments, span),
        }
    }

    fn function(
        &mut self,
        entry: &Entry,
        binding: &Binding<'_>,
        arguments: &[Argument],
        span: Span,
    ) -> Compiled<Meaning> {
        let signature = binding.signature;
        let params = self.params(entry, binding, arguments, span)?;
        if let Some(function) = signature.talib.as_deref().and_then(Function::named) {
            let inputs = self.inputs(binding, arguments, span, |_| Type::Number)?;
            let params: Box<[Real]> = if signature.talib_params.is_empty() {
                params.into()
            } else {
                let value = |param: &TalibParam| match *param {
                    TalibParam::Param(index) => params.get(usize::from(index)).copied(),
                    TalibParam::Fixed(value) => Some(Real::new(value)),
                };
                signature.talib_params.iter().filter_map(value).collect()
            };
            let node = self.nodes.push(Op::Talib { function, inputs: inputs.into(), params }, span);
            if let (Some(output), true) = (signature.talib_output, function.outputs() > 1) {
                return Ok(Meaning::Number(self.nodes.push(Op::Output(node, usize::from(output)), span)));
            }
            return Ok(if function.outputs() == 1 {
                Meaning::Number(node)
            } else {
                Meaning::Outputs(node, output_names(binding))
            });
        }
        if matches!(&*entry.name, "where" | "iff") && binding.inputs.len() == 3 && params.is_empty() {
            return self.choice(binding, arguments, span);
        }
        if let Some(operator) = operators::find(&entry.name, binding.inputs.len(), params.len()) {
            let inputs = self.inputs(binding, arguments, span, |index| operator.input(index))?;
            let node = self.nodes.push(Op::Operator { operator, inputs: inputs.into(), params: params.into() }, span);
            return Ok(match operator.output {
                Type::Number => Meaning::Number(node),
                Type::Boolean => Meaning::Boolean(node),
            });
        }
        let node = self.nodes.push(Op::Unsupported(entry.name.clone().into_owned().into()), span);
        let boolean = matches!(signature.outputs.first(), Some(output) if output.kind == OutputKind::Boolean)
            || entry.value == ValueType::Boolean;
        Ok(if signature.outputs.len() > 1 {
            Meaning::Outputs(node, output_names(binding))
        } else if boolean {
            Meaning::Boolean(node)
        } else {
            Meaning::Number(node)
        })
    }

    /// `where(condition, a, b)` is `a if condition else b`.
    fn choice(&mut self, binding: &Binding<'_>, arguments: &[Argument], span: Span) -> Compiled<Meaning> {
        let part = |index: usize| match binding.inputs.get(index) {
            Some(InputSource::Argument(argument)) => arguments.get(*argument as usize).map(|argument| argument.value),
            _ => None,
        };
        match (part(0), part(1), part(2)) {
            (Some(condition), Some(then), Some(otherwise)) => self.conditional(condition, then, otherwise, span),
            _ => Err(CompileError::new(span, "a condition and two values are needed")),
        }
    }

    /// The values of the parameters, checked against the catalog's bounds.
    fn params(&self, entry: &Entry, binding: &Binding<'_>, arguments: &[Argument], span: Span) -> Compiled<Vec<Real>> {
        let mut values = Vec::with_capacity(binding.params.len());
        for (source, param) in binding.params.iter().zip(binding.signature.params.iter()) {
            let (value, place) = match *source {
                ParamSource::Default(value) => (value, span),
                ParamSource::Argument(index) => {
                    let argument = arguments[index].value;
                    let place = self.tree.span(argument);
                    let Some(value) = self.constants.number(argument).or_else(|| self.constant(argument)) else {
                        return Err(CompileError::new(
                            place,
                            format!("`{}` of `{}` must be a constant number, such as 14", param.name, entry.name),
                        ));
                    };
                    (value, place)
                }
            };
            if !param.allows(value) {
                let whole = if param.kind == ParamKind::Real { "a number" } else { "a whole number" };
                let bounds = match (param.min, param.max) {
                    (Some(min), Some(max)) => format!(" from {min} to {max}"),
                    (Some(min), None) => format!(" of {min} or more"),
                    (None, Some(max)) => format!(" of {max} or less"),
                    (None, None) => String::new(),
                };
                return Err(CompileError::new(
                    place,
                    format!("`{}` of `{}` is {whole}{bounds}, not {value}", param.name, entry.name),
                ));
            }
            values.push(Real::new(value));
        }
        Ok(values)
    }

    /// The nodes of the inputs, each converted to the type that its place takes.
    fn inputs(
        &mut self,
        binding: &Binding<'_>,
        arguments: &[Argument],
        span: Span,
        types: impl Fn(usize) -> Type,
    ) -> Compiled<Vec<NodeId>> {
        let mut nodes = Vec::with_capacity(binding.inputs.len());
        for (index, source) in binding.inputs.iter().enumerate() {
            nodes.push(match *source {
                InputSource::Argument(argument) => match types(index) {
                    Type::Number => self.number(arguments[argument as usize].value)?,
                    Type::Boolean => self.boolean(arguments[argument as usize].value)?,
                },
                InputSource::Column(column) => self.column(column, span),
                InputSource::Absent => {
                    let name = binding.signature.inputs.get(index).map_or("an input", |input| &*input.name);
                    return Err(CompileError::new(span, format!("`{name}` is missing")));
                }
            });
        }
        Ok(nodes)
    }

    fn column(&mut self, column: PriceColumn, span: Span) -> NodeId {
        self.nodes.push(Op::Column(column), span)
    }

    fn signal(&mut self, binding: &Binding<'_>, arguments: &[Argument], span: Span) -> Compiled<Meaning> {
        let (Some(condition), Some(action)) = (argument(binding, arguments, 0), argument(binding, arguments, 1)) else {
            return Err(CompileError::new(
                span,
                "a condition and an action are needed: emit_signal(condition, entry(...))",
            ));
        };
        let holds = self.boolean(condition)?;
        let parts = self.parts_of(condition)?;
        let Meaning::Action(action) = self.of(action).clone() else {
            let found = self.of(action).describe();
            return Err(CompileError::new(
                self.tree.span(action),
                format!("an action is expected here, entry(...) or exit(...), and this is {found}"),
            ));
        };
        let Action { kind, ref ticker, side, sizing, size } = *action;
        self.signals.push(Signal {
            span,
            condition: self.tree.span(condition),
            action: kind,
            ticker: ticker.clone(),
            side,
            sizing,
            parts,
            holds,
            size,
        });
        Ok(Meaning::Signal(self.signals.len() - 1))
    }

    fn action(
        &mut self,
        entry: &Entry,
        binding: &Binding<'_>,
        arguments: &[Argument],
        span: Span,
    ) -> Compiled<Meaning> {
        let kind = match &*entry.name {
            "entry" => ActionKind::Entry,
            "exit" => ActionKind::Exit,
            other => {
                return Err(CompileError::new(
                    span,
                    format!("the action `{other}` can't be simulated; entry and exit can"),
                ));
            }
        };
        let ticker = match argument(binding, arguments, 0) {
            Some(ticker) => self.ticker(ticker)?,
            None => return Err(CompileError::new(span, "a ticker is needed, such as \"BINANCE:BTC/USDT\"")),
        };
        let side = argument(binding, arguments, 1).map(|side| self.side(side)).transpose()?.flatten();
        if kind == ActionKind::Entry && side.is_none() {
            return Err(CompileError::new(span, "an entry needs a side: \"LONG\" or \"SHORT\""));
        }
        let (sizing, size) = match argument(binding, arguments, 2) {
            Some(sizing) => match *self.of(sizing) {
                Meaning::Sizing(sizing, size) => (sizing, size),
                ref other => {
                    let message =
                        format!("a sizing is expected here, such as Weight(0.5), and this is {}", other.describe());
                    return Err(CompileError::new(self.tree.span(sizing), message));
                }
            },
            None => (Sizing::Weight, self.nodes.push(Op::Number(Real::new(1.0)), span)),
        };
        Ok(Meaning::Action(Rc::new(Action { kind, ticker, side, sizing, size })))
    }

    fn ticker(&self, id: ExprId) -> Compiled<Ticker> {
        let span = self.tree.span(id);
        match self.of(id) {
            Meaning::Text(text) => Ticker::parse(text).map_err(|error| CompileError::new(span, error.to_string())),
            other => Err(CompileError::new(
                span,
                format!("a ticker is expected here, such as \"BINANCE:BTC/USDT\", and this is {}", other.describe()),
            )),
        }
    }

    fn side(&self, id: ExprId) -> Compiled<Option<Side>> {
        let span = self.tree.span(id);
        let found = match self.of(id) {
            Meaning::Text(text) => match &**text {
                "LONG" => return Ok(Some(Side::Long)),
                "SHORT" => return Ok(Some(Side::Short)),
                other => format!("\"{other}\""),
            },
            Meaning::Nothing => return Ok(None),
            other => other.describe().to_owned(),
        };
        Err(CompileError::new(span, format!("a side is \"LONG\" or \"SHORT\", not {found}")))
    }

    fn sizing(
        &mut self,
        entry: &Entry,
        binding: &Binding<'_>,
        arguments: &[Argument],
        span: Span,
    ) -> Compiled<Meaning> {
        let sizing = match &*entry.name {
            "Weight" => Sizing::Weight,
            "Cash" => Sizing::Cash,
            "Shares" => Sizing::Shares,
            other => {
                return Err(CompileError::new(
                    span,
                    format!("the sizing `{other}` can't be simulated; Weight, Cash and Shares can"),
                ));
            }
        };
        let size = match (argument(binding, arguments, 0), binding.params.first()) {
            (Some(size), _) => size,
            (None, Some(ParamSource::Argument(index))) => arguments[*index].value,
            _ => return Err(CompileError::new(span, format!("a size is needed, such as {}(0.5)", entry.name))),
        };
        let node = self.number(size)?;
        if let Op::Number(number) = self.nodes.op(node)
            && !(number.get() > 0.0 && number.get().is_finite())
        {
            return Err(CompileError::new(
                self.tree.span(size),
                format!("a size is greater than 0, not {}", number.get()),
            ));
        }
        Ok(Meaning::Sizing(sizing, node))
    }
}

/// The argument that fills an input.
fn argument(binding: &Binding<'_>, arguments: &[Argument], input: usize) -> Option<ExprId> {
    match binding.inputs.get(input)? {
        InputSource::Argument(index) => arguments.get(*index as usize).map(|argument| argument.value),
        InputSource::Column(_) | InputSource::Absent => None,
    }
}

fn output_names(binding: &Binding<'_>) -> OutputNames {
    let names = |output: &signal_catalog::Output| {
        std::iter::once(&output.name).chain(output.aliases.iter()).map(|name| name.clone().into_owned()).collect()
    };
    binding.signature.outputs.iter().map(names).collect()
}

fn bind_error(
    error: &BindError,
    entry: &Entry,
    arguments: &[Argument],
    span: Span,
    source: &signal_text::Source,
) -> CompileError {
    let form = entry.signature_text();
    match error {
        BindError::TooFew { missing, .. } => {
            CompileError::new(span, format!("{} is missing: {form}", missing.join(", ")))
        }
        BindError::TooMany { at_most } => {
            CompileError::new(span, format!("at most {at_most} arguments are taken: {form}"))
        }
        BindError::UnknownKeyword { argument } => {
            let name = arguments[*argument].name.unwrap_or(span);
            CompileError::new(name, format!("there is no parameter `{}`: {form}", source.slice(name)))
        }
        BindError::Twice { argument } => {
            CompileError::new(arguments[*argument].name.unwrap_or(span), format!("this is given twice: {form}"))
        }
    }
}
