//! How many leading bars of the range an expression has no value for.
//!
//! `warmup(literal) = warmup(close) = 0`, `warmup(f(args)) = max over the series arguments + lookback of f`,
//! `warmup(x[-k]) = warmup(x) + k - 1`, operators and names take the greatest of their parts. One loop over the arena:
//! children come before parents, and a name's definition before its use.

use signal_catalog::{Evidence, InputSource, Kind, Memory, Param, ParamKind};
use signal_syntax::{Bindings, Constants, Expr, ExprId, Tree};

use crate::value_of;
use crate::{Call, Calls};

/// A recursive value counts as settled when the first bar's weight has fallen to this share.
pub const SETTLED_SHARE: f64 = 0.01;

/// What is known of the leading bars without a value of one expression. Unit: bars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Warmup {
    /// The prediction; a lower bound when `unknown` is set.
    pub bars: u64,
    /// The part of it that rests on evidence (TA-Lib's lookbacks, a live catalog), not on assumptions.
    pub proven: u64,
    /// Bars from the start of the range until the value has settled; `None` where it never does or nobody knows.
    pub settled_at: Option<u64>,
    /// It rests on a cumulative value (OBV, AD): its level depends on the first bar for ever.
    pub cumulative: bool,
    /// The call or index inside that adds the last bars to `bars` before this expression does: through names, operators
    /// and parentheses, so that following it costs no more than the chain is long.
    pub via: Option<ExprId>,
    /// Bars that the expression itself adds to those of its parts.
    pub adds: u64,
    /// Why `bars` can't be told exactly, and where.
    pub unknown: Option<(Unknown, ExprId)>,
}

/// Why a warm-up can't be predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// The catalog does not list the function.
    Function,
    /// The catalog lists it without a lookback.
    Lookback,
    /// A period is not a constant, or out of bounds.
    Period,
    /// The arguments fit no way to call the function.
    Arguments,
    /// An index is not a constant whole number.
    Index,
    /// An index counts from the first bar, so the value is there or not whatever the current bar.
    AbsoluteIndex,
    /// A name is not defined.
    Name,
    /// The text did not parse.
    Syntax,
}

impl Unknown {
    /// The reason in words, to stand behind the text it is about.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Function => "is not in the catalog",
            Self::Lookback => "has no known lookback",
            Self::Period => "has a period that is not a constant within its bounds",
            Self::Arguments => "does not have the arguments it needs",
            Self::Index => "has an index that is not a constant whole number",
            Self::AbsoluteIndex => "counts from the first bar of the range",
            Self::Name => "is not defined",
            Self::Syntax => "does not parse",
        }
    }
}

impl Warmup {
    /// A value that is there from the first bar on.
    const NONE: Self =
        Self { bars: 0, proven: 0, settled_at: Some(0), cumulative: false, via: None, adds: 0, unknown: None };

    /// The prediction, where there is an exact one.
    #[must_use]
    pub fn exact(&self) -> Option<u64> {
        self.unknown.is_none().then_some(self.bars)
    }

    /// Bars beyond the warm-up until the value has settled.
    #[must_use]
    pub fn settle(&self) -> Option<u64> {
        if self.unknown.is_some() {
            return None;
        }
        self.settled_at.map(|at| at.saturating_sub(self.bars))
    }

    /// Takes in a part that must have a value too.
    fn join(&mut self, part: ExprId, other: Self) {
        if other.bars > self.bars {
            self.bars = other.bars;
            self.via = if other.adds > 0 { Some(part) } else { other.via };
        }
        self.proven = self.proven.max(other.proven);
        self.settled_at = latest(self.settled_at, other.settled_at);
        self.cumulative |= other.cumulative;
        self.unknown = self.unknown.or(other.unknown);
    }

    /// Adds what the expression itself needs beyond its parts.
    fn add(&mut self, bars: u64, evidence: Evidence) {
        self.bars = self.bars.saturating_add(bars);
        self.adds = self.adds.saturating_add(bars);
        if evidence >= Evidence::TaLib {
            self.proven = self.proven.saturating_add(bars);
        }
        self.settled_at = self.settled_at.map(|at| at.saturating_add(bars));
    }

    fn unknown(&mut self, reason: Unknown, at: ExprId) {
        self.unknown = self.unknown.or(Some((reason, at)));
    }
}

/// The later of two moments, where "never" is later than all.
fn latest(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    Some(a?.max(b?))
}

/// A [`Warmup`] in half the memory, since there is one an expression. Counts beyond 32 bits stay at the greatest.
#[derive(Clone, Copy, Debug)]
struct Packed {
    bars: u32,
    proven: u32,
    adds: u32,
    /// [`Packed::NEVER`] for `None`.
    settled_at: u32,
    cumulative: bool,
    via: Option<ExprId>,
    unknown: Option<(Unknown, ExprId)>,
}

impl Packed {
    const NEVER: u32 = u32::MAX;

    fn new(warmup: Warmup) -> Self {
        let count = |bars: u64| u32::try_from(bars).unwrap_or(u32::MAX);
        Self {
            bars: count(warmup.bars),
            proven: count(warmup.proven),
            adds: count(warmup.adds),
            settled_at: warmup.settled_at.map_or(Self::NEVER, count),
            cumulative: warmup.cumulative,
            via: warmup.via,
            unknown: warmup.unknown,
        }
    }

    fn unpack(self) -> Warmup {
        Warmup {
            bars: self.bars.into(),
            proven: self.proven.into(),
            adds: self.adds.into(),
            settled_at: (self.settled_at != Self::NEVER).then_some(self.settled_at.into()),
            cumulative: self.cumulative,
            via: self.via,
            unknown: self.unknown,
        }
    }
}

/// The warm-up of every expression of a script.
#[derive(Debug)]
pub struct Warmups {
    of: Vec<Packed>,
}

impl Warmups {
    /// One pass over the arena.
    #[must_use]
    pub fn new(
        tree: &Tree,
        bindings: &Bindings,
        constants: &Constants,
        calls: &Calls<'_>,
        is_variable: impl Fn(ExprId) -> bool,
    ) -> Self {
        // One buffer for the parameters of all calls.
        let mut params = Vec::new();
        let mut packed: Vec<Packed> = Vec::with_capacity(tree.len());
        for id in tree.ids() {
            let of = |id: ExprId| packed[id.index()].unpack();
            let mut own = Warmup::NONE;
            match tree.expr(id) {
                Expr::Number(_) | Expr::String | Expr::Bool(_) | Expr::None => {}
                Expr::Error => own.unknown(Unknown::Syntax, id),
                Expr::Name => match bindings.of(id) {
                    Some(definition) => match value_of(tree, bindings.definition(definition)) {
                        Some(value) => own.join(value, of(value)),
                        None => own.unknown(Unknown::Syntax, id),
                    },
                    None if bindings.is_callee(id) || is_variable(id) => {}
                    None => own.unknown(Unknown::Name, id),
                },
                Expr::Unary { operand, .. } => own.join(operand, of(operand)),
                Expr::Binary { left, right, .. } => {
                    own.join(left, of(left));
                    own.join(right, of(right));
                }
                Expr::Compare { first, rest } => {
                    own.join(first, of(first));
                    for &(_, _, right) in tree.comparisons(rest) {
                        own.join(right, of(right));
                    }
                }
                Expr::Conditional { then, condition, otherwise } => {
                    for part in [condition, then, otherwise] {
                        own.join(part, of(part));
                    }
                }
                Expr::List(items) | Expr::Tuple(items) => {
                    for &item in tree.items(items) {
                        own.join(item, of(item));
                    }
                }
                Expr::Paren(inner) => own.join(inner, of(inner)),
                Expr::Attribute { base, .. } => own.join(base, of(base)),
                Expr::Index { base, index } => {
                    own.join(base, of(base));
                    index_warmup(&mut own, id, tree, constants, index);
                }
                Expr::Call { callee, arguments } => {
                    for argument in tree.arguments(arguments) {
                        own.join(argument.value, of(argument.value));
                    }
                    match calls.get(id) {
                        Some(call) => call_warmup(&mut own, call, constants, &mut params),
                        None => {
                            own.join(callee, of(callee));
                            own.unknown(Unknown::Function, id);
                        }
                    }
                }
            }
            packed.push(Packed::new(own));
        }
        Self { of: packed }
    }

    /// The warm-up of one expression.
    #[must_use]
    pub fn of(&self, id: ExprId) -> Warmup {
        self.of[id.index()].unpack()
    }
}

/// `x[-k]` looks `k - 1` bars back; a text picks a part of a result and adds nothing.
fn index_warmup(own: &mut Warmup, id: ExprId, tree: &Tree, constants: &Constants, index: ExprId) {
    if matches!(tree.expr(tree.unparenthesized(index)), Expr::String) {
        return;
    }
    match constants.number(index) {
        Some(k) if k.fract() != 0.0 => own.unknown(Unknown::Index, id),
        // numpy's reading of the documented `[-1]` is an assumption from -2 on.
        Some(k) if k < 0.0 => own.add((-k) as u64 - 1, Evidence::Assumed),
        Some(_) => own.unknown(Unknown::AbsoluteIndex, id),
        None => own.unknown(Unknown::Index, id),
    }
}

/// Whether the lookback of a call depends on a parameter that is left out and whose default only TA-Lib tells. Releases
/// of TA-Lib differ in defaults, and the service may have others.
#[must_use]
pub(crate) fn rests_on_default(call: &Call<'_>, constants: &Constants) -> bool {
    let Some(signature) = call.bound().map(|binding| binding.signature) else { return false };
    if signature.form >= Evidence::Live || signature.form == Evidence::Declared {
        return false;
    }
    // An average is simple unless told otherwise, in all releases.
    let kept = |param: &Param, argument: Option<ExprId>| argument.is_some() || param.kind == ParamKind::MovingAverage;
    let given = |(param, value, argument): (&Param, Option<f64>, Option<ExprId>)| {
        value.filter(|_| kept(param, argument)).unwrap_or(f64::NAN)
    };
    if call.params(constants).all(|(param, _, argument)| kept(param, argument)) {
        return false;
    }
    let params: Vec<f64> = call.params(constants).map(given).collect();
    signature.lookback.is_some() && signature.lookback_bars(&params).is_none()
}

fn call_warmup(own: &mut Warmup, call: &Call<'_>, constants: &Constants, params: &mut Vec<f64>) {
    let Some(entry) = call.entry else { return own.unknown(Unknown::Function, call.id) };
    let Some(binding) = call.bound() else { return own.unknown(Unknown::Arguments, call.id) };
    if matches!(entry.kind, Kind::Signal | Kind::Action | Kind::Sizing) {
        return;
    }
    debug_assert!(
        binding
            .inputs
            .iter()
            .all(|input| !matches!(input, InputSource::Argument(n) if *n as usize >= call.arguments.len()))
    );
    let signature = binding.signature;
    let (mut within_bounds, mut left_out) = (true, false);
    // A parameter that is no constant is NaN: a formula that does not read it still has a value.
    params.clear();
    params.extend(call.params(constants).map(|(param, value, argument)| {
        let value = value.unwrap_or(f64::NAN);
        left_out |= argument.is_none();
        within_bounds &= !(param.min.is_some_and(|min| value < min) || param.max.is_some_and(|max| value > max));
        value
    }));
    if signature.lookback.is_none() {
        return own.unknown(Unknown::Lookback, call.id);
    }
    match signature.lookback_bars(params).filter(|_| within_bounds) {
        Some(bars) => {
            let assumed = binding.ambiguous || left_out && rests_on_default(call, constants);
            own.add(bars, if assumed { Evidence::Assumed } else { signature.evidence });
        }
        None => return own.unknown(Unknown::Period, call.id),
    }
    match signature.memory_for(params) {
        Some(Memory::Finite) => {}
        Some(Memory::Recursive) => {
            own.settled_at = match (own.settled_at, signature.settle_bars(params, SETTLED_SHARE)) {
                (Some(at), Some(more)) => at.checked_add(more),
                _ => None,
            };
        }
        Some(Memory::Cumulative) => {
            own.settled_at = None;
            own.cumulative = true;
        }
        None => own.settled_at = None,
    }
}
