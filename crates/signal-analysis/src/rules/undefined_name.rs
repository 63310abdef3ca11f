//! A name that nothing defines.

use signal_syntax::ExprId;
use signal_text::{Fix, Severity, is_slip};

use super::unknown_function::{graded, incomplete_note};
use crate::{Facts, Near, Report, rule::rule};

rule! {
    /// Finds names that no line of the script defines and the catalog does not list.
    ///
    /// # Why
    /// The server fails a script that reads a name nobody has set, most often one that is misspelt.
    ///
    /// # Reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversol, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    undefined_name, Group::Names, Severity::Error, needs_catalog
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let covered = facts.catalog.covers().variables;
    for one in facts.unresolved().iter().filter(|one| one.later.is_none() && !one.function) {
        let (span, name) = (facts.span(one.id), facts.text(one.id));
        let finding = report.at(span, format!("`{name}` is not defined"));
        let finding = match &one.near {
            // A misspelt data variable is another rule's.
            Some(Near::Variable(_)) => continue,
            Some(Near::Own(near)) => finding.help(format!("did you mean `{near}`?")).fix(Fix::replace(
                format!("replace by `{near}`"),
                is_slip(name, near),
                span,
                &**near,
            )),
            None if is_a_side(facts, one.id, name) => finding
                .help(format!("a side is a text, in quotes: `\"{name}\"`"))
                .fix(Fix::replace(format!("write `\"{name}\"`"), true, span, format!("\"{name}\""))),
            None => {
                finding.help(format!("define it on an earlier line: `{name} = ...`{}", incomplete_note(facts, covered)))
            }
        };
        report.push(graded(covered, finding));
    }
}

/// Whether a name stands for the side of an entry or exit, its quotes left out.
fn is_a_side(facts: &Facts<'_>, id: ExprId, name: &str) -> bool {
    matches!(name, "LONG" | "SHORT") && facts.orders().actions.iter().any(|action| action.side_at == Some(id))
}
