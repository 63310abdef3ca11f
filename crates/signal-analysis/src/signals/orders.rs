//! The signals of a script as data: which ticker, side and size is asked for under which condition.

use signal_catalog::Kind;
use signal_syntax::{Bindings, Constants, Expr, ExprId, Statement, StatementKind, Tree};
use signal_text::Source;

use crate::maps::Map;
use crate::names::behind_names;
use crate::signals::Tickers;
use crate::value_of;
use crate::{Call, Calls};

/// One `emit_signal(condition, action)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    /// The call.
    pub id: ExprId,
    /// Its condition as given; `None` where the arguments do not fit.
    pub condition: Option<ExprId>,
    /// Its action as given: a call, or a name for one.
    pub action: Option<ExprId>,
}

/// All of them, in the order of the text.
pub(crate) fn signals(calls: &Calls<'_>) -> Vec<Signal> {
    let emitted = calls.iter().filter(|call| call.entry.is_some_and(|entry| entry.kind == Kind::Signal));
    emitted
        .map(|call| Signal { id: call.id, condition: call.input("condition"), action: call.input("action") })
        .collect()
}

/// Every action of a script and what its signals ask for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Orders {
    /// Every call of an action, `entry` or `exit`, in the order of the arena.
    pub actions: Vec<Action>,
    /// What signals ask for, in their order: one signal may choose between several actions.
    pub orders: Vec<Order>,
    /// Some signal asks for something that can't be told from the script: an action of an unknown function, a ticker that is
    /// no constant, a statement that did not parse. Nothing can be concluded then from what is absent.
    pub some_hidden: bool,
    /// Exits of positions that nothing enters, as indexes into `orders`; none where `some_hidden`.
    pub unmatched_exits: Vec<usize>,
}

/// A signal with an action it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// Index into [`crate::Facts::signals`].
    pub signal: usize,
    /// Index into [`Orders::actions`].
    pub action: usize,
    /// The signal's condition, behind names and parentheses.
    pub condition: ExprId,
    /// Whether the action depends on more than the condition: it stands in a conditional or a list.
    pub chosen: bool,
}

/// One call of an action.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Action {
    /// The call.
    pub call: ExprId,
    /// What it does.
    pub kind: ActionKind,
    /// The ticker it names, as an index into [`Tickers::texts`]; `None` where it is no constant.
    pub text: Option<usize>,
    /// The ticker it means, as an index into [`Tickers::markets`].
    pub market: Option<usize>,
    /// The argument that names the ticker, as given.
    pub ticker_at: Option<ExprId>,
    /// The side it names.
    pub side: Side,
    /// The argument that names the side, as given.
    pub side_at: Option<ExprId>,
    /// The size it asks for; `None` where it names none, or nothing that can be read.
    pub sizing: Option<Sizing>,
}

/// What an action does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActionKind {
    /// Opens a position.
    Entry,
    /// Closes one.
    Exit,
    /// Another action of a catalog that lists more.
    Other,
}

/// The side that an action names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// `"LONG"`
    Long,
    /// `"SHORT"`
    Short,
    /// Another text, in the literal with this id.
    Other(ExprId),
    /// No text that is known before the script runs.
    Variable,
    /// None is named: `exit(ticker)`.
    Absent,
}

/// A size, `Weight(0.5)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sizing {
    /// The call.
    pub call: ExprId,
    /// Its unit.
    pub unit: Unit,
    /// Its argument as given.
    pub amount_at: Option<ExprId>,
    /// How much, where it is a constant.
    pub amount: Option<f64>,
}

/// What a size is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A share of the equity: 0.5 is half of it.
    Weight,
    /// Quote currency.
    Cash,
    /// Base currency.
    Shares,
    /// A sizing of a catalog that lists more.
    Other,
}

impl Side {
    /// Whether two sides may be one position's: both the same, or one that is not known.
    #[must_use]
    pub fn may_be(self, other: Self) -> bool {
        !matches!((self, other), (Self::Long, Self::Short) | (Self::Short, Self::Long))
    }

    /// How messages name it; nothing for what is not known.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Long => "LONG",
            Self::Short => "SHORT",
            Self::Other(_) | Self::Variable | Self::Absent => "",
        }
    }
}

impl Orders {
    /// Each order with its action.
    pub fn iter(&self) -> impl Iterator<Item = (&Order, &Action)> {
        self.orders.iter().map(|order| (order, &self.actions[order.action]))
    }

    /// Those of one kind, on tickers that are known.
    pub fn of_kind(&self, kind: ActionKind) -> impl Iterator<Item = (&Order, &Action, usize)> {
        self.iter()
            .filter(move |(_, action)| action.kind == kind)
            .filter_map(|(order, action)| Some((order, action, action.market?)))
    }
}

/// Exits of a ticker and side that no entry is about.
fn unmatched_exits(orders: &Orders) -> Vec<usize> {
    // Which sides of each ticker are entered. A side that nobody knows may be any.
    let mut entered: Map<usize, (bool, bool)> = Map::default();
    for (_, action, market) in orders.of_kind(ActionKind::Entry) {
        let (long, short) = entered.entry(market).or_default();
        *long |= action.side.may_be(Side::Long);
        *short |= action.side.may_be(Side::Short);
    }
    let is_unmatched = |action: &Action| {
        let entered = action.market.and_then(|market| entered.get(&market)).copied().unwrap_or_default();
        let (long, short) = entered;
        action.kind == ActionKind::Exit
            && !(long && action.side.may_be(Side::Long))
            && !(short && action.side.may_be(Side::Short))
    };
    (0..orders.orders.len()).filter(|n| is_unmatched(&orders.actions[orders.orders[*n].action])).collect()
}

/// Expressions that are looked at for the actions of one signal. People write a call, a name, now and then a conditional;
/// conditionals on conditionals by name would double with each line of a hostile script.
const STEPS: usize = 32;

/// What an [`Orders`] is made from.
pub(crate) struct Reader<'r, 'a> {
    pub source: &'a Source,
    pub tree: &'a Tree,
    pub bindings: &'r Bindings,
    pub constants: &'r Constants,
    pub calls: &'r Calls<'a>,
    pub tickers: &'r Tickers,
}

impl Reader<'_, '_> {
    /// Reads the actions, then what each signal asks for.
    pub(crate) fn orders(&self, signals: &[Signal]) -> Orders {
        // A statement that did not parse, or a call of a function that nobody knows where a signal stands.
        let broken = |statement: &Statement| match statement.kind {
            StatementKind::Error { .. } => true,
            StatementKind::Expr(id) => {
                self.calls.get(self.tree.unparenthesized(id)).is_some_and(|call| call.entry.is_none())
            }
            StatementKind::Assign { .. } => false,
        };
        let mut orders = Orders {
            actions: self.tickers.of_actions.iter().filter_map(|&(call, text)| self.action(call, text)).collect(),
            orders: Vec::with_capacity(signals.len()),
            some_hidden: self.tree.statements().iter().any(broken),
            unmatched_exits: Vec::new(),
        };
        let mut steps = Vec::new();
        for (n, signal) in signals.iter().enumerate() {
            let (Some(condition), Some(action)) = (signal.condition, signal.action) else {
                orders.some_hidden = true;
                continue;
            };
            let condition = behind_names(self.tree, self.bindings, condition);
            self.choose(&mut orders, &mut steps, Order { signal: n, action: 0, condition, chosen: false }, action);
        }
        let asked = |order: &Order| &orders.actions[order.action];
        let untold = |action: &Action| action.market.is_none() || action.kind == ActionKind::Other;
        orders.some_hidden |= orders.orders.iter().any(|order| untold(asked(order)));
        if !orders.some_hidden {
            orders.unmatched_exits = unmatched_exits(&orders);
        }
        orders
    }

    /// Finds the actions behind one argument: through names, conditionals and lists.
    fn choose(&self, orders: &mut Orders, steps: &mut Vec<(ExprId, bool)>, order: Order, argument: ExprId) {
        steps.clear();
        steps.push((argument, false));
        let mut taken = 0;
        while let Some((id, chosen)) = steps.pop() {
            taken += 1;
            if taken > STEPS {
                orders.some_hidden = true;
                return;
            }
            let id = self.tree.unparenthesized(id);
            match self.tree.expr(id) {
                Expr::Name => {
                    let definition = self.bindings.of(id).map(|definition| self.bindings.definition(definition));
                    match definition.filter(|definition| definition.value.is_some()) {
                        Some(definition) => steps.extend(value_of(self.tree, definition).map(|value| (value, chosen))),
                        None => orders.some_hidden = true,
                    }
                }
                Expr::Conditional { then, otherwise, .. } => steps.extend([(otherwise, true), (then, true)]),
                Expr::List(items) | Expr::Tuple(items) => {
                    let items = self.tree.items(items).iter().rev().take(STEPS + 1);
                    steps.extend(items.map(|item| (*item, true)));
                }
                Expr::None => {}
                Expr::Call { .. } => match orders.actions.binary_search_by_key(&id, |action| action.call) {
                    Ok(action) => orders.orders.push(Order { action, chosen, ..order }),
                    Err(_) => match self.calls.get(id) {
                        Some(call) if matches!(call.name, "where" | "iff") && call.arguments.len() == 3 => {
                            steps.extend([(call.arguments[2].value, true), (call.arguments[1].value, true)]);
                        }
                        _ => orders.some_hidden = true,
                    },
                },
                _ => orders.some_hidden = true,
            }
        }
    }

    fn action(&self, call: ExprId, text: Option<usize>) -> Option<Action> {
        let call = self.calls.get(call)?;
        let side_at = call.input("side");
        Some(Action {
            call: call.id,
            kind: match call.name {
                "entry" => ActionKind::Entry,
                "exit" => ActionKind::Exit,
                _ => ActionKind::Other,
            },
            text,
            market: text.and_then(|text| self.tickers.texts.get(text)?.market),
            ticker_at: call.input("ticker"),
            side: side_at.map_or(Side::Absent, |side| self.side(side)),
            side_at,
            sizing: call.input("sizing").and_then(|sizing| self.sizing(sizing)),
        })
    }

    fn side(&self, given: ExprId) -> Side {
        let id = behind_names(self.tree, self.bindings, given);
        match self.tree.string(self.source, id).as_deref() {
            Some("LONG") => Side::Long,
            Some("SHORT") => Side::Short,
            Some(_) => Side::Other(id),
            None => Side::Variable,
        }
    }

    fn sizing(&self, given: ExprId) -> Option<Sizing> {
        let call = self.calls.get(behind_names(self.tree, self.bindings, given))?;
        sizing(call, self.constants)
    }
}

/// The size that a call of a sizing says; `None` for any other call.
pub(crate) fn sizing(call: &Call<'_>, constants: &Constants) -> Option<Sizing> {
    call.entry.filter(|entry| entry.kind == Kind::Sizing)?;
    let amount_at = match call.arguments {
        [only] => Some(only.value),
        _ => None,
    };
    let unit = match call.name {
        "Weight" => Unit::Weight,
        "Cash" => Unit::Cash,
        "Shares" => Unit::Shares,
        _ => Unit::Other,
    };
    Some(Sizing { call: call.id, unit, amount_at, amount: amount_at.and_then(|id| constants.number(id)) })
}
