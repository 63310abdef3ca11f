//! Everything that rules read, computed once per script.

use signal_catalog::{Catalog, Kind};
use signal_project::{Resolved, RunSettings};
use signal_syntax::{Bindings, Constants, Expr, ExprId, Parsed, Tree};
use signal_text::{Source, Span};

use crate::{Calls, Input, Signal, Warmup, WarmupReport, Warmups, Window, report, signals::signals};

/// The facts of one script.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The script.
    pub source: &'a Source,
    /// Its tree with what was wrong with the text.
    pub parsed: &'a Parsed,
    /// The names it may use.
    pub catalog: &'a Catalog,
    /// Settings with what was wrong with them.
    pub resolved: &'a Resolved,
    /// What each name refers to.
    pub bindings: Bindings,
    /// Numbers that are known before any bar is.
    pub constants: Constants,
    /// Calls with their entries and arguments.
    pub calls: Calls<'a>,
    /// Leading bars without a value, for every expression.
    pub warmups: Warmups,
    /// Signals in the order of the text.
    pub signals: Vec<Signal>,
    /// The bars of the run, where dates are set.
    pub window: Option<Window>,
    /// All of it that concerns warm-up, as plain data.
    pub report: WarmupReport,
}

impl<'a> Facts<'a> {
    /// Computes them: one pass each over the arena.
    #[must_use]
    pub fn new(input: Input<'a>) -> Self {
        let Input { source, parsed, catalog, settings: resolved, today, .. } = input;
        let tree = &parsed.tree;
        let bindings = Bindings::new(source, tree);
        let constants = Constants::new(source, tree, &bindings);
        let calls = Calls::new(source, tree, &constants, catalog);
        let is_variable = |id| {
            tree.name(source, id).and_then(|name| catalog.get(name)).is_some_and(|entry| entry.kind == Kind::Variable)
        };
        let warmups = Warmups::new(tree, &bindings, &constants, &calls, is_variable);
        let signals = signals(source, tree, &calls);
        let window = Window::new(&resolved.settings, today);
        let report = report::report(source, tree, &bindings, &warmups, &signals, window, &resolved.settings);
        Self { source, parsed, catalog, resolved, bindings, constants, calls, warmups, signals, window, report }
    }

    /// The tree.
    #[must_use]
    pub fn tree(&self) -> &'a Tree {
        &self.parsed.tree
    }

    /// The settings of the run.
    #[must_use]
    pub fn settings(&self) -> &'a RunSettings {
        &self.resolved.settings
    }

    /// The text of an expression.
    #[must_use]
    pub fn text(&self, id: ExprId) -> &'a str {
        self.source.slice(self.tree().span(id))
    }

    /// Where an expression stands.
    #[must_use]
    pub fn span(&self, id: ExprId) -> Span {
        self.tree().span(id)
    }

    /// The warm-up of an expression.
    #[must_use]
    pub fn warmup(&self, id: ExprId) -> Warmup {
        self.warmups.of(id)
    }

    /// Names that are read as values and bound to nothing: neither by an earlier line nor by the catalog as a variable.
    pub fn unresolved_names(&self) -> impl Iterator<Item = (ExprId, &'a str)> + '_ {
        self.tree().ids().filter_map(|id| {
            if !matches!(self.tree().expr(id), Expr::Name)
                || self.bindings.is_callee(id)
                || self.bindings.of(id).is_some()
            {
                return None;
            }
            let name = self.tree().name(self.source, id)?;
            let known = self.catalog.get(name).is_some_and(|entry| entry.kind == Kind::Variable);
            (!known).then_some((id, name))
        })
    }
}
