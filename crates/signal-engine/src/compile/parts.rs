//! Parts of a value: a bar by its index, an output by name or place, an item.

use signal_syntax::ExprId;
use signal_text::{Span, closest};

use super::meaning::Meaning;
use super::{Compiled, Compiler};
use crate::error::CompileError;
use crate::ir::{NodeId, Op};

impl Compiler<'_> {
    /// `base[index]`: a bar, an output by its name or place, or an item.
    pub(super) fn index(&mut self, base: ExprId, index: ExprId, span: Span) -> Compiled<Meaning> {
        let place = self.tree.span(index);
        if let Meaning::Text(name) = self.of(index) {
            let name = name.clone();
            return self.pick(base, &name, place, span);
        }
        let Some(number) = self.constants.number(index).or_else(|| self.constant(index)) else {
            return Err(CompileError::new(
                place,
                "an index is a constant whole number, such as [-1] for the current bar",
            ));
        };
        if number.abs() > 1e15 {
            return Err(CompileError::new(place, "no range has so many bars; [-1] is the current one"));
        }
        if number.fract() != 0.0 {
            return Err(CompileError::new(place, format!("an index is a whole number, not {number}")));
        }
        match self.of(base).clone() {
            Meaning::Items(items) => {
                let count = items.len() as f64;
                let position = if number < 0.0 { count + number } else { number };
                let item = (position >= 0.0 && position < count).then(|| self.tree.items(items)[position as usize]);
                item.map(|item| self.of(item).clone()).ok_or_else(|| {
                    CompileError::new(place, format!("there are {count} items, so there is none at {number}"))
                })
            }
            // Only a bare call of several outputs is indexed by output; `[-1]` keeps its documented sense, the current bar.
            Meaning::Outputs(_, names) if number >= 0.0 => {
                if number >= names.len() as f64 {
                    return Err(CompileError::new(
                        place,
                        format!("the call has {} outputs, counted from 0", names.len()),
                    ));
                }
                self.item(base, number as usize, span)
            }
            Meaning::Outputs(node, names) => Ok(Meaning::Outputs(self.at(node, number, span), names)),
            Meaning::Number(node) => Ok(Meaning::Number(self.at(node, number, span))),
            Meaning::Boolean(node) => Ok(Meaning::Boolean(self.at(node, number, span))),
            other => Err(CompileError::new(
                self.tree.span(base),
                format!("this is {} and has no bars to index", other.describe()),
            )),
        }
    }

    /// `[-1]` is the current bar, `[-k]` k-1 bars before it; `[k]` the bar k of the range, whatever bar it is now.
    fn at(&mut self, node: NodeId, index: f64, span: Span) -> NodeId {
        if index < 0.0 {
            let back = (-index - 1.0) as u64;
            if back == 0 { node } else { self.nodes.push(Op::Shift(node, back), span) }
        } else {
            self.nodes.push(Op::At(node, index as u64), span)
        }
    }

    /// The output that `name` means: `macd(close).signal`, `macd(close)["signal"]`.
    pub(super) fn pick(&mut self, base: ExprId, name: &str, place: Span, span: Span) -> Compiled<Meaning> {
        match self.of(base).clone() {
            Meaning::Outputs(node, names) => {
                if let Some(output) = names.iter().position(|output| output.iter().any(|known| known == name)) {
                    return Ok(Meaning::Number(self.nodes.push(Op::Output(node, output), span)));
                }
                let known: Vec<&str> = names.iter().filter_map(|output| output.first().map(String::as_str)).collect();
                let hint = closest(name, names.iter().flat_map(|output| output.iter().map(String::as_str)))
                    .map(|near| format!(" (did you mean `{near}`?)"));
                Err(CompileError::new(
                    place,
                    format!(
                        "there is no output `{name}`{}; the outputs are {}",
                        hint.unwrap_or_default(),
                        known.join(", ")
                    ),
                ))
            }
            other => Err(CompileError::new(place, format!("this is {} and has no output `{name}`", other.describe()))),
        }
    }

    /// The part with this place of something that has several.
    pub(super) fn item(&mut self, value: ExprId, place: usize, span: Span) -> Compiled<Meaning> {
        match self.of(value).clone() {
            Meaning::Outputs(node, names) if place < names.len() => {
                Ok(Meaning::Number(self.nodes.push(Op::Output(node, place), span)))
            }
            Meaning::Items(items) if place < items.len() => Ok(self.of(self.tree.items(items)[place]).clone()),
            other => Err(CompileError::new(span, format!("there is no part {place} in {}", other.describe()))),
        }
    }
}
