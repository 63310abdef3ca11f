//! The value of a call: one number however its arguments were given.

use signal_catalog::{InputSource, OutputKind, TalibParam, ValueType};

use super::super::{Node, ValueId};
use super::Pass;
use crate::Call;

impl<'a> Pass<'_, 'a> {
    pub(super) fn call(&mut self, call: &Call<'a>) -> ValueId {
        let (Some(entry), Some(binding)) = (call.entry, call.bound()) else { return self.unique() };
        let signature = binding.signature;
        let start = self.scratch.len();
        for input in &binding.inputs {
            let value = match *input {
                InputSource::Argument(argument) => call
                    .arguments
                    .get(argument as usize)
                    .map_or(ValueId::NONE, |argument| self.values.of(argument.value)),
                InputSource::Column(column) => self.column(column),
                InputSource::Absent => ValueId::NONE,
            };
            self.scratch.push(value);
        }
        let name = canonical(&entry.name);
        if signature.talib.is_none() && signature.variadic && matches!(name, "max" | "min") {
            self.scratch[start..].sort_unstable();
        }
        let inputs = self.list(start);
        for (_, value, argument) in call.params(self.constants) {
            let value = match (value, argument) {
                (Some(number), _) => self.number(number),
                (None, Some(argument)) => self.values.of(argument),
                (None, None) => ValueId::NONE,
            };
            self.scratch.push(value);
        }
        if !signature.talib_params.is_empty() {
            let given = self.scratch.len();
            for param in signature.talib_params.iter() {
                let value = match *param {
                    TalibParam::Param(place) => {
                        let place = start + usize::from(place);
                        self.scratch[..given].get(place).copied().unwrap_or(ValueId::NONE)
                    }
                    TalibParam::Fixed(number) => self.number(number),
                };
                self.scratch.push(value);
            }
            self.scratch.drain(start..given);
        }
        let params = self.list(start);
        if name == "shift"
            && let (Node::Link(base, _), Node::Link(bars, _)) = (self.known(inputs), self.known(params))
            && let Some(bars) = self.number_of(bars).filter(|bars| (0.0..4e9).contains(bars) && bars.fract() == 0.0)
        {
            return self.shift(base, bars as u32);
        }
        let function = self.function(signature.talib.as_deref().unwrap_or(name));
        let value = self.node(Node::Call(function, inputs, params));
        self.values.conditions[value.index()] = entry.value == ValueType::Boolean
            || matches!(&*signature.outputs, [output] if output.kind == OutputKind::Boolean);
        match signature.talib_output {
            Some(output) => self.node(Node::Output(value, u32::from(output))),
            None => value,
        }
    }
}

/// One name for operators that go by several.
fn canonical(name: &str) -> &str {
    match name {
        "cross_above" | "crosses_above" => "crossover",
        "cross_below" | "crosses_below" => "crossunder",
        "ref" | "lag" | "prev" => "shift",
        "exists" => "any",
        "iff" => "where",
        "realized_vol" => "volatility",
        "ts_rank" => "rank",
        other => other,
    }
}
