//! Names for expressions, made of what they are: `rsi_14`, `above_ema_50`.

use signal_catalog::Kind;
use signal_syntax::{BinaryOp, CompareOp, Expr, ExprId, Token, UnaryOp};

use signal_analysis::{Facts, Type};

use crate::snapshot::Snapshot;

/// Longer names say less.
const LONGEST: usize = 30;

/// A name for an expression that nothing in the script or the catalog bears.
pub(super) fn name_for(snapshot: &Snapshot, id: ExprId, taken: &[String]) -> Option<String> {
    let facts = snapshot.facts();
    let parts = spelled(facts, id, 4, NESTING).filter(|name| name.len() <= LONGEST && !name.is_empty());
    let short = || spelled(facts, id, 1, NESTING).filter(|name| name.len() <= LONGEST && !name.is_empty());
    let plain = || if facts.type_of(id) == Type::Boolean { "condition" } else { "value" }.to_owned();
    unique(snapshot, &parts.or_else(short).unwrap_or_else(plain), taken)
}

/// A name for a number: that of the parameter that it is given for, if any.
pub(super) fn name_for_number(snapshot: &Snapshot, number: ExprId) -> Option<String> {
    let facts = snapshot.facts();
    let mut child = number;
    let name = loop {
        let Some(parent) = facts.parent(child) else { break "number".to_owned() };
        match facts.tree().expr(parent) {
            Expr::Paren(_) | Expr::Unary { op: UnaryOp::Negate | UnaryOp::Plus, .. } => child = parent,
            Expr::Compare { .. } => break level(facts, parent, child),
            Expr::Call { .. } => break parameter(facts, parent, child).unwrap_or_else(|| "number".to_owned()),
            _ => break "number".to_owned(),
        }
    };
    unique(snapshot, &name, &[])
}

/// `rsi_level` for the 30 of `rsi(close, 14) < 30`.
fn level(facts: &Facts<'_>, compare: ExprId, number: ExprId) -> String {
    let tree = facts.tree();
    let Expr::Compare { first, rest } = tree.expr(compare) else { return "level".to_owned() };
    let operands = std::iter::once(first).chain(tree.comparisons(rest).iter().map(|(_, _, right)| *right));
    let other = operands.filter(|operand| *operand != number).find_map(|operand| spelled(facts, operand, 1, NESTING));
    other.map_or_else(|| "level".to_owned(), |other| format!("{other}_level"))
}

/// `rsi_period` for the 14 of `rsi(close, 14)`, `weight` for the 0.5 of `Weight(0.5)`.
fn parameter(facts: &Facts<'_>, call: ExprId, argument: ExprId) -> Option<String> {
    let call = facts.calls.get(call)?;
    if call.entry.is_some_and(|entry| entry.kind == Kind::Sizing) {
        return Some(call.name.to_lowercase());
    }
    let (param, ..) = call.params(&facts.constants).find(|(_, _, given)| *given == Some(argument))?;
    let name = if param.name == "timeperiod" { "period" } else { &param.name };
    Some(format!("{}_{name}", call.name))
}

/// The name with a number behind it if it is taken.
fn unique(snapshot: &Snapshot, base: &str, taken: &[String]) -> Option<String> {
    let (source, tokens) = (snapshot.source(), snapshot.tokens());
    let is_function = snapshot.facts().calls.iter().any(|call| call.name == base);
    // A function's name with a number behind it would look like its period.
    let is_function = is_function || snapshot.project().catalog().get(base).is_some();
    let base = if is_function { format!("{base}_value") } else { base.to_owned() };
    let base = if base.starts_with(|first: char| first.is_ascii_digit()) { format!("value_{base}") } else { base };
    let is_free = |name: &String| {
        let is_it = |(kind, span): (&Token, &signal_text::Span)| *kind == Token::Name && source.slice(*span) == *name;
        snapshot.project().catalog().get(name).is_none()
            && !taken.contains(name)
            && !tokens.kinds.iter().zip(&tokens.spans).any(is_it)
    };
    let numbered = (2..100).map(|number| format!("{base}_{number}"));
    std::iter::once(base.clone()).chain(numbered).find(is_free)
}

/// What is nested deeper has no name that anybody would read. Scripts can be nested without end.
const NESTING: usize = 6;

/// An expression in words that make a name; `None` where there are none for it. `depth` is how far it goes into details,
/// `nesting` how far at all.
fn spelled(facts: &Facts<'_>, id: ExprId, depth: usize, nesting: usize) -> Option<String> {
    let tree = facts.tree();
    let id = tree.unparenthesized(id);
    if nesting == 0 {
        return None;
    }
    let inner = |id: ExprId| spelled(facts, id, depth.saturating_sub(1).max(1), nesting - 1);
    let name = match tree.expr(id) {
        Expr::Name => facts.text(id).to_owned(),
        Expr::Number(number) if number.fract() == 0.0 && number.abs() < 1e6 => format!("{number}"),
        Expr::Number(_) => facts.text(id).replace('.', "_").trim_matches('_').to_owned(),
        Expr::Unary { op: UnaryOp::Not, operand } => format!("not_{}", inner(operand)?),
        Expr::Unary { op: UnaryOp::Negate, operand } => format!("minus_{}", inner(operand)?),
        Expr::Call { .. } => call(facts, id, depth, nesting)?,
        Expr::Attribute { base, name } => format!("{}_{}", inner(base)?, facts.source.slice(name)),
        Expr::Index { base, index } => match facts.constants.number(index) {
            Some(-1.0) => inner(base)?,
            Some(-2.0) => format!("previous_{}", inner(base)?),
            Some(back) if back < -2.0 && back.fract() == 0.0 => format!("{}_{}_ago", inner(base)?, -back - 1.0),
            _ => {
                let output = tree.string(facts.source, tree.unparenthesized(index))?;
                format!("{}_{output}", inner(base)?)
            }
        },
        Expr::Compare { first, rest } => {
            let [(op, _, right)] = tree.comparisons(rest) else { return None };
            let word = match op {
                CompareOp::Less => "below",
                CompareOp::LessEqual => "at_most",
                CompareOp::Greater => "above",
                CompareOp::GreaterEqual => "at_least",
                CompareOp::Equal => "is",
                CompareOp::NotEqual => "is_not",
            };
            match (facts.text(first), inner(*right)) {
                ("close", Some(right)) => format!("{word}_{right}"),
                (_, right) => format!("{}_{word}_{}", inner(first)?, right?),
            }
        }
        Expr::Binary { op, left, right, .. } => {
            let word = match op {
                BinaryOp::And => "and",
                BinaryOp::Or => "or",
                BinaryOp::Add => "plus",
                BinaryOp::Subtract => "minus",
                BinaryOp::Multiply => "times",
                BinaryOp::Divide => "over",
                _ => return None,
            };
            format!("{}_{word}_{}", inner(left)?, inner(right)?)
        }
        _ => return None,
    };
    let is_plain = name.chars().all(|character| character.is_alphanumeric() || character == '_');
    is_plain.then_some(name)
}

/// `rsi_14`, `sma_volume_20`, `ema_rsi_14_9`: a call's name, then its inputs but for prices, then its numbers.
fn call(facts: &Facts<'_>, id: ExprId, depth: usize, nesting: usize) -> Option<String> {
    let call = facts.calls.get(id)?;
    let mut name = call.name.to_lowercase();
    if depth == 1 {
        return Some(name);
    }
    let is_price = |text: &str| matches!(text, "open" | "high" | "low" | "close");
    let prices = call.arguments.iter().any(|argument| is_price(facts.text(argument.value)));
    for argument in call.arguments {
        if is_price(facts.text(argument.value)) || (prices && facts.text(argument.value) == "volume") {
            continue;
        }
        let part = match facts.constants.number(argument.value) {
            Some(number) if number >= 0.0 && number.fract() == 0.0 && number < 1e6 => format!("{number}"),
            Some(_) => continue,
            None => spelled(facts, argument.value, depth - 1, nesting - 1)?,
        };
        name = format!("{name}_{part}");
    }
    Some(name)
}
