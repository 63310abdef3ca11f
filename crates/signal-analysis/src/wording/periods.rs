//! The fast and the slow period of indicators that compare two averages.

use signal_catalog::{Evidence, Param, Signature};
use signal_syntax::ExprId;
use signal_text::Span;

use crate::{Call, Facts};

/// Indicators of TA-Lib that are the difference of a fast and a slow average, or are made from one.
const DIFFERENCES: [&str; 10] = ["AC", "ADOSC", "AO", "APO", "KVO", "MACD", "MACDEXT", "PPO", "PVO", "STC"];

/// Those for which TA-Lib exchanges the periods where the fast one is the longer, without a word
/// (`ta_MACD.c`, `ta_MACDEXT.c`, `ta_APO.c`, `ta_PPO.c`, `ta_PVO.c`: "Make sure slow is really slower than the fast
/// period! if not, swap...").
const EXCHANGED: [&str; 5] = ["APO", "MACD", "MACDEXT", "PPO", "PVO"];

/// One of the two.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Period<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: f64,
    /// The argument that gives it; `None` for the default.
    pub(crate) argument: Option<ExprId>,
}

/// A fast and a slow period.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair<'a> {
    pub(crate) fast: Period<'a>,
    pub(crate) slow: Period<'a>,
    /// What the script gives of them.
    pub(crate) place: Span,
    /// Both averages are of one kind, so that with equal periods nothing is between them.
    pub(crate) alike: bool,
    /// TA-Lib exchanges them where they stand in the wrong order.
    pub(crate) exchanged: bool,
}

/// The fast and slow period of a call, where it has both and their values are known. At least one is given by the script.
#[inline]
pub(crate) fn pair<'a>(facts: &Facts<'a>, call: &Call<'a>) -> Option<Pair<'a>> {
    let signature = call.bound()?.signature;
    // Most calls have one parameter, and cost no more than this.
    if signature.params.len() < 2 { None } else { pair_of(facts, call, signature) }
}

fn pair_of<'a>(facts: &Facts<'a>, call: &Call<'a>, signature: &Signature) -> Option<Pair<'a>> {
    let difference = match signature.talib.as_deref() {
        Some(name) => DIFFERENCES.contains(&name),
        // The service's own, or one that the author declared: the names of its parameters say it.
        None => signature.evidence >= Evidence::Declared,
    };
    if !difference {
        return None;
    }
    let (mut fast, mut slow, mut kinds) = (None, None, (None, None));
    for (param, value, argument) in call.params(&facts.constants) {
        let period = value.map(|value| Period { name: &param.name, value, argument });
        if named(param, "fast") {
            fast = period;
        } else if named(param, "slow") {
            slow = period;
        } else if param.name == "fastmatype" {
            kinds.0 = value;
        } else if param.name == "slowmatype" {
            kinds.1 = value;
        }
    }
    let (fast, slow) = (fast?, slow?);
    let talib = signature.talib.as_deref();
    let place = match (fast.argument, slow.argument) {
        (Some(fast), Some(slow)) => {
            let (fast, slow) = (facts.span(fast), facts.span(slow));
            fast.min(slow).to(fast.max(slow))
        }
        (Some(one), None) | (None, Some(one)) => facts.span(one),
        (None, None) => return None,
    };
    Some(Pair {
        fast,
        slow,
        place,
        alike: talib.is_some() && kinds.0 == kinds.1,
        exchanged: talib.is_some_and(|name| EXCHANGED.contains(&name)),
    })
}

/// Whether a parameter is the fast (or slow) period. `fastk_period` of a stochastic and `fastlimit` are something else.
fn named(param: &Param, which: &str) -> bool {
    let rest = param.name.strip_prefix(which).map(|rest| rest.trim_start_matches('_'));
    rest.is_some_and(|rest| matches!(rest, "" | "period" | "length" | "window" | "len"))
}
