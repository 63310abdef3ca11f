//! Comparisons in a row.

use signal_syntax::{BinaryOp, Expr, ExprId};
use signal_text::{Fix, Severity};

use super::bitwise_instead_of_and::traps;
use crate::logic::conditions::stands_free;
use crate::wording::{LONGEST_COPY, short};
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds comparisons in a row, `20 < x < 80`.
    ///
    /// # Why
    /// Python reads it as `20 < x and x < 80`, but the service's documentation does not show it. Where a language reads it from
    /// left to right, `(20 < x) < 80` is always true.
    ///
    /// # Cure
    /// Write both comparisons, joined by `and`.
    ///
    /// # Reported
    /// ```signal
    /// calm = 20 < rsi(close, 14) < 80
    /// emit_signal(calm, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(not calm, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    /// # Not reported
    /// ```signal
    /// strength = rsi(close, 14)
    /// calm = 20 < strength and strength < 80
    /// emit_signal(calm, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(not calm, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    chained_comparison, Group::Logic, Severity::Info
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let tree = facts.tree();
    for &id in facts.operations() {
        let Expr::Compare { first, rest } = tree.expr(id) else { continue };
        if rest.len() < 2 || traps(facts, id) {
            continue;
        }
        let links = tree.comparisons(rest);
        let text = facts.text(id);
        let mut finding = report
            .at(facts.span(id), format!("`{}` is Python's way, which the documentation does not show", short(text)))
            .help("join two comparisons by `and`");
        // A comment inside would be lost, and a long chain is no slip.
        if text.len() <= LONGEST_COPY && !text.contains('#') && links.len() <= 4 {
            let mut left = first;
            let mut parts = Vec::new();
            for &(op, _, right) in links {
                parts.push(format!("{} {} {}", facts.text(left), op.symbol(), facts.text(right)));
                left = right;
            }
            let mut mended = parts.join(" and ");
            let under_and = matches!(
                facts.parent(id).map(|parent| tree.expr(parent)),
                Some(Expr::Binary { op: BinaryOp::And | BinaryOp::Or, .. })
            );
            if !under_and && !stands_free(facts, id) {
                mended = format!("({mended})");
            }
            let safe = links[..links.len() - 1].iter().all(|(_, _, middle)| is_pure(facts, *middle));
            finding = finding.fix(Fix::replace(format!("write `{}`", short(&mended)), safe, facts.span(id), mended));
        }
        report.push(finding);
    }
}

/// Whether it can be written twice: it calls nothing that the catalog does not know.
fn is_pure(facts: &Facts<'_>, expr: ExprId) -> bool {
    facts.calls.within(facts.tree(), expr).all(|call| call.entry.is_some())
}
