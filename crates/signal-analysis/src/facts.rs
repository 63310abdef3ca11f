//! Everything that rules read, computed once per script.

use std::sync::OnceLock;

use signal_catalog::{Catalog, Kind};
use signal_market::excerpt;
use signal_project::{DirectivePlace, Resolved, RunSettings, directive_place};
use signal_syntax::{Bindings, Constants, ExprId, Parsed, Tree};
use signal_text::{Source, Span};

use crate::{
    Call, Calls, Comparison, Input, Order, Orders, Range, Ranges, Scale, Scales, Signal, Tickers, Type, Types,
    Universe, Unresolved, Uses, ValueId, Values, Warmup, WarmupReport, Warmups, Window,
    logic::conditions::{comparisons, parents},
    logic::price_range,
    names::Kinds,
    names::unresolved,
    signals::{Reader, read_by_signals, signals, tickers},
    suppressions::{Suppressions, Unused},
    threads::{self, both},
    time::report,
    time::spent::{self, Spent},
    time::{Shortage, shortages},
};

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
    /// Which expressions do something, and which are names.
    pub kinds: Kinds,
    /// Numbers that are known before any bar is.
    pub constants: Constants,
    /// Calls with their entries and arguments.
    pub calls: Calls<'a>,
    /// Signals in the order of the text.
    pub signals: Vec<Signal>,
    /// Tickers that signals name.
    pub tickers: Tickers,
    /// The bars of the run, where dates are set.
    pub window: Option<Window>,
    unresolved: OnceLock<Vec<Unresolved>>,
    types: OnceLock<Types>,
    uses: OnceLock<Uses>,
    values: OnceLock<Values>,
    ranges: OnceLock<Ranges>,
    scales: OnceLock<Scales>,
    comparisons: OnceLock<Vec<Comparison>>,
    warmups: OnceLock<Warmups>,
    report: OnceLock<WarmupReport>,
    start_date_place: OnceLock<DirectivePlace>,
    orders: OnceLock<Orders>,
    universe: OnceLock<Option<Universe>>,
    suppressions: OnceLock<Suppressions>,
    unused_suppressions: OnceLock<Vec<Unused>>,
    read_by_signals: OnceLock<Vec<bool>>,
    parents: OnceLock<Vec<Option<ExprId>>>,
    shortages: OnceLock<Vec<Shortage>>,
    spent: OnceLock<Option<Spent>>,
}

impl<'a> Facts<'a> {
    /// Computes them: one pass each over the arena.
    #[must_use]
    pub fn new(input: Input<'a>) -> Self {
        threads::there(threads::is_long(&input.parsed.tree), || Self::made(input))
    }

    fn made(input: Input<'a>) -> Self {
        let Input { source, parsed, catalog, settings: resolved, today, .. } = input;
        let tree = &parsed.tree;
        let long = threads::is_long(tree);
        let bindings = Bindings::new(source, tree);
        let (kinds, constants) = both(long, || Kinds::new(tree, &bindings), || Constants::new(source, tree, &bindings));
        let calls = Calls::new(source, tree, &bindings, &kinds, &constants, catalog);
        let (signals, tickers) = (signals(&calls), tickers(source, tree, &bindings, &calls));
        let window = Window::new(&resolved.settings, today);
        Self {
            source,
            parsed,
            catalog,
            resolved,
            bindings,
            kinds,
            constants,
            calls,
            signals,
            tickers,
            window,
            unresolved: OnceLock::new(),
            types: OnceLock::new(),
            uses: OnceLock::new(),
            values: OnceLock::new(),
            ranges: OnceLock::new(),
            scales: OnceLock::new(),
            comparisons: OnceLock::new(),
            warmups: OnceLock::new(),
            report: OnceLock::new(),
            start_date_place: OnceLock::new(),
            orders: OnceLock::new(),
            universe: OnceLock::new(),
            suppressions: OnceLock::new(),
            unused_suppressions: OnceLock::new(),
            read_by_signals: OnceLock::new(),
            parents: OnceLock::new(),
            shortages: OnceLock::new(),
            spent: OnceLock::new(),
        }
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

    /// Operations in the order of the arena: all but names, literals, parentheses and calls of names. A rule about them
    /// goes over one expression in ten.
    #[must_use]
    pub fn operations(&self) -> &[ExprId] {
        &self.kinds.operations
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

    /// Names that nothing defines, with what was probably meant; looked for on first use.
    #[must_use]
    pub fn unresolved(&self) -> &[Unresolved] {
        self.unresolved.get_or_init(|| unresolved(self.source, &self.kinds, &self.bindings, self.tree(), self.catalog))
    }

    /// Which of the script's names are read; counted on first use.
    #[must_use]
    pub fn uses(&self) -> &Uses {
        self.uses.get_or_init(|| Uses::new(self.tree(), &self.kinds, &self.bindings))
    }

    /// What sort of value every expression has; told on first use.
    #[must_use]
    pub fn types(&self) -> &Types {
        self.types.get_or_init(|| {
            Types::new(self.source, self.tree(), self.catalog, &self.bindings, &self.constants, &self.calls)
        })
    }

    /// What sort of value an expression has.
    #[must_use]
    pub fn type_of(&self, id: ExprId) -> Type {
        self.types().of(id)
    }

    /// The call behind an expression that stands for several outputs, names and parentheses aside.
    #[must_use]
    pub fn outputs_of(&self, id: ExprId) -> Option<&Call<'a>> {
        let types = self.types();
        if types.of(id) == Type::Outputs { self.calls.get(types.origin(id)?) } else { None }
    }

    /// Which expressions are surely the same value; numbered on first use.
    #[must_use]
    pub fn values(&self) -> &Values {
        self.values.get_or_init(|| {
            Values::new(self.source, self.tree(), self.catalog, &self.bindings, &self.constants, &self.calls)
        })
    }

    /// What numbers values can be, and which conditions can never or always hold; told on first use.
    #[must_use]
    pub fn ranges(&self) -> &Ranges {
        self.ranges.get_or_init(|| {
            Ranges::new(self.tree(), self.operations(), self.values(), price_range(self.trades_probabilities()))
        })
    }

    /// The range of an expression's value.
    #[must_use]
    pub fn range(&self, id: ExprId) -> Range {
        self.ranges().of(self.values().of(id))
    }

    /// On which scale an expression's value lies; told of all values on first use.
    #[must_use]
    pub fn scale(&self, id: ExprId) -> Scale {
        self.scales.get_or_init(|| Scales::new(self.values())).of(self.values().of(id))
    }

    /// The comparisons of values that vary, with whether they hold; told on first use.
    #[must_use]
    pub fn comparisons(&self) -> &[Comparison] {
        self.comparisons.get_or_init(|| comparisons(self))
    }

    /// Whether all tickers, of the universe or else of the signals, are Polymarket's, whose prices are probabilities.
    fn trades_probabilities(&self) -> bool {
        let is_one = |ticker: &signal_market::Ticker| ticker.exchange == "POLYMARKET";
        match &self.settings().universe {
            Some(universe) => !universe.value.is_empty() && universe.value.iter().all(is_one),
            None => {
                let texts = &self.tickers.texts;
                !texts.is_empty() && texts.iter().all(|text| text.read.as_ref().is_ok_and(|(ticker, _)| is_one(ticker)))
            }
        }
    }

    /// Leading bars without a value, for every expression; computed on first use, since a check of a script without dates
    /// never asks.
    #[must_use]
    pub fn warmups(&self) -> &Warmups {
        self.warmups.get_or_init(|| {
            Warmups::new(self.tree(), &self.bindings, &self.constants, &self.calls, |id| self.is_variable(id))
        })
    }

    /// Whether a name is one of the catalog's data variables.
    #[must_use]
    pub fn is_variable(&self, id: ExprId) -> bool {
        let entry = self.tree().name(self.source, id).and_then(|name| self.catalog.get(name));
        entry.is_some_and(|entry| entry.kind == Kind::Variable)
    }

    /// The warm-up of the whole script: that of its widest signal, or of its widest name where none is emitted.
    #[must_use]
    pub fn script_warmup(&self) -> Warmup {
        report::whole_script(self, self.warmups()).1
    }

    /// All of it that concerns warm-up, as plain data; made on first use, since only some commands show it.
    #[must_use]
    pub fn report(&self) -> &WarmupReport {
        self.report.get_or_init(|| report::report(self))
    }

    /// Where the script's head takes a start date; found on first use, since only a range that is too short asks.
    #[must_use]
    pub fn start_date_place(&self) -> &DirectivePlace {
        self.start_date_place.get_or_init(|| directive_place(self.source, self.tree(), "start_date"))
    }

    /// The actions of the script and what its signals ask for.
    #[must_use]
    pub fn orders(&self) -> &Orders {
        self.orders.get_or_init(|| {
            let Self { source, parsed, bindings, constants, calls, tickers, .. } = self;
            Reader { source, tree: &parsed.tree, bindings, constants, calls, tickers }.orders(&self.signals)
        })
    }

    /// A ticker of [`Tickers::markets`] as a message shows it.
    #[must_use]
    pub fn ticker(&self, market: usize) -> String {
        excerpt(&self.tickers.markets[market].to_string()).into_owned()
    }

    /// The value of an order's condition: two orders with the same one fire on the same bars.
    #[must_use]
    pub fn condition_of(&self, order: &Order) -> ValueId {
        self.values().of(order.condition)
    }

    /// The universe of the run, held against the tickers that signals name; `None` where none is set.
    #[must_use]
    pub fn universe(&self) -> Option<&Universe> {
        self.universe.get_or_init(|| Universe::new(self.source, self.settings(), &self.tickers)).as_ref()
    }

    /// Comments that allow rules.
    #[must_use]
    pub fn suppressions(&self) -> &Suppressions {
        self.suppressions.get_or_init(|| Suppressions::new(self.source, self.tree()))
    }

    /// Rules that a comment allows and that found nothing there: known when all other rules have run.
    pub(crate) fn unused_suppressions(&self) -> &[Unused] {
        self.unused_suppressions.get().map_or(&[], Vec::as_slice)
    }

    pub(crate) fn set_unused_suppressions(&self, unused: Vec<Unused>) {
        // Set once, by the analysis.
        let _ = self.unused_suppressions.set(unused);
    }

    /// For every expression, by [`ExprId::index`], whether a signal depends on it; found on first use.
    #[must_use]
    pub fn read_by_signals(&self) -> &[bool] {
        self.read_by_signals.get_or_init(|| read_by_signals(self.tree(), &self.bindings, &self.signals))
    }

    /// The expression that one is an operand, argument or item of; found on first use, since only rules that are about to
    /// report ask for it.
    #[must_use]
    pub fn parent(&self, id: ExprId) -> Option<ExprId> {
        self.parents.get_or_init(|| parents(self.tree())).get(id.index()).copied().flatten()
    }

    /// Calls that the range has, or may have, too few bars for; looked for on first use.
    pub(crate) fn shortages(&self) -> &[Shortage] {
        self.shortages.get_or_init(|| shortages(self))
    }

    /// What warm-up and settling leave of the range, where it holds enough bars; worked out on first use.
    pub(crate) fn spent(&self) -> Option<&Spent> {
        self.spent.get_or_init(|| spent::spent(self)).as_ref()
    }

    /// The warm-up of an expression.
    #[must_use]
    pub fn warmup(&self, id: ExprId) -> Warmup {
        self.warmups().of(id)
    }
}
