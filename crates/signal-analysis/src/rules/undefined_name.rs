//! A name that nothing defines.

use signal_text::{Fix, Severity, closest};

use super::unknown_function::{graded, snapshot_note};
use super::unknown_variable::nearest_variable;
use crate::{Facts, Report, rule::rule};

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
    undefined_name, Severity::Error
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for (id, name) in facts.unresolved_names() {
        let elsewhere = facts.bindings.later(id).is_some()
            || facts.catalog.get(name).is_some()
            || nearest_variable(facts, name).is_some();
        if elsewhere {
            continue;
        }
        let span = facts.span(id);
        let own = facts.bindings.definitions().iter().map(|definition| facts.source.slice(definition.name));
        let finding = report.at(span, format!("`{name}` is not defined"));
        let finding = match closest(name, own) {
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(Fix::replace(
                format!("replace by `{near}`"),
                true,
                span,
                near,
            )),
            None => finding.help(format!("define it on an earlier line: `{name} = ...`{}", snapshot_note(facts))),
        };
        report.push(graded(facts, finding));
    }
}
