//! Calls that the range of the run has too few bars for.

use signal_syntax::{Expr, ExprId};
use signal_text::Span;

use crate::maps::Set;
use crate::{Facts, Link, Verdict, Window, chain, value_of};

/// A call that the range has, or may have, too few bars for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shortage {
    /// What is emitted or bound.
    pub(crate) root: ExprId,
    /// The name it is bound to, where it is not a signal.
    pub(crate) name: Option<Span>,
    /// The call or index in its chain that adds the most bars.
    pub(crate) culprit: ExprId,
    /// The range.
    pub(crate) window: Window,
    /// Whether it is too short for certain, or under one reading of its dates.
    pub(crate) verdict: Verdict,
    /// Whether a signal needs it; what only names need, a server may not even compute.
    pub(crate) emitted: bool,
    /// Whether all that signals read is known, so that it is certain that none reads what is not `emitted`.
    pub(crate) signals_known: bool,
    /// Whether the culprit is an index that looks back too far.
    pub(crate) index: bool,
}

/// One for each call that forces a verdict: first those that signals need, then those that only names hold.
pub(crate) fn shortages(facts: &Facts<'_>) -> Vec<Shortage> {
    // A range that ends before it starts is another rule's.
    let Some(window) = facts.window.filter(|window| window.range.start <= window.range.end) else { return Vec::new() };
    let signals = facts.signals.iter().map(|signal| (signal.id, None));
    let definitions = facts.bindings.definitions().iter();
    let names = definitions.filter_map(|definition| Some((value_of(facts.tree(), definition)?, Some(definition.name))));
    let signals_known = facts.signals.iter().all(|signal| facts.warmup(signal.id).unknown.is_none());
    let mut found: Vec<Shortage> = Vec::new();
    let (mut certain, mut uncertain) = (Set::default(), Set::default());
    for (root, name) in signals.chain(names) {
        let verdict = window.verdict(&facts.warmup(root));
        let seen = match verdict {
            Verdict::NotEnoughBars => &mut certain,
            Verdict::Uncertain => &mut uncertain,
            Verdict::Ok | Verdict::Unknown => continue,
        };
        // The same call reached through several names or signals is one finding.
        let links: Vec<Link> = chain(facts.warmups(), root).collect();
        if links.iter().any(|link| seen.contains(&link.id)) {
            continue;
        }
        let culprit = links.iter().max_by_key(|link| link.adds).map_or(root, |link| link.id);
        seen.extend(links.iter().map(|link| link.id));
        // A script that emits nothing yet is judged by its names.
        let emitted = name.is_none() || facts.signals.is_empty();
        // What is proven without any index is too much by itself.
        let index =
            matches!(facts.tree().expr(culprit), Expr::Index { .. }) && facts.warmup(root).proven < window.bars.max;
        found.push(Shortage { root, name, culprit, window, verdict, emitted, signals_known, index });
    }
    found
}
