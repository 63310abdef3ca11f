//! Numbers and texts: which parameter they are, which bar an index means, what a ticker names.

use signal_market::{MarketType, Ticker};
use signal_syntax::{Expr, ExprId, Tree, UnaryOp};

use super::call;
use super::value::a_number;
use crate::features::vocabulary::{joined, list};
use crate::snapshot::Snapshot;
use crate::wording::{bars, code, on_one_line, plain};

/// A number, a text, `True` or the like.
pub(super) fn literal(snapshot: &Snapshot, id: ExprId) -> Option<String> {
    let facts = snapshot.facts();
    match facts.tree().expr(id) {
        Expr::String => {
            let text = facts.tree().string(facts.source, id)?;
            string(snapshot, &text).or_else(|| role(snapshot, id))
        }
        Expr::Number(_) => role(snapshot, id),
        Expr::Bool(true) => Some("Holds on every bar. *Assumed: read as in Python*".to_owned()),
        Expr::Bool(false) => Some("Holds on no bar. *Assumed: read as in Python*".to_owned()),
        Expr::None => Some("No value. *Assumed: read as in Python*".to_owned()),
        _ => None,
    }
}

/// What a number or a text is there for: an argument, an index, a level.
fn role(snapshot: &Snapshot, id: ExprId) -> Option<String> {
    let facts = snapshot.facts();
    let tree = facts.tree();
    let mut own = id;
    loop {
        let parent = parent(tree, own)?;
        match tree.expr(parent) {
            Expr::Paren(_) | Expr::Unary { op: UnaryOp::Negate | UnaryOp::Plus, .. } => own = parent,
            Expr::Call { .. } => {
                let call = facts.calls.get(parent)?;
                let argument = call.arguments.iter().position(|argument| argument.value == own)?;
                return call::argument(snapshot, call, argument);
            }
            Expr::Index { index, .. } if index == own => {
                return facts.constants.number(own).map_or_else(|| call::output(snapshot, parent), place);
            }
            Expr::Compare { first, rest } => {
                let mut operands = std::iter::once(first).chain(tree.comparisons(rest).iter().map(|rest| rest.2));
                let other = operands.find(|operand| *operand != own && facts.constants.number(*operand).is_none())?;
                return Some(format!("A level for {}, {}.", code(facts.text(other)), a_number(facts.range(other))));
            }
            _ => return None,
        }
    }
}

/// The expression that one is a part of: looked for in its statement, since the facts would go over the whole tree for it.
fn parent(tree: &Tree, id: ExprId) -> Option<ExprId> {
    tree.ids_of(tree.statement_of(id)).filter(|other| *other > id).find(|other| {
        let mut found = false;
        tree.for_each_child(*other, |child| found |= child == id);
        found
    })
}

/// Which bar an index means.
fn place(index: f64) -> Option<String> {
    if index.fract() != 0.0 || index.abs() > 1e15 {
        return None;
    }
    Some(if index == -1.0 {
        "The current bar's value. *Documented*".to_owned()
    } else if index < 0.0 {
        let back = (-index) as u64 - 1;
        format!(
            "The value {} before the current one. *Assumed: `[-1]` is documented, the rest read as in Python*",
            bars(back)
        )
    } else {
        "Counts from the first bar of the range, whatever the current bar is. *Assumed: read as in Python*".to_owned()
    })
}

/// A text that means something by itself: a side or a ticker.
pub(super) fn string(snapshot: &Snapshot, text: &str) -> Option<String> {
    match text {
        "LONG" => Some("**LONG**: the side that gains when the price rises. *Documented*".to_owned()),
        "SHORT" => {
            Some("**SHORT**: the side that gains when the price falls; perpetuals have it. *Assumed*".to_owned())
        }
        _ => Ticker::parse(text).ok().map(|ticker| self::ticker(snapshot, &ticker)),
    }
}

/// What a ticker names, and whether the run has it in its universe.
pub(super) fn ticker(snapshot: &Snapshot, ticker: &Ticker) -> String {
    let meant = ticker.meant();
    let part = |text: &str| plain(&on_one_line(text, 40));
    let (base, quote) = (part(&meant.base), part(&meant.quote));
    let exchange = match meant.known_exchange() {
        Some(exchange) => exchange.name.to_owned(),
        None => format!("{}, an exchange that the API does not name", part(&meant.exchange)),
    };
    let what = match (meant.market(), &meant.settle) {
        (Some(MarketType::Prediction), _) => format!("Shares in an outcome, on {exchange}"),
        (Some(MarketType::Perpetual), Some(settle)) => {
            format!("Perpetual of {base}, priced in {quote} and settled in {}, on {exchange}", part(settle))
        }
        (Some(MarketType::Perpetual), None) => format!("Perpetual of {base}, priced in {quote}, on {exchange}"),
        (Some(MarketType::Spot), _) => format!("{base} priced in {quote}, spot, on {exchange}"),
        (None, _) => format!("{base} priced in {quote}, on {exchange}"),
    };
    let universe = snapshot.settings().settings.universe.as_ref();
    let held = universe.map(|universe| {
        let origin = origin(universe.origin);
        let held = universe.value.iter().any(|one| one.meant() == meant);
        if held {
            format!("In the universe, which {origin} sets")
        } else {
            format!("Not in the universe, which {origin} sets")
        }
    });
    let spelt = (*ticker != meant).then(|| format!("Written {} by rule", code(&meant.to_string())));
    joined(vec![
        format!("**{}**", code(&ticker.to_string())),
        format!("{what}."),
        list(held.or_else(|| Some("No universe is set".to_owned())).into_iter().chain(spelt)),
    ])
}

/// Who sets a value, as it goes on to 'sets'.
pub(super) const fn origin(origin: signal_project::Origin) -> &'static str {
    match origin {
        signal_project::Origin::Default => "the API's default",
        signal_project::Origin::Config(_) => "signal.toml",
        signal_project::Origin::Directive(_) => "a directive",
        signal_project::Origin::Flag => "a flag",
    }
}
