//! Where the day on which the range starts decides: cumulative values (OBV, AD, CUMSUM) whose level is read.
//!
//! A cumulative value is known up to a constant `C` that depends on the first bar. One loop over the arena tells by how many
//! `C` every expression moves: `obv` by 1, `sma(obv, 20)` by 1, `2 * obv` by 2, `obv - obv[-5]` by 0. A comparison whose sides move
//! alike means the same whatever the start; one whose sides don't, depends on it.

use signal_catalog::{Kind, Memory};
use signal_syntax::{BinaryOp, Expr, ExprId, UnaryOp};

use crate::{Call, Facts, value_of};

/// A place where the level of a cumulative value decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LevelRead {
    /// The comparison, or the call that sizes a position.
    pub(crate) at: ExprId,
    /// The cumulative call.
    pub(crate) source: ExprId,
    /// It is an average since the start (VWAP, a quotient of two sums): its dependence fades as the range goes on.
    pub(crate) fades: bool,
}

/// How an expression moves with the constant of a cumulative call.
#[derive(Clone, Copy, Debug, Default)]
enum Level {
    /// Not at all, or nobody knows: then nothing is said.
    #[default]
    Fixed,
    /// By so many constants of one call.
    Moves { source: ExprId, by: f64 },
    /// In another way: through a quotient, a root, or the constants of two calls.
    Depends { source: ExprId, fades: bool },
}

/// Functions whose value moves as much as their series does.
const ALIKE: &[&str] = &[
    "sma",
    "ema",
    "wma",
    "dema",
    "tema",
    "trima",
    "kama",
    "mama",
    "t3",
    "ma",
    "hma",
    "rma",
    "smma",
    "wilder",
    "zlema",
    "alma",
    "vidya",
    "frama",
    "mcgd",
    "mcginley",
    "linearreg",
    "linreg",
    "linearreg_intercept",
    "tsf",
    "midpoint",
    "median",
    "percentile",
    "quantile",
    "highest",
    "hhv",
    "rolling_max",
    "lowest",
    "llv",
    "rolling_min",
    "ht_trendline",
    "shift",
    "ref",
    "lag",
    "prev",
    "bbands",
    "bbands_upper",
    "bbands_middle",
    "bbands_lower",
    "minmax",
    "round",
];
/// Functions of one series whose value depends on its level: growth rates, roots, logarithms.
const BENDS: &[&str] = &[
    "roc",
    "rocp",
    "rocr",
    "rocr100",
    "pct_change",
    "returns",
    "log_return",
    "ppo",
    "pvo",
    "trix",
    "sqrt",
    "ln",
    "log",
    "log10",
    "abs",
    "sign",
    "bb_width",
    "bbw",
    "cum",
    "cumsum",
    "coppock",
    "kst",
];
/// Functions that compare their series.
const COMPARES: &[&str] =
    &["crossover", "cross_above", "crosses_above", "crossunder", "cross_below", "crosses_below", "cross", "between"];

/// All such places, in the order of the arena. Costs nothing where the script calls nothing cumulative.
pub(crate) fn level_reads(facts: &Facts<'_>) -> Vec<LevelRead> {
    let mut found = Vec::new();
    if !facts.calls.iter().any(|call| is_cumulative(call)) {
        return found;
    }
    let tree = facts.tree();
    let mut levels: Vec<Level> = Vec::with_capacity(tree.len());
    // Whether an expression is true or false: summing such up counts, on purpose, from the start.
    let mut truths: Vec<bool> = Vec::with_capacity(tree.len());
    let mut calls = facts.calls.iter().peekable();
    for id in tree.ids() {
        let of = |id: ExprId| levels[id.index()];
        let mut truth = false;
        let level = match tree.expr(id) {
            Expr::Paren(inner) | Expr::Attribute { base: inner, .. } | Expr::Index { base: inner, .. } => {
                truth = truths[inner.index()];
                of(inner)
            }
            Expr::Name => {
                let definition = facts.bindings.of(id).map(|definition| facts.bindings.definition(definition));
                let value = definition.and_then(|definition| value_of(tree, definition));
                truth = value.is_some_and(|value| truths[value.index()]);
                value.map_or(Level::Fixed, of)
            }
            Expr::Unary { op: UnaryOp::Negate, operand } => of(operand).times(-1.0),
            Expr::Unary { op: UnaryOp::Plus, operand } => of(operand),
            Expr::Unary { .. } | Expr::Bool(_) => {
                truth = true;
                Level::Fixed
            }
            Expr::Binary { op, left, right, .. } => {
                truth = matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::BitAnd | BinaryOp::BitOr);
                let constant = |id| facts.constants.number(id);
                arithmetic(facts, op, (of(left), constant(left)), (of(right), constant(right)))
            }
            Expr::Compare { first, rest } => {
                truth = true;
                let mut left = first;
                for &(_, _, right) in tree.comparisons(rest) {
                    compare(facts, id, of(left), of(right), &mut found);
                    left = right;
                }
                Level::Fixed
            }
            Expr::Conditional { then, otherwise, .. } => {
                truth = counts(facts, then, otherwise);
                either(of(then), of(otherwise))
            }
            Expr::Call { .. } => match calls.next_if(|call| call.id == id) {
                Some(call) => {
                    let branches = call.arguments.get(1).zip(call.arguments.get(2));
                    let picks = matches!(call.name, "where" | "iff")
                        && branches.is_some_and(|(then, otherwise)| counts(facts, then.value, otherwise.value));
                    truth = picks
                        || call.bound().is_some_and(|bound| {
                            bound
                                .signature
                                .outputs
                                .iter()
                                .all(|output| output.kind == signal_catalog::OutputKind::Boolean)
                        });
                    of_call(facts, call, &levels, &truths, &mut found)
                }
                None => Level::Fixed,
            },
            _ => Level::Fixed,
        };
        levels.push(level);
        truths.push(truth);
    }
    found
}

/// Whether a call is cumulative itself.
fn is_cumulative(call: &Call<'_>) -> bool {
    call.bound().is_some_and(|binding| binding.signature.memory == Some(Memory::Cumulative))
}

/// Whether a call sums up whatever it is given.
fn is_sum(facts: &Facts<'_>, source: ExprId) -> bool {
    facts.calls.get(source).is_some_and(|call| matches!(call.name, "cumsum" | "cum"))
}

/// Whether two branches are numbers from 0 on, as in `where(bought, 1, 0)`: what happened, to be counted.
fn counts(facts: &Facts<'_>, then: ExprId, otherwise: ExprId) -> bool {
    [then, otherwise].into_iter().all(|id| facts.constants.number(id).is_some_and(|number| number >= 0.0))
}

/// Whether an expression is a number that is the same on every bar.
fn is_number(facts: &Facts<'_>, id: ExprId) -> bool {
    facts.constants.number(id).is_some()
}

/// Whether what it sums up is multiplied from bar to bar (NVI, PVI): growth rates of it don't depend on the start.
fn is_product(facts: &Facts<'_>, source: ExprId) -> bool {
    facts.calls.get(source).is_some_and(|call| matches!(call.name, "nvi" | "pvi"))
}

fn of_call(facts: &Facts<'_>, call: &Call<'_>, levels: &[Level], truths: &[bool], found: &mut Vec<LevelRead>) -> Level {
    let given = |n: usize| call.arguments.get(n).map_or(Level::Fixed, |argument| levels[argument.value.index()]);
    let name = call.entry.map_or(call.name, |entry| entry.name.as_ref());
    if is_cumulative(call) {
        return match (name, call.arguments.first()) {
            ("vwap", _) => Level::Depends { source: call.id, fades: true },
            // A count of bars, or of what happened, since the start is meant as one.
            ("cumsum" | "cum", Some(argument))
                if truths[argument.value.index()] || is_number(facts, argument.value) =>
            {
                Level::Fixed
            }
            _ => Level::Moves { source: call.id, by: 1.0 },
        };
    }
    // Nearly all calls: nothing in them moves.
    if call.arguments.iter().all(|argument| matches!(levels[argument.value.index()], Level::Fixed)) {
        return Level::Fixed;
    }
    match name {
        _ if call.entry.is_some_and(|entry| entry.kind == Kind::Sizing) => {
            compare(facts, call.id, given(0), Level::Fixed, found);
            Level::Fixed
        }
        "max" | "min" if call.bound().is_some_and(|binding| binding.signature.talib.is_none()) => {
            either(given(0), given(1))
        }
        "max" | "min" => given(0),
        "where" | "iff" => either(given(1), given(2)),
        "sum" | "rolling_sum" => {
            let period = call.params(&facts.constants).next().and_then(|(_, value, _)| value);
            period.map_or(Level::Fixed, |period| given(0).times(period))
        }
        _ if ALIKE.contains(&name) => given(0),
        _ if BENDS.contains(&name) => bend(facts, given(0)),
        _ if COMPARES.contains(&name) => {
            compare(facts, call.id, given(0), given(1), found);
            if name == "between" {
                compare(facts, call.id, given(0), given(2), found);
            }
            Level::Fixed
        }
        // Differences, slopes, deviations and oscillators of a series don't depend on its level; of the rest nothing is known.
        _ => Level::Fixed,
    }
}

impl Level {
    fn times(self, factor: f64) -> Self {
        match self {
            Self::Moves { .. } if factor == 0.0 => Self::Fixed,
            Self::Moves { source, by } => Self::Moves { source, by: by * factor },
            other => other,
        }
    }

    /// The call that it depends on, and whether that fades.
    fn source(self) -> Option<(ExprId, bool)> {
        match self {
            Self::Fixed => None,
            Self::Moves { source, .. } => Some((source, false)),
            Self::Depends { source, fades } => Some((source, fades)),
        }
    }
}

/// What a quotient, a root or a growth rate makes of it.
fn bend(facts: &Facts<'_>, level: Level) -> Level {
    match level.source() {
        Some((source, fades)) if !is_product(facts, source) => Level::Depends { source, fades },
        _ => Level::Fixed,
    }
}

type Operand = (Level, Option<f64>);

fn arithmetic(facts: &Facts<'_>, op: BinaryOp, (left, by_left): Operand, (right, by_right): Operand) -> Level {
    match op {
        BinaryOp::Add => plus(facts, left, right),
        BinaryOp::Subtract => plus(facts, left, right.times(-1.0)),
        BinaryOp::Multiply => match (by_left, by_right) {
            (_, Some(factor)) => left.times(factor),
            (Some(factor), _) => right.times(factor),
            _ => either_bent(facts, left, right),
        },
        BinaryOp::Divide => match by_right {
            Some(divisor) => left.times(1.0 / divisor),
            // A quotient of two sums since the start is an average since the start.
            None => match (left.source(), right.source()) {
                (Some((source, _)), Some(_)) if is_product(facts, source) => Level::Fixed,
                (Some((source, _)), Some((other, _))) => {
                    Level::Depends { source, fades: source != other && is_sum(facts, source) && is_sum(facts, other) }
                }
                _ => either_bent(facts, left, right),
            },
        },
        BinaryOp::FloorDivide | BinaryOp::Power => either_bent(facts, left, right),
        // Who takes a remainder counts: every tenth bar is the tenth from the start, on purpose.
        BinaryOp::Remainder => Level::Fixed,
        BinaryOp::And | BinaryOp::Or | BinaryOp::BitAnd | BinaryOp::BitOr => Level::Fixed,
    }
}

fn either_bent(facts: &Facts<'_>, left: Level, right: Level) -> Level {
    match bend(facts, left) {
        Level::Fixed => bend(facts, right),
        bent => bent,
    }
}

/// The sum of two.
fn plus(facts: &Facts<'_>, left: Level, right: Level) -> Level {
    match (left, right) {
        (Level::Fixed, other) | (other, Level::Fixed) => other,
        (Level::Moves { source, by }, Level::Moves { source: other, by: more }) if same(facts, source, other) => {
            let by = by + more;
            if by.abs() < 1e-9 { Level::Fixed } else { Level::Moves { source, by } }
        }
        _ => {
            let fades = |level: Level| level.source().is_some_and(|(_, fades)| fades);
            let source = left.source().or(right.source()).map(|(source, _)| source);
            source.map_or(Level::Fixed, |source| Level::Depends { source, fades: fades(left) || fades(right) })
        }
    }
}

/// One of two: alike, or in an own way.
fn either(left: Level, right: Level) -> Level {
    match (left, right) {
        (Level::Moves { by, .. }, Level::Moves { by: other, .. }) if by == other => left,
        _ => match left.source().or(right.source()) {
            Some((source, fades)) => Level::Depends { source, fades },
            None => Level::Fixed,
        },
    }
}

/// Whether two calls have the same constant: the same function, taken to be of the same series.
fn same(facts: &Facts<'_>, a: ExprId, b: ExprId) -> bool {
    a == b || facts.calls.get(a).map(|call| call.name) == facts.calls.get(b).map(|call| call.name)
}

/// Notes a comparison whose sides don't move alike. A comparison is one place, however many sides it has.
fn compare(facts: &Facts<'_>, at: ExprId, left: Level, right: Level, found: &mut Vec<LevelRead>) {
    let Some((source, fades)) = plus(facts, left, right.times(-1.0)).source() else { return };
    if found.last().is_none_or(|last| last.at != at) {
        found.push(LevelRead { at, source, fades });
    }
}
