//! Facts and rules of a long script on several threads.
//!
//! The threads are kept between scripts: at each keystroke, starting them anew would take longer than half of the work.
//! A fact that is made when it is first asked for is made on one thread: one that waits for others might take up a rule
//! that waits for that very fact.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use signal_syntax::Tree;
use signal_text::Diagnostic;

use crate::{Facts, Group, Levelled};

/// Expressions from which on several threads are quicker than one: some five hundred lines.
const LONG: usize = 3_000;

/// Whether a script is worth several threads.
pub(crate) fn is_long(tree: &Tree) -> bool {
    tree.len() >= LONG
}

/// Two things at once, if there is much to do.
pub(crate) fn both<A: Send, B: Send>(long: bool, a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    if long { rayon::join(a, b) } else { (a(), b()) }
}

/// Does something on the threads that [`both`] shares, so that it need not wake them for every pair.
pub(crate) fn there<T: Send>(long: bool, work: impl FnOnce() -> T + Send) -> T {
    if long { rayon::scope(|_| work()) } else { work() }
}

/// As [`one_by_one`](crate::one_by_one): rules only read facts, and each fact is made once, by whoever asks first.
pub(crate) fn at_once(facts: &Facts<'_>, rules: &[Levelled<'_>]) -> Vec<Diagnostic> {
    let next = AtomicUsize::new(0);
    let found: Vec<OnceLock<Vec<Diagnostic>>> = rules.iter().map(|_| OnceLock::new()).collect();
    let order = order(rules);
    let work = || {
        while let Some(&at) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (rule, level) = rules[at];
            found[at].get_or_init(|| {
                let mut found = Vec::new();
                rule.run(facts, level, &mut found);
                found
            });
        }
    };
    // What many rules ask for, so that they do not wait for each other; the longest chain first.
    let first: [fn(&Facts<'_>); 4] = [
        |facts| _ = facts.comparisons(),
        |facts| _ = facts.types(),
        |facts| _ = (facts.orders(), facts.uses()),
        |facts| _ = facts.unresolved(),
    ];
    rayon::scope(|scope| {
        for make in first {
            scope.spawn(move |_| {
                make(facts);
                work();
            });
        }
    });
    found.into_iter().filter_map(OnceLock::into_inner).flatten().collect()
}

/// The rules in the order in which they are begun: those that read what is made last come last.
fn order(rules: &[Levelled<'_>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rules.len()).collect();
    order.sort_by_key(|at| match rules[*at].0.group {
        Group::Time | Group::Names | Group::Text => 0,
        Group::Signals => 1,
        Group::Logic => 2,
    });
    order
}

#[cfg(test)]
mod tests {
    use signal_catalog::Catalog;
    use signal_text::Source;

    use super::*;
    use crate::{Input, Levels, RULES, one_by_one};

    #[test]
    fn rules_find_the_same_at_once_as_one_by_one() {
        let line = |n: usize| {
            format!("x{n} = rsl(close, {n}) > 100 and x{n}\ny{n} = ema(close, 0)[0] + \"text\"\nclose > close\n")
        };
        let source = Source::new("long.signal", (0..200).map(line).collect::<String>());
        let parsed = signal_syntax::parse(&source);
        let directives = signal_project::directives(&source, &parsed.tree);
        let settings = signal_project::resolve(None, &directives, &signal_project::Flags::default());
        let levels = Levels::default();
        let input = Input {
            source: &source,
            parsed: &parsed,
            catalog: Catalog::bundled(),
            settings: &settings,
            levels: &levels,
            today: None,
        };
        let rules: Vec<_> = levels.of(RULES).collect();
        let expected = one_by_one(&Facts::new(input), &rules);
        assert!(expected.len() > 1_000, "{}", expected.len());
        for _ in 0..5 {
            assert_eq!(at_once(&Facts::new(input), &rules), expected);
        }
    }
}
