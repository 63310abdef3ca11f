//! Every call of a script with the catalog entry behind it and what its arguments are.

use rayon::prelude::*;
use signal_catalog::{ArgumentShape, BindError, Binding, Catalog, Entry, Param, ParamSource};
use signal_syntax::{Argument, Bindings, Constants, Expr, ExprId, Tree};
use signal_text::Source;

use super::behind_names;
use crate::Kinds;
use crate::threads::is_long;

/// A call of a name, `name(arguments)`.
#[derive(Debug)]
pub struct Call<'a> {
    /// The call.
    pub id: ExprId,
    /// The name that is called.
    pub callee: ExprId,
    /// Its text.
    pub name: &'a str,
    /// Its arguments.
    pub arguments: &'a [Argument],
    /// What the catalog knows under that name.
    pub entry: Option<&'a Entry>,
    /// What the arguments are, or why they fit no way to call the entry. `None` where there is no entry to call, and where
    /// Python's function of the name may be meant, as in `sum([a, b, c])`.
    pub binding: Option<Result<Binding<'a>, BindError>>,
}

impl<'a> Call<'a> {
    /// The binding, when the arguments fit.
    #[must_use]
    pub fn bound(&self) -> Option<&Binding<'a>> {
        self.binding.as_ref()?.as_ref().ok()
    }

    /// The argument given for the input called `name`.
    #[must_use]
    pub fn input(&self, name: &str) -> Option<ExprId> {
        let binding = self.bound()?;
        let at = binding.signature.inputs.iter().position(|input| input.name == name)?;
        match binding.inputs.get(at)? {
            signal_catalog::InputSource::Argument(n) => self.arguments.get(*n as usize).map(|argument| argument.value),
            _ => None,
        }
    }

    /// Parameters with their values, in the signature's order; `None` for a value that is no constant. The argument
    /// is there when the script gives one.
    pub fn params<'s>(
        &'s self,
        constants: &'s Constants,
    ) -> impl Iterator<Item = (&'a Param, Option<f64>, Option<ExprId>)> + 's {
        let (params, sources): (&'a [Param], &[ParamSource]) = match self.bound() {
            Some(binding) => (&binding.signature.params, &binding.params),
            None => (&[], &[]),
        };
        params.iter().zip(sources).map(move |(param, source)| match source {
            ParamSource::Default(value) => (param, Some(*value), None),
            ParamSource::Argument(n) => {
                let argument = self.arguments.get(*n).map(|argument| argument.value);
                (param, argument.and_then(|id| constants.number(id)), argument)
            }
        })
    }
}

/// Calls of a long script that one thread binds in a row.
const AT_ONCE: usize = 256;

/// All calls of names, in the order of the arena: inner calls before outer ones.
#[derive(Debug)]
pub struct Calls<'a> {
    calls: Vec<Call<'a>>,
}

impl<'a> Calls<'a> {
    /// Looks up and binds every call.
    #[must_use]
    pub fn new(
        source: &'a Source,
        tree: &'a Tree,
        bindings: &Bindings,
        kinds: &Kinds,
        constants: &Constants,
        catalog: &'a Catalog,
    ) -> Self {
        let bound = |shapes: &mut Vec<ArgumentShape<'a>>, &id: &ExprId| {
            let (callee, arguments) = match tree.expr(id) {
                Expr::Call { callee, arguments } => (callee, tree.arguments(arguments)),
                _ => (id, [].as_slice()),
            };
            let name = source.slice(tree.span(callee));
            let entry = catalog.get(name);
            let callable = entry.filter(|entry| entry.is_callable() && !is_pythons(tree, bindings, name, arguments));
            let binding = callable.map(|entry| {
                shapes.clear();
                shapes.extend(arguments.iter().map(|argument| ArgumentShape {
                    keyword: argument.name.map(|span| source.slice(span)),
                    constant: constants.number(argument.value),
                }));
                entry.bind(shapes)
            });
            Call { id, callee, name, arguments, entry, binding }
        };
        if is_long(tree) {
            let calls = kinds.calls.par_iter().with_min_len(AT_ONCE).map_init(Vec::new, bound);
            return Self { calls: calls.collect() };
        }
        let mut shapes = Vec::new();
        Self { calls: kinds.calls.iter().map(|id| bound(&mut shapes, id)).collect() }
    }

    /// The calls, inner ones first.
    pub fn iter(&self) -> std::slice::Iter<'_, Call<'a>> {
        self.calls.iter()
    }

    /// The calls that an expression is made of, itself included, the last one first.
    pub fn within(&self, tree: &Tree, id: ExprId) -> impl Iterator<Item = &Call<'a>> {
        let start = tree.span(id).start;
        let behind = self.calls.partition_point(|call| call.id <= id);
        // Children stand right before their parents, so that what begins further left is no part of it.
        self.calls[..behind].iter().rev().take_while(move |call| tree.span(call.id).start >= start)
    }

    /// The call behind an expression, if it is one of a name.
    #[must_use]
    pub fn get(&self, id: ExprId) -> Option<&Call<'a>> {
        self.calls.binary_search_by_key(&id, |call| call.id).ok().map(|at| &self.calls[at])
    }
}

impl<'s, 'a> IntoIterator for &'s Calls<'a> {
    type Item = &'s Call<'a>;
    type IntoIter = std::slice::Iter<'s, Call<'a>>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Whether a function that Python has too is given one list, which is how Python calls it. The indicator of that name takes
/// a series and a period; which of the two the service has, no text says.
fn is_pythons(tree: &Tree, bindings: &Bindings, name: &str, arguments: &[Argument]) -> bool {
    let [only] = arguments else { return false };
    matches!(name, "all" | "any" | "max" | "min" | "sum")
        && only.name.is_none()
        && matches!(tree.expr(behind_names(tree, bindings, only.value)), Expr::List(_) | Expr::Tuple(_))
}
