//! Computes nodes over bars: each that is needed once, operands first, and lets go of a column after its last use.

use std::borrow::Cow;

use signal_syntax::ExprId;

use crate::arithmetic::{self, arithmetic, compare, select};
use crate::bars::Bars;
use crate::error::EngineError;
use crate::ir::{NodeId, Nodes, Op, Real};
use crate::operators::Inputs;
use crate::outcome::{PartOutcome, SignalOutcome};
use crate::program::{Program, Signal};
use crate::series::{Column, Numbers, Series, Value, Values};
use crate::talib::{self, Function, TalibError};

/// The value of `expr` (of the last statement if `None`; of an `emit_signal` its condition) over `bars`.
/// Several outputs count as the first one.
///
/// # Errors
/// [`EngineError::OutOfRange`] when it has no value on any bar, [`EngineError::Type`] when it is neither number nor boolean,
/// and what else keeps it from being computed.
pub fn evaluate(program: &Program, expr: Option<ExprId>, bars: &Bars) -> Result<Series, EngineError> {
    bars.validate().map_err(|error| EngineError::Bars { ticker: "bars".to_owned(), error })?;
    let node = match expr {
        Some(expr) => program.node(expr),
        None => program.last,
    };
    let Some(node) = node else {
        let message = "this is neither a number nor a boolean, so there is nothing to compute".to_owned();
        return Err(EngineError::Type { span: program.last_span, message });
    };
    let nodes = &program.nodes;
    let mut slots = compute(nodes, &[node], bars)?;
    let count = bars.len();
    if count == 0 {
        return Err(EngineError::OutOfRange { span: nodes.span(node), bars: 0, needed: needed(nodes, &[node]) });
    }
    let (start, values) = match slots[node.index()].take() {
        Some(Value::Number(number)) => (0, Values::Numbers(vec![number; count])),
        Some(Value::Boolean(boolean)) => (0, Values::Booleans(vec![boolean; count])),
        Some(Value::Price(values)) => (0, Values::Numbers(values.to_vec())),
        Some(Value::Numbers(column)) => (column.start, Values::Numbers(column.values)),
        Some(Value::Booleans(column)) => (column.start, Values::Booleans(column.values)),
        Some(Value::Outputs(columns)) => {
            let first = columns.into_iter().next().unwrap_or(Column { start: count, values: Vec::new() });
            (first.start, Values::Numbers(first.values))
        }
        None => (count, Values::Numbers(Vec::new())),
    };
    Ok(Series { start, values })
}

/// What the signals of a program are on every bar.
pub(crate) struct Fired<'b> {
    signals: Vec<FiredSignal<'b>>,
    /// First bar on which every signal has a value; `None` without signals.
    pub(crate) first_usable: Option<usize>,
}

struct FiredSignal<'b> {
    start: usize,
    /// Of the parts of its condition, where they were asked for.
    parts: Vec<PartOutcome>,
    condition: Cow<'b, [bool]>,
    size: Value<'b>,
}

/// Computes all conditions and sizes of a program, and counts the parts of the conditions of those signals that `counted`
/// tells.
pub(crate) fn fire<'b>(
    program: &Program,
    bars: &'b Bars,
    counted: impl Fn(usize) -> bool,
) -> Result<Fired<'b>, EngineError> {
    let of_parts = |index: usize, signal: &Signal| -> Vec<NodeId> {
        if counted(index) { signal.parts.iter().map(|part| part.holds).collect() } else { Vec::new() }
    };
    let parts: Vec<Vec<NodeId>> =
        program.signals.iter().enumerate().map(|(index, signal)| of_parts(index, signal)).collect();
    let signals = program.signals.iter().flat_map(|signal| [signal.holds, signal.size]);
    let roots: Vec<NodeId> = signals.chain(parts.iter().flatten().copied()).collect();
    let nodes = &program.nodes;
    let mut slots = compute(nodes, &roots, bars)?;
    let count = bars.len();
    if let (Some(signal), 0) = (program.signals.first(), count) {
        // Without a single bar not even a constant condition has a value.
        return Err(EngineError::OutOfRange { span: signal.span, bars: 0, needed: needed(nodes, &roots) });
    }
    // Signals may share a condition; its last user takes it.
    let mut left = vec![0usize; nodes.len()];
    roots.iter().for_each(|root| left[root.index()] += 1);
    let mut take = |node: NodeId| {
        left[node.index()] -= 1;
        let slot = &mut slots[node.index()];
        let value = if left[node.index()] == 0 { slot.take() } else { slot.clone() };
        value.unwrap_or(Value::Boolean(false))
    };
    let mut signals = Vec::with_capacity(program.signals.len());
    for (signal, parts) in program.signals.iter().zip(&parts) {
        let (condition, size) = (take(signal.holds), take(signal.size));
        let parts: Vec<Value<'_>> = parts.iter().map(|part| take(*part)).collect();
        let start = condition.start().max(size.start());
        let parts = count_parts(&parts, start, count);
        let condition = match condition {
            Value::Booleans(column) => Cow::Owned(column.values),
            Value::Boolean(boolean) => Cow::Owned(vec![boolean; count]),
            _ => Cow::Borrowed([].as_slice()),
        };
        signals.push(FiredSignal { start, parts, condition, size });
    }
    let first_usable = signals.iter().map(|signal| signal.start).max();
    Ok(Fired { signals, first_usable })
}

/// How often each part held from `start` on, and how often it was the only one that did not.
fn count_parts(parts: &[Value<'_>], start: usize, bars: usize) -> Vec<PartOutcome> {
    let mut counts = vec![PartOutcome::default(); parts.len()];
    if parts.is_empty() {
        return counts;
    }
    let parts: Vec<_> = parts.iter().map(Value::booleans).collect();
    for bar in start..bars {
        let (mut failing, mut which) = (0, 0);
        for (n, part) in parts.iter().enumerate() {
            if part.at(bar) {
                counts[n].held += 1;
            } else {
                (failing, which) = (failing + 1, n);
            }
        }
        if failing == 1 {
            counts[which].alone += 1;
        }
    }
    counts
}

impl Fired<'_> {
    /// Whether a signal holds on a bar.
    pub(crate) fn holds(&self, signal: usize, bar: usize) -> bool {
        let signal = &self.signals[signal];
        bar >= signal.start && signal.condition[bar]
    }

    /// A signal's size on a bar.
    pub(crate) fn size(&self, signal: usize, bar: usize) -> f64 {
        self.signals[signal].size.numbers().at(bar)
    }

    /// On how many bars a signal holds.
    pub(crate) fn count(&self, signal: usize) -> usize {
        let signal = &self.signals[signal];
        signal.condition.get(signal.start..).map_or(0, |usable| usable.iter().filter(|&&holds| holds).count())
    }

    /// What is known of a signal before any fill.
    pub(crate) fn told(&self, signal: usize, bars: &Bars) -> SignalOutcome {
        let FiredSignal { start, condition, parts, .. } = &self.signals[signal];
        let usable = condition.get(*start..).unwrap_or_default();
        let time = |bar: Option<usize>| bar.and_then(|bar| bars.open_time.get(start + bar)).copied();
        SignalOutcome {
            usable: usable.len(),
            held: self.count(signal),
            unfilled: usize::from(usable.last() == Some(&true)),
            first: time(first_true(usable)),
            last: time(usable.iter().rposition(|&holds| holds)),
            parts: parts.clone(),
            ..SignalOutcome::default()
        }
    }

    /// First bar from `bar` on, and before `end`, on which a signal holds.
    pub(crate) fn next(&self, signal: usize, bar: usize, end: usize) -> Option<usize> {
        let FiredSignal { start, condition, .. } = &self.signals[signal];
        let bar = bar.max(*start);
        Some(bar + first_true(condition.get(bar..end)?)?)
    }
}

/// Place of the first true. Stretches without one are passed over whole, which the processor does many at a time.
fn first_true(values: &[bool]) -> Option<usize> {
    const STRETCH: usize = 64;
    let stretch = values.chunks(STRETCH).position(|stretch| stretch.iter().fold(false, |any, &value| any | value))?;
    let begin = stretch * STRETCH;
    Some(begin + values[begin..].iter().position(|&value| value)?)
}

/// Computes `roots` and what they need; slots of other nodes, and of operands that are no roots, are empty.
fn compute<'b>(nodes: &Nodes, roots: &[NodeId], bars: &'b Bars) -> Result<Vec<Option<Value<'b>>>, EngineError> {
    let mut uses = nodes.uses(roots);
    let mut slots: Vec<Option<Value<'b>>> = Vec::new();
    slots.resize_with(nodes.len(), || None);
    for id in nodes.ids() {
        if uses[id.index()] == 0 {
            continue;
        }
        let op = nodes.op(id);
        let value = value_of(nodes, id, &slots, bars).map_err(|error| match error {
            EngineError::OutOfRange { span, bars, .. } => {
                EngineError::OutOfRange { span, bars, needed: needed(nodes, roots) }
            }
            other => other,
        })?;
        if !matches!(value, Value::Number(_) | Value::Boolean(_)) && value.start() >= bars.len() {
            return Err(EngineError::OutOfRange {
                span: nodes.span(id),
                bars: bars.len(),
                needed: needed(nodes, roots),
            });
        }
        slots[id.index()] = Some(value);
        op.operands(|operand| {
            uses[operand.index()] -= 1;
            if uses[operand.index()] == 0 {
                slots[operand.index()] = None;
            }
        });
    }
    Ok(slots)
}

fn value_of<'b>(
    nodes: &Nodes,
    id: NodeId,
    slots: &[Option<Value<'b>>],
    bars: &'b Bars,
) -> Result<Value<'b>, EngineError> {
    /// Stands in for an operand that is not there, which the order of the nodes rules out.
    const MISSING: &Value<'static> = &Value::Number(f64::NAN);
    let count = bars.len();
    let get = |operand: &NodeId| slots[operand.index()].as_ref().unwrap_or(MISSING);
    let number = |operand: &NodeId| get(operand).numbers();
    let boolean = |operand: &NodeId| get(operand).booleans();
    Ok(match nodes.op(id) {
        Op::Number(number) => Value::Number(number.get()),
        Op::Boolean(boolean) => Value::Boolean(*boolean),
        Op::Column(column) => Value::Price(bars.column(*column)),
        Op::Truth(a) => arithmetic::truths(number(a), count),
        Op::Unit(a) => arithmetic::units(boolean(a), count),
        Op::Arithmetic(op, a, b) => arithmetic(*op, number(a), number(b), count),
        Op::Negate(a) => arithmetic::map(number(a), count, |value| -value),
        Op::Both(a, b) => arithmetic::both(boolean(a), boolean(b), count, |a, b| a & b),
        Op::Either(a, b) => arithmetic::both(boolean(a), boolean(b), count, |a, b| a | b),
        Op::Not(a) => arithmetic::not(boolean(a), count),
        Op::Compare(op, a, b) => compare(*op, number(a), number(b), count),
        Op::Select { condition, then, otherwise } => select(boolean(condition), get(then), get(otherwise), count),
        Op::Shift(a, back) => shift(get(a), *back, count),
        Op::At(a, bar) => {
            let bar = usize::try_from(*bar).unwrap_or(usize::MAX);
            if bar >= count {
                return Err(EngineError::OutOfRange { span: nodes.span(id), bars: count, needed: None });
            }
            at(get(a), bar, count)
        }
        Op::Talib { function, inputs, params } => {
            let inputs: Vec<Numbers<'_>> = inputs.iter().map(number).collect();
            let params: Vec<f64> = params.iter().map(|param| param.get()).collect();
            let mut columns = talib::compute(*function, &inputs, &params, count)
                .map_err(|error| talib_error(error, nodes, id, *function))?;
            match columns.pop() {
                Some(only) if columns.is_empty() => Value::Numbers(only),
                last => {
                    columns.extend(last);
                    Value::Outputs(columns)
                }
            }
        }
        Op::Operator { operator, inputs, params } => {
            let inputs: Vec<&Value<'b>> = inputs.iter().map(get).collect();
            let params: Vec<f64> = params.iter().map(|param| param.get()).collect();
            (operator.compute)(&Inputs(&inputs), &params, count)
        }
        Op::Output(a, output) => match get(a) {
            Value::Outputs(columns) => columns.get(*output).cloned().map_or(Value::Number(f64::NAN), Value::Numbers),
            other => other.clone(),
        },
        Op::Unsupported(name) => return Err(EngineError::Unsupported { span: nodes.span(id), name: name.to_string() }),
    })
}

/// The value some bars ago. A scalar is the same at all times, but bars that reach back before the range have none.
fn shift(value: &Value<'_>, back: u64, bars: usize) -> Value<'static> {
    let back = usize::try_from(back).unwrap_or(usize::MAX);
    match value {
        Value::Booleans(_) | Value::Boolean(_) => {
            let values = value.booleans();
            Value::Booleans(Column::from_fn(values.start().saturating_add(back), bars, false, |bar| {
                values.at(bar - back)
            }))
        }
        Value::Outputs(columns) => Value::Outputs(
            columns
                .iter()
                .map(|column| {
                    shift_numbers(Numbers::Column { start: column.start, values: &column.values }, back, bars)
                })
                .collect(),
        ),
        _ => Value::Numbers(shift_numbers(value.numbers(), back, bars)),
    }
}

fn shift_numbers(values: Numbers<'_>, back: usize, bars: usize) -> Column<f64> {
    let start = values.start().saturating_add(back);
    match values {
        Numbers::Column { start: begin, values } if start < bars => {
            arithmetic::collect(start, bars, f64::NAN, values[begin..bars - back].iter().copied())
        }
        _ => Column { start, ..Column::from_fn(start, bars, f64::NAN, |bar| values.at(bar - back)) },
    }
}

/// The value on one bar of the range, on every bar from where the expression has values. In its own warm-up it is undefined.
fn at(value: &Value<'_>, bar: usize, bars: usize) -> Value<'static> {
    match value {
        Value::Boolean(boolean) => Value::Boolean(*boolean),
        Value::Number(number) => Value::Number(*number),
        Value::Booleans(column) => {
            let fixed = bar >= column.start && column.values[bar];
            Value::Booleans(Column::from_fn(column.start, bars, false, |_| fixed))
        }
        Value::Outputs(columns) => {
            Value::Outputs(columns.iter().map(|column| fixed(column.start, &column.values, bar, bars)).collect())
        }
        Value::Price(values) => Value::Numbers(fixed(0, values, bar, bars)),
        Value::Numbers(column) => Value::Numbers(fixed(column.start, &column.values, bar, bars)),
    }
}

fn fixed(start: usize, values: &[f64], bar: usize, bars: usize) -> Column<f64> {
    let fixed = if bar >= start { values[bar] } else { f64::NAN };
    Column::from_fn(start, bars, f64::NAN, |_| fixed)
}

fn talib_error(error: TalibError, nodes: &Nodes, id: NodeId, function: Function) -> EngineError {
    let span = nodes.span(id);
    match error {
        TalibError::OutOfRange { bars, needed } => EngineError::OutOfRange { span, bars, needed: Some(needed as u64) },
        other => EngineError::BadParameter { span, message: format!("{}: {other}", function.name()) },
    }
}

/// Bars with which every root has a value on the last one, from TA-Lib's own word on each call, without computing.
/// `None` where that can't be said.
fn needed(nodes: &Nodes, roots: &[NodeId]) -> Option<u64> {
    let uses = nodes.uses(roots);
    let mut starts = vec![0u64; nodes.len()];
    let mut most = 0;
    for id in nodes.ids() {
        if uses[id.index()] == 0 {
            continue;
        }
        let op = nodes.op(id);
        let mut start = 0u64;
        op.operands(|operand| start = start.max(starts[operand.index()]));
        let own = match op {
            Op::Shift(_, back) => *back,
            Op::Talib { function, params, .. } => function.lookback(&numbers(params)).ok()? as u64,
            Op::Operator { operator, params, .. } => (operator.lookback)(&numbers(params)),
            Op::Unsupported(_) => return None,
            _ => 0,
        };
        starts[id.index()] = start.saturating_add(own);
        most = most.max(starts[id.index()]);
        if let Op::At(_, bar) = op {
            most = most.max(*bar);
        }
    }
    Some(most.saturating_add(1))
}

fn numbers(params: &[Real]) -> Vec<f64> {
    params.iter().map(|param| param.get()).collect()
}
